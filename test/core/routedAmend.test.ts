import { describe, expect, test } from "vitest";
import { balance } from "../../engine/core/queries.ts";
import { routedOrder, routedOrders } from "../../engine/core/routing/routeQueries.ts";
import { nextDueUs } from "../../engine/core/engine.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { ALICE, BOB, Driver, USD, only, order, type PlainCommand } from "./drive.ts";
import { linked } from "./linkedVenue.ts";
import { schedule } from "./venues.ts";
import { VENUE, expectOneState, node, setLimit } from "./riskVenue.ts";

type PlainReport = Extract<PlainCommand, { type: "RecordVenueReport" }>["report"];

const MINUTE_US = 60_000_000;

function report(driver: Driver, plain: PlainReport): Event[] {
  const events = driver.send({ type: "RecordVenueReport", report: plain }, "connector");
  checkInvariants(driver.engine);
  return events;
}

/** A buy of 10 lots at 100 that works at the venue, sent by a trader. */
function working(driver: Driver, changes: Parameters<typeof order>[0] = {}): number {
  const { orderId } = only(driver.send(order(changes), "trader"), "OrderAccepted");
  report(driver, { kind: "acknowledged", orderId, venueOrderId: `V${orderId}` });
  return orderId;
}

function amend(driver: Driver, orderId: number, to: { limitTicks?: number; lots?: number }, actor = "trader"): Event[] {
  const events = driver.send({ type: "AmendOrder", accountId: ALICE, orderId, ...to }, actor);
  checkInvariants(driver.engine);
  return events;
}

const fill = (orderId: number, lots: number): Extract<PlainReport, { kind: "filled" }> => ({
  kind: "filled",
  orderId,
  venueTradeId: String(orderId * 100 + lots),
  ticks: 100,
  lots,
  isTaker: false,
  fee: 1,
});
const closed = (orderId: number, filledLots = 0): PlainReport => ({ kind: "closed", orderId, filledLots, arrived: true });
const kinds = (events: readonly Event[]): readonly string[] => events.map(({ type }) => type);
const held = ({ engine }: Driver): number => balance(engine, ALICE as AccountId, USD as AssetId).held;

