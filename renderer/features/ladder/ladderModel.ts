import type { Side } from "../../../shared/orders.ts";
import { LEVEL_STRIDE, type BookView } from "../../../shared/views.ts";
import { isOpen, isPending, type OrderEntry } from "../../app/orderEntry.ts";
import { MAX_TICKS } from "../../../shared/money.ts";

/**
 * The ladder's rows. A row stands for a bucket of `step` ticks and is named by its own price, a multiple of the step. Bids fall into the
 * bucket at or below their price and asks into the one at or above, so that a compressed ladder never looks crossed and never promises a
 * better price than there is.
 */
export type LadderWindow = {
  /** Bucket of the first row; the price of row r is (topBucket − r) × step ticks. */
  readonly topBucket: number;
  readonly step: number;
  readonly rows: number;
};

/** Choices of tick compression, in ticks a row. */
export const ladderSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] as const;

/** The inside market may wander so far towards an edge, as a part of the rows, before the ladder centres itself. */
const TRIGGER_SHARE = 0.15;
/** A first look shows about so many levels of each side. */
const LEVELS_IN_VIEW = 12;

export function bucketOf(ticks: number, step: number, side: Side): number {
  return side === "buy" ? Math.floor(ticks / step) : Math.ceil(ticks / step);
}

/** Price of a row in ticks; null beyond the prices that exist. */
export function ticksOfRow(window: LadderWindow, row: number): number | null {
  const ticks = (window.topBucket - row) * window.step;
  return ticks >= 1 && ticks <= MAX_TICKS ? ticks : null;
}

export function rowOfBucket(window: LadderWindow, bucket: number): number {
  return window.topBucket - bucket;
}

/** First and last row of the zone in which the inside market rests; the trigger lines are drawn there. */
export function triggerRows(rows: number): { readonly top: number; readonly bottom: number } {
  const margin = Math.max(1, Math.floor(rows * TRIGGER_SHARE));
  return { top: margin, bottom: Math.max(margin, rows - 1 - margin) };
}

/** Best prices of a book, null where a side is empty. */
export function insideOf(book: BookView | null): { readonly bid: number | null; readonly ask: number | null } {
  return { bid: book?.bids[0] ?? null, ask: book?.asks[0] ?? null };
}

/** Bucket in the middle of the inside market; `last` stands in for an empty book. */
function middleBucket(
  inside: { readonly bid: number | null; readonly ask: number | null },
  last: number | null,
  step: number,
): number | null {
  const { bid, ask } = inside;
  if (bid !== null && ask !== null) return Math.round((bucketOf(bid, step, "buy") + bucketOf(ask, step, "sell")) / 2);
  if (bid !== null) return bucketOf(bid, step, "buy");
  if (ask !== null) return bucketOf(ask, step, "sell");
  return last === null ? null : Math.round(last / step);
}

/** Where the inside market is, seen from the rows on view. */
export type MarketPlace = "inView" | "above" | "below";

/** "above" or "below" when neither the best bid nor the best ask is on view. */
export function marketPlace(window: LadderWindow, inside: { readonly bid: number | null; readonly ask: number | null }): MarketPlace {
  const top = window.topBucket * window.step;
  const bottom = (window.topBucket - window.rows + 1) * window.step;
  if (inside.bid !== null && inside.bid > top) return "above";
  if (inside.ask !== null && inside.ask < bottom) return "below";
  return "inView";
}

/** The window with the inside market in the middle; unchanged when there is no price at all. */
export function centred(
  window: LadderWindow,
  inside: { readonly bid: number | null; readonly ask: number | null },
  last: number | null,
): LadderWindow {
  const middle = middleBucket(inside, last, window.step);
  return middle === null ? window : { ...window, topBucket: middle + Math.floor((window.rows - 1) / 2) };
}

/** Has the middle of the inside market left the zone between the trigger lines? */
export function beyondTrigger(
  window: LadderWindow,
  inside: { readonly bid: number | null; readonly ask: number | null },
  last: number | null,
): boolean {
  const middle = middleBucket(inside, last, window.step);
  if (middle === null) return false;
  const row = rowOfBucket(window, middle);
  const zone = triggerRows(window.rows);
  return row < zone.top || row > zone.bottom;
}

/** The same place with another step or another number of rows: the middle price stays in the middle. */
export function rescaled(window: LadderWindow, change: { readonly step?: number; readonly rows?: number }): LadderWindow {
  const step = change.step ?? window.step;
  const rows = change.rows ?? window.rows;
  if (step === window.step)
    return { ...window, rows, topBucket: window.topBucket + Math.floor((rows - 1) / 2) - Math.floor((window.rows - 1) / 2) };
  const middleTicks = (window.topBucket - Math.floor((window.rows - 1) / 2)) * window.step;
  return { step, rows, topBucket: Math.round(middleTicks / step) + Math.floor((rows - 1) / 2) };
}

/** The smallest step at which about a dozen levels of each side fit into the rows. */
export function fittingStep(book: BookView, rows: number): number {
  const { bid, ask } = insideOf(book);
  if (bid === null || ask === null || rows < 4) return 1;
  const edge = (levels: Int32Array): number =>
    levels[Math.min(levels.length / LEVEL_STRIDE, LEVELS_IN_VIEW) * LEVEL_STRIDE - LEVEL_STRIDE] ?? 0;
  const span = edge(book.asks) - edge(book.bids);
  const wanted = span / rows;
  return ladderSteps.find((step) => step >= wanted) ?? 10_000;
}

/** Sizes in the window, lots a row. The arrays are reused from paint to paint. */
export type RowSizes = { readonly bids: Float64Array; readonly asks: Float64Array; largest: number };

export function rowSizes(rows: number): RowSizes {
  return { bids: new Float64Array(rows), asks: new Float64Array(rows), largest: 0 };
}

