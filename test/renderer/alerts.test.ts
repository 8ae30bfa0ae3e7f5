import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { alerts, startAlerts } from "../../renderer/app/alerts.ts";
import { engineClient } from "../../renderer/app/engineClient.ts";
import { messages } from "../../renderer/app/messages.ts";
import { readModel } from "../../renderer/app/readModel.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import type { PastMark } from "../../shared/protocol.ts";
import type { FillRow, TickerRow } from "../../shared/views.ts";
import { HostEnd } from "./support/hostEnd.ts";
import { BTCUSD, btcUsd, frame, snapshot } from "./support/venue.ts";

const tickers = (lastTicks: number) => [{ instrumentId: BTCUSD, lastTicks, bidTicks: null, askTicks: null } as TickerRow];
const past: PastMark = { askedSeq: 5 as Seq, seq: 5 as Seq, atUs: 1 as EpochUs, journalSeq: 10 as Seq, stateHash: "", openedMs: 1 };
const told = (): readonly string[] => messages.list().map(({ text }) => text);

let host: HostEnd;
let isStarted = false;
beforeEach(async () => {
  // What keeps settings asks the page's own window for the shell.
  vi.stubGlobal("window", {});
  engineClient.processChanged({ state: "running", pid: 100 });
  host = new HostEnd();
  await host.welcome(10, { tickers: tickers(6_500_000) });
  if (!isStarted) startAlerts();
  isStarted = true;
  alerts.set({ sound: false, desktop: false });
});
afterEach(() => {
  for (const { id } of alerts.settings.rules) alerts.remove(id);
  engineClient.processChanged({ state: "down", reason: "The test is over.", error: null, attempt: 1, retryInMs: null });
  host.close();
});

it("SC-2 an alert is not set off by a price of the past, and is by the same price of now", async () => {
  alerts.add({ kind: "price", symbol: btcUsd.symbol, side: "below", value: 6_400_000 });
  host.say({ type: "past", requestId: null, past, frame: snapshot(5, { tickers: tickers(6_300_000) }) });
  await vi.waitUntil(() => readModel.past !== null);
  expect(alerts.settings.rules).toHaveLength(1);

  host.say({ type: "frame", frame: snapshot(11, { tickers: tickers(6_390_000) }) });
  await vi.waitUntil(() => alerts.settings.rules.length === 0);
  expect(told().at(-1)).toMatch(/at or below 64\u202f000\.00: last 63\u202f900\.00/);
});

it("SC-4 takes as many alerts as can be kept, and says so of the next one", () => {
  const rule = { kind: "price", symbol: btcUsd.symbol, side: "above", value: 9_000_000 } as const;
  for (let count = 0; count < 200; count += 1) expect(alerts.add(rule)).not.toBeNull();
  expect(alerts.add(rule)).toBeNull();
  expect(alerts.settings.rules).toHaveLength(200);
  expect(told().at(-1)).toMatch(/At most 200 alerts/);
});

it.each([
  ["one price as it stands on the ladder", [6_500_000, 6_500_000], /@ 65\u202f000\.00$/],
  ["several as their mean", [6_500_000, 6_500_001], /@ 65\u202f000\.005$/],
] as const)("9 tells a fill at %s", async (_, prices, text) => {
  const base = { orderId: 3, accountId: 1, instrumentId: BTCUSD, side: "buy", lots: 10 };
  const fills = prices.map((ticks, at) => ({ ...base, tradeId: 20 + at, ticks }) as FillRow);
  const before = told().length;
  host.say({ type: "frame", frame: frame(10, 11, { fills }) });
  await vi.waitUntil(() => told().length > before);
  expect(told().at(-1)).toMatch(text);
});
