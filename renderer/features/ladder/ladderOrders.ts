import type { InstrumentId } from "../../../shared/ids.ts";
import { isOpen, isPending, orderKey, type OrderEntry } from "../../app/orderEntry.ts";
import { readModel } from "../../app/readModel.ts";
import { selection } from "../../app/selection.ts";
import { ownOrdersByBucket, type OwnOrders } from "./ladderModel.ts";

/** Open and pending orders of the selected account in one instrument, kept up to date by deltas. */
export class LadderOrders {
  readonly #instrumentId: InstrumentId;
  readonly #onChange: () => void;
  readonly #open = new Map<string, OrderEntry>();
  readonly #stops: readonly (() => void)[];
  #grouped: ReadonlyMap<number, readonly OwnOrders[]> = new Map();
  #groupedStep = 0;

  constructor(instrumentId: InstrumentId, onChange: () => void) {
    this.#instrumentId = instrumentId;
    this.#onChange = onChange;
    this.#stops = [
      readModel.subscribe("selection", () => this.#take(true, [...readModel.orders.values()], [])),
      readModel.onOrders(({ reset, changed, removed }) => this.#take(reset, changed, removed)),
    ];
    this.#take(true, [...readModel.orders.values()], []);
  }

  /** By bucket of `step` ticks; the same map until something changes. */
  byBucket(step: number): ReadonlyMap<number, readonly OwnOrders[]> {
    if (this.#groupedStep !== step) {
      this.#groupedStep = step;
      this.#grouped = ownOrdersByBucket(this.#open.values(), step, isCancelling);
    }
    return this.#grouped;
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

  #take(reset: boolean, changed: readonly OrderEntry[], removed: readonly string[]): void {
    if (reset) this.#open.clear();
    for (const key of removed) this.#open.delete(key);
    for (const entry of changed) {
      if (this.#isShown(entry)) this.#open.set(orderKey(entry), entry);
      else this.#open.delete(orderKey(entry));
    }
    this.#groupedStep = 0;
    this.#onChange();
  }

  #isShown(entry: OrderEntry): boolean {
    if (entry.instrumentId !== this.#instrumentId || !(isPending(entry) || isOpen(entry))) return false;
    return selection.account === "all" || entry.accountId === selection.account;
  }
}

function isCancelling(entry: OrderEntry): boolean {
  return !isPending(entry) && entry.orderId !== null && readModel.isCancelling(entry.orderId);
}
