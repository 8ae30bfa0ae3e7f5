import { describe, expect, test } from "vitest";
import { balance } from "../../engine/core/queries.ts";
import { routedOrder, routesOf } from "../../engine/core/routing/routeQueries.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { ALICE, COIN, USD, only, order, type Driver, type PlainCommand } from "./drive.ts";
import { linked } from "./linkedVenue.ts";
import { VENUE, expectOneState, node, onCoin, setLimit } from "./riskVenue.ts";

type PlainReport = Extract<PlainCommand, { type: "RecordVenueReport" }>["report"];
type Fill = Extract<PlainReport, { kind: "filled" }>;

const MINUTE_US = 60_000_000;

function report(driver: Driver, plain: PlainReport): Event[] {
  const events = driver.send({ type: "RecordVenueReport", report: plain }, "connector");
  checkInvariants(driver.engine);
  return events;
}

/** The connected venue with a price of 100 ticks from outside: the band of a tenth ends at 110 and 90. */
function priced(): Driver {
  const driver = linked();
  driver.send({ type: "SetReferencePrice", mark: { instrumentId: 1, ticks: 100, goodForUs: MINUTE_US } }, "connector");
  return driver;
}

/** Sends a market order of 10 lots, unless told otherwise. */
function market(driver: Driver, changes: Parameters<typeof order>[0] = {}): Event[] {
  const events = driver.send(order({ orderType: "market", timeInForce: "ioc", ...changes }));
  checkInvariants(driver.engine);
  return events;
}

function fill(driver: Driver, orderId: number, ticks: number, lots: number, fee = 1): Event[] {
  const venueTradeId = `${7_000 + routesOf(driver.engine).fills.size}`;
  const told: Fill = { kind: "filled", orderId, venueTradeId, ticks, lots, isTaker: true, fee };
  return report(driver, told);
}

const have = (driver: Driver, assetId: number) => balance(driver.engine, ALICE as AccountId, assetId as AssetId);

