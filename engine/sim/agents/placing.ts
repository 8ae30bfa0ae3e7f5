import { PPM } from "../../../shared/money.ts";
import type { Side, TimeInForce } from "../../../shared/orders.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { RandomStream } from "../randomStream.ts";
import { worstCase, type Agent, type AgentView, type InstrumentView, type Intent, type OwnOrder, type Purse } from "../agent.ts";

/** What participants of many kinds have in common: one state an instrument, and orders that their purse can pay. */

/** The part of a participant that looks after one instrument. */
export interface InstrumentAgent {
  act(view: InstrumentView, market: AgentView): readonly Intent[];
}

/** A participant that treats its instruments alike and apart. */
export class EachInstrument implements Agent {
  readonly #make: (view: InstrumentView) => InstrumentAgent;
  readonly #agents = new Map<number, InstrumentAgent>();

  constructor(make: (view: InstrumentView) => InstrumentAgent) {
    this.#make = make;
  }

  observe(view: AgentView): readonly Intent[] {
    return view.instruments.flatMap((instrument) => this.#agentOf(instrument).act(instrument, view));
  }

  #agentOf(view: InstrumentView): InstrumentAgent {
    const { instrumentId } = view.instrument;
    const known = this.#agents.get(instrumentId);
    if (known !== undefined) return known;
    const made = this.#make(view);
    this.#agents.set(instrumentId, made);
    return made;
  }
}

/** A participant that has a random stream of its own for each of its instruments. */
export function eachWithStream({ seed, name }: AgentSeed, make: (random: RandomStream) => InstrumentAgent): Agent {
  return new EachInstrument((view) => make(new RandomStream(seed, `${name}/${view.instrument.symbol}`)));
}

/** When somebody looked at the market last. */
export class Looks {
  #lastUs = 0;

  /** Microseconds since the look before this one; 0 at the first. */
  since(nowUs: number): number {
    const sinceUs = this.#lastUs === 0 ? 0 : nowUs - this.#lastUs;
    this.#lastUs = nowUs;
    return sinceUs;
  }
}

export type LimitOrder = {
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly timeInForce?: TimeInForce;
  readonly displayLots?: number;
  readonly postOnly?: boolean;
};

/** A limit order, cut to the instrument's largest size; nothing when the purse or the least size does not allow it. */
export function limit(view: InstrumentView, purse: Purse, order: LimitOrder): readonly Intent[] {
  const { instrument } = view;
  const { side, ticks, timeInForce = "gtc", displayLots, postOnly } = order;
  const lots = Math.min(instrument.maxLots, Math.floor(order.lots));
  if (ticks < 1 || lots < instrument.minLots || ticks * lots * instrument.quoteUnitsPerTickLot < instrument.minNotional) return [];
  const tied = worstCase(instrument, { side, ticks, lots });
  if (!purse.take(tied.assetId, tied.amount)) return [];
  const { instrumentId } = instrument;
  return [
    {
      type: "place",
      instrumentId,
      side,
      orderType: "limit",
      timeInForce,
      limitTicks: ticks,
      lots,
      ...(displayLots === undefined ? {} : { displayLots }),
      ...(postOnly === undefined ? {} : { postOnly }),
    },
  ];
}

/** An immediate order that reaches so far beyond the touch; nothing when the other side is empty. */
export function take(
  view: InstrumentView,
  purse: Purse,
  order: { readonly side: Side; readonly lots: number; readonly reachPpm: number },
): readonly Intent[] {
  const touch = touchOf(view, order.side);
  if (touch === null) return [];
  const reach = Math.ceil((touch * order.reachPpm) / PPM);
  const ticks = order.side === "buy" ? touch + reach : Math.max(1, touch - reach);
  return limit(view, purse, { side: order.side, ticks, lots: order.lots, timeInForce: "ioc" });
}

/** The best price that an order of this side would meet. */
export function touchOf(view: InstrumentView, side: Side): number | null {
  return side === "buy" ? view.askTicks : view.bidTicks;
}

/** The middle of the book, else the last price, else yesterday's close. */
export function midTicks(view: InstrumentView): number | null {
  const { bidTicks, askTicks, lastTicks, closeTicks } = view;
  return bidTicks !== null && askTicks !== null ? (bidTicks + askTicks) / 2 : (lastTicks ?? closeTicks);
}

export function cancel(order: OwnOrder): readonly Intent[] {
  return order.orderId === null || order.state !== "open" ? [] : [{ type: "cancel", orderId: order.orderId }];
}

export function otherSide(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}

/** 1 for a buy, -1 for a sell: prices that are better for the counterparty lie this way. */
export function direction(side: Side): 1 | -1 {
  return side === "buy" ? 1 : -1;
}

/** The probability that something of this rate happens within `us` microseconds, where that is small. */
export function chanceWithin(perSecond: number, us: number): number {
  return Math.min(1, Math.max(0, (perSecond * us) / 1_000_000));
}
