import { MAX_AMOUNT } from "../../../shared/money.ts";
import type { CancelReason } from "../../../shared/orders.ts";
import { venueReportSchema, type Discrepancy, type VenueReport, type VenueReportOf } from "../../../shared/venueReports.ts";
import { settled, settlementOf, valueOf } from "../ledger/ledger.ts";
import { flattenDue } from "../risk/withdraw.ts";
import type { Engine } from "../engineParts.ts";
import { emitCommandDenied, emitOrderClosed } from "../records/emit.ts";
import { emitRouteChanged, emitVenueFilled, emitVenueReportRepeated, emitVenueReported } from "../records/emitRoutes.ts";
import { NO_OPERAND, fromJson } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { commandLayouts, eventLayouts } from "../records/layout.ts";
import { hasNoLimit, isBuy, mayRest } from "../records/terms.ts";
import { sendReplacements } from "./replace.ts";
import type { Route } from "../state/routes.ts";
import { fits, recordDiscrepancy } from "./discrepancy.ts";
import { proposeTakeOver, takeOver, withdrawTakeOver } from "./takeOver.ts";

/** CN-4 to CN-10: takes a report of the outside venue in, and does what had to wait for it (CN-18). */
export function recordVenueReport(engine: Engine, at: number): void {
  const { log } = engine;
  const json = log.numbers[at + commandLayouts.RecordVenueReport.slots.report]!;
  const report = fromJson(venueReportSchema, log.texts.list[json]!);
  const waits = mayFreeTheWay(engine, report);
  takeIn(engine, report);
  // What goes in anew is asked for by people; a position that is to be nothing comes after it, and would take it off again.
  sendReplacements(engine);
  if (waits) flattenDue(engine);
}

/**
 * Does the report say that the link is live, or that an order is over that may stand in the way of a trade back? A market order of such a
 * trade that came to nothing is not repeated at once, but with the next look; so is a cancellation that the venue refused.
 */
function mayFreeTheWay({ state: { orders, routes } }: Engine, report: VenueReport): boolean {
  if (report.kind === "live") return true;
  if (report.kind !== "closed" && report.kind !== "filled" && report.kind !== "refused") return false;
  const order = routes.has(report.orderId) ? orders.find(report.orderId) : 0;
  return order !== 0 && !hasNoLimit(orders.terms(order));
}

/** What cannot be is recorded as a discrepancy and moves nothing. */
function takeIn(engine: Engine, report: VenueReport): void {
  const { state } = engine;
  switch (report.kind) {
    case "linked":
      return linked(engine, report);
    case "adjusted":
      return adjusted(engine, report);
    case "live":
    case "lost":
      if (state.routes.isLive === (report.kind === "live")) return emitVenueReportRepeated(engine, report.kind);
      return emitVenueReported(engine, report);
    case "discrepancy":
      if (report.venueTradeId !== null && state.routes.fills.has(report.venueTradeId))
        return emitVenueReportRepeated(engine, report.venueTradeId);
      return emitVenueReported(engine, report);
    case "takeOverProposed":
      return proposeTakeOver(engine, report);
    case "takeOverWithdrawn":
      return withdrawTakeOver(engine, report);
    case "takenOver":
      return takeOver(engine, report);
    case "settled":
      // What earlier versions let one person do.
      engine.refused.because("RISK_SECOND_PERSON");
      return emitCommandDenied(engine, commandKinds.RecordVenueReport);
    case "filled":
      if (state.routes.fills.has(report.venueTradeId)) return emitVenueReportRepeated(engine, report.venueTradeId);
      return aboutOrder(engine, report, report.venueTradeId, (order, route) => filled(engine, order, route, report));
    case "acknowledged":
    case "unanswered":
    case "refused":
    case "cancelRefused":
    case "closed":
      return aboutOrder(engine, report, null, (order, route) => changed(engine, order, route, report));
  }
}