describe("CN-17 market orders by quantity", () => {
  test("CN-17 CN-6 it holds for the edge of the band, leaves without a limit, and what it does not need is free with each fill and at its end", () => {
    const driver = priced();
    const events = market(driver);
    expect(events.map(({ type }) => type)).toEqual(["OrderAccepted", "OrderRouted"]);
    const { held, orderId } = only(events, "OrderAccepted");
    // 10 lots at 110, the fee of 2,500 millionths, rounded up, and a unit a lot for what the venue rounds.
    expect(held).toBe(1_100 + 3 + 10);
    expect(only(events, "OrderRouted")).toMatchObject({ limitTicks: null, quoteAmount: null, sender: null, replaces: null });
    expect(routedOrder(driver.engine, orderId)).toMatchObject({
      orderType: "market",
      limitTicks: null,
      quoteAmount: null,
      standing: "sent",
    });
    expectOneState(driver);
    report(driver, { kind: "acknowledged", orderId, venueOrderId: "77" });
    fill(driver, orderId, 101, 4);
    expect(have(driver, USD)).toMatchObject({ total: 10_000 - 405, held: 6 * 110 + 1 + 6 });
    expectOneState(driver);
    // The venue ends it with the rest unfilled.
    const closed = report(driver, { kind: "closed", orderId, filledLots: 4, arrived: true });
    expect(only(closed, "OrderCancelled")).toMatchObject({ reason: "immediateRemainder", leavesLots: 6 });
    expect(have(driver, USD)).toMatchObject({ total: 10_000 - 405, held: 0 });
    expect(have(driver, COIN).total).toBe(104);
    expectOneState(driver);
  });

  test("CN-17 a sell holds its lots, and a fill outside our band is the venue's word and is booked", () => {
    const driver = priced();
    const { held, orderId } = only(market(driver, { side: "sell" }), "OrderAccepted");
    expect(held).toBe(10);
    fill(driver, orderId, 60, 10);
    expect(routedOrder(driver.engine, orderId)).toBeNull();
    expect(have(driver, USD)).toMatchObject({ total: 10_000 + 599, held: 0 });
    const buy = only(market(driver), "OrderAccepted").orderId;
    // Above the bound, out of what is available; beyond that it is a discrepancy.
    fill(driver, buy, 130, 5);
    expect(have(driver, USD)).toMatchObject({ total: 10_599 - 651, held: 5 * 110 + 1 + 5 });
    const beyond = fill(driver, buy, 9_000, 5);
    expect(only(beyond, "VenueReported").report).toMatchObject({ kind: "discrepancy", about: "overdrawn" });
  });

  test("CN-17 RK-6 RK-30 without a price from outside, or with one that is too old, nothing leaves", () => {
    const driver = linked();
    expect(only(market(driver), "OrderDenied").refusal.code).toBe("RISK_NO_REFERENCE_PRICE");
    const stale = priced();
    stale.atUs += MINUTE_US + 1;
    expect(only(market(stale), "OrderDenied").refusal.code).toBe("RISK_MARK_STALE");
    report(stale, { kind: "lost", why: "cut" });
    expect(only(market(stale), "OrderDenied").refusal.code).toBe("BOOK_VENUE_NOT_LIVE");
  });

  test("CN-17 MT-14 MT-41 LG-2 it passes the stages of any market order", () => {
    const driver = priced();
    const codeOf = (changes: Parameters<typeof order>[0]): string => only(market(driver, changes), "OrderDenied").refusal.code;
    expect(codeOf({ lots: 501 })).toBe("VALIDATE_LOTS_ABOVE_MAXIMUM");
    expect(codeOf({ lots: 1 })).toBe("VALIDATE_LOTS_BELOW_MINIMUM");
    expect(codeOf({ timeInForce: "gtc" })).toBe("VALIDATE_TIME_IN_FORCE");
    expect(codeOf({ limitTicks: 100 })).toBe("VALIDATE_LIMIT_PRICE_ON_MARKET");
    expect(codeOf({ side: "sell", lots: 101 })).toBe("LEDGER_INSUFFICIENT_FUNDS");
    // 90 lots at 110 with their fee and roundings are more than there is; 89 are not.
    const { refusal } = only(market(driver, { lots: 90 }), "OrderDenied");
    expect(refusal).toMatchObject({ code: "LEDGER_INSUFFICIENT_FUNDS", nearest: { lots: 89, limitTicks: null } });
  });

  test("CN-17 RK-6 a collar is kept: the order leaves under its limit, and a worse fill is a discrepancy", () => {
    const driver = priced();
    driver.send(node(2, "account", VENUE, ALICE));
    setLimit(driver, 2, onCoin("collarPpm", 20_000));
    const events = market(driver);
    const { held, orderId } = only(events, "OrderAccepted");
    expect(held).toBe(1_020 + 3 + 10);
    expect(only(events, "OrderRouted").limitTicks).toBe(102);
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ orderType: "market", limitTicks: 102 });
    expectOneState(driver);
    expect(only(fill(driver, orderId, 103, 5), "VenueReported").report).toMatchObject({ about: "beyondLimit" });
    fill(driver, orderId, 102, 10);
    expect(routedOrder(driver.engine, orderId)).toBeNull();
    // XP-1: by quantity the collar can be kept.
    expect(only(market(driver, { quoteAmount: 500 }), "OrderDenied").refusal).toMatchObject({
      code: "VALIDATE_ROUTED_AMOUNT",
      nearest: { limitTicks: null, lots: 5 },
    });
  });

  test("CN-17 RK-12 an order that is on its way counts as open, at its worst", () => {
    const driver = priced();
    driver.send(node(2, "account", VENUE, ALICE));
    setLimit(driver, 2, { control: "openValue", hard: 1_500 });
    const { orderId } = only(market(driver), "OrderAccepted");
    expect(only(market(driver), "OrderDenied").refusal).toMatchObject({ code: "RISK_OPEN_VALUE", used: 1_100 });
    fill(driver, orderId, 100, 8);
    only(market(driver), "OrderAccepted");
    expectOneState(driver);
  });
});

