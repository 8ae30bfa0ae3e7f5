import ccxt, { type Exchange, type hashkey } from "ccxt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../host/tempFolder.ts";
import { ServedExchange, type Credentials } from "./servedExchange.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The venue's class of an existing client library, unmodified but for its base addresses, trades on the simulated exchange: real sockets,
 * a real engine process, a moving market.
 */

const SYMBOL = "BTC/USD";
const LONG_MS = 60_000;

let folder = "";
let exchange: ServedExchange;
let credentials: Credentials;
const opened: Exchange[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "terminal-test-"));
  exchange = await ServedExchange.start(folder, { market: true });
  credentials = exchange.key();
  await exchange.untilTraded("BTCUSD");
}, LONG_MS);

afterAll(async () => {
  for (const client of opened) await client.close();
  await exchange.engine.kill();
  rmSync(folder, { recursive: true, force: true });
});

function settings(site: "HK" | "GLB", { accessKey, secret }: Credentials = credentials): object {
  const http = exchange.url(site);
  const ws = http.replace("http", "ws");
  return {
    apiKey: accessKey,
    secret,
    // Its own pacing would only make the test slow.
    enableRateLimit: false,
    urls: { api: { public: http, private: http, ws: { public: `${ws}/quote/ws/v1`, private: `${ws}/api/v1/ws` } } },
  };
}

function rest(site: "HK" | "GLB" = "HK", holder: Credentials = credentials): hashkey {
  const client = new ccxt.hashkey(settings(site, holder));
  opened.push(client);
  return client;
}

async function stream(): Promise<InstanceType<typeof ccxt.pro.hashkey>> {
  const client = new ccxt.pro.hashkey(settings("HK"));
  // The library asks for this before it opens a socket without TLS.
  await client.loadHttpProxyAgent();
  opened.push(client);
  return client;
}

async function price(client: Exchange, factor: number): Promise<number> {
  const { last } = await client.fetchTicker(SYMBOL);
  return Math.round((last ?? 0) * factor * 100) / 100;
}

describe.each(["HK", "GLB"] as const)("GW-32 a client library reads the market of %s", (site) => {
  it("GW-32 loads markets and reads every market-data call", async () => {
    const client = rest(site);
    const markets = await client.loadMarkets();
    expect(Object.keys(markets)).toContain(SYMBOL);
    expect(markets[SYMBOL]).toMatchObject({ id: "BTCUSD", spot: true, active: true, precision: { amount: 0.00001, price: 0.01 } });
    expect(client.currencies).toHaveProperty("BTC");
    const clock = await client.fetchTime();
    expect(Math.abs((clock ?? 0) - (await exchange.time()))).toBeLessThan(10_000);
    expect((await client.fetchStatus()).status).toBe("ok");
    const book = await client.fetchOrderBook(SYMBOL, 5);
    expect(book.bids.length).toBe(5);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    expect((await client.fetchTrades(SYMBOL)).length).toBeGreaterThan(0);
    const ticker = await client.fetchTicker(SYMBOL);
    expect(ticker.last).toBeGreaterThan(0);
    expect(ticker.high).toBeGreaterThanOrEqual(ticker.low!);
    expect(Object.keys(await client.fetchTickers())).toContain(SYMBOL);
    expect((await client.fetchLastPrices([SYMBOL]))[SYMBOL]).toMatchObject({ symbol: SYMBOL });
    for (const timeframe of Object.keys(client.timeframes)) {
      const bars = await client.fetchOHLCV(SYMBOL, timeframe, undefined, 3);
      expect(bars.length, timeframe).toBeGreaterThan(0);
      for (const [, open, high, low, close] of bars) {
        expect(high!).toBeGreaterThanOrEqual(Math.max(open!, close!));
        expect(low!).toBeLessThanOrEqual(Math.min(open!, close!));
      }
    }
  });
});