/** CN-1: a journal is linked once. */
function linked(engine: Engine, report: VenueReportOf<"linked">): void {
  const { refused, state } = engine;
  const { accountId, venueId } = report.link;
  if (state.routes.link !== null) refused.with("CATALOG_DUPLICATE_ID", NO_OPERAND, venueId, NO_OPERAND);
  else if (!state.rulebook.hasVenue(venueId)) refused.because("CATALOG_UNKNOWN_VENUE");
  else if (!state.accounts.exists(accountId)) refused.because("CATALOG_UNKNOWN_ACCOUNT");
  else return emitVenueReported(engine, report);
  emitCommandDenied(engine, commandKinds.RecordVenueReport);
}

/** CN-1: what the account has there when the link begins. Afterwards nothing but an approved proposal adjusts a balance (CN-10). */
function adjusted(engine: Engine, report: VenueReportOf<"adjusted">): void {
  const { refused, state } = engine;
  const { accountId, amount, assetId } = report;
  if (state.routes.link !== null) refused.because("RISK_UNKNOWN_PROPOSAL");
  else if (!state.accounts.exists(accountId)) refused.because("CATALOG_UNKNOWN_ACCOUNT");
  else if (!state.catalog.hasAsset(assetId)) refused.because("CATALOG_UNKNOWN_ASSET");
  else {
    const balance = state.balances.find(accountId, assetId);
    if (fits(engine, balance, amount)) return emitVenueReported(engine, report);
    return recordDiscrepancy(engine, {
      about: "overdrawn",
      orderId: null,
      venueTradeId: null,
      text: `adjustment of asset ${assetId} by ${amount}`,
    });
  }
  emitCommandDenied(engine, commandKinds.RecordVenueReport);
}

type OrderReport = Extract<VenueReport, { readonly orderId: unknown }> & { readonly orderId: Discrepancy["orderId"] & number };

/** CN-8: only an order that is open here can be reported about. */
function aboutOrder(
  engine: Engine,
  { kind, orderId }: OrderReport,
  venueTradeId: string | null,
  take: (order: number, route: Route) => void,
): void {
  const { orders, routes } = engine.state;
  const route = routes.open.get(orderId);
  if (route === undefined) {
    // The order of reports is not that of facts: what is told late of an order that has ended is no news, but a fill is money.
    if (kind !== "filled" && routes.closed.has(orderId)) return emitVenueReportRepeated(engine, `${kind} ${orderId}`);
    return recordDiscrepancy(engine, { about: "unknownOrder", orderId, venueTradeId, text: `order ${orderId} is reported as ${kind}` });
  }
  take(orders.find(orderId), route);
}

function changed(
  engine: Engine,
  order: number,
  route: Route,
  report: VenueReportOf<"acknowledged" | "unanswered" | "refused" | "cancelRefused" | "closed">,
): void {
  const { venueOrderId } = route;
  switch (report.kind) {
    case "acknowledged":
      // CN-4: told again, it changes nothing; the venue's id never changes.
      if (venueOrderId !== "") return acknowledgedAgain(engine, order, route, report);
      return emitRouteChanged(engine, order, {
        standing: route.cancelReason === null ? "working" : "cancelSent",
        venueOrderId: report.venueOrderId,
        note: "",
      });
    case "unanswered":
      // CN-5: silence about an order whose id is known leaves its cancellation open, no more.
      return emitRouteChanged(engine, order, { standing: "unknown", venueOrderId, note: report.why });
    case "cancelRefused":
      return emitRouteChanged(engine, order, { standing: "working", venueOrderId, note: report.why });
    case "refused":
      emitRouteChanged(engine, order, { standing: "refused", venueOrderId, note: report.why });
      return emitOrderClosed(engine, order, "venueRefused");
    case "closed":
      return closed(engine, order, route, report);
  }
}

