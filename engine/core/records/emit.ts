import { cancelReasons, type CancelReason } from "../../../shared/orders.ts";
import type { Engine } from "../engineParts.ts";
import { evolve } from "../evolve/evolve.ts";
import type { Layout } from "./fields.ts";
import type { IncomingOrder } from "../orders/incomingOrder.ts";
import { eventLayouts, plainLayouts } from "./layout.ts";
import { chargeFee } from "../ledger/ledger.ts";
import { MARKET, sideBit, typeBits } from "./terms.ts";

/*
 * One function per event: append its row, then evolve() the state with it. Deciding code has no other way to change anything.
 */

const accepted = eventLayouts.OrderAccepted.slots;
const rested = eventLayouts.OrderRested.slots;
const filled = eventLayouts.OrderFilled.slots;
const cancelled = eventLayouts.OrderCancelled.slots;
const cancelRouted = eventLayouts.CancelRouted.slots;
const denied = eventLayouts.OrderDenied.slots;
const cancelDenied = eventLayouts.CancelDenied.slots;
const commandDenied = eventLayouts.CommandDenied.slots;
const allCancelled = eventLayouts.AllOrdersCancelled.slots;
const deposited = eventLayouts.FundsDeposited.slots;
const operatorAction = eventLayouts.OperatorActionRecorded.slots;
const tierComputed = eventLayouts.FeeTierComputed.slots;
const tierApplied = eventLayouts.FeeTierApplied.slots;

/** Applies the row that was just appended. */
export function evolveRow(engine: Engine, at: number): void {
  evolve(engine.state, engine.log.numbers, at, engine.log.texts.list);
}

/** Accepts the engine's incoming order. */
export function emitOrderAccepted(engine: Engine): void {
  const { incoming, log } = engine;
  const isWhole = incoming.isSpecial && hasSpecials(incoming);
  const at = log.begin(isWhole ? eventLayouts.OrderAccepted : plainLayouts.OrderAccepted);
  const row = log.numbers;
  row[at + accepted.accountId] = incoming.accountId;
  row[at + accepted.instrumentId] = incoming.instrumentId;
  row[at + accepted.clientOrderId] = incoming.clientOrderId;
  row[at + accepted.terms] = incoming.terms;
  row[at + accepted.limitTicks] = incoming.limitTicks;
  row[at + accepted.lots] = incoming.lots;
  row[at + accepted.held] = incoming.held;
  if (isWhole) {
    row[at + accepted.quoteAmount] = incoming.quoteAmount;
    row[at + accepted.displayLots] = incoming.displayLots;
    row[at + accepted.expireAtUs] = incoming.endsAtUs;
    row[at + accepted.triggerTicks] = incoming.stopTicks;
    row[at + accepted.offsetTicks] = incoming.offsetTicks;
    row[at + accepted.askedLots] = incoming.askedLots === incoming.lots ? 0 : incoming.askedLots;
    row[at + accepted.listId] = incoming.listId;
    row[at + accepted.workingTicks] = incoming.workingTicks === incoming.limitTicks ? 0 : incoming.workingTicks;
  }
  evolveRow(engine, at);
}

/** True if the accepted order has more than its plain row can say. */
function hasSpecials(incoming: IncomingOrder): boolean {
  return (
    incoming.quoteAmount !== 0 ||
    incoming.displayLots !== 0 ||
    incoming.endsAtUs !== 0 ||
    incoming.stopTicks !== 0 ||
    incoming.offsetTicks !== 0 ||
    incoming.listId !== 0 ||
    incoming.lots !== incoming.askedLots ||
    incoming.workingTicks !== incoming.limitTicks ||
    typeBits(incoming.terms) > MARKET
  );
}

export function emitOrderRested(engine: Engine, order: number): void {
  const { log, state } = engine;
  const at = log.begin(eventLayouts.OrderRested);
  log.numbers[at + rested.orderId] = state.orders.id(order);
  log.numbers[at + rested.leavesLots] = state.orders.leavesLots(order);
  evolveRow(engine, at);
}

