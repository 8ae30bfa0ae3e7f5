import { describe, expect, test } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { depth, indicativePrice, lastTrade, tradingPhase } from "../../engine/core/queries.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { Event } from "../../shared/events.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { TradingPhase } from "../../shared/orders.ts";
import { ALICE, BANDED_USD, BOB, CAROL, COIN_USD, Driver, bandedUsd, fundedVenue, only, order, type PlainOrder } from "./drive.ts";

const coin = COIN_USD as InstrumentId;
const banded = BANDED_USD as InstrumentId;

function told(events: readonly Event[]): string[] {
  return events.map((event) => {
    if (event.type === "OrderCancelled") return `cancelled ${event.reason} ${event.leavesLots}`;
    if (event.type === "OrderFilled") return `filled ${event.lots}@${event.ticks}`;
    if (event.type === "TradingPhaseChanged") return `${event.phase} by ${event.cause}`;
    if (event.type === "AuctionUncrossed") return `uncrossed ${event.lots}@${event.ticks} leaving ${event.surplusLots}`;
    if ("refusal" in event) return event.refusal.code;
    return event.type;
  });
}

function begin(driver: Driver, phase: TradingPhase, untilUs: number | null = null, instrumentId = COIN_USD): string[] {
  return told(driver.send({ type: "SetTradingPhase", instrumentId, phase, untilUs }));
}

function collected(orders: readonly PlainOrder[]): Driver {
  const driver = fundedVenue();
  begin(driver, "openingAuction");
  for (const changes of orders) expect(told(driver.send(order(changes)))).toEqual(["OrderAccepted", "OrderRested"]);
  return driver;
}

/** A venue with an instrument that has bands of 8 % and 4 % and trades at 100. */
function bandedVenue(): Driver {
  const driver = fundedVenue();
  driver.send({ type: "ListInstrument", instrument: bandedUsd });
  driver.send(order({ instrumentId: BANDED_USD, accountId: BOB, side: "sell", lots: 2 }));
  driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, lots: 2 }));
  return driver;
}

describe("phases", () => {
  test("MT-36 outside continuous trading orders are collected or refused", () => {
    const driver = collected([
      { limitTicks: 105 },
      { accountId: BOB, side: "sell", limitTicks: 95 },
      { accountId: BOB, side: "sell", limitTicks: 96, postOnly: "reject" },
    ]);
    for (const changes of [
      { timeInForce: "ioc" },
      { orderType: "market", timeInForce: "ioc" },
      { orderType: "marketToLimit" },
      { orderType: "pegged", peg: "mid", limitTicks: 100 },
    ] as const) {
      expect(told(driver.send(order(changes)))).toEqual(["BOOK_PHASE"]);
    }
    expect(told(driver.send(order({ orderType: "stop", triggerTicks: 90 })))).toEqual(["OrderAccepted"]);
    checkInvariants(driver.engine);
    expect(begin(driver, "halted")).toEqual(["halted by operator"]);
    expect(told(driver.send(order({})))).toEqual(["BOOK_PHASE"]);
    const cancelled = driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(told(cancelled)).toEqual(["cancelled user 10", "cancelled user 10", "AllOrdersCancelled"]);
    expect(begin(driver, "closed")).toEqual(["closed by operator"]);
    expect(told(driver.send(order({})))).toEqual(["BOOK_PHASE"]);
  });

  test("MT-36 a halt admits no amendment", () => {
    const driver = fundedVenue();
    const { orderId } = only(driver.send(order({})), "OrderAccepted");
    begin(driver, "halted");
    expect(told(driver.send({ type: "AmendOrder", accountId: ALICE, orderId, lots: 5 }))).toEqual(["BOOK_PHASE"]);
  });

  test("MT-37 a phase ends at its time, in order of time with orders' ends", () => {
    const driver = collected([
      { limitTicks: 101, lots: 4 },
      { accountId: BOB, side: "sell", limitTicks: 101, lots: 4 },
    ]);
    expect(begin(driver, "closingAuction", driver.atUs + 10)).toEqual(["closingAuction by operator"]);
    driver.send(order({ timeInForce: "gtd", expireAtUs: driver.atUs + 5, limitTicks: 101 }));
    expect(tradingPhase(driver.engine, coin)).toEqual({ phase: "closingAuction", untilUs: driver.atUs + 8 });
    driver.atUs += 20;
    expect(told(driver.send({ type: "AdvanceTime" }))).toEqual([
      "cancelled expired 10",
      "uncrossed 4@101 leaving 0",
      "filled 4@101",
      "closed by time",
      "TimeAdvanced",
    ]);
    expect(begin(driver, "preOpen", driver.atUs)).toEqual(["VALIDATE_EXPIRY"]);
    expect(begin(driver, "preOpen", null, 9)).toEqual(["VALIDATE_UNKNOWN_INSTRUMENT"]);
  });

  test("MT-37 a halt of a crossed book uncrosses before trading goes on", () => {
    const driver = collected([{ limitTicks: 103 }, { accountId: BOB, side: "sell", limitTicks: 101 }]);
    begin(driver, "halted");
    expect(begin(driver, "continuous")).toEqual(["uncrossed 10@102 leaving 0", "filled 10@102", "continuous by operator"]);
    checkInvariants(driver.engine);
  });

  test("MT-36 an instrument may be listed before it opens", () => {
    const driver = fundedVenue();
    driver.send({ type: "ListInstrument", instrument: { ...bandedUsd, initialPhase: "preOpen" } });
    expect(tradingPhase(driver.engine, banded)).toEqual({ phase: "preOpen", untilUs: null });
    expect(told(driver.send(order({ instrumentId: BANDED_USD, timeInForce: "ioc" })))).toEqual(["BOOK_PHASE"]);
  });
});

