import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { balance, depth, orderById, queueAhead } from "../../engine/core/queries.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, AssetId, InstrumentId, OrderId } from "../../shared/ids.ts";
import { ALICE, BOB, CAROL, COIN, COIN_USD, Driver, USD, deposit, fundedVenue, only, order, venue, type PlainOrder } from "./drive.ts";

function told(events: readonly Event[]): string[] {
  return events.map((event) => {
    if (event.type === "OrderCancelled") return `cancelled ${event.reason} ${event.leavesLots}`;
    if (event.type === "OrderFilled") return `filled ${event.lots}@${event.ticks}`;
    if ("refusal" in event) return event.refusal.code;
    return event.type;
  });
}

function idOf(events: readonly Event[]): OrderId {
  return only(events, "OrderAccepted").orderId;
}

function levels(driver: Driver, side: "buy" | "sell"): number[][] {
  const out = new Int32Array(30);
  const count = depth(driver.engine, COIN_USD as InstrumentId, side, out, 10);
  return Array.from({ length: count }, (_, n) => [...out.subarray(n * 3, n * 3 + 3)]);
}

/** A venue where bids at 99 and asks at 101 of Carol stand, and the last trade was at 100. */
function tradedVenue(): Driver {
  const driver = fundedVenue();
  driver.send(order({ accountId: CAROL, side: "sell", lots: 2 }));
  driver.send(order({ accountId: BOB, lots: 2 }));
  driver.send(order({ accountId: CAROL, limitTicks: 99, lots: 20 }));
  driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 101, lots: 20 }));
  return driver;
}

function trade(driver: Driver, ticks: number): Event[] {
  driver.send(order({ accountId: BOB, side: "sell", limitTicks: ticks, lots: 2, selfTradeMode: "expireMaker" }));
  return driver.send(order({ accountId: CAROL, limitTicks: ticks, lots: 2, selfTradeMode: "expireMaker" }));
}

describe("terms", () => {
  test.each<[string, PlainOrder]>([
    ["a stop without trigger", { orderType: "stop" }],
    ["a limit order with a peg", { peg: "mid" }],
    ["an iceberg that shows all", { displayLots: 10 }],
    ["an immediate iceberg", { displayLots: 2, timeInForce: "ioc" }],
    ["a trailing stop without offset", { orderType: "trailingStop" }],
    ["lots and an amount", { orderType: "market", timeInForce: "ioc", lots: 10, quoteAmount: 1_000 }],
    ["an end without GTD", { expireAtUs: 2 ** 52 }],
    ["a trigger source on a limit order", { trigger: "mark" }],
  ])("MT-18 %s is refused", (_what, changes) => {
    expect(told(tradedVenue().send(order(changes)))).toEqual(["VALIDATE_ORDER_TERMS"]);
  });

  test("MT-19 an amount buys what it pays for, fee included", () => {
    const driver = tradedVenue();
    const events = driver.send(order({ orderType: "market", timeInForce: "ioc", quoteAmount: 1_012 }));
    // 10 lots at 101 cost 1,010 and a fee of 3: one unit too many.
    expect(told(events)).toEqual(["OrderAccepted", "filled 9@101"]);
    expect(only(events, "OrderAccepted")).toMatchObject({ lots: 9, quoteAmount: 1_012, held: 912 });
    expect(told(driver.send(order({ orderType: "market", timeInForce: "ioc", quoteAmount: 1_013 })))).toEqual([
      "OrderAccepted",
      "filled 10@101",
    ]);
    expect(told(driver.send(order({ orderType: "market", timeInForce: "ioc", quoteAmount: 101 })))).toEqual([
      "VALIDATE_LOTS_BELOW_MINIMUM",
    ]);
  });

  test("MT-20 a post-only order never takes", () => {
    const driver = tradedVenue();
    expect(driver.send(order({ limitTicks: 101, postOnly: "reject" }))).toMatchObject([
      { refusal: { code: "BOOK_POST_ONLY", limit: 100, actual: 101 } },
    ]);
    const moved = driver.send(order({ limitTicks: 105, postOnly: "reprice" }));
    expect(told(moved)).toEqual(["OrderAccepted", "OrderRested"]);
    expect(only(moved, "OrderAccepted")).toMatchObject({ limitTicks: 105, workingTicks: 100 });
    expect(levels(driver, "buy")[0]).toEqual([100, 10, 1]);
  });

  test("MT-21 market to limit takes the best price and rests there", () => {
    const driver = tradedVenue();
    expect(told(driver.send(order({ orderType: "marketToLimit", timeInForce: "gtc", lots: 25 })))).toEqual([
      "OrderAccepted",
      "filled 20@101",
      "OrderRested",
    ]);
    expect(levels(driver, "buy")[0]).toEqual([101, 5, 1]);
    expect(told(driver.send(order({ orderType: "marketToLimit", lots: 5 })))).toEqual(["BOOK_NO_LIQUIDITY"]);
  });

  test("MT-29 reduce-only sells what there is and buys nothing", () => {
    const driver = new Driver();
    driver.sendAll([...venue, deposit(ALICE, COIN, 7), deposit(BOB, USD, 10_000)]);
    driver.send(order({ accountId: BOB }));
    const events = driver.send(order({ side: "sell", reduceOnly: true }));
    expect(only(events, "OrderAccepted")).toMatchObject({ lots: 7, askedLots: 10 });
    expect(told(events)).toEqual(["OrderAccepted", "filled 7@100"]);
    expect(told(driver.send(order({ side: "sell", reduceOnly: true })))).toEqual(["RISK_REDUCE_ONLY"]);
    expect(told(driver.send(order({ reduceOnly: true })))).toEqual(["RISK_REDUCE_ONLY"]);
  });
});

