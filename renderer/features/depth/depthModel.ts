import { LEVEL_STRIDE, type BookView } from "../../../shared/views.ts";

type DepthSideName = "bid" | "ask";

/** One side of the book with running totals, best level first. */
export type DepthSide = {
  readonly name: DepthSideName;
  /** ticks, lots, orders of each level; LEVEL_STRIDE numbers a level. */
  readonly levels: Int32Array;
  /** Lots at this level and all better ones. */
  readonly cumulativeLots: Float64Array;
};

export type Depth = {
  readonly bid: DepthSide;
  readonly ask: DepthSide;
  /** Middle of the best prices, a multiple of half a tick; the one best price when a side is empty, null when both are. */
  readonly midTicks: number | null;
};

/** A part of the price and quantity plane that is drawn. */
export type DepthWindow = {
  /** Distance from the mid to either edge. */
  readonly halfSpanTicks: number;
  readonly maxLots: number;
};

/** What sweeping the book up to one level means. */
export type DepthReading = {
  readonly side: DepthSideName;
  readonly index: number;
  readonly ticks: number;
  readonly lots: number;
  readonly orders: number;
  readonly cumulativeLots: number;
  /** Sum of ticks × lots over the swept levels, exact; × quoteUnitsPerTickLot gives quote units before fees. */
  readonly sweepTickLots: bigint;
  /** Mean price of the sweep in ticks, a statistic. */
  readonly averageTicks: number;
};

export function depthOf(book: BookView): Depth {
  const bid = sideOf("bid", book.bids);
  const ask = sideOf("ask", book.asks);
  const bestBid = bid.levels[0];
  const bestAsk = ask.levels[0];
  if (bestBid !== undefined && bestAsk !== undefined) return { bid, ask, midTicks: (bestBid + bestAsk) / 2 };
  return { bid, ask, midTicks: bestBid ?? bestAsk ?? null };
}

function sideOf(name: DepthSideName, levels: Int32Array): DepthSide {
  const count = Math.floor(levels.length / LEVEL_STRIDE);
  const cumulativeLots = new Float64Array(count);
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += levels[index * LEVEL_STRIDE + 1] ?? 0;
    cumulativeLots[index] = sum;
  }
  return { name, levels, cumulativeLots };
}

/**
 * The outline of one side as x, y pairs (ticks, cumulative lots), from the mid outwards to `edgeTicks`.
 * Both sides begin at (mid, 0), so that they always meet there, and each rises only beyond its own best price:
 * the curves cannot cross unless the book itself is crossed.
 */
export function outlineOf(side: DepthSide, midTicks: number, edgeTicks: number): Float64Array {
  const direction = side.name === "bid" ? -1 : 1;
  const reach = (edgeTicks - midTicks) * direction;
  const points: number[] = [midTicks, 0];
  let height = 0;
  for (let index = 0; index < side.cumulativeLots.length; index += 1) {
    const ticks = side.levels[index * LEVEL_STRIDE] ?? 0;
    if ((ticks - midTicks) * direction > reach) break;
    points.push(ticks, height);
    height = side.cumulativeLots[index] ?? height;
    points.push(ticks, height);
  }
  points.push(edgeTicks, height);
  return Float64Array.from(points);
}

/** The level that a pointer at this price reads: the last one reached when sweeping from the best price up to it; the best itself inside the spread. */
export function readAt(depth: Depth, atTicks: number): DepthReading | null {
  if (depth.midTicks === null) return null;
  const wanted = atTicks < depth.midTicks ? depth.bid : depth.ask;
  const side = wanted.cumulativeLots.length > 0 ? wanted : wanted === depth.bid ? depth.ask : depth.bid;
  const direction = side.name === "bid" ? -1 : 1;
  let index = 0;
  while (index + 1 < side.cumulativeLots.length && ((side.levels[(index + 1) * LEVEL_STRIDE] ?? 0) - atTicks) * direction <= 0) index += 1;
  return readLevel(side, index);
}

