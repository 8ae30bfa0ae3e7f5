import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import type { Side } from "../../../shared/orders.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import { RandomStream } from "../randomStream.ts";
import { direction, EachInstrument, limit, otherSide, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";
import { seconds } from "./seconds.ts";

const campaign = {
  /** Whole units of the quote asset of the order that is meant, and of each one that is not. */
  meant: z.number().min(1).max(10_000_000).default(4_000),
  decoy: z.number().min(1).max(10_000_000).default(150_000),
  /** The first decoy stands so far behind the touch. */
  awayPpm: z.number().int().min(0).max(50_000).default(150),
  /** The decoys are gone after so long, whatever happened; then it rests. */
  hold: seconds.default(2_000_000),
  rest: seconds.default(6_000_000),
};

export const spooferTerms = z.strictObject({ kind: z.literal("spoofer"), ...participant, ...campaign });
export const layererTerms = z.strictObject({
  kind: z.literal("layerer"),
  ...participant,
  ...campaign,
  /** Decoys at so many prices. */
  layers: z.number().int().min(2).max(20).default(5),
  gapPpm: z.number().int().min(1).max(10_000).default(60),
});
export type CampaignTerms = Pick<z.infer<typeof layererTerms>, "meant" | "decoy" | "awayPpm" | "hold" | "rest" | "layers" | "gapPpm">;

/** Shows a large order that it does not mean on one side, to have a small one filled on the other, and takes it away. */
export function spoofer(terms: z.infer<typeof spooferTerms>, seed: AgentSeed): Agent {
  return deceiver({ ...terms, layers: 1, gapPpm: 1 }, seed);
}

/** One who deceives with orders that are not meant, at one price or at several. */
export function deceiver(terms: CampaignTerms, { seed, name }: AgentSeed): Agent {
  return new EachInstrument((view) => new Campaigns(terms, new RandomStream(seed, `${name}/${view.instrument.symbol}`)));
}

class Campaigns implements InstrumentAgent {
  readonly #terms: CampaignTerms;
  readonly #random: RandomStream;
  #side: Side | null = null;
  #shownUs = 0;
  #resumeUs = 0;

  constructor(terms: CampaignTerms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const now = market.venueTimeUs;
    if (this.#side !== null) return this.#watch(view, now);
    if (now < this.#resumeUs || view.orders.length > 0) return [];
    const side: Side = this.#random.chance(0.5) ? "buy" : "sell";
    const intents = [...this.#meant(view, market, side), ...this.#decoys(view, market, otherSide(side))];
    if (intents.length < 2) return [];
    this.#side = side;
    this.#shownUs = now;
    return intents;
  }

  /** Takes everything away once the order that was meant is filled, or the time is over. */
  #watch(view: InstrumentView, now: number): readonly Intent[] {
    const isFilled = now > this.#shownUs + 200_000 && !view.orders.some(({ side }) => side === this.#side);
    if (!isFilled && now < this.#shownUs + this.#terms.hold) return [];
    this.#side = null;
    this.#resumeUs = now + Math.round(this.#terms.rest * this.#random.between(0.7, 1.3));
    return [{ type: "cancelAll", instrumentId: view.instrument.instrumentId }];
  }

  #meant(view: InstrumentView, market: AgentView, side: Side): readonly Intent[] {
    const touch = side === "buy" ? view.bidTicks : view.askTicks;
    if (touch === null) return [];
    return limit(view, market.purse, { side, ticks: touch, lots: lotsForValue(view, this.#terms.meant, touch) });
  }

  #decoys(view: InstrumentView, market: AgentView, side: Side): readonly Intent[] {
    const touch = side === "buy" ? view.bidTicks : view.askTicks;
    if (touch === null) return [];
    const { layers, gapPpm, awayPpm, decoy } = this.#terms;
    return Array.from({ length: layers }, (_, layer) => {
      const ticks = Math.round(touch * (1 - (direction(side) * (awayPpm + gapPpm * layer)) / PPM));
      return limit(view, market.purse, { side, ticks, lots: lotsForValue(view, decoy * this.#random.between(0.8, 1.2), ticks) });
    }).flat();
  }
}
