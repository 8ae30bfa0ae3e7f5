import { invariant } from "./assert.ts";

/**
 * Bars (candles) as flat rows of numbers, ascending, so that years of them pass between threads without objects:
 * openUs, open, high, low, close in ticks, volume in lots. BAR_STRIDE numbers a bar.
 */
export const BAR_STRIDE = 6;

/** Place of each number inside a bar's row. */
export const barSlots = { openUs: 0, open: 1, high: 2, low: 3, close: 4, volumeLots: 5 } as const;

const US_PER_SECOND = 1_000_000;

/**
 * Merges ascending bars into longer ones that begin at multiples of `toSeconds`. `toSeconds` is a multiple of the bars' own length.
 * The first and the last merged bar hold what there is, even if that is less than a full bar.
 */
export function aggregateBars(bars: Float64Array, interval: { readonly fromSeconds: number; readonly toSeconds: number }): Float64Array {
  invariant(interval.toSeconds % interval.fromSeconds === 0, `${interval.toSeconds} s is no multiple of ${interval.fromSeconds} s`);
  invariant(bars.length % BAR_STRIDE === 0, `${bars.length} numbers are no whole number of bars`);
  const widthUs = interval.toSeconds * US_PER_SECOND;
  const merged = new Float64Array(bars.length);
  let length = 0;
  for (let at = 0; at < bars.length; at += BAR_STRIDE) {
    const barUs = bars[at + barSlots.openUs] ?? 0;
    const openUs = barUs - (barUs % widthUs);
    const last = length - BAR_STRIDE;
    if (last >= 0 && merged[last + barSlots.openUs] === openUs) {
      merged[last + barSlots.high] = Math.max(merged[last + barSlots.high] ?? 0, bars[at + barSlots.high] ?? 0);
      merged[last + barSlots.low] = Math.min(merged[last + barSlots.low] ?? 0, bars[at + barSlots.low] ?? 0);
      merged[last + barSlots.close] = bars[at + barSlots.close] ?? 0;
      merged[last + barSlots.volumeLots] = (merged[last + barSlots.volumeLots] ?? 0) + (bars[at + barSlots.volumeLots] ?? 0);
    } else {
      merged.set(bars.subarray(at, at + BAR_STRIDE), length);
      merged[length + barSlots.openUs] = openUs;
      length += BAR_STRIDE;
    }
  }
  return merged.slice(0, length);
}
