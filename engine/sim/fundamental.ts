import { PPM } from "../../shared/money.ts";
import { RandomStream } from "./randomStream.ts";
import type { Reference } from "./referencePath.ts";

/** The value moves in steps of this length, so that it is the same whoever asks and however often. */
const STEP_US = 100_000;
const STEPS_PER_SECOND = 1_000_000 / STEP_US;
/** How far volatility strays from its mean, and how much of that is left after a step: it halves in about two minutes. */
const ROUGHNESS = 0.05;
const VOLATILITY_MEMORY = 0.9995;
/** Mean square of what these two bring about in the long run. */
const MOOD_SQUARE = (ROUGHNESS * ROUGHNESS) / (1 - VOLATILITY_MEMORY * VOLATILITY_MEMORY);
const VOLATILITY_MAX = 4;

export type FundamentalTerms = {
  /** Names the random stream. */
  readonly name: string;
  readonly seed: number;
  readonly startUs: number;
  readonly startTicks: number;
  /** Deviation of the moves of one second, in millionths of the price. */
  readonly volatilityPpm: number;
  /** Share of the distance to the mean that is pulled back in a second, in millionths. */
  readonly reversionPpm: number;
  /** Growth of the mean in a second, in millionths. */
  readonly driftPpm: number;
};

type Fading = { leftPpm: number; readonly perStepPpm: number };

/**
 * What an instrument is worth, apart from what it trades at: a mean-reverting walk whose volatility clusters, with shocks, news and a feed that
 * can get stuck. Only + - × ÷ and square roots, so the same on every machine.
 */
export class Fundamental {
  readonly #random: RandomStream;
  readonly #terms: FundamentalTerms;
  #value: number;
  #mean: number;
  #steps = 0;
  #mood = 0;
  readonly #fading: Fading[] = [];
  #activity = 1;
  #busyUntilUs = 0;
  #stuck: { readonly reference: Reference; readonly untilUs: number } | null = null;

  constructor(terms: FundamentalTerms) {
    this.#terms = terms;
    this.#random = new RandomStream(terms.seed, `fundamental/${terms.name}`);
    this.#value = terms.startTicks;
    this.#mean = terms.startTicks;
  }

  /** What informed participants are told: the value, or what the feed said before it got stuck. */
  at(venueTimeUs: number): Reference {
    const truth = this.truth(venueTimeUs);
    if (this.#stuck === null) return truth;
    if (venueTimeUs < this.#stuck.untilUs) return this.#stuck.reference;
    this.#stuck = null;
    return truth;
  }

  truth(venueTimeUs: number): Reference {
    const steps = Math.floor((venueTimeUs - this.#terms.startUs) / STEP_US);
    while (this.#steps < steps) this.#step();
    return { ticks: this.#value, activity: venueTimeUs < this.#busyUntilUs ? this.#activity : 1 };
  }

  /** The value leaps, and comes back over `fadeUs` (0: stays away until the mean pulls it back). */
  shock(venueTimeUs: number, shock: { readonly ppm: number; readonly fadeUs: number }): void {
    this.truth(venueTimeUs);
    this.#value *= 1 + shock.ppm / PPM;
    const back = (PPM / (1 + shock.ppm / PPM) - PPM) / Math.max(1, shock.fadeUs / STEP_US);
    if (shock.fadeUs > 0) this.#fading.push({ leftPpm: back * (shock.fadeUs / STEP_US), perStepPpm: back });
  }

  /** The value and its mean leap for good, and the market is busier for a while. */
  news(venueTimeUs: number, news: { readonly ppm: number; readonly activity: number; readonly forUs: number }): void {
    this.truth(venueTimeUs);
    this.#value *= 1 + news.ppm / PPM;
    this.#mean *= 1 + news.ppm / PPM;
    this.#activity = news.activity;
    this.#busyUntilUs = venueTimeUs + news.forUs;
  }

  /** The feed repeats its last word while the value goes on. */
  stick(venueTimeUs: number, forUs: number): void {
    this.#stuck = { reference: this.at(venueTimeUs), untilUs: venueTimeUs + forUs };
  }

  #step(): void {
    const { volatilityPpm, reversionPpm, driftPpm } = this.#terms;
    this.#steps += 1;
    this.#mood = this.#mood * VOLATILITY_MEMORY + ROUGHNESS * this.#random.bell();
    const scale = Math.min(VOLATILITY_MAX, (0.3 + this.#mood * this.#mood) / (0.3 + MOOD_SQUARE));
    const movePpm = (volatilityPpm * scale * this.#random.bell()) / Math.sqrt(STEPS_PER_SECOND);
    this.#mean *= 1 + driftPpm / PPM / STEPS_PER_SECOND;
    this.#value += (this.#value * movePpm) / PPM + ((this.#mean - this.#value) * reversionPpm) / PPM / STEPS_PER_SECOND;
    for (const fading of this.#fading) {
      if (Math.abs(fading.leftPpm) < Math.abs(fading.perStepPpm) / 2) continue;
      fading.leftPpm -= fading.perStepPpm;
      this.#value *= 1 + fading.perStepPpm / PPM;
    }
    this.#value = Math.max(1, this.#value);
  }
}
