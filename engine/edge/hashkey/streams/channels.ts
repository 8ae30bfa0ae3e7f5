import { bestOf, levelsOf, flowBetween, type PairMarket } from "../marketView.ts";
import { barEnd, barStart, barTexts, flatBar, readBars, type Bar, type Interval } from "../klines.ts";
import type { TradeRow } from "../../../../shared/views.ts";
import type { Exchange } from "../exchange.ts";
import { decimalText } from "../decimalText.ts";
import { merged, type MergedSide } from "../mergedDepth.ts";

/** What a topic has to say, in the words of the first interface: a list of items. */
export interface Feed {
  /** The state now, for a client that begins; null where there is none yet, and then the first update brings it. */
  snapshot(): readonly unknown[] | null;
  /** What changed since the last update; null for nothing. */
  update(): readonly unknown[] | null;
  /** A trade of the pair. */
  traded?(trade: TradeRow): void;
  /** Trades of the pair may have been missed. */
  interrupted?(): void;
}

const LAST_TRADES = 60;
const DEPTH_LEVELS = 100;
const RATIO_DECIMALS = 4;

export class TickerFeed implements Feed {
  readonly #market: PairMarket;
  readonly #exchange: Exchange;
  #sent: unknown = null;

  constructor(market: PairMarket, exchange: Exchange) {
    this.#market = market;
    this.#exchange = exchange;
  }

  snapshot(): readonly unknown[] {
    const { pair, ticker } = this.#market;
    const price = (ticks: number | null): string => pair.price.of(ticks ?? 0);
    const { lastTicks, openTicks } = ticker;
    const scale = 10 ** RATIO_DECIMALS;
    const change = lastTicks === null || openTicks === null ? 0 : Math.round(((lastTicks - openTicks) * scale) / openTicks);
    return [
      {
        t: this.#exchange.nowMs(),
        s: pair.symbol,
        sn: pair.symbol,
        c: price(lastTicks),
        h: price(ticker.highTicks),
        l: price(ticker.lowTicks),
        o: price(openTicks),
        v: pair.quantity.of(ticker.volumeLots),
        qv: decimalText(ticker.turnover, pair.quote.decimals),
        m: decimalText(change, RATIO_DECIMALS),
        e: 301,
      },
    ];
  }

  update(): readonly unknown[] | null {
    if (this.#market.ticker === this.#sent) return null;
    this.#sent = this.#market.ticker;
    return this.snapshot();
  }
}

export class TradeFeed implements Feed {
  readonly #market: PairMarket;
  #pending: TradeRow[] = [];

  constructor(market: PairMarket) {
    this.#market = market;
  }

  traded(trade: TradeRow): void {
    this.#pending.push(trade);
  }

