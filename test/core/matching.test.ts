import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { depth, lastTrade, openOrders, orderById, queueAhead } from "../../engine/core/queries.ts";
import { decodeEntries } from "../../engine/core/records/records.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import { ALICE, BOB, CAROL, COIN_USD, METAL_USD, fundedVenue, only, order, type Driver } from "./drive.ts";

const coin = COIN_USD as InstrumentId;

/** Fills as [ticks, lots, maker, taker], with accounts for orders. */
function fills(events: readonly Event[]): number[][] {
  return events.flatMap((event) =>
    event.type === "OrderFilled" ? [[event.ticks, event.lots, event.makerAccountId, event.takerAccountId]] : [],
  );
}

function types(events: readonly Event[]): string[] {
  return events.map((event) => (event.type === "OrderCancelled" ? `${event.type} ${event.reason}` : event.type));
}

function refusalOf(events: readonly Event[]): unknown {
  const [event] = events;
  if (events.length !== 1 || event === undefined || !("refusal" in event))
    throw new Error(`expected one refusal, got ${JSON.stringify(events)}`);
  // The nearest order has tests of its own.
  return { ...event.refusal, nearest: null };
}

/** A refusal without operands, unless told otherwise. */
function refused(code: string, operands: { limit?: number; actual?: number; headroom?: number } = {}): unknown {
  return { code, limit: null, used: null, actual: null, headroom: null, nearest: null, licenceId: null, ruleId: null, ...operands };
}

/** Levels as [ticks, lots, orders]. */
function levels(driver: Driver, side: "buy" | "sell"): number[][] {
  const out = new Int32Array(30);
  const count = depth(driver.engine, coin, side, out, 10);
  return Array.from({ length: count }, (_, n) => [...out.subarray(n * 3, n * 3 + 3)]);
}

describe("priority and price", () => {
  test("MT-1 makers fill best price first, then first come first served", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 102, lots: 5 }));
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 101, lots: 5 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 5 }));
    const events = driver.send(order({ limitTicks: 102, lots: 13 }));
    expect(fills(events)).toEqual([
      [101, 5, CAROL, ALICE],
      [101, 5, BOB, ALICE],
      [102, 3, BOB, ALICE],
    ]);
    expect(levels(driver, "sell")).toEqual([[102, 2, 1]]);
    expect(levels(driver, "buy")).toEqual([]);
  });

  test("MT-1 a partial fill keeps its place in the queue", () => {
    const driver = fundedVenue();
    const first = only(driver.send(order({ accountId: BOB, limitTicks: 99 })), "OrderAccepted");
    const second = only(driver.send(order({ accountId: CAROL, limitTicks: 99 })), "OrderAccepted");
    driver.send(order({ side: "sell", limitTicks: 99, lots: 4 }));
    expect(queueAhead(driver.engine, first.orderId)).toBe(0);
    expect(queueAhead(driver.engine, second.orderId)).toBe(6);
    expect(fills(driver.send(order({ side: "sell", limitTicks: 99, lots: 9 })))).toEqual([
      [99, 6, BOB, ALICE],
      [99, 3, CAROL, ALICE],
    ]);
    expect(queueAhead(driver.engine, first.orderId)).toBeNull();
  });

  test("MT-1 MT-2 levels stay ordered whatever the order of arrival", () => {
    const driver = fundedVenue();
    for (const ticks of [90, 99, 95, 97, 92, 98]) driver.send(order({ limitTicks: ticks, lots: 2 }));
    for (const ticks of [110, 101, 105, 103, 108, 102]) driver.send(order({ accountId: BOB, side: "sell", limitTicks: ticks, lots: 2 }));
    expect(levels(driver, "buy").map(([ticks]) => ticks)).toEqual([99, 98, 97, 95, 92, 90]);
    expect(levels(driver, "sell").map(([ticks]) => ticks)).toEqual([101, 102, 103, 105, 108, 110]);
    checkInvariants(driver.engine);
  });

  test("MT-2 MT-3 a buy meets only asks at or below its limit, at the asks' prices", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 95, lots: 3 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 3 }));
    const events = driver.send(order({ limitTicks: 100, lots: 10 }));
    expect(fills(events)).toEqual([[95, 3, BOB, ALICE]]);
    expect(only(events, "OrderRested").leavesLots).toBe(7);
    expect(levels(driver, "buy")).toEqual([[100, 7, 1]]);
  });

  test("MT-2 MT-3 a sell meets only bids at or above its limit, at the bids' prices", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, limitTicks: 105, lots: 3 }));
    driver.send(order({ accountId: BOB, limitTicks: 99, lots: 3 }));
    const events = driver.send(order({ side: "sell", limitTicks: 100, lots: 10 }));
    expect(fills(events)).toEqual([[105, 3, BOB, ALICE]]);
    expect(only(events, "OrderRested").leavesLots).toBe(7);
  });
});

