import { describe, expect, test } from "vitest";
import { openOrders } from "../../engine/core/queries.ts";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { AccountId } from "../../shared/ids.ts";
import { tradingStates } from "../../shared/risk.ts";
import {
  ALICE,
  BANDED_USD,
  BOB,
  CAROL,
  METAL,
  account,
  bandedUsd,
  coinUsd,
  deposit,
  Driver,
  only,
  order,
  type PlainCommand,
} from "./drive.ts";
import {
  ALICE_NODE,
  BOB_NODE,
  DESK,
  FIRM,
  VENUE,
  accept,
  codeOf,
  expectOneState,
  node,
  onCoin,
  quote,
  refused,
  setLimit,
  trade,
  treeVenue,
  viewOf,
} from "./riskVenue.ts";

const open = (driver: Driver, accountId: number): number => [...openOrders(driver.engine, accountId as AccountId)].length;
const denial = (driver: Driver, command: PlainCommand, actor = "tester"): string =>
  only(driver.send(command, actor), "CommandDenied").refusal.code;

function setState(driver: Driver, nodeId: number, state: (typeof tradingStates)[number]): ReturnType<Driver["send"]> {
  return driver.send({ type: "SetTradingState", change: { nodeId, state, reason: "for the test" } }, "officer");
}

/** Moves time on, and what is due with it. */
function advance(driver: Driver, us: number): ReturnType<Driver["send"]> {
  driver.atUs += us - 1;
  return driver.send({ type: "AdvanceTime" }, "sequencer");
}

describe("messages", () => {
  test("RK-13 a burst passes as far as there are tokens, which refill by venue time; cancels always pass", () => {
    const driver = treeVenue();
    const ids = [1, 2, 3].map(() => only(accept(driver, {}), "OrderAccepted").orderId);
    // A token takes half a second to come back; commands are a microsecond apart.
    setLimit(driver, ALICE_NODE, { control: "messages", hard: 3, parameter: 2 });
    for (let n = 0; n < 3; n += 1) accept(driver, {});
    expect(refused(driver, {})).toEqual(["RISK_MESSAGE_RATE", 3, 1, 0]);
    for (const orderId of ids) only(driver.send({ type: "CancelOrder", accountId: ALICE, orderId }), "OrderCancelled");
    only(driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null }), "AllOrdersCancelled");
    expect(codeOf(driver, {})).toBe("RISK_MESSAGE_RATE");
    expect(codeOf(driver, { accountId: BOB })).toBe("accepted");
    driver.atUs += 500_000;
    accept(driver, {});
    expect(codeOf(driver, {})).toBe("RISK_MESSAGE_RATE");
    expect(viewOf(driver, ALICE_NODE, "messages")).toMatchObject({ used: 3, headroom: 0 });
    expectOneState(driver);
  });

  test("RK-13 a desk's bucket is shared by its accounts, and its soft bound asks for a confirmation", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "messages", hard: 4, soft: 2, parameter: 1 });
    accept(driver, {});
    accept(driver, { accountId: BOB });
    expect(refused(driver, {})).toEqual(["RISK_MESSAGE_RATE_SOFT", 2, 1, 0]);
    accept(driver, { accountId: BOB, confirmation: "need to" });
    expect(codeOf(driver, { confirmation: "need to" })).toBe("RISK_MESSAGE_RATE");
    expectOneState(driver);
  });

  test("RK-14 messages for each fill and one more, in a window", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "orderToTrade", hard: 2, parameter: 1_000 });
    driver.atUs += 1_000;
    accept(driver, {});
    accept(driver, {});
    expect(refused(driver, {})).toEqual(["RISK_ORDER_TO_TRADE", 2, 1, 0]);
    only(driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null }), "AllOrdersCancelled");
    driver.atUs += 1_000;
    trade(driver, 10);
    // One message and one fill: three more messages may follow.
    accept(driver, {});
    accept(driver, {});
    accept(driver, {});
    expect(codeOf(driver, {})).toBe("RISK_ORDER_TO_TRADE");
    driver.atUs += 1_000;
    accept(driver, {});
    expectOneState(driver);
  });
});

