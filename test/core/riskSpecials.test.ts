import { describe, expect, test } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { openOrders } from "../../engine/core/queries.ts";
import type { Event } from "../../shared/events.ts";
import type { OrderId } from "../../shared/ids.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { ALICE, BOB, CAROL, COIN_USD, Driver, USD, deposit, only, order, type PlainCommand, type PlainOrder } from "./drive.ts";
import {
  ALICE_NODE,
  DESK,
  accept,
  codeOf,
  expectOneState,
  onCoin,
  quote,
  refused,
  setLimit,
  trade,
  treeVenue,
  viewOf,
} from "./riskVenue.ts";

/** A market of Carol's at 99 and 101 around a last trade at 100. */
function market(): Driver {
  const driver = treeVenue();
  trade(driver, 2);
  trade(driver, 2, 100, BOB);
  quote(driver, 99, 101);
  return driver;
}

const specials: readonly (readonly [string, PlainOrder])[] = [
  ["stop", { orderType: "stop", triggerTicks: 105, limitTicks: null }],
  ["stop limit", { orderType: "stopLimit", triggerTicks: 105, limitTicks: 106 }],
  ["trailing stop", { orderType: "trailingStop", offsetTicks: 5, limitTicks: null }],
  ["peg", { orderType: "pegged", peg: "bestBid", limitTicks: 100 }],
  ["iceberg", { limitTicks: 98, displayLots: 2 }],
];

function amend(
  orderId: OrderId,
  changes: { lots?: number; limitTicks?: number; triggerTicks?: number; confirmation?: string },
): PlainCommand {
  return { type: "AmendOrder", accountId: ALICE, orderId, ...changes };
}

function told(events: readonly Event[]): string[] {
  return events.map((event) => ("refusal" in event ? event.refusal.code : event.type === "OrderCancelled" ? event.reason : event.type));
}

function openOf(driver: Driver, accountId: number): number {
  return [...openOrders(driver.engine)].filter((open) => open.accountId === accountId).length;
}

