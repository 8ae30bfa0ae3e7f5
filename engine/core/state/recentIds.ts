/** MT-11: so many of an account's latest orders keep their client order id reserved after they closed. */
export const REMEMBERED_ORDERS = 1_024;

const SMALLEST_RING = 8;
const INITIAL_ENTRIES = 4_096;

/**
 * Rings of client order ids. A ring starts small and doubles up to REMEMBERED_ORDERS entries; from then on the newest id overwrites the
 * oldest. All rings lie in one array; a ring is named by where it begins, and its capacity follows from its count. Freed rings wait in one
 * list per capacity.
 */
export class RecentIds {
  private ids = new Float64Array(INITIAL_ENTRIES);
  // Where nothing begins, so that 0 can mean "no ring".
  private used = SMALLEST_RING;
  private readonly freed = new Int32Array(32);

  get bytes(): number {
    return this.ids.byteLength;
  }

  id(ring: number, place: number): number {
    return this.ids[ring + place]!;
  }

  write(ring: number, place: number, clientOrderId: number): void {
    this.ids[ring + place] = clientOrderId;
  }

  /** True if one of the first `count` places holds the id. */
  includes(ring: number, count: number, clientOrderId: number): boolean {
    const ids = this.ids;
    for (let at = ring; at < ring + count; at += 1) if (ids[at] === clientOrderId) return true;
    return false;
  }

  /** A ring with room for one more than `count` entries, which it takes over from `ring`; often the same one. */
  withRoom(ring: number, count: number): number {
    if (ring === 0) return this.allocate(SMALLEST_RING);
    if (count < SMALLEST_RING || count === REMEMBERED_ORDERS || (count & (count - 1)) !== 0) return ring;
    const larger = this.allocate(count * 2);
    this.ids.copyWithin(larger, ring, ring + count);
    this.release(ring, count);
    return larger;
  }

  private allocate(capacity: number): number {
    const sizeClass = 31 - Math.clz32(capacity);
    const recycled = this.freed[sizeClass]!;
    if (recycled !== 0) {
      this.freed[sizeClass] = this.ids[recycled]!;
      return recycled;
    }
    const ring = this.used;
    this.used += capacity;
    if (this.used > this.ids.length) this.grow();
    return ring;
  }

  /** The first entry of a freed ring links to the next freed one of its size. */
  private release(ring: number, capacity: number): void {
    const sizeClass = 31 - Math.clz32(capacity);
    this.ids[ring] = this.freed[sizeClass]!;
    this.freed[sizeClass] = ring;
  }

  private grow(): void {
    const ids = new Float64Array(this.ids.length * 2);
    ids.set(this.ids);
    this.ids = ids;
  }
}