describe("executions and duplicates", () => {
  test("RK-15 RK-16 too many fills in a window disable the account until a named person releases it", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "executions", hard: 3, soft: 2, parameter: 1_000 });
    const resting = only(accept(driver, { limitTicks: 90 }), "OrderAccepted").orderId;
    trade(driver, 10);
    trade(driver, 10);
    expect(codeOf(driver, {})).toBe("RISK_EXECUTIONS_SOFT");
    accept(driver, { accountId: BOB, side: "sell", lots: 10 });
    const events = accept(driver, { lots: 10, confirmation: "once more" });
    expect(only(events, "RiskLocked")).toMatchObject({ nodeId: ALICE_NODE, lock: "disabled", limit: 3, used: 3, untilUs: null });
    expect(only(events, "OrderCancelled")).toMatchObject({ orderId: resting, reason: "disabled" });
    expect(codeOf(driver, { confirmation: "once more" })).toBe("RISK_NODE_LOCKED");
    expect(codeOf(driver, { accountId: BOB })).toBe("accepted");
    advance(driver, 10_000);
    expect(codeOf(driver, {})).toBe("RISK_NODE_LOCKED");
    expectOneState(driver);
    const release: PlainCommand = {
      type: "ReleaseRiskLock",
      release: { nodeId: ALICE_NODE, lock: "disabled", reason: "checked the algo" },
    };
    const { release: recorded } = only(driver.send(release, "olga"), "RiskLockReleased");
    expect(recorded).toEqual({ nodeId: ALICE_NODE, lock: "disabled", reason: "checked the algo", by: "olga" });
    accept(driver, {});
    expect(denial(driver, release)).toBe("RISK_NOT_ENGAGED");
    expect(denial(driver, { type: "ReleaseRiskLock", release: { nodeId: 99, lock: "disabled", reason: "nothing" } })).toBe(
      "RISK_UNKNOWN_NODE",
    );
    expectOneState(driver);
  });

  test("RK-15 fills of different windows do not add up", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "executions", hard: 2, parameter: 1_000 });
    trade(driver, 10);
    driver.atUs += 1_000;
    trade(driver, 10);
    expect(riskView(driver.engine, ALICE_NODE).locks).toEqual([]);
    accept(driver, {});
    expectOneState(driver);
  });

  test("RK-17 an equal order within the window is refused; another price, size, side or time is another order", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "duplicates", hard: 2, soft: 1, parameter: 1_000 });
    accept(driver, {});
    expect(refused(driver, {})).toEqual(["RISK_DUPLICATE_SOFT", 1, 1, 0]);
    accept(driver, { lots: 11 });
    accept(driver, { limitTicks: 99 });
    accept(driver, { side: "sell", limitTicks: 110 });
    accept(driver, { accountId: BOB });
    accept(driver, { confirmation: "two of them" });
    expect(codeOf(driver, { confirmation: "three of them" })).toBe("RISK_DUPLICATE");
    expectOneState(driver);
    driver.atUs += 1_001;
    accept(driver, {});
  });

  test("RK-17 the 33rd latest order is forgotten", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "duplicates", hard: 1, parameter: 10_000_000 });
    accept(driver, {});
    for (let n = 0; n < 31; n += 1) accept(driver, { limitTicks: 50 - n });
    expect(codeOf(driver, {})).toBe("RISK_DUPLICATE");
    accept(driver, { limitTicks: 60 });
    expectOneState(driver);
    accept(driver, {});
  });
});

describe("market-maker protection", () => {
  test("RK-18 RK-16 so many fills of resting orders pull the quotes and freeze until reset", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "protectionFills", hard: 2, parameter: 1_000 });
    for (const limitTicks of [99, 98, 97]) accept(driver, { limitTicks });
    accept(driver, { side: "sell", limitTicks: 110 });
    expect(open(driver, ALICE)).toBe(4);
    const events = accept(driver, { accountId: BOB, side: "sell", limitTicks: 98, lots: 20 });
    expect(events.filter(({ type }) => type === "OrderFilled")).toHaveLength(2);
    expect(only(events, "RiskLocked")).toMatchObject({ lock: "protected", limit: 2, used: 2 });
    expect(events.filter((event) => event.type === "OrderCancelled" && event.reason === "protected")).toHaveLength(2);
    expect(open(driver, ALICE)).toBe(0);
    expect(codeOf(driver, {})).toBe("RISK_NODE_LOCKED");
    expectOneState(driver);
    driver.send({ type: "ReleaseRiskLock", release: { nodeId: ALICE_NODE, lock: "protected", reason: "repriced" } });
    accept(driver, { limitTicks: 97 });
    expectOneState(driver);
  });

  test("RK-18 the quantity of an instrument trips it as well; an own aggressive fill does not", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, onCoin("protectionLots", 30, null, 1_000));
    quote(driver, 98, 102);
    accept(driver, { limitTicks: 102, lots: 60, timeInForce: "ioc" });
    accept(driver, { limitTicks: 99, lots: 100 });
    accept(driver, { accountId: BOB, side: "sell", limitTicks: 99, lots: 29 });
    expect(riskView(driver.engine, ALICE_NODE).locks).toEqual([]);
    expect(viewOf(driver, ALICE_NODE, "protectionLots")).toMatchObject({ used: 29, headroom: 1 });
    accept(driver, { accountId: BOB, side: "sell", limitTicks: 99, lots: 2 });
    expect(riskView(driver.engine, ALICE_NODE).locks).toEqual(["protected"]);
    expect(open(driver, ALICE)).toBe(0);
    expectOneState(driver);
  });
});

