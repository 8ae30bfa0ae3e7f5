import { createEngine, decide, fold, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { RecordCursor, type PackedRecords } from "../../engine/core/records.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { figure, type Bench } from "./measure.ts";
import { decideAll, realisticFlow, VENUE_US } from "./orderFlow.ts";

const ROUNDS = 5;
const STEPS = 300_000;
const RESTING = 2_000;
const ACCOUNTS = 1_000;
const BATCH = 1_000;

/** The engine in one thread, without journal: decode, validate, risk, hold, match, settle and append for each command of the realistic mix. */
export const bench: Bench = {
  name: "core",
  run: (log) => {
    const flow = realisticFlow({ steps: STEPS, resting: RESTING, meanTicks: 40, accounts: ACCOUNTS, seed: 7 });
    log(`${STEPS} commands of mix b, ${RESTING} resting orders, ${ACCOUNTS} accounts`);
    const batches = journalOf([flow.venue, flow.restingOrders, flow.commands]);
    const records = batches.reduce((sum, { count }) => sum + count, 0);
    const commandsPerSecond: number[] = [];
    const eventsPerSecond: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const engine = createEngine();
      decideAll(engine, flow.venue);
      decideAll(engine, flow.restingOrders);
      commandsPerSecond.push(STEPS / secondsOf(() => decideAll(engine, flow.commands)));
      const replica = createEngine();
      eventsPerSecond.push(records / secondsOf(() => foldAll(replica, batches)));
    }
    return Promise.resolve([
      figure({ bench: "core", metric: "pipeline.commandsPerSecond", unit: "commands/s" }, commandsPerSecond),
      figure({ bench: "core", metric: "core.foldedRecordsPerSecond", unit: "records/s" }, eventsPerSecond),
    ]);
  },
};

function journalOf(parts: readonly PackedRecords[]): PackedRecords[] {
  const engine = createEngine();
  const batches: PackedRecords[] = [];
  for (const part of parts) {
    const cursor = new RecordCursor(part);
    for (let more = cursor.next(); more;) {
      for (let n = 0; n < BATCH && more; n += 1) {
        decide(engine, cursor, VENUE_US as EpochUs);
        more = cursor.next();
      }
      const batch = takeBatch(engine);
      if (batch !== null) batches.push(batch);
    }
  }
  return batches;
}

function foldAll(engine: Engine, batches: readonly PackedRecords[]): void {
  for (const batch of batches) fold(engine, batch);
}

function secondsOf(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1_000;
}
