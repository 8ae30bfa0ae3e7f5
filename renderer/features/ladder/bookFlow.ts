import type { Side } from "../../../shared/orders.ts";
import { LEVEL_STRIDE, type BookView, type TradeRow } from "../../../shared/views.ts";
import { bucketOf, rowOfBucket, type LadderWindow } from "./ladderModel.ts";

/** A level's change is shown until so long after the last one. */
export const FLOW_WINDOW_MS = 5_000;

/** Lots stacked (above 0) or pulled (below 0) at one price since the window began, and when that changed last. */
type LevelFlow = { net: number; atMs: number };

/**
 * What participants added to and took away from the book by their own will: the change of each level's size, without what traded there.
 * Prices beyond the deepest level that both looks show are left out, for there a level only comes into sight.
 */
export class BookFlow {
  readonly #flows = { buy: new Map<number, LevelFlow>(), sell: new Map<number, LevelFlow>() };
  /** Lots that traded since the last look, by the side whose resting orders they took and by price. */
  readonly #traded = { buy: new Map<number, number>(), sell: new Map<number, number>() };
  #last: BookView | null = null;

  addTrades(trades: readonly TradeRow[]): void {
    for (const { takerSide, ticks, lots } of trades) {
      const taken = this.#traded[takerSide === "buy" ? "sell" : "buy"];
      taken.set(ticks, (taken.get(ticks) ?? 0) + lots);
    }
  }

  /** Takes in the next look at the book. */
  look(book: BookView, nowMs: number): void {
    const last = this.#last;
    this.#last = book;
    if (last !== null && last !== book) {
      this.#compare("buy", last.bids, book.bids, nowMs);
      this.#compare("sell", last.asks, book.asks, nowMs);
    }
    this.#traded.buy.clear();
    this.#traded.sell.clear();
  }

  /** Frames were missed: what changed in between is nobody's will that we saw. */
  reset(): void {
    this.#last = null;
    for (const side of ["buy", "sell"] as const) {
      this.#flows[side].clear();
      this.#traded[side].clear();
    }
  }

  /** Net change by row of the window, bids and asks apart; forgets what is older than the window of time. */
  fillRows(into: { readonly bids: Float64Array; readonly asks: Float64Array }, window: LadderWindow, nowMs: number): void {
    this.#fillSide("buy", into.bids, window, nowMs);
    this.#fillSide("sell", into.asks, window, nowMs);
  }

  #fillSide(side: Side, into: Float64Array, window: LadderWindow, nowMs: number): void {
    into.fill(0);
    const flows = this.#flows[side];
    for (const [ticks, flow] of flows) {
      if (nowMs - flow.atMs > FLOW_WINDOW_MS) {
        flows.delete(ticks);
        continue;
      }
      const row = rowOfBucket(window, bucketOf(ticks, window.step, side));
      if (row >= 0 && row < window.rows) into[row] = (into[row] ?? 0) + flow.net;
    }
  }

  #compare(side: Side, before: Int32Array, after: Int32Array, nowMs: number): void {
    const worse = side === "buy" ? -1 : 1;
    const edgeOf = (levels: Int32Array): number => (levels.length === 0 ? worse * Infinity : (levels[levels.length - LEVEL_STRIDE] ?? 0));
    // The shallower of the two looks bounds what both can show.
    const edge = worse * Math.min(worse * edgeOf(before), worse * edgeOf(after));
    let a = 0;
    let b = 0;
    while (a < before.length || b < after.length) {
      const from = a < before.length ? (before[a] ?? 0) : worse * Infinity;
      const to = b < after.length ? (after[b] ?? 0) : worse * Infinity;
      const ticks = worse * Math.min(worse * from, worse * to);
      if ((ticks - edge) * worse > 0) return;
      const was = from === ticks ? (before[a + 1] ?? 0) : 0;
      const is = to === ticks ? (after[b + 1] ?? 0) : 0;
      if (from === ticks) a += LEVEL_STRIDE;
      if (to === ticks) b += LEVEL_STRIDE;
      this.#change(side, ticks, is - was + (this.#traded[side].get(ticks) ?? 0), nowMs);
    }
  }

  #change(side: Side, ticks: number, lots: number, nowMs: number): void {
    if (lots === 0) return;
    const flow = this.#flows[side].get(ticks);
    if (flow === undefined || nowMs - flow.atMs > FLOW_WINDOW_MS) this.#flows[side].set(ticks, { net: lots, atMs: nowMs });
    else {
      flow.net += lots;
      flow.atMs = nowMs;
    }
  }
}
