import { bucketOf, rowOfBucket, ticksOfRow } from "./ladderModel.ts";
import type { LadderRows } from "./ladderRows.ts";

/** The row that the keyboard is on; none until a key asks for one. */
export class LadderCursor {
  readonly #rows: LadderRows;
  readonly #bestBid: () => number | null;
  readonly #moved: (ticks: number | null) => void;
  #ticks: number | null = null;

  constructor(rows: LadderRows, bestBid: () => number | null, moved: (ticks: number | null) => void) {
    this.#rows = rows;
    this.#bestBid = bestBid;
    this.#moved = moved;
  }

  get ticks(): number | null {
    return this.#ticks;
  }

  /** The cursor's row on the ladder; null where there is no cursor. */
  get row(): number | null {
    const { window } = this.#rows;
    return this.#ticks === null ? null : rowOfBucket(window, Math.round(this.#ticks / window.step));
  }

  set(ticks: number | null): void {
    if (ticks === this.#ticks) return;
    this.#ticks = ticks;
    this.#moved(ticks);
  }

  /** Goes so many rows up, and the ladder with it at its edges; the first key only shows where it is. False while the ladder shows nothing. */
  move(rows: number): boolean {
    const { step } = this.#rows.window;
    if (step === 0) return false;
    const ticks = this.#ticks === null ? this.#start(step) : Math.max(step, this.#ticks + rows * step);
    const row = rowOfBucket(this.#rows.window, Math.round(ticks / step));
    if (row < 0) this.#rows.scroll(-row);
    if (row >= this.#rows.window.rows) this.#rows.scroll(this.#rows.window.rows - 1 - row);
    this.set(ticks);
    return true;
  }

  /** It begins at the best bid, else in the middle of the rows. */
  #start(step: number): number {
    const bid = this.#bestBid();
    if (bid !== null) return bucketOf(bid, step, "buy") * step;
    const { window } = this.#rows;
    return ticksOfRow(window, Math.floor(window.rows / 2)) ?? step;
  }
}
