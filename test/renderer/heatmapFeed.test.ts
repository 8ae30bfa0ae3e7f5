import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { engineClient } from "../../renderer/app/engineClient.ts";
import { readModel } from "../../renderer/app/readModel.ts";
import { selection } from "../../renderer/app/selection.ts";
import { timeMachine } from "../../renderer/app/timeMachine.ts";
import { HeatmapFeed } from "../../renderer/features/heatmap/HeatmapFeed.ts";
import type { HeatmapOrder } from "../../renderer/features/heatmap/heatmapProtocol.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import { HostEnd } from "./support/hostEnd.ts";
import { btcUsd, snapshot } from "./support/venue.ts";

let host: HostEnd;
beforeEach(async () => {
  engineClient.processChanged({ state: "running", pid: 100 });
  host = new HostEnd();
  await host.welcome(1_000, { atUs: 9_000_000 as EpochUs });
});
afterEach(() => {
  engineClient.processChanged({ state: "down", reason: "The test is over.", error: null, attempt: 1, retryInMs: null });
  host.close();
});

it("SC-9 ends at the moment on view while the window shows the past, and has no end once it is live again", async () => {
  const sent: HeatmapOrder[] = [];
  const feed = new HeatmapFeed(btcUsd, selection, (order) => sent.push(order));
  const end = (): number | null | undefined => sent.findLast((order) => order.type === "end")?.us;
  expect(end()).toBeNull();

  timeMachine.goTo(500);
  const { requestId } = await host.hears("travel");
  const past = { askedSeq: 500 as Seq, seq: 500 as Seq, atUs: 4_000_000 as EpochUs, journalSeq: 1_000 as Seq, stateHash: "", openedMs: 1 };
  host.say({ type: "past", requestId, past, frame: snapshot(500, { atUs: 4_000_000 as EpochUs }) });
  await vi.waitUntil(() => readModel.past !== null);
  expect(end()).toBe(4_000_000);

  host.say({ type: "frame", frame: snapshot(1_001, { atUs: 9_500_000 as EpochUs }) });
  await vi.waitUntil(() => readModel.past === null);
  expect(end()).toBeNull();
  feed.dispose();
});
