import { routeStandings, type RouteStanding, type VenueReport, type VenueReportOf } from "../../../shared/venueReports.ts";
import { evolveRow, writeRefusal } from "./emit.ts";
import type { Replacement } from "../state/routes.ts";
import type { Engine } from "../engineParts.ts";
import { NO_TEXT } from "./fields.ts";
import { eventLayouts, plainLayouts } from "./layout.ts";
import { sideBit } from "./terms.ts";

/*
 * As in emit.ts: one function per event about orders that go to an outside venue.
 */

const routed = eventLayouts.OrderRouted.slots;
const changed = eventLayouts.RouteChanged.slots;
const amended = eventLayouts.AmendRouted.slots;
const restDenied = eventLayouts.RestDenied.slots;
const filled = eventLayouts.VenueFilled.slots;
const repeated = eventLayouts.VenueReportRepeated.slots;

/** These rows begin alike. */
function writeOrder({ log, state }: Engine, at: number, order: number): void {
  const { orders } = state;
  log.numbers[at + routed.orderId] = orders.id(order);
  log.numbers[at + routed.accountId] = orders.accountId(order);
  log.numbers[at + routed.instrumentId] = orders.instrumentId(order);
}

/** How an order leaves, beyond what it asks for itself; 0 and null for nothing. */
export type Departure = {
  readonly boundTicks: number;
  readonly quoteAmount: number;
  readonly sender: string | null;
  readonly replaces: number;
};

export function emitOrderRouted(engine: Engine, order: number, { boundTicks, quoteAmount, replaces, sender }: Departure): void {
  const { log } = engine;
  const isPlain = boundTicks === 0 && quoteAmount === 0 && sender === null && replaces === 0;
  const senderText = sender === null ? NO_TEXT : log.texts.indexOf(sender);
  const at = log.begin(isPlain ? plainLayouts.OrderRouted : eventLayouts.OrderRouted);
  writeOrder(engine, at, order);
  if (!isPlain) {
    log.numbers[at + routed.limitTicks] = boundTicks;
    log.numbers[at + routed.quoteAmount] = quoteAmount;
    log.numbers[at + routed.sender] = senderText;
    log.numbers[at + routed.replaces] = replaces;
  }
  evolveRow(engine, at);
}

export function emitAmendRouted(
  engine: Engine,
  order: number,
  to: { readonly limitTicks: number; readonly lots: number; readonly untilUs: number; readonly confirmation: number },
): void {
  const at = engine.log.begin(eventLayouts.AmendRouted);
  const row = engine.log.numbers;
  writeOrder(engine, at, order);
  row[at + amended.limitTicks] = to.limitTicks;
  row[at + amended.lots] = to.lots;
  row[at + amended.untilUs] = to.untilUs;
  row[at + amended.confirmation] = to.confirmation;
  evolveRow(engine, at);
}

/** For the reason in engine.refused. */
export function emitRestDenied(engine: Engine, orderId: number, { accountId, instrumentId }: Replacement): void {
  const at = engine.log.begin(eventLayouts.RestDenied);
  const row = engine.log.numbers;
  row[at + restDenied.orderId] = orderId;
  row[at + restDenied.accountId] = accountId;
  row[at + restDenied.instrumentId] = instrumentId;
  writeRefusal(engine, at, restDenied);
  evolveRow(engine, at);
}

export function emitRouteChanged(
  engine: Engine,
  order: number,
  { standing, venueOrderId, note }: { readonly standing: RouteStanding; readonly venueOrderId: string; readonly note: string },
): void {
  const { log } = engine;
  const venueText = log.texts.indexOf(venueOrderId);
  const noteText = log.texts.indexOf(note);
  const at = log.begin(eventLayouts.RouteChanged);
  writeOrder(engine, at, order);
  log.numbers[at + changed.standing] = routeStandings.indexOf(standing);
  log.numbers[at + changed.venueOrderId] = venueText;
  log.numbers[at + changed.note] = noteText;
  evolveRow(engine, at);
}

export function emitVenueFilled(engine: Engine, order: number, report: VenueReportOf<"filled">): void {
  const { log } = engine;
  const { orders } = engine.state;
  const tradeText = log.texts.indexOf(report.venueTradeId);
  const at = log.begin(eventLayouts.VenueFilled);
  const row = log.numbers;
  const { isTaker } = report;
  const left = orders.leavesLots(order) - report.lots;
  const ours = sideBit(orders.terms(order));
  row[at + filled.instrumentId] = orders.instrumentId(order);
  row[at + filled.ticks] = report.ticks;
  row[at + filled.lots] = report.lots;
  row[at + filled.takerSide] = isTaker ? ours : 1 - ours;
  row[at + filled.makerOrderId] = isTaker ? 0 : orders.id(order);
  row[at + filled.takerOrderId] = isTaker ? orders.id(order) : 0;
  row[at + filled.makerAccountId] = isTaker ? 0 : orders.accountId(order);
  row[at + filled.takerAccountId] = isTaker ? orders.accountId(order) : 0;
  row[at + filled.makerFee] = isTaker ? 0 : report.fee;
  row[at + filled.takerFee] = isTaker ? report.fee : 0;
  row[at + filled.makerLeavesLots] = isTaker ? 0 : left;
  row[at + filled.takerLeavesLots] = isTaker ? left : 0;
  row[at + filled.venueTradeId] = tradeText;
  evolveRow(engine, at);
}

export function emitVenueReported(engine: Engine, report: VenueReport): void {
  const { log } = engine;
  const text = log.texts.indexOf(JSON.stringify(report));
  const at = log.begin(eventLayouts.VenueReported);
  log.numbers[at + eventLayouts.VenueReported.slots.report] = text;
  evolveRow(engine, at);
}

export function emitVenueReportRepeated(engine: Engine, about: string): void {
  const { log } = engine;
  const text = log.texts.indexOf(about);
  const at = log.begin(eventLayouts.VenueReportRepeated);
  log.numbers[at + repeated.about] = text;
  evolveRow(engine, at);
}