describe("self-trade", () => {
  const meet = (changes: PlainOrder, maker: PlainOrder = {}): { driver: Driver; events: Event[] } => {
    const driver = fundedVenue();
    driver.send(order({ side: "sell", lots: 6, ...maker }));
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 101, lots: 6 }));
    return { driver, events: driver.send(order({ limitTicks: 101, selfTradeScope: "group", ...changes })) };
  };

  test("MT-23 expire maker goes on behind it", () => {
    expect(told(meet({ selfTradeMode: "expireMaker" }).events)).toEqual([
      "OrderAccepted",
      "cancelled selfTrade 6",
      "filled 6@101",
      "OrderRested",
    ]);
  });

  test("MT-24 expire both leaves neither", () => {
    expect(told(meet({ selfTradeMode: "expireBoth" }).events)).toEqual([
      "OrderAccepted",
      "cancelled selfTrade 6",
      "cancelled selfTrade 10",
    ]);
  });

  test("MT-25 decrement takes the lesser quantity off both", () => {
    const { driver, events } = meet({ selfTradeMode: "decrement" });
    expect(told(events)).toEqual(["OrderAccepted", "cancelled selfTrade 6", "OrderAdjusted", "filled 4@101"]);
    expect(only(events, "OrderAdjusted")).toMatchObject({ lots: 4, leavesLots: 4, held: 406 });
    const larger = meet({ selfTradeMode: "decrement" }, { lots: 16 });
    expect(told(larger.events)).toEqual(["OrderAccepted", "OrderAdjusted", "cancelled selfTrade 10"]);
    expect(levels(larger.driver, "sell")[0]).toEqual([100, 6, 1]);
    checkInvariants(driver.engine);
  });

  test("MT-22 group and firm count as own where the order says so", () => {
    const maker = { accountId: BOB };
    expect(told(meet({}, maker).events)).toEqual(["OrderAccepted", "cancelled selfTrade 10"]);
    expect(told(meet({ selfTradeScope: "account" }, maker).events)).toEqual(["OrderAccepted", "filled 6@100", "filled 4@101"]);
    expect(told(meet({ selfTradeScope: "firm" }, { accountId: CAROL }).events)).toEqual(["OrderAccepted", "cancelled selfTrade 10"]);
    expect(told(meet({ selfTradeScope: "group" }, { accountId: CAROL }).events)).toEqual(["OrderAccepted", "filled 6@100", "filled 4@101"]);
  });
});

