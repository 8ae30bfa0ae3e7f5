import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { cancel, chanceWithin, eachWithStream, limit, take, type InstrumentAgent, Looks } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";

export const valueTerms = z.strictObject({
  kind: z.literal("value"),
  ...participant,
  /** Deviation of its estimate from the fundamental. */
  errorPpm: z.number().int().min(0).max(100_000).default(400),
  /** It trades when the market is so far from its estimate. */
  marginPpm: z.number().int().min(1).max(100_000).default(300),
  /** Looks at the market so often a second. */
  rate: z.number().min(0.01).max(50).default(1),
  value: z.number().min(1).max(10_000_000).default(15_000),
});
type Terms = z.infer<typeof valueTerms>;

/** How much of the estimate's error is left at the next look: opinions change slowly. */
const ERROR_MEMORY = 0.9;
const RESTING_MAX = 6;

/** Believes in a value of its own, close to the fundamental: buys below it, sells above it, and waits at a margin around it. */
export function value(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Believer(terms, random));
}

class Believer implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #errorPpm: number;
  readonly #looks = new Looks();

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
    this.#errorPpm = terms.errorPpm * random.bell();
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const sinceUs = this.#looks.since(market.venueTimeUs);
    if (view.referenceTicks === null || !this.#random.chance(chanceWithin(this.#terms.rate * view.activity, sinceUs))) return [];
    const { errorPpm, marginPpm } = this.#terms;
    this.#errorPpm = this.#errorPpm * ERROR_MEMORY + errorPpm * Math.sqrt(1 - ERROR_MEMORY * ERROR_MEMORY) * this.#random.bell();
    const estimate = view.referenceTicks * (1 + this.#errorPpm / PPM);
    const lots = lotsForValue(view, this.#terms.value * this.#random.between(0.5, 1.5), estimate);
    const low = Math.max(1, Math.floor(estimate * (1 - marginPpm / PPM)));
    const high = Math.ceil(estimate * (1 + marginPpm / PPM));
    const wrong = view.orders.filter(
      ({ side, limitTicks }) => limitTicks !== null && (side === "buy" ? limitTicks > low : limitTicks < high),
    );
    if (wrong.length > 0) return wrong.flatMap(cancel);
    if (view.askTicks !== null && view.askTicks < low) return take(view, market.purse, { side: "buy", lots, reachPpm: 50 });
    if (view.bidTicks !== null && view.bidTicks > high) return take(view, market.purse, { side: "sell", lots, reachPpm: 50 });
    if (view.orders.length >= RESTING_MAX) return view.orders.slice(0, 2).flatMap(cancel);
    const side = this.#random.chance(0.5) ? "buy" : "sell";
    return limit(view, market.purse, { side, ticks: side === "buy" ? low : high, lots });
  }
}
