import type { Asset, Instrument } from "../../../shared/catalog.ts";
import type { AssetId, InstrumentId } from "../../../shared/ids.ts";
import { invariant } from "../../../shared/assert.ts";
import {
  LEVEL_STRIDE,
  PACKED_TRADE_STRIDE,
  packedTradeSlots,
  type BookView,
  type Frame,
  type TickerRow,
  type TradeRow,
} from "../../../shared/views.ts";
import { StepText } from "./decimalText.ts";

/** Public trades kept of each pair; the interface shows at most 100. */
const TRADES_KEPT = 200;
const MINUTE_US = 60_000_000;
/** Minutes whose flow is kept: a day and what is under way. */
const MINUTES_KEPT = 1_442;

/** What a minute's trades came to, beyond what bars tell. Sums of ticks × lots are statistics. */
export type Flow = { tickLots: number; trades: number; takerBuyLots: number; takerBuyTickLots: number };

/** A pair as the interface names and writes it. */
export type Pair = {
  readonly instrument: Instrument;
  /** Without the stroke: BTCUSD. */
  readonly symbol: string;
  readonly base: Asset;
  readonly quote: Asset;
  readonly price: StepText;
  readonly quantity: StepText;
};

/** What is public of one pair. */
export type PairMarket = {
  readonly pair: Pair;
  book: BookView;
  /** Venue time of the book's last change in milliseconds, and how often it has changed. */
  bookMs: number;
  bookVersion: number;
  ticker: TickerRow;
  /** The newest, the last one last. */
  readonly trades: TradeRow[];
  /** The first trade that a frame told of since the view began or was interrupted; infinity before it. */
  firstTradeId: number;
  readonly flow: Map<number, Flow>;
  /** From this minute on every trade is known; infinity until the first one is. */
  flowFromUs: number;
};

export type MarketListener = {
  readonly traded: (market: PairMarket, trade: TradeRow) => void;
  readonly bookChanged: (market: PairMarket) => void;
  /** Trades may have been missed, of any pair. */
  readonly interrupted: () => void;
};

/** The public market as frames tell it. */
export class MarketView {
  readonly #pairs: PairMarket[] = [];
  readonly #bySymbol = new Map<string, PairMarket>();
  readonly #byId = new Map<InstrumentId, PairMarket>();
  readonly #listeners: MarketListener[] = [];
  #assets: readonly Asset[] = [];
  #seq = 0;

  get pairs(): readonly PairMarket[] {
    return this.#pairs;
  }

  get assets(): readonly Asset[] {
    return this.#assets;
  }

  /** Sequence that the market stands at. */
  get seq(): number {
    return this.#seq;
  }

  listen(listener: MarketListener): void {
    this.#listeners.push(listener);
  }

  called(symbol: string): PairMarket | undefined {
    return this.#bySymbol.get(symbol);
  }

  of(instrumentId: InstrumentId): PairMarket {
    const found = this.#byId.get(instrumentId);
    invariant(found !== undefined, `no pair ${instrumentId}`);
    return found;
  }

  asset(assetId: AssetId): Asset {
    const found = this.#assets[assetId - 1];
    invariant(found !== undefined, `no asset ${assetId}`);
    return found;
  }