describe("CN-17 market orders by amount", () => {
  test("CN-17 a buy holds the amount with its fee, and ends as filled when the venue says so", () => {
    const driver = priced();
    const events = market(driver, { quoteAmount: 1_000 });
    const { held, lots, orderId } = only(events, "OrderAccepted");
    expect(held).toBe(1_000 + 3 + 12);
    // As many as the amount comes to at the lowest price of the band.
    expect(lots).toBe(12);
    expect(only(events, "OrderRouted")).toMatchObject({ limitTicks: null, quoteAmount: 1_000 });
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ quoteAmount: 1_000, limitTicks: null });
    fill(driver, orderId, 99, 5, 2);
    expect(have(driver, USD)).toMatchObject({ total: 10_000 - 497, held: 505 + 1 + 7 });
    expectOneState(driver);
    fill(driver, orderId, 101, 5, 1);
    expect(have(driver, USD)).toMatchObject({ total: 10_000 - 497 - 506, held: 0 });
    const closed = report(driver, { kind: "closed", orderId, filledLots: 10, arrived: true, isWhole: true });
    expect(only(closed, "OrderCancelled").reason).toBe("amountReached");
    expect(have(driver, COIN).total).toBe(110);
    expectOneState(driver);
  });

  test("CN-17 a sell holds the lots that the amount can come to, and one that the venue cut short says so", () => {
    const driver = priced();
    const { held, orderId } = only(market(driver, { side: "sell", quoteAmount: 900 }), "OrderAccepted");
    expect(held).toBe(10);
    fill(driver, orderId, 95, 3);
    expect(have(driver, COIN)).toMatchObject({ total: 97, held: 7 });
    const closed = report(driver, { kind: "closed", orderId, filledLots: 3, arrived: true, isWhole: false });
    expect(only(closed, "OrderCancelled").reason).toBe("immediateRemainder");
    expect(have(driver, COIN)).toMatchObject({ total: 97, held: 0 });
  });

  test("CN-17 MT-15 LG-2 an amount that is too small, or more than there is, is refused", () => {
    const driver = priced();
    expect(only(market(driver, { quoteAmount: 149 }), "OrderDenied").refusal.code).toBe("VALIDATE_LOTS_BELOW_MINIMUM");
    expect(only(market(driver, { quoteAmount: 10_000 }), "OrderDenied").refusal.code).toBe("LEDGER_INSUFFICIENT_FUNDS");
  });

  test("CN-17 XP-1 one by amount that is not covered is answered with the nearest one by lots", () => {
    const driver = priced();
    const { refusal } = only(market(driver, { lots: null, quoteAmount: 20_000 }), "OrderDenied");
    expect(refusal).toMatchObject({ code: "LEDGER_INSUFFICIENT_FUNDS", nearest: { limitTicks: null, lots: 89 } });
    // A lot more, at 110 with its fee and its unit, is not covered.
    expect(only(market(driver, { lots: 90 }), "OrderDenied").refusal.code).toBe("LEDGER_INSUFFICIENT_FUNDS");
    only(market(driver, { lots: 89 }), "OrderAccepted");
    expectOneState(driver);
  });
});

