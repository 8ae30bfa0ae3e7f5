import type { InstrumentId } from "../../../shared/ids.ts";
import { isOpen, isPending, orderKey, type OrderEntry } from "../../app/orderEntry.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { bucketOf, ownOrdersByBucket, type OwnOrders } from "./ladderModel.ts";

/** Own orders of a row of the ladder; undefined where there are none. */
export type OrdersByBucket = Pick<ReadonlyMap<number, readonly OwnOrders[]>, "get">;

/** Open and pending orders of the selected account in one instrument, kept up to date by deltas. */
export class LadderOrders {
  readonly #instrumentId: InstrumentId;
  readonly #selection: Selection;
  readonly #onChange: () => void;
  readonly #open = new Map<string, OrderEntry>();
  readonly #stops: readonly (() => void)[];
  /** Those with a limit, by bucket of `#step` ticks and key. */
  readonly #members = new Map<number, Map<string, OrderEntry>>();
  readonly #grouped = new Map<number, readonly OwnOrders[]>();
  /** Buckets that changed since they were grouped. Only those that somebody looks at are grouped again. */
  readonly #touched = new Set<number>();
  readonly #byBucket: OrdersByBucket = { get: (bucket) => this.#groupsAt(bucket) };
  #step = 0;

  constructor(instrumentId: InstrumentId, selection: Selection, onChange: () => void) {
    this.#instrumentId = instrumentId;
    this.#selection = selection;
    this.#onChange = onChange;
    this.#stops = [
      readModel.subscribe("selection", () => this.#take(true, [...readModel.orders.values()], [])),
      readModel.onOrders(({ reset, changed, removed }) => this.#take(reset, changed, removed)),
    ];
    this.#take(true, [...readModel.orders.values()], []);
  }

  /** By bucket of `step` ticks. What is given moves on with the orders: read it, do not keep it. */
  byBucket(step: number): OrdersByBucket {
    if (this.#step !== step) {
      this.#step = step;
      this.#members.clear();
      this.#grouped.clear();
      for (const [key, entry] of this.#open) this.#place(key, entry);
    }
    return this.#byBucket;
  }

  /** Is it one of those that are shown? */
  has(order: OrderEntry): boolean {
    return this.#open.has(orderKey(order));
  }

  get size(): number {
    return this.#open.size;
  }

  /** All that are shown, in no promised order. */
  open(): Iterable<OrderEntry> {
    return this.#open.values();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #groupsAt(bucket: number): readonly OwnOrders[] | undefined {
    if (!this.#touched.delete(bucket)) return this.#grouped.get(bucket);
    const members = this.#members.get(bucket);
    const own = members === undefined ? undefined : ownOrdersByBucket(members.values(), this.#step, isCancelling).get(bucket);
    if (own === undefined) this.#grouped.delete(bucket);
    else this.#grouped.set(bucket, own);
    return own;
  }

  #take(reset: boolean, changed: readonly OrderEntry[], removed: readonly string[]): void {
    if (reset) {
      this.#open.clear();
      this.#members.clear();
      this.#grouped.clear();
    }
    for (const key of removed) this.#forget(key);
    for (const entry of changed) {
      const key = orderKey(entry);
      const isShown = this.#isShown(entry);
      // One that stays at its price keeps its place among the others there.
      if (!isShown || this.#open.get(key)?.limitTicks !== entry.limitTicks) this.#forget(key);
      if (!isShown) continue;
      this.#open.set(key, entry);
      this.#place(key, entry);
    }
    this.#onChange();
  }

  #forget(key: string): void {
    const entry = this.#open.get(key);
    if (entry === undefined) return;
    this.#open.delete(key);
    if (this.#step === 0 || entry.limitTicks === null) return;
    const bucket = bucketOf(entry.limitTicks, this.#step, entry.side);
    this.#members.get(bucket)?.delete(key);
    this.#touched.add(bucket);
  }

  #place(key: string, entry: OrderEntry): void {
    if (this.#step === 0 || entry.limitTicks === null) return;
    const bucket = bucketOf(entry.limitTicks, this.#step, entry.side);
    const members = this.#members.get(bucket);
    if (members === undefined) this.#members.set(bucket, new Map([[key, entry]]));
    else members.set(key, entry);
    this.#touched.add(bucket);
  }

  #isShown(entry: OrderEntry): boolean {
    if (entry.instrumentId !== this.#instrumentId || !(isPending(entry) || isOpen(entry))) return false;
    const { account } = this.#selection;
    return account === "all" || entry.accountId === account;
  }
}

function isCancelling(entry: OrderEntry): boolean {
  return !isPending(entry) && entry.orderId !== null && readModel.isCancelling(entry.orderId);
}
