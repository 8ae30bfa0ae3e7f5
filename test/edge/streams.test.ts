import { gunzipSync } from "node:zlib";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { ApiSite } from "../../engine/edge/hashkey/apiMessages.ts";
import { keyFileIn, revokeKey } from "../../engine/edge/hashkey/keys.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { documentedEvents } from "./documented.ts";
import { served, type Credentials, type ServedExchange } from "./servedExchange.ts";

type Frame = Readonly<Record<string, unknown>>;

/** A socket that remembers what it heard. */
class Listener {
  readonly socket: WebSocket;
  readonly frames: unknown[] = [];
  packed = 0;
  closed: { readonly code: number; readonly reason: string } | null = null;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.packed += 1;
      this.frames.push(JSON.parse((isBinary ? gunzipSync(data) : data).toString("utf8")));
    });
    this.socket.on("close", (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.socket.on("error", () => undefined);
    onTestFinished(() => this.socket.terminate());
  }

  async open(): Promise<this> {
    await eventually(() => this.socket.readyState === WebSocket.OPEN, "the socket is open");
    return this;
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  find(matches: (frame: Frame) => boolean, what: string): Promise<Frame> {
    return eventually(() => (this.frames as Frame[]).find(matches), what);
  }

  topic(topic: string): Frame[] {
    return (this.frames as Frame[]).filter((frame) => frame["topic"] === topic && "data" in frame);
  }
}

const socketUrl = (exchange: ServedExchange, path: string, site: ApiSite = "HK"): string =>
  `${exchange.url(site).replace("http", "ws")}${path}`;
const order = (
  exchange: ServedExchange,
  key: Credentials,
  side: string,
  price: number,
  quantity: number,
  more: Record<string, string> = {},
) => exchange.signed(key, "POST", "/api/v1/spot/order", { symbol: "BTCUSD", side, type: "LIMIT", quantity, price, ...more });

/** The order that a reply is about. */
const idOf = ({ body }: { readonly body: unknown }): string => (body as { readonly orderId: string }).orderId;

describe("GW-28 the public sockets", () => {
  it("GW-28 the first generation: a snapshot for each topic, then what changes; bad requests are answered and the socket stays", async () => {
    const exchange = await served(tempFolder());
    const [alpha, bravo] = [exchange.key(), exchange.key({ account: "BRAVO" })];
    await order(exchange, alpha, "BUY", 65_000, 0.5);
    await order(exchange, bravo, "SELL", 65_000, 0.1);
    await order(exchange, bravo, "SELL", 65_100.5, 0.1);
    const listener = await new Listener(socketUrl(exchange, "/quote/ws/v1")).open();
    const subscribe = (topic: string, params?: object): void =>
      listener.say({ symbol: "BTCUSD", topic, event: "sub", ...(params === undefined ? {} : { params }) });
    for (const topic of ["realtimes", "trade", "kline_1m", "depth", "bbo"]) subscribe(topic);
    subscribe("mergedDepth", { dumpScale: 0 });
    subscribe("diffMergedDepth", { dumpScale: 0 });
    const depth = await listener.find((frame) => frame["topic"] === "depth" && frame["f"] === true, "a book");
    expect(depth).toMatchObject({
      symbol: "BTCUSD",
      symbolName: "BTCUSD",
      params: { realtimeInterval: "24h", binary: "false" },
      shared: false,
      site: "hk",
    });
    expect(depth["data"]).toMatchObject([{ e: 301, s: "BTCUSD", b: [["65000", "0.4"]], a: [["65100.5", "0.1"]], o: 0 }]);
    expect((await listener.find(({ topic }) => topic === "realtimes", "a ticker"))["data"]).toMatchObject([
      { s: "BTCUSD", c: "65000", v: "0.1", qv: "6500", m: "0", e: 301 },
    ]);
    expect((await listener.find(({ topic }) => topic === "trade", "trades"))["data"]).toMatchObject([{ p: "65000", q: "0.1", m: true }]);
    expect((await listener.find(({ topic }) => topic === "kline", "a bar"))["params"]).toMatchObject({ klineType: "1m" });
    expect((await listener.find(({ topic }) => topic === "mergedDepth", "a merged book"))["data"]).toMatchObject([
      { b: [["65000", "0.4"]], a: [["65101", "0.1"]] },
    ]);
    expect((await listener.find(({ topic }) => topic === "diffMergedDepth", "changes begin"))["data"]).toMatchObject([
      { o: 0, a: [["65101", "0.1"]] },
    ]);

    await order(exchange, bravo, "SELL", 65_000, 0.4);
    const changed = await listener.find(({ topic, f }) => topic === "diffMergedDepth" && f === false, "a change");
    expect(changed["data"]).toMatchObject([{ o: 1, b: [["65000", "0"]], a: [] }]);
    await listener.find(({ topic, f }) => topic === "trade" && f === false, "the trade itself");
    await listener.find(({ topic, f }) => topic === "bbo" && f === false, "the best prices");

    for (const [message, code] of [
      ["{", "-10001"],
      [{ symbol: "NOPE", topic: "depth", event: "sub" }, "-100010"],
      [{ symbol: "BTCUSD", topic: "gossip", event: "sub" }, "-10004"],
      [{ symbol: "BTCUSD", topic: "kline_7m", event: "sub" }, "-10004"],
      [{ symbol: "BTCUSD", topic: "mergedDepth", event: "sub" }, "-100013"],
    ] as const) {
      listener.frames.length = 0;
      listener.say(message);
      await listener.find((frame) => frame["code"] === code, `the answer ${code}`);
    }
    listener.say({ ping: 1 });
    await listener.find((frame) => typeof frame["pong"] === "number", "a pong");
    listener.say({ event: "cancel_all" });
    expect(listener.closed).toBeNull();
  });

  it("GW-28 packed frames, several pairs at once, and another client's snapshot", async () => {
    const exchange = await served(tempFolder());
    await order(exchange, exchange.key(), "BUY", 65_000, 0.5);
    const packed = await new Listener(socketUrl(exchange, "/quote/ws/v1")).open();
    packed.say({ symbol: "BTCUSD,ETHUSD", topic: "depth", event: "sub", params: { binary: true } });
    await eventually(() => packed.topic("depth").length >= 2, "both books");
    expect(packed.packed).toBe(packed.frames.length);
    const second = await new Listener(socketUrl(exchange, "/quote/ws/v1", "GLB")).open();
    second.say({ symbol: "BTCUSD", topic: "depth", event: "sub" });
    expect(await second.find(({ topic }) => topic === "depth", "a book")).toMatchObject({ f: true, site: "bmu" });
  });

  it("GW-29 the second generation acknowledges, and its book begins with the first change", async () => {
    const exchange = await served(tempFolder());
    const key = exchange.key();
    await order(exchange, key, "BUY", 65_000, 0.5);
    const listener = await new Listener(socketUrl(exchange, "/quote/ws/v2")).open();
    listener.say({ topic: "depth", event: "sub", params: { symbol: "BTCUSD" } });
    expect(await listener.find(({ code }) => code === "0", "an acknowledgement")).toMatchObject({
      topic: "depth",
      event: "sub",
      msg: "Success",
      site: "hk",
    });
    listener.say({ topic: "bbo", event: "sub", params: { symbol: "BTCUSD" } });
    expect((await listener.find(({ topic, data }) => topic === "bbo" && data !== undefined, "best prices"))["data"]).toMatchObject({
      s: "BTCUSD",
      b: "65000",
      bz: "0.5",
    });
    await order(exchange, key, "BUY", 64_000, 0.5);
    expect(
      (
        await listener.find(
          ({ topic, data }) => topic === "depth" && data !== undefined && (data as { readonly b: unknown[] }).b.length === 2,
          "a book",
        )
      )["params"],
    ).toEqual({ symbol: "BTCUSD" });
    listener.say({ topic: "depth", event: "sub", params: { symbol: "NOPE" } });
    await listener.find(({ code }) => code === "-100011", "a refusal");
  });

  it("GW-31 a client that does not read is cut off, and the others go on", async () => {
    const exchange = await served(tempFolder());
    const [alpha, bravo] = [exchange.key(), exchange.key({ account: "BRAVO" })];
    await order(exchange, alpha, "BUY", 65_000, 0.01);
    const { hostname, port } = new URL(exchange.url());
    const lazy = connect({ host: hostname, port: Number(port) });
    onTestFinished(() => void lazy.destroy());
    lazy.on("error", () => undefined);
    lazy.write(
      `GET /quote/ws/v1 HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await new Promise((resolve) => lazy.once("data", resolve));
    // Asks for its snapshot again and again, and reads none of them.
    lazy.pause();
    const text = JSON.stringify({ symbol: "BTCUSD", topic: "trade", event: "sub" });
    await order(exchange, bravo, "SELL", 65_000, 0.01);
    for (let n = 0; n < 60; n += 1) {
      await order(exchange, alpha, "BUY", 65_000, 0.001);
      await order(exchange, bravo, "SELL", 65_000, 0.001);
    }
    const frame = maskedFrame(text);
    const reader = await new Listener(socketUrl(exchange, "/quote/ws/v1")).open();
    reader.say({ symbol: "BTCUSD", topic: "realtimes", event: "sub" });
    for (let n = 0; n < 4_000; n += 1) lazy.write(frame);
    await eventually(() => lazy.writableLength === 0, "all is asked for", 30_000);
    // The server reads each socket's next 64 KiB in turn: after so many turns of another client it has read, and answered, all that was asked for.
    for (let turn = 0; turn < 40; turn += 1) {
      reader.frames.length = 0;
      reader.say({ ping: turn });
      await reader.find((each) => "pong" in each, "the other client is served");
    }
    let last = Buffer.alloc(0);
    const gone = new Promise((resolve) => lazy.once("close", resolve));
    lazy.on("data", (bytes: Buffer) => (last = Buffer.concat([last, bytes]).subarray(-200)));
    lazy.resume();
    await gone;
    expect(last.toString("latin1")).toContain("Slow consumer");
    reader.frames.length = 0;
    expect(reader.closed).toBeNull();
    reader.say({ ping: 1 });
    await reader.find((each) => "pong" in each, "the other client is served still");
  }, 90_000);
});

describe("GW-30 the private socket", () => {
  const events = (listener: Listener, name: string): Frame[] =>
    (listener.frames as Frame[][]).flatMap((frame) => (Array.isArray(frame) ? frame : [])).filter(({ e }) => e === name);

  it.each(["single", "batched"] as const)("GW-30 tells every state of an order, its fills and its money, %s", async (framing) => {
    const exchange = await served(tempFolder(), { framing, sites: ["HK"] });
    const [alpha, bravo] = [exchange.key(), exchange.key({ account: "BRAVO" })];
    const { body } = await exchange.signed(alpha, "POST", "/api/v1/userDataStream");
    const listener = await new Listener(socketUrl(exchange, `/api/v1/ws/${(body as { readonly listenKey: string }).listenKey}`)).open();
    const resting = idOf(await order(exchange, alpha, "BUY", 65_000, 0.03, { newClientOrderId: "mine" }));
    await order(exchange, bravo, "SELL", 65_000, 0.01);
    await order(exchange, bravo, "SELL", 65_000, 0.01);
    await exchange.signed(alpha, "DELETE", "/api/v1/spot/order", { orderId: resting });
    await eventually(() => events(listener, "executionReport").some(({ X }) => X === "PARTIALLY_CANCELED"), "the last report");
    const reports = events(listener, "executionReport");
    expect(reports.map(({ X, z, r, l, x }) => [X, z, r, l, x])).toEqual([
      ["NEW", "0", "0.03", "0", ""],
      ["PARTIALLY_FILLED", "0.01", "0.02", "0.01", ""],
      ["PARTIALLY_FILLED", "0.02", "0.01", "0.01", ""],
      ["PARTIALLY_CANCELED", "0.02", "0", "0", "USER_CANCEL"],
    ]);
    expect(reports.every(({ c, i }) => c === "mine" && i === resting)).toBe(true);
    expect(events(listener, "ticketInfo").map(({ q, p, m, S }) => [q, p, m, S])).toEqual([
      ["0.01", "65000", true, "BUY"],
      ["0.01", "65000", true, "BUY"],
    ]);
    await eventually(
      () => events(listener, "outboundAccountInfo").some(({ B }) => (B as Frame[]).some(({ a, l }) => a === "USD" && l === "0")),
      "nothing is held any more",
    );
    for (const event of (listener.frames as Frame[][]).flat()) {
      expect(documentedEvents[event["e"] as string]!.safeParse(event).error, JSON.stringify(event)).toBeUndefined();
    }
    const lengths = (listener.frames as unknown[][]).map((frame) => frame.length);
    if (framing === "single") expect(new Set(lengths)).toEqual(new Set([1]));
    else expect(Math.max(...lengths)).toBeGreaterThan(1);
    listener.say({ ping: 42 });
    expect(await listener.find((frame) => "pong" in frame, "an echo")).toMatchObject({ pong: 42, channelId: expect.any(String) });
  });

  it("GW-24 GW-30 a withdrawn key hears no more, and opens nothing with the listen key it has", async () => {
    const folder = tempFolder();
    const exchange = await served(folder, { sites: ["HK"] });
    const [alpha, bravo] = [exchange.key(), exchange.key({ account: "BRAVO" })];
    await order(exchange, alpha, "BUY", 65_000, 0.03);
    const { body } = await exchange.signed(alpha, "POST", "/api/v1/userDataStream");
    const url = socketUrl(exchange, `/api/v1/ws/${(body as { readonly listenKey: string }).listenKey}`);
    const listener = await new Listener(url).open();
    expect(revokeKey(keyFileIn(folder), alpha.accessKey, Date.now())).toBe(true);
    for (let status = 200; status === 200;) ({ status } = await exchange.signed(alpha, "GET", "/api/v1/account"));
    await order(exchange, bravo, "SELL", 65_000, 0.01);
    await eventually(() => listener.closed !== null, "the end of the socket");
    expect(listener.closed).toEqual({ code: 1_008, reason: "The API key has been withdrawn." });
    expect(listener.frames).toEqual([]);
    const again = new Listener(url);
    await eventually(() => again.closed !== null, "the refusal");
    expect(again.closed).toEqual({ code: 1_006, reason: "" });
  });

  it("GW-30 a taker's order tells its acceptance before its fills, and only its own account hears", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const [alpha, bravo] = [exchange.key(), exchange.key({ account: "BRAVO" })];
    await order(exchange, alpha, "BUY", 65_000, 0.01);
    await order(exchange, alpha, "BUY", 64_990, 0.01);
    const { body } = await exchange.signed(bravo, "POST", "/api/v1/userDataStream");
    const listener = await new Listener(socketUrl(exchange, `/api/v1/ws/${(body as { readonly listenKey: string }).listenKey}`)).open();
    const id = idOf(await order(exchange, bravo, "SELL", 64_990, 0.02));
    await eventually(() => events(listener, "executionReport").some(({ X }) => X === "FILLED"), "the fill");
    expect(events(listener, "executionReport").map(({ X, i, L }) => [X, i, L])).toEqual([
      ["NEW", id, "0"],
      ["PARTIALLY_FILLED", id, "65000"],
      ["FILLED", id, "64990"],
    ]);
    expect(new Set(events(listener, "ticketInfo").map(({ a }) => a))).toEqual(new Set(["3"]));
  });

  it("GW-30 needs a listen key that is valid", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const listener = new Listener(socketUrl(exchange, "/api/v1/ws/nobody"));
    await eventually(() => listener.closed !== null, "the refusal");
    expect(listener.socket.readyState).toBe(WebSocket.CLOSED);
  });
});

describe("GW-25 what the engine refuses", () => {
  it("GW-25 is answered with the venue's code", async () => {
    const exchange = await served(tempFolder());
    const key = exchange.key();
    const bravo = exchange.key({ account: "BRAVO" });
    await order(exchange, key, "BUY", 65_000, 0.01, { newClientOrderId: "once" });
    await order(exchange, bravo, "SELL", 65_000, 0.005);
    // It has 25 bitcoin.
    const charlie = exchange.key({ account: "CHARLIE" });
    for (let n = 0; n < 2; n += 1) await order(exchange, charlie, "SELL", 70_000, 12);
    const answers = await Promise.all([
      order(exchange, key, "BUY", 65_000, 0.01, { newClientOrderId: "once" }),
      order(exchange, key, "BUY", 65_000, 0.0001),
      order(exchange, key, "BUY", 100_000, 0.01),
      order(exchange, charlie, "SELL", 70_000, 12),
      order(exchange, bravo, "SELL", 65_000, 0.01, { type: "LIMIT_MAKER" }),
    ]);
    expect(answers.map(({ status, body }) => [status, (body as Frame)["code"]])).toEqual([
      [400, -1141],
      [400, -1136],
      [400, "0210"],
      [400, "0401"],
      [400, -2010],
    ]);
    const global = await exchange.signed(
      bravo,
      "POST",
      "/api/v1/spot/order",
      { symbol: "BTCUSD", side: "SELL", type: "LIMIT_MAKER", quantity: 0.01, price: 65_000 },
      { site: "GLB" },
    );
    expect(global).toMatchObject({ status: 400, body: { code: -1156 } });
  });
});

/** A client's text frame (RFC 6455, 5.2), with a mask of zeros. */
function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
