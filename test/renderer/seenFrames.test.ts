import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { engineClient } from "../../renderer/app/engineClient.ts";
import { HostEnd } from "./support/hostEnd.ts";
import { frame } from "./support/venue.ts";

let host: HostEnd;
beforeEach(async () => {
  engineClient.processChanged({ state: "running", pid: 100 });
  host = new HostEnd();
  await host.welcome(10);
});
afterEach(() => {
  engineClient.processChanged({ state: "down", reason: "The test is over.", error: null, attempt: 1, retryInMs: null });
  host.close();
});

const seen = (): readonly number[] => host.heard.flatMap((message) => (message.type === "seen" ? [message.toSeq] : []));

it("GW-8 frames are called seen, the newest of those that came together for all of them, and those of a new line again", async () => {
  for (let seq = 10; seq < 40; seq += 1) host.say({ type: "frame", frame: frame(seq, seq + 1) });
  await vi.waitUntil(() => seen().at(-1) === 40, 5_000);
  expect(seen().length).toBeLessThan(30);

  const next = new HostEnd();
  host.close();
  host = next;
  await host.welcome(50);
  await vi.waitUntil(() => seen().at(-1) === 50, 5_000);
});
