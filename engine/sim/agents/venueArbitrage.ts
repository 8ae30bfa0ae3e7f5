import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import type { Agent, AgentView, InstrumentView, Intent } from "../agent.ts";
import { RandomStream } from "../randomStream.ts";
import { limit } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { seconds } from "./seconds.ts";

export const venueArbitrageTerms = z.strictObject({
  kind: z.literal("venueArbitrage"),
  ...participant,
  /** What must be left after both fees. */
  edgePpm: z.number().int().min(0).max(100_000).default(50),
  /** Most of one deal, in whole units of the quote asset. */
  valueMax: z.number().min(1).max(10_000_000).default(50_000),
  pause: seconds.default(200_000),
});
type Terms = z.infer<typeof venueArbitrageTerms>;

/** Buys on the venue that asks less than the other bids, and sells there, both at once and never more than both show. */
export function venueArbitrage(terms: Terms, { seed, name }: AgentSeed): Agent {
  return new VenueTrader(terms, new RandomStream(seed, name));
}

class VenueTrader implements Agent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #resumeUs = 0;

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  observe(view: AgentView): readonly Intent[] {
    const [first, second] = view.instruments;
    if (first === undefined || second === undefined || view.venueTimeUs < this.#resumeUs) return [];
    const intents = [...this.#deal(first, second, view), ...this.#deal(second, first, view)];
    if (intents.length > 0) this.#resumeUs = view.venueTimeUs + Math.round(this.#terms.pause * this.#random.between(0.8, 1.2));
    return intents;
  }

  /** Both instruments count in the same steps; the scenario's schema sees to that. */
  #deal(cheap: InstrumentView, dear: InstrumentView, { purse }: AgentView): readonly Intent[] {
    const { askTicks } = cheap;
    const { bidTicks } = dear;
    if (askTicks === null || bidTicks === null) return [];
    const feesPpm = cheap.instrument.takerFeePpm + dear.instrument.takerFeePpm;
    if (bidTicks * PPM <= askTicks * (PPM + feesPpm + this.#terms.edgePpm)) return [];
    const most = (this.#terms.valueMax * cheap.quoteUnits) / (askTicks * cheap.instrument.quoteUnitsPerTickLot);
    const lots = Math.floor(Math.min(cheap.asks[1] ?? 0, dear.bids[1] ?? 0, most));
    const bought = limit(cheap, purse, { side: "buy", ticks: askTicks, lots, timeInForce: "ioc" });
    return bought.length === 0 ? [] : [...bought, ...limit(dear, purse, { side: "sell", ticks: bidTicks, lots, timeInForce: "ioc" })];
  }
}
