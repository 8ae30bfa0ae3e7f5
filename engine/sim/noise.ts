import { PPM } from "../../shared/money.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { Side } from "../../shared/orders.ts";
import { direction, touchOf } from "./agents/placing.ts";
import { lotsForValue, worstCase, type Agent, type AgentView, type InstrumentView, type Intent, type OwnOrder } from "./agent.ts";
import { RandomStream } from "./randomStream.ts";

/** Arrivals a venue second without excitement; each arrival excites further ones, a little under half as many as itself. */
const CALM_RATE = 1;
const EXCITEMENT = 0.24;
const EXCITEMENT_FADES_SECONDS = 2;
/** A fast clock brings more in a step than a person could watch: each arrival then stands for several, up to so many. */
const ARRIVALS_PER_STEP = 2;
const CROWD_MAX = 12;
/** A pause of the clock is no crowd. */
const STEP_SECONDS_MAX = 30;
/** Excitement is about seconds; a longer step has forgotten it. */
const EXCITED_SECONDS_MAX = 2;
/** What an arrival does: take, rest, or (the remainder) cancel. */
const TAKE_SHARE = 0.44;
const REST_SHARE = 0.34;
/** A buyer follows a buyer with this probability; a seller a seller. */
const SAME_SIDE = 0.58;
/** Net position of this value turns the odds of buying by TILT, so that noise stays noise and funds last. */
const FULL_POSITION_VALUE = 2_000_000;
const TILT = 0.35;
/** Resting orders stand up to this far behind the touch, and are taken away when they are farther or older. */
const REST_PPM = 500;
const STALE_PPM = 1_200;
const STALE_US = 240_000_000;
const RESTING_MAX = 28;
const STALE_CANCELS_PER_STEP = 2;
const IMPROVE_CHANCE = 0.2;
/** A limit that takes reaches this far beyond the touch. */
const REACH_PPM = 120;
/** Sizes in whole units of the quote asset: many small, some medium, few large; each with a tail of power 2. */
const SIZES = [
  { share: 0.8, value: 700 },
  { share: 0.17, value: 6_000 },
  { share: 0.03, value: 45_000 },
] as const;
const SIZE_MAX = 700_000;

type Flow = {
  readonly random: RandomStream;
  excitement: number;
  lastUs: number;
  lastSide: Side;
  /** How many people one arrival of this step stands for. */
  crowd: number;
};

/** Many small traders who know nothing: clustered arrivals, sizes with a heavy tail, half of them patient. */
export class NoiseTraders implements Agent {
  readonly #seed: number;
  readonly #name: string;
  readonly #flows = new Map<InstrumentId, Flow>();

  constructor(seed: number, name: string) {
    this.#seed = seed;
    this.#name = name;
  }

  observe(view: AgentView): readonly Intent[] {
    return view.instruments.flatMap((instrument) => {
      const flow = this.#flowOf(instrument, view.venueTimeUs);
      const intents: Intent[] = staleCancels(instrument, view.venueTimeUs);
      for (let left = arrivals(flow, instrument, view.venueTimeUs); left > 0; left -= 1) {
        const intent = arrival(flow, instrument, view);
        if (intent !== null) intents.push(intent);
      }
      return intents;
    });
  }

  #flowOf(view: InstrumentView, venueTimeUs: number): Flow {
    const known = this.#flows.get(view.instrument.instrumentId);
    if (known !== undefined) return known;
    const random = new RandomStream(this.#seed, `${this.#name}/${view.instrument.symbol}`);
    const flow: Flow = { random, excitement: 0, lastUs: venueTimeUs, lastSide: random.chance(0.5) ? "buy" : "sell", crowd: 1 };
    this.#flows.set(view.instrument.instrumentId, flow);
    return flow;
  }
}

/** How many arrive since the last step: a self-exciting flow (Hawkes), below its critical point. */
function arrivals(flow: Flow, view: InstrumentView, venueTimeUs: number): number {
  const seconds = Math.min(STEP_SECONDS_MAX, Math.max(0, venueTimeUs - flow.lastUs) / 1_000_000);
  flow.lastUs = venueTimeUs;
  const expected = CALM_RATE * view.activity * seconds + flow.excitement * Math.min(EXCITED_SECONDS_MAX, seconds);
  const count = Math.min(ARRIVALS_PER_STEP, Math.floor(expected) + (flow.random.chance(expected % 1) ? 1 : 0));
  flow.crowd = Math.min(CROWD_MAX, Math.max(1, expected / ARRIVALS_PER_STEP));
  flow.excitement = (flow.excitement + count * EXCITEMENT) / (1 + seconds / EXCITEMENT_FADES_SECONDS);
  return count;
}

function arrival(flow: Flow, view: InstrumentView, market: AgentView): Intent | null {
  const deed = flow.random.fraction();
  const side = drawSide(flow, view);
  if (deed < TAKE_SHARE) return take(flow, view, { side, market });
  const open = view.orders.filter((order) => order.state === "open");
  if (deed >= TAKE_SHARE + REST_SHARE && open.length > 0) return cancel(open[flow.random.whole(0, open.length - 1)]);
  return view.orders.length >= RESTING_MAX ? null : rest(flow, view, { side, market });
}

