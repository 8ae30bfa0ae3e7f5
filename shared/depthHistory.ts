import type { InstrumentId } from "./ids.ts";

/** A book's past is kept so long, at so many looks a second of venue time, and so many levels a side. */
export const DEPTH_KEPT_US = 3_600_000_000;
export const DEPTH_STEP_US = 500_000;
export const DEPTH_KEPT_LEVELS = 100;

/**
 * A minute of one book's past, packed. Column k shows the book from `timesUs[k]` to the next column's time. Its entries end at `ends[k]`:
 * two numbers each, the price in ticks (negated for asks) and the lots that rest there from then on, 0 for none. The first column begins
 * from an empty book, every other one from the column before.
 */
export type DepthMinute = {
  readonly instrumentId: InstrumentId;
  readonly startUs: number;
  readonly timesUs: Float64Array;
  readonly ends: Int32Array;
  readonly entries: Int32Array;
};

/** One look at a book: `[ticks, lots]` pairs, asks with negated ticks, in no promised order. */
export type DepthColumn = { readonly atUs: number; readonly levels: Int32Array };

/** Unpacks a minute into whole columns. */
export function depthColumns(minute: DepthMinute): readonly DepthColumn[] {
  const book = new Map<number, number>();
  const columns: DepthColumn[] = [];
  let at = 0;
  minute.timesUs.forEach((atUs, index) => {
    for (const end = minute.ends[index] ?? at; at < end; at += 2) {
      const key = minute.entries[at] ?? 0;
      const lots = minute.entries[at + 1] ?? 0;
      if (lots === 0) book.delete(key);
      else book.set(key, lots);
    }
    const levels = new Int32Array(book.size * 2);
    let into = 0;
    for (const [key, lots] of book) {
      levels[into] = key;
      levels[into + 1] = lots;
      into += 2;
    }
    columns.push({ atUs, levels });
  });
  return columns;
}
