const STEP_FACTORS = [1, 2, 5] as const;
/** A cell is at least so many CSS pixels high. */
const LEAST_CELL = 4;
const LEAST_SPAN_US = 10_000_000;
const MOST_SPAN_US = 3_600_000_000;
/** The market may wander so far from the middle, as a share of the height, before the view follows it. */
const PRICE_SLACK = 0.3;

/** Room beside and below the cells, CSS pixels. */
export const AXIS_WIDTH = 78;
export const BARS_WIDTH = 58;
const AXIS_HEIGHT = 18;

export type Plot = { readonly width: number; readonly height: number };

/** The part of the canvas that shows cells. */
export function plotOf(size: { readonly width: number; readonly height: number }): Plot {
  return { width: Math.max(1, size.width - AXIS_WIDTH - BARS_WIDTH), height: Math.max(1, size.height - AXIS_HEIGHT) };
}

/** What part of time and price is on view, and how it moves. Knows no canvas; lengths are CSS pixels. */
export class HeatmapView {
  spanUs = 300_000_000;
  /** Right edge while a person looks at the past; null follows the newest. */
  #heldUs: number | null = null;
  /** Price in the middle, ticks; null until a market was seen. */
  #middleTicks: number | null = null;
  #ticksPerPixel = 1;
  #priceHeld = false;

  get following(): boolean {
    return this.#heldUs === null && !this.#priceHeld;
  }

  get ticksPerPixel(): number {
    return this.#ticksPerPixel;
  }

  /** Right edge. Never beyond `nowUs`, which goes back when the window goes into the past. */
  toUs(nowUs: number): number {
    return this.#heldUs === null ? nowUs : Math.min(this.#heldUs, nowUs);
  }

  fromUs(nowUs: number): number {
    return this.toUs(nowUs) - this.spanUs;
  }

  usPerPixel(plot: Plot): number {
    return this.spanUs / plot.width;
  }

  usAt(x: number, plot: Plot, nowUs: number): number {
    return this.fromUs(nowUs) + x * this.usPerPixel(plot);
  }

  x(us: number, plot: Plot, nowUs: number): number {
    return (us - this.fromUs(nowUs)) / this.usPerPixel(plot);
  }

  topTicks(plot: Plot): number {
    return (this.#middleTicks ?? 0) + (plot.height / 2) * this.#ticksPerPixel;
  }

  ticksAt(y: number, plot: Plot): number {
    return this.topTicks(plot) - y * this.#ticksPerPixel;
  }

  y(ticks: number, plot: Plot): number {
    return (this.topTicks(plot) - ticks) / this.#ticksPerPixel;
  }

  /** Ticks that one cell sums up: the smallest round number whose cell is high enough to be seen. */
  step(): number {
    const wanted = Math.max(1, LEAST_CELL * this.#ticksPerPixel);
    const decade = 10 ** Math.floor(Math.log10(wanted));
    return STEP_FACTORS.map((factor) => factor * decade).find((step) => step >= wanted) ?? 10 * decade;
  }

  /** Follows the market's price unless a person holds the view; `reach` is how far from the mid the book is worth seeing, in ticks. */
  settle(midTicks: number | null, reachTicks: number, plot: Plot, held: boolean): void {
    if (midTicks === null) return;
    if (this.#middleTicks === null) {
      this.#middleTicks = midTicks;
      this.#ticksPerPixel = Math.max(0.05, (reachTicks * 2) / plot.height);
      return;
    }
    if (this.#priceHeld || held) return;
    if (Math.abs(midTicks - this.#middleTicks) > PRICE_SLACK * plot.height * this.#ticksPerPixel) this.#middleTicks = midTicks;
  }

  pan(dx: number, dy: number, plot: Plot, bounds: { readonly firstUs: number; readonly nowUs: number }): void {
    if (dx !== 0) this.#hold(this.toUs(bounds.nowUs) - dx * this.usPerPixel(plot), bounds);
    if (dy !== 0 && this.#middleTicks !== null) {
      this.#middleTicks += dy * this.#ticksPerPixel;
      this.#priceHeld = true;
    }
  }

  zoomTime(factor: number, x: number, plot: Plot, bounds: { readonly firstUs: number; readonly nowUs: number }): void {
    const under = this.usAt(x, plot, bounds.nowUs);
    const wasFollowing = this.#heldUs === null;
    this.setSpan(this.spanUs / factor);
    // While following, the newest stays where it is: at the right edge.
    if (!wasFollowing) this.#hold(under + (plot.width - x) * this.usPerPixel(plot), bounds);
  }

  zoomPrice(factor: number, y: number, plot: Plot): void {
    if (this.#middleTicks === null) return;
    const under = this.ticksAt(y, plot);
    this.#ticksPerPixel = Math.min(1e6, Math.max(0.02, this.#ticksPerPixel / factor));
    this.#middleTicks = under - (plot.height / 2 - y) * this.#ticksPerPixel;
  }

  setSpan(spanUs: number): void {
    this.spanUs = Math.min(MOST_SPAN_US, Math.max(LEAST_SPAN_US, spanUs));
  }

  follow(midTicks: number | null): void {
    this.#heldUs = null;
    this.#priceHeld = false;
    if (midTicks !== null) this.#middleTicks = midTicks;
  }

  #hold(toUs: number, { firstUs, nowUs }: { readonly firstUs: number; readonly nowUs: number }): void {
    if (toUs >= nowUs) this.#heldUs = null;
    else this.#heldUs = Math.max(toUs, Math.min(nowUs, firstUs + this.spanUs / 4));
  }
}
