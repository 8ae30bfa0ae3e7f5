import type { RandomStream } from "./randomStream.ts";

/** One bar of the reference, in venue time. Prices in ticks, not necessarily whole for bars that no file holds. */
export type Bar = {
  readonly openUs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volumeLots: number;
};

/** The price inside one bar: corners in ascending time, straight lines between them. */
export type BarPath = {
  /** Microseconds after the bar's open; the first is 0, the last the bar's length. */
  readonly offsetsUs: Float64Array;
  readonly ticks: Float64Array;
};

/** Corners lie about this far apart, unless the bar is so long that it would take more than 2^DEPTH_MAX of them a leg. */
const CORNER_SPACING_US = 6_000_000;
const DEPTH_MAX = 9;
/** A bar whose close is above its open makes its low first, and the reverse, with this probability. */
const WITH_TREND = 0.7;
/** Deviation of the walk over the whole bar, as a share of the bar's range. */
const ROUGHNESS = 0.35;

/**
 * Draws a walk from open through low and high, in an order that the stream decides, to close. It touches all four prices exactly and
 * never leaves the range between low and high.
 */
export function drawBarPath(bar: Bar, intervalUs: number, random: RandomStream): BarPath {
  const lowFirst = random.chance(bar.close >= bar.open ? WITH_TREND : 1 - WITH_TREND);
  const firstUs = Math.floor(intervalUs * random.between(0.1, 0.45));
  const secondUs = Math.floor(intervalUs * random.between(0.55, 0.9));
  const knots = [
    [0, bar.open],
    [firstUs, lowFirst ? bar.low : bar.high],
    [secondUs, lowFirst ? bar.high : bar.low],
    [intervalUs, bar.close],
  ] as const;
  const depth = depthFor(intervalUs);
  const pieces = 2 ** depth;
  const offsetsUs = new Float64Array(3 * pieces + 1);
  const ticks = new Float64Array(3 * pieces + 1);
  knots.forEach(([offsetUs, price], leg) => {
    offsetsUs[leg * pieces] = offsetUs;
    ticks[leg * pieces] = price;
  });
  const deviation = (ROUGHNESS * (bar.high - bar.low)) / Math.sqrt(intervalUs);
  for (let leg = 0; leg < 3; leg += 1) bend({ offsetsUs, ticks }, { from: leg * pieces, width: pieces }, { bar, deviation, random });
  return { offsetsUs, ticks };
}

/** Price on the path so long after the bar's open; times outside the bar give its ends. */
export function priceOnPath(path: BarPath, offsetUs: number): number {
  const { offsetsUs, ticks } = path;
  let left = 0;
  let right = offsetsUs.length - 1;
  while (right - left > 1) {
    const middle = (left + right) >>> 1;
    if ((offsetsUs[middle] ?? 0) <= offsetUs) left = middle;
    else right = middle;
  }
  const fromUs = offsetsUs[left] ?? 0;
  const toUs = offsetsUs[right] ?? 0;
  const share = toUs === fromUs ? 0 : Math.min(1, Math.max(0, (offsetUs - fromUs) / (toUs - fromUs)));
  const fromTicks = ticks[left] ?? 0;
  return fromTicks + ((ticks[right] ?? 0) - fromTicks) * share;
}

function depthFor(intervalUs: number): number {
  let depth = 0;
  while (depth < DEPTH_MAX && intervalUs / (3 * 2 ** depth) > CORNER_SPACING_US) depth += 1;
  return depth;
}

/** Displaces the middle of a leg, then the middles of its halves, as a Brownian bridge does; reflects at the bar's range. */
function bend(
  path: BarPath,
  leg: { readonly from: number; readonly width: number },
  walk: { readonly bar: Bar; readonly deviation: number; readonly random: RandomStream },
): void {
  const { offsetsUs, ticks } = path;
  for (let width = leg.width; width > 1; width /= 2) {
    for (let left = leg.from; left < leg.from + leg.width; left += width) {
      const right = left + width;
      const middle = left + width / 2;
      const fromUs = offsetsUs[left] ?? 0;
      const toUs = offsetsUs[right] ?? 0;
      const straight = ((ticks[left] ?? 0) + (ticks[right] ?? 0)) / 2;
      const displaced = straight + 0.5 * walk.deviation * Math.sqrt(toUs - fromUs) * walk.random.bell();
      offsetsUs[middle] = (fromUs + toUs) / 2;
      ticks[middle] = reflect(displaced, walk.bar.low, walk.bar.high);
    }
  }
}

function reflect(value: number, low: number, high: number): number {
  const once = value < low ? low + (low - value) : value > high ? high - (value - high) : value;
  return Math.min(high, Math.max(low, once));
}
