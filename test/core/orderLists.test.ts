import { describe, expect, test } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { balance, openOrders } from "../../engine/core/queries.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { ALICE, BOB, CAROL, COIN, COIN_USD, Driver, USD, deposit, fundedVenue, order, venue, type PlainCommand } from "./drive.ts";

type PlainList = Extract<PlainCommand, { type: "SubmitOrderList" }>["list"];

function told(events: readonly Event[]): string[] {
  return events.map((event) => {
    if (event.type === "OrderCancelled") return `cancelled ${event.reason} ${event.leavesLots}`;
    if (event.type === "OrderFilled") return `filled ${event.lots}@${event.ticks}`;
    if (event.type === "OrderAccepted") return `accepted ${event.side} ${event.orderType} ${event.lots} holds ${event.held}`;
    if (event.type === "OrderAdjusted") return `adjusted ${event.reason} to ${event.leavesLots} holds ${event.held}`;
    if ("refusal" in event) return event.refusal.code;
    return event.type;
  });
}

let clientOrderId = 1_000_000;

function list(plain: PlainList, accountId = ALICE): PlainCommand {
  clientOrderId += 1;
  return { type: "SubmitOrderList", accountId, instrumentId: COIN_USD, clientOrderId, list: plain };
}

const sell = { side: "sell", timeInForce: "gtc", lots: 10 } as const;
const exits: PlainList = {
  kind: "oco",
  limit: { ...sell, orderType: "limit", limitTicks: 105 },
  stop: { ...sell, orderType: "stop", triggerTicks: 95 },
};
const buy = { side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 100, lots: 10 } as const;

function open(driver: Driver): string[] {
  return [...openOrders(driver.engine, ALICE as AccountId)].map(
    ({ orderType, leavesLots, held }) => `${orderType} ${leavesLots} holds ${held}`,
  );
}

function trade(driver: Driver, ticks: number): Event[] {
  driver.send(order({ accountId: BOB, side: "sell", limitTicks: ticks, lots: 2 }));
  return driver.send(order({ accountId: CAROL, limitTicks: ticks, lots: 2 }));
}

describe("one cancels the other", () => {
  test("MT-44 a pair needs the funds of one order only", () => {
    const driver = new Driver();
    driver.sendAll([...venue, deposit(ALICE, COIN, 10)]);
    expect(told(driver.send(list(exits)))).toEqual([
      "OrderListAccepted",
      "accepted sell limit 10 holds 10",
      "accepted sell stop 10 holds 0",
      "OrderRested",
    ]);
    expect(balance(driver.engine, ALICE as AccountId, COIN as AssetId)).toEqual({ total: 10, held: 10, available: 0 });
    expect(told(driver.send(list(exits)))).toEqual(["LEDGER_INSUFFICIENT_FUNDS"]);
    checkInvariants(driver.engine);
  });

  test("MT-44 a fill of the one shrinks the other, the last one ends the pair", () => {
    const driver = fundedVenue();
    driver.send(list(exits));
    expect(told(driver.send(order({ accountId: BOB, limitTicks: 105, lots: 4 }))).slice(1)).toEqual([
      "filled 4@105",
      "adjusted listSibling to 6 holds 0",
    ]);
    expect(open(driver)).toEqual(["limit 6 holds 6", "stop 6 holds 0"]);
    expect(told(driver.send(order({ accountId: BOB, limitTicks: 105, lots: 6 }))).slice(1)).toEqual([
      "filled 6@105",
      "cancelled listSibling 6",
      "OrderListEnded",
    ]);
    expect(open(driver)).toEqual([]);
  });

  test("MT-44 a stop that fires takes the limit order off first and its hold over", () => {
    const driver = fundedVenue();
    driver.send(list(exits));
    driver.send(order({ accountId: CAROL, limitTicks: 94, lots: 20 }));
    const events = trade(driver, 95);
    expect(told(events).slice(2)).toEqual(["cancelled listSibling 10", "OrderTriggered", "filled 10@94", "OrderListEnded"]);
    checkInvariants(driver.engine);
  });

  test("MT-44 cancelling one cancels the other, self-trade prevention does not", () => {
    const driver = fundedVenue();
    driver.send(list(exits));
    expect(told(driver.send({ type: "MassCancel", accountId: ALICE, instrumentId: null, side: null }))).toEqual([
      "cancelled user 10",
      "cancelled user 10",
      "OrdersMassCancelled",
      "OrderListEnded",
    ]);
    driver.send(list(exits));
    const own = driver.send(order({ limitTicks: 105, lots: 2, selfTradeMode: "expireMaker" }));
    expect(told(own).slice(1)).toEqual(["cancelled selfTrade 10", "OrderRested", "adjusted listSibling to 10 holds 10"]);
    expect(open(driver)).toEqual(["stop 10 holds 10", "limit 2 holds 211"]);
    checkInvariants(driver.engine);
  });

  test.each<[string, PlainList]>([
    ["two sides", { ...exits, stop: { ...exits.stop, side: "buy", triggerTicks: 110 } }],
    ["two quantities", { ...exits, stop: { ...exits.stop, lots: 9 } }],
    ["two limit orders", { ...exits, stop: { ...sell, orderType: "limit", limitTicks: 110 } }],
  ])("MT-43 MT-44 a pair of %s is refused", (_what, pair) => {
    expect(told(fundedVenue().send(list(pair)))).toEqual(["VALIDATE_ORDER_TERMS"]);
  });

  test("MT-43 orders of a list cannot be amended", () => {
    const driver = fundedVenue();
    driver.send(list(exits));
    const [first] = [...openOrders(driver.engine, ALICE as AccountId)];
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: first!.orderId, lots: 5 }))).toEqual(["VALIDATE_AMEND"]);
  });
});

