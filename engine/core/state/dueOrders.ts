import type { OrderPool } from "./orders.ts";
import type { SpecialPool } from "./specials.ts";

/** Orders that end by themselves, the next one first: a binary heap of special orders by end, then by id. */
export class DueOrders {
  private readonly heap: number[] = [];
  private readonly orders: OrderPool;
  private readonly specials: SpecialPool;

  constructor(orders: OrderPool, specials: SpecialPool) {
    this.orders = orders;
    this.specials = specials;
  }

  /** The order that ends next; 0 if none does. */
  get first(): number {
    return this.heap.length === 0 ? 0 : this.specials.order(this.heap[0]!);
  }

  /** When that is; infinity if none does. */
  get firstUs(): number {
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : this.specials.endsAtUs(this.heap[0]!);
  }

  add(special: number): void {
    this.heap.push(special);
    this.rise(this.heap.length - 1, special);
  }

  /** Takes a special order out, if it is here. */
  remove(special: number): void {
    const place = this.specials.duePlace(special) - 1;
    if (place < 0) return;
    this.specials.setDuePlace(special, 0);
    const last = this.heap.pop()!;
    if (last === special) return;
    this.sink(place, last);
    this.rise(this.specials.duePlace(last) - 1, last);
  }

  private rise(from: number, special: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.isBefore(special, this.heap[parent]!)) break;
      this.put(place, this.heap[parent]!);
      place = parent;
    }
    this.put(place, special);
  }

  private sink(from: number, special: number): void {
    let place = from;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && this.isBefore(this.heap[child + 1]!, this.heap[child]!)) child += 1;
      if (!this.isBefore(this.heap[child]!, special)) break;
      this.put(place, this.heap[child]!);
      place = child;
    }
    this.put(place, special);
  }

  private put(place: number, special: number): void {
    this.heap[place] = special;
    this.specials.setDuePlace(special, place + 1);
  }

  private isBefore(a: number, b: number): boolean {
    const { orders, specials } = this;
    const difference = specials.endsAtUs(a) - specials.endsAtUs(b);
    return difference < 0 || (difference === 0 && orders.id(specials.order(a)) < orders.id(specials.order(b)));
  }
}