describe("time in force", () => {
  test("MT-4 good till cancelled rests what is left, behind what rests there", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, limitTicks: 100, lots: 4 }));
    const events = driver.send(order({ limitTicks: 100, lots: 6 }));
    expect(types(events)).toEqual(["OrderAccepted", "OrderRested"]);
    expect(levels(driver, "buy")).toEqual([[100, 10, 2]]);
    expect(queueAhead(driver.engine, only(events, "OrderAccepted").orderId)).toBe(4);
  });

  test("MT-5 immediate or cancel cancels what is left", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    const events = driver.send(order({ timeInForce: "ioc", limitTicks: 100, lots: 6 }));
    expect(types(events)).toEqual(["OrderAccepted", "OrderFilled", "OrderCancelled immediateRemainder"]);
    expect(only(events, "OrderCancelled").leavesLots).toBe(2);
    expect(levels(driver, "buy")).toEqual([]);
    expect(types(driver.send(order({ timeInForce: "ioc", limitTicks: 100, lots: 6 })))).toEqual([
      "OrderAccepted",
      "OrderCancelled immediateRemainder",
    ]);
  });

  test("MT-6 fill or kill fills whole or is refused with what it could have had", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 101, lots: 4 }));
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 102, lots: 4 }));
    expect(refusalOf(driver.send(order({ timeInForce: "fok", limitTicks: 101, lots: 9 })))).toEqual(
      refused("BOOK_FILL_OR_KILL", { actual: 9, headroom: 8 }),
    );
    expect(types(driver.send(order({ timeInForce: "fok", limitTicks: 101, lots: 8 })))).toEqual([
      "OrderAccepted",
      "OrderFilled",
      "OrderFilled",
    ]);
  });

  test("MT-6 MT-16 fill or kill does not count what lies behind an own order", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    driver.send(order({ side: "sell", limitTicks: 101, lots: 4 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 4 }));
    expect(refusalOf(driver.send(order({ timeInForce: "fok", limitTicks: 101, lots: 5 })))).toEqual(
      refused("BOOK_FILL_OR_KILL", { actual: 5, headroom: 4 }),
    );
    expect(fills(driver.send(order({ timeInForce: "fok", limitTicks: 101, lots: 4 })))).toEqual([[100, 4, BOB, ALICE]]);
  });
});

describe("market orders", () => {
  test("MT-7 takes the best prices and cancels what the book cannot give", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 104, lots: 4 }));
    const events = driver.send(order({ orderType: "market", timeInForce: "ioc", lots: 10 }));
    expect(fills(events)).toEqual([
      [100, 4, BOB, ALICE],
      [104, 4, BOB, ALICE],
    ]);
    expect(types(events).at(-1)).toBe("OrderCancelled immediateRemainder");
    expect(only(events, "OrderAccepted").limitTicks).toBeNull();
  });

  test("MT-7 RK-2 stops at the price band, measured before it trades", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 110, lots: 4 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 111, lots: 4 }));
    const events = driver.send(order({ orderType: "market", timeInForce: "ioc", lots: 12 }));
    expect(fills(events).map(([ticks]) => ticks)).toEqual([100, 110]);
    expect(types(events).at(-1)).toBe("OrderCancelled priceBand");
    expect(only(events, "OrderCancelled").leavesLots).toBe(4);
  });

  test("MT-7 is refused when nothing rests within the band", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    driver.send(order({ limitTicks: 100, lots: 4 }));
    expect(refusalOf(driver.send(order({ orderType: "market", timeInForce: "ioc", lots: 2 })))).toEqual(refused("BOOK_NO_LIQUIDITY"));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 111, lots: 4 }));
    expect(refusalOf(driver.send(order({ orderType: "market", timeInForce: "ioc", lots: 2 })))).toEqual(refused("BOOK_NO_LIQUIDITY"));
  });

  test("MT-6 MT-7 a market order can be fill or kill", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, limitTicks: 100, lots: 4 }));
    const kill = order({ side: "sell", orderType: "market", timeInForce: "fok", lots: 5 });
    expect(refusalOf(driver.send(kill))).toEqual(refused("BOOK_FILL_OR_KILL", { actual: 5, headroom: 4 }));
    expect(fills(driver.send(order({ side: "sell", orderType: "market", timeInForce: "fok", lots: 4 })))).toEqual([[100, 4, BOB, ALICE]]);
  });
});

