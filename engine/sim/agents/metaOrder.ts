import { z } from "zod";
import { sides } from "../../../shared/orders.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { eachWithStream, take, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { seconds, someSeconds } from "./seconds.ts";

export const metaOrderTerms = z.strictObject({
  kind: z.literal("metaOrder"),
  ...participant,
  side: z.enum(sides),
  /** Whole units of the quote asset in all. */
  value: z.number().min(1).max(1_000_000_000),
  /** twap: equal slices over the time. pov: a share of what the other side takes. */
  style: z.enum(["twap", "pov"]).default("twap"),
  /** After its first look at the market. */
  start: seconds.default(0),
  over: someSeconds.default(60_000_000),
  /** Number of slices (twap), or its share of what the other side takes, in millionths (pov). */
  slices: z.number().int().min(1).max(10_000).default(20),
  participationPpm: z.number().int().min(1).max(900_000).default(100_000),
});
type Terms = z.infer<typeof metaOrderTerms>;

/** A slice comes up to this share of the time between two slices early or late. */
const SLICE_JITTER = 0.3;
const REACH_PPM = 500;

/** One large order worked in slices: by the clock (TWAP) or by what others trade (POV). */
export function metaOrder(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Worker(terms, random));
}

class Worker implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #beginUs = 0;
  #nextUs = 0;
  #startLots: number | null = null;
  #debtLots = 0;

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const now = market.venueTimeUs;
    const price = view.lastTicks ?? view.closeTicks;
    if (this.#beginUs === 0) this.#beginUs = now + this.#terms.start;
    if (price === null || now < this.#beginUs || now > this.#beginUs + this.#terms.over) return [];
    this.#startLots ??= view.netLots;
    const { side, value, style } = this.#terms;
    const whole = (value * view.quoteUnits) / (price * view.instrument.quoteUnitsPerTickLot);
    const done = Math.abs(view.netLots - this.#startLots);
    if (done >= whole || view.orders.length > 0) return [];
    const wanted = style === "twap" ? this.#twap(now, whole) : this.#pov(view);
    const lots = Math.min(wanted, whole - done);
    if (lots < Math.max(view.instrument.minLots, lotsForValue(view, 0, price))) return [];
    this.#debtLots = 0;
    return take(view, market.purse, { side, lots, reachPpm: REACH_PPM });
  }

  #twap(now: number, whole: number): number {
    if (now < this.#nextUs) return 0;
    const { over, slices } = this.#terms;
    this.#nextUs = now + Math.round((over / slices) * this.#random.between(1 - SLICE_JITTER, 1 + SLICE_JITTER));
    return whole / slices;
  }

  /** Owes a share of each trade that the other side took: of its own side's, public trades do not tell its own from anybody's. */
  #pov(view: InstrumentView): number {
    const traded = view.trades.filter(({ takerSide }) => takerSide !== this.#terms.side).reduce((sum, { lots }) => sum + lots, 0);
    this.#debtLots += (traded * this.#terms.participationPpm) / 1_000_000;
    return this.#debtLots;
  }
}
