import { cancelReasons } from "../../../shared/orders.ts";
import { routeStandings, venueReportSchema, type TakeOver, type VenueReport } from "../../../shared/venueReports.ts";
import { closeOrder } from "./closeOrder.ts";
import { NO_TEXT, fromJson, headerLength, int } from "../records/fields.ts";
import { eventKinds } from "../records/kinds.ts";
import { eventLayouts, plainLayouts } from "../records/layout.ts";
import { countVolumeOf, settle, valueOf } from "../ledger/ledger.ts";
import { knownOrder } from "../ledger/openOrders.ts";
import { orderFilledThere } from "../risk/track.ts";
import type { Routes } from "../state/routes.ts";
import type { EngineState } from "../state/state.ts";

const routed = eventLayouts.OrderRouted.slots;
const asked = eventLayouts.CancelRouted.slots;
const changed = eventLayouts.RouteChanged.slots;
const amended = eventLayouts.AmendRouted.slots;
const filled = eventLayouts.VenueFilled.slots;

/** The part of evolve() for orders that go to an outside venue; false for any other event. */
export function evolveRoutes(state: EngineState, kind: number, row: Float64Array, at: number, texts: readonly string[]): boolean {
  switch (kind) {
    case eventKinds.OrderRouted:
      orderRouted(state, row, at, texts);
      return true;
    case eventKinds.CancelRouted: {
      const orderId = row[at + asked.orderId]!;
      const route = state.routes.known(orderId);
      const standing = route.standing === "working" ? "cancelSent" : route.standing;
      const cancelReason = cancelReasons[int(row[at + asked.reason])]!;
      // Whoever wants it off for another reason wants nothing in its place.
      const amendment = cancelReason === "replaced" ? route.amendment : null;
      state.routes.set(orderId, { ...route, standing, cancelReason, amendment });
      return true;
    }
    case eventKinds.RouteChanged: {
      const orderId = row[at + changed.orderId]!;
      const standing = routeStandings[int(row[at + changed.standing])]!;
      const route = state.routes.known(orderId);
      // A cancellation that the venue refused is no longer asked for.
      const isGivenUp = standing === "working";
      state.routes.set(orderId, {
        ...route,
        standing,
        venueOrderId: texts[row[at + changed.venueOrderId]!]!,
        cancelReason: isGivenUp ? null : route.cancelReason,
        amendment: isGivenUp ? null : route.amendment,
      });
      return true;
    }
    case eventKinds.AmendRouted: {
      const orderId = row[at + amended.orderId]!;
      const confirmation = row[at + amended.confirmation]!;
      const amendment = Object.freeze({
        limitTicks: int(row[at + amended.limitTicks]),
        lots: int(row[at + amended.lots]),
        untilUs: row[at + amended.untilUs]!,
        confirmation: confirmation === NO_TEXT ? null : texts[confirmation]!,
      });
      state.routes.set(orderId, { ...state.routes.known(orderId), amendment });
      return true;
    }
    case eventKinds.RestDenied:
      state.routes.replacements.delete(row[at + eventLayouts.RestDenied.slots.orderId]!);
      return true;
    case eventKinds.VenueFilled:
      venueFilled(state, row, at, texts[row[at + filled.venueTradeId]!]!);
      return true;
    case eventKinds.VenueReported:
      venueReported(state, fromJson(venueReportSchema, texts[row[at + eventLayouts.VenueReported.slots.report]!]!));
      return true;
    case eventKinds.VenueReportRepeated:
      return true;
    default:
      return false;
  }
}

function orderRouted(state: EngineState, row: Float64Array, at: number, texts: readonly string[]): void {
  const orderId = row[at + routed.orderId]!;
  const isWhole = headerLength(row[at]!) !== plainLayouts.OrderRouted.length;
  const amount = isWhole ? row[at + routed.quoteAmount]! : 0;
  state.routes.set(orderId, {
    standing: "sent",
    venueOrderId: "",
    cancelReason: null,
    boundTicks: isWhole ? row[at + routed.limitTicks]! : 0,
    amount: amount === 0 ? null : { asked: amount, left: amount },
    amendment: null,
  });
  const sender = isWhole ? row[at + routed.sender]! : NO_TEXT;
  if (sender === NO_TEXT) return;
  const { orders, risk, routes } = state;
  const order = knownOrder(state, row, at + routed.orderId);
  const replaces = row[at + routed.replaces]!;
  // A stop that fired is kept, or not, as it was sent.
  const keeps = routes.replacements.get(replaces)?.keepsOnDisconnect ?? orders.keepsOnDisconnect(order);
  orders.setSender(order, risk.actorNumber(texts[sender]!), keeps);
  routes.replacements.delete(replaces);
}