describe("ends and changes", () => {
  test("MT-26 GTD ends at its time, day orders at midnight, before anything else happens", () => {
    const driver = fundedVenue();
    const first = idOf(driver.send(order({ timeInForce: "gtd", expireAtUs: driver.atUs + 5 })));
    driver.send(order({ timeInForce: "day", lots: 3 }));
    expect(told(driver.send(order({ timeInForce: "gtd", expireAtUs: driver.atUs })))).toEqual(["VALIDATE_EXPIRY"]);
    driver.atUs = driver.atUs + 1;
    expect(told(driver.send(order({ accountId: BOB, side: "sell" })))).toEqual([
      "cancelled expired 10",
      "OrderAccepted",
      "filled 3@100",
      "OrderRested",
    ]);
    expect(orderById(driver.engine, first)).toBeNull();
    driver.send(order({ timeInForce: "day", limitTicks: 98 }));
    driver.atUs += 86_400_000_000;
    expect(told(driver.send({ type: "AdvanceTime" }))).toEqual(["cancelled expired 10", "TimeAdvanced"]);
  });

  test("MT-28 less keeps the place, more or another price loses it", () => {
    const driver = fundedVenue();
    const first = idOf(driver.send(order({})));
    const second = idOf(driver.send(order({ accountId: BOB })));
    expect(only(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: first, lots: 6 }), "OrderAmended")).toMatchObject({
      keepsPlace: true,
      leavesLots: 6,
      held: 602,
    });
    expect(queueAhead(driver.engine, second)).toBe(6);
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: first, lots: 7 }))).toEqual(["OrderAmended", "OrderRested"]);
    expect(queueAhead(driver.engine, first)).toBe(10);
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 101, lots: 5 }));
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: first, limitTicks: 101 }))).toEqual([
      "OrderAmended",
      "filled 5@101",
      "OrderRested",
    ]);
    checkInvariants(driver.engine);
  });

  test("MT-27 a fill that comes before an amendment counts towards its quantity", () => {
    const driver = fundedVenue();
    const id = idOf(driver.send(order({})));
    driver.send(order({ accountId: BOB, side: "sell", lots: 6 }));
    expect(only(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: id, lots: 8 }), "OrderAmended")).toMatchObject({
      lots: 8,
      leavesLots: 2,
    });
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: id, lots: 6 }))).toEqual(["cancelled amended 2"]);
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: id, lots: 9 }))).toEqual(["BOOK_UNKNOWN_ORDER"]);
    expect(balance(driver.engine, ALICE as AccountId, USD as AssetId).held).toBe(0);
  });

  test("MT-27 a refused amendment changes nothing", () => {
    const driver = tradedVenue();
    const id = idOf(driver.send(order({ postOnly: "reject" })));
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: id, limitTicks: 101 }))).toEqual(["BOOK_POST_ONLY"]);
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: id, limitTicks: 111 }))).toEqual(["RISK_PRICE_BAND"]);
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId: id, triggerTicks: 100 }))).toEqual(["VALIDATE_AMEND"]);
    expect(told(driver.send({ type: "AmendOrder", accountId: BOB, orderId: id, lots: 4 }))).toEqual(["BOOK_UNKNOWN_ORDER"]);
    expect(orderById(driver.engine, id)).toMatchObject({ limitTicks: 100, leavesLots: 10, held: 1_003 });
  });

  test("MT-9 mass cancel by side and instrument", () => {
    const driver = fundedVenue();
    driver.sendAll([order({ limitTicks: 95 }), order({ limitTicks: 96 }), order({ side: "sell", limitTicks: 105 })]);
    const events = driver.send({ type: "MassCancel", accountId: ALICE, instrumentId: COIN_USD, side: "buy" });
    expect(told(events)).toEqual(["cancelled user 10", "cancelled user 10", "OrdersMassCancelled"]);
    expect(only(events, "OrdersMassCancelled").orders).toBe(2);
    expect(levels(driver, "sell")).toHaveLength(1);
  });
});

