import { z } from "zod";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { chanceWithin, direction, eachWithStream, limit, take, touchOf, type InstrumentAgent, Looks } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";

export const clumsyTerms = z.strictObject({
  kind: z.literal("clumsy"),
  ...participant,
  rate: z.number().min(0.01).max(50).default(0.5),
  value: z.number().min(1).max(10_000_000).default(4_000),
  /** Share of its orders with a zero too many in the quantity, with the comma of the price misplaced, and sent twice. */
  fatFingerShare: z.number().min(0).max(1).default(0.1),
  wrongPriceShare: z.number().min(0).max(1).default(0.1),
  doubleClickShare: z.number().min(0).max(1).default(0.15),
  /** How many times too much. */
  factor: z.number().min(2).max(1_000).default(10),
});
type Terms = z.infer<typeof clumsyTerms>;

/** A person at a keyboard: orders of an ordinary size, and now and then a slip of the hand. */
export function clumsy(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Hand(terms, random));
}

class Hand implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  readonly #looks = new Looks();

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const { rate, value, fatFingerShare, wrongPriceShare, doubleClickShare, factor } = this.#terms;
    const sinceUs = this.#looks.since(market.venueTimeUs);
    if (!this.#random.chance(chanceWithin(rate, sinceUs))) return [];
    const side = this.#random.chance(0.5) ? "buy" : "sell";
    const touch = touchOf(view, side);
    if (touch === null || view.orders.length > 4)
      return view.orders.length > 4 ? [{ type: "cancelAll", instrumentId: view.instrument.instrumentId }] : [];
    const lots = lotsForValue(view, value * this.#random.between(0.5, 1.5), touch);
    const slip = this.#random.fraction();
    const order = { side, lots, reachPpm: 100 } as const;
    if (slip < fatFingerShare) return take(view, market.purse, { ...order, lots: lots * factor, reachPpm: 20_000 });
    if (slip < fatFingerShare + wrongPriceShare) {
      const ticks = Math.round(side === "buy" ? touch * factor : touch / factor);
      return limit(view, market.purse, { side, ticks, lots });
    }
    if (slip < fatFingerShare + wrongPriceShare + doubleClickShare)
      return [...take(view, market.purse, order), ...take(view, market.purse, order)];
    return this.#random.chance(0.5)
      ? take(view, market.purse, order)
      : limit(view, market.purse, { side, ticks: Math.max(1, touch - direction(side) * this.#random.whole(1, 50)), lots });
  }
}
