/** So many of a node's latest orders are compared with a new one (RK-17). */
const COMPARED_ORDERS = 32;
const NUMBERS = 4;
const RING = COMPARED_ORDERS * NUMBERS;
const INITIAL_RINGS = 16;

/** The latest accepted orders of the accounts for which equal orders are counted: time, instrument and side, limit, lots. */
export class DuplicateRings {
  private numbers = new Float64Array(RING * INITIAL_RINGS);
  private written = new Float64Array(INITIAL_RINGS);
  private readonly rings = new Map<number, number>();

  /** How many of the node's latest orders since a time are equal. */
  count(node: number, sinceUs: number, instrumentSide: number, limitTicks: number, lots: number): number {
    const ring = this.rings.get(node);
    if (ring === undefined) return 0;
    let equal = 0;
    for (let at = ring * RING; at < (ring + 1) * RING; at += NUMBERS) {
      const isEqual =
        this.numbers[at]! >= sinceUs &&
        this.numbers[at + 1] === instrumentSide &&
        this.numbers[at + 2] === limitTicks &&
        this.numbers[at + 3] === lots;
      if (isEqual) equal += 1;
    }
    return equal;
  }

  note(node: number, atUs: number, instrumentSide: number, limitTicks: number, lots: number): void {
    let ring = this.rings.get(node);
    if (ring === undefined) {
      ring = this.rings.size;
      this.rings.set(node, ring);
      if (ring >= this.written.length) this.grow();
    }
    const at = ring * RING + (this.written[ring]! % COMPARED_ORDERS) * NUMBERS;
    this.numbers[at] = atUs;
    this.numbers[at + 1] = instrumentSide;
    this.numbers[at + 2] = limitTicks;
    this.numbers[at + 3] = lots;
    this.written[ring] = this.written[ring]! + 1;
  }

  /** Nodes with their remembered orders, oldest first, four numbers each. */
  list(): { readonly node: number; readonly orders: number[] }[] {
    return [...this.rings]
      .sort(([a], [b]) => a - b)
      .map(([node, ring]) => {
        const count = Math.min(this.written[ring]!, COMPARED_ORDERS);
        const orders: number[] = [];
        for (let n = this.written[ring]! - count; n < this.written[ring]!; n += 1) {
          const at = ring * RING + (n % COMPARED_ORDERS) * NUMBERS;
          orders.push(...this.numbers.subarray(at, at + NUMBERS));
        }
        return { node, orders };
      });
  }

  private grow(): void {
    const numbers = new Float64Array(this.numbers.length * 2);
    numbers.set(this.numbers);
    this.numbers = numbers;
    const written = new Float64Array(this.written.length * 2);
    written.set(this.written);
    this.written = written;
  }
}
