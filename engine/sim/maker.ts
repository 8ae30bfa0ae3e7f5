import { PPM } from "../../shared/money.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { Side } from "../../shared/orders.ts";
import {
  lotsForValue,
  worstCase,
  type Agent,
  type AgentView,
  type InstrumentView,
  type Intent,
  type OwnOrder,
  type Purse,
} from "./agent.ts";
import { RandomStream } from "./randomStream.ts";

/** Price levels that are quoted on each side. */
const MAKER_LEVELS = 22;
/** Half the spread in a calm market, and at most, in millionths of the price. */
const HALF_SPREAD_MIN_PPM = 26;
const HALF_SPREAD_MAX_PPM = 600;
/** How far recent moves of the reference widen the spread, and how fast they are forgotten (share a step). */
const WIDENING = 1.5;
const FORGETTING = 0.04;
/** Distance between the two inner levels, and by how much each further one is wider. */
const GAP_PPM = 22;
const GAP_GROWTH = 0.15;
/** Gaps widen with the spread, up to this factor. */
const GAP_WIDTH_MAX = 12;
/** An order may stand this share of its level's gap away from where it should. */
const TOLERANCE = 0.8;
/** The quotes follow the reference only after it has moved this share of the half spread, so that they do not tremble. */
const STICKINESS = 0.7;
/** Inventory of this value moves the quotes by SKEW_PPM against it, so that it is traded away. */
const FULL_INVENTORY_VALUE = 5_000_000;
const SKEW_PPM = 40;
/** Value of a quote at the touch, and how much each further level adds, in whole units of the quote asset. */
const TOUCH_VALUE = 14_000;
const VALUE_STEP = 9_000;
/** Commands that one step may send for one instrument. */
const COMMANDS_PER_STEP = 8;
/** With so many orders out of place, one command that cancels them all is cheaper than one each. */
const CANCEL_ALL_FROM = 24;
/** Chance in a step that one order in place is renewed with another size, as makers do. */
const RENEWAL_CHANCE = 0.08;
/** The centre keeps this share of the venue's price band, so that no quote of ours is refused by it. */
const BAND_SHARE = 0.8;

type Quotes = {
  readonly random: RandomStream;
  /** Fixed unevenness of the levels, so that the ladder does not look ruled. */
  readonly unevenness: Readonly<Record<Side, readonly number[]>>;
  lastReference: number;
  volatilityPpm: number;
  centre: number;
};

type Level = { readonly ticks: number; readonly toleranceTicks: number };
type Plan = {
  readonly side: Side;
  readonly missing: readonly { readonly level: number; readonly ticks: number }[];
  readonly misplaced: readonly OwnOrder[];
  readonly inPlace: readonly OwnOrder[];
};

/** Quotes both sides of every instrument in many levels around the reference, skewed against its inventory, wider after large moves. */
export class MarketMaker implements Agent {
  readonly #seed: number;
  readonly #name: string;
  readonly #quotes = new Map<InstrumentId, Quotes>();

  constructor(seed: number, name: string) {
    this.#seed = seed;
    this.#name = name;
  }

  observe(view: AgentView): readonly Intent[] {
    return view.instruments.flatMap((instrument) => {
      const reference = instrument.referenceTicks;
      return reference === null ? [] : this.#quote(instrument, { reference, purse: view.purse });
    });
  }

  #quote(view: InstrumentView, market: { readonly reference: number; readonly purse: Purse }): readonly Intent[] {
    const quotes = this.#quotesOf(view, market.reference);
    const movedPpm = (Math.abs(market.reference - quotes.lastReference) / market.reference) * PPM;
    quotes.lastReference = market.reference;
    quotes.volatilityPpm += FORGETTING * (movedPpm - quotes.volatilityPpm);
    const halfSpreadPpm = Math.min(HALF_SPREAD_MAX_PPM, HALF_SPREAD_MIN_PPM + WIDENING * quotes.volatilityPpm);
    const wanted = withinBand(view, market.reference * (1 - inventoryShare(view, market.reference) * (SKEW_PPM / PPM)));
    if (Math.abs(wanted - quotes.centre) > (STICKINESS * halfSpreadPpm * wanted) / PPM) quotes.centre = wanted;
    const plans = (["buy", "sell"] as const).map((side) => planSide(side, view, levelsOf(side, quotes, halfSpreadPpm)));
    const misplaced = plans.flatMap((plan) => plan.misplaced);
    const intents: Intent[] = [];
    if (misplaced.length >= CANCEL_ALL_FROM) intents.push({ type: "cancelAll", instrumentId: view.instrument.instrumentId });
    else intents.push(...cancelsOf(misplaced, quotes.centre));
    const renewed = this.#renewal(plans, quotes);
    if (renewed !== null) intents.push(renewed);
    intents.push(...this.#placements(view, plans, { quotes, purse: market.purse, room: COMMANDS_PER_STEP - intents.length }));
    return intents;
  }

