import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { tempFolder } from "../host/tempFolder.ts";
import { revokeKey, keyFileIn } from "../../engine/edge/hashkey/keys.ts";
import { reply, served, sign, type Credentials, type Reply, type ServedExchange } from "./servedExchange.ts";

/**
 * Requests that are wrong in one way each. Every one is answered with the venue's code and HTTP status, and none leaves a trace: what is
 * malformed never reaches the engine, so the hash of its whole state is the same before and after.
 */

type Terms = Readonly<Record<string, string>>;
type Case = readonly [name: string, status: number, code: number | string, send: (to: Bench) => Promise<Reply>];
type Bench = {
  readonly exchange: ServedExchange;
  readonly key: Credentials;
  readonly reader: Credentials;
  readonly elsewhere: Credentials;
  readonly revoked: Credentials;
};

const ORDER = "/api/v1/spot/order";
const LIMIT: Terms = { symbol: "BTCUSD", side: "BUY", type: "LIMIT", quantity: "0.01", price: "60000" };

/** The order with other terms; an empty one is left out. */
function order(change: Terms, path = ORDER): Case[3] {
  const terms = Object.fromEntries(Object.entries({ ...LIMIT, ...change }).filter(([, value]) => value !== ""));
  return ({ exchange, key }) => exchange.signed(key, "POST", path, terms);
}

/** Any signed request. */
function signed(method: string, path: string, terms: Terms = {}, json?: unknown): Case[3] {
  return ({ exchange, key }) => exchange.signed(key, method, path, terms, json === undefined ? {} : { json });
}

function get(path: string): Case[3] {
  return ({ exchange }) => exchange.get(path);
}

/** An order whose text is written by hand. */
function raw(
  make: (to: Bench & { readonly timestamp: number }) => {
    readonly query?: string;
    readonly body?: Buffer | string;
    readonly headers?: Record<string, string>;
    readonly method?: string;
    readonly path?: string;
  },
): Case[3] {
  return async (to) => {
    const { query = "", body, headers = {}, method = "POST", path = ORDER } = make({ ...to, timestamp: await to.exchange.time() });
    const url = `${to.exchange.url()}${path}${query === "" ? "" : `?${query}`}`;
    return reply(
      fetch(url, {
        method,
        headers: { "X-HK-APIKEY": to.key.accessKey, ...headers },
        ...(body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) }),
      }),
    );
  };
}

const plain = (timestamp: number): string => `${new URLSearchParams(LIMIT).toString()}&timestamp=${timestamp}`;
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const JSON_BODY = { "Content-Type": "application/json" };
const batch = (body: string): Case[3] =>
  raw(({ key, timestamp }) => {
    const text = `timestamp=${timestamp}`;
    return { path: "/api/v1/spot/batchOrders", query: `${text}&signature=${sign(key.secret, text)}`, body, headers: JSON_BODY };
  });