/** A match of two open orders at a price, which is the resting order's (MT-3) or an auction's, with the fees of LG-4 and LG-15. */
export function emitOrderFilled(engine: Engine, maker: number, taker: number, lots: number, ticks: number): void {
  const { log } = engine;
  const { catalog, orders } = engine.state;
  const instrument = catalog.instrument(orders.instrumentId(taker));
  const at = log.begin(eventLayouts.OrderFilled);
  const row = log.numbers;
  row[at + filled.instrumentId] = orders.instrumentId(taker);
  row[at + filled.ticks] = ticks;
  row[at + filled.lots] = lots;
  row[at + filled.takerSide] = sideBit(orders.terms(taker));
  row[at + filled.makerOrderId] = orders.id(maker);
  row[at + filled.takerOrderId] = orders.id(taker);
  row[at + filled.makerAccountId] = orders.accountId(maker);
  row[at + filled.takerAccountId] = orders.accountId(taker);
  chargeFee(engine.state, maker, instrument, row, at, false);
  chargeFee(engine.state, taker, instrument, row, at, true);
  row[at + filled.makerLeavesLots] = orders.leavesLots(maker) - lots;
  row[at + filled.takerLeavesLots] = orders.leavesLots(taker) - lots;
  evolveRow(engine, at);
}

/** Takes an open order off the book; one that is at an outside venue is asked for there, and stays until the venue lets it go (CN-3). */
export function emitOrderCancelled(engine: Engine, order: number, reason: CancelReason): void {
  const { orders, routes } = engine.state;
  if (routes.open.size !== 0 && routes.open.has(orders.id(order))) emitCancelRouted(engine, order, reason);
  else emitOrderClosed(engine, order, reason);
}

function emitCancelRouted(engine: Engine, order: number, reason: CancelReason): void {
  const { log } = engine;
  const { orders } = engine.state;
  const at = log.begin(eventLayouts.CancelRouted);
  const row = log.numbers;
  row[at + cancelRouted.orderId] = orders.id(order);
  row[at + cancelRouted.accountId] = orders.accountId(order);
  row[at + cancelRouted.instrumentId] = orders.instrumentId(order);
  row[at + cancelRouted.reason] = cancelReasons.indexOf(reason);
  evolveRow(engine, at);
}

/** The order is no longer open. */
export function emitOrderClosed(engine: Engine, order: number, reason: CancelReason): void {
  const { log } = engine;
  const { orders } = engine.state;
  const at = log.begin(eventLayouts.OrderCancelled);
  const row = log.numbers;
  row[at + cancelled.orderId] = orders.id(order);
  row[at + cancelled.accountId] = orders.accountId(order);
  row[at + cancelled.instrumentId] = orders.instrumentId(order);
  row[at + cancelled.reason] = cancelReasons.indexOf(reason);
  row[at + cancelled.leavesLots] = orders.leavesLots(order);
  evolveRow(engine, at);
}

/** Refuses the engine's incoming order for the reason in engine.refused. */
export function emitOrderDenied(engine: Engine): void {
  const { incoming, log } = engine;
  const at = log.begin(eventLayouts.OrderDenied);
  const row = log.numbers;
  row[at + denied.accountId] = incoming.accountId;
  row[at + denied.instrumentId] = incoming.instrumentId;
  row[at + denied.clientOrderId] = incoming.clientOrderId;
  row[at + denied.terms] = incoming.terms;
  row[at + denied.limitTicks] = incoming.limitTicks;
  row[at + denied.lots] = incoming.askedLots;
  writeRefusal(engine, at, denied);
  row[at + denied.quoteAmount] = incoming.quoteAmount;
  row[at + denied.displayLots] = incoming.displayLots;
  row[at + denied.expireAtUs] = incoming.expireAtUs;
  row[at + denied.triggerTicks] = incoming.triggerTicks;
  row[at + denied.offsetTicks] = incoming.offsetTicks;
  evolveRow(engine, at);
}

