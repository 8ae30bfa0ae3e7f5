import { DEPTH_KEPT_US, depthColumns, type DepthColumn, type DepthMinute } from "../../../shared/depthHistory.ts";
import { PACKED_TRADE_STRIDE, packedTradeSlots } from "../../../shared/views.ts";

/** A look at the book with its best prices; null where a side is empty. */
export type PastColumn = DepthColumn & { readonly bid: number | null; readonly ask: number | null };

/** The book's columns in order of time, an hour of them, from the host's minutes and from live looks. */
export class HeatmapPast {
  #columns: PastColumn[] = [];

  get columns(): readonly PastColumn[] {
    return this.#columns;
  }

  get firstUs(): number | null {
    return this.#columns[0]?.atUs ?? null;
  }

  get lastUs(): number | null {
    return this.#columns.at(-1)?.atUs ?? null;
  }

  /** The host's minutes take the place of what was known of that time. */
  addMinutes(minutes: readonly DepthMinute[]): void {
    const added = minutes.flatMap(depthColumns).map(withBest);
    const from = added[0]?.atUs;
    const to = added.at(-1)?.atUs;
    if (from === undefined || to === undefined) return;
    const before = this.#columns.slice(0, this.indexAt(from - 1) + 1);
    const after = this.#columns.slice(this.indexAt(to) + 1);
    this.#columns = [...before, ...added, ...after];
  }

  /** A live look. One that is not newer than the last is dropped. */
  add(column: DepthColumn): void {
    if (column.atUs <= (this.lastUs ?? -1)) return;
    this.#columns.push(withBest(column));
    const oldest = column.atUs - DEPTH_KEPT_US;
    if ((this.firstUs ?? oldest) < oldest - DEPTH_KEPT_US / 20) this.#columns.splice(0, this.indexAt(oldest));
  }

  /** Index of the column that shows the book at this time; -1 before the first. */
  indexAt(us: number): number {
    let low = 0;
    let high = this.#columns.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#columns[middle]?.atUs ?? 0) <= us) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function withBest(column: DepthColumn): PastColumn {
  let bid: number | null = null;
  let ask: number | null = null;
  for (let at = 0; at < column.levels.length; at += 2) {
    const key = column.levels[at] ?? 0;
    if (key > 0 && (bid === null || key > bid)) bid = key;
    if (key < 0 && (ask === null || -key < ask)) ask = -key;
  }
  return { ...column, bid, ask };
}

/** Trades in packed rows, ascending; grows by doubling. */
export class PackedTrades {
  #rows = new Float64Array(PACKED_TRADE_STRIDE * 1_024);
  #used = 0;

  get count(): number {
    return this.#used / PACKED_TRADE_STRIDE;
  }

  add(trades: Float64Array, reset: boolean): void {
    if (reset) this.#used = 0;
    while (this.#used + trades.length > this.#rows.length) {
      const grown = new Float64Array(this.#rows.length * 2);
      grown.set(this.#rows.subarray(0, this.#used));
      this.#rows = grown;
    }
    this.#rows.set(trades, this.#used);
    this.#used += trades.length;
  }

  /** Index of the first trade that is not before this time. */
  firstFrom(us: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.get(middle, "atUs") < us) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(index: number, slot: keyof typeof packedTradeSlots): number {
    return this.#rows[index * PACKED_TRADE_STRIDE + packedTradeSlots[slot]] ?? 0;
  }
}
