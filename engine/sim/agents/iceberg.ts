import { z } from "zod";
import { sides } from "../../../shared/orders.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { cancel, direction, eachWithStream, limit, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { seconds } from "./seconds.ts";

export const icebergTerms = z.strictObject({
  kind: z.literal("iceberg"),
  ...participant,
  side: z.enum(sides),
  /** Whole units of the quote asset in one order, and how much of it is shown. */
  value: z.number().min(1).max(1_000_000_000).default(400_000),
  shown: z.number().min(1).max(1_000_000_000).default(10_000),
  /** It is moved to the touch when it is so far behind, but not more often than `patience`. */
  behindPpm: z.number().int().min(1).max(100_000).default(400),
  patience: seconds.default(5_000_000),
});
type Terms = z.infer<typeof icebergTerms>;

/** Stands at the best price of its side with a large order of which little is seen; places the next one when it is filled. */
export function iceberg(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Hider(terms, random));
}

class Hider implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #movedUs = 0;

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const { side, value, shown, behindPpm, patience } = this.#terms;
    const touch = side === "buy" ? view.bidTicks : view.askTicks;
    if (touch === null || market.venueTimeUs - this.#movedUs < patience) return [];
    const standing = view.orders[0];
    if (standing !== undefined) {
      const behind = (touch - (standing.limitTicks ?? touch)) * direction(side);
      if (behind * 1_000_000 <= touch * behindPpm) return [];
      this.#movedUs = market.venueTimeUs;
      return cancel(standing);
    }
    const lots = lotsForValue(view, value * this.#random.between(0.7, 1.3), touch);
    const displayLots = Math.min(lots, lotsForValue(view, shown, touch));
    return limit(view, market.purse, { side, ticks: touch, lots, displayLots });
  }
}
