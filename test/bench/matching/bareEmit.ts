import { cancelReasons, type CancelReason } from "../../../shared/orders.ts";
import type { Engine } from "../../../engine/core/engineParts.ts";
import { eventLayouts } from "../../../engine/core/layout.ts";
import { sideBit } from "../../../engine/core/terms.ts";

/*
 * Stands in for engine/core/emit.ts when matching is measured alone: every event is written as its row, and of the state only the book and
 * the pool of open orders follow it. No account, balance, hold, fee or client order id is touched.
 */

const accepted = eventLayouts.OrderAccepted.slots;
const rested = eventLayouts.OrderRested.slots;
const filled = eventLayouts.OrderFilled.slots;
const cancelled = eventLayouts.OrderCancelled.slots;

export function emitOrderAccepted(engine: Engine, orderId: number): number {
  const { incoming, log } = engine;
  const { orders } = engine.state;
  const at = log.begin(eventLayouts.OrderAccepted);
  const row = log.numbers;
  row[at + accepted.accountId] = incoming.accountId;
  row[at + accepted.instrumentId] = incoming.instrumentId;
  row[at + accepted.terms] = incoming.terms;
  row[at + accepted.limitTicks] = incoming.limitTicks;
  row[at + accepted.lots] = incoming.lots;
  const order = orders.create(orderId);
  orders.setAccountId(order, incoming.accountId);
  orders.setInstrumentId(order, incoming.instrumentId);
  orders.setTerms(order, incoming.terms);
  orders.setLimitTicks(order, incoming.limitTicks);
  orders.setLots(order, incoming.lots);
  orders.setLeavesLots(order, incoming.lots);
  return order;
}

export function emitOrderRested(engine: Engine, order: number): void {
  const { log, state } = engine;
  const at = log.begin(eventLayouts.OrderRested);
  log.numbers[at + rested.orderId] = state.orders.id(order);
  log.numbers[at + rested.leavesLots] = state.orders.leavesLots(order);
  state.books.enqueue(order);
}

export function emitOrderFilled(engine: Engine, maker: number, taker: number, lots: number): void {
  const { log } = engine;
  const { books, orders } = engine.state;
  const at = log.begin(eventLayouts.OrderFilled);
  const row = log.numbers;
  row[at + filled.instrumentId] = orders.instrumentId(taker);
  row[at + filled.ticks] = books.levels.ticks(orders.level(maker));
  row[at + filled.lots] = lots;
  row[at + filled.takerSide] = sideBit(orders.terms(taker));
  row[at + filled.makerOrderId] = orders.id(maker);
  row[at + filled.takerOrderId] = orders.id(taker);
  row[at + filled.makerAccountId] = orders.accountId(maker);
  row[at + filled.takerAccountId] = orders.accountId(taker);
  row[at + filled.makerLeavesLots] = orders.leavesLots(maker) - lots;
  row[at + filled.takerLeavesLots] = orders.leavesLots(taker) - lots;
  books.reduce(maker, lots);
  if (orders.leavesLots(maker) === 0) {
    books.dequeue(maker);
    orders.remove(maker);
  }
  orders.setLeavesLots(taker, orders.leavesLots(taker) - lots);
  if (orders.leavesLots(taker) === 0) orders.remove(taker);
}

export function emitOrderCancelled(engine: Engine, order: number, reason: CancelReason): void {
  const { log } = engine;
  const { books, orders } = engine.state;
  const at = log.begin(eventLayouts.OrderCancelled);
  const row = log.numbers;
  row[at + cancelled.orderId] = orders.id(order);
  row[at + cancelled.accountId] = orders.accountId(order);
  row[at + cancelled.instrumentId] = orders.instrumentId(order);
  row[at + cancelled.reason] = cancelReasons.indexOf(reason);
  row[at + cancelled.leavesLots] = orders.leavesLots(order);
  if (orders.level(order) !== 0) books.dequeue(order);
  orders.remove(order);
}