describe("CN-19 an order at the venue is changed", () => {
  test("CN-19 it comes off first, and what remains goes in anew once the venue has let it go; never are both there", () => {
    const driver = linked();
    const orderId = working(driver);
    const asked = amend(driver, orderId, { limitTicks: 99, lots: 12 });
    expect(kinds(asked)).toEqual(["AmendRouted", "CancelRouted"]);
    expect(only(asked, "AmendRouted")).toMatchObject({ limitTicks: 99, lots: 12, confirmation: null });
    expect(only(asked, "CancelRouted").reason).toBe("replaced");
    // It goes on holding what it held, and is the only one that is open.
    expect(held(driver)).toBe(1_000 + 3 + 10);
    expect(routedOrders(driver.engine)).toMatchObject([{ orderId, standing: "cancelSent" }]);
    expectOneState(driver);
    report(driver, fill(orderId, 4));
    const off = report(driver, closed(orderId, 4));
    expect(kinds(off)).toEqual(["OrderCancelled", "OrderAccepted", "OrderRouted"]);
    expect(only(off, "OrderCancelled").reason).toBe("replaced");
    const fresh = only(off, "OrderAccepted");
    expect(fresh).toMatchObject({ limitTicks: 99, lots: 8, side: "buy", held: 8 * 99 + 2 + 8 });
    expect(only(off, "OrderRouted")).toMatchObject({ orderId: fresh.orderId, sender: "trader", replaces: orderId });
    expect(held(driver)).toBe(fresh.held);
    expectOneState(driver);
    // It goes by the client order id of the first one, which stays taken, and the next one is free.
    const next = fresh.clientOrderId + 1;
    expect(only(driver.send(order({ clientOrderId: fresh.clientOrderId })), "OrderDenied").refusal.code).toBe(
      "VALIDATE_DUPLICATE_CLIENT_ORDER_ID",
    );
    only(driver.send(order({ clientOrderId: next })), "OrderAccepted");
    expectOneState(driver);
  });

  test("CN-19 RK-20 RK-23 the one that goes in belongs to who sent the first", () => {
    const driver = linked();
    driver.send({ type: "OpenSession", session: { session: "trader", cancelOnDisconnect: true } });
    const first = working(driver);
    amend(driver, first, { limitTicks: 98 }, "colleague");
    const fresh = only(report(driver, closed(first)), "OrderAccepted").orderId;
    expect(only(driver.send({ type: "CloseSession", session: "trader" }), "CancelRouted").orderId).toBe(fresh);
  });

  test("CN-19 the stages are asked before the first comes off, and a refusal leaves it where it is", () => {
    const driver = linked();
    const orderId = working(driver);
    const refusalOf = (events: readonly Event[]) => only(events, "AmendDenied").refusal;
    expect(refusalOf(amend(driver, orderId, { lots: 200 })).code).toBe("LEDGER_INSUFFICIENT_FUNDS");
    expect(refusalOf(amend(driver, orderId, { limitTicks: 1 })).code).toBe("VALIDATE_NOTIONAL_BELOW_MINIMUM");
    report(driver, fill(orderId, 8));
    // What remains must do as an order by itself.
    expect(refusalOf(amend(driver, orderId, { lots: 9 })).code).toBe("VALIDATE_LOTS_BELOW_MINIMUM");
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ standing: "working", isCancelAsked: false });
    // No more than has filled is a cancellation and nothing else.
    expect(kinds(amend(driver, orderId, { lots: 8 }))).toEqual(["CancelRouted"]);
    expect(refusalOf(amend(driver, orderId, { limitTicks: 99 })).code).toBe("BOOK_CANCEL_ASKED");
    const ioc = working(driver, { timeInForce: "ioc" });
    expect(refusalOf(amend(driver, ioc, { limitTicks: 99 })).code).toBe("VALIDATE_AMEND");
    const last = working(driver);
    report(driver, { kind: "lost", why: "cut" });
    expect(refusalOf(amend(driver, last, { limitTicks: 99 })).code).toBe("BOOK_VENUE_NOT_LIVE");
  });

  test("CN-19 one that fills whole before it comes off, or that the venue keeps, is not replaced", () => {
    const driver = linked();
    const orderId = working(driver);
    amend(driver, orderId, { lots: 20 });
    const events = report(driver, fill(orderId, 10));
    expect(only(events, "RouteChanged").note).toContain("filled before it could be changed");
    expect(kinds(events)).not.toContain("OrderAccepted");
    const kept = working(driver, { limitTicks: 90 });
    amend(driver, kept, { limitTicks: 91 });
    report(driver, { kind: "cancelRefused", orderId: kept, why: "busy" });
    expect(routedOrder(driver.engine, kept)).toMatchObject({ standing: "working", isCancelAsked: false });
    // Nor is one of which it is not sure how much is done.
    const doubtful = working(driver, { limitTicks: 90 });
    amend(driver, doubtful, { limitTicks: 91 });
    report(driver, { ...fill(doubtful, 4), ticks: 95 });
    expect(kinds(report(driver, closed(doubtful)))).toEqual(["OrderCancelled"]);
    // A later cancellation by a person brings nothing in.
    driver.send({ type: "CancelOrder", accountId: ALICE, orderId: kept });
    expect(kinds(report(driver, closed(kept)))).toEqual(["OrderCancelled"]);
    expectOneState(driver);
  });

  test("CN-19 whoever wants it off altogether while it comes off gets that", () => {
    const driver = linked();
    const orderId = working(driver);
    amend(driver, orderId, { limitTicks: 99 });
    driver.send({ type: "CancelOrder", accountId: ALICE, orderId });
    const off = report(driver, closed(orderId));
    expect(kinds(off)).toEqual(["OrderCancelled"]);
    expect(only(off, "OrderCancelled").reason).toBe("user");
    const second = working(driver);
    amend(driver, second, { limitTicks: 99 });
    driver.send({ type: "EngageKillSwitch", kill: { scope: { kind: "account", accountId: ALICE }, flatten: false, reason: "drill" } });
    expect(kinds(report(driver, closed(second)))).toEqual(["OrderCancelled"]);
    expectOneState(driver);
  });

  test("CN-19 CN-5 with the link away what is to go in waits for it, a minute at the most", () => {
    const driver = linked();
    const orderId = working(driver);
    amend(driver, orderId, { limitTicks: 99 });
    report(driver, { kind: "unanswered", orderId, why: "timeout" });
    report(driver, { kind: "lost", why: "timeout" });
    // A restart of the terminal is no more than this to the engine: its state is the journal's.
    expect(kinds(report(driver, closed(orderId)))).toEqual(["OrderCancelled"]);
    expectOneState(driver);
    const live = report(driver, { kind: "live" });
    expect(only(live, "OrderRouted")).toMatchObject({ replaces: orderId, sender: "trader" });
    const { orderId: fresh } = only(live, "OrderAccepted");
    expectOneState(driver);

    report(driver, { kind: "acknowledged", orderId: fresh, venueOrderId: "V2" });
    amend(driver, fresh, { limitTicks: 98 });
    report(driver, { kind: "lost", why: "cut" });
    report(driver, closed(fresh));
    driver.atUs += MINUTE_US;
    const late = report(driver, { kind: "live" });
    expect(only(late, "RestDenied")).toMatchObject({ orderId: fresh, refusal: { code: "BOOK_REST_TOO_LATE" } });
    expect(kinds(late)).not.toContain("OrderAccepted");
    expect(held(driver)).toBe(0);
    expectOneState(driver);
  });

  test("CN-19 what waits is withdrawn by name and by cancelling all, and refused by what has changed meanwhile", () => {
    const driver = linked();
    driver.send(node(2, "account", VENUE, ALICE));
    const waiting = (): number => {
      const orderId = working(driver);
      amend(driver, orderId, { limitTicks: 99 });
      report(driver, { kind: "lost", why: "cut" });
      report(driver, closed(orderId));
      return orderId;
    };
    const first = waiting();
    expect(only(driver.send({ type: "CancelOrder", accountId: ALICE, orderId: first }), "RestDenied").refusal.code).toBe(
      "BOOK_REST_WITHDRAWN",
    );
    report(driver, { kind: "live" });
    const second = waiting();
    // Not by who cancels other orders than it.
    for (const other of [
      { accountId: BOB, side: null },
      { accountId: ALICE, side: "sell" as const },
    ])
      expect(kinds(driver.send({ type: "MassCancel", instrumentId: null, ...other }))).toEqual(["OrdersMassCancelled"]);
    const all = driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(only(all, "RestDenied").orderId).toBe(second);
    report(driver, { kind: "live" });
    const third = waiting();
    setLimit(driver, 2, { control: "openValue", hard: 500 });
    const denied = report(driver, { kind: "live" });
    expect(kinds(denied)).toEqual(["VenueReported", "RiskBreached", "RestDenied"]);
    expect(only(denied, "RestDenied")).toMatchObject({ orderId: third, refusal: { code: "RISK_OPEN_VALUE" } });
    expectOneState(driver);
  });

  test("CN-19 a smaller quantity at the same price is refused where a new order would be, and the order stays where it is", () => {
    const driver = linked();
    driver.send(node(2, "account", VENUE, ALICE));
    const orderId = working(driver);
    setLimit(driver, 2, { control: "openValue", hard: 500 });
    const denied = only(amend(driver, orderId, { lots: 8 }), "AmendDenied").refusal;
    expect(denied).toMatchObject({ code: "RISK_OPEN_VALUE", limit: 500, actual: 800, nearest: { limitTicks: null, lots: 5 } });
    expect(kinds(amend(driver, orderId, { lots: 5 }))).toEqual(["AmendRouted", "CancelRouted"]);
    expect(kinds(report(driver, closed(orderId)))).toEqual(["OrderCancelled", "OrderAccepted", "OrderRouted"]);
    const second = routedOrders(driver.engine)[0]!.orderId;
    report(driver, { kind: "acknowledged", orderId: second, venueOrderId: "V2" });
    driver.send({ type: "SetTradingState", change: { nodeId: 2, state: "reduceOnly", reason: "drill" } });
    expect(only(amend(driver, second, { lots: 4 }), "AmendDenied").refusal.code).toBe("RISK_STATE_REDUCE_ONLY");
    expect(routedOrder(driver.engine, second)).toMatchObject({ standing: "working", isCancelAsked: false });
    expectOneState(driver);
  });

  test("CN-19 MT-11 the client order id that it goes by stays taken while it is open, however many orders come after it", () => {
    const driver = linked();
    const first = working(driver, { clientOrderId: 9_000 });
    amend(driver, first, { limitTicks: 99 });
    const { clientOrderId, orderId } = only(report(driver, closed(first)), "OrderAccepted");
    expect(clientOrderId).toBe(9_000);
    // More than the ids that are remembered, and not counting upwards.
    for (let n = 0; n < 1_030; n += 1) {
      const id = only(driver.send(order({ clientOrderId: n % 2 === 0 ? 6_000 + n : 8_000 - n, limitTicks: 98 })), "OrderAccepted").orderId;
      driver.send({ type: "RecordVenueReport", report: { kind: "refused", orderId: id, why: "no" } }, "connector");
    }
    checkInvariants(driver.engine);
    expect(only(driver.send(order({ clientOrderId })), "OrderDenied").refusal.code).toBe("VALIDATE_DUPLICATE_CLIENT_ORDER_ID");
    const restored = restore(snapshot(driver.engine));
    checkInvariants(restored);
    expect(snapshot(restored)).toEqual(snapshot(driver.engine));
    const later = new Driver(restored);
    later.atUs = driver.atUs;
    expect(only(later.send(order({ clientOrderId })), "OrderDenied").refusal.code).toBe("VALIDATE_DUPLICATE_CLIENT_ORDER_ID");
    report(driver, closed(orderId));
    only(driver.send(order({ clientOrderId })), "OrderAccepted");
    checkInvariants(driver.engine);
  });

  test("CN-19 JR-8 what waits in vain is told of when its minute is over, though nothing else happens", () => {
    const driver = linked();
    const orderId = working(driver);
    amend(driver, orderId, { limitTicks: 99 });
    const untilUs = driver.atUs + MINUTE_US;
    report(driver, { kind: "lost", why: "cut" });
    report(driver, closed(orderId));
    expect(nextDueUs(driver.engine)).toBe(untilUs + 1);
    driver.atUs = untilUs;
    expect(only(driver.send({ type: "AdvanceTime" }), "RestDenied").refusal.code).toBe("BOOK_REST_TOO_LATE");
    expect(nextDueUs(driver.engine)).toBe(Number.POSITIVE_INFINITY);
  });

  test("CN-19 RK-17 what goes in for an order is no duplicate of one that has been changed", () => {
    const driver = linked();
    driver.send(node(2, "account", VENUE, ALICE));
    setLimit(driver, 2, { control: "duplicates", hard: 1, parameter: 10_000_000 });
    const first = working(driver);
    amend(driver, first, { limitTicks: 99 });
    const second = only(report(driver, closed(first)), "OrderAccepted").orderId;
    report(driver, { kind: "acknowledged", orderId: second, venueOrderId: "V2" });
    amend(driver, second, { limitTicks: 100 });
    expect(kinds(report(driver, closed(second)))).toEqual(["OrderCancelled", "OrderAccepted", "OrderRouted"]);
    // A new one like it is.
    expect(only(driver.send(order({})), "OrderDenied").refusal.code).toBe("RISK_DUPLICATE");
    expectOneState(driver);
  });

  test("CN-19 LG-3 LG-15 the most that an amendment may ask for is what goes in, with a minimum fee of its own", () => {
    const driver = linked(true, 1_000_000);
    driver.send(schedule({ venueId: 1, minimumFeeUsdMillionths: 200 }));
    const orderId = working(driver);
    report(driver, { ...fill(orderId, 5), fee: 200 });
    const most = only(amend(driver, orderId, { lots: 900 }), "AmendDenied").refusal.nearest?.lots ?? 0;
    expect(kinds(amend(driver, orderId, { lots: most }))).toEqual(["AmendRouted", "CancelRouted"]);
    expect(kinds(report(driver, closed(orderId, 5)))).toEqual(["OrderCancelled", "OrderAccepted", "OrderRouted"]);
    expectOneState(driver);
  });
});