  /** Frames were lost, trades among them: from here on each pair's flow is counted anew, and its past is to be read again. */
  interrupt(): void {
    for (const market of this.#pairs) {
      market.flow.clear();
      market.firstTradeId = Number.POSITIVE_INFINITY;
      market.flowFromUs = Number.POSITIVE_INFINITY;
    }
    for (const { interrupted } of this.#listeners) interrupted();
  }

  /** Takes a frame in. Returns true when there are pairs that the session has not subscribed to yet. */
  take(frame: Frame): boolean {
    this.#seq = frame.toSeq;
    const grew = frame.catalog !== null && this.#takeCatalog(frame.catalog);
    for (const trade of frame.trades) this.#takeTrade(trade, frame.snapshot);
    for (const ticker of frame.tickers) this.of(ticker.instrumentId).ticker = ticker;
    for (const book of frame.books) {
      const market = this.of(book.instrumentId);
      market.book = book;
      market.bookMs = Math.floor(frame.atUs / 1_000);
      market.bookVersion += 1;
      for (const { bookChanged } of this.#listeners) bookChanged(market);
    }
    return grew;
  }

  /**
   * Trades from before the first one that frames have told, oldest first and packed; `complete` when the exchange knows no older ones. They count
   * in the flow of bars, and nobody is told of them.
   */
  takePast(market: PairMarket, past: Float64Array, complete: boolean): void {
    const known = [...market.flow];
    market.flow.clear();
    const { tradeId, atUs, ticks, lots, takerSide } = packedTradeSlots;
    for (let at = 0; at < past.length; at += PACKED_TRADE_STRIDE) {
      const value = (slot: number): number => past[at + slot] ?? 0;
      if (value(tradeId) >= market.firstTradeId) break;
      // Numbers of the engine's own trades.
      const trade = { atUs: value(atUs), ticks: value(ticks), lots: value(lots), takerSide: value(takerSide) === 0 ? "buy" : "sell" };
      addFlow(market.flow, trade as Parameters<typeof addFlow>[1]);
    }
    for (const [minuteUs, flow] of known) market.flow.set(minuteUs, summed(market.flow.get(minuteUs), flow));
    const oldestUs = past[atUs];
    if (oldestUs !== undefined) market.flowFromUs = Math.min(market.flowFromUs, minuteOf(oldestUs) + (complete ? 0 : MINUTE_US));
  }

  #takeCatalog(catalog: NonNullable<Frame["catalog"]>): boolean {
    this.#assets = catalog.assets;
    const known = this.#pairs.length;
    for (const instrument of catalog.instruments.slice(known)) {
      const pair = pairOf(instrument, (assetId) => this.asset(assetId));
      const market = emptyMarket(pair);
      this.#pairs.push(market);
      this.#bySymbol.set(pair.symbol, market);
      this.#byId.set(instrument.instrumentId, market);
    }
    return this.#pairs.length > known;
  }

  #takeTrade(trade: TradeRow, fromSnapshot: boolean): void {
    const market = this.of(trade.instrumentId);
    const last = market.trades.at(-1);
    // A snapshot repeats trades that are known.
    if (last !== undefined && trade.tradeId <= last.tradeId) return;
    if (market.firstTradeId === Number.POSITIVE_INFINITY) {
      market.firstTradeId = trade.tradeId;
      // Only before the very first trade of a pair there is none that was not told.
      const isVeryFirst = last === undefined && !fromSnapshot;
      market.flowFromUs = Math.min(market.flowFromUs, minuteOf(trade.atUs) + (isVeryFirst ? 0 : MINUTE_US));
    }
    market.trades.push(trade);
    if (market.trades.length > 2 * TRADES_KEPT) market.trades.splice(0, market.trades.length - TRADES_KEPT);
    addFlow(market.flow, trade);
    for (const { traded } of this.#listeners) traded(market, trade);
  }
}

function minuteOf(atUs: number): number {
  return atUs - (atUs % MINUTE_US);
}

function addFlow(flow: Map<number, Flow>, trade: Pick<TradeRow, "atUs" | "ticks" | "lots" | "takerSide">): void {
  const minuteUs = minuteOf(trade.atUs);
  let minute = flow.get(minuteUs);
  if (minute === undefined) {
    minute = { tickLots: 0, trades: 0, takerBuyLots: 0, takerBuyTickLots: 0 };
    flow.set(minuteUs, minute);
    if (flow.size > MINUTES_KEPT) for (const oldest of [...flow.keys()].slice(0, flow.size - MINUTES_KEPT)) flow.delete(oldest);
  }
  const tickLots = trade.ticks * trade.lots;
  minute.tickLots += tickLots;
  minute.trades += 1;
  if (trade.takerSide === "buy") {
    minute.takerBuyLots += trade.lots;
    minute.takerBuyTickLots += tickLots;
  }
}

function summed(one: Flow | undefined, other: Flow): Flow {
  if (one === undefined) return other;
  return {
    tickLots: one.tickLots + other.tickLots,
    trades: one.trades + other.trades,
    takerBuyLots: one.takerBuyLots + other.takerBuyLots,
    takerBuyTickLots: one.takerBuyTickLots + other.takerBuyTickLots,
  };
}

/** The flow of a bar; null when not all of its trades are known. */
export function flowBetween(market: PairMarket, fromUs: number, toUs: number): Flow | null {
  const oldestUs = market.flow.size >= MINUTES_KEPT ? (market.flow.keys().next().value ?? 0) : 0;
  if (fromUs < Math.max(market.flowFromUs, oldestUs)) return null;
  const sum: Flow = { tickLots: 0, trades: 0, takerBuyLots: 0, takerBuyTickLots: 0 };
  for (let minuteUs = fromUs; minuteUs < toUs; minuteUs += MINUTE_US) {
    const minute = market.flow.get(minuteUs);
    if (minute === undefined) continue;
    sum.tickLots += minute.tickLots;
    sum.trades += minute.trades;
    sum.takerBuyLots += minute.takerBuyLots;
    sum.takerBuyTickLots += minute.takerBuyTickLots;
  }
  return sum;
}

function pairOf(instrument: Instrument, asset: (assetId: AssetId) => Asset): Pair {
  return {
    instrument,
    symbol: instrument.symbol.replace("/", ""),
    base: asset(instrument.baseAssetId),
    quote: asset(instrument.quoteAssetId),
    price: new StepText(instrument.tickSize),
    quantity: new StepText(instrument.lotSize),
  };
}

function emptyMarket(pair: Pair): PairMarket {
  const { instrumentId } = pair.instrument;
  const none = new Int32Array(0);
  // Nothing has been traded and nothing turned over.
  const ticker = {
    instrumentId,
    lastTicks: null,
    lastSide: null,
    bidTicks: null,
    askTicks: null,
    openTicks: null,
    highTicks: null,
    lowTicks: null,
    volumeLots: 0,
    turnover: 0 as TickerRow["turnover"],
  };
  return {
    pair,
    book: { instrumentId, bids: none, asks: none },
    bookMs: 0,
    bookVersion: 0,
    ticker,
    trades: [],
    firstTradeId: Number.POSITIVE_INFINITY,
    flow: new Map(),
    flowFromUs: Number.POSITIVE_INFINITY,
  };
}

/** Best level of a side: price and quantity; null for an empty side. */
export function bestOf(side: Int32Array): { readonly ticks: number; readonly lots: number } | null {
  const [ticks, lots] = side;
  return ticks === undefined || lots === undefined ? null : { ticks, lots };
}

/** Price and quantity of the best `limit` levels as texts, best first. */
export function levelsOf(pair: Pair, side: Int32Array, limit: number): [string, string][] {
  const levels: [string, string][] = [];
  for (let at = 0; at < side.length && levels.length < limit; at += LEVEL_STRIDE) {
    levels.push([pair.price.of(side[at] ?? 0), pair.quantity.of(side[at + 1] ?? 0)]);
  }
  return levels;
}
