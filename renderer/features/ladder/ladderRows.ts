import type { BookView } from "../../../shared/views.ts";
import { beyondTrigger, centred, fittingStep, insideOf, rescaled, type LadderWindow } from "./ladderModel.ts";

/** A book that has just opened is still filling: so long the step that was not chosen by a person follows it. */
const FITTING_MS = 4_000;

/** What the market is when rows are placed by it. */
export type LadderMarket = { readonly book: BookView | null; readonly last: number | null };

/**
 * Which prices the rows stand for. They stand still: they move only when a person scrolls or centres, or when the market passes a trigger
 * line while nobody holds the rows.
 */
export class LadderRows {
  readonly #onStep: (step: number) => void;
  #window: LadderWindow;
  #isPlaced = false;
  #fitUntilMs: number;

  /** `step` 0 chooses one that shows a dozen levels a side; `onStep` hears of such a choice. */
  constructor(step: number, onStep: (step: number) => void) {
    this.#window = { topBucket: 0, step, rows: 0 };
    this.#fitUntilMs = step === 0 ? Infinity : 0;
    this.#onStep = onStep;
  }

  /** Step 0 until a first book has given one. */
  get window(): LadderWindow {
    return this.#window;
  }

  /** A person chose the step. False when it is in use already. */
  setStep(step: number): boolean {
    this.#fitUntilMs = 0;
    if (step === this.#window.step) return false;
    this.#window = rescaled(this.#window, { step });
    return true;
  }

  resize(rows: number): void {
    this.#window = rescaled(this.#window, { rows });
  }

  centre({ book, last }: LadderMarket): void {
    this.#window = centred(this.#window, insideOf(book), last);
  }

  scroll(rows: number): void {
    this.#window = { ...this.#window, topBucket: Math.max(1, this.#window.topBucket + rows) };
  }

  /** Brings the market into view where that is allowed. `isHeld`: somebody's pointer or question is on the rows. */
  settle({ book, last }: LadderMarket, isHeld: boolean): void {
    const inside = insideOf(book);
    if (book !== null && performance.now() < this.#fitUntilMs && !(isHeld && this.#isPlaced)) this.#fit(book);
    if (this.#window.step === 0) return;
    const isLost = !this.#isPlaced || (!isHeld && beyondTrigger(this.#window, inside, last));
    if (!isLost) return;
    this.#window = centred(this.#window, inside, last);
    this.#isPlaced = inside.bid !== null || inside.ask !== null || last !== null;
  }

  #fit(book: BookView): void {
    if (book.bids.length === 0 || book.asks.length === 0) return;
    if (this.#fitUntilMs === Infinity) this.#fitUntilMs = performance.now() + FITTING_MS;
    const step = fittingStep(book, this.#window.rows);
    if (step === this.#window.step) return;
    this.#window = { ...this.#window, step };
    this.#isPlaced = false;
    this.#onStep(step);
  }
}
