import { describe, expect, test } from "vitest";
import { openOrders } from "../../engine/core/queries.ts";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { AccountId } from "../../shared/ids.ts";
import { tradingStates } from "../../shared/risk.ts";
import { ALICE, BOB, CAROL, METAL, account, coinUsd, deposit, Driver, only, order, type PlainCommand } from "./drive.ts";
import {
  ALICE_NODE,
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
  commandDenial,
  openCount,
} from "./riskVenue.ts";

function setState(driver: Driver, nodeId: number, state: (typeof tradingStates)[number]): ReturnType<Driver["send"]> {
  return driver.send({ type: "SetTradingState", change: { nodeId, state, reason: "for the test" } }, "officer");
}

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
    expect(openCount(driver, CAROL)).toBe(1);
    expect(commandDenial(driver, { type: "SetTradingState", change: { nodeId: 99, state: "active", reason: "nowhere" } })).toBe(
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
    expect(commandDenial(driver, kill(scope), "peter")).toBe("RISK_ALREADY_ENGAGED");
    expect(commandDenial(driver, rearm(scope), "olga")).toBe("RISK_SECOND_PERSON");
    only(driver.send(rearm(scope), "peter"), "KillSwitchRearmed");
    for (const accountId of [ALICE, BOB, CAROL]) accept(driver, { accountId, limitTicks: 98 });
    expect(commandDenial(driver, rearm(scope), "peter")).toBe("RISK_NOT_ENGAGED");
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
    expect(commandDenial(driver, rearm(scope), "olga")).toBe("RISK_SECOND_PERSON");
    only(driver.send(rearm(scope), "peter"), "KillSwitchRearmed");
    accept(driver, {}, "eve");
    expectOneState(driver);
  });

  test("RK-20 scopes that name nobody are refused", () => {
    const driver = treeVenue();
    expect(commandDenial(driver, kill({ kind: "account", accountId: 77 }))).toBe("CATALOG_UNKNOWN_ACCOUNT");
    expect(commandDenial(driver, kill({ kind: "node", nodeId: 77 }))).toBe("RISK_UNKNOWN_NODE");
    expect(commandDenial(driver, rearm({ kind: "node", nodeId: DESK }))).toBe("RISK_NOT_ENGAGED");
    expect(commandDenial(driver, rearm({ kind: "account", accountId: CAROL }))).toBe("RISK_NOT_ENGAGED");
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
    expect(commandDenial(driver, node(6, "account", FIRM, CAROL))).toBe("RISK_TREE");
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
    expect(openCount(driver, ALICE)).toBe(0);
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
    expect(openCount(driver, ALICE)).toBe(2);
    expectOneState(driver);
  });

  test("RK-23 a session without the flag leaves its orders; sessions open once and close once", () => {
    const driver = treeVenue();
    driver.send(openSession("eve#1", false));
    expect(commandDenial(driver, openSession("eve#1", true))).toBe("RISK_ALREADY_ENGAGED");
    accept(driver, {}, "eve#1");
    expect(only(driver.send({ type: "CloseSession", session: "eve#1" }), "SessionClosed").orders).toBe(0);
    expect(openCount(driver, ALICE)).toBe(1);
    expect(commandDenial(driver, { type: "CloseSession", session: "eve#1" })).toBe("RISK_UNKNOWN_SESSION");
    expectOneState(driver);
  });
});