describe("special orders under control", () => {
  test.each(specials)("RK-32 RK-10 a %s counts whole and at its worst price from its acceptance", (_name, changes) => {
    const driver = market();
    setLimit(driver, DESK, onCoin("netLots", 25));
    accept(driver, { lots: 20, ...changes });
    expect(refused(driver, { limitTicks: 90, lots: 6 })).toEqual(["RISK_NET_POSITION", 25, 6, 5]);
    expect(codeOf(driver, { limitTicks: 90, lots: 5 })).toBe("accepted");
    expect(viewOf(driver, DESK, "netLots").used).toBe(25);
    expectOneState(driver);
  });

  test.each(specials)("RK-8 RK-9 RK-12 quantity, value and open value bound a %s", (_name, changes) => {
    for (const [limit, code] of [
      [onCoin("orderLots", 9), "RISK_ORDER_LOTS"],
      [{ control: "orderValue", hard: 900 } as const, "RISK_ORDER_VALUE"],
      [{ control: "openValue", hard: 900 } as const, "RISK_OPEN_VALUE"],
    ] as const) {
      const driver = market();
      setLimit(driver, DESK, limit);
      expect(codeOf(driver, { lots: 10, ...changes })).toBe(code);
      expectOneState(driver);
    }
  });

  test("RK-6 a stop limit is refused beyond the collar around its trigger; a stop without limit ends at it", () => {
    const driver = treeVenue();
    trade(driver, 2);
    setLimit(driver, DESK, onCoin("collarPpm", 20_000));
    const stopLimit = { orderType: "stopLimit", triggerTicks: 105 } as const;
    expect(refused(driver, { ...stopLimit, limitTicks: 108 })).toEqual(["RISK_COLLAR", 107, 108, null]);
    accept(driver, { ...stopLimit, limitTicks: 107 });
    accept(driver, { orderType: "stop", triggerTicks: 101, limitTicks: null, lots: 4 });
    accept(driver, { accountId: CAROL, side: "sell", limitTicks: 101, lots: 2 });
    accept(driver, { accountId: CAROL, side: "sell", limitTicks: 104, lots: 50 });
    // The band alone would let it pay up to 111.
    const events = accept(driver, { accountId: BOB, limitTicks: 101, lots: 2 });
    expect(told(events)).toEqual(["OrderAccepted", "OrderFilled", "OrderTriggered", "immediateRemainder"]);
    expectOneState(driver);
  });

  test("RK-6 a trailing stop's bound stays within the collar as its trigger moves", () => {
    const driver = treeVenue();
    trade(driver, 2);
    setLimit(driver, ALICE_NODE, onCoin("collarPpm", 20_000));
    accept(driver, { orderType: "trailingStop", offsetTicks: 3, limitTicks: null, lots: 4 });
    trade(driver, 2, 99);
    accept(driver, { accountId: CAROL, side: "sell", limitTicks: 102, lots: 2 });
    accept(driver, { accountId: CAROL, side: "sell", limitTicks: 105, lots: 50 });
    const events = accept(driver, { accountId: BOB, limitTicks: 102, lots: 2 });
    expect(only(events, "OrderTriggered")).toMatchObject({ ticks: 102, workingTicks: 104 });
    expect(told(events).at(-1)).toBe("immediateRemainder");
    expectOneState(driver);
  });

  test("RK-20 a kill switch takes off stops that wait, pegs and icebergs", () => {
    const driver = market();
    for (const [, changes] of specials) accept(driver, { lots: 4, ...changes });
    const kill = { scope: { kind: "node", nodeId: DESK }, flatten: false, reason: "for the test" } as const;
    const events = driver.send({ type: "EngageKillSwitch", kill }, "eve");
    expect(told(events)).toEqual(["KillSwitchEngaged", ...specials.map(() => "killSwitch")]);
    expect(openOf(driver, ALICE)).toBe(0);
    for (const [, changes] of specials) expect(codeOf(driver, { lots: 4, ...changes })).toBe("RISK_KILLED");
    expectOneState(driver);
  });

  test("RK-22 flattening fires the stops of others, within the same command", () => {
    const driver = market();
    accept(driver, { accountId: ALICE, limitTicks: 101, lots: 40 });
    accept(driver, { accountId: BOB, side: "sell", orderType: "stop", triggerTicks: 99, limitTicks: null, lots: 4 });
    const kill = { scope: { kind: "account", accountId: ALICE }, flatten: true, reason: "for the test" } as const;
    const events = driver.send({ type: "EngageKillSwitch", kill }, "eve");
    expect(told(events)).toEqual(["KillSwitchEngaged", "OrderAccepted", "OrderFilled", "OrderTriggered", "OrderFilled"]);
    expectOneState(driver);
  });

  test("RK-15 MT-35 a stop fires before the look that its fill calls for, and the one behind it is cancelled by that", () => {
    const driver = market();
    setLimit(driver, DESK, { control: "executions", hard: 1, parameter: 1_000 });
    for (const triggerTicks of [101, 102]) accept(driver, { orderType: "stopLimit", triggerTicks, limitTicks: 102, lots: 4 });
    const dan = { accountId: 5, code: "DAN", name: "Dan", owner: "dan", clientClass: "retail", receivesFees: false } as const;
    driver.sendAll([{ type: "OpenAccount", account: dan }, deposit(5, USD, 100_000)]);
    const events = accept(driver, { accountId: 5, limitTicks: 101, lots: 2 });
    expect(told(events)).toEqual(["OrderAccepted", "OrderFilled", "OrderTriggered", "OrderFilled", "RiskLocked", "disabled"]);
    expectOneState(driver);
  });

  test("MT-32 RK-19 a stop that is reached while its account may not trade is cancelled", () => {
    const driver = market();
    accept(driver, { orderType: "stop", triggerTicks: 101, limitTicks: null, lots: 4 });
    driver.send({ type: "SetTradingState", change: { nodeId: ALICE_NODE, state: "cancelOnly", reason: "for the test" } });
    const events = accept(driver, { accountId: BOB, limitTicks: 101, lots: 2 });
    expect(told(events)).toEqual(["OrderAccepted", "OrderFilled", "halted"]);
    expectOneState(driver);
  });

  test("RK-19 a stop loss fires in reduce-only, because it reduces", () => {
    const driver = market();
    accept(driver, { limitTicks: 101, lots: 10 });
    accept(driver, { side: "sell", orderType: "stop", triggerTicks: 99, limitTicks: null, lots: 10 });
    driver.send({ type: "SetTradingState", change: { nodeId: ALICE_NODE, state: "reduceOnly", reason: "for the test" } });
    const events = accept(driver, { accountId: BOB, side: "sell", limitTicks: 99, lots: 2 });
    expect(told(events)).toEqual(["OrderAccepted", "OrderFilled", "OrderTriggered", "OrderFilled"]);
    expectOneState(driver);
  });

  test("RK-29 MT-26 before a command orders end first, then bounds and locks; AdvanceTime counts both", () => {
    const driver = market();
    setLimit(driver, DESK, onCoin("orderLots", 50));
    const { proposalId } = only(
      driver.send(
        {
          type: "ProposeLimits",
          proposal: {
            nodeId: DESK,
            changes: [{ control: "orderLots", instrumentId: COIN_USD, soft: null, hard: 40, parameter: null }],
            effectiveUs: driver.atUs + 10,
            expiresUs: null,
            reason: "for the test",
          },
        },
        "maker",
      ),
      "LimitsProposed",
    );
    driver.send({ type: "ApproveLimits", proposalId }, "checker");
    accept(driver, { limitTicks: 95, timeInForce: "gtd", expireAtUs: driver.atUs + 5 });
    driver.atUs += 20;
    const events = driver.send({ type: "AdvanceTime" }, "sequencer");
    expect(told(events)).toEqual(["expired", "LimitsApplied", "TimeAdvanced"]);
    expect(only(events, "TimeAdvanced").consequences).toBe(2);
    expectOneState(driver);
  });
});

