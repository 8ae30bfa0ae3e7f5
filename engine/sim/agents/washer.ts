import { z } from "zod";
import type { Side } from "../../../shared/orders.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import { RandomStream } from "../randomStream.ts";
import { cancel, EachInstrument, limit, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { someSeconds } from "./seconds.ts";

export const washerTerms = z.strictObject({
  kind: z.literal("washer"),
  ...participant,
  /** Two participants with the same arrangement are a pair: one of them shows, the other takes. */
  arrangement: z.string().min(1).max(64),
  part: z.enum(["show", "take"]),
  round: someSeconds.default(3_000_000),
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
  return new EachInstrument((view) => new Partner(terms, `wash/${terms.arrangement}/${view.instrument.symbol}`, seed));
}

class Partner implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #stream: string;
  readonly #seed: number;
  #round = -1;
  #plan = { side: "buy" as Side, share: 1 };
  #isDone = true;

  constructor(terms: Terms, stream: string, seed: number) {
    this.#terms = terms;
    this.#stream = stream;
    this.#seed = seed;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const round = Math.floor(market.venueTimeUs / this.#terms.round);
    if (round !== this.#round) this.#agree(round);
    const since = market.venueTimeUs - round * this.#terms.round;
    return this.#terms.part === "show" ? this.#show(view, market, since) : this.#take(view, market, since);
  }

  /** Each round has a stream of its own, so that the two agree whenever they joined. */
  #agree(round: number): void {
    const random = new RandomStream(this.#seed, `${this.#stream}/${round}`);
    this.#round = round;
    this.#plan = { side: random.chance(0.5) ? "buy" : "sell", share: random.between(0.5, 1.5) };
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
