const INITIAL_SLOTS = 64;
/** At most one place in so many is taken, so that an id is nearly always where its hash says and a gap has nothing behind it to close. */
const SLOTS_PER_ROW = 4;

const BLOCK_BITS = 12;

/**
 * For ids that rise from order to order: 4,096 successive ones lie one behind the other, so that none of them is in another's way and those
 * that came together share lines of memory; each such block begins somewhere else.
 */
export function hashOfOrderId(id: number): number {
  const low = id | 0;
  return low + (Math.imul(low >>> BLOCK_BITS, 0x9e3779b1) >>> 8);
}

/**
 * Finds orders by their ids: open addressing as in HandleTable, but with nothing beside the handles. The ids are read from the rows, which
 * whoever looks for an order will need anyhow; in turn the table can be mostly empty, and processors do not guess wrong about how far to look.
 */
export class OrderIdTable {
  private slots = new Int32Array(INITIAL_SLOTS);
  private mask = INITIAL_SLOTS - 1;
  private used = 0;
  /** The id of row `handle` is number `handle * stride` of the rows. */
  private readonly stride: number;

  constructor(stride: number) {
    this.stride = stride;
  }

  /** Handle of the order, 0 if there is none. */
  find(rows: Float64Array, id: number): number {
    const { mask, slots, stride } = this;
    for (let at = hashOfOrderId(id) & mask; ; at = (at + 1) & mask) {
      const handle = slots[at]!;
      if (handle === 0 || rows[handle * stride] === id) return handle;
    }
  }

  /** Reads where the table would have an id, so that it is at hand soon. */
  touch(id: number): number {
    return this.slots[hashOfOrderId(id) & this.mask]!;
  }

  /** The row has its id, and no other row has it. */
  add(rows: Float64Array, handle: number): void {
    if (this.used * SLOTS_PER_ROW >= this.slots.length) this.grow(rows);
    this.used += 1;
    this.place(rows, handle);
  }

  /** Removes a row that is there and still has its id, and closes the gap it leaves. */
  remove(rows: Float64Array, handle: number): void {
    const { mask, slots, stride } = this;
    let gap = hashOfOrderId(rows[handle * stride]!) & mask;
    while (slots[gap] !== handle) gap = (gap + 1) & mask;
    this.used -= 1;
    for (let at = (gap + 1) & mask; ; at = (at + 1) & mask) {
      const candidate = slots[at]!;
      if (candidate === 0) break;
      const home = hashOfOrderId(rows[candidate * stride]!) & mask;
      // An entry may fill the gap unless its home lies after the gap (cyclically) and so it would become unreachable.
      if (((at - home) & mask) >= ((at - gap) & mask)) {
        slots[gap] = candidate;
        gap = at;
      }
    }
    slots[gap] = 0;
  }

  private place(rows: Float64Array, handle: number): void {
    const { mask, slots } = this;
    let at = hashOfOrderId(rows[handle * this.stride]!) & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = handle;
  }

  private grow(rows: Float64Array): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.mask = this.slots.length - 1;
    for (const handle of old) if (handle !== 0) this.place(rows, handle);
  }
}
