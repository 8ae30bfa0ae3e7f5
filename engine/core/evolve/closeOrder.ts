import { orderClosed } from "../risk/track.ts";
import type { EngineState } from "../state/state.ts";

/** Releases what is still held and forgets the order. */
export function closeOrder(state: EngineState, order: number): void {
  const { orders, accounts } = state;
  const accountId = orders.accountId(order);
  orderClosed(state, order);
  state.routes.close(orders.id(order));
  state.balances.addHeld(orders.pays(order), -orders.held(order));
  if (orders.reserved(order) !== 0) state.balances.addHeld(orders.gets(order), -orders.reserved(order));
  const previous = orders.accountPrevious(order);
  const next = orders.accountNext(order);
  if (previous === 0) accounts.setFirstOrder(accountId, next);
  else orders.setAccountNext(previous, next);
  if (next === 0) accounts.setLastOrder(accountId, previous);
  else orders.setAccountPrevious(next, previous);
  accounts.addOpenOrders(accountId, -1);
  state.clientOrderIds.close(order);
  if (orders.special(order) !== 0) closeSpecial(state, order);
  orders.remove(order);
}

/** Forgets the special part of an order that closes. */
function closeSpecial(state: EngineState, order: number): void {
  const special = state.orders.special(order);
  state.watches.remove(special, state.orders.instrumentId(order));
  state.dueOrders.remove(special);
  state.specials.remove(special);
}
