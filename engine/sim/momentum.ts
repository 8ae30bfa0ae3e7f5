import { PPM } from "../../shared/money.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { Side } from "../../shared/orders.ts";
import { take, touchOf } from "./agents/placing.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "./agent.ts";
import { RandomStream } from "./randomStream.ts";

/** The two averages of traded prices whose distance is the signal, in venue seconds. */
const FAST_SECONDS = 15;
const SLOW_SECONDS = 90;
/** The signal counts when it is beyond this, and beyond its own usual size by a factor. */
const SIGNAL_MIN_PPM = 40;
const SIGNAL_FACTOR = 1.3;
const USUAL_SIGNAL_FORGETTING = 0.01;
/** Size of one order and of the whole position, in whole units of the quote asset. */
const ORDER_VALUE = { from: 6_000, to: 45_000 } as const;
const POSITION_VALUE_MAX = 500_000;
/** A limit reaches this far beyond the touch. */
const REACH_PPM = 150;
/** Pause between two orders in one instrument: venue time, and steps for a fast clock. */
const PAUSE_US = { from: 2_000_000, to: 9_000_000 } as const;
const PAUSE_STEPS = 8;

type Trend = {
  readonly random: RandomStream;
  fast: number;
  slow: number;
  usualPpm: number;
  lastUs: number;
  steps: number;
  resumeUs: number;
  resumeStep: number;
};

/** Buys what has risen and sells what has fallen, by immediate limit orders; gives a position up when the move turns. */
export class MomentumTrader implements Agent {
  readonly #seed: number;
  readonly #name: string;
  readonly #trends = new Map<InstrumentId, Trend>();

  constructor(seed: number, name: string) {
    this.#seed = seed;
    this.#name = name;
  }

  observe(view: AgentView): readonly Intent[] {
    return view.instruments.flatMap((instrument) => this.#follow(instrument, view));
  }

  #follow(view: InstrumentView, market: AgentView): readonly Intent[] {
    const last = view.lastTicks;
    if (last === null) return [];
    const trend = this.#trendOf(view, { last, venueTimeUs: market.venueTimeUs });
    const signalPpm = advance(trend, last, market.venueTimeUs);
    if (trend.steps < trend.resumeStep || market.venueTimeUs < trend.resumeUs) return [];
    const side = decide(trend, view, signalPpm);
    if (side === null) return [];
    trend.resumeStep = trend.steps + PAUSE_STEPS;
    trend.resumeUs = market.venueTimeUs + trend.random.whole(PAUSE_US.from, PAUSE_US.to);
    const value = trend.random.between(ORDER_VALUE.from, ORDER_VALUE.to);
    const touch = touchOf(view, side);
    if (touch === null) return [];
    return take(view, market.purse, { side, lots: lotsForValue(view, value, touch), reachPpm: REACH_PPM });
  }

  #trendOf(view: InstrumentView, now: { readonly last: number; readonly venueTimeUs: number }): Trend {
    const known = this.#trends.get(view.instrument.instrumentId);
    if (known !== undefined) return known;
    const random = new RandomStream(this.#seed, `${this.#name}/${view.instrument.symbol}`);
    const trend: Trend = {
      random,
      fast: now.last,
      slow: now.last,
      usualPpm: SIGNAL_MIN_PPM,
      lastUs: now.venueTimeUs,
      steps: 0,
      resumeUs: 0,
      resumeStep: 0,
    };
    this.#trends.set(view.instrument.instrumentId, trend);
    return trend;
  }
}

/** Moves the averages on and returns their distance, positive when prices rise. */
function advance(trend: Trend, last: number, venueTimeUs: number): number {
  const seconds = Math.max(0, venueTimeUs - trend.lastUs) / 1_000_000;
  trend.lastUs = venueTimeUs;
  trend.steps += 1;
  trend.fast += (last - trend.fast) * (seconds / (seconds + FAST_SECONDS));
  trend.slow += (last - trend.slow) * (seconds / (seconds + SLOW_SECONDS));
  const signalPpm = ((trend.fast - trend.slow) / trend.slow) * PPM;
  trend.usualPpm += USUAL_SIGNAL_FORGETTING * (Math.abs(signalPpm) - trend.usualPpm);
  return signalPpm;
}

function decide(trend: Trend, view: InstrumentView, signalPpm: number): Side | null {
  const positionValue = (view.netLots * trend.fast * view.instrument.quoteUnitsPerTickLot) / view.quoteUnits;
  const threshold = Math.max(SIGNAL_MIN_PPM, SIGNAL_FACTOR * trend.usualPpm);
  if (signalPpm > threshold && positionValue < POSITION_VALUE_MAX) return "buy";
  if (signalPpm < -threshold && positionValue > -POSITION_VALUE_MAX) return "sell";
  // The move is over or has turned: give the position up in slices.
  if (positionValue > ORDER_VALUE.to && signalPpm < 0) return "sell";
  if (positionValue < -ORDER_VALUE.to && signalPpm > 0) return "buy";
  return null;
}
