import type { TradeRow } from "../../../shared/views.ts";

/** A view on a list that grows at its newest end: how many rows above the first visible one are hidden. 0 follows the market. */
export type TapeView = {
  /** Newest trade when the reader scrolled away; null while following. */
  readonly heldTradeId: number | null;
  /** Rows scrolled down from the held (or newest) trade. */
  readonly offset: number;
};

export const following: TapeView = { heldTradeId: null, offset: 0 };

/** Indexes into `trades` (newest last) that are visible, newest first, and how many newer trades wait above. */
export type TapeWindow = { readonly first: number; readonly count: number; readonly newer: number };

/** What to paint. While the reader holds the tape, rows stay where they are and new trades only raise `newer`. */
export function windowOf(trades: readonly TradeRow[], view: TapeView, rowsVisible: number): TapeWindow {
  const held = view.heldTradeId === null ? trades.length - 1 : indexAtOrBefore(trades, view.heldTradeId);
  const first = Math.max(Math.min(held - view.offset, trades.length - 1), Math.min(rowsVisible, trades.length) - 1);
  return { first, count: Math.max(0, Math.min(rowsVisible, first + 1)), newer: Math.max(0, trades.length - 1 - first) };
}

/** Scrolls by rows, down (older) positive. Reaching the newest row follows the market again. */
export function scrolled(trades: readonly TradeRow[], view: TapeView, rows: number, rowsVisible: number): TapeView {
  if (trades.length <= rowsVisible) return following;
  const now = windowOf(trades, view, rowsVisible);
  const first = Math.min(trades.length - 1, Math.max(rowsVisible - 1, now.first - rows));
  const held = trades[first];
  // Holding on the first visible row itself survives the loss of old rows at the far end.
  return held === undefined || first === trades.length - 1 ? following : { heldTradeId: held.tradeId, offset: 0 };
}

/** Index of the trade with this id, or of the newest one before it; 0 when all are newer. Ids ascend. */
function indexAtOrBefore(trades: readonly TradeRow[], tradeId: number): number {
  let low = 0;
  let high = trades.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((trades[middle]?.tradeId ?? 0) <= tradeId) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** How a row is written: the time of day with or without milliseconds, never less, and quantities with so many decimals. */
export type TapeFit = { readonly time: "millis" | "seconds"; readonly places: number };

/** Widths in pixels. */
export type TapeRoom = {
  /** What a row has for time and quantity together. */
  readonly room: number;
  readonly millis: number;
  readonly seconds: number;
  /** Decimals of the lot. */
  readonly mostPlaces: number;
  /** The widest quantity on view, written with so many decimals. */
  readonly lots: (places: number) => number;
};

/** What fits: a narrow tape leaves out the milliseconds, then decimals of the quantity. Minutes and seconds alone would read as hours and minutes. */
export function fitTape({ room, millis, seconds, mostPlaces, lots }: TapeRoom): TapeFit {
  if (millis + lots(mostPlaces) <= room) return { time: "millis", places: mostPlaces };
  let places = mostPlaces;
  while (places > 0 && seconds + lots(places) > room) places -= 1;
  return { time: "seconds", places };
}

/** Trades that the size bars are scaled by. */
const SCALE_SAMPLE = 200;
/** A size at this rank fills the bar; a few giants must not shrink all others to nothing. */
const FULL_BAR_RANK = 0.95;

/** Lots that fill a size bar. */
export function fullBarLots(trades: readonly TradeRow[]): number {
  const sample = trades.slice(-SCALE_SAMPLE).map((trade) => trade.lots as number);
  if (sample.length === 0) return 1;
  sample.sort((a, b) => a - b);
  return Math.max(1, sample[Math.min(sample.length - 1, Math.floor(sample.length * FULL_BAR_RANK))] ?? 1);
}