describe("GW-32 a client library trades", () => {
  it("GW-32 sends every type of spot order and finds it again", async () => {
    const client = rest();
    await client.loadMarkets();
    const low = await price(client, 0.9);
    const limit = await client.createOrder(SYMBOL, "limit", "buy", 0.01, low, { clientOrderId: "library-limit" });
    expect(limit).toMatchObject({ status: "open", clientOrderId: "library-limit", type: "limit", side: "buy", amount: 0.01, price: low });
    const maker = await client.createOrder(SYMBOL, "limit", "sell", 0.01, await price(client, 1.1), { postOnly: true });
    expect(maker.postOnly).toBe(true);
    const ioc = await client.createOrder(SYMBOL, "limit", "buy", 0.01, await price(client, 1.01), { timeInForce: "IOC" });
    expect(ioc.filled).toBe(0.01);
    const fok = await client.createOrder(SYMBOL, "limit", "buy", 0.01, await price(client, 1.01), { timeInForce: "FOK" });
    expect(fok.status).toBe("closed");
    const sold = await client.createOrder(SYMBOL, "market", "sell", 0.01);
    expect(sold).toMatchObject({ status: "closed", filled: 0.01 });
    const bought = await client.createOrder(SYMBOL, "market", "buy", 0.01);
    expect(bought).toMatchObject({ status: "closed", filled: 0.01 });
    const cash = await client.createMarketBuyOrderWithCost(SYMBOL, 100);
    expect(cash.filled).toBeGreaterThan(0);
    // The library cannot read the documented answer, an empty object, as an order; its implicit method can.
    const terms = { symbol: "BTCUSD", side: "BUY", type: "LIMIT", quantity: "0.01", price: String(low) };
    expect(await client.privatePostApiV1SpotOrderTest(terms)).toEqual({});

    expect(await client.fetchOrder(limit.id as string, SYMBOL)).toMatchObject({
      id: limit.id,
      status: "open",
      clientOrderId: "library-limit",
    });
    expect(await client.fetchOrder("", SYMBOL, { clientOrderId: "library-limit" })).toMatchObject({ id: limit.id });
    expect(new Set((await client.fetchOpenOrders(SYMBOL)).map(({ id }) => id))).toEqual(new Set([limit.id, maker.id]));
    const finished = await client.fetchCanceledAndClosedOrders(SYMBOL);
    expect(finished.map(({ id }) => id)).toEqual(expect.arrayContaining([ioc.id, fok.id, sold.id, bought.id, cash.id]));
    const trades = await client.fetchMyTrades(SYMBOL);
    expect(trades.map(({ order }) => order)).toEqual(expect.arrayContaining([ioc.id, sold.id, bought.id, cash.id]));
    expect(trades[0]!.fee?.currency).toBe("USD");

    await expect(client.createOrder(SYMBOL, "limit", "buy", 0.01, low, { clientOrderId: "library-limit" })).rejects.toBeInstanceOf(
      ccxt.DuplicateOrderId,
    );
    const poor = exchange.key({ account: "DELTA" });
    const small = rest("HK", poor);
    await expect(small.createOrder(SYMBOL, "limit", "buy", 1, low)).rejects.toBeInstanceOf(ccxt.InsufficientFunds);
    await expect(client.createOrder(SYMBOL, "limit", "sell", 0.01, low, { postOnly: true })).rejects.toBeInstanceOf(ccxt.OperationRejected);
    await expect(client.fetchOrder("999999999", SYMBOL)).rejects.toBeInstanceOf(ccxt.OrderNotFound);
    await client.cancelAllOrders(SYMBOL);
  });

  it("GW-32 sends several orders at once and cancels each way", async () => {
    const client = rest();
    await client.loadMarkets();
    const low = await price(client, 0.9);
    const batch = await client.createOrders(
      [1, 2, 3, 4, 5, 6].map((n) => ({
        symbol: SYMBOL,
        type: "limit" as const,
        side: "buy" as const,
        amount: 0.001 * n,
        price: low,
        params: {},
      })),
    );
    expect(batch.map(({ status }) => status)).toEqual(Array(6).fill("open"));
    const [first, second, third, fourth, fifth, sixth] = batch.map(({ id }) => id as string);
    await client.cancelOrder(first!, SYMBOL);
    const named = await client.createOrder(SYMBOL, "limit", "buy", 0.001, low, { clientOrderId: "library-named" });
    await client.cancelOrder("", SYMBOL, { clientOrderId: "library-named" });
    await client.cancelOrders([second!, third!, fourth!, fifth!], SYMBOL);
    expect((await client.fetchOpenOrders(SYMBOL)).map(({ id }) => id)).toEqual([sixth]);
    expect(await client.fetchOrder(named.id as string, SYMBOL)).toMatchObject({ status: "canceled" });
    await client.cancelAllOrders(SYMBOL);
    expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
  });

  it("GW-32 reads balances, fees and accounts", async () => {
    const client = rest();
    await client.loadMarkets();
    const balance = await client.fetchBalance();
    expect(balance["USD"]!.total).toBeGreaterThan(1_000_000);
    expect(balance["BTC"]!.free).toBeGreaterThan(30);
    expect((await client.fetchTradingFees())[SYMBOL]).toMatchObject({ maker: 0.0029, taker: 0.0029 });
    expect((await client.fetchAccounts())[0]).toMatchObject({ id: "2" });
    expect(await client.fetchDeposits("BTC")).toEqual([]);
    expect(await client.fetchWithdrawals("BTC")).toEqual([]);
  });

  it("GW-32 speaks Global's dialect where the site is Global", async () => {
    const client = rest("GLB");
    await client.loadMarkets();
    const cheap = await price(client, 0.95);
    await expect(client.createOrder(SYMBOL, "limit", "sell", 0.01, cheap, { postOnly: true })).rejects.toBeInstanceOf(ccxt.OperationFailed);
    expect(await client.fetchFundingRates()).toEqual({});
    expect(await client.fetchBalance({ type: "swap" })).toBeDefined();
    await expect(rest("HK").fetchFundingRates()).rejects.toBeInstanceOf(ccxt.ExchangeError);
  });
});