describe("CN-18 flattening at the venue", () => {
  /** The account bought 20 lots at 100, has a sell of 5 resting, and stands in the tree. */
  function positioned(): { readonly driver: Driver; readonly resting: number } {
    const driver = priced();
    driver.send(node(2, "account", VENUE, ALICE));
    const { orderId } = only(driver.send(order({ lots: 20 })), "OrderAccepted");
    report(driver, { kind: "acknowledged", orderId, venueOrderId: "71" });
    fill(driver, orderId, 100, 20);
    const resting = only(driver.send(order({ side: "sell", lots: 5, limitTicks: 105 })), "OrderAccepted").orderId;
    report(driver, { kind: "acknowledged", orderId: resting, venueOrderId: "72" });
    return { driver, resting };
  }
  const kill = { scope: { kind: "account", accountId: ALICE }, flatten: true, reason: "runaway" } as const;
  const marketOrders = (events: readonly Event[]) => events.filter((event) => event.type === "OrderAccepted");

  test("CN-18 RK-22 the orders come off first, what still fills counts, and then the position is traded back in the name of who wants it", () => {
    const { driver, resting } = positioned();
    const killed = driver.send({ type: "EngageKillSwitch", kill }, "officer");
    expect(only(killed, "CancelRouted").orderId).toBe(resting);
    expect(marketOrders(killed)).toEqual([]);
    expectOneState(driver);
    // Before the cancellation got there, two lots filled.
    fill(driver, resting, 105, 2);
    const freed = report(driver, { kind: "closed", orderId: resting, filledLots: 2, arrived: true });
    expect(only(freed, "OrderAccepted")).toMatchObject({ orderType: "market", side: "sell", lots: 18 });
    expect(only(freed, "OrderRouted").sender).toBe("officer");
    const { orderId } = only(freed, "OrderAccepted");
    // While it is on its way nothing is sent a second time, whatever looks come.
    driver.atUs += 2_000_000;
    expect(marketOrders(driver.send({ type: "AdvanceTime" }, "sequencer"))).toEqual([]);
    expectOneState(driver);
    // The venue takes a part: the rest is traded with the next look, and not at once.
    fill(driver, orderId, 98, 10);
    expect(marketOrders(report(driver, { kind: "closed", orderId, filledLots: 10, arrived: true }))).toEqual([]);
    driver.atUs += 2_000_000;
    const again = driver.send({ type: "AdvanceTime" }, "sequencer");
    expect(only(again, "OrderAccepted")).toMatchObject({ side: "sell", lots: 8 });
    fill(driver, only(again, "OrderAccepted").orderId, 97, 8);
    expect(have(driver, COIN)).toMatchObject({ total: 100, held: 0 });
    driver.atUs += 2_000_000;
    expect(marketOrders(driver.send({ type: "AdvanceTime" }, "sequencer"))).toEqual([]);
    expectOneState(driver);
  });

  test("CN-18 RK-21 it waits for a link that is away, and ends when the switch is re-armed", () => {
    const { driver, resting } = positioned();
    report(driver, { kind: "lost", why: "cut" });
    driver.send({ type: "EngageKillSwitch", kill }, "officer");
    report(driver, { kind: "closed", orderId: resting, filledLots: 0, arrived: true });
    driver.atUs += 2_000_000;
    expect(marketOrders(driver.send({ type: "AdvanceTime" }, "sequencer"))).toEqual([]);
    const bytes = snapshot(driver.engine);
    expect(snapshot(restore(bytes))).toEqual(bytes);
    const live = report(driver, { kind: "live" });
    const { orderId } = only(live, "OrderAccepted");
    report(driver, { kind: "refused", orderId, why: "-2010 nobody buys" });
    driver.send({ type: "RearmKillSwitch", rearm: { scope: kill.scope, reason: "over" } }, "second officer");
    driver.atUs += 2_000_000;
    expect(marketOrders(driver.send({ type: "AdvanceTime" }, "sequencer"))).toEqual([]);
    expectOneState(driver);
  });

  test("CN-18 RK-6 it waits for a price that is not too old, and denies nothing meanwhile", () => {
    const { driver, resting } = positioned();
    driver.atUs += MINUTE_US + 1;
    driver.send({ type: "EngageKillSwitch", kill }, "officer");
    const off = report(driver, { kind: "closed", orderId: resting, filledLots: 0, arrived: true });
    expect(off.map(({ type }) => type)).toEqual(["OrderCancelled"]);
    driver.send({ type: "SetReferencePrice", mark: { instrumentId: 1, ticks: 100, goodForUs: MINUTE_US } }, "connector");
    driver.atUs += 2_000_000;
    expect(only(driver.send({ type: "AdvanceTime" }, "sequencer"), "OrderAccepted")).toMatchObject({ side: "sell", lots: 20 });
    expectOneState(driver);
  });

  test("CN-18 CN-3 a cancellation that the venue refused is asked for again with the next look, and the trade back waits for it", () => {
    const { driver, resting } = positioned();
    driver.send({ type: "EngageKillSwitch", kill }, "officer");
    report(driver, { kind: "cancelRefused", orderId: resting, why: "busy" });
    driver.atUs += 2_000_000;
    const look = driver.send({ type: "AdvanceTime" }, "sequencer");
    expect(only(look, "CancelRouted")).toMatchObject({ orderId: resting, reason: "killSwitch" });
    expect(marketOrders(look)).toEqual([]);
    expectOneState(driver);
  });

  test("CN-18 RK-26 a loss limit liquidates there as it does here", () => {
    const { driver, resting } = positioned();
    setLimit(driver, 2, { control: "liquidation", hard: 300, parameter: 3_600_000_000 });
    driver.send({ type: "SetReferencePrice", mark: { instrumentId: 1, ticks: 80, goodForUs: MINUTE_US } }, "connector");
    driver.atUs += 2_000_000;
    const look = driver.send({ type: "AdvanceTime" }, "sequencer");
    expect(only(look, "RiskLocked").lock).toBe("liquidating");
    expect(only(look, "CancelRouted")).toMatchObject({ orderId: resting, reason: "lossLimit" });
    const freed = report(driver, { kind: "closed", orderId: resting, filledLots: 0, arrived: true });
    expect(only(freed, "OrderAccepted")).toMatchObject({ orderType: "market", side: "sell", lots: 20 });
    fill(driver, only(freed, "OrderAccepted").orderId, 80, 20);
    driver.atUs += 2_000_000;
    expect(marketOrders(driver.send({ type: "AdvanceTime" }, "sequencer"))).toEqual([]);
    expectOneState(driver);
  });

  test("CN-18 what is left of a position and worth less than the least order is not asked for with every look", () => {
    const { driver, resting } = positioned();
    driver.send({ type: "EngageKillSwitch", kill }, "officer");
    const off = report(driver, { kind: "closed", orderId: resting, filledLots: 0, arrived: true });
    const { orderId } = only(off, "OrderAccepted");
    fill(driver, orderId, 100, 18);
    report(driver, { kind: "closed", orderId, filledLots: 18, arrived: true });
    for (let look = 0; look < 3; look += 1) {
      driver.send({ type: "SetReferencePrice", mark: { instrumentId: 1, ticks: 70, goodForUs: MINUTE_US } }, "connector");
      driver.atUs += 2_000_000;
      // 2 lots at 70 are below the least value of 150.
      expect(driver.send({ type: "AdvanceTime" }, "sequencer").map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    }
    driver.send({ type: "SetReferencePrice", mark: { instrumentId: 1, ticks: 75, goodForUs: MINUTE_US } }, "connector");
    driver.atUs += 2_000_000;
    expect(only(driver.send({ type: "AdvanceTime" }, "sequencer"), "OrderAccepted")).toMatchObject({ side: "sell", lots: 2 });
    expectOneState(driver);
  });
});
