import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { cancel, chanceWithin, eachWithStream, limit, midTicks, type InstrumentAgent, Looks } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";

export const zeroIntelligenceTerms = z.strictObject({
  kind: z.literal("zeroIntelligence"),
  ...participant,
  /** Orders a second and instrument, and how far from the middle they may lie. */
  rate: z.number().min(0.01).max(100).default(2),
  rangePpm: z.number().int().min(1).max(200_000).default(2_000),
  /** Whole units of the quote asset in one order. */
  value: z.number().min(1).max(10_000_000).default(3_000),
  /** Share of a second's orders that is a cancellation. */
  cancelShare: z.number().min(0).max(1).default(0.35),
});
type Terms = z.infer<typeof zeroIntelligenceTerms>;

/** Traders without a view who are held only by their budget (Gode and Sunder): any side, any price in a range, any time. */
export function zeroIntelligence(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Crowd(terms, random));
}

class Crowd implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  readonly #looks = new Looks();

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const sinceUs = this.#looks.since(market.venueTimeUs);
    if (!this.#random.chance(chanceWithin(this.#terms.rate, sinceUs))) return [];
    const open = view.orders.filter(({ state }) => state === "open");
    const oldest = open[this.#random.whole(0, Math.max(0, open.length - 1))];
    if (oldest !== undefined && this.#random.chance(this.#terms.cancelShare)) return cancel(oldest);
    const middle = midTicks(view);
    if (middle === null) return [];
    const side = this.#random.chance(0.5) ? "buy" : "sell";
    const ticks = Math.max(1, Math.round(middle * (1 + this.#random.between(-1, 1) * (this.#terms.rangePpm / PPM))));
    // Whoever would meet an own order has changed their mind.
    if (view.orders.some((own) => own.side !== side && own.limitTicks !== null && (side === "buy") === own.limitTicks <= ticks)) return [];
    const lots = lotsForValue(view, this.#terms.value * this.#random.between(0.3, 1.7), ticks);
    return limit(view, market.purse, { side, ticks, lots });
  }
}
