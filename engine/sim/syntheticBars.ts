import { invariant } from "../../shared/assert.ts";
import type { Bar } from "./barPath.ts";
import { RandomStream } from "./randomStream.ts";

/** What fixes a synthetic path; the same values give the same bars on every machine and after every restart. */
export type SyntheticSeed = {
  readonly seed: number;
  /** Names the random stream, e.g. the instrument's symbol. */
  readonly name: string;
  /** Where the path begins, a multiple of the bar length. */
  readonly originUs: number;
  readonly originTicks: number;
  /** Mean traded quantity of a bar. */
  readonly meanVolumeLots: number;
};

export const SYNTHETIC_INTERVAL_SECONDS = 60;
const INTERVAL_US = SYNTHETIC_INTERVAL_SECONDS * 1_000_000;

/** Deviation of a calm one-minute return: 0.04 %, about 1.5 % a day. */
const CALM = 0.0004;
/** Variance of the next bar: a share of the calm one, of this bar's squared return and of this bar's own (they add to 1). */
const CALM_SHARE = 0.03;
const SHOCK_SHARE = 0.12;
const MEMORY_SHARE = 0.85;
/** One bar in so many moves several times as far as its neighbours. */
const JUMP_ODDS = 1 / 600;
const JUMP_SIZE = 4;
/** Share of the distance to the origin's price that is pulled back in one bar: half in about two days. */
const REVERSION = 0.00024;
const STEPS_IN_BAR = 8;
const VARIANCE_MAX = CALM * CALM * 64;

/**
 * Endless one-minute bars: returns whose size clusters in time, around a mean. Made strictly forward, one bar after another, so a bar can be
 * asked for only while it is the newest or later.
 */
export class SyntheticBars {
  readonly #seed: SyntheticSeed;
  readonly #random: RandomStream;
  #variance = CALM * CALM;
  /** Kept finer than a tick, so that small moves add up. */
  #price: number;
  #bar: Bar;

  constructor(seed: SyntheticSeed) {
    invariant(seed.originUs % INTERVAL_US === 0, `a synthetic path begins on a whole minute, not at ${seed.originUs}`);
    this.#seed = seed;
    this.#random = new RandomStream(seed.seed, `${seed.name}/synthetic`);
    this.#price = seed.originTicks;
    this.#bar = this.#nextBar(seed.originUs);
  }

  /** The newest bar. */
  get bar(): Bar {
    return this.#bar;
  }

  /** Makes the following bar and returns it. */
  advance(): Bar {
    this.#bar = this.#nextBar(this.#bar.openUs + INTERVAL_US);
    return this.#bar;
  }

  #nextBar(openUs: number): Bar {
    const open = this.#price;
    const jump = this.#random.chance(JUMP_ODDS) ? JUMP_SIZE : 1;
    const deviation = (Math.sqrt(this.#variance) * jump) / Math.sqrt(STEPS_IN_BAR);
    const pull = (REVERSION * (this.#seed.originTicks - open)) / this.#seed.originTicks / STEPS_IN_BAR;
    let close = open;
    let high = open;
    let low = open;
    for (let step = 0; step < STEPS_IN_BAR; step += 1) {
      close = Math.max(1, close * (1 + pull + deviation * this.#random.bell()));
      high = Math.max(high, close);
      low = Math.min(low, close);
    }
    this.#price = close;
    const result = (close - open) / open;
    this.#variance = Math.min(VARIANCE_MAX, CALM_SHARE * CALM * CALM + SHOCK_SHARE * result * result + MEMORY_SHARE * this.#variance);
    const activity = (0.3 + 0.9 * this.#random.fraction()) * (0.5 + (0.5 * Math.sqrt(this.#variance)) / CALM);
    const volumeLots = Math.round(this.#seed.meanVolumeLots * activity);
    return { openUs, open: Math.round(open), high: Math.round(high), low: Math.round(low), close: Math.round(close), volumeLots };
  }
}