const cases: readonly Case[] = [
  // Signature.
  [
    "no key",
    400,
    "0102",
    raw(({ timestamp, key }) => ({
      query: `${plain(timestamp)}&signature=${sign(key.secret, plain(timestamp))}`,
      headers: { "X-HK-APIKEY": "" },
    })),
  ],
  ["an unknown key", 400, "0102", raw(({ timestamp }) => ({ query: plain(timestamp), headers: { "X-HK-APIKEY": "nobody" } }))],
  ["a withdrawn key", 400, "0103", ({ exchange, revoked }) => exchange.signed(revoked, "POST", ORDER, LIMIT)],
  ["no signature", 400, "0001", raw(({ timestamp }) => ({ query: plain(timestamp) }))],
  ["a signature that is no hex", 400, "0002", raw(({ timestamp }) => ({ query: `${plain(timestamp)}&signature=zz` }))],
  [
    "a signature of another secret",
    400,
    "0002",
    raw(({ timestamp }) => ({ query: `${plain(timestamp)}&signature=${sign("other", plain(timestamp))}` })),
  ],
  [
    "a signature of other terms",
    400,
    "0002",
    raw(({ timestamp, key }) => ({ query: `${plain(timestamp)}&quantity=9&signature=${sign(key.secret, plain(timestamp))}` })),
  ],
  [
    "a signature of decoded text",
    400,
    "0002",
    raw(({ timestamp, key }) => ({
      query: `${plain(timestamp)}&newClientOrderId=a%2Cb&signature=${sign(key.secret, `${plain(timestamp)}&newClientOrderId=a,b`)}`,
    })),
  ],
  [
    "a separator between query and body",
    400,
    "0002",
    raw(({ timestamp, key }) => ({
      query: `timestamp=${timestamp}`,
      body: `${new URLSearchParams(LIMIT).toString()}&signature=${sign(key.secret, `timestamp=${timestamp}&${new URLSearchParams(LIMIT).toString()}`)}`,
      headers: FORM,
    })),
  ],
  [
    "a form changed on its way",
    400,
    "0002",
    raw(({ timestamp, key }) => ({
      body: `${plain(timestamp).replace("60000", "61000")}&signature=${sign(key.secret, plain(timestamp))}`,
      headers: FORM,
    })),
  ],
  // Time.
  [
    "no timestamp",
    400,
    "0001",
    raw(({ key }) => ({
      query: `${new URLSearchParams(LIMIT).toString()}&signature=${sign(key.secret, new URLSearchParams(LIMIT).toString())}`,
    })),
  ],
  ["a timestamp that is no number", 400, "0001", order({ timestamp: "yesterday" })],
  ["a request of six seconds ago", 400, -1021, async (to) => order({ timestamp: String((await to.exchange.time()) - 6_000) })(to)],
  ["a request of the future", 400, -1021, async (to) => order({ timestamp: String((await to.exchange.time()) + 5_000) })(to)],
  ["a request in seconds", 400, -1021, async (to) => order({ timestamp: String(Math.floor((await to.exchange.time()) / 1_000)) })(to)],
  ["a window of zero", 400, -1130, order({ recvWindow: "0" })],
  ["a window beyond the longest", 400, -1130, order({ recvWindow: "8001" })],
  ["a window that is no number", 400, -1130, order({ recvWindow: "long" })],
  // Permissions.
  ["an order with a key that may read", 400, -1005, ({ exchange, reader }) => exchange.signed(reader, "POST", ORDER, LIMIT)],
  [
    "a cancellation with a key that may read",
    400,
    -1005,
    ({ exchange, reader }) => exchange.signed(reader, "DELETE", ORDER, { orderId: "1" }),
  ],
  ["a key from another address", 400, "0104", ({ exchange, elsewhere }) => exchange.signed(elsewhere, "GET", "/api/v1/account")],
  ["somebody else's account", 400, -1005, signed("GET", "/api/v1/spot/subAccount/openOrders", { subAccountId: "6" })],
  ["balances of another account", 400, -1005, signed("GET", "/api/v1/account", { accountId: "3" })],
  // Parameters of an order.
  ["no symbol", 400, "0001", order({ symbol: "" })],
  ["an unknown symbol", 400, "0201", order({ symbol: "BTCXYZ" })],
  ["a symbol with its stroke", 400, "0201", order({ symbol: "BTC/USD" })],
  ["no side", 400, "0001", order({ side: "" })],
  ["a side in small letters", 400, -1117, order({ side: "buy" })],
  ["no type", 400, "0001", order({ type: "" })],
  ["a type that does not exist", 400, "0206", order({ type: "STOP" })],
  ["a time in force that does not exist", 400, -1115, order({ timeInForce: "GTX" })],
  ["a limit-maker that is immediate", 400, -1115, order({ type: "LIMIT_MAKER", timeInForce: "IOC" })],
  ["a market order that is all or nothing", 400, -1115, order({ type: "MARKET", price: "", timeInForce: "FOK" })],
  ["a mode of self-trade prevention that does not exist", 400, -1130, order({ stpMode: "NONE" })],
  ["a client order id that is too long", 400, -1130, order({ newClientOrderId: "x".repeat(256) })],
  // Price.
  ["no price", 400, "0001", order({ price: "" })],
  ["a price that is no number", 400, "0207", order({ price: "cheap" })],
  ["a price with an exponent", 400, "0207", order({ price: "6e4" })],
  ["a negative price", 400, "0207", order({ price: "-1" })],
  ["a price between two ticks", 400, "0209", order({ price: "60000.001" })],
  ["a price of zero", 400, -1133, order({ price: "0" })],
  ["a price beyond the largest", 400, -1132, order({ price: "99999999.99" })],
  // Size.
  ["no quantity", 400, "0001", order({ quantity: "" })],
  ["a quantity that is no number", 400, -1130, order({ quantity: "much" })],
  ["a quantity that is not finite", 400, -1130, order({ quantity: "Infinity" })],
  ["a negative quantity", 400, -1130, order({ quantity: "-0.01" })],
  ["a quantity between two lots", 400, -1137, order({ quantity: "0.010001" })],
  ["a quantity of zero", 400, -1136, order({ quantity: "0" })],
  ["a quantity beyond the largest", 400, -1135, order({ quantity: "999999999" })],
  ["quantity and amount at once", 400, -1129, order({ type: "MARKET", price: "", amount: "100" }, "/api/v1.1/spot/order")],
  ["neither quantity nor amount", 400, "0001", order({ type: "MARKET", price: "", quantity: "" }, "/api/v1.1/spot/order")],
  ["an amount of zero", 400, -1140, order({ type: "MARKET", price: "", quantity: "", amount: "0" }, "/api/v1.1/spot/order")],
  ["an amount finer than money", 400, -1206, order({ type: "MARKET", price: "", quantity: "0.00000001" })],
  // Cancelling and asking.
  ["a cancellation of nothing", 400, "0001", signed("DELETE", ORDER)],
  ["a cancellation of an unknown order", 400, "0211", signed("DELETE", ORDER, { orderId: "999999" })],
  ["an order id that is no number", 400, -1130, signed("DELETE", ORDER, { orderId: "first" })],
  ["an unknown client order id", 400, "0211", signed("GET", ORDER, { origClientOrderId: "never" })],
  ["cancelling all of no pair", 400, "0001", signed("DELETE", "/api/v1/spot/openOrders")],
  [
    "more ids than allowed",
    400,
    -1130,
    signed("DELETE", "/api/v1/spot/cancelOrderByIds", { ids: Array.from({ length: 101 }, (_, n) => n + 1).join(",") }),
  ],
  ["a span that is too long", 400, -1130, signed("GET", "/api/v1/spot/tradeOrders", { startTime: "1", endTime: "9000000000000" })],
  ["a limit that is no number", 400, -100002, signed("GET", "/api/v1/spot/tradeOrders", { limit: "all" })],
  ["an unknown listen key", 400, -1125, signed("PUT", "/api/v1/userDataStream", { listenKey: "x" })],
  // Bodies.
  ["a batch that is no JSON", 400, -1130, batch("[{")],
  ["a batch that is no list", 400, -1130, batch("{}")],
  ["a batch of nothing", 400, -1130, batch("[]")],
  ["a batch of numbers", 400, -1130, batch("[1]")],
  ["a batch within a batch", 400, -1130, batch('[{"symbol":{"a":1}}]')],
  [
    "a batch of 21",
    400,
    -2030,
    signed(
      "POST",
      "/api/v1/spot/batchOrders",
      {},
      Array.from({ length: 21 }, () => LIMIT),
    ),
  ],
  ["a batch of two pairs", 400, -1130, signed("POST", "/api/v1/spot/batchOrders", {}, [LIMIT, { ...LIMIT, symbol: "ETHUSD" }])],
  [
    "JSON that is no UTF-8",
    400,
    -1130,
    raw(({ key, timestamp }) => ({
      path: "/api/v1/spot/batchOrders",
      query: `timestamp=${timestamp}&signature=${sign(key.secret, `timestamp=${timestamp}`)}`,
      body: Buffer.from([0x5b, 0xff, 0x5d]),
      headers: JSON_BODY,
    })),
  ],
  [
    "a form that is no UTF-8",
    400,
    -1130,
    raw(({ key, timestamp }) => {
      const bytes = Buffer.concat([Buffer.from(`${plain(timestamp)}&newClientOrderId=`), Buffer.from([0xc3, 0x28])]);
      return { body: Buffer.concat([bytes, Buffer.from(`&signature=${sign(key.secret, bytes)}`)]), headers: FORM };
    }),
  ],
  [
    "an escape that is no UTF-8",
    400,
    -1130,
    raw(({ key, timestamp }) => ({
      query: `${plain(timestamp)}&newClientOrderId=%FF&signature=${sign(key.secret, `${plain(timestamp)}&newClientOrderId=%FF`)}`,
    })),
  ],
  ["a body of a megabyte", 413, -1130, raw(() => ({ body: "x".repeat(1_048_576), headers: FORM }))],
  // Paths and methods.
  ["an unknown path", 404, 404, get("/api/v1/unknown")],
  ["a path that leads out", 404, 404, get("/api/v1/../../etc/passwd")],
  ["reading an order's path with PATCH", 404, 404, raw(() => ({ method: "PATCH" }))],
  ["posting to the depth", 404, 404, raw(() => ({ path: "/quote/v1/depth" }))],
  // Market data.
  ["depth of nothing", 400, -100012, get("/quote/v1/depth")],
  ["depth of an unknown pair", 400, -100011, get("/quote/v1/depth?symbol=NOPE")],
  ["depth to no number of levels", 400, -100002, get("/quote/v1/depth?symbol=BTCUSD&limit=ten")],
  ["merged depth to no scale", 400, -1130, get("/quote/v1/depth/merged?symbol=BTCUSD&scale=99")],
  ["bars of no length", 400, "0001", get("/quote/v1/klines?symbol=BTCUSD")],
  ["bars of an odd length", 400, -10009, get("/quote/v1/klines?symbol=BTCUSD&interval=7m")],
  ["bars from a time that is none", 400, -1130, get("/quote/v1/klines?symbol=BTCUSD&interval=1m&startTime=now")],
  ["a kind of instrument that does not exist", 400, -1130, get("/quote/v1/ticker/24hr?instType=BONDS")],
  ["a catalog of an unknown pair", 400, -100011, get("/api/v1/exchangeInfo?symbol=NOPE")],
];

