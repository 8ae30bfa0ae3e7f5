import type { OrderId } from "../../shared/ids.ts";
import type { OrderRow, QueuePlace } from "../../shared/views.ts";
import { OpenOrders } from "./openOrders.ts";
import {
  isOpen,
  isPending,
  orderKey,
  pendingKey,
  type OrderDelta,
  type OrderEntry,
  type OrderKey,
  type PendingOrder,
} from "./orderEntry.ts";

/** Finished orders kept in memory; older ones are asked of the host when somebody scrolls there. */
const MAX_CLOSED_ORDERS = 20_000;
/** They are cut only when a tenth beyond their bound, so that a cut is rare. */
const SLACK = 1.1;

/**
 * The orders of this window's owner: those of the engine, and those that this window has sent and of which no event has come. Whatever
 * changes them answers what it changed; null where that is nothing.
 */
export class OwnOrders {
  readonly #orders = new Map<OrderKey, OrderEntry>();
  /** Those of #orders that are pending. */
  readonly #pending = new Map<OrderKey, PendingOrder>();
  readonly #open = new OpenOrders();
  readonly #cancelling = new Set<OrderId>();
  readonly #queues = new Map<OrderId, QueuePlace>();

  /** By key, oldest first, pending ones included. */
  get all(): ReadonlyMap<OrderKey, OrderEntry> {
    return this.#orders;
  }
  get open(): Pick<OpenOrders, "tallies" | "levels"> {
    return this.#open;
  }
  get pending(): readonly PendingOrder[] {
    return [...this.#pending.values()];
  }
  queuePlace(orderId: OrderId): QueuePlace | null {
    return this.#queues.get(orderId) ?? null;
  }
  isCancelling(orderId: OrderId): boolean {
    return this.#cancelling.has(orderId);
  }
  /** Shown as cancelled, with or without fills before. */
  isCancelled(orderId: OrderId): boolean {
    const entry = this.#orders.get(orderId);
    return entry !== undefined && !isPending(entry) && (entry.status === "cancelled" || entry.status === "partiallyCancelled");
  }

  /** Forgets what the engine told; what is being sent stays. */
  clear(): void {
    const { pending } = this;
    this.#orders.clear();
    this.#pending.clear();
    this.#open.clear();
    this.#queues.clear();
    for (const order of pending) this.#put(orderKey(order), order);
  }

  place(places: Iterable<QueuePlace>): void {
    for (const place of places) this.#queues.set(place.orderId, place);
  }

  /** Rows of a frame; with `snapshot` they are all there are. A pending order whose row came is gone. */
  merge(rows: readonly OrderRow[], snapshot: boolean): OrderDelta | null {
    if (rows.length === 0 && !snapshot) return null;
    const removed: OrderKey[] = [];
    for (const row of rows) {
      if (this.#pending.size > 0) {
        const pending = pendingKey(row.accountId, row.clientOrderId);
        if (this.#drop(pending)) removed.push(pending);
      }
      this.#put(orderKey(row), row);
      if (row.orderId === null || isOpen(row)) continue;
      this.#cancelling.delete(row.orderId);
      this.#queues.delete(row.orderId);
    }
    if (this.#closed() > MAX_CLOSED_ORDERS * SLACK) removed.push(...this.#dropOldestClosed());
    return { reset: snapshot, changed: snapshot ? [...this.#orders.values()] : rows, removed };
  }

  addPending(order: PendingOrder): OrderDelta {
    this.#put(orderKey(order), order);
    return changeOf([order]);
  }

  removePending(key: OrderKey): OrderDelta | null {
    if (!this.#pending.has(key)) return null;
    this.#drop(key);
    return { reset: false, changed: [], removed: [key] };
  }

  markUnknown(key: OrderKey): OrderDelta | null {
    const entry = this.#pending.get(key);
    if (entry === undefined || entry.pending === "unknown") return null;
    const unknown: PendingOrder = { ...entry, pending: "unknown" };
    this.#put(key, unknown);
    return changeOf([unknown]);
  }

  /** Every pending order is unknown now, and no cancel is known to be on its way. */
  markAllUnknown(): { readonly unknown: readonly PendingOrder[]; readonly delta: OrderDelta | null } {
    const unknown: PendingOrder[] = [];
    for (const [key, entry] of this.#pending) {
      if (entry.pending === "unknown") continue;
      const one: PendingOrder = { ...entry, pending: "unknown" };
      this.#put(key, one);
      unknown.push(one);
    }
    const released = [...this.#cancelling].map((id) => this.#orders.get(id)).filter((row) => row !== undefined);
    this.#cancelling.clear();
    return { unknown, delta: unknown.length + released.length === 0 ? null : changeOf([...unknown, ...released]) };
  }

  setCancelling(orderId: OrderId, cancelling: boolean): OrderDelta | null {
    if (cancelling === this.#cancelling.has(orderId)) return null;
    if (cancelling) this.#cancelling.add(orderId);
    else this.#cancelling.delete(orderId);
    const row = this.#orders.get(orderId);
    return row === undefined ? null : changeOf([row]);
  }

  #closed(): number {
    return this.#orders.size - this.#open.working;
  }

  #dropOldestClosed(): readonly OrderKey[] {
    const removed: OrderKey[] = [];
    for (const [key, entry] of this.#orders) {
      if (this.#closed() <= MAX_CLOSED_ORDERS) break;
      if (isPending(entry) || isOpen(entry)) continue;
      this.#drop(key);
      removed.push(key);
    }
    return removed;
  }

  #put(key: OrderKey, entry: OrderEntry): void {
    this.#open.change(this.#orders.get(key), entry);
    this.#orders.set(key, entry);
    if (isPending(entry)) this.#pending.set(key, entry);
  }

  /** False when there was none. */
  #drop(key: OrderKey): boolean {
    const entry = this.#orders.get(key);
    if (entry === undefined) return false;
    this.#open.change(entry, undefined);
    this.#pending.delete(key);
    return this.#orders.delete(key);
  }
}

function changeOf(changed: readonly OrderEntry[]): OrderDelta {
  return { reset: false, changed, removed: [] };
}
