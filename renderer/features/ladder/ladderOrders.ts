import type { InstrumentId } from "../../../shared/ids.ts";
import { isOpen, isPending, orderKey, type OrderEntry, type OrderKey } from "../../app/orderEntry.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { bucketOf, ownOrdersByBucket, type OwnOrders } from "./ladderModel.ts";

/** Own orders of a row of the ladder; undefined where there are none. */
export type OrdersByBucket = Pick<ReadonlyMap<number, readonly OwnOrders[]>, "get">;

/** An order that is shown. Stays the same object while the order changes, so that a change at its price finds it once and moves nothing. */
type Shown = { entry: OrderEntry };

/** Open and pending orders of the selected account in one instrument, kept up to date by deltas. */
export class LadderOrders {
  readonly #instrumentId: InstrumentId;
  readonly #selection: Selection;
  readonly #onChange: () => void;
  readonly #open = new Map<OrderKey, Shown>();
  readonly #stops: readonly (() => void)[];
  /** Those with a limit, by bucket of `#step` ticks, oldest at the price first. */
  readonly #members = new Map<number, Set<Shown>>();
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
      for (const shown of this.#open.values()) this.#place(shown);
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
  *open(): Iterable<OrderEntry> {
    for (const { entry } of this.#open.values()) yield entry;
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #groupsAt(bucket: number): readonly OwnOrders[] | undefined {
    if (!this.#touched.delete(bucket)) return this.#grouped.get(bucket);
    const members = this.#members.get(bucket);
    const entries = [...(members ?? [])].map(({ entry }) => entry);
    const own = ownOrdersByBucket(entries, this.#step, isCancelling).get(bucket);
    if (own === undefined) this.#grouped.delete(bucket);
    else this.#grouped.set(bucket, own);
    return own;
  }

  #take(reset: boolean, changed: readonly OrderEntry[], removed: readonly OrderKey[]): void {
    if (reset) {
      this.#open.clear();
      this.#members.clear();
      this.#grouped.clear();
    }
    for (const key of removed) this.#forget(key);
    for (const entry of changed) this.#put(orderKey(entry), entry);
    this.#onChange();
  }

  #put(key: OrderKey, entry: OrderEntry): void {
    const shown = this.#open.get(key);
    // One that stays at its price keeps its place among the others there.
    if (shown !== undefined && shown.entry.limitTicks === entry.limitTicks && this.#isShown(entry)) {
      shown.entry = entry;
      this.#touch(entry);
      return;
    }
    this.#forget(key);
    if (!this.#isShown(entry)) return;
    const added = { entry };
    this.#open.set(key, added);
    this.#place(added);
  }

  #forget(key: OrderKey): void {
    const shown = this.#open.get(key);
    if (shown === undefined) return;
    this.#open.delete(key);
    const bucket = this.#touch(shown.entry);
    if (bucket !== null) this.#members.get(bucket)?.delete(shown);
  }

  #place(shown: Shown): void {
    const bucket = this.#touch(shown.entry);
    if (bucket === null) return;
    const members = this.#members.get(bucket);
    if (members === undefined) this.#members.set(bucket, new Set([shown]));
    else members.add(shown);
  }

  /** The order's row is to be grouped again. Answers its bucket; null for an order that has none. */
  #touch({ limitTicks, side }: OrderEntry): number | null {
    if (this.#step === 0 || limitTicks === null) return null;
    const bucket = bucketOf(limitTicks, this.#step, side);
    this.#touched.add(bucket);
    return bucket;
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