describe("auction price", () => {
  test.each<[string, readonly PlainOrder[], string]>([
    [
      "the greatest quantity",
      [
        { limitTicks: 103, lots: 10 },
        { limitTicks: 101, lots: 10 },
        { accountId: BOB, side: "sell", limitTicks: 100, lots: 15 },
        { accountId: BOB, side: "sell", limitTicks: 102, lots: 15 },
      ],
      "uncrossed 15@101 leaving 5",
    ],
    [
      "then the least surplus",
      [
        { limitTicks: 104, lots: 10 },
        { limitTicks: 102, lots: 4 },
        { accountId: BOB, side: "sell", limitTicks: 100, lots: 10 },
      ],
      "uncrossed 10@103 leaving 0",
    ],
    [
      "then the price nearest to the reference, which is the middle here",
      [
        { limitTicks: 110, lots: 10 },
        { accountId: BOB, side: "sell", limitTicks: 95, lots: 10 },
      ],
      "uncrossed 10@102 leaving 0",
    ],
  ])("MT-38 %s decides", (_what, orders, outcome) => {
    const driver = collected(orders);
    expect(begin(driver, "continuous")[0]).toBe(outcome);
    checkInvariants(driver.engine);
  });

  test("MT-38 the indicative price is what the auction would come to", () => {
    const driver = collected([{ limitTicks: 103, lots: 10 }]);
    expect(indicativePrice(driver.engine, coin)).toBeNull();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 4 }));
    expect(indicativePrice(driver.engine, coin)).toEqual({ ticks: 102, lots: 4, surplusLots: 6 });
    begin(driver, "continuous");
    expect(indicativePrice(driver.engine, coin)).toBeNull();
  });

  test("MT-39 matches are made in priority, all at one price, and the younger order pays as taker", () => {
    const driver = collected([
      { limitTicks: 104, lots: 6 },
      { accountId: CAROL, limitTicks: 105, lots: 6 },
      { accountId: BOB, side: "sell", limitTicks: 104, lots: 9 },
    ]);
    const events = driver.send({ type: "SetTradingPhase", instrumentId: COIN_USD, phase: "continuous" });
    expect(told(events)).toEqual(["uncrossed 9@104 leaving 3", "filled 6@104", "filled 3@104", "continuous by operator"]);
    expect(
      events.flatMap((event) => (event.type === "OrderFilled" ? [[event.makerAccountId, event.takerAccountId, event.takerSide]] : [])),
    ).toEqual([
      [CAROL, BOB, "sell"],
      [ALICE, BOB, "sell"],
    ]);
    expect(lastTrade(driver.engine, coin)?.ticks).toBe(104);
  });

  test("MT-39 hidden lots take part", () => {
    const driver = collected([
      { limitTicks: 102, lots: 10, displayLots: 3 },
      { accountId: BOB, side: "sell", limitTicks: 102, lots: 8 },
    ]);
    expect(begin(driver, "continuous")).toEqual([
      "uncrossed 8@102 leaving 2",
      "filled 3@102",
      "filled 3@102",
      "filled 2@102",
      "continuous by operator",
    ]);
    const out = new Int32Array(3);
    depth(driver.engine, coin, "buy", out, 1);
    expect([...out]).toEqual([102, 1, 1]);
  });

  test("MT-35 MT-36 stops fire once the auction is over", () => {
    const driver = collected([
      { limitTicks: 104, lots: 4 },
      { accountId: BOB, side: "sell", limitTicks: 104, lots: 4 },
    ]);
    driver.send(order({ accountId: CAROL, orderType: "stop", triggerTicks: 103 }));
    expect(begin(driver, "continuous")).toEqual([
      "uncrossed 4@104 leaving 0",
      "filled 4@104",
      "continuous by operator",
      "OrderTriggered",
      "cancelled immediateRemainder 10",
    ]);
  });
});

