import { invariant } from "../../../shared/assert.ts";
import { OWN_RATES } from "../state/feeBook.ts";
import { rebateOn, valueOf } from "./ledger.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy } from "../records/terms.ts";

/** Counts the open lots of a resting order towards what its account may receive, in place of what it counted before (LG-6). */
export function changeIncoming(state: EngineState, order: number, fromLots: number, toLots: number): void {
  const { fees, orders } = state;
  const instrument = state.catalog.instrument(orders.instrumentId(order));
  const key = orders.feeKey(order);
  const terms = orders.terms(order);
  const ticks = orders.limitTicks(order);
  let change = isBuy(terms) ? (toLots - fromLots) * instrument.baseUnitsPerLot : valueOf(instrument, ticks, toLots - fromLots);
  // A rebate rounds, so that it is no sum of its parts.
  if (key !== OWN_RATES && !isBuy(terms))
    change += rebateOn(fees, instrument, key, ticks, toLots) - rebateOn(fees, instrument, key, ticks, fromLots);
  state.balances.addIncoming(orders.gets(order), change);
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
