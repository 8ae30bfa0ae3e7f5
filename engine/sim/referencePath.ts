import { BAR_STRIDE, barSlots } from "../../shared/bars.ts";
import { drawBarPath, priceOnPath, type Bar, type BarPath } from "./barPath.ts";
import { RandomStream } from "./randomStream.ts";
import { SYNTHETIC_INTERVAL_SECONDS, SyntheticBars, type SyntheticSeed } from "./syntheticBars.ts";

/** What informed participants believe at one moment. */
export type Reference = {
  /** Price in ticks, finer than a tick. */
  readonly ticks: number;
  /** How busy the market is: about 1 on average, between ACTIVITY_MIN and ACTIVITY_MAX. */
  readonly activity: number;
};

/** A series of bars that the reference follows. */
export interface BarFeed {
  readonly intervalUs: number;
  /** The bar that covers this time, or a later one that was asked for before; null after the last one. */
  barAt(venueTimeUs: number): Bar | null;
  /** Mean volume against which `bar` is busy or calm. */
  usualVolumeLots(bar: Bar): number;
}

const ACTIVITY_MIN = 0.4;
const ACTIVITY_MAX = 3;
/** The usual volume is the mean over so many bars before. */
const USUAL_BARS = 48;

/** Bars of a file, already in venue time. */
export class HistoryFeed implements BarFeed {
  readonly intervalUs: number;
  readonly #bars: Float64Array;

  constructor(bars: Float64Array, intervalUs: number) {
    this.#bars = bars;
    this.intervalUs = intervalUs;
  }

  barAt(venueTimeUs: number): Bar | null {
    const index = this.#indexAt(venueTimeUs);
    return index * BAR_STRIDE >= this.#bars.length ? null : this.#bar(Math.max(0, index));
  }

  usualVolumeLots(bar: Bar): number {
    const index = this.#indexAt(bar.openUs);
    let sum = bar.volumeLots;
    let count = 1;
    for (let before = Math.max(0, index - USUAL_BARS); before < index; before += 1) {
      sum += this.#bars[before * BAR_STRIDE + barSlots.volumeLots] ?? 0;
      count += 1;
    }
    return sum / count;
  }

  #indexAt(venueTimeUs: number): number {
    return Math.floor((venueTimeUs - (this.#bars[barSlots.openUs] ?? 0)) / this.intervalUs);
  }

  #bar(index: number): Bar {
    const [openUs = 0, open = 1, high = 1, low = 1, close = 1, volumeLots = 0] = this.#bars.subarray(
      index * BAR_STRIDE,
      (index + 1) * BAR_STRIDE,
    );
    return { openUs, open, high, low, close, volumeLots };
  }
}

/** The built-in seeded path; it has no end. */
export class SyntheticFeed implements BarFeed {
  readonly intervalUs = SYNTHETIC_INTERVAL_SECONDS * 1_000_000;
  readonly #bars: SyntheticBars;
  readonly #meanVolumeLots: number;

  constructor(seed: SyntheticSeed) {
    this.#bars = new SyntheticBars(seed);
    this.#meanVolumeLots = seed.meanVolumeLots;
  }

  barAt(venueTimeUs: number): Bar {
    let bar = this.#bars.bar;
    while (bar.openUs + this.intervalUs <= venueTimeUs) bar = this.#bars.advance();
    return bar;
  }

  usualVolumeLots(): number {
    return this.#meanVolumeLots;
  }
}

/** The price that the market maker quotes around, as a function of venue time alone: the same time gives the same price after a restart. */
export class ReferencePath {
  readonly #feed: BarFeed;
  readonly #seed: number;
  readonly #name: string;
  #current: { readonly bar: Bar; readonly path: BarPath; readonly activity: number } | null = null;

  constructor(feed: BarFeed, stream: { readonly seed: number; readonly name: string }) {
    this.#feed = feed;
    this.#seed = stream.seed;
    this.#name = stream.name;
  }

  /** Null after the feed's last bar. */
  at(venueTimeUs: number): Reference | null {
    const bar = this.#feed.barAt(venueTimeUs);
    if (bar === null) return null;
    if (this.#current?.bar.openUs !== bar.openUs) {
      // Each bar has a stream of its own, so that a restart in the middle of the path draws the same walk.
      const random = new RandomStream(this.#seed, `${this.#name}/bar/${bar.openUs}`);
      const usual = this.#feed.usualVolumeLots(bar);
      const activity = usual === 0 ? 1 : Math.min(ACTIVITY_MAX, Math.max(ACTIVITY_MIN, bar.volumeLots / usual));
      this.#current = { bar, path: drawBarPath(bar, this.#feed.intervalUs, random), activity };
    }
    return { ticks: priceOnPath(this.#current.path, venueTimeUs - bar.openUs), activity: this.#current.activity };
  }
}