describe("trading states", () => {
  test("RK-19 state by order: what passes at each level", () => {
    for (const level of [ALICE_NODE, DESK, FIRM, VENUE]) {
      const outcomes = tradingStates.map((state) => {
        const driver = treeVenue();
        trade(driver, 10);
        quote(driver, 98, 102);
        const resting = only(accept(driver, { limitTicks: 97 }), "OrderAccepted").orderId;
        setState(driver, level, state);
        const row = [
          codeOf(driver, { limitTicks: 97 }),
          codeOf(driver, { limitTicks: 103, timeInForce: "ioc" }),
          codeOf(driver, { orderType: "market", timeInForce: "ioc" }),
          codeOf(driver, { side: "sell", limitTicks: 103, lots: 11 }),
          codeOf(driver, { side: "sell", limitTicks: 103, lots: 10 }),
        ];
        const cancel = driver.send({ type: "CancelOrder", accountId: ALICE, orderId: resting })[0]?.type;
        expectOneState(driver);
        return [...row, cancel];
      });
      const [reduce, cancel, halt] = ["RISK_STATE_REDUCE_ONLY", "RISK_STATE_CANCEL_ONLY", "RISK_STATE_HALTED"];
      expect(outcomes).toEqual([
        ["accepted", "accepted", "accepted", "accepted", "accepted", "OrderCancelled"],
        [reduce, reduce, reduce, reduce, "accepted", "OrderCancelled"],
        [cancel, cancel, cancel, cancel, cancel, "OrderCancelled"],
        // Halting has cancelled the resting order already.
        [halt, halt, halt, halt, halt, "CancelDenied"],
      ]);
    }
  });

  test("RK-19 reduce-only counts what works already and tells how much would pass", () => {
    const driver = treeVenue();
    trade(driver, 10);
    setState(driver, DESK, "reduceOnly");
    accept(driver, { side: "sell", lots: 4, limitTicks: 105 });
    expect(refused(driver, { side: "sell", lots: 7, limitTicks: 105 })).toEqual(["RISK_STATE_REDUCE_ONLY", 6, 7, 6]);
    accept(driver, { side: "sell", lots: 6, limitTicks: 105 });
    // Bob is short by 10 and may buy back.
    accept(driver, { accountId: BOB, lots: 10, limitTicks: 95 });
    expect(codeOf(driver, { accountId: BOB, lots: 2, limitTicks: 95 })).toBe("RISK_STATE_REDUCE_ONLY");
    expect(codeOf(driver, { accountId: CAROL })).toBe("accepted");
    setState(driver, VENUE, "reduceOnly");
    expect(codeOf(driver, { accountId: CAROL })).toBe("RISK_STATE_REDUCE_ONLY");
    expect(riskView(driver.engine, ALICE_NODE)).toMatchObject({ state: "active", effectiveState: "reduceOnly" });
    expectOneState(driver);
  });

  test("RK-19 a halt cancels what is open below it and nothing else; active lets all trade again", () => {
    const driver = treeVenue();
    accept(driver, {});
    accept(driver, { accountId: BOB });
    accept(driver, { accountId: CAROL });
    const events = setState(driver, DESK, "halted");
    expect(events.map((event) => (event.type === "OrderCancelled" ? [event.accountId, event.reason] : event.type))).toEqual([
      "TradingStateSet",
      [ALICE, "halted"],
      [BOB, "halted"],
    ]);
    expect(open(driver, CAROL)).toBe(1);
    expect(denial(driver, { type: "SetTradingState", change: { nodeId: 99, state: "active", reason: "nowhere" } })).toBe(
      "RISK_UNKNOWN_NODE",
    );
    setState(driver, DESK, "active");
    accept(driver, {});
    expectOneState(driver);
  });
});

