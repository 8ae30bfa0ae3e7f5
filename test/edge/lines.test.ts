import { MessageChannel, type MessagePort } from "node:worker_threads";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { API_MARKET_OWNER } from "../../engine/edge/hashkey/apiMessages.ts";
import { EngineSession } from "../../engine/edge/hashkey/engineSession.ts";
import type { OwnerLine } from "../../engine/edge/hashkey/exchange.ts";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import type { ClientMessage } from "../../shared/protocol.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { CATALOG, frameOf, MarketLine, tradeOf } from "./marketLine.ts";
import { served } from "./servedExchange.ts";

const ALPHA = 2 as AccountId;
const cancelAll = { type: "CancelAllOrders", accountId: ALPHA, instrumentId: 1 as InstrumentId } as const;

/** An owner's line that stands, with the host's end of it. */
async function ownersLine(
  line: MarketLine,
): Promise<{ readonly owner: OwnerLine; readonly host: MessagePort; readonly sent: ClientMessage[] }> {
  const wanted = line.exchange.line("desk");
  const { port1: host, port2 } = new MessageChannel();
  onTestFinished(() => host.close());
  const sent: ClientMessage[] = [];
  host.on("message", (messages: readonly ClientMessage[]) => sent.push(...messages));
  line.exchange.connected("desk", port2);
  host.postMessage([{ type: "frame", frame: frameOf({ snapshot: true, catalog: CATALOG }) }]);
  const owner = await wanted;
  if (owner === null) throw new Error("The line does not stand.");
  return { owner, host, sent };
}

describe("GW-25 a line to the engine that is cut", () => {
  it("GW-25 answers what is under way on it as unknown, ends what was heard over it, and is taken up again", async () => {
    const asked: string[] = [];
    const line = await MarketLine.open({ lineWanted: (owner) => asked.push(owner) });
    const { owner, host, sent } = await ownersLine(line);
    let interrupted = 0;
    owner.view.listen(
      ALPHA,
      () => undefined,
      () => (interrupted += 1),
    );
    const outcome = owner.session.submit(cancelAll, true);
    const result = owner.session.query({ type: "stateHash" });
    await eventually(() => sent.some(({ type }) => type === "submit"), "the command is on its way");
    host.close();
    expect(await outcome).toMatchObject({ ok: false, error: { code: "ENGINE_DOWN" } });
    expect(await result).toMatchObject({ ok: false, error: { code: "ENGINE_DOWN" } });
    expect(interrupted).toBe(1);
    expect(await owner.session.submit(cancelAll, true)).toMatchObject({ ok: false, error: { code: "ENGINE_DOWN" } });
    const again = await ownersLine(line);
    expect(again.owner).not.toBe(owner);
    expect(asked).toEqual(["desk", "desk"]);
  });

  it("GW-25 the market's own is asked for by itself, and goes on telling", async () => {
    const asked: string[] = [];
    const line = await MarketLine.open({ trades: [tradeOf(1, 0, 100, 1)], lineWanted: (owner) => asked.push(owner) });
    line.cut();
    await eventually(() => asked.length === 1, "the line is asked for");
    expect(asked).toEqual([API_MARKET_OWNER]);
    const { port1: host, port2 } = new MessageChannel();
    onTestFinished(() => host.close());
    line.exchange.connected(API_MARKET_OWNER, port2);
    const trades = [tradeOf(1, 0, 100, 1), tradeOf(2, 1, 101, 1)];
    host.postMessage([{ type: "frame", frame: frameOf({ snapshot: true, catalog: CATALOG, trades }) }]);
    await eventually(() => line.pair.trades.length === 2, "the trade that came meanwhile");
  });

  it("GW-25 GW-30 of a real engine: the request is answered, the private socket told, and the fault ends with the fault", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const key = exchange.key();
    const { body } = await exchange.signed(key, "POST", "/api/v1/userDataStream");
    const { listenKey } = body as { readonly listenKey: string };
    const socket = new WebSocket(`${exchange.url().replace("http", "ws")}/api/v1/ws/${listenKey}`);
    onTestFinished(() => socket.terminate());
    let reason = "";
    socket.on("close", (_code, why) => (reason = why.toString()));
    await eventually(() => socket.readyState === WebSocket.OPEN, "the socket is open");
    const tester = await exchange.engine.connect("tester", { operator: true });
    const target = { owner: null, session: "api-desk" };
    const fault = { kind: "disconnect", target, probability: 1, seed: 1, times: 1, cancelOnDisconnect: false } as const;
    await tester.operate({ type: "setFaults", faults: [fault] });
    const order = { symbol: "BTCUSD", side: "BUY", type: "LIMIT", quantity: "0.01", price: "60000" };
    // Cut by the command's answer, or by a status before it, and then the command went over the next line.
    expect([200, 504]).toContain((await exchange.signed(key, "POST", "/api/v1/spot/order", order)).status);
    await eventually(() => reason !== "", "the end of the socket");
    expect(reason).toMatch(/^Events may have been lost/);
    expect((await exchange.signed(key, "GET", "/api/v1/account")).status).toBe(200);
  });

  it("GW-25 an answer that is lost is given up after ten seconds", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { port1: host, port2 } = new MessageChannel();
    onTestFinished(() => host.close());
    const session = new EngineSession(port2, { frame: () => undefined, status: () => undefined, lost: () => undefined });
    const outcome = session.submit(cancelAll, true);
    vi.advanceTimersByTime(11_000);
    expect(await outcome).toMatchObject({ ok: false, error: { code: "ENGINE_DOWN" } });
  });
});

