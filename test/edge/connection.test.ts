import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { Venue } from "../../engine/edge/hashkey/call.ts";
import { OrderNotes } from "../../engine/edge/hashkey/clientOrderIds.ts";
import { ListenKeys } from "../../engine/edge/hashkey/listenKeys.ts";
import { OwnerView } from "../../engine/edge/hashkey/ownerView.ts";
import { profiles } from "../../engine/edge/hashkey/profiles.ts";
import { Connection } from "../../engine/edge/hashkey/streams/connection.ts";
import { PrivateStream } from "../../engine/edge/hashkey/streams/privateStream.ts";
import { PublicStream } from "../../engine/edge/hashkey/streams/publicStream.ts";
import type { AccountId } from "../../shared/ids.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { MarketLine } from "./marketLine.ts";

const MINUTE_MS = 60_000;

afterEach(() => void vi.useRealTimers());

/** Both ends of a socket that is open: the client's, and the server's. */
async function openSocket(): Promise<{ readonly client: WebSocket; readonly socket: WebSocket }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  await once(server, "listening");
  const joined = once(server, "connection");
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => client.terminate());
  const [socket] = (await joined) as [WebSocket];
  await eventually(() => client.readyState === WebSocket.OPEN, "the socket is open");
  return { client, socket };
}

function venueOf({ exchange }: MarketLine): Venue {
  return { profile: profiles.HK, exchange, notes: new OrderNotes(tempFolder()), listenKeys: new ListenKeys() };
}

describe("GW-28 what a public socket may ask for", () => {
  it("GW-28 is answered when it is too much, and then nothing of it is done", async () => {
    const line = await MarketLine.open();
    const { client, socket } = await openSocket();
    const stream = new PublicStream(venueOf(line), 2);
    onTestFinished(() => stream.stop());
    stream.join(1, (listeners) => new Connection(socket, listeners));
    const told: Record<string, unknown>[] = [];
    client.on("message", (data: Buffer) => told.push(JSON.parse(data.toString()) as Record<string, unknown>));
    const ask = (event: string, topic: string, params = {}): void =>
      client.send(JSON.stringify({ symbol: "BTCUSD", topic, event, params }));
    for (const topic of ["bbo", "depth", "bbo", "realtimes"]) ask("sub", topic);
    const refusal = await eventually(() => told.find(({ code }) => code !== undefined), "the refusal");
    expect(refusal).toEqual({ code: "-100011", desc: "At most 2 subscriptions a socket!", topic: "realtimes" });
    ask("cancel", "bbo");
    ask("sub", "realtimes");
    await eventually(() => told.some(({ topic, f }) => topic === "realtimes" && f === true), "what there is room for now");
    expect(told.filter(({ code }) => code !== undefined)).toHaveLength(1);
  });
});

describe("GW-30 the life of a private socket", () => {
  it.each([
    ["answers no ping is dropped after an hour, however much it is sent", false],
    ["answers pings stays", true],
  ])("GW-30 one that %s", async (_name, answers) => {
    const line = await MarketLine.open();
    const { client, socket } = await openSocket();
    let reason: string | null = null;
    let pings = 0;
    client.on("close", (_code, why) => (reason = why.toString()));
    client.on("message", () => (pings += 1));
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const stream = new PrivateStream(venueOf(line), "single");
    onTestFinished(() => stream.stop());
    const heard: string[] = [];
    stream.join({ session: line.exchange.session, view: new OwnerView() }, 1 as AccountId, {
      framing: null,
      mayListen: () => true,
      open: ({ message, closed }) =>
        new Connection(socket, {
          message: (text) => {
            heard.push(text);
            message(text);
          },
          closed,
        }),
    });
    for (let minute = 1; minute <= 62 && socket.readyState === WebSocket.OPEN; minute += 1) {
      vi.advanceTimersByTime(MINUTE_MS);
      if (!answers || minute % 30 !== 0) continue;
      const before = heard.length;
      client.send(JSON.stringify({ pong: minute }));
      // Real time: what was sent arrives by itself.
      while (heard.length === before) await new Promise((resolve) => setImmediate(resolve));
    }
    vi.useRealTimers();
    if (answers) expect([socket.readyState, reason]).toEqual([WebSocket.OPEN, null]);
    else expect(await eventually(() => reason, "the end")).toBe("No sign of life for 60 minutes.");
    await eventually(() => pings >= 100, "two pings a minute");
  });
});
