import { z } from "zod";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import { RandomStream } from "../randomStream.ts";
import { cancel, EachInstrument, limit, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { seconds } from "./duration.ts";

export const washerTerms = z.strictObject({
  kind: z.literal("washer"),
  ...participant,
  /** Two participants with the same arrangement are a pair: one of them shows, the other takes. */
  arrangement: z.string().min(1).max(64),
  part: z.enum(["show", "take"]),
  every: seconds.default(3_000_000),
  value: z.number().min(1).max(10_000_000).default(20_000),
});
type Terms = z.infer<typeof washerTerms>;

/** The one who takes comes so much later than the one who shows. */
const MEETING_US = 300_000;

/**
 * Half of a pair that trades with itself to show volume. The two never talk: both draw the same times, sides and sizes from the stream of
 * their arrangement, as if agreed beforehand. One offers inside the spread, the other takes it.
 */
export function washer(terms: Terms, { seed }: AgentSeed): Agent {
  return new EachInstrument((view) => new Partner(terms, new RandomStream(seed, `wash/${terms.arrangement}/${view.instrument.symbol}`)));
}

class Partner implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #round = -1;
  #plan = { side: "buy" as "buy" | "sell", share: 1 };
  #isDone = true;

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const round = Math.floor(market.venueTimeUs / this.#terms.every);
    while (this.#round < round) this.#agree(round);
    const since = market.venueTimeUs - round * this.#terms.every;
    return this.#terms.part === "show" ? this.#show(view, market, since) : this.#take(view, market, since);
  }

  /** Rounds are counted from the epoch, and one that was missed is drawn all the same, so that the two stay together. */
  #agree(round: number): void {
    this.#round = this.#round < 0 ? round : this.#round + 1;
    this.#plan = { side: this.#random.chance(0.5) ? "buy" : "sell", share: this.#random.between(0.5, 1.5) };
    this.#isDone = false;
  }

  #show(view: InstrumentView, market: AgentView, since: number): readonly Intent[] {
    if (since > MEETING_US * 3) return view.orders.flatMap(cancel);
    const { bidTicks, askTicks } = view;
    if (this.#isDone || bidTicks === null || askTicks === null || askTicks - bidTicks < 2) return [];
    this.#isDone = true;
    const ticks = Math.floor((bidTicks + askTicks) / 2);
    return limit(view, market.purse, { side: this.#plan.side, ticks, lots: this.#lots(view, ticks) });
  }

  #take(view: InstrumentView, market: AgentView, since: number): readonly Intent[] {
    if (this.#isDone || since < MEETING_US) return [];
    this.#isDone = true;
    const side = this.#plan.side === "buy" ? "sell" : "buy";
    const touch = side === "buy" ? view.askTicks : view.bidTicks;
    return touch === null ? [] : limit(view, market.purse, { side, ticks: touch, lots: this.#lots(view, touch), timeInForce: "ioc" });
  }

  #lots(view: InstrumentView, ticks: number): number {
    return lotsForValue(view, this.#terms.value * this.#plan.share, ticks);
  }
}
