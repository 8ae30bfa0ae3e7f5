import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { cancel, eachWithStream, limit, midTicks, take, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";

export const hawkesTerms = z.strictObject({
  kind: z.literal("hawkes"),
  ...participant,
  /** Events a second without excitement, all kinds together. */
  rate: z.number().min(0.05).max(200).default(6),
  /** Events that one event brings about on average; below 1, or the flow explodes. */
  branching: z.number().min(0).max(0.98).default(0.85),
  /** Excitement fades at this rate a second. */
  decay: z.number().min(0.05).max(50).default(3),
  /** How much the thinner side of the book attracts (queue-reactive flow); 0 for not at all. */
  reactive: z.number().min(0).max(1).default(0.5),
  value: z.number().min(1).max(10_000_000).default(2_500),
});
type Terms = z.infer<typeof hawkesTerms>;

const kinds = ["buyMarket", "sellMarket", "buyLimit", "sellLimit", "buyCancel", "sellCancel"] as const;
type Kind = (typeof kinds)[number];

/** Share of each kind in the calm flow. */
const BASE: Readonly<Record<Kind, number>> = {
  buyMarket: 0.1,
  sellMarket: 0.1,
  buyLimit: 0.27,
  sellLimit: 0.27,
  buyCancel: 0.13,
  sellCancel: 0.13,
};
/** What an event of one kind brings about: trades call for trades of the same side and for quotes on the other, quotes for cancels. */
const EXCITES: Readonly<Record<Kind, Partial<Record<Kind, number>>>> = {
  buyMarket: { buyMarket: 0.45, sellLimit: 0.25, sellCancel: 0.15, sellMarket: 0.05, buyLimit: 0.1 },
  sellMarket: { sellMarket: 0.45, buyLimit: 0.25, buyCancel: 0.15, buyMarket: 0.05, sellLimit: 0.1 },
  buyLimit: { buyLimit: 0.3, buyCancel: 0.4, sellMarket: 0.15, sellLimit: 0.15 },
  sellLimit: { sellLimit: 0.3, sellCancel: 0.4, buyMarket: 0.15, buyLimit: 0.15 },
  buyCancel: { buyLimit: 0.5, buyCancel: 0.2, sellMarket: 0.2, sellCancel: 0.1 },
  sellCancel: { sellLimit: 0.5, sellCancel: 0.2, buyMarket: 0.2, buyCancel: 0.1 },
};
/** Time is cut into pieces in which at most one event happens. */
const SLICE_US = 5_000;
const SLICES_MAX = 400;
const EVENTS_PER_LOOK = 12;
const RESTING_MAX = 60;
const DEPTH_PPM = 900;

/** Order flow in which every event excites others (a mutually exciting point process), thinned in small steps of time. */
export function hawkes(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Flow(terms, random));
}

class Flow implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  readonly #excitement: Record<Kind, number> = { buyMarket: 0, sellMarket: 0, buyLimit: 0, sellLimit: 0, buyCancel: 0, sellCancel: 0 };
  #untilUs = 0;

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    if (this.#untilUs === 0) this.#untilUs = market.venueTimeUs;
    const slices = Math.min(SLICES_MAX, Math.floor((market.venueTimeUs - this.#untilUs) / SLICE_US));
    this.#untilUs = slices === SLICES_MAX ? market.venueTimeUs : this.#untilUs + slices * SLICE_US;
    const intents: Intent[] = [];
    for (let slice = 0; slice < slices; slice += 1) {
      const kind = this.#happens(view);
      if (kind !== null && intents.length < EVENTS_PER_LOOK) intents.push(...this.#order(kind, view, market));
    }
    return intents;
  }

  /** Draws what happens in one slice, and lets it excite the rest. */
  #happens(view: InstrumentView): Kind | null {
    const seconds = SLICE_US / 1_000_000;
    const { rate, branching, decay } = this.#terms;
    let drawn = this.#random.fraction();
    let happened: Kind | null = null;
    for (const kind of kinds) {
      const intensity = (rate * BASE[kind] * view.activity + this.#excitement[kind]) * this.#leaning(kind, view);
      this.#excitement[kind] *= 1 - decay * seconds;
      drawn -= intensity * seconds;
      if (drawn < 0 && happened === null) happened = kind;
    }
    if (happened !== null) {
      for (const kind of kinds) this.#excitement[kind] += branching * decay * (EXCITES[happened][kind] ?? 0);
    }
    return happened;
  }

  /** Buyers come where the bids are thick, quotes where their side is thin. */
  #leaning(kind: Kind, view: InstrumentView): number {
    const [bid, ask] = [view.bids[1] ?? 0, view.asks[1] ?? 0];
    if (bid + ask === 0 || kind === "buyCancel" || kind === "sellCancel") return 1;
    const imbalance = (bid - ask) / (bid + ask);
    const towards = kind === "buyMarket" || kind === "sellLimit" ? imbalance : -imbalance;
    return 1 + this.#terms.reactive * towards;
  }

  #order(kind: Kind, view: InstrumentView, market: AgentView): readonly Intent[] {
    const side = kind.startsWith("buy") ? "buy" : "sell";
    if (kind === "buyCancel" || kind === "sellCancel") {
      const open = view.orders.filter((order) => order.side === side && order.state === "open");
      const drawn = open[this.#random.whole(0, Math.max(0, open.length - 1))];
      return drawn === undefined ? [] : cancel(drawn);
    }
    const middle = midTicks(view);
    if (middle === null) return [];
    // Sizes have a heavy tail.
    const lots = lotsForValue(
      view,
      Math.min(this.#terms.value * 30, (this.#terms.value * 0.5) / Math.sqrt(this.#random.between(0.001, 1))),
      middle,
    );
    const own = view.orders.filter((order) => order.side !== side && order.limitTicks !== null);
    if (kind === "buyMarket" || kind === "sellMarket") {
      const meetsOwn = own.some(({ limitTicks }) => limitTicks === (side === "buy" ? view.askTicks : view.bidTicks));
      return meetsOwn ? [] : take(view, market.purse, { side, lots, reachPpm: 100 });
    }
    if (view.orders.length >= RESTING_MAX) return view.orders.slice(0, 1).flatMap(cancel);
    const away = this.#random.fraction() * this.#random.fraction() * DEPTH_PPM;
    const near = side === "buy" ? (view.bidTicks ?? middle * 0.9999) : (view.askTicks ?? middle * 1.0001);
    const ticks = side === "buy" ? Math.floor(near * (1 - away / PPM)) : Math.ceil(near * (1 + away / PPM));
    const crossesOwn = own.some(({ limitTicks }) => (side === "buy" ? (limitTicks ?? 0) <= ticks : (limitTicks ?? 0) >= ticks));
    return crossesOwn ? [] : limit(view, market.purse, { side, ticks, lots });
  }
}
