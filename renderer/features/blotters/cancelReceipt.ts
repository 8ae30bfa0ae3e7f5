import type { OrderId } from "../../../shared/ids.ts";
import { isOpen, isPending } from "../../app/orderEntry.ts";
import type { ReadModel } from "../../app/readModel.ts";
import { cancelTexts } from "./cancelTexts.ts";

/** What became of orders that were to be cancelled. */
export type CancelReceipt = { readonly cancelled: number; readonly filled: number; readonly open: number };

/** How long the events of a decided cancel may take to reach this window. */
const PATIENCE_MS = 3_000;

export function receiptOf(model: Pick<ReadModel, "orders">, orderIds: readonly OrderId[]): CancelReceipt {
  let cancelled = 0;
  let filled = 0;
  let open = 0;
  for (const id of orderIds) {
    const entry = model.orders.get(id);
    if (entry === undefined || isPending(entry)) continue;
    if (isOpen(entry)) open += 1;
    else if (entry.status === "filled") filled += 1;
    else cancelled += 1;
  }
  return { cancelled, filled, open };
}

/** The receipt once none of the orders is open any more, or as it stands when patience ends. */
export function awaitClosed(model: Pick<ReadModel, "orders" | "onOrders">, orderIds: readonly OrderId[]): Promise<CancelReceipt> {
  return new Promise((resolve) => {
    const finish = (): void => {
      stop();
      clearTimeout(timer);
      resolve(receiptOf(model, orderIds));
    };
    const look = (): void => {
      if (receiptOf(model, orderIds).open === 0) finish();
    };
    const stop = model.onOrders(look);
    const timer = setTimeout(finish, PATIENCE_MS);
    look();
  });
}

export function receiptText(receipt: CancelReceipt): { readonly text: string; readonly whole: boolean } {
  const total = receipt.cancelled + receipt.filled + receipt.open;
  const parts = [cancelTexts.cancelled(receipt.cancelled, total)];
  if (receipt.filled > 0) parts.push(cancelTexts.filledFirst(receipt.filled));
  if (receipt.open > 0) parts.push(cancelTexts.stillOpen(receipt.open));
  return { text: cancelTexts.sentence(parts), whole: receipt.open === 0 };
}