describe("bands and filters", () => {
  const sells = (driver: Driver, limitTicks: number): void =>
    void driver.send(order({ instrumentId: BANDED_USD, accountId: BOB, side: "sell", limitTicks, lots: 4 }));

  test("MT-40 a match beyond the dynamic band becomes a volatility auction", () => {
    const driver = bandedVenue();
    for (const ticks of [103, 105]) sells(driver, ticks);
    const events = driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, limitTicks: 106 }));
    // 4 % around 100: 104 is the last price to match at.
    expect(told(events)).toEqual(["OrderAccepted", "filled 4@103", "volatilityAuction by volatility", "OrderRested"]);
    expect(only(events, "TradingPhaseChanged").untilUs).toBe(driver.atUs + 15);
    driver.atUs += 20;
    expect(told(driver.send({ type: "AdvanceTime" }))).toEqual([
      "uncrossed 4@105 leaving 2",
      "filled 4@105",
      "continuous by time",
      "TimeAdvanced",
    ]);
    checkInvariants(driver.engine);
  });

  test.each([
    ["dynamic", { staticBandPpm: null }, 104],
    ["static", { dynamicBandPpm: null }, 108],
  ] as const)("MT-40 an instrument may have the %s band alone", (_name, bands, edge) => {
    const driver = fundedVenue();
    driver.send({ type: "ListInstrument", instrument: { ...bandedUsd, ...bands } });
    begin(driver, "openingAuction", null, BANDED_USD);
    sells(driver, 100);
    driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, limitTicks: 100, lots: 4 }));
    begin(driver, "continuous", null, BANDED_USD);
    for (const ticks of [edge, edge + 1]) sells(driver, ticks);
    const events = driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, limitTicks: edge + 1, lots: 8 }));
    expect(told(events)).toEqual(["OrderAccepted", `filled 4@${edge}`, "volatilityAuction by volatility", "OrderRested"]);
  });

  test("MT-40 the static band lies around the last auction, and immediate orders stop at the edge", () => {
    const driver = bandedVenue();
    begin(driver, "openingAuction", null, BANDED_USD);
    sells(driver, 96);
    driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, limitTicks: 96, lots: 4 }));
    begin(driver, "continuous", null, BANDED_USD);
    // Dynamic 96 + 3 = 99, static 96 + 7 = 103: the nearer one counts.
    sells(driver, 100);
    expect(told(driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, timeInForce: "ioc", limitTicks: 101, lots: 4 })))).toEqual([
      "OrderAccepted",
      "volatilityAuction by volatility",
      "cancelled immediateRemainder 4",
    ]);
    expect(begin(driver, "continuous", null, BANDED_USD)[0]).toBe("uncrossed 0@null leaving 0");
    expect(told(driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, timeInForce: "fok", limitTicks: 101, lots: 4 })))).toEqual([
      "BOOK_FILL_OR_KILL",
    ]);
  });

  test("MT-41 greatest value, another for market orders", () => {
    const driver = bandedVenue();
    const send = (changes: PlainOrder): Event[] => driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, ...changes }));
    expect(send({ lots: 31 })).toMatchObject([
      { refusal: { code: "VALIDATE_AMOUNT_ABOVE_MAXIMUM", limit: 3_000, actual: 3_100, headroom: 3_000 } },
    ]);
    expect(told(send({ lots: 30 }))).toEqual(["OrderAccepted", "OrderRested"]);
    expect(send({ orderType: "market", timeInForce: "ioc", lots: 26 })).toMatchObject([
      { refusal: { code: "VALIDATE_AMOUNT_ABOVE_MAXIMUM", limit: 2_500 } },
    ]);
  });

  test("MT-42 so many open orders and no more, counted by instrument", () => {
    const driver = bandedVenue();
    for (let n = 0; n < 6; n += 1) {
      driver.send(order({ instrumentId: BANDED_USD, limitTicks: 95 }));
      driver.send(order({ limitTicks: 95 }));
    }
    expect(driver.send(order({ instrumentId: BANDED_USD, limitTicks: 95 }))).toMatchObject([
      { refusal: { code: "RISK_OPEN_ORDERS", limit: 6, actual: 6 } },
    ]);
    expect(told(driver.send(order({ limitTicks: 95 })))).toEqual(["OrderAccepted", "OrderRested"]);
    expect(told(driver.send(order({ instrumentId: BANDED_USD, limitTicks: 95, timeInForce: "ioc" })))).toEqual([
      "OrderAccepted",
      "cancelled immediateRemainder 10",
    ]);
  });

  test("MT-37 JR-1 JR-3 phases, bands and their times survive fold and snapshot", () => {
    const driver = bandedVenue();
    for (const ticks of [103, 105]) sells(driver, ticks);
    driver.send(order({ instrumentId: BANDED_USD, accountId: CAROL, limitTicks: 106 }));
    const folded = createEngine();
    for (const batch of driver.batches) fold(folded, batch);
    const restored = new Driver(restore(snapshot(folded)));
    expect(Buffer.compare(snapshot(restored.engine), snapshot(driver.engine))).toBe(0);
    restored.atUs = driver.atUs + 20;
    expect(told(restored.send({ type: "AdvanceTime" }))).toEqual([
      "uncrossed 4@105 leaving 2",
      "filled 4@105",
      "continuous by time",
      "TimeAdvanced",
    ]);
  });
});
