import { emitAllOrdersCancelled, emitCancelDenied, emitCommandDenied, emitOrderCancelled } from "../records/emit.ts";
import { emitRestDenied } from "../records/emitRoutes.ts";
import { dropReplacements } from "../routing/replace.ts";
import { emitOrdersMassCancelled } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND, int } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { commandLayouts } from "../records/layout.ts";
import { sideBit } from "../records/terms.ts";

const cancel = commandLayouts.CancelOrder.slots;
const mass = commandLayouts.MassCancel.slots;
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
  // The order has come off, and what was to come in its place has not left yet (CN-19).
  const waiting = state.routes.replacements.get(orderId);
  if (waiting?.accountId === accountId) {
    refused.because("BOOK_REST_WITHDRAWN");
    return emitRestDenied(engine, orderId, waiting);
  }
  if (!state.accounts.exists(accountId)) refused.because("VALIDATE_UNKNOWN_ACCOUNT");
  else refused.with("BOOK_UNKNOWN_ORDER", NO_OPERAND, orderId, NO_OPERAND);
  emitCancelDenied(engine, accountId, orderId);
}

/** MT-9 for one side or both: takes off the account's open orders on a side, oldest first. */
export function massCancel(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const accountId = int(log.numbers[at + mass.accountId]);
  const instrumentId = int(log.numbers[at + mass.instrumentId]);
  const side = int(log.numbers[at + mass.side]);
  if (!state.accounts.exists(accountId)) refused.because("VALIDATE_UNKNOWN_ACCOUNT");
  else if (instrumentId !== 0 && !state.catalog.hasInstrument(instrumentId)) refused.because("VALIDATE_UNKNOWN_INSTRUMENT");
  else return emitOrdersMassCancelled(engine, accountId, instrumentId, side, cancelOpen(engine, accountId, instrumentId, side));
  emitCommandDenied(engine, commandKinds.MassCancel);
}

/** Cancels an account's open orders of an instrument or of all (0) and of a side (its bit and 1) or of both (0). Answers how many. */
function cancelOpen(engine: Engine, accountId: number, instrumentId: number, side: number): number {
  dropReplacements(
    engine,
    (waiting) =>
      waiting.accountId === accountId &&
      (instrumentId === 0 || waiting.instrumentId === instrumentId) &&
      (side === 0 || sideBit(waiting.terms) === side - 1),
  );
  const { accounts, orders } = engine.state;
  let cancelled = 0;
  let order = accounts.firstOrder(accountId);
  while (order !== 0) {
    // The cancellation frees the row, so the way on is read before it.
    const next = orders.accountNext(order);
    const isMeant =
      (instrumentId === 0 || orders.instrumentId(order) === instrumentId) && (side === 0 || sideBit(orders.terms(order)) === side - 1);
    if (isMeant) {
      emitOrderCancelled(engine, order, "user");
      cancelled += 1;
    }
    order = next;
  }
  return cancelled;
}

/** MT-9: takes off all open orders of the account, oldest first, in one instrument or in all (0). */
export function cancelAllOrders(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const { accounts } = state;
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
  emitAllOrdersCancelled(engine, accountId, instrumentId, cancelOpen(engine, accountId, instrumentId, 0));
}