describe("kill switch", () => {
  type Scope = Extract<PlainCommand, { type: "EngageKillSwitch" }>["kill"]["scope"];
  const kill = (scope: Scope, flatten = false): PlainCommand => ({ type: "EngageKillSwitch", kill: { scope, flatten, reason: "runaway" } });
  const rearm = (scope: Scope): PlainCommand => ({ type: "RearmKillSwitch", rearm: { scope, reason: "repaired" } });

  const scopes: readonly (readonly [string, Scope, readonly number[]])[] = [
    ["an account", { kind: "account", accountId: ALICE }, [ALICE]],
    ["an account outside the tree", { kind: "account", accountId: CAROL }, [CAROL]],
    ["a desk", { kind: "node", nodeId: DESK }, [ALICE, BOB]],
    ["a firm", { kind: "node", nodeId: FIRM }, [ALICE, BOB]],
    ["the venue", { kind: "node", nodeId: VENUE }, [ALICE, BOB, CAROL]],
  ];
  test.each(scopes)("RK-20 RK-21 for %s it cancels and blocks, and a second person re-arms it", (_name, scope, hit) => {
    const driver = treeVenue();
    for (const accountId of [ALICE, BOB, CAROL]) {
      accept(driver, { accountId });
      accept(driver, { accountId, limitTicks: 99 });
    }
    const events = driver.send(kill(scope), "olga");
    expect(only(events, "KillSwitchEngaged").kill).toMatchObject({ scope, by: "olga", reason: "runaway" });
    const cancelled = events.flatMap((event) =>
      event.type === "OrderCancelled" && event.reason === "killSwitch" ? [event.accountId] : [],
    );
    expect(cancelled).toEqual(hit.flatMap((accountId) => [accountId, accountId]));
    for (const accountId of [ALICE, BOB, CAROL]) {
      expect(codeOf(driver, { accountId, limitTicks: 98 })).toBe(hit.includes(accountId) ? "RISK_KILLED" : "accepted");
    }
    expectOneState(driver);
    expect(denial(driver, kill(scope), "peter")).toBe("RISK_ALREADY_ENGAGED");
    expect(denial(driver, rearm(scope), "olga")).toBe("RISK_SECOND_PERSON");
    only(driver.send(rearm(scope), "peter"), "KillSwitchRearmed");
    for (const accountId of [ALICE, BOB, CAROL]) accept(driver, { accountId, limitTicks: 98 });
    expect(denial(driver, rearm(scope), "peter")).toBe("RISK_NOT_ENGAGED");
    expectOneState(driver);
  });

  test("RK-20 RK-21 for a user it cancels what they sent, for whichever account, and blocks them alone", () => {
    const driver = treeVenue();
    accept(driver, {}, "eve");
    accept(driver, { accountId: CAROL }, "eve");
    accept(driver, {}, "adam");
    const scope: Scope = { kind: "user", actor: "eve" };
    const events = driver.send(kill(scope), "olga");
    expect(events.flatMap((event) => (event.type === "OrderCancelled" ? [event.accountId] : []))).toEqual([ALICE, CAROL]);
    expect(codeOf(driver, {}, "eve")).toBe("RISK_KILLED");
    expect(codeOf(driver, {}, "adam")).toBe("accepted");
    expectOneState(driver);
    expect(denial(driver, rearm(scope), "olga")).toBe("RISK_SECOND_PERSON");
    only(driver.send(rearm(scope), "peter"), "KillSwitchRearmed");
    accept(driver, {}, "eve");
    expectOneState(driver);
  });

  test("RK-20 scopes that name nobody are refused", () => {
    const driver = treeVenue();
    expect(denial(driver, kill({ kind: "account", accountId: 77 }))).toBe("CATALOG_UNKNOWN_ACCOUNT");
    expect(denial(driver, kill({ kind: "node", nodeId: 77 }))).toBe("RISK_UNKNOWN_NODE");
    expect(denial(driver, rearm({ kind: "node", nodeId: DESK }))).toBe("RISK_NOT_ENGAGED");
    expect(denial(driver, rearm({ kind: "account", accountId: CAROL }))).toBe("RISK_NOT_ENGAGED");
  });

  test("RK-4 an account that a kill switch placed moves to its desk with all that it has", () => {
    const driver = treeVenue();
    const scope: Scope = { kind: "account", accountId: CAROL };
    driver.send(kill(scope), "olga");
    driver.send(rearm(scope), "peter");
    accept(driver, { accountId: BOB, side: "sell", lots: 30 });
    accept(driver, { accountId: CAROL, lots: 50 });
    const events = driver.send(node(6, "account", DESK, CAROL));
    only(events, "RiskNodeDefined");
    setLimit(driver, DESK, onCoin("netLots", 100));
    expect(viewOf(driver, DESK, "netLots").used).toBe(20);
    expectOneState(driver);
    accept(driver, { accountId: CAROL, lots: 10 });
    expect(denial(driver, node(6, "account", FIRM, CAROL))).toBe("RISK_TREE");
    expectOneState(driver);
  });

  test("RK-22 flattening trades positions back as far as the market takes it, whoever is blocked", () => {
    const driver = treeVenue();
    trade(driver, 40);
    quote(driver, 98, 102, 25);
    const events = driver.send(kill({ kind: "node", nodeId: DESK }, true), "olga");
    expect(events.flatMap((event) => (event.type === "OrderFilled" ? [[event.takerAccountId, event.takerSide, event.lots]] : []))).toEqual([
      [ALICE, "sell", 25],
      [BOB, "buy", 25],
    ]);
    expect(open(driver, ALICE)).toBe(0);
    expect(codeOf(driver, { accountId: BOB })).toBe("RISK_KILLED");
    expectOneState(driver);
  });

  test("RK-22 JR-3 a restored engine trades back under the same client order id, whatever ids have been forgotten", () => {
    const driver = treeVenue();
    trade(driver, 40);
    quote(driver, 98, 102, 25);
    const send = (clientOrderId: number): void => {
      const { orderId } = only(driver.send(order({ accountId: ALICE, limitTicks: 50, clientOrderId })), "OrderAccepted");
      driver.send({ type: "CancelOrder", accountId: ALICE, orderId });
    };
    send(9_000_000);
    for (let n = 0; n < 1_030; n += 1) send(n % 2 === 0 ? 600_000 + n : 800_000 - n);
    const later = new Driver(restore(snapshot(driver.engine)));
    later.atUs = driver.atUs;
    const flattening = kill({ kind: "account", accountId: ALICE }, true);
    expect(later.send(flattening, "olga")).toEqual(driver.send(flattening, "olga"));
    expectOneState(driver);
  });

  test("RK-22 LG-12 what a fee off the receipts has left of a position is sold, though the position is counted before it", () => {
    const driver = treeVenue();
    const pair = { ...coinUsd, instrumentId: 3, symbol: "COINMETAL", quoteAssetId: METAL, quoteUnitsPerTickLot: 10 ** 6 } as const;
    driver.sendAll([
      { type: "ListInstrument", instrument: { ...pair, pairType: "tokenToken" } },
      account(5, "ERIN"),
      deposit(5, METAL, 10 ** 12),
      node(6, "account", DESK, 5),
    ]);
    accept(driver, { instrumentId: 3, accountId: CAROL, side: "sell", lots: 10 });
    only(accept(driver, { instrumentId: 3, accountId: 5, lots: 10 }), "OrderFilled");
    accept(driver, { instrumentId: 3, accountId: CAROL, limitTicks: 99, lots: 50 });
    const sold = only(driver.send(kill({ kind: "account", accountId: 5 }, true), "olga"), "OrderFilled");
    expect(sold).toMatchObject({ takerAccountId: 5, takerSide: "sell", lots: 9 });
    expectOneState(driver);
  });

  test("RK-22 where the market has nothing the attempt is recorded as denied", () => {
    const driver = treeVenue();
    trade(driver, 40);
    const events = driver.send(kill({ kind: "account", accountId: ALICE }, true), "olga");
    expect(only(events, "OrderDenied").refusal.code).toBe("BOOK_NO_LIQUIDITY");
    expectOneState(driver);
  });
});