  /** The last trades but those that the next update brings, to whoever begins now as well. */
  snapshot(): readonly unknown[] {
    const { trades } = this.#market;
    return trades
      .slice(0, Math.max(0, trades.length - this.#pending.length))
      .slice(-LAST_TRADES)
      .map((trade) => this.#item(trade));
  }

  update(): readonly unknown[] | null {
    if (this.#pending.length === 0) return null;
    const items = this.#pending.map((trade) => this.#item(trade));
    this.#pending = [];
    return items;
  }

  #item({ tradeId, atUs, ticks, lots, takerSide }: TradeRow): unknown {
    const { price, quantity } = this.#market.pair;
    // The buyer is the maker where the taker sells.
    return { v: String(tradeId), t: Math.floor(atUs / 1_000), p: price.of(ticks), q: quantity.of(lots), m: takerSide === "sell" };
  }
}

export class KlineFeed implements Feed {
  readonly #market: PairMarket;
  readonly #exchange: Exchange;
  readonly #interval: Interval;
  #bar: Bar | null = null;
  /** Trades behind the engine's answer, until that has been taken in; null before the answer. */
  #since: TradeRow[] | null = null;
  #beginnings = 0;
  #hasBegun = false;
  #changed = false;

  constructor(market: PairMarket, exchange: Exchange, interval: Interval) {
    this.#market = market;
    this.#exchange = exchange;
    this.#interval = interval;
    void this.#begin();
  }

  interrupted(): void {
    void this.#begin();
  }

  /** The bar under way as the engine has it; trades go on from there. */
  async #begin(): Promise<void> {
    this.#beginnings += 1;
    const beginning = this.#beginnings;
    this.#hasBegun = false;
    this.#since = null;
    const heard = (): void => {
      if (beginning === this.#beginnings) this.#since = [];
    };
    const request = { interval: this.#interval, fromUs: null, toUs: this.#exchange.nowUs() + 1, limit: 2 };
    // The answer and the trades behind it may come in one message; this goes on only once all of that has been read.
    const bars = await readBars(this.#exchange.session, this.#market, { ...request, heard });
    if (beginning !== this.#beginnings) return;
    this.#bar = (bars.ok ? bars.value.at(-1) : undefined) ?? null;
    this.#hasBegun = true;
    this.#changed = this.#bar !== null;
    for (const trade of this.#since ?? []) this.traded(trade);
    this.#since = null;
  }

  traded(trade: TradeRow): void {
    if (!this.#hasBegun) {
      this.#since?.push(trade);
      return;
    }
    const { atUs, ticks, lots } = trade;
    const openUs = barStart(this.#interval, atUs);
    const bar = this.#bar;
    if (bar === null || openUs > bar.openUs) {
      this.#bar = { openUs, open: ticks, high: ticks, low: ticks, close: ticks, lots, flow: null };
    } else if (bar.openUs === openUs) {
      const high = Math.max(bar.high, ticks);
      const low = Math.min(bar.low, ticks);
      this.#bar = { ...bar, high, low, close: ticks, lots: bar.lots + lots };
    }
    this.#changed = true;
  }

  snapshot(): readonly unknown[] | null {
    return this.#bar === null ? null : [this.#item(this.#bar)];
  }

  update(): readonly unknown[] | null {
    const nowStart = barStart(this.#interval, this.#exchange.nowUs());
    if (this.#bar !== null && this.#bar.openUs < nowStart) {
      this.#bar = flatBar(nowStart, this.#bar.close);
      this.#changed = true;
    }
    if (!this.#changed || this.#bar === null) return null;
    this.#changed = false;
    return [this.#item(this.#bar)];
  }

  #item(bar: Bar): unknown {
    const flow = flowBetween(this.#market, bar.openUs, barEnd(this.#interval, bar.openUs));
    const { o, h, l, c, v, qv, tb, tq, n } = barTexts(this.#market, { ...bar, flow });
    const { symbol } = this.#market.pair;
    return { t: Math.floor(bar.openUs / 1_000), s: symbol, sn: symbol, c, h, l, o, v, et: 0, qv, td: n, tb, tq };
  }
}

/** The whole book, merged to a scale or not, whenever it has changed. */
export class DepthFeed implements Feed {
  readonly #market: PairMarket;
  readonly #exchange: Exchange;
  readonly #scale: number | null;
  #version = -1;

  constructor(market: PairMarket, exchange: Exchange, scale: number | null) {
    this.#market = market;
    this.#exchange = exchange;
    this.#scale = scale;
  }

  snapshot(): readonly unknown[] {
    const { pair, book, bookMs, bookVersion } = this.#market;
    const scale = this.#scale;
    const side = (name: "bids" | "asks"): [string, string][] =>
      scale === null ? levelsOf(pair, book[name], DEPTH_LEVELS) : [...merged(pair, book[name], name, { scale, limit: DEPTH_LEVELS })];
    const v = `${this.#exchange.market.seq}_${bookVersion}`;
    return [{ e: 301, s: pair.symbol, t: bookMs, v, b: side("bids"), a: side("asks"), o: 0 }];
  }

  update(): readonly unknown[] | null {
    if (this.#market.bookVersion === this.#version) return null;
    this.#version = this.#market.bookVersion;
    return this.snapshot();
  }
}

/** First the whole merged book, then its changes, numbered without gaps; a quantity of 0 takes a price away. For one client alone. */
export class DepthChangesFeed implements Feed {
  readonly #market: PairMarket;
  readonly #scale: number;
  #number = 0;
  #version = -1;
  #sent: { readonly bids: MergedSide; readonly asks: MergedSide } = { bids: new Map(), asks: new Map() };

  constructor(market: PairMarket, scale: number) {
    this.#market = market;
    this.#scale = scale;
  }

  snapshot(): readonly unknown[] {
    this.#sent = this.#now();
    this.#version = this.#market.bookVersion;
    this.#number = 0;
    return [this.#item([...this.#sent.bids], [...this.#sent.asks])];
  }

  update(): readonly unknown[] | null {
    if (this.#market.bookVersion === this.#version) return null;
    this.#version = this.#market.bookVersion;
    const now = this.#now();
    const bids = changes(this.#sent.bids, now.bids);
    const asks = changes(this.#sent.asks, now.asks);
    this.#sent = now;
    if (bids.length + asks.length === 0) return null;
    this.#number += 1;
    return [this.#item(bids, asks)];
  }

  #now(): { readonly bids: MergedSide; readonly asks: MergedSide } {
    const { pair, book } = this.#market;
    const request = { scale: this.#scale, limit: DEPTH_LEVELS };
    return { bids: merged(pair, book.bids, "bids", request), asks: merged(pair, book.asks, "asks", request) };
  }

  #item(b: readonly (readonly [string, string])[], a: readonly (readonly [string, string])[]): unknown {
    return { e: 301, t: this.#market.bookMs, v: `${this.#version}_${this.#number}`, b, a, o: this.#number };
  }
}

function changes(before: MergedSide, now: MergedSide): [string, string][] {
  const changed = [...now].filter(([price, quantity]) => before.get(price) !== quantity);
  const gone = [...before.keys()].filter((price) => !now.has(price)).map((price): [string, string] => [price, "0"]);
  return [...changed, ...gone];
}

/** The best prices, told as often as they change. */
export class BestFeed implements Feed {
  readonly #market: PairMarket;
  #sent = "";

  constructor(market: PairMarket) {
    this.#market = market;
  }

  snapshot(): readonly unknown[] {
    const { pair, book, bookMs, bookVersion } = this.#market;
    const bid = bestOf(book.bids);
    const ask = bestOf(book.asks);
    const { price, quantity } = pair;
    return [
      {
        s: pair.symbol,
        b: price.of(bid?.ticks ?? 0),
        bz: quantity.of(bid?.lots ?? 0),
        a: price.of(ask?.ticks ?? 0),
        az: quantity.of(ask?.lots ?? 0),
        t: bookMs,
        v: String(bookVersion),
      },
    ];
  }

  update(): readonly unknown[] | null {
    const { book } = this.#market;
    const best = [bestOf(book.bids), bestOf(book.asks)].map((level) => `${level?.ticks} ${level?.lots}`).join();
    if (best === this.#sent) return null;
    this.#sent = best;
    return this.snapshot();
  }
}
