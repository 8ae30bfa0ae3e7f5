import type { OrderRow } from "../../shared/views.ts";
import { engineClient } from "./engineClient.ts";
import { messages } from "./messages.ts";
import { orderKey, pendingKey, type PendingOrder } from "./orderEntry.ts";
import { describeRequest } from "./orderText.ts";
import { orderTexts } from "./orderTexts.ts";
import { readModel } from "./readModel.ts";

/** Orders asked for at once, and the most pages that are read back; beyond them an order stays unknown. */
const PAGE = 1_000;
const MAX_PAGES = 20;

let running = false;

/**
 * After a reconnection: ends what can be ended. An order that the engine knows came with the snapshot and has replaced its row. For the
 * rest: once another engine process has taken over, nothing that was sent to the old one can still arrive, so the journal is read back to
 * the sequence at which the gesture was made, and an order that is not in it was never accepted. While the same process lives, and when
 * the journal is too long to read back, the row stays unknown.
 */
export async function settleUnknownOrders(): Promise<void> {
  const pid = engineClient.enginePid;
  const unknown = readModel.pendingOrders().filter((order) => order.pending === "unknown" && pid !== null && order.enginePid !== pid);
  if (unknown.length === 0 || running || readModel.connection.state !== "live") return;
  running = true;
  try {
    const recorded = await readBack(Math.min(...unknown.map((order) => order.sentSeq)));
    if (recorded === null) return;
    for (const order of unknown) {
      if (recorded.has(orderKey(order)) || !readModel.orders.has(orderKey(order))) continue;
      endUnrecorded(order);
    }
  } catch {
    // The connection dropped again; the rows stay unknown and the next snapshot tries again.
  } finally {
    running = false;
  }
}

/** Keys of all orders recorded after `sinceSeq`, or null when there are too many to read. */
async function readBack(sinceSeq: number): Promise<ReadonlySet<string> | null> {
  const recorded = new Set<string>();
  let beforeSeq: number | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { orders }: { readonly orders: readonly OrderRow[] } = await engineClient.query({ type: "orders", beforeSeq, limit: PAGE });
    for (const row of orders) recorded.add(pendingKey(row.accountId, row.clientOrderId));
    const oldest = orders.at(-1);
    if (oldest === undefined || orders.length < PAGE || oldest.seq <= sinceSeq) return recorded;
    beforeSeq = oldest.seq;
  }
  return null;
}

function endUnrecorded(order: PendingOrder): void {
  readModel.removePending(orderKey(order));
  messages.post({
    severity: "warning",
    text: orderTexts.neverAccepted(describeRequest(order, readModel)),
    detail: orderTexts.notRecorded,
    code: "ENGINE_DOWN",
  });
}
