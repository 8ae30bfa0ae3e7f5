import { invariant } from "../../shared/assert.ts";
import { incomingOf } from "./ledger.ts";
import type { EngineState } from "./state.ts";

/** Counts so many lots of a resting order towards what its account may receive, or no longer if negative (LG-6). */
export function changeIncoming(state: EngineState, order: number, lots: number): void {
  const { orders } = state;
  const instrument = state.catalog.instrument(orders.instrumentId(order));
  state.balances.addIncoming(orders.gets(order), incomingOf(instrument, orders.terms(order), orders.limitTicks(order), lots));
}

/** Sets what an order holds and its account's hold accordingly. */
export function changeHeld(state: EngineState, order: number, held: number): void {
  const { orders } = state;
  state.balances.addHeld(orders.pays(order), held - orders.held(order));
  orders.setHeld(order, held);
}

/** Handle of the open order that a record names. Throws InvariantError if it is not open. */
export function knownOrder(state: EngineState, row: Float64Array, slot: number): number {
  const order = state.orders.findIn(row, slot);
  if (order === 0) invariant(false, `record ${state.lastSeq} names order ${row[slot]}, which is not open`);
  return order;
}