/** CN-19: an order comes off so that what remains of it, changed, can go in anew. `reason` is its place in cancelReasons. */
export function keepAmendment({ orders, risk, routes }: EngineState, order: number, reason: number): void {
  const amendment = routes.open.get(orders.id(order))?.amendment ?? null;
  if (amendment === null || cancelReasons[reason] !== "replaced") return;
  const { confirmation, limitTicks, lots, untilUs } = amendment;
  const remaining = lots - (orders.lots(order) - orders.leavesLots(order));
  if (remaining <= 0) return;
  routes.replacements.set(
    orders.id(order),
    Object.freeze({
      accountId: orders.accountId(order),
      instrumentId: orders.instrumentId(order),
      clientOrderId: orders.clientOrderId(order),
      terms: orders.terms(order),
      limitTicks,
      lots: remaining,
      sender: risk.actorNames[orders.actor(order)]!,
      keepsOnDisconnect: orders.keepsOnDisconnect(order),
      untilUs,
      confirmation,
    }),
  );
}

/** CN-6: what one side of a match here does, with the other side in the world outside: money leaves the ledger and comes in (LG-1). */
function venueFilled(state: EngineState, row: Float64Array, at: number, venueTradeId: string): void {
  const { balances, catalog, orders, routes } = state;
  const isTaker = row[at + filled.takerOrderId] !== 0;
  const order = knownOrder(state, row, at + (isTaker ? filled.takerOrderId : filled.makerOrderId));
  const instrument = catalog.instrument(orders.instrumentId(order));
  const lots = int(row[at + filled.lots]);
  const both = [orders.pays(order), orders.gets(order)] as const;
  const before = both.map((balance) => balances.total(balance));
  orderFilledThere(state, order, row, at, isTaker);
  settle(state, order, instrument, row, at, isTaker);
  spend(routes, orders.id(order), valueOf(instrument, int(row[at + filled.ticks]), lots));
  for (const [n, balance] of both.entries()) issue(state, balances.assetId(balance), balances.total(balance) - before[n]!);
  countVolumeOf(state, instrument, orders.accountId(order), int(row[at + filled.ticks]), lots);
  routes.rememberFill(venueTradeId);
  orders.setLeavesLots(order, orders.leavesLots(order) - lots);
  if (orders.leavesLots(order) === 0) closeOrder(state, order);
}

/** CN-17: an order by amount has so much less left of it. */
function spend(routes: Routes, orderId: number, value: number): void {
  const route = routes.known(orderId);
  if (route.amount === null) return;
  routes.set(orderId, { ...route, amount: { ...route.amount, left: Math.max(0, route.amount.left - value) } });
}

function venueReported(state: EngineState, report: VenueReport): void {
  const { routes } = state;
  switch (report.kind) {
    case "linked":
      routes.link = Object.freeze(report.link);
      routes.lastFillId = report.link.sinceTradeId;
      return;
    case "live":
    case "lost":
      routes.isLive = report.kind === "live";
      return;
    case "discrepancy":
      routes.addDiscrepancy(report);
      if (report.orderId !== null) keepFromChanging(routes, report.orderId);
      if (report.venueTradeId !== null) routes.rememberFill(report.venueTradeId);
      return;
    case "takeOverProposed": {
      const { adjustments, by, why } = report;
      routes.takeOver = Object.freeze({ proposalId: state.lastSeq as TakeOver["proposalId"], by, why, adjustments });
      return;
    }
    case "takeOverWithdrawn":
      routes.takeOver = null;
      return;
    case "takenOver":
    case "settled":
      routes.discrepancies.length = 0;
      routes.takeOver = null;
      return;
    case "adjusted":
      state.balances.addTotal(state.balances.open(report.accountId, report.assetId), report.amount);
      issue(state, report.assetId, report.amount);
      return;
    case "acknowledged":
    case "cancelRefused":
    case "closed":
    case "filled":
    case "refused":
    case "unanswered":
      // What is told of an order has events of its own.
      return;
  }
}

/** CN-19: nothing goes in for an order of which it is not sure how much of it is done. */
function keepFromChanging(routes: Routes, orderId: number): void {
  const route = routes.open.get(orderId);
  if (route !== undefined && route.amendment !== null) routes.set(orderId, { ...route, amendment: null });
}

function issue(state: EngineState, assetId: number, amount: number): void {
  state.issued[assetId - 1]! += BigInt(amount);
}
