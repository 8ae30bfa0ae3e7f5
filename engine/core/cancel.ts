import { emitAllOrdersCancelled, emitCancelDenied, emitCommandDenied, emitOrderCancelled } from "./emit.ts";
import type { Engine } from "./engineParts.ts";
import { NO_OPERAND, int } from "./fields.ts";
import { commandKinds, commandLayouts } from "./layout.ts";

const cancel = commandLayouts.CancelOrder.slots;
const cancelAll = commandLayouts.CancelAllOrders.slots;

/** MT-8: takes an open order of the account off the book. */
export function cancelOrder(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const accountId = int(log.numbers[at + cancel.accountId]);
  const order = state.orders.findIn(log.numbers, at + cancel.orderId);
  if (order !== 0 && state.orders.accountId(order) === accountId) {
    emitOrderCancelled(engine, order, "user");
    return;
  }
  const orderId = log.numbers[at + cancel.orderId]!;
  if (!state.accounts.exists(accountId)) refused.because("VALIDATE_UNKNOWN_ACCOUNT");
  else refused.with("BOOK_UNKNOWN_ORDER", NO_OPERAND, orderId, NO_OPERAND);
  emitCancelDenied(engine, accountId, orderId);
}

/** MT-9: takes off all open orders of the account, oldest first, in one instrument or in all (0). */
export function cancelAllOrders(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const { orders, accounts } = state;
  const accountId = int(log.numbers[at + cancelAll.accountId]);
  const instrumentId = int(log.numbers[at + cancelAll.instrumentId]);
  if (!accounts.exists(accountId)) {
    refused.because("VALIDATE_UNKNOWN_ACCOUNT");
    emitCommandDenied(engine, commandKinds.CancelAllOrders);
    return;
  }
  if (instrumentId !== 0 && !state.catalog.hasInstrument(instrumentId)) {
    refused.because("VALIDATE_UNKNOWN_INSTRUMENT");
    emitCommandDenied(engine, commandKinds.CancelAllOrders);
    return;
  }
  let cancelled = 0;
  let order = accounts.firstOrder(accountId);
  while (order !== 0) {
    // The cancellation frees the row, so the way on is read before it.
    const next = orders.accountNext(order);
    if (instrumentId === 0 || orders.instrumentId(order) === instrumentId) {
      emitOrderCancelled(engine, order, "user");
      cancelled += 1;
    }
    order = next;
  }
  emitAllOrdersCancelled(engine, accountId, instrumentId, cancelled);
}