describe("self-trade", () => {
  test.each(["gtc", "ioc"] as const)("MT-16 what is left of the taker is cancelled when an own order comes next (%s)", (timeInForce) => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 99, lots: 3 }));
    const own = only(driver.send(order({ side: "sell", limitTicks: 100, lots: 3 })), "OrderAccepted");
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 3 }));
    const events = driver.send(order({ timeInForce, limitTicks: 101, lots: 9 }));
    expect(types(events)).toEqual(["OrderAccepted", "OrderFilled", "OrderCancelled selfTrade"]);
    expect(only(events, "OrderCancelled").leavesLots).toBe(6);
    expect(orderById(driver.engine, own.orderId)?.leavesLots).toBe(3);
  });

  test("MT-16 a market order that meets an own order first ends without a trade", () => {
    const driver = fundedVenue();
    driver.send(order({ side: "sell", limitTicks: 100, lots: 3 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 3 }));
    const events = driver.send(order({ orderType: "market", timeInForce: "ioc", lots: 4 }));
    expect(types(events)).toEqual(["OrderAccepted", "OrderCancelled selfTrade"]);
    expect(only(events, "OrderAccepted").held).toBe(0);
  });
});

describe("cancelling", () => {
  test("MT-8 takes the order off and nothing else", () => {
    const driver = fundedVenue();
    const kept = only(driver.send(order({ lots: 3 })), "OrderAccepted");
    const gone = only(driver.send(order({ lots: 4 })), "OrderAccepted");
    const events = driver.send({ type: "CancelOrder", accountId: ALICE, orderId: gone.orderId });
    expect(events).toEqual([
      { type: "OrderCancelled", orderId: gone.orderId, accountId: ALICE, instrumentId: COIN_USD, reason: "user", leavesLots: 4 },
    ]);
    expect([...openOrders(driver.engine, ALICE as AccountId)].map(({ orderId }) => orderId)).toEqual([kept.orderId]);
    expect(levels(driver, "buy")).toEqual([[100, 3, 1]]);
  });

  test("MT-8 an order that is closed, never was or is another's is unknown", () => {
    const driver = fundedVenue();
    const { orderId } = only(driver.send(order({})), "OrderAccepted");
    const unknown = refused("BOOK_UNKNOWN_ORDER", { actual: orderId });
    expect(refusalOf(driver.send({ type: "CancelOrder", accountId: BOB, orderId }))).toEqual(unknown);
    driver.send({ type: "CancelOrder", accountId: ALICE, orderId });
    expect(refusalOf(driver.send({ type: "CancelOrder", accountId: ALICE, orderId }))).toEqual(unknown);
    expect(refusalOf(driver.send({ type: "CancelOrder", accountId: ALICE, orderId: 2 ** 53 - 1 }))).toEqual(
      refused("BOOK_UNKNOWN_ORDER", { actual: 2 ** 53 - 1 }),
    );
    expect(refusalOf(driver.send({ type: "CancelOrder", accountId: 99, orderId }))).toEqual(refused("VALIDATE_UNKNOWN_ACCOUNT"));
  });

  test("MT-9 cancels all orders of the account, of one instrument or of all, oldest first", () => {
    const driver = fundedVenue();
    const ids = [
      driver.send(order({ limitTicks: 90 })),
      driver.send(order({ limitTicks: 99 })),
      driver.send(order({ instrumentId: METAL_USD, side: "sell", limitTicks: 10, lots: 1 })),
      driver.send(order({ side: "sell", limitTicks: 105 })),
    ].map((events) => only(events, "OrderAccepted").orderId);
    driver.send(order({ accountId: BOB }));
    const inCoin = driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: COIN_USD });
    expect(inCoin.flatMap((event) => (event.type === "OrderCancelled" ? [event.orderId] : []))).toEqual([ids[0], ids[1], ids[3]]);
    expect(inCoin.at(-1)).toEqual({ type: "AllOrdersCancelled", accountId: ALICE, instrumentId: COIN_USD, orders: 3 });
    const everywhere = driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(types(everywhere)).toEqual(["OrderCancelled user", "AllOrdersCancelled"]);
    expect(driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null })).toEqual([
      { type: "AllOrdersCancelled", accountId: ALICE, instrumentId: null, orders: 0 },
    ]);
    expect([...openOrders(driver.engine)]).toHaveLength(1);
  });

  test("MT-9 MT-10 account and instrument must exist", () => {
    const driver = fundedVenue();
    const denied = (accountId: number, instrumentId: number | null): unknown =>
      refusalOf(driver.send({ type: "CancelAllOrders", accountId, instrumentId }));
    expect(denied(99, null)).toEqual(refused("VALIDATE_UNKNOWN_ACCOUNT"));
    expect(denied(ALICE, 3)).toEqual(refused("VALIDATE_UNKNOWN_INSTRUMENT"));
  });
});

