import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { engineClient } from "../../renderer/app/engineClient.ts";
import { readModel } from "../../renderer/app/readModel.ts";
import { timeMachine } from "../../renderer/app/timeMachine.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import { HostEnd } from "./support/hostEnd.ts";
import { snapshot } from "./support/venue.ts";

const END = 1_000;
const OFTEN = { interval: 5, timeout: 5_000 };
let host: HostEnd;
beforeEach(async () => {
  engineClient.processChanged({ state: "running", pid: 100 });
  host = new HostEnd();
  await host.welcome(END);
});
afterEach(() => {
  engineClient.processChanged({ state: "down", reason: "The test is over.", error: null, attempt: 1, retryInMs: null });
  host.close();
});

/** Answers the question for a past sequence as a journal does of which each command has ten sequences; tells what was asked for. */
async function arrives(): Promise<number> {
  const asked = await vi.waitUntil(() => host.heard.findLast((message) => message.type === "travel"), OFTEN);
  const askedSeq = asked.atSeq ?? 0;
  const seq = Math.ceil(askedSeq / 10) * 10;
  const past = { askedSeq: askedSeq as Seq, seq: seq as Seq, atUs: 1 as EpochUs, journalSeq: END as Seq, stateHash: "", openedMs: 1 };
  host.heard.length = 0;
  host.say({ type: "past", requestId: asked.requestId, past, frame: snapshot(seq) });
  await vi.waitUntil(() => readModel.past?.askedSeq === askedSeq && timeMachine.position === askedSeq, OFTEN);
  return askedSeq;
}

it("JR-62 steps back out of a command, however many sequences it has, and forwards by one command at a time", async () => {
  timeMachine.goTo(500);
  await arrives();
  for (const seq of [499, 498, 497, 496, 495, 494, 493, 492, 491, 490]) {
    timeMachine.step(-1, END);
    expect(await arrives()).toBe(seq);
  }
  expect(readModel.past?.seq).toBe(490);
  timeMachine.step(1, END);
  expect(await arrives()).toBe(491);
  timeMachine.step(1, END);
  expect(await arrives()).toBe(501);
  expect(readModel.past?.seq).toBe(510);
});

it("JR-62 steps that are pressed while a picture is on its way add up", async () => {
  timeMachine.goTo(500);
  timeMachine.step(-1, END);
  timeMachine.step(-1, END);
  await vi.waitUntil(() => host.heard.length > 0);
  expect(timeMachine.position).toBe(498);
});