describe("one triggers the other", () => {
  const both: PlainList = { kind: "oto", first: buy, second: { ...sell, orderType: "limit", limitTicks: 103 } };

  test("MT-45 the second comes when the first has filled whole, and holds nothing before", () => {
    const driver = new Driver();
    driver.sendAll([...venue, deposit(ALICE, USD, 2_000), deposit(BOB, COIN, 100)]);
    driver.send(list(both));
    expect(told(driver.send(order({ accountId: BOB, side: "sell", lots: 4 }))).slice(1)).toEqual(["filled 4@100"]);
    expect(told(driver.send(order({ accountId: BOB, side: "sell", lots: 6 }))).slice(1)).toEqual([
      "filled 6@100",
      "accepted sell limit 10 holds 10",
      "OrderRested",
      "OrderListEnded",
    ]);
  });

  test("MT-45 the second never comes when the first is cancelled", () => {
    const driver = fundedVenue();
    driver.send(list(both));
    expect(told(driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null }))).toEqual([
      "cancelled user 10",
      "AllOrdersCancelled",
      "OrderListEnded",
    ]);
  });
});

describe("bracket", () => {
  const bracket: PlainList = { kind: "bracket", entry: buy, profitTicks: 105, stopTicks: 95 };

  test("MT-46 each partial fill gets a pair of exits of its own size", () => {
    const driver = fundedVenue();
    driver.send(list(bracket));
    const first = driver.send(order({ accountId: BOB, side: "sell", lots: 4 }));
    expect(told(first).slice(1)).toEqual([
      "filled 4@100",
      "OrderListAccepted",
      "accepted sell limit 4 holds 4",
      "accepted sell stop 4 holds 0",
      "OrderRested",
    ]);
    const second = driver.send(order({ accountId: BOB, side: "sell", lots: 6 }));
    expect(told(second).slice(1)).toEqual([
      "filled 6@100",
      "OrderListAccepted",
      "accepted sell limit 6 holds 6",
      "accepted sell stop 6 holds 0",
      "OrderRested",
      "OrderListEnded",
    ]);
    // A fill of one pair leaves the other alone.
    expect(told(driver.send(order({ accountId: CAROL, limitTicks: 105, lots: 3 }))).slice(1)).toEqual([
      "filled 3@105",
      "adjusted listSibling to 1 holds 0",
    ]);
    expect(open(driver)).toEqual(["limit 1 holds 1", "stop 1 holds 0", "limit 6 holds 6", "stop 6 holds 0"]);
    checkInvariants(driver.engine);
  });

  test("MT-46 the entry outlives its exit's self-trade prevention", () => {
    const driver = fundedVenue();
    driver.send(list(bracket));
    driver.send(order({ accountId: BOB, side: "sell", lots: 4 }));
    driver.send(order({ limitTicks: 105, lots: 2, selfTradeMode: "expireMaker" }));
    expect(open(driver).slice(0, 2)).toEqual(["limit 6 holds 602", "stop 4 holds 4"]);
    checkInvariants(driver.engine);
  });

  test("MT-46 JR-1 JR-3 lists survive fold and snapshot at every point", () => {
    const driver = fundedVenue();
    driver.send(list(bracket));
    for (const lots of [4, 6]) driver.send(order({ accountId: BOB, side: "sell", lots }));
    driver.send(order({ accountId: CAROL, limitTicks: 94, lots: 20 }));
    trade(driver, 95);
    const folded = createEngine();
    for (const batch of driver.batches) {
      fold(folded, batch);
      expect(Buffer.compare(snapshot(restore(snapshot(folded))), snapshot(folded))).toBe(0);
    }
    expect(Buffer.compare(snapshot(folded), snapshot(driver.engine))).toBe(0);
  });
});
