import type { Instrument } from "../../shared/catalog.ts";
import type { AssetId, ClientOrderId, EpochUs, InstrumentId, OrderId } from "../../shared/ids.ts";
import { PPM, mulDivCeil } from "../../shared/money.ts";
import type { OrderType, Side, TimeInForce } from "../../shared/orders.ts";
import type { TradeRow } from "../../shared/views.ts";

/**
 * A simulated participant. What it wants follows from what it has observed and from its own seeded stream alone: no clock, no I/O, and
 * nothing that another client of the venue could not see.
 */
export interface Agent {
  /** Called once a step. Venue time goes back only when a fast clock was slowed down. Intents are sent in the order given. */
  observe(view: AgentView): readonly Intent[];
}

/** What a participant may ask for; its session adds the account and the client order id. */
export type Intent =
  | {
      readonly type: "place";
      readonly instrumentId: InstrumentId;
      readonly side: Side;
      readonly orderType: OrderType;
      readonly timeInForce: TimeInForce;
      /** Null for a market order. */
      readonly limitTicks: number | null;
      readonly lots: number;
      /** Largest part of a resting order that is shown; all of it when absent. */
      readonly displayLots?: number;
      /** Refused rather than taking liquidity. */
      readonly postOnly?: boolean;
    }
  | { readonly type: "cancel"; readonly orderId: OrderId }
  | { readonly type: "cancelAll"; readonly instrumentId: InstrumentId };

/** The venue as one participant sees it at one moment, from frames that it received as a client. */
export type AgentView = {
  readonly venueTimeUs: EpochUs;
  readonly instruments: readonly InstrumentView[];
  /** What can still be spent; each intent takes its worst case out before it is made. */
  readonly purse: Purse;
};

export type InstrumentView = {
  readonly instrument: Instrument;
  /** Whole units of the quote asset, e.g. dollars, in its smallest unit. */
  readonly quoteUnits: number;
  readonly bidTicks: number | null;
  readonly askTicks: number | null;
  /** The best public levels: ticks, lots, orders of each, best first. */
  readonly bids: Int32Array;
  readonly asks: Int32Array;
  readonly lastTicks: number | null;
  /** Public trades since the last observation, oldest first. */
  readonly trades: readonly TradeRow[];
  /** Own orders that are or may be in the book. */
  readonly orders: readonly OwnOrder[];
  /** Bought less sold through trading. */
  readonly netLots: number;
  /** How busy the market is today: about 1 on average. */
  readonly activity: number;
  /** The price that informed participants believe in, finer than a tick; null for everyone else. */
  readonly referenceTicks: number | null;
  /** Yesterday's close, which everyone knows; null where nobody published one. */
  readonly closeTicks: number | null;
};

/** What a participant is told of an instrument apart from frames. */
export type InstrumentNews = Pick<InstrumentView, "activity" | "referenceTicks" | "closeTicks">;

export type OwnOrder = {
  readonly clientOrderId: ClientOrderId;
  /** Null until the venue has told it. */
  readonly orderId: OrderId | null;
  readonly side: Side;
  /** Null for a market order. */
  readonly limitTicks: number | null;
  readonly leavesLots: number;
  /** "cancelling" orders can still trade until the venue confirms. */
  readonly state: "sending" | "open" | "cancelling";
  readonly createdUs: EpochUs;
};

/** What a participant can spend within one step: the available balances less what is on its way to the venue. */
export class Purse {
  readonly #available: Map<AssetId, number>;

  constructor(available: Map<AssetId, number>) {
    this.#available = available;
  }

  available(assetId: AssetId): number {
    return this.#available.get(assetId) ?? 0;
  }

  /** Takes the amount out if it is there. */
  take(assetId: AssetId, amount: number): boolean {
    const left = this.available(assetId) - amount;
    if (left < 0) return false;
    this.#available.set(assetId, left);
    return true;
  }
}

/** What an order ties up at worst, and of which asset: the base for a sell, value and fee in the quote for a buy. */
export function worstCase(
  instrument: Instrument,
  order: { readonly side: Side; readonly ticks: number; readonly lots: number },
): { readonly assetId: AssetId; readonly amount: number } {
  if (order.side === "sell") return { assetId: instrument.baseAssetId, amount: order.lots * instrument.baseUnitsPerLot };
  const value = order.ticks * order.lots * instrument.quoteUnitsPerTickLot;
  const feePpm = Math.max(instrument.makerFeePpm, instrument.takerFeePpm);
  return { assetId: instrument.quoteAssetId, amount: value + mulDivCeil(value, feePpm, PPM) };
}

/** Lots worth about so many whole units of the quote asset, rounded to three digits as people do, within the instrument's limits. */
export function lotsForValue(view: InstrumentView, value: number, ticks: number): number {
  const { instrument } = view;
  const exact = (value * view.quoteUnits) / (ticks * instrument.quoteUnitsPerTickLot);
  let step = 1;
  while (exact / step >= 1_000) step *= 10;
  const least = Math.max(instrument.minLots, Math.ceil(instrument.minNotional / (ticks * instrument.quoteUnitsPerTickLot)));
  const lots = Math.round(exact / step) * step;
  return Math.min(instrument.maxLots, instrument.marketMaxLots, Math.max(least, lots));
}

/** Smallest units in one whole unit of an asset: 7 decimals -> 10,000,000. */
export function wholeUnits(decimals: number): number {
  let units = 1;
  for (let decimal = 0; decimal < decimals; decimal += 1) units *= 10;
  return units;
}
