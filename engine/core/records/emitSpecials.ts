import { adjustmentReasons, phaseCauses, type AdjustmentReason, type PhaseCause } from "../../../shared/orders.ts";
import { evolveRow, writeRefusal } from "./emit.ts";
import type { Engine } from "../engineParts.ts";
import { NO_TEXT, type Layout } from "./fields.ts";
import { eventLayouts, plainLayouts } from "./layout.ts";

/*
 * As in emit.ts: one function per event that only special orders, changes of orders and prices from outside cause.
 */

const amended = eventLayouts.OrderAmended.slots;
const amendDenied = eventLayouts.AmendDenied.slots;
const adjusted = eventLayouts.OrderAdjusted.slots;
const massCancelled = eventLayouts.OrdersMassCancelled.slots;
const advanced = eventLayouts.TimeAdvanced.slots;
const triggered = eventLayouts.OrderTriggered.slots;
const trailed = eventLayouts.TriggerMoved.slots;
const phased = eventLayouts.TradingPhaseChanged.slots;
const uncrossed = eventLayouts.AuctionUncrossed.slots;
const listed = eventLayouts.OrderListAccepted.slots;
const listEnded = eventLayouts.OrderListEnded.slots;
const repriced = eventLayouts.OrderRepriced.slots;

/** Begins the row of an event about an open order. */
function beginAbout(
  engine: Engine,
  layout: Layout,
  slots: { readonly orderId: number; readonly accountId: number; readonly instrumentId: number },
  order: number,
): number {
  const { log } = engine;
  const { orders } = engine.state;
  const at = log.begin(layout);
  log.numbers[at + slots.orderId] = orders.id(order);
  log.numbers[at + slots.accountId] = orders.accountId(order);
  log.numbers[at + slots.instrumentId] = orders.instrumentId(order);
  return at;
}

/** New terms of an open order; ticks of 0 are none. */
export type Amendment = {
  readonly limitTicks: number;
  readonly triggerTicks: number;
  readonly lots: number;
  readonly left: number;
  readonly held: number;
  readonly keepsPlace: boolean;
};

export function emitOrderAmended(engine: Engine, order: number, to: Amendment): void {
  const at = beginAbout(engine, eventLayouts.OrderAmended, amended, order);
  const row = engine.log.numbers;
  row[at + amended.limitTicks] = to.limitTicks;
  row[at + amended.triggerTicks] = to.triggerTicks;
  row[at + amended.lots] = to.lots;
  row[at + amended.leavesLots] = to.left;
  row[at + amended.held] = to.held;
  row[at + amended.keepsPlace] = to.keepsPlace ? 1 : 0;
  evolveRow(engine, at);
}

/** Refuses to change the order for the reason in engine.refused. */
export function emitAmendDenied(engine: Engine, accountId: number, orderId: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.AmendDenied);
  log.numbers[at + amendDenied.accountId] = accountId;
  log.numbers[at + amendDenied.orderId] = orderId;
  writeRefusal(engine, at, amendDenied);
  evolveRow(engine, at);
}

/** Less lots or another hold, without a fill. */
export function emitOrderAdjusted(
  engine: Engine,
  order: number,
  reason: AdjustmentReason,
  to: { readonly lots: number; readonly left: number; readonly held: number },
): void {
  const at = beginAbout(engine, eventLayouts.OrderAdjusted, adjusted, order);
  const row = engine.log.numbers;
  row[at + adjusted.reason] = adjustmentReasons.indexOf(reason);
  row[at + adjusted.lots] = to.lots;
  row[at + adjusted.leavesLots] = to.left;
  row[at + adjusted.held] = to.held;
  evolveRow(engine, at);
}

/** `side` is 0 for both, else one more than its bit. */
export function emitOrdersMassCancelled(engine: Engine, accountId: number, instrumentId: number, side: number, orders: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.OrdersMassCancelled);
  log.numbers[at + massCancelled.accountId] = accountId;
  log.numbers[at + massCancelled.instrumentId] = instrumentId;
  log.numbers[at + massCancelled.side] = side;
  log.numbers[at + massCancelled.orders] = orders;
  evolveRow(engine, at);
}