describe("amendments under control", () => {
  test("RK-33 a larger quantity is asked for like a new order that replaces the old one", () => {
    const driver = market();
    setLimit(driver, DESK, onCoin("netLots", 25));
    const { orderId } = only(accept(driver, { limitTicks: 95, lots: 20 }), "OrderAccepted");
    const events = driver.send(amend(orderId, { lots: 26 }));
    expect(told(events)).toEqual(["RiskBreached", "RISK_NET_POSITION"]);
    expect(only(events, "AmendDenied").refusal).toMatchObject({ limit: 25, actual: 26, headroom: 25 });
    expect(told(driver.send(amend(orderId, { lots: 25 })))).toContain("OrderAmended");
    expect(viewOf(driver, DESK, "netLots").used).toBe(25);
    expectOneState(driver);
  });

  test("RK-33 less at the same price passes like a cancel", () => {
    const driver = market();
    const { orderId } = only(accept(driver, { limitTicks: 95, lots: 20 }), "OrderAccepted");
    driver.send({ type: "SetTradingState", change: { nodeId: ALICE_NODE, state: "cancelOnly", reason: "for the test" } });
    setLimit(driver, DESK, onCoin("orderLots", 5));
    expect(told(driver.send(amend(orderId, { lots: 18 })))).toEqual(["OrderAmended"]);
    expect(told(driver.send(amend(orderId, { lots: 19 })))).toEqual(["RISK_STATE_CANCEL_ONLY"]);
    expect(told(driver.send(amend(orderId, { lots: 16, limitTicks: 96 })))).toEqual(["RISK_STATE_CANCEL_ONLY"]);
    expectOneState(driver);
  });

  test("RK-33 MT-27 a price that is named as it is does not change: more meets no collar, and less passes like a cancel", () => {
    const driver = market();
    const { orderId } = only(accept(driver, { limitTicks: 92, lots: 10 }), "OrderAccepted");
    setLimit(driver, DESK, onCoin("nearTouchPpm", 20_000));
    expect(told(driver.send(amend(orderId, { lots: 12, limitTicks: 92 })))).toContain("OrderAmended");
    driver.send({ type: "SetTradingState", change: { nodeId: ALICE_NODE, state: "cancelOnly", reason: "for the test" } });
    expect(told(driver.send(amend(orderId, { lots: 8, limitTicks: 92 })))).toEqual(["OrderAmended"]);
    expectOneState(driver);
  });

  test("RK-33 a new price meets the collar, an unchanged one does not", () => {
    const driver = market();
    const { orderId } = only(accept(driver, { limitTicks: 92, lots: 10 }), "OrderAccepted");
    setLimit(driver, DESK, onCoin("nearTouchPpm", 20_000));
    expect(told(driver.send(amend(orderId, { lots: 12 })))).toContain("OrderAmended");
    expect(told(driver.send(amend(orderId, { limitTicks: 93 })))).toEqual(["RiskBreached", "RISK_NEAR_TOUCH"]);
    expect(told(driver.send(amend(orderId, { limitTicks: 98 })))).toContain("OrderAmended");
    expectOneState(driver);
  });

  test("RK-13 RK-33 amendments take tokens and are refused without", () => {
    const driver = market();
    const { orderId } = only(accept(driver, { limitTicks: 95, lots: 20 }), "OrderAccepted");
    setLimit(driver, ALICE_NODE, { control: "messages", hard: 2, parameter: 1 });
    expect(told(driver.send(amend(orderId, { lots: 21 })))).toContain("OrderAmended");
    expect(told(driver.send(amend(orderId, { lots: 22 })))).toContain("OrderAmended");
    expect(told(driver.send(amend(orderId, { lots: 23 })))).toEqual(["RiskBreached", "RISK_MESSAGE_RATE"]);
    expectOneState(driver);
  });
});

