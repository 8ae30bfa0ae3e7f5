import type { TradeRow } from "../../../shared/views.ts";

const US_PER_SECOND = 1_000_000;

/** What traded at one price in one bar: lots that sellers hit into bids, and lots that buyers lifted from asks. */
export type FootprintCell = { sold: number; bought: number };

export type FootprintBar = {
  /** Start of the bar, microseconds. */
  readonly openUs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Bought less sold. */
  delta: number;
  /** Sum of the deltas from the first known trade on: at the bar's start, its extremes in the bar, and at its end. */
  readonly cumulative: { readonly open: number; high: number; low: number; close: number };
  /** By price in ticks. */
  readonly cells: Map<number, FootprintCell>;
};

/** Bars of bid and ask volume by price, summed up from trades as they come. A bar in which nobody traded is left out. */
export class Footprint {
  readonly #widthUs: number;
  #bars: FootprintBar[] = [];

  constructor(barSeconds: number) {
    this.#widthUs = barSeconds * US_PER_SECOND;
  }

  get bars(): readonly FootprintBar[] {
    return this.#bars;
  }

  take(trades: readonly TradeRow[], reset: boolean): void {
    if (reset) this.#bars = [];
    for (const trade of trades) this.#add(trade);
  }

  #add({ atUs, ticks, lots, takerSide }: TradeRow): void {
    const bar = this.#barOf(atUs - (atUs % this.#widthUs), ticks);
    bar.high = Math.max(bar.high, ticks);
    bar.low = Math.min(bar.low, ticks);
    bar.close = ticks;
    bar.volume += lots;
    const signed = takerSide === "buy" ? lots : 0 - lots;
    bar.delta += signed;
    const { cumulative } = bar;
    cumulative.close += signed;
    cumulative.high = Math.max(cumulative.high, cumulative.close);
    cumulative.low = Math.min(cumulative.low, cumulative.close);
    const cell = bar.cells.get(ticks);
    const bought = takerSide === "buy" ? lots : 0;
    if (cell === undefined) bar.cells.set(ticks, { bought, sold: lots - bought });
    else {
      cell.bought += bought;
      cell.sold += lots - bought;
    }
  }

  #barOf(openUs: number, ticks: number): FootprintBar {
    const last = this.#bars.at(-1);
    if (last !== undefined && last.openUs >= openUs) return last;
    const start = last?.cumulative.close ?? 0;
    const bar: FootprintBar = {
      openUs,
      open: ticks,
      high: ticks,
      low: ticks,
      close: ticks,
      volume: 0,
      delta: 0,
      cumulative: { open: start, high: start, low: start, close: start },
      cells: new Map(),
    };
    this.#bars.push(bar);
    return bar;
  }
}

/** The bar's cells summed into rows of `step` ticks, by row (price / step, downwards rounded). */
export function rowsOf(bar: FootprintBar, step: number): ReadonlyMap<number, FootprintCell> {
  if (step === 1) return bar.cells;
  const rows = new Map<number, FootprintCell>();
  for (const [ticks, { sold, bought }] of bar.cells) {
    const row = Math.floor(ticks / step);
    const cell = rows.get(row);
    if (cell === undefined) rows.set(row, { sold, bought });
    else {
      cell.sold += sold;
      cell.bought += bought;
    }
  }
  return rows;
}

/** One side is said to dominate a cell from this ratio on. */
const IMBALANCE = 3;

/** Which side dominates: at least three times the other, and worth speaking of beside the bar's largest cell. */
export function dominance({ sold, bought }: FootprintCell, largest: number): "bought" | "sold" | null {
  if (Math.max(sold, bought) < largest * 0.15) return null;
  if (bought >= sold * IMBALANCE) return "bought";
  return sold >= bought * IMBALANCE ? "sold" : null;
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000] as const;

/** The smallest step at which the bars' prices fit into so many rows. */
export function fittingStep(bars: readonly FootprintBar[], rows: number): number {
  if (bars.length === 0) return 1;
  const high = Math.max(...bars.map((bar) => bar.high));
  const low = Math.min(...bars.map((bar) => bar.low));
  return STEPS.find((step) => Math.floor(high / step) - Math.floor(low / step) + 1 <= rows) ?? 50_000;
}
