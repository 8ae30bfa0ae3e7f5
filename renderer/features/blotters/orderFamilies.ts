import type { OrderId } from "../../../shared/ids.ts";
import { isPending, pendingKey, type OrderEntry } from "../../app/orderEntry.ts";

/** An order's place among those that it depends on: how many there are, and how many came before it. */
export type FamilyPlace = { readonly size: number; readonly rank: number };

const alone: FamilyPlace = { size: 1, rank: 0 };
/** Members of one family stand together: after its first, in order, within less than one sequence number. */
const RANK_STEP = 0.001;

/** Orders of one list go under one client order id (MT-43): that tells who belongs together, without a word more from the engine. */
export class OrderFamilies {
  /** Order ids by account and client order id, in the order in which they came; one number alone while there is one. */
  readonly #members = new Map<string, OrderId | OrderId[]>();
  /** Ids of all that were taken in: an order changes far more often than it comes. */
  readonly #known = new Set<OrderId>();

  reset(entries: Iterable<OrderEntry>): void {
    this.#members.clear();
    this.#known.clear();
    this.add(entries);
  }

  /** Takes orders in; answers the ids of those that belong to a family which has grown, and are shown otherwise now. */
  add(entries: Iterable<OrderEntry>): readonly OrderId[] {
    const touched: OrderId[] = [];
    for (const entry of entries) {
      if (isPending(entry) || entry.orderId === null || this.#known.has(entry.orderId)) continue;
      this.#known.add(entry.orderId);
      const key = pendingKey(entry.accountId, entry.clientOrderId);
      const family = this.#members.get(key);
      if (family === undefined) this.#members.set(key, entry.orderId);
      else if (typeof family === "number") {
        this.#members.set(key, [family, entry.orderId]);
        touched.push(family, entry.orderId);
      } else {
        family.push(entry.orderId);
        touched.push(...family);
      }
    }
    return touched;
  }

  of(entry: OrderEntry): FamilyPlace {
    const family = isPending(entry) ? undefined : this.#members.get(pendingKey(entry.accountId, entry.clientOrderId));
    if (isPending(entry) || entry.orderId === null || !Array.isArray(family)) return alone;
    return { size: family.length, rank: Math.max(0, family.indexOf(entry.orderId)) };
  }

  /** Where it stands when the newest come first: what is on its way on top, each family in one place with its first order above the rest. */
  place(entry: OrderEntry): number {
    if (isPending(entry)) return Number.MAX_SAFE_INTEGER;
    const family = this.#members.get(pendingKey(entry.accountId, entry.clientOrderId));
    const first = Array.isArray(family) ? family[0] : undefined;
    return (first ?? entry.seq) - this.of(entry).rank * RANK_STEP;
  }
}

export const orderFamilies = new OrderFamilies();
