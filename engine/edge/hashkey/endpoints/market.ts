import { missing, refused } from "../apiError.ts";
import { pairsOf, quotedPair, type Endpoint, type PublicCall } from "../call.ts";
import { decimalText } from "../decimalText.ts";
import { barTexts, intervalCalled, readBars } from "../klines.ts";
import { bestOf, levelsOf, type PairMarket } from "../marketView.ts";
import { merged, scaleOf } from "../mergedDepth.ts";
import { exchangeInfo } from "./exchangeInfo.ts";
import { valueOf } from "../call.ts";

/** Levels of a side that a request gets at most, and usually. */
const DEPTH = { most: 200, standard: 100 };
const TRADES = { most: 100, standard: 100 };
const KLINES = { most: 1_000, standard: 1_000 };

/** Public market data. */
export const marketEndpoints: readonly Endpoint[] = [
  get("/api/v1/ping", 1, () => ({})),
  get("/api/v1/time", 1, ({ venue }) => ({ serverTime: venue.exchange.nowMs() })),
  get("/api/v1/exchangeInfo", 5, exchangeInfo),
  get("/quote/v1/depth", 1, (call) => {
    const { pair, book, bookMs } = quotedPair(call);
    const limit = call.parameters.limit("limit", DEPTH);
    return { t: bookMs, b: levelsOf(pair, book.bids, limit), a: levelsOf(pair, book.asks, limit) };
  }),
  get("/quote/v1/depth/merged", 1, (call) => {
    const { pair, book, bookMs } = quotedPair(call);
    const limit = call.parameters.limit("limit", DEPTH);
    const scale = scaleOf(call.parameters.optional("scale"), pair);
    return {
      t: bookMs,
      b: [...merged(pair, book.bids, "bids", { scale, limit })],
      a: [...merged(pair, book.asks, "asks", { scale, limit })],
    };
  }),
  get("/quote/v1/trades", 1, (call) => {
    const { pair, trades } = quotedPair(call);
    return trades
      .slice(-call.parameters.limit("limit", TRADES))
      .reverse()
      .map(({ atUs, ticks, lots, takerSide }) => ({
        t: Math.floor(atUs / 1_000),
        p: pair.price.of(ticks),
        q: pair.quantity.of(lots),
        ibm: takerSide === "sell",
      }));
  }),
  get("/quote/v1/klines", 1, klines),
  get("/quote/v1/ticker/24hr", 1, (call) => {
    const type = call.parameters.optional("instType") ?? "SPOT";
    if (!["SPOT", "FUTURES", "ANY"].includes(type)) throw refused("-1130", "Data sent for parameter 'instType' is not valid.");
    const markets = asked(call);
    return type === "FUTURES" ? [] : markets.map((market) => dayTicker(market, call.venue.exchange.nowMs()));
  }),
  get("/quote/v1/ticker/price", 1, (call) =>
    asked(call).map(({ pair, ticker }) => ({ s: pair.symbol, p: pair.price.of(ticker.lastTicks ?? 0) })),
  ),
  get("/quote/v1/ticker/bookTicker", 1, (call) => asked(call).map(bookTicker)),
];

function get(path: string, weight: number, answer: (call: PublicCall) => unknown): Endpoint {
  return { method: "GET", path, weight, security: "none", answer };
}

/** The pair that the request names, or all of the site. */
function asked(call: PublicCall): readonly PairMarket[] {
  return call.parameters.optional("symbol") === undefined ? pairsOf(call.venue) : [quotedPair(call)];
}

async function klines(call: PublicCall): Promise<unknown> {
  const { venue, parameters } = call;
  const market = quotedPair(call);
  const name = parameters.optional("interval");
  if (name === undefined) throw missing("interval");
  const interval = intervalCalled(name);
  if (interval === undefined) throw refused("-10009", "Invalid kline interval!");
  const time = (parameter: string): number | undefined => parameters.integer(parameter, { least: 0, most: 9_007_199_254_740 });
  const startMs = time("startTime");
  const endMs = time("endTime");
  const nowUs = venue.exchange.nowUs();
  // The engine's bars reach to the present; a bar that begins at the end still counts.
  const toUs = Math.min(nowUs, endMs === undefined ? nowUs : endMs * 1_000) + 1;
  const limit = parameters.limit("limit", KLINES);
  const bars = valueOf(
    await readBars(venue.exchange.session, market, { interval, fromUs: startMs === undefined ? null : startMs * 1_000, toUs, limit }),
  );
  return bars.map((bar) => {
    const { o, h, l, c, v, qv, tb, tq, n } = barTexts(market, bar);
    return [Math.floor(bar.openUs / 1_000), o, h, l, c, v, 0, qv, n, tb, tq];
  });
}

function dayTicker({ pair, ticker }: PairMarket, nowMs: number): Readonly<Record<string, unknown>> {
  const price = (ticks: number | null): string => pair.price.of(ticks ?? 0);
  return {
    t: nowMs,
    s: pair.symbol,
    c: price(ticker.lastTicks),
    h: price(ticker.highTicks),
    l: price(ticker.lowTicks),
    o: price(ticker.openTicks),
    b: price(ticker.bidTicks),
    a: price(ticker.askTicks),
    v: pair.quantity.of(ticker.volumeLots),
    qv: decimalText(ticker.turnover, pair.quote.decimals),
    it: "SPOT",
  };
}

function bookTicker({ pair, book, bookMs }: PairMarket): Readonly<Record<string, unknown>> {
  const bid = bestOf(book.bids);
  const ask = bestOf(book.asks);
  return {
    s: pair.symbol,
    b: pair.price.of(bid?.ticks ?? 0),
    bq: pair.quantity.of(bid?.lots ?? 0),
    a: pair.price.of(ask?.ticks ?? 0),
    aq: pair.quantity.of(ask?.lots ?? 0),
    t: bookMs,
  };
}