describe("sessions", () => {
  const openSession = (session: string, cancelOnDisconnect: boolean): PlainCommand => ({
    type: "OpenSession",
    session: { session, cancelOnDisconnect },
  });

  test("RK-23 a lost session's orders are cancelled, except those to be kept and those of other sessions", () => {
    const driver = treeVenue();
    driver.send(openSession("eve#1", true));
    accept(driver, {}, "eve#1");
    const kept = only(accept(driver, { limitTicks: 99, keepOnDisconnect: true }, "eve#1"), "OrderAccepted").orderId;
    accept(driver, { accountId: CAROL }, "eve#1");
    accept(driver, { limitTicks: 98 }, "adam");
    expectOneState(driver);
    const events = driver.send({ type: "CloseSession", session: "eve#1" });
    expect(events.flatMap((event) => (event.type === "OrderCancelled" ? [[event.accountId, event.reason]] : []))).toEqual([
      [ALICE, "disconnected"],
      [CAROL, "disconnected"],
    ]);
    expect(only(events, "SessionClosed")).toMatchObject({ session: "eve#1", orders: 2 });
    expect([...openOrders(driver.engine, ALICE as AccountId)].map(({ orderId }) => orderId)).toContain(kept);
    expect(open(driver, ALICE)).toBe(2);
    expectOneState(driver);
  });

  test("RK-23 a session without the flag leaves its orders; sessions open once and close once", () => {
    const driver = treeVenue();
    driver.send(openSession("eve#1", false));
    expect(denial(driver, openSession("eve#1", true))).toBe("RISK_ALREADY_ENGAGED");
    accept(driver, {}, "eve#1");
    expect(only(driver.send({ type: "CloseSession", session: "eve#1" }), "SessionClosed").orders).toBe(0);
    expect(open(driver, ALICE)).toBe(1);
    expect(denial(driver, { type: "CloseSession", session: "eve#1" })).toBe("RISK_UNKNOWN_SESSION");
    expectOneState(driver);
  });
});