export function emitCancelDenied(engine: Engine, accountId: number, orderId: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.CancelDenied);
  log.numbers[at + cancelDenied.accountId] = accountId;
  log.numbers[at + cancelDenied.orderId] = orderId;
  writeRefusal(engine, at, cancelDenied);
  evolveRow(engine, at);
}

/** Refuses any other command for the reason in engine.refused. */
export function emitCommandDenied(engine: Engine, commandKind: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.CommandDenied);
  log.numbers[at + commandDenied.commandType] = commandKind;
  writeRefusal(engine, at, commandDenied);
  evolveRow(engine, at);
}

export function emitAllOrdersCancelled(engine: Engine, accountId: number, instrumentId: number, orders: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.AllOrdersCancelled);
  log.numbers[at + allCancelled.accountId] = accountId;
  log.numbers[at + allCancelled.instrumentId] = instrumentId;
  log.numbers[at + allCancelled.orders] = orders;
  evolveRow(engine, at);
}

export function emitFundsDeposited(engine: Engine, accountId: number, assetId: number, amount: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.FundsDeposited);
  log.numbers[at + deposited.accountId] = accountId;
  log.numbers[at + deposited.assetId] = assetId;
  log.numbers[at + deposited.amount] = amount;
  evolveRow(engine, at);
}

export function emitOperatorActionRecorded(engine: Engine, action: number, detail: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.OperatorActionRecorded);
  log.numbers[at + operatorAction.action] = action;
  log.numbers[at + operatorAction.detail] = detail;
  evolveRow(engine, at);
}

/** A catalog entry, whose only slot is the index of its JSON text. */
export function emitCatalogEntry(engine: Engine, layout: Layout, jsonText: number): void {
  const at = engine.log.begin(layout);
  engine.log.numbers[at + 1] = jsonText;
  evolveRow(engine, at);
}

/** A row whose second number stays what the command said, beside the index of its JSON text. */
export function emitWithdrawal(engine: Engine, layout: Layout, id: number, jsonText: number): void {
  const at = engine.log.begin(layout);
  engine.log.numbers[at + 1] = id;
  engine.log.numbers[at + 2] = jsonText;
  evolveRow(engine, at);
}

export function emitFeeTierComputed(engine: Engine, volumeRow: number, tier: number, volume: number): void {
  const { log } = engine;
  const { volumes } = engine.state;
  const at = log.begin(eventLayouts.FeeTierComputed);
  log.numbers[at + tierComputed.accountId] = volumes.accountId(volumeRow);
  log.numbers[at + tierComputed.venueId] = volumes.venueId(volumeRow);
  log.numbers[at + tierComputed.tier] = tier;
  log.numbers[at + tierComputed.volumeUsdMillionths] = volume;
  evolveRow(engine, at);
}

/** Lets the tier that was computed last apply. */
export function emitFeeTierApplied(engine: Engine, volumeRow: number): void {
  const { log } = engine;
  const { volumes } = engine.state;
  const at = log.begin(eventLayouts.FeeTierApplied);
  log.numbers[at + tierApplied.accountId] = volumes.accountId(volumeRow);
  log.numbers[at + tierApplied.venueId] = volumes.venueId(volumeRow);
  log.numbers[at + tierApplied.tier] = volumes.computedTier(volumeRow);
  evolveRow(engine, at);
}

type RefusalSlots = Readonly<
  Record<"code" | "limit" | "actual" | "headroom" | "used" | "nearestTicks" | "nearestLots" | "licenceId" | "ruleId", number>
>;

/** Writes engine.refused into the row of a denial. */
export function writeRefusal(engine: Engine, at: number, slots: RefusalSlots): void {
  const { refused } = engine;
  const row = engine.log.numbers;
  row[at + slots.code] = refused.code;
  row[at + slots.limit] = refused.limit;
  row[at + slots.actual] = refused.actual;
  row[at + slots.headroom] = refused.headroom;
  row[at + slots.used] = refused.used;
  row[at + slots.nearestTicks] = refused.nearestTicks;
  row[at + slots.nearestLots] = refused.nearestLots;
  row[at + slots.licenceId] = refused.licenceId;
  row[at + slots.ruleId] = refused.ruleId;
}
