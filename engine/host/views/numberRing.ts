import { invariant } from "../../../shared/assert.ts";

const FIRST_ROWS = 64;

/** The newest `limit` rows of `stride` numbers each, oldest first. Grows as it fills, then overwrites the oldest. */
export class NumberRing {
  readonly stride: number;
  readonly limit: number;
  #numbers: Float64Array;
  /** Rows that fit now. */
  #capacity: number;
  #first = 0;
  #size = 0;

  constructor(shape: { readonly stride: number; readonly limit: number }) {
    this.stride = shape.stride;
    this.limit = shape.limit;
    this.#capacity = Math.min(FIRST_ROWS, shape.limit);
    this.#numbers = new Float64Array(this.#capacity * shape.stride);
  }

  get size(): number {
    return this.#size;
  }

  /** Makes room for a row at the end, drops the oldest if need be, and returns where the new row begins in `numbers`. */
  push(): number {
    if (this.#size === this.#capacity && this.#capacity < this.limit) this.#grow();
    if (this.#size === this.#capacity) {
      this.#first = (this.#first + 1) % this.#capacity;
    } else {
      this.#size += 1;
    }
    return this.offset(this.#size - 1);
  }

  /** Drops the oldest row. */
  shift(): void {
    invariant(this.#size > 0, "an empty ring has no oldest row");
    this.#first = (this.#first + 1) % this.#capacity;
    this.#size -= 1;
  }

  /** Where row `index` (0 is the oldest) begins in `numbers`. */
  offset(index: number): number {
    return ((this.#first + index) % this.#capacity) * this.stride;
  }

  /** The rows' storage; changes identity when the ring grows. */
  get numbers(): Float64Array {
    return this.#numbers;
  }

  /** First index whose number in `slot` is not below `value`; the slot ascends from row to row. */
  lowerBound(slot: number, value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#numbers[this.offset(middle) + slot]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The rows in order, in an array of their own. */
  toArray(): Float64Array {
    const rows = new Float64Array(this.#size * this.stride);
    for (let index = 0; index < this.#size; index += 1) {
      const at = this.offset(index);
      rows.set(this.#numbers.subarray(at, at + this.stride), index * this.stride);
    }
    return rows;
  }

  /** Appends rows as toArray() gives them. */
  load(rows: Float64Array): void {
    invariant(rows.length % this.stride === 0, "not a whole number of rows");
    for (let at = 0; at < rows.length; at += this.stride) {
      const into = this.push();
      this.#numbers.set(rows.subarray(at, at + this.stride), into);
    }
  }

  #grow(): void {
    const capacity = Math.min(this.limit, this.#capacity * 2);
    const numbers = new Float64Array(capacity * this.stride);
    numbers.set(this.toArray());
    this.#numbers = numbers;
    this.#capacity = capacity;
    this.#first = 0;
  }
}