export function emitTimeAdvanced(engine: Engine, consequences: number): void {
  const at = engine.log.begin(eventLayouts.TimeAdvanced);
  engine.log.numbers[at + advanced.consequences] = consequences;
  evolveRow(engine, at);
}

export function emitOrderTriggered(
  engine: Engine,
  order: number,
  to: { readonly ticks: number; readonly workingTicks: number; readonly held: number },
): void {
  const at = beginAbout(engine, eventLayouts.OrderTriggered, triggered, order);
  const row = engine.log.numbers;
  row[at + triggered.ticks] = to.ticks;
  row[at + triggered.workingTicks] = to.workingTicks;
  row[at + triggered.held] = to.held;
  evolveRow(engine, at);
}

export function emitTriggerMoved(engine: Engine, order: number, triggerTicks: number): void {
  const at = beginAbout(engine, eventLayouts.TriggerMoved, trailed, order);
  engine.log.numbers[at + trailed.triggerTicks] = triggerTicks;
  evolveRow(engine, at);
}

export function emitOrderRepriced(engine: Engine, order: number, workingTicks: number): void {
  const at = beginAbout(engine, eventLayouts.OrderRepriced, repriced, order);
  engine.log.numbers[at + repriced.workingTicks] = workingTicks;
  evolveRow(engine, at);
}

/** A mark or an index price; both rows hold the same two slots. */
export function emitPriceSet(engine: Engine, layout: typeof eventLayouts.MarkPriceSet, instrumentId: number, ticks: number): void {
  const at = engine.log.begin(layout);
  engine.log.numbers[at + layout.slots.instrumentId] = instrumentId;
  engine.log.numbers[at + layout.slots.ticks] = ticks;
  evolveRow(engine, at);
}

/** `jsonText` is the index of the list's text; a parent of 0 is none, a confirmation the index of its text. */
export function emitOrderListAccepted(
  engine: Engine,
  head: {
    readonly accountId: number;
    readonly instrumentId: number;
    readonly clientOrderId: number;
    readonly parentListId: number;
    readonly confirmation: number;
  },
  jsonText: number,
): void {
  const isPlain = head.confirmation === NO_TEXT;
  const at = engine.log.begin(isPlain ? plainLayouts.OrderListAccepted : eventLayouts.OrderListAccepted);
  const row = engine.log.numbers;
  row[at + listed.accountId] = head.accountId;
  row[at + listed.instrumentId] = head.instrumentId;
  row[at + listed.clientOrderId] = head.clientOrderId;
  row[at + listed.parentListId] = head.parentListId;
  row[at + listed.list] = jsonText;
  if (!isPlain) row[at + listed.confirmation] = head.confirmation;
  evolveRow(engine, at);
}

export function emitOrderListEnded(engine: Engine, listId: number): void {
  const at = engine.log.begin(eventLayouts.OrderListEnded);
  engine.log.numbers[at + listEnded.listId] = listId;
  evolveRow(engine, at);
}

/** `phase` is its place in tradingPhases; an end of 0 is none. */
export function emitTradingPhaseChanged(engine: Engine, instrumentId: number, phase: number, untilUs: number, cause: PhaseCause): void {
  const at = engine.log.begin(eventLayouts.TradingPhaseChanged);
  const row = engine.log.numbers;
  row[at + phased.instrumentId] = instrumentId;
  row[at + phased.phase] = phase;
  row[at + phased.untilUs] = untilUs;
  row[at + phased.cause] = phaseCauses.indexOf(cause);
  evolveRow(engine, at);
}

export function emitAuctionUncrossed(
  engine: Engine,
  instrumentId: number,
  found: { readonly ticks: number; readonly lots: number; readonly surplusLots: number } | null,
): void {
  const at = engine.log.begin(eventLayouts.AuctionUncrossed);
  const row = engine.log.numbers;
  row[at + uncrossed.instrumentId] = instrumentId;
  row[at + uncrossed.ticks] = found?.ticks ?? 0;
  row[at + uncrossed.lots] = found?.lots ?? 0;
  row[at + uncrossed.surplusLots] = found?.surplusLots ?? 0;
  evolveRow(engine, at);
}