describe("icebergs, stops and pegs", () => {
  test("MT-30 an iceberg shows a part and goes behind when it has filled", () => {
    const driver = fundedVenue();
    driver.send(order({ displayLots: 4 }));
    const other = idOf(driver.send(order({ accountId: BOB, lots: 5 })));
    expect(levels(driver, "buy")).toEqual([[100, 9, 2]]);
    expect(told(driver.send(order({ accountId: CAROL, side: "sell", lots: 6 })))).toEqual([
      "OrderAccepted",
      "filled 4@100",
      "filled 2@100",
    ]);
    expect(levels(driver, "buy")).toEqual([[100, 7, 2]]);
    expect(queueAhead(driver.engine, other)).toBe(0);
    expect(told(driver.send(order({ accountId: CAROL, side: "sell", lots: 9, timeInForce: "fok" })))).toEqual([
      "OrderAccepted",
      "filled 3@100",
      "filled 4@100",
      "filled 2@100",
    ]);
    checkInvariants(driver.engine);
  });

  test("MT-32 a stop waits unseen, fires at its trigger and is matched in the same command", () => {
    const driver = tradedVenue();
    const id = idOf(driver.send(order({ orderType: "stop", side: "sell", triggerTicks: 97 })));
    expect(orderById(driver.engine, id)).toMatchObject({ triggerTicks: 97, shownLots: 0, held: 10 });
    expect(levels(driver, "buy")).toEqual([[99, 20, 1]]);
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    driver.send(order({ accountId: BOB, limitTicks: 96, lots: 4 }));
    expect(told(trade(driver, 97))).toEqual([
      "OrderAccepted",
      "filled 2@97",
      "OrderTriggered",
      "filled 4@96",
      "cancelled immediateRemainder 6",
    ]);
  });

  test("MT-31 MT-32 stops watch mark and index, and a stop-limit rests at its limit", () => {
    const driver = tradedVenue();
    driver.send(order({ orderType: "stopLimit", trigger: "mark", triggerTicks: 103, limitTicks: 100 }));
    driver.send(order({ orderType: "stopLimit", trigger: "index", triggerTicks: 103, limitTicks: 98 }));
    expect(told(driver.send({ type: "SetMarkPrice", instrumentId: COIN_USD, ticks: 103 }))).toEqual([
      "MarkPriceSet",
      "OrderTriggered",
      "OrderRested",
    ]);
    expect(told(driver.send({ type: "SetIndexPrice", instrumentId: COIN_USD, ticks: 102 }))).toEqual(["IndexPriceSet"]);
    expect(told(driver.send({ type: "SetMarkPrice", instrumentId: 3, ticks: 103 }))).toEqual(["VALIDATE_UNKNOWN_INSTRUMENT"]);
    expect(told(driver.send(order({ orderType: "stopLimit", triggerTicks: 103, limitTicks: 114 })))).toEqual(["RISK_PRICE_BAND"]);
  });

  test("MT-35 stops fire one after the other, the oldest first, each seeing what the one before did", () => {
    const driver = tradedVenue();
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    for (const limitTicks of [97, 95]) driver.send(order({ accountId: BOB, limitTicks, lots: 2 }));
    const first = idOf(driver.send(order({ orderType: "stop", side: "sell", triggerTicks: 95, lots: 2 })));
    const second = idOf(driver.send(order({ orderType: "stop", side: "sell", triggerTicks: 98, lots: 4 })));
    const events = trade(driver, 98);
    expect(events.flatMap((event) => (event.type === "OrderTriggered" ? [event.orderId] : []))).toEqual([second, first]);
    expect(told(events).slice(2)).toEqual([
      "OrderTriggered",
      "filled 2@97",
      "filled 2@95",
      "OrderTriggered",
      "cancelled immediateRemainder 2",
    ]);
  });

  test("MT-33 a trailing stop follows nearer only", () => {
    const driver = tradedVenue();
    const trailing = order({ orderType: "trailingStop", side: "sell", trigger: "mark", offsetTicks: 3 });
    expect(told(driver.send(trailing))).toEqual(["RISK_NO_REFERENCE_PRICE"]);
    driver.send({ type: "SetMarkPrice", instrumentId: COIN_USD, ticks: 100 });
    expect(only(driver.send(trailing), "OrderAccepted")).toMatchObject({ triggerTicks: 97, offsetTicks: 3 });
    const mark = (ticks: number): string[] => told(driver.send({ type: "SetMarkPrice", instrumentId: COIN_USD, ticks }));
    expect(mark(105)).toEqual(["MarkPriceSet", "TriggerMoved"]);
    expect(mark(103)).toEqual(["MarkPriceSet"]);
    expect(mark(102)).toEqual(["MarkPriceSet", "OrderTriggered", "filled 10@99"]);
  });

  test("MT-34 a peg stays at its distance, within its limit, without crossing", () => {
    const driver = tradedVenue();
    const id = idOf(driver.send(order({ orderType: "pegged", peg: "bestBid", limitTicks: 100 })));
    expect(orderById(driver.engine, id)).toMatchObject({ limitTicks: 99, held: 1_003 });
    expect(told(driver.send(order({ accountId: CAROL, limitTicks: 100, lots: 3 })))).toEqual([
      "OrderAccepted",
      "OrderRested",
      "OrderRepriced",
    ]);
    expect(queueAhead(driver.engine, id)).toBe(3);
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 3 }));
    expect(orderById(driver.engine, id)).toMatchObject({ limitTicks: 99 });
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    expect(orderById(driver.engine, id)).toMatchObject({ limitTicks: 99 });
    expect(told(driver.send(order({ accountId: CAROL, orderType: "pegged", peg: "mid", limitTicks: 100 })))).toEqual([
      "RISK_NO_REFERENCE_PRICE",
    ]);
    checkInvariants(driver.engine);
  });
});