function drawSide(flow: Flow, view: InstrumentView): Side {
  const value = (view.netLots * (view.lastTicks ?? 0) * view.instrument.quoteUnitsPerTickLot) / view.quoteUnits;
  const tilt = TILT * Math.min(1, Math.max(-1, value / FULL_POSITION_VALUE));
  const buying = (flow.lastSide === "buy" ? SAME_SIDE : 1 - SAME_SIDE) - tilt;
  flow.lastSide = flow.random.chance(buying) ? "buy" : "sell";
  return flow.lastSide;
}

function take(flow: Flow, view: InstrumentView, order: { readonly side: Side; readonly market: AgentView }): Intent | null {
  const touch = touchOf(view, order.side);
  if (touch === null) return null;
  const onward = direction(order.side);
  const reach = touch + onward * Math.ceil((touch * REACH_PPM) / PPM);
  // Traders of one account do not take from each other: whoever stands in the way steps aside.
  const ownInWay = ownInFront(view.orders, order.side);
  if (ownInWay !== null && onward * (ownInWay.limitTicks - touch) <= 0) return cancel(ownInWay.order);
  const isClear = ownInWay === null || onward * (ownInWay.limitTicks - reach) > 0;
  const limit = Math.max(1, isClear ? reach : ownInWay.limitTicks - onward);
  const lots = lotsForValue(view, drawValue(flow), touch);
  // The venue refuses market orders while it has no price to protect them with.
  const market = isClear && view.lastTicks !== null && flow.random.chance(0.6);
  const tied = worstCase(view.instrument, { side: order.side, ticks: limit, lots });
  if (!order.market.purse.take(tied.assetId, tied.amount)) return null;
  const { instrumentId } = view.instrument;
  return {
    type: "place",
    instrumentId,
    side: order.side,
    orderType: market ? "market" : "limit",
    timeInForce: "ioc",
    limitTicks: market ? null : limit,
    lots,
  };
}

/** The own order that an incoming order of this side would meet first. */
function ownInFront(orders: readonly OwnOrder[], side: Side): { readonly order: OwnOrder; readonly limitTicks: number } | null {
  let front: { readonly order: OwnOrder; readonly limitTicks: number } | null = null;
  for (const order of orders) {
    const { limitTicks } = order;
    if (order.side === side || limitTicks === null) continue;
    if (front === null || (side === "buy" ? limitTicks < front.limitTicks : limitTicks > front.limitTicks)) front = { order, limitTicks };
  }
  return front;
}

function rest(flow: Flow, view: InstrumentView, order: { readonly side: Side; readonly market: AgentView }): Intent | null {
  const { bidTicks, askTicks, instrument } = view;
  if (bidTicks === null || askTicks === null) return null;
  const spread = askTicks - bidTicks;
  const improves = spread > 2 && flow.random.chance(IMPROVE_CHANCE);
  const patience = flow.random.fraction();
  const behind = improves
    ? -flow.random.whole(1, Math.max(1, Math.floor(spread / 2)))
    : Math.floor(((bidTicks * REST_PPM) / PPM) * patience * patience);
  const exact = order.side === "buy" ? bidTicks - behind : askTicks + behind;
  const ticks = improves ? exact : roundedPrice(flow, exact, order.side);
  if (order.side === "buy" ? ticks >= askTicks || ticks < 1 : ticks <= bidTicks) return null;
  const lots = lotsForValue(view, drawValue(flow), ticks);
  const tied = worstCase(instrument, { side: order.side, ticks, lots });
  if (!order.market.purse.take(tied.assetId, tied.amount)) return null;
  return {
    type: "place",
    instrumentId: instrument.instrumentId,
    side: order.side,
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: ticks,
    lots,
  };
}

/** People like round prices: half of them take the nearest one that is no worse for queueing. */
function roundedPrice(flow: Flow, ticks: number, side: Side): number {
  if (flow.random.chance(0.5)) return ticks;
  let step = 1;
  while (step * 20_000 * 10 <= ticks) step *= 10;
  return side === "buy" ? Math.floor(ticks / step) * step : Math.ceil(ticks / step) * step;
}

function drawValue(flow: Flow): number {
  let drawn = flow.random.fraction();
  const group = SIZES.find(({ share }) => (drawn -= share) < 0) ?? SIZES[0];
  return Math.min(SIZE_MAX, (flow.crowd * group.value) / Math.sqrt(flow.random.between(0.000_1, 1)));
}

function staleCancels(view: InstrumentView, venueTimeUs: number): Intent[] {
  const { bidTicks, askTicks } = view;
  const stale = view.orders.filter((order) => {
    if (order.state !== "open" || order.limitTicks === null) return false;
    const touch = order.side === "buy" ? bidTicks : askTicks;
    const awayPpm = touch === null ? 0 : (Math.abs(order.limitTicks - touch) / touch) * PPM;
    return venueTimeUs - order.createdUs > STALE_US || awayPpm > STALE_PPM;
  });
  return stale.slice(0, STALE_CANCELS_PER_STEP).flatMap((order) => cancel(order) ?? []);
}

function cancel(order: OwnOrder | undefined): Intent | null {
  return order === undefined || order.orderId === null ? null : { type: "cancel", orderId: order.orderId };
}