describe("losses", () => {
  /** Alice is long 40 at 100, with fees of 10 or 6; Carol then quotes around a price. */
  function longAt(): Driver {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "loss", soft: 100, hard: 200, parameter: 1_000_000 });
    trade(driver, 40);
    return driver;
  }
  function markAt(driver: Driver, ticks: number): ReturnType<Driver["send"]> {
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    quote(driver, ticks - 1, ticks + 1);
    return advance(driver, 1);
  }

  test("RK-26 warns once, then blocks all but reducing orders, and frees after the cooling-off", () => {
    const driver = longAt();
    expect(viewOf(driver, ALICE_NODE, "loss").used).toBe(10);
    expect(markAt(driver, 98).map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    const warned = markAt(driver, 97);
    expect(only(warned, "RiskLocked")).toMatchObject({ lock: "lossWarning", limit: 100, used: 130, untilUs: null });
    expect(markAt(driver, 97).map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    accept(driver, { limitTicks: 90 });
    const blocked = markAt(driver, 95);
    const { untilUs } = only(blocked, "RiskLocked");
    expect(only(blocked, "RiskLocked")).toMatchObject({ lock: "lossBlocked", limit: 200, used: 210 });
    expect(only(blocked, "OrderCancelled")).toMatchObject({ accountId: ALICE, reason: "lossLimit" });
    expect(refused(driver, { limitTicks: 90 })[0]).toBe("RISK_COOLING_OFF");
    accept(driver, { side: "sell", limitTicks: 110, lots: 40 });
    expect(refused(driver, { side: "sell", limitTicks: 110, lots: 2 })).toEqual(["RISK_COOLING_OFF", 0, 2, 0]);
    for (const lock of ["disabled", "protected"] as const) {
      expect(denial(driver, { type: "ReleaseRiskLock", release: { nodeId: ALICE_NODE, lock, reason: "please" } })).toBe("RISK_NOT_ENGAGED");
    }
    expectOneState(driver);
    driver.atUs = untilUs! - 2;
    expect(codeOf(driver, { limitTicks: 90 })).toBe("RISK_COOLING_OFF");
    expect(driver.send(order({ limitTicks: 90 })).map(({ type }) => type)).toEqual(["RiskLockReleased", "OrderAccepted", "OrderRested"]);
    expect(viewOf(driver, ALICE_NODE, "loss").used).toBe(0);
    expectOneState(driver);
  });

  test("RK-26 nobody can release a cooling-off: the command does not exist", () => {
    const driver = longAt();
    const release = { type: "ReleaseRiskLock", release: { nodeId: ALICE_NODE, lock: "lossBlocked", reason: "please" } };
    expect(() => driver.send(release as unknown as PlainCommand)).toThrow(/lock/);
  });

  test("RK-26 liquidates step by step as far as the market takes it, and lets nothing through", () => {
    const driver = longAt();
    setLimit(driver, ALICE_NODE, { control: "liquidation", hard: 300, parameter: 1_000_000 });
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    quote(driver, 90, 92, 15);
    const first = advance(driver, 1);
    expect(only(first, "RiskLocked")).toMatchObject({ lock: "liquidating", limit: 300 });
    expect(only(first, "OrderFilled")).toMatchObject({ takerAccountId: ALICE, takerSide: "sell", lots: 15, ticks: 90 });
    expect(codeOf(driver, { side: "sell", limitTicks: 90, lots: 5 })).toBe("RISK_COOLING_OFF");
    accept(driver, { accountId: CAROL, limitTicks: 89, lots: 100 });
    expect(only(advance(driver, 1), "OrderFilled")).toMatchObject({ takerAccountId: ALICE, lots: 25, ticks: 89 });
    expectOneState(driver);
    expect(advance(driver, 2_000_000).map(({ type }) => type)).toEqual(["RiskLockReleased", "TimeAdvanced"]);
    expect(riskView(driver.engine, ALICE_NODE)).toMatchObject({ locks: [], untilUs: null });
    accept(driver, { limitTicks: 90 });
    expectOneState(driver);
  });

  test("RK-26 RK-30 while a loss cannot be known, orders are refused", () => {
    const driver = treeVenue();
    driver.send({
      type: "DefineRiskNode",
      node: { nodeId: 6, level: "firm", parentId: VENUE, name: "in coin", accountId: null, currencyAssetId: 2 },
    });
    driver.send({
      type: "DefineRiskNode",
      node: { nodeId: 7, level: "account", parentId: 6, name: "carol", accountId: CAROL, currencyAssetId: 2 },
    });
    accept(driver, { accountId: BOB, side: "sell" });
    accept(driver, { accountId: CAROL });
    setLimit(driver, 7, { control: "loss", hard: 1_000, parameter: 1_000 });
    expect(codeOf(driver, { accountId: CAROL })).toBe("RISK_MARK_MISSING");
    driver.send({ type: "SetConversionMark", mark: { fromAssetId: 1, toAssetId: 2, numerator: 1, denominator: 100, goodForUs: 1_000 } });
    accept(driver, { accountId: CAROL });
    expectOneState(driver);
  });
});

