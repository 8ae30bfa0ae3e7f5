import { describe, expect, it } from "vitest";
import type { ApiSite } from "../../engine/edge/hashkey/apiMessages.ts";
import { tempFolder } from "../host/tempFolder.ts";
import { documentedReplies } from "./documented.ts";
import { served, type Credentials, type Reply } from "./servedExchange.ts";

/**
 * Every endpoint is asked at least once, on a quiet exchange where two accounts trade with each other, so that each reply is the same on
 * every run but for times and keys. Each is checked against the documented fields and types, and compared with the recorded one.
 */

type Recorded = { readonly request: string; readonly status: number; readonly reply: unknown };
/** What the engine or the server numbers by itself; the catalog's length moves it. */
const idNames = new Set(["listenKey", "orderId", "ticketId", "id"]);
type Terms = Readonly<Record<string, string | number>>;

const limit = (side: "BUY" | "SELL", price: number, quantity: number, clientOrderId: string): Terms => ({
  symbol: "BTCUSD",
  side,
  type: "LIMIT",
  quantity,
  price,
  newClientOrderId: clientOrderId,
});

describe.each(["HK", "GLB"] as const)("GW-22 replies of %s", (site: ApiSite) => {
  it("GW-22 every endpoint answers with the documented fields and types, as recorded", async () => {
    const exchange = await served(tempFolder());
    const alpha = exchange.key();
    const bravo = exchange.key({ account: "BRAVO" });
    const asked = new Set<string>();
    const recorded: Recorded[] = [];
    const note = (method: string, path: string, detail: string, { status, body }: Reply): unknown => {
      const name = `${method} ${path}`;
      asked.add(name);
      expect({ name, status, body }).toMatchObject({ status: 200 });
      const documented = documentedReplies[name];
      expect(documented, name).toBeDefined();
      expect(documented!.safeParse(body).error, `${name} ${JSON.stringify(body)}`).toBeUndefined();
      recorded.push({ request: `${name} ${detail}`.trim(), status, reply: steady(path, body) });
      return body;
    };
    const read = async (path: string, query = ""): Promise<unknown> => note("GET", path, query, await exchange.get(path + query, site));
    const ask = async (who: Credentials, method: string, path: string, terms: Terms = {}, json?: unknown): Promise<unknown> => {
      const options = { site, form: method === "DELETE", ...(json === undefined ? {} : { json }) };
      const detail = `${JSON.stringify(steady(path, { ...terms, ...("ids" in terms ? { ids: "ID,999999999" } : {}) }))}${json === undefined ? "" : ` body ${JSON.stringify(json)}`}`;
      return note(method, path, detail, await exchange.signed(who, method, path, terms, options));
    };

    // A first trade gives the pair its price.
    await ask(alpha, "POST", "/api/v1/spot/order", limit("BUY", 65_000, 0.5, "first-bid"));
    await ask(bravo, "POST", "/api/v1/spot/order", limit("SELL", 65_000, 0.2, "1001"));
    await ask(alpha, "POST", "/api/v1/spot/order", { ...limit("SELL", 65_010, 0.4, "ask"), type: "LIMIT_MAKER", stpMode: "EXPIRE_MAKER" });
    await ask(bravo, "POST", "/api/v1/spot/order", {
      symbol: "BTCUSD",
      side: "BUY",
      type: "MARKET",
      quantity: "130.02",
      newClientOrderId: "cash",
    });
    await ask(bravo, "POST", "/api/v1.1/spot/order", {
      symbol: "BTCUSD",
      side: "SELL",
      type: "MARKET",
      quantity: "0.01",
      newClientOrderId: "market",
    });
    await ask(bravo, "POST", "/api/v1.1/spot/order", {
      symbol: "BTCUSD",
      side: "SELL",
      type: "MARKET",
      amount: "650",
      newClientOrderId: "amount",
    });
    await ask(alpha, "POST", "/api/v1/spot/orderTest", limit("BUY", 64_000, 0.01, "never"));
    const order = (n: number): Terms => ({ ...limit("BUY", 64_000, 0.01, ""), newClientOrderId: `batch-${n}` });
    await ask(alpha, "POST", "/api/v1/spot/batchOrders", {}, [order(1), order(2), { ...order(3), price: "1" }]);
    await ask(alpha, "POST", "/api/v1.1/spot/batchOrders", {}, [order(4)]);
    await ask(alpha, "POST", "/api/v1/spot/batchOrders-1", {}, [order(5)]);

    await read("/api/v1/ping");
    await read("/api/v1/time");
    await read("/api/v1/exchangeInfo");
    await read("/api/v1/exchangeInfo", "?symbol=ETHUSD");
    await read("/quote/v1/depth", "?symbol=BTCUSD&limit=5");
    await read("/quote/v1/depth/merged", "?symbol=BTCUSD&limit=5&scale=-1");
    await read("/quote/v1/trades", "?symbol=BTCUSD&limit=3");
    await read("/quote/v1/klines", "?symbol=BTCUSD&interval=1h&limit=2");
    await read("/quote/v1/ticker/24hr", "?symbol=BTCUSD");
    await read("/quote/v1/ticker/price");
    await read("/quote/v1/ticker/bookTicker", "?symbol=BTCUSD");

    await ask(alpha, "GET", "/api/v1/account");
    await ask(alpha, "GET", "/api/v1/account/type");
    await ask(alpha, "GET", "/api/v1/account/vipInfo");
    await ask(alpha, "GET", "/api/v1/account/checkApiKey");
    await ask(alpha, "GET", "/api/v1/account/depositOrders");
    await ask(alpha, "GET", "/api/v1/account/withdrawOrders");
    await ask(alpha, "GET", "/api/v1/spot/order", { origClientOrderId: "first-bid" });
    await ask(bravo, "GET", "/api/v1/spot/order", { origClientOrderId: "cash" });
    await ask(alpha, "GET", "/api/v1/spot/openOrders", { symbol: "BTCUSD" });
    await ask(bravo, "GET", "/api/v1/spot/tradeOrders", { symbol: "BTCUSD" });
    await ask(bravo, "GET", "/api/v1/spot/subAccount/openOrders", { subAccountId: 2 });
    await ask(alpha, "GET", "/api/v1/spot/subAccount/tradeOrders", { subAccountId: 3 });
    await ask(alpha, "GET", "/api/v1/account/trades", { symbol: "BTCUSD", limit: 2 });
    await ask(alpha, "GET", "/api/v1/subAccount/trades", { subAccountId: 3, limit: 1 });
    await ask(bravo, "GET", "/api/v1/account/tradesByClOrderId", { clientOrderId: "1001" });

    await ask(alpha, "DELETE", "/api/v1/spot/order", { clientOrderId: "batch-1" });
    const open = (await exchange.signed(alpha, "GET", "/api/v1/spot/openOrders", {}, { site })).body as readonly {
      readonly orderId: string;
      readonly clientOrderId: string;
    }[];
    const { orderId } = open.find(({ clientOrderId }) => clientOrderId === "batch-2")!;
    await ask(alpha, "DELETE", "/api/v1/spot/cancelOrderByIds", { ids: `${orderId},999999999` });
    await ask(alpha, "DELETE", "/api/v1/spot/cancelAllOpenOrders", { limit: 1 });
    await ask(alpha, "DELETE", "/api/v1/spot/openOrders", { symbol: "BTCUSD" });

    const { listenKey } = (await ask(alpha, "POST", "/api/v1/userDataStream")) as { readonly listenKey: string };
    await ask(alpha, "PUT", "/api/v1/userDataStream", { listenKey });
    await ask(alpha, "DELETE", "/api/v1/userDataStream", { listenKey });
    if (site === "GLB") {
      await read("/quote/v1/index");
      await read("/api/v1/futures/fundingRate", "?timestamp=1");
      for (const name of ["balance", "positions", "openOrders", "historyOrders", "userTrades"])
        await ask(alpha, "GET", `/api/v1/futures/${name}`);
    }

    const futures = (name: string): boolean => name.includes("/futures/") || name.endsWith("/index");
    const expected = Object.keys(documentedReplies).filter((name) => site === "GLB" || !futures(name));
    expect([...asked].sort()).toEqual(expected.sort());
    const lines = recorded.map((each) => JSON.stringify(each)).join("\n");
    await expect(`${lines}\n`).toMatchFileSnapshot(`fixtures/replies-${site}.jsonl`);
  });

  it("GW-22 the futures interface exists on Global alone", async () => {
    const exchange = await served(tempFolder(), { sites: [site] });
    const { status, body } = await exchange.get("/api/v1/futures/fundingRate?timestamp=1", site);
    if (site === "GLB") expect({ status, body }).toEqual({ status: 200, body: [] });
    else expect({ status, body }).toEqual({ status: 404, body: { code: 404, msg: "No static resource api/v1/futures/fundingRate." } });
  });

  it("GW-22 knows no contract and no order of one, says so on every futures path, and changes nothing", async () => {
    const exchange = await served(tempFolder());
    const key = exchange.key();
    const client = await exchange.engine.connect("desk");
    const before = await exchange.stateHash(client);
    const swap = { symbol: "BTCUSDT-PERPETUAL" };
    const terms = { ...swap, side: "BUY_OPEN", type: "LIMIT", quantity: 1, price: 60_000, clientOrderId: "swap-1" };
    for (const [method, name, parameters, code] of [
      ["POST", "order", terms, "0201"],
      ["POST", "order", { side: "BUY_OPEN" }, "0001"],
      ["GET", "order", { orderId: 7 }, -1143],
      ["GET", "order", { orderId: "seven" }, -1130],
      ["GET", "order", {}, "0001"],
      ["DELETE", "order", { clientOrderId: "swap-1" }, -1143],
      ["DELETE", "batchOrders", swap, "0201"],
      ["DELETE", "cancelOrderByIds", {}, "0001"],
      ["GET", "leverage", swap, "0201"],
      ["POST", "leverage", { ...swap, leverage: 5 }, "0201"],
      ["POST", "marginType", { ...swap, marginType: "CROSS" }, "0201"],
      ["POST", "positionMargin", { ...swap, side: "LONG", amount: 5 }, "0201"],
      ["GET", "commissionRate", swap, "0201"],
    ] as const) {
      const { status, body } = await exchange.signed(key, method, `/api/v1/futures/${name}`, parameters, { site });
      const expected = site === "GLB" ? { status: 400, code } : { status: 404, code: 404 };
      expect({ status, code: (body as { readonly code: unknown }).code }, `${method} ${name}`).toEqual(expected);
    }
    if (site === "GLB") {
      const { body } = await exchange.signed(key, "DELETE", "/api/v1/futures/cancelOrderByIds", { ids: "7,8" }, { site });
      expect(body).toEqual({ code: "0000", result: ["7", "8"].map((orderId) => ({ orderId, code: "-1143" })) });
    }
    expect(await exchange.stateHash(client)).toBe(before);
  });
});

/** The reply without what differs from run to run: times, keys, numbers, and bars of the past that the clock reaches into. */
function steady(path: string, value: unknown): unknown {
  if (Array.isArray(value))
    return path.endsWith("/klines")
      ? value.map((bar: readonly unknown[]) => bar.map((cell) => typeof cell))
      : value.map((each) => steady(path, each));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, idNames.has(name) ? "ID" : steady(path, each)]));
  }
  if (typeof value === "number" && value > 1_000_000_000_000) return 0;
  if (typeof value === "string" && /^\d{13}(\d{3})?$/.test(value)) return "TIME";
  return value;
}
