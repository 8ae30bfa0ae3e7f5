import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../../shared/assert.ts";
import { restore } from "../core/snapshot/snapshot.ts";
import { allowDeepInlining } from "./compilerSettings.ts";
import { Sequencer } from "./sequencer.ts";
import { VenueClock } from "./venueClock.ts";
import type { CommitNotice, DecidedBatch, EngineRequest, EngineStart } from "./workerMessages.ts";

/** The engine thread: commands in, batches of decided records out to the journal, and no other way out. */
const host = parentPort;
invariant(host !== null, "the engine thread runs as a worker");
// The host starts this thread with exactly this.
const { snapshot, clock: setting, journal, decidedSeq } = workerData as EngineStart;

allowDeepInlining();
const decided = new BigInt64Array(decidedSeq);
const clock = new VenueClock(setting);
const sequencer = new Sequencer(restore(snapshot), clock, (records, atUs) => {
  Atomics.store(decided, 0, BigInt(sequencer.decidedSeq));
  const batch: DecidedBatch = { type: "batch", records, atUs };
  journal.postMessage(batch, [records.numbers.buffer as ArrayBuffer]);
});

/** How late a date may be noticed while nothing arrives. */
const TICK_MS = 100;
const ticking = setInterval(() => sequencer.tick(), TICK_MS);

journal.on("message", (_notice: CommitNotice) => sequencer.committed());

host.on("message", (request: EngineRequest) => {
  switch (request.type) {
    case "commands":
      sequencer.accept(request.commands);
      return;
    case "setClock":
      clock.set(request.clock);
      return;
    case "end":
      clearInterval(ticking);
      sequencer.drain();
      journal.postMessage({ type: "end" } satisfies DecidedBatch);
      // The journal thread closes its end of the port when it has written the last batch.
      host.close();
      return;
  }
});
