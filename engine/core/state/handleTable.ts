const INITIAL_SLOTS = 64;

/** Spreads a safe integer over 32 bits, so that neither dense nor strided keys crowd the low bits. */
export function hashOfInteger(n: number): number {
  const low = n | 0;
  // A multiplication by a power of two is exact; what remains is the high part.
  const high = (n * 2 ** -32) | 0;
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  const again = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return again ^ (again >>> 13);
}

/** Spreads a pair of integers, the second of which may be any safe integer. */
export function hashOfPair(first: number, second: number): number {
  const mixed = Math.imul(hashOfInteger(second) + Math.imul(first, 0xc2b2ae35), 0x27d4eb2f);
  return mixed ^ (mixed >>> 15);
}

/**
 * Finds row handles by the hash of their key: open addressing with linear probing, at most 5/8 full, no tombstones.
 * The table stores hashes beside handles, so that growing and removing need no look at the rows; whoever searches compares keys:
 *
 *   for (let at = table.start(hash); table.handleAt(at) !== 0; at = table.next(at)) if (table.hashAt(at) === hash && sameKey(table.handleAt(at))) ...
 */
export class HandleTable {
  private pairs = new Int32Array(INITIAL_SLOTS * 2);
  private mask = INITIAL_SLOTS * 2 - 1;
  private used = 0;

  get bytes(): number {
    return this.pairs.byteLength;
  }

  start(hash: number): number {
    return (hash << 1) & this.mask;
  }

  next(at: number): number {
    return (at + 2) & this.mask;
  }

  handleAt(at: number): number {
    return this.pairs[at]!;
  }

  hashAt(at: number): number {
    return this.pairs[at + 1]!;
  }

  /** The caller has made sure that the key is absent. */
  add(hash: number, handle: number): void {
    if (this.used * 16 >= this.pairs.length * 5) this.grow();
    this.used += 1;
    this.place(hash, handle);
  }

  /** Removes the handle, which must be present under this hash, and closes the gap it leaves. */
  remove(hash: number, handle: number): void {
    const pairs = this.pairs;
    const mask = this.mask;
    let gap = (hash << 1) & mask;
    while (pairs[gap] !== handle) gap = (gap + 2) & mask;
    this.used -= 1;
    let at = gap;
    for (;;) {
      at = (at + 2) & mask;
      const candidate = pairs[at]!;
      if (candidate === 0) break;
      const home = (pairs[at + 1]! << 1) & mask;
      // An entry may fill the gap unless its home lies after the gap (cyclically) and so it would become unreachable.
      if (((at - home) & mask) >= ((at - gap) & mask)) {
        pairs[gap] = candidate;
        pairs[gap + 1] = pairs[at + 1]!;
        gap = at;
      }
    }
    pairs[gap] = 0;
  }

  private place(hash: number, handle: number): void {
    let at = (hash << 1) & this.mask;
    while (this.pairs[at] !== 0) at = (at + 2) & this.mask;
    this.pairs[at] = handle;
    this.pairs[at + 1] = hash;
  }

  private grow(): void {
    const old = this.pairs;
    this.pairs = new Int32Array(old.length * 2);
    this.mask = this.pairs.length - 1;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] !== 0) this.place(old[at + 1]!, old[at]!);
    }
  }
}