describe("GW-30 frames that are lost", () => {
  it("GW-30 are noticed: the whole picture is asked for once, and whoever listens to the account is told to begin anew", async () => {
    const line = await MarketLine.open();
    const { owner, host, sent } = await ownersLine(line);
    let interrupted = 0;
    let told = 0;
    owner.view.listen(
      ALPHA,
      () => (told += 1),
      () => (interrupted += 1),
    );
    const balances = [{ accountId: ALPHA, assetId: 1, total: 1, held: 0, available: 1 }] as unknown as Parameters<
      typeof frameOf
    >[0]["balances"] &
      object;
    const frame = (fromSeq: number, snapshot = false) => ({
      type: "frame",
      frame: frameOf({ fromSeq, toSeq: fromSeq + 1, snapshot, balances } as unknown as Parameters<typeof frameOf>[0]),
    });
    // The second comes twice; the third is lost, and what follows it continues nothing.
    host.postMessage([frame(1), frame(1), frame(3), frame(4)]);
    await eventually(() => sent.some(({ type }) => type === "resync"), "the picture is asked for");
    host.postMessage([frame(4, true), frame(5)]);
    await eventually(() => told === 2, "the frame behind the picture");
    expect(sent.filter(({ type }) => type === "resync")).toHaveLength(1);
    expect(interrupted).toBe(1);
  });

  it("GW-30 GW-60 are noticed by the status behind them too, and the picture is asked for again when it is lost as well", async () => {
    let nowMs = performance.now();
    const clock = vi.spyOn(performance, "now").mockImplementation(() => nowMs);
    onTestFinished(() => clock.mockRestore());
    const line = await MarketLine.open();
    const { owner, host, sent } = await ownersLine(line);
    const resyncs = (): number => sent.filter(({ type }) => type === "resync").length;
    const outcome = owner.session.submit(cancelAll, true);
    await eventually(() => sent.some(({ type }) => type === "submit"), "the command is on its way");
    const { requestId } = sent.find(({ type }) => type === "submit") as Extract<ClientMessage, { type: "submit" }>;
    const answer = { seq: 2, lastSeq: 2, orderId: null, refusal: null };
    const status = { type: "status", status: {}, frameSeq: 2 };
    // The frame of the outcome is lost, and so is the first picture; nothing else comes.
    host.postMessage([{ type: "outcome", requestId, outcome: answer }, status]);
    await eventually(() => {
      nowMs += 20;
      host.postMessage([status]);
      return resyncs() >= 2;
    }, "the picture is asked for again");
    host.postMessage([{ type: "frame", frame: frameOf({ toSeq: 2, snapshot: true } as unknown as Parameters<typeof frameOf>[0]) }]);
    expect(await outcome).toMatchObject({ ok: true });
  });

  it("GW-30 keep no answer back for longer than an answer is waited for", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { port1: host, port2 } = new MessageChannel();
    onTestFinished(() => host.close());
    const asked = new Promise<number>((resolve) =>
      host.on("message", (messages: readonly ClientMessage[]) => {
        for (const message of messages) if (message.type === "submit") resolve(message.requestId);
      }),
    );
    const heard = Promise.withResolvers<void>();
    const session = new EngineSession(port2, { frame: () => undefined, status: () => heard.resolve(), lost: () => undefined });
    const outcome = session.submit(cancelAll, true);
    host.postMessage([
      { type: "outcome", requestId: await asked, outcome: { seq: 2, lastSeq: 2, orderId: null, refusal: null } },
      { type: "status", status: {}, frameSeq: null },
    ]);
    await heard.promise;
    vi.advanceTimersByTime(11_000);
    expect(await outcome).toMatchObject({ ok: true });
  });
});

describe("GW-24 an owner's line", () => {
  it("GW-24 is asked for again when it did not come in time", async () => {
    const asked: string[] = [];
    const line = await MarketLine.open({ lineWanted: (owner) => asked.push(owner) });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      for (const times of [1, 2]) {
        const wanted = line.exchange.line("desk");
        vi.advanceTimersByTime(5_000);
        expect(await wanted).toBeNull();
        expect(asked).toHaveLength(times);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it("GW-24 is asked for again when it was cut before it stood and somebody waits for it", async () => {
    const asked: string[] = [];
    const line = await MarketLine.open({ lineWanted: (owner) => asked.push(owner) });
    const wanted = line.exchange.line("desk");
    const first = new MessageChannel();
    line.exchange.connected("desk", first.port2);
    first.port1.close();
    await eventually(() => asked.length === 2, "the line is asked for again");
    const second = new MessageChannel();
    onTestFinished(() => second.port1.close());
    line.exchange.connected("desk", second.port2);
    second.port1.postMessage([{ type: "frame", frame: frameOf({ snapshot: true, catalog: CATALOG }) }]);
    expect(await wanted).not.toBeNull();
  });
});
