import type { OrderRow } from "../../shared/views.ts";
import { engineClient } from "./engineClient.ts";
import { messages } from "./messages.ts";
import { orderKey, pendingKey, type OrderKey, type PendingOrder } from "./orderEntry.ts";
import { describeRequest } from "./orderText.ts";
import { orderTexts } from "./orderTexts.ts";
import { readModel } from "./readModel.ts";

/** Orders asked for at once, and the most pages that are read back; beyond them an order stays unknown. */
const PAGE = 1_000;
const MAX_PAGES = 20;

let running = false;

/** What a live engine that commits has not recorded for so long, it never received. */
const RECORDED_WITHIN_MS = 3_000;

/**
 * Ends unknown orders that can be ended. An order that the engine knows comes with a frame and replaces its row. For the rest: once another
 * engine process has taken over, or the same one lives and commits and some seconds have passed, nothing that was sent can still arrive. The
 * journal is then read back to the sequence at which the gesture was made, and an order that is not in it was never accepted. When the
 * journal is too long to read back, the row stays unknown.
 */
export async function settleUnknownOrders(): Promise<void> {
  const pid = engineClient.enginePid;
  if (running || readModel.connection.state !== "live" || readModel.past !== null || pid === null) return;
  const commits = (readModel.status?.commitWaitMs ?? 0) < RECORDED_WITHIN_MS / 3;
  const isDue = (order: PendingOrder): boolean =>
    order.enginePid !== pid || (commits && readModel.nowMs() - order.sentMs > RECORDED_WITHIN_MS);
  const unknown = readModel.pendingOrders().filter((order) => order.pending === "unknown" && isDue(order));
  if (unknown.length === 0) return;
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
async function readBack(sinceSeq: number): Promise<ReadonlySet<OrderKey> | null> {
  const recorded = new Set<OrderKey>();
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
