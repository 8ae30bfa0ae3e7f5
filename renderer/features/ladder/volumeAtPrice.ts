import type { Side } from "../../../shared/orders.ts";
import type { TradeRow } from "../../../shared/views.ts";
import { bucketOf, rowOfBucket, type LadderWindow } from "./ladderModel.ts";

/** Traded lots by price: how much the buyers lifted and the sellers hit. */
export class VolumeAtPrice {
  readonly #bought = new Map<number, number>();
  readonly #sold = new Map<number, number>();
  #sinceUs: number | null = null;

  /** Time of the oldest trade that is counted; null without one. */
  get sinceUs(): number | null {
    return this.#sinceUs;
  }

  take(trades: readonly TradeRow[], reset: boolean): void {
    if (reset) {
      this.#bought.clear();
      this.#sold.clear();
      this.#sinceUs = trades[0]?.atUs ?? null;
    }
    this.#sinceUs ??= trades[0]?.atUs ?? null;
    for (const { takerSide, ticks, lots } of trades) {
      const side = takerSide === "buy" ? this.#bought : this.#sold;
      side.set(ticks, (side.get(ticks) ?? 0) + lots);
    }
  }

  /** Lots by row of the window; what buyers lifted belongs to the row in which the ask stood, what sellers hit to the bid's. Returns the largest row's sum. */
  fillRows(into: { readonly bought: Float64Array; readonly sold: Float64Array }, window: LadderWindow): number {
    into.bought.fill(0);
    into.sold.fill(0);
    addRows(this.#bought, "sell", into.bought, window);
    addRows(this.#sold, "buy", into.sold, window);
    let largest = 0;
    for (let row = 0; row < window.rows; row += 1) largest = Math.max(largest, (into.bought[row] ?? 0) + (into.sold[row] ?? 0));
    return largest;
  }
}

function addRows(volumes: ReadonlyMap<number, number>, makerSide: Side, into: Float64Array, window: LadderWindow): void {
  for (const [ticks, lots] of volumes) {
    const row = rowOfBucket(window, bucketOf(ticks, window.step, makerSide));
    if (row >= 0 && row < window.rows) into[row] = (into[row] ?? 0) + lots;
  }
}