test("RK-24 a spot order needs all of its worst case, whatever the bounds allow", () => {
  const driver = treeVenue();
  setLimit(driver, BOB_NODE, { control: "orderValue", hard: 10 ** 12 });
  // Bob has 10,000,000; the fee on 9,975,000 is 24,938.
  expect(codeOf(driver, { accountId: BOB, limitTicks: 9_976, lots: 1_000 })).toBe("LEDGER_INSUFFICIENT_FUNDS");
  expect(codeOf(driver, { accountId: BOB, limitTicks: 9_975, lots: 1_000 })).toBe("accepted");
});

test("RK-6 MT-40 MT-6 a collar does not let a market order see beyond a volatility band that is nearer", () => {
  const driver = treeVenue();
  const inBands = { instrumentId: BANDED_USD } as const;
  driver.send({ type: "ListInstrument", instrument: bandedUsd });
  accept(driver, { ...inBands, accountId: CAROL, side: "sell", lots: 2 });
  accept(driver, { ...inBands, accountId: BOB, lots: 2 });
  accept(driver, { ...inBands, accountId: CAROL, side: "sell", limitTicks: 103, lots: 4 });
  accept(driver, { ...inBands, accountId: CAROL, side: "sell", limitTicks: 106, lots: 10 });
  setLimit(driver, DESK, { control: "collarPpm", instrumentId: BANDED_USD, hard: 80_000 });
  const market = { ...inBands, orderType: "market", limitTicks: null } as const;
  // The dynamic band ends at 104, the collar only at 108.
  expect(refused(driver, { ...market, timeInForce: "fok", lots: 10 })).toEqual(["BOOK_FILL_OR_KILL", null, 10, 4]);
  // Four lots at 103 and their fee, no more.
  expect(only(driver.send(order({ ...market, timeInForce: "ioc", lots: 10 })), "OrderAccepted").held).toBe(414);
});