/** Sums the book's levels into the window's rows. */
export function fillRowSizes(sizes: RowSizes, book: BookView | null, window: LadderWindow): void {
  sizes.bids.fill(0);
  sizes.asks.fill(0);
  sizes.largest = 0;
  if (book === null) return;
  addSide(sizes, sizes.bids, book.bids, window, "buy");
  addSide(sizes, sizes.asks, book.asks, window, "sell");
}

function addSide(sizes: RowSizes, into: Float64Array, levels: Int32Array, window: LadderWindow, side: Side): void {
  for (let at = 0; at < levels.length; at += LEVEL_STRIDE) {
    const row = rowOfBucket(window, bucketOf(levels[at] ?? 0, window.step, side));
    if (row < 0 || row >= window.rows) {
      // Levels run away from the inside market, so beyond the far edge nothing more can come.
      if (side === "buy" ? row >= window.rows : row < 0) break;
      continue;
    }
    const sum = (into[row] ?? 0) + (levels[at + 1] ?? 0);
    into[row] = sum;
    if (sum > sizes.largest) sizes.largest = sum;
  }
}

/** Own orders of one side in one row. */
export type OwnOrders = {
  readonly side: Side;
  readonly lots: number;
  readonly entries: readonly OrderEntry[];
  /** "hollow" while all are on their way, "unknown" when an outcome is missing, "cancelling" when all are being taken off. */
  readonly look: "working" | "partial" | "hollow" | "unknown" | "cancelling";
};

/** Open and pending limit orders by bucket; at most one entry a side and bucket. */
export function ownOrdersByBucket(
  entries: Iterable<OrderEntry>,
  step: number,
  isCancelling: (entry: OrderEntry) => boolean,
): ReadonlyMap<number, readonly OwnOrders[]> {
  const groups = new Map<string, { bucket: number; side: Side; members: OrderEntry[] }>();
  for (const entry of entries) {
    if (entry.limitTicks === null || !(isPending(entry) || isOpen(entry))) continue;
    const bucket = bucketOf(entry.limitTicks, step, entry.side);
    const key = `${entry.side}${bucket}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { bucket, side: entry.side, members: [entry] });
    else group.members.push(entry);
  }
  const byBucket = new Map<number, OwnOrders[]>();
  for (const { bucket, side, members } of groups.values()) {
    const own: OwnOrders = {
      side,
      lots: members.reduce((sum, entry) => sum + openLots(entry), 0),
      entries: members,
      look: lookOf(members, isCancelling),
    };
    const there = byBucket.get(bucket);
    if (there === undefined) byBucket.set(bucket, [own]);
    else there.push(own);
  }
  return byBucket;
}

function openLots(entry: OrderEntry): number {
  return isPending(entry) ? entry.lots : entry.leavesLots;
}

function lookOf(members: readonly OrderEntry[], isCancelling: (entry: OrderEntry) => boolean): OwnOrders["look"] {
  if (members.some((entry) => isPending(entry) && entry.pending === "unknown")) return "unknown";
  if (members.every(isPending)) return "hollow";
  if (members.every((entry) => isPending(entry) || isCancelling(entry))) return "cancelling";
  return members.some((entry) => !isPending(entry) && entry.filledLots > 0) ? "partial" : "working";
}

// ---- geometry ----

export type LadderColumn = "own" | "bid" | "price" | "ask";
/** Left edges of the columns that take orders and the right edge of the last; then what tells about the row, in CSS pixels. */
export type LadderColumns = {
  readonly own: number;
  readonly bid: number;
  readonly price: number;
  readonly ask: number;
  readonly right: number;
  /** Right edge of what was pulled and stacked; `right` where there is no room for it. */
  readonly flow: number;
  /** Right edge of the volume at each price, and of the ladder. */
  readonly end: number;
};

export const LADDER_ROW_HEIGHT = 20;
const FLOW_WIDTH = 46;
/** A size column narrower than this would cut its numbers. */
const LEAST_SIZE = 44;

/** Widths for a panel of so many pixels: the price keeps its text, the sizes share the rest; on narrow panels volume and then flow give way. */
export function ladderColumns(width: number, priceWidth: number): LadderColumns {
  const own = Math.round(Math.min(84, Math.max(58, width * 0.2)));
  const price = Math.round(priceWidth);
  const fits = (extra: number): boolean => width - own - price - extra >= 2 * LEAST_SIZE;
  const volume = Math.round(Math.min(72, Math.max(40, width * 0.12)));
  const flow = fits(FLOW_WIDTH) ? FLOW_WIDTH : 0;
  const extra = fits(flow + volume) && flow > 0 ? flow + volume : flow;
  const size = Math.max(24, Math.floor((width - own - price - extra) / 2));
  const right = Math.max(width - extra, own + size + price + 24);
  return { own: 0, bid: own, price: own + size, ask: own + size + price, right, flow: right + flow, end: right + extra };
}

export type LadderHit = { readonly row: number; readonly ticks: number; readonly column: LadderColumn };

/** The cell under a point in CSS pixels, or null outside the rows. */
export function hitTest(x: number, y: number, window: LadderWindow, columns: LadderColumns): LadderHit | null {
  const row = Math.floor(y / LADDER_ROW_HEIGHT);
  if (x < 0 || x >= columns.right || row < 0 || row >= window.rows) return null;
  const ticks = ticksOfRow(window, row);
  if (ticks === null) return null;
  return { row, ticks, column: x < columns.bid ? "own" : x < columns.price ? "bid" : x < columns.ask ? "price" : "ask" };
}

export function sameHit(a: LadderHit | null, b: LadderHit | null): boolean {
  return a !== null && b !== null && a.ticks === b.ticks && a.column === b.column;
}
