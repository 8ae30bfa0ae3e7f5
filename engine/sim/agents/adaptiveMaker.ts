import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import type { Side } from "../../../shared/orders.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { cancel, direction, eachWithStream, limit, midTicks, type InstrumentAgent } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";

export const adaptiveMakerTerms = z.strictObject({
  kind: z.literal("adaptiveMaker"),
  ...participant,
  levels: z.number().int().min(1).max(20).default(6),
  /** Half the spread in a calm market, and the distance between its levels. */
  halfSpreadPpm: z.number().int().min(1).max(50_000).default(60),
  gapPpm: z.number().int().min(1).max(50_000).default(50),
  /** Whole units of the quote asset at the best level; each further one has half as much again. */
  value: z.number().min(1).max(10_000_000).default(12_000),
  /** An inventory of this value moves its quotes by half the spread. */
  fullInventory: z.number().min(1).max(1_000_000_000).default(400_000),
  /** It stops quoting the side that would take its inventory beyond so many times that. */
  stopAt: z.number().min(1).max(100).default(4),
});
type Terms = z.infer<typeof adaptiveMakerTerms>;

/** How far the last moves widen the spread, and how fast they are forgotten (share of a look). */
const WIDENING = 2;
const FORGETTING = 0.05;
const WIDEST = 20;
/** A quote stays while it is within this share of the gap from where it should be. */
const TOLERANCE = 0.6;
/** Trades pull the centre towards their prices by this share. */
const TRADE_PULL = 0.3;
const COMMANDS_PER_LOOK = 10;

/** Quotes both sides from what the market shows alone: leans on trades, widens after moves, and skews against its inventory. */
export function adaptiveMaker(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Quoter(terms, random));
}

class Quoter implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  #centre = 0;
  #movePpm = 0;

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const middle = midTicks(view);
    if (middle === null) return [];
    const before = this.#centre === 0 ? middle : this.#centre;
    const traded = view.trades.at(-1)?.ticks ?? middle;
    this.#centre = before + (traded - before) * TRADE_PULL + (middle - before) * 0.05;
    this.#movePpm += FORGETTING * ((Math.abs(traded - before) / before) * PPM - this.#movePpm);
    const { halfSpreadPpm, fullInventory, stopAt } = this.#terms;
    const half = Math.min(WIDEST * halfSpreadPpm, halfSpreadPpm + WIDENING * this.#movePpm);
    const inventory = (view.netLots * middle * view.instrument.quoteUnitsPerTickLot) / view.quoteUnits / fullInventory || 0;
    const skewed = this.#centre * (1 - (Math.min(stopAt, Math.max(-stopAt, inventory)) * half) / PPM);
    const cancels: Intent[] = [];
    const places: Intent[] = [];
    for (const side of ["buy", "sell"] as const) {
      const isFull = side === "buy" ? inventory >= stopAt : inventory <= -stopAt;
      this.#side(view, market, { side, centre: skewed, half, levels: isFull ? 0 : this.#terms.levels, cancels, places });
    }
    return [...cancels, ...places].slice(0, COMMANDS_PER_LOOK);
  }

  #side(
    view: InstrumentView,
    market: AgentView,
    plan: {
      readonly side: Side;
      readonly centre: number;
      readonly half: number;
      readonly levels: number;
      readonly cancels: Intent[];
      readonly places: Intent[];
    },
  ): void {
    const { side, centre, half } = plan;
    const free = new Set(view.orders.filter((order) => order.side === side && order.limitTicks !== null));
    const gap = Math.max(1, (this.#terms.gapPpm * centre) / PPM);
    for (let level = 0; level < plan.levels; level += 1) {
      const exact = centre * (1 - (direction(side) * half) / PPM) - direction(side) * gap * level;
      const ticks = side === "buy" ? Math.floor(exact) : Math.ceil(exact);
      const standing = [...free].find(({ limitTicks }) => Math.abs((limitTicks ?? 0) - ticks) <= gap * TOLERANCE);
      if (standing !== undefined) {
        free.delete(standing);
        continue;
      }
      const meetsOwn = view.orders.some(
        (order) => order.side !== side && order.limitTicks !== null && (order.limitTicks - ticks) * direction(side) <= 0,
      );
      if (meetsOwn || ticks < 1) continue;
      const lots = lotsForValue(view, this.#terms.value * (1 + level / 2) * this.#random.between(0.6, 1.4), ticks);
      plan.places.push(...limit(view, market.purse, { side, ticks, lots }));
    }
    for (const misplaced of free) plan.cancels.push(...cancel(misplaced));
  }
}
