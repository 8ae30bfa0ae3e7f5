import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import { RandomStream } from "../randomStream.ts";
import { midTicks, take, Looks } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { seconds, someSeconds } from "./seconds.ts";

export const pairArbitrageTerms = z.strictObject({
  kind: z.literal("pairArbitrage"),
  ...participant,
  /** The ratio of the two prices must stray so far from its usual value. */
  entryPpm: z.number().int().min(1).max(200_000).default(400),
  /** How long the usual value looks back. */
  memory: someSeconds.default(60_000_000),
  value: z.number().min(1).max(10_000_000).default(20_000),
  pause: seconds.default(1_000_000),
});
type Terms = z.infer<typeof pairArbitrageTerms>;

const REACH_PPM = 150;

/** Trades two instruments against each other: sells the one that became dear by the usual ratio of their prices, and buys the other. */
export function pairArbitrage(terms: Terms, { seed, name }: AgentSeed): Agent {
  return new PairTrader(terms, new RandomStream(seed, name));
}

class PairTrader implements Agent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #usual: number | null = null;
  readonly #looks = new Looks();
  #resumeUs = 0;

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  observe({ instruments: [first, second], venueTimeUs, purse }: AgentView): readonly Intent[] {
    if (first === undefined || second === undefined) return [];
    const [a, b] = [midTicks(first), midTicks(second)];
    if (a === null || b === null) return [];
    const ratio = a / b;
    const sinceUs = this.#looks.since(venueTimeUs);
    this.#usual ??= ratio;
    const strayPpm = (ratio / this.#usual - 1) * PPM;
    this.#usual += (ratio - this.#usual) * Math.min(1, sinceUs / this.#terms.memory);
    if (venueTimeUs < this.#resumeUs || Math.abs(strayPpm) < this.#terms.entryPpm) return [];
    this.#resumeUs = venueTimeUs + Math.round(this.#terms.pause * this.#random.between(0.7, 1.3));
    const [dear, cheap] = strayPpm > 0 ? [first, second] : [second, first];
    const leg = (view: InstrumentView, side: "buy" | "sell"): readonly Intent[] =>
      take(view, purse, { side, lots: lotsForValue(view, this.#terms.value, midTicks(view) ?? 1), reachPpm: REACH_PPM });
    return [...leg(dear, "sell"), ...leg(cheap, "buy")];
  }
}