describe("validation", () => {
  const denial = (changes: Parameters<typeof order>[0]): unknown => refusalOf(fundedVenue().send(order(changes)));

  test("MT-10 instrument and account must exist, the instrument first", () => {
    expect(denial({ instrumentId: 3, accountId: 99 })).toEqual(refused("VALIDATE_UNKNOWN_INSTRUMENT"));
    expect(denial({ accountId: 99 })).toEqual(refused("VALIDATE_UNKNOWN_ACCOUNT"));
  });

  test("MT-12 a limit order has a limit, a market order has none", () => {
    expect(denial({ limitTicks: null })).toEqual(refused("VALIDATE_LIMIT_PRICE_MISSING"));
    expect(denial({ orderType: "market", timeInForce: "ioc", limitTicks: 7 })).toEqual(
      refused("VALIDATE_LIMIT_PRICE_ON_MARKET", { actual: 7 }),
    );
  });

  test("MT-13 a market order is immediate", () => {
    expect(denial({ orderType: "market", timeInForce: "gtc" })).toEqual(refused("VALIDATE_TIME_IN_FORCE"));
  });

  test("MT-14 the quantity lies between minimum and maximum, which differs for market orders", () => {
    expect(denial({ lots: 1 })).toEqual(refused("VALIDATE_LOTS_BELOW_MINIMUM", { limit: 2, actual: 1 }));
    expect(denial({ lots: 1_001 })).toEqual(refused("VALIDATE_LOTS_ABOVE_MAXIMUM", { limit: 1_000, actual: 1_001, headroom: 1_000 }));
    expect(denial({ orderType: "market", timeInForce: "ioc", lots: 501 })).toEqual(
      refused("VALIDATE_LOTS_ABOVE_MAXIMUM", { limit: 500, actual: 501, headroom: 500 }),
    );
    const driver = fundedVenue();
    expect(types(driver.send(order({ lots: 2 })))).toEqual(["OrderAccepted", "OrderRested"]);
    expect(types(driver.send(order({ lots: 1_000 })))).toEqual(["OrderAccepted", "OrderRested"]);
  });

  test("MT-15 RK-1 the value, at the limit or the reference price, reaches the minimum", () => {
    expect(denial({ limitTicks: 74, lots: 2 })).toEqual(refused("VALIDATE_NOTIONAL_BELOW_MINIMUM", { limit: 150, actual: 148 }));
    const driver = fundedVenue();
    expect(types(driver.send(order({ accountId: BOB, limitTicks: 75, lots: 2 })))).toEqual(["OrderAccepted", "OrderRested"]);
    driver.send(order({ accountId: BOB, limitTicks: 73, lots: 100 }));
    const cheap = order({ side: "sell", orderType: "market", timeInForce: "ioc", lots: 2 });
    expect(types(driver.send(cheap))).toEqual(["OrderAccepted", "OrderFilled"]);
    driver.send(order({ side: "sell", limitTicks: 73, lots: 3 }));
    expect(refusalOf(driver.send(order({ side: "sell", orderType: "market", timeInForce: "ioc", lots: 2 })))).toEqual(
      refused("VALIDATE_NOTIONAL_BELOW_MINIMUM", { limit: 150, actual: 146 }),
    );
  });

  test("MT-17 an order's and a trade's id are the sequence numbers of their events", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell" }));
    driver.send(order({}));
    for (const entry of driver.batches.flatMap(decodeEntries)) {
      if (entry.kind !== "event") continue;
      if (entry.event.type === "OrderAccepted") expect(entry.event.orderId).toBe(entry.seq);
      if (entry.event.type === "OrderFilled") {
        expect(entry.event.tradeId).toBe(entry.seq);
        expect(lastTrade(driver.engine, coin)).toEqual({ tradeId: entry.seq, atUs: entry.atUs, ticks: 100, lots: 10, takerSide: "buy" });
      }
    }
    expect(lastTrade(driver.engine, METAL_USD as InstrumentId)).toBeNull();
  });
});
