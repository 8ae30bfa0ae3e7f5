import type { Side } from "../../../shared/orders.ts";
import type { TradeRow } from "../../../shared/views.ts";
import { bucketOf, rowOfBucket, type LadderWindow } from "./ladderModel.ts";

type Rows = { readonly bought: Float64Array; readonly sold: Float64Array };

/** Traded lots by price: how much the buyers lifted and the sellers hit. */
export class VolumeAtPrice {
  readonly #bought = new Map<number, number>();
  readonly #sold = new Map<number, number>();
  #sinceUs: number | null = null;
  /** Rows that are filled already and for which window: further trades are added to them, so that a paint need not sum up every price. */
  #filled: { readonly rows: Rows; readonly window: LadderWindow } | null = null;

  /** Time of the oldest trade that is counted; null without one. */
  get sinceUs(): number | null {
    return this.#sinceUs;
  }

  take(trades: readonly TradeRow[], reset: boolean): void {
    if (reset) {
      this.#bought.clear();
      this.#sold.clear();
      this.#filled = null;
      this.#sinceUs = trades[0]?.atUs ?? null;
    }
    this.#sinceUs ??= trades[0]?.atUs ?? null;
    for (const { takerSide, ticks, lots } of trades) {
      const isBuy = takerSide === "buy";
      const side = isBuy ? this.#bought : this.#sold;
      side.set(ticks, (side.get(ticks) ?? 0) + lots);
      if (this.#filled === null) continue;
      const { rows, window } = this.#filled;
      addTo(isBuy ? rows.bought : rows.sold, window, { ticks, lots, makerSide: isBuy ? "sell" : "buy" });
    }
  }

  /** Lots by row of the window; what buyers lifted belongs to the row in which the ask stood, what sellers hit to the bid's. Returns the largest row's sum. */
  fillRows(into: Rows, window: LadderWindow): number {
    const { rows, window: last } = this.#filled ?? {};
    if (rows !== into || last?.topBucket !== window.topBucket || last.step !== window.step || last.rows !== window.rows) {
      into.bought.fill(0);
      into.sold.fill(0);
      for (const [ticks, lots] of this.#bought) addTo(into.bought, window, { ticks, lots, makerSide: "sell" });
      for (const [ticks, lots] of this.#sold) addTo(into.sold, window, { ticks, lots, makerSide: "buy" });
      this.#filled = { rows: into, window };
    }
    let largest = 0;
    for (let row = 0; row < window.rows; row += 1) largest = Math.max(largest, (into.bought[row] ?? 0) + (into.sold[row] ?? 0));
    return largest;
  }
}

function addTo(
  rows: Float64Array,
  window: LadderWindow,
  { ticks, lots, makerSide }: { readonly ticks: number; readonly lots: number; readonly makerSide: Side },
): void {
  const row = rowOfBucket(window, bucketOf(ticks, window.step, makerSide));
  if (row >= 0 && row < window.rows) rows[row] = (rows[row] ?? 0) + lots;
}