function readLevel(side: DepthSide, index: number): DepthReading | null {
  const cumulativeLots = side.cumulativeLots[index];
  if (cumulativeLots === undefined) return null;
  let sweep = 0n;
  for (let at = 0; at <= index; at += 1)
    sweep += BigInt(side.levels[at * LEVEL_STRIDE] ?? 0) * BigInt(side.levels[at * LEVEL_STRIDE + 1] ?? 0);
  return {
    side: side.name,
    index,
    ticks: side.levels[index * LEVEL_STRIDE] ?? 0,
    lots: side.levels[index * LEVEL_STRIDE + 1] ?? 0,
    orders: side.levels[index * LEVEL_STRIDE + 2] ?? 0,
    cumulativeLots,
    sweepTickLots: sweep,
    averageTicks: cumulativeLots === 0 ? 0 : Number(sweep) / cumulativeLots,
  };
}

/** The level `steps` to the right (higher prices) or left of the one that reads at `fromTicks`; stops at the ends. Without a start: the best ask or bid. */
export function stepFrom(depth: Depth, fromTicks: number | null, steps: number): DepthReading | null {
  if (fromTicks === null) return readLevel(steps > 0 ? depth.ask : depth.bid, 0) ?? readLevel(steps > 0 ? depth.bid : depth.ask, 0);
  const from = readAt(depth, fromTicks);
  if (from === null) return null;
  // Levels in order of price: ..., bid 1, bid 0, ask 0, ask 1, ...
  const place = (from.side === "bid" ? -1 - from.index : from.index) + steps;
  const lowest = -depth.bid.cumulativeLots.length;
  const highest = depth.ask.cumulativeLots.length - 1;
  const to = Math.min(highest, Math.max(lowest, place));
  return to < 0 ? readLevel(depth.bid, -1 - to) : readLevel(depth.ask, to);
}

/** Part of a side's quantity within reach that the unzoomed window shows; the thin far tail would squash the rest. */
const SHOWN_SHARE = 0.9;
/** Rank, by distance from the mid, of the level that stands for a side's ordinary extent: a quarter of the levels may be strays. */
const ORDINARY_RANK = 0.75;
/** Levels so many times farther off than that one are out of reach, whatever quantity rests there. */
const REACH = 3;
/** A window is kept until what it should show leaves this band, so that the axes do not breathe with every frame. */
const KEEP_BELOW = 1;
const KEEP_ABOVE = 0.45;

/** The window for a zoom of 1 (whole) or more, kept equal to `previous` while that still fits. */
export function windowFor(depth: Depth, zoom: number, previous: DepthWindow | null): DepthWindow {
  const wantedSpan = Math.max(1, Math.max(spanOf(depth.bid, depth), spanOf(depth.ask, depth)) / zoom);
  const halfSpanTicks = keepOr(previous?.halfSpanTicks, wantedSpan, niceAbove(wantedSpan));
  const wantedLots = Math.max(1, Math.max(lotsWithin(depth.bid, depth, halfSpanTicks), lotsWithin(depth.ask, depth, halfSpanTicks)));
  return { halfSpanTicks, maxLots: keepOr(previous?.maxLots, wantedLots, niceAbove(wantedLots * 1.05)) };
}

function keepOr(previous: number | undefined, wanted: number, fresh: number): number {
  return previous !== undefined && wanted <= previous * KEEP_BELOW && wanted >= previous * KEEP_ABOVE ? previous : fresh;
}

function spanOf(side: DepthSide, depth: Depth): number {
  const count = side.cumulativeLots.length;
  if (count === 0 || depth.midTicks === null) return 0;
  const mid = depth.midTicks;
  const distance = (index: number): number => Math.abs((side.levels[index * LEVEL_STRIDE] ?? 0) - mid);
  const ordinary = distance(Math.floor((count - 1) * ORDINARY_RANK));
  const enough = lotsWithin(side, depth, ordinary * REACH) * SHOWN_SHARE;
  let index = 0;
  while (index < count - 1 && (side.cumulativeLots[index] ?? 0) < enough) index += 1;
  return distance(index);
}

/** Lots of one side between the mid and the edge of the window. */
export function lotsWithin(side: DepthSide, depth: Depth, halfSpanTicks: number): number {
  const mid = depth.midTicks ?? 0;
  let lots = 0;
  for (let index = 0; index < side.cumulativeLots.length; index += 1) {
    if (Math.abs((side.levels[index * LEVEL_STRIDE] ?? 0) - mid) > halfSpanTicks) break;
    lots = side.cumulativeLots[index] ?? lots;
  }
  return lots;
}

const NICE = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10] as const;

/** The smallest round number that is not below `value`. */
export function niceAbove(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  for (const factor of NICE) if (factor * decade >= value) return factor * decade;
  return 10 * decade;
}
