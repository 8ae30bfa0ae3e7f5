import { z } from "zod";
import type { Agent, AgentView, InstrumentView, Intent } from "../agent.ts";
import { lotsForValue } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { eachWithStream, limit, touchOf, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { seconds } from "./seconds.ts";

export const pingerTerms = z.strictObject({
  kind: z.literal("pinger"),
  ...participant,
  pause: seconds.default(400_000),
  /** Whole units of the quote asset of one ping, and of the order that follows a find. */
  value: z.number().min(1).max(10_000_000).default(15),
  strike: z.number().min(1).max(10_000_000).default(30_000),
  /** More than this multiple of what was shown must have traded at the touch. */
  excess: z.number().min(1).max(1_000).default(1.5),
});
type Terms = z.infer<typeof pingerTerms>;

/** Sends the smallest orders to find hidden quantity, and strikes where more traded than was ever shown. */
export function pinger(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Sonar(terms, random));
}

class Sonar implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #resumeUs = 0;
  #shown = { ticks: 0, lots: 0, traded: 0 };

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const found = this.#listen(view);
    if (found !== null) {
      const lots = lotsForValue(view, this.#terms.strike, found);
      return limit(view, market.purse, { side: "buy", ticks: found, lots, timeInForce: "ioc" });
    }
    if (market.venueTimeUs < this.#resumeUs) return [];
    this.#resumeUs = market.venueTimeUs + Math.round(this.#terms.pause * this.#random.between(0.6, 1.4));
    const side = this.#random.chance(0.8) ? "buy" : "sell";
    const touch = touchOf(view, side);
    if (touch === null) return [];
    return limit(view, market.purse, { side, ticks: touch, lots: lotsForValue(view, this.#terms.value, touch), timeInForce: "ioc" });
  }

  /** The best ask, if more traded there than it ever showed. */
  #listen(view: InstrumentView): number | null {
    const { askTicks } = view;
    if (askTicks === null) return null;
    if (askTicks !== this.#shown.ticks) this.#shown = { ticks: askTicks, lots: view.asks[1] ?? 0, traded: 0 };
    this.#shown.lots = Math.max(this.#shown.lots, view.asks[1] ?? 0);
    for (const trade of view.trades) if (trade.ticks === askTicks && trade.takerSide === "buy") this.#shown.traded += trade.lots;
    if (this.#shown.traded <= this.#shown.lots * this.#terms.excess) return null;
    this.#shown = { ticks: askTicks, lots: view.asks[1] ?? 0, traded: 0 };
    return askTicks;
  }
}
