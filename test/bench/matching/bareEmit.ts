import { cancelReasons, type CancelReason } from "../../../shared/orders.ts";
import type { Engine } from "../../../engine/core/engineParts.ts";
import type { Layout } from "../../../engine/core/records/fields.ts";
import { eventLayouts, plainLayouts } from "../../../engine/core/records/layout.ts";
import { sideBit } from "../../../engine/core/records/terms.ts";

/** Rows of what happened, as the engine's log keeps them; whoever reads them empties it. */
class Reports {
  readonly numbers = new Float64Array(1 << 20);
  length = 0;
  begin({ header, length }: Layout): number {
    const at = this.length;
    this.numbers[at] = header;
    this.length = at + length;
    return at;
  }
}

export const reports = new Reports();

/*
 * Stands in for engine/core/records/emit.ts when matching is measured alone: every event is written as its row, and of the state only the book and
 * the pool of open orders follow it. No account, balance, hold, fee or client order id is touched.
 */

const accepted = eventLayouts.OrderAccepted.slots;
const rested = eventLayouts.OrderRested.slots;
const filled = eventLayouts.OrderFilled.slots;
const cancelled = eventLayouts.OrderCancelled.slots;

export function emitOrderAccepted(engine: Engine, orderId: number): number {
  const { incoming } = engine;
  const { orders } = engine.state;
  const at = reports.begin(plainLayouts.OrderAccepted);
  const row = reports.numbers;
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
  const { state } = engine;
  const at = reports.begin(eventLayouts.OrderRested);
  reports.numbers[at + rested.orderId] = state.orders.id(order);
  reports.numbers[at + rested.leavesLots] = state.orders.leavesLots(order);
  state.books.enqueue(order);
}

export function emitOrderFilled(engine: Engine, maker: number, taker: number, lots: number): void {
  const { books, orders } = engine.state;
  const at = reports.begin(eventLayouts.OrderFilled);
  const row = reports.numbers;
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
  const { books, orders } = engine.state;
  const at = reports.begin(eventLayouts.OrderCancelled);
  const row = reports.numbers;
  row[at + cancelled.orderId] = orders.id(order);
  row[at + cancelled.accountId] = orders.accountId(order);
  row[at + cancelled.instrumentId] = orders.instrumentId(order);
  row[at + cancelled.reason] = cancelReasons.indexOf(reason);
  row[at + cancelled.leavesLots] = orders.leavesLots(order);
  if (orders.level(order) !== 0) books.dequeue(order);
  orders.remove(order);
}