describe("confirmed amendments", () => {
  test("RK-27 RK-33 one beyond a soft bound passes with a reason, which is recorded; beyond a hard bound it does not", () => {
    const driver = market();
    setLimit(driver, DESK, onCoin("orderLots", 30, 20));
    const { orderId } = only(accept(driver, { limitTicks: 90, lots: 10 }), "OrderAccepted");
    expect(told(driver.send(amend(orderId, { lots: 25 })))).toEqual(["RiskBreached", "RISK_ORDER_LOTS_SOFT"]);
    const events = driver.send(amend(orderId, { lots: 25, confirmation: "agreed by telephone" }), "trader");
    expect(told(events)).toEqual(["SoftLimitConfirmed", "OrderAmended", "OrderRested"]);
    expect(only(events, "SoftLimitConfirmed")).toMatchObject({
      control: "orderLots",
      limit: 20,
      actual: 25,
      confirmation: "agreed by telephone",
    });
    expect(told(driver.send(amend(orderId, { lots: 31, confirmation: "agreed by telephone" })))).toEqual([
      "RiskBreached",
      "RISK_ORDER_LOTS",
    ]);
    expectOneState(driver);
  });
});

describe("lists under control", () => {
  type PlainList = Extract<PlainCommand, { type: "SubmitOrderList" }>["list"];
  let listClientId = 2_000_000;
  const send = (driver: Driver, list: PlainList, actor = "trader", confirmation: string | null = null): Event[] => {
    listClientId += 1;
    const head = { accountId: ALICE, instrumentId: COIN_USD, clientOrderId: listClientId };
    return driver.send({ type: "SubmitOrderList", ...head, list, confirmation }, actor);
  };
  const buy = { side: "buy", timeInForce: "gtc", lots: 10 } as const;
  const pair: PlainList = {
    kind: "oco",
    limit: { ...buy, orderType: "limit", limitTicks: 97 },
    stop: { ...buy, orderType: "stop", triggerTicks: 105 },
  };
  const bracket: PlainList = {
    kind: "bracket",
    entry: { ...buy, orderType: "limit", limitTicks: 101 },
    profitTicks: 108,
    stopTicks: 95,
  };

  test("RK-34 each order of a pair is asked about without the other, and both count", () => {
    const driver = market();
    setLimit(driver, DESK, onCoin("netLots", 10));
    expect(told(send(driver, pair))).toEqual(["OrderListAccepted", "OrderAccepted", "OrderAccepted", "OrderRested"]);
    expect(viewOf(driver, DESK, "netLots").used).toBe(20);
    expect(told(send(driver, pair))).toEqual(["RiskBreached", "RISK_NET_POSITION"]);
    expectOneState(driver);
  });

  test("RK-34 a kill switch takes a pair off and ends its list", () => {
    const driver = market();
    send(driver, pair);
    const kill = { scope: { kind: "account", accountId: ALICE }, flatten: false, reason: "for the test" } as const;
    expect(told(driver.send({ type: "EngageKillSwitch", kill }, "eve"))).toEqual([
      "KillSwitchEngaged",
      "killSwitch",
      "killSwitch",
      "OrderListEnded",
    ]);
    expect(told(send(driver, pair))).toEqual(["RISK_KILLED"]);
    expectOneState(driver);
  });

  test("RK-34 exits are the sender's, whoever filled the entry: a kill switch of the sender takes them off", () => {
    const driver = market();
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    send(driver, bracket, "adam");
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 101, lots: 10 }), "carl");
    expect(openOf(driver, ALICE)).toBe(2);
    const of = (actor: string) => ({ scope: { kind: "user", actor }, flatten: false, reason: "for the test" }) as const;
    expect(told(driver.send({ type: "EngageKillSwitch", kill: of("carl") }, "eve"))).toEqual(["KillSwitchEngaged"]);
    expect(told(driver.send({ type: "EngageKillSwitch", kill: of("adam") }, "eve"))).toEqual([
      "KillSwitchEngaged",
      "killSwitch",
      "killSwitch",
      "OrderListEnded",
    ]);
    expectOneState(driver);
  });

  test("RK-34 exits that a control forbids do not come, and the breach is told", () => {
    const driver = market();
    setLimit(driver, DESK, onCoin("collarPpm", 20_000));
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    send(driver, { ...bracket, profitTicks: 97 });
    expect(told(accept(driver, { accountId: CAROL, side: "sell", limitTicks: 101, lots: 10 }))).toEqual([
      "OrderAccepted",
      "OrderFilled",
      "OrderListAccepted",
      "RiskBreached",
      "RISK_COLLAR",
      "OrderListEnded",
      "OrderListEnded",
    ]);
    expectOneState(driver);
  });

  test("RK-27 RK-34 a confirmed list passes soft bounds with every order, also with exits that come later, and never a hard one", () => {
    const driver = market();
    setLimit(driver, DESK, onCoin("orderLots", 20, 5));
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    expect(told(send(driver, bracket))).toEqual(["RiskBreached", "RISK_ORDER_LOTS_SOFT"]);
    expect(told(send(driver, bracket, "adam", "the client asked for it"))).toEqual([
      "OrderListAccepted",
      "SoftLimitConfirmed",
      "OrderAccepted",
      "OrderRested",
    ]);
    // Its state in between is kept with the reason.
    const restored = new Driver(restore(snapshot(driver.engine)));
    for (const one of [driver, restored]) {
      one.atUs = driver.atUs;
      const events = one.send(order({ accountId: CAROL, side: "sell", limitTicks: 101, lots: 10, clientOrderId: 77_000_000 }), "carl");
      expect(told(events)).toEqual([
        "OrderAccepted",
        "OrderFilled",
        "OrderListAccepted",
        "SoftLimitConfirmed",
        "OrderAccepted",
        "SoftLimitConfirmed",
        "OrderAccepted",
        "OrderRested",
        "OrderListEnded",
      ]);
      expect(events.flatMap((event) => (event.type === "SoftLimitConfirmed" ? [event.confirmation] : []))).toEqual([
        "the client asked for it",
        "the client asked for it",
      ]);
    }
    setLimit(driver, DESK, onCoin("orderLots", 9, 5));
    expect(told(send(driver, bracket, "adam", "again"))).toEqual(["RiskBreached", "RISK_ORDER_LOTS"]);
    expectOneState(driver);
  });

  test("RK-13 RK-34 a list takes one token", () => {
    const driver = market();
    setLimit(driver, ALICE_NODE, { control: "messages", hard: 1, parameter: 1 });
    expect(told(send(driver, pair))[0]).toBe("OrderListAccepted");
    expect(told(send(driver, pair))).toEqual(["RiskBreached", "RISK_MESSAGE_RATE"]);
    expectOneState(driver);
  });
});

test("JR-1 orders and controls fold from what either wrote", () => {
  const driver = market();
  for (const [, changes] of specials) accept(driver, { lots: 4, ...changes });
  const folded = createEngine();
  for (const batch of driver.batches) fold(folded, batch);
  expect([...openOrders(folded)]).toEqual([...openOrders(driver.engine)]);
});