  #renewal(plans: readonly Plan[], quotes: Quotes): Intent | null {
    if (!quotes.random.chance(RENEWAL_CHANCE)) return null;
    const candidates = plans.flatMap((plan) => plan.inPlace).filter((order) => order.state === "open");
    if (candidates.length === 0) return null;
    const orderId = candidates[quotes.random.whole(0, candidates.length - 1)]?.orderId ?? null;
    return orderId === null ? null : { type: "cancel", orderId };
  }

  #placements(
    view: InstrumentView,
    plans: readonly Plan[],
    market: { readonly quotes: Quotes; readonly purse: Purse; readonly room: number },
  ): readonly Intent[] {
    // Inner levels first, sides in turn.
    const wanted = plans
      .flatMap((plan) => plan.missing.map((missing) => ({ side: plan.side, ...missing })))
      .toSorted((a, b) => a.level - b.level);
    const intents: Intent[] = [];
    for (const { side, level, ticks } of wanted) {
      if (intents.length >= market.room) break;
      // SM-7: whatever of ours may still be in the book, on its way or being cancelled, must not be met.
      if (
        view.orders.some(
          (order) =>
            order.side !== side && order.limitTicks !== null && (side === "buy" ? order.limitTicks <= ticks : order.limitTicks >= ticks),
        )
      )
        continue;
      const value = (TOUCH_VALUE + VALUE_STEP * level) * market.quotes.random.between(0.4, 1.6);
      const lots = lotsForValue(view, value, ticks);
      const tied = worstCase(view.instrument, { side, ticks, lots });
      if (!market.purse.take(tied.assetId, tied.amount)) continue;
      const { instrumentId } = view.instrument;
      intents.push({ type: "place", instrumentId, side, orderType: "limit", timeInForce: "gtc", limitTicks: ticks, lots });
    }
    return intents;
  }

  #quotesOf(view: InstrumentView, reference: number): Quotes {
    const known = this.#quotes.get(view.instrument.instrumentId);
    if (known !== undefined) return known;
    const random = new RandomStream(this.#seed, `${this.#name}/${view.instrument.symbol}`);
    const uneven = (): readonly number[] => Array.from({ length: MAKER_LEVELS }, () => random.between(0.5, 1.5));
    const quotes: Quotes = {
      random,
      unevenness: { buy: uneven(), sell: uneven() },
      lastReference: reference,
      volatilityPpm: 0,
      centre: reference,
    };
    this.#quotes.set(view.instrument.instrumentId, quotes);
    return quotes;
  }
}

/** -1 to 1: how full the inventory is, short to long. */
function inventoryShare(view: InstrumentView, reference: number): number {
  const value = (view.netLots * reference * view.instrument.quoteUnitsPerTickLot) / view.quoteUnits;
  return Math.min(1, Math.max(-1, value / FULL_INVENTORY_VALUE));
}

/** SM-8: after a leap of the reference (a file was imported) the quotes walk there in steps that the venue's price band allows. */
function withinBand(view: InstrumentView, centre: number): number {
  if (view.lastTicks === null) return centre;
  const reach = (view.lastTicks * view.instrument.priceBandPpm * BAND_SHARE) / PPM;
  return Math.min(view.lastTicks + reach, Math.max(view.lastTicks - reach, centre));
}

function levelsOf(side: Side, quotes: Quotes, halfSpreadPpm: number): readonly Level[] {
  const direction = side === "buy" ? -1 : 1;
  const width = halfSpreadPpm / HALF_SPREAD_MIN_PPM;
  const levels: Level[] = [];
  let distancePpm = halfSpreadPpm;
  for (let level = 0; level < MAKER_LEVELS; level += 1) {
    const gapPpm = GAP_PPM * (1 + GAP_GROWTH * level) * Math.min(GAP_WIDTH_MAX, width);
    const exact = quotes.centre * (1 + (direction * distancePpm) / PPM);
    const rounded = side === "buy" ? Math.floor(exact) : Math.ceil(exact);
    const previous = levels[level - 1]?.ticks;
    // Each level is a tick further out at least, where ticks are coarse.
    const ticks = previous === undefined ? rounded : side === "buy" ? Math.min(previous - 1, rounded) : Math.max(previous + 1, rounded);
    if (ticks < 1) break;
    levels.push({ ticks, toleranceTicks: (TOLERANCE * gapPpm * quotes.centre) / PPM });
    distancePpm += gapPpm * (quotes.unevenness[side][level] ?? 1);
  }
  return levels;
}

/** Which levels want an order, and which orders stand at no level. */
function planSide(side: Side, view: InstrumentView, levels: readonly Level[]): Plan {
  const free = new Set(view.orders.filter((order) => order.side === side && order.state !== "cancelling" && order.limitTicks !== null));
  const missing: { level: number; ticks: number }[] = [];
  const inPlace: OwnOrder[] = [];
  levels.forEach(({ ticks, toleranceTicks }, level) => {
    const nearest = nearestOf(free, ticks);
    if (nearest === null || Math.abs((nearest.limitTicks ?? 0) - ticks) > toleranceTicks) {
      missing.push({ level, ticks });
      return;
    }
    free.delete(nearest);
    inPlace.push(nearest);
  });
  return { side, missing, inPlace, misplaced: [...free] };
}

function nearestOf(orders: ReadonlySet<OwnOrder>, ticks: number): OwnOrder | null {
  let nearest: OwnOrder | null = null;
  for (const order of orders) {
    if (nearest === null || Math.abs((order.limitTicks ?? 0) - ticks) < Math.abs((nearest.limitTicks ?? 0) - ticks)) nearest = order;
  }
  return nearest;
}

/** Cancels as many as half a step's commands, those nearest to the centre or beyond it first: they are the ones at risk. */
function cancelsOf(misplaced: readonly OwnOrder[], centre: number): readonly Intent[] {
  const risk = (order: OwnOrder): number => (order.side === "buy" ? centre - (order.limitTicks ?? 0) : (order.limitTicks ?? 0) - centre);
  return misplaced
    .toSorted((a, b) => risk(a) - risk(b))
    .flatMap((order): Intent[] => (order.orderId === null ? [] : [{ type: "cancel", orderId: order.orderId }]))
    .slice(0, COMMANDS_PER_STEP / 2);
}
