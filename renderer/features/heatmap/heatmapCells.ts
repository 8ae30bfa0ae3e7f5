import type { PastColumn } from "./heatmapPast.ts";

/** Sizes of one column summed into cells of `step` ticks, the first cell at `topCell` (price / step) and downwards. */
export class CellSums {
  lots = new Float64Array(0);
  #topCell = 0;
  #step = 1;

  shape(topCell: number, cells: number, step: number): void {
    if (this.lots.length !== cells) this.lots = new Float64Array(cells);
    this.#topCell = topCell;
    this.#step = step;
  }

  sum(column: PastColumn): void {
    const { lots } = this;
    lots.fill(0);
    const { levels } = column;
    for (let at = 0; at < levels.length; at += 2) {
      const ticks = Math.abs(levels[at] ?? 0);
      const cell = this.#topCell - Math.floor(ticks / this.#step);
      if (cell >= 0 && cell < lots.length) lots[cell] = (lots[cell] ?? 0) + (levels[at + 1] ?? 0);
    }
  }
}

const SHADES = 256;

/** Turns lots into colours between two percentiles of what is on view, so that one giant order does not wash out all others. */
export class HeatScale {
  readonly #sample: number[] = [];
  #shades = new Uint32Array(SHADES);
  #low = 0;
  #high = 1;
  #seen = 0;

  get cutLots(): readonly [low: number, high: number] {
    return [this.#low, this.#high];
  }

  /** Colours of the ramp from the faintest to the brightest, as red, green, blue. */
  setRamp(stops: readonly (readonly [number, number, number])[]): void {
    for (let shade = 0; shade < SHADES; shade += 1) {
      const at = (shade / (SHADES - 1)) * (stops.length - 1);
      const from = stops[Math.floor(at)] ?? [0, 0, 0];
      const to = stops[Math.min(stops.length - 1, Math.floor(at) + 1)] ?? from;
      const part = at - Math.floor(at);
      const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] + (to[channel] - from[channel]) * part);
      // Little-endian RGBA, as image data has it.
      this.#shades[shade] = ((255 << 24) | (mix(2) << 16) | (mix(1) << 8) | mix(0)) >>> 0;
    }
  }

  beginSample(): void {
    this.#sample.length = 0;
    this.#seen = 0;
  }

  /** Every so many-th size is looked at: enough for percentiles, cheap to sort. */
  offer(lots: number): void {
    this.#seen += 1;
    if (this.#seen % 7 === 0 && this.#sample.length < 8_192) this.#sample.push(lots);
  }

  endSample(lowPercent: number, highPercent: number): void {
    if (this.#sample.length < 8) return;
    this.#sample.sort((a, b) => a - b);
    const rank = (percent: number): number =>
      this.#sample[Math.min(this.#sample.length - 1, Math.floor((percent / 100) * this.#sample.length))] ?? 0;
    this.#low = lowPercent <= 0 ? 0 : rank(lowPercent);
    this.#high = Math.max(rank(highPercent), this.#low + 1);
  }

  /** The colour of so many lots; 0 for what is not drawn. */
  colour(lots: number): number {
    if (lots <= this.#low) return 0;
    const share = Math.min(1, (lots - this.#low) / (this.#high - this.#low));
    return this.#shades[Math.round(share * (SHADES - 1))] ?? 0;
  }
}
