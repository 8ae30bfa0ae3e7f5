import { invariant } from "../../shared/assert.ts";

type Entry = { readonly atUs: number; readonly order: number; readonly deed: () => void };

/**
 * What is to happen, by simulated time; what falls on the same microsecond happens in the order in which it was asked for. The queue is the
 * only clock of a simulation: time is where the last deed stood, and no timer and no thread has a say.
 */
export class EventQueue {
  /** A binary heap, the next entry first. */
  readonly #heap: Entry[] = [];
  #nowUs: number;
  #asked = 0;

  constructor(startUs: number) {
    this.#nowUs = startUs;
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  /** When the next deed is due; infinity when nothing is. */
  get nextUs(): number {
    return this.#heap[0]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  /** Has the deed done at this time; at once, behind what is due already, if that has passed. */
  at(us: number, deed: () => void): void {
    invariant(Number.isSafeInteger(us), `not a time in whole microseconds: ${us}`);
    this.#asked += 1;
    this.#heap.push({ atUs: Math.max(us, this.#nowUs), order: this.#asked, deed });
    this.#rise(this.#heap.length - 1);
  }

  after(us: number, deed: () => void): void {
    this.at(this.#nowUs + us, deed);
  }

  /** Does the next deed, if it is due by then; false otherwise. */
  step(untilUs: number): boolean {
    const next = this.#heap[0];
    if (next === undefined || next.atUs > untilUs) return false;
    const last = this.#heap.pop();
    if (this.#heap.length > 0 && last !== undefined) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    this.#nowUs = next.atUs;
    next.deed();
    return true;
  }

  /** Lets time pass in which nothing is due. */
  passTo(us: number): void {
    invariant(us <= this.nextUs, "time does not pass over what is due");
    this.#nowUs = Math.max(this.#nowUs, us);
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(from: number): void {
    let place = from;
    for (;;) {
      const left = place * 2 + 1;
      if (left >= this.#heap.length) return;
      const child = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, place)) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.atUs < other.atUs || (one.atUs === other.atUs && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