function acknowledgedAgain(engine: Engine, order: number, route: Route, { orderId, venueOrderId }: VenueReportOf<"acknowledged">): void {
  if (venueOrderId !== route.venueOrderId)
    return recordDiscrepancy(engine, {
      about: "unknownOrder",
      orderId,
      venueTradeId: null,
      text: `acknowledged as ${venueOrderId} and as ${route.venueOrderId}`,
    });
  if (route.standing !== "unknown") return emitVenueReportRepeated(engine, venueOrderId);
  emitRouteChanged(engine, order, { standing: route.cancelReason === null ? "working" : "cancelSent", venueOrderId, note: "" });
}

/** CN-7: an order closes only when every lot that filled there has been booked here. */
function closed(engine: Engine, order: number, route: Route, { arrived, filledLots, isWhole }: VenueReportOf<"closed">): void {
  const { refused, state } = engine;
  const { orders } = state;
  const booked = orders.lots(order) - orders.leavesLots(order);
  if (booked !== filledLots) {
    refused.with("BOOK_VENUE_FILLS_MISSING", filledLots, booked, NO_OPERAND);
    return emitCommandDenied(engine, commandKinds.RecordVenueReport);
  }
  if (!arrived) return emitOrderClosed(engine, order, "notReceived");
  emitOrderClosed(engine, order, route.cancelReason ?? endOf(engine, order, route, isWhole === true && booked > 0));
}

/** Why an order ended that nobody here wanted off. One by amount has lots to spare, and is filled when the venue calls it so. */
function endOf({ state }: Engine, order: number, { amount }: Route, isWhole: boolean): CancelReason {
  if (amount !== null && isWhole) return "amountReached";
  return mayRest(state.orders.terms(order)) ? "venueCancelled" : "immediateRemainder";
}

const fillSlots = eventLayouts.VenueFilled.slots;
/** A fill as the ledger reads it, before it is known whether it can be booked, and what it would come to. */
const fillRow = new Float64Array(eventLayouts.VenueFilled.length);
const outcome = new Float64Array(Object.keys(settled).length);

/** CN-6 and CN-8: books a fill at the venue's price and fee, unless it cannot be one of this order. */
function filled(engine: Engine, order: number, route: Route, report: VenueReportOf<"filled">): void {
  const { state } = engine;
  const { catalog, orders } = state;
  const { fee, isTaker, lots, orderId, ticks, venueTradeId } = report;
  const terms = orders.terms(order);
  // An order without a limit has the one under which it left, if any.
  const limit = hasNoLimit(terms) ? route.boundTicks : orders.limitTicks(order);
  const found = (about: Discrepancy["about"], text: string): void => recordDiscrepancy(engine, { about, orderId, venueTradeId, text });
  if (lots > orders.leavesLots(order)) return found("overfill", `${lots} lots filled of ${orders.leavesLots(order)} that are open`);
  if (limit !== 0 && (isBuy(terms) ? ticks > limit : ticks < limit))
    return found("beyondLimit", `filled at ${ticks} ticks, its limit is ${limit}`);
  const instrument = catalog.instrument(orders.instrumentId(order));
  const value = valueOf(instrument, ticks, lots);
  if (value > MAX_AMOUNT) return found("overdrawn", `is worth ${value} units, more than any balance takes up`);
  const side = isTaker ? fillSlots.takerFee : fillSlots.makerFee;
  fillRow[fillSlots.ticks] = ticks;
  fillRow[fillSlots.lots] = lots;
  fillRow[side] = fee;
  settlementOf(state, order, instrument, fillRow, 0, isTaker, outcome);
  const paid = outcome[settled.paid]!;
  const received = outcome[settled.received]!;
  // What the order held and no longer needs pays first; what is above that, a fee beyond our rates, comes out of what is available.
  const freed = orders.held(order) - outcome[settled.held]!;
  if (!fits(engine, orders.pays(order), freed - paid, -paid) || !fits(engine, orders.gets(order), received))
    return found("overdrawn", `pays ${paid} units and receives ${received}`);
  if (route.amendment !== null && lots === orders.leavesLots(order)) {
    const { standing, venueOrderId } = route;
    emitRouteChanged(engine, order, { standing, venueOrderId, note: "It had filled before it could be changed." });
  }
  emitVenueFilled(engine, order, report);
}