describe("GW-33 a client library follows by WebSocket", () => {
  it(
    "GW-33 watches ticker, trades, book and candles",
    async () => {
      const client = await stream();
      const [ticker, trades, book, bars] = await Promise.all([
        client.watchTicker(SYMBOL),
        client.watchTrades(SYMBOL),
        client.watchOrderBook(SYMBOL),
        client.watchOHLCV(SYMBOL, "1m"),
      ]);
      expect(ticker.last).toBeGreaterThan(0);
      expect(trades[0]).toMatchObject({ symbol: SYMBOL });
      expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
      expect(bars[0]!.length).toBe(6);
      // And again: what changes keeps coming.
      expect((await client.watchOrderBook(SYMBOL)).timestamp).toBeGreaterThanOrEqual(book.timestamp ?? 0);
      expect((await client.watchTicker(SYMBOL)).timestamp).toBeGreaterThanOrEqual(ticker.timestamp ?? 0);
    },
    LONG_MS,
  );

  it(
    "GW-33 watches balance, orders and own trades",
    async () => {
      const client = await stream();
      await client.loadMarkets();
      const high = await price(client, 1.01);
      // The first call opens the socket; only what happens afterwards is told.
      const orders = client.watchOrders(SYMBOL);
      const own = client.watchMyTrades(SYMBOL);
      await client.watchBalance();
      await eventually(
        () => Object.values(client.clients).some(({ url, connection }) => url.includes("/api/v1/ws/") && connection?.readyState === 1),
        "the socket is open",
      );
      const balances = client.watchBalance();
      const sent = await client.createOrder(SYMBOL, "limit", "buy", 0.01, high, { timeInForce: "IOC", clientOrderId: "library-watched" });
      expect((await orders)[0]).toMatchObject({ id: sent.id, clientOrderId: "library-watched" });
      expect((await own)[0]).toMatchObject({ order: sent.id, side: "buy", takerOrMaker: "taker" });
      await eventually(
        () => [...(client.orders ?? [])].some(({ id, status }: { id: string; status: string }) => id === sent.id && status === "closed"),
        "the order is closed",
      );
      const balance = await balances;
      expect(balance["BTC"]!.free).toBeGreaterThan(30);
    },
    LONG_MS,
  );
});