describe("GW-27 bad requests", () => {
  it("GW-27 each is answered with its code and status, and none changes the state", async () => {
    const data = tempFolder();
    const exchange = await served(data);
    const key = exchange.key();
    const revoked = exchange.key();
    revokeKey(keyFileIn(data), revoked.accessKey, Date.now());
    const bench: Bench = {
      exchange,
      key,
      revoked,
      reader: exchange.key({ permissions: ["read"] }),
      elsewhere: exchange.key({ addresses: ["10.0.0.0/8", "192.168.1.7"] }),
    };
    const client = await exchange.engine.connect("desk");
    const before = await exchange.stateHash(client);
    expect(cases.length).toBeGreaterThanOrEqual(60);
    for (const [name, status, code, send] of cases) {
      const { body, ...answer } = await send(bench);
      expect({ name, ...answer, code: (body as { readonly code?: unknown }).code, body }).toMatchObject({ name, status, code });
      expect((body as { readonly msg?: unknown }).msg, name).toEqual(expect.any(String));
    }
    expect(await exchange.stateHash(client)).toBe(before);
    // The interface is as well as before.
    expect((await exchange.signed(key, "POST", ORDER, LIMIT)).status).toBe(200);
  });

  it("GW-26 too many orders suspend a key, and who goes on is blocked by address", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const key = exchange.key({ limits: { queriesPerSecond: 5, ordersPerSecond: 3 } });
    const client = await exchange.engine.connect("desk");
    const timestamp = await exchange.time();
    const statuses: number[] = [];
    for (let n = 0; n < 40; n += 1) {
      const { status } = await exchange.signed(key, "POST", ORDER, { ...LIMIT, timestamp, newClientOrderId: `flood-${n}` });
      statuses.push(status);
      if (status === 429 && statuses.filter((each) => each === 429).length === 1) expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(statuses)).toEqual(new Set([200, 429, 418]));
    // Nothing but the orders that were let through has reached the engine.
    const orders = await client.query({ type: "orders", beforeSeq: null, limit: 100 });
    expect(orders.type === "orders" ? orders.orders.length : -1).toBe(statuses.filter((status) => status === 200).length);
    expect((await exchange.get("/api/v1/ping")).status).toBe(418);
  });

  it("GW-27 what is no HTTP at all is closed", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const { hostname, port } = new URL(exchange.url());
    const answer = await new Promise<string>((resolve, rejected) => {
      const socket = connect(Number(port), hostname, () => socket.end("\u0000\u0001 nonsense\r\n\r\n"));
      let text = "";
      socket.on("data", (bytes) => (text += bytes.toString("latin1")));
      socket.on("close", () => resolve(text));
      socket.on("error", rejected);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect((await exchange.get("/api/v1/ping")).status).toBe(200);
  });
});
