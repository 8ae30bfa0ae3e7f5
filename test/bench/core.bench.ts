import { build } from "hdr-histogram-js";
import { createEngine, decide, fold, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { commandKinds } from "../../engine/core/records/kinds.ts";
import { commandLayouts } from "../../engine/core/records/layout.ts";
import { RecordCursor, type PackedRecords } from "../../engine/core/records/records.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { realistic } from "./matching/mixes.ts";
import { collectGarbage, figure, processorSecondsOf, secondsOf, type Bench, type Figure } from "./measure.ts";
import { decideAll, flowOf, handOn, VENUE_US, type OrderFlow } from "./orderFlow.ts";

const ROUNDS = 5;
const STEPS = 300_000;
const RESTING = 2_000;
const ACCOUNTS = 1_000;
const BATCH = 1_000;
const SEED = 7;

/** The engine in one thread, without journal: decode, validate, risk, hold, match, settle and append for each command of the realistic mix. */
export const bench: Bench = {
  name: "core",
  metrics: ["pipeline", "recovery", "memory", "fork"],
  run: (log) => {
    const mix = realistic({ operations: STEPS, resting: RESTING, meanTicks: 40, seed: SEED });
    const flow = flowOf({ mixes: [mix], accounts: ACCOUNTS, activity: "even", seed: SEED });
    log(`${STEPS} commands of mix b, ${RESTING} resting orders, ${ACCOUNTS} accounts`);
    const guarded = flowOf({ mixes: [mix], accounts: ACCOUNTS, activity: "even", seed: SEED, isGuarded: true });
    return Promise.resolve([...pipelines(flow, guarded), ...latency(flow), ...recovery(flow), ...growth(log), ...forks(log)]);
  },
};

function ready({ venue, setup }: OrderFlow): Engine {
  const engine = createEngine();
  decideAll(engine, venue);
  decideAll(engine, setup);
  return engine;
}

/**
 * The pipeline at a bare venue and at a guarded one, in turns: with licences and rules, a fee schedule with tiers and a minimum, and limits on
 * quantity, position, value and open value at account, desk and firm.
 */
function pipelines(bare: OrderFlow, guarded: OrderFlow): Figure[] {
  const samples = {
    bare: { wall: [] as number[], processor: [] as number[] },
    guarded: { wall: [] as number[], processor: [] as number[] },
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [flow, { processor, wall }] of [
      [bare, samples.bare],
      [guarded, samples.guarded],
    ] as const) {
      const engine = ready(flow);
      collectGarbage();
      let ownSeconds = 0;
      wall.push(STEPS / secondsOf(() => (ownSeconds = processorSecondsOf(() => decideAll(engine, flow.commands)))));
      processor.push(STEPS / ownSeconds);
    }
  }
  return [
    figure({ bench: "core", metric: "pipeline.commandsPerSecond", unit: "1/s" }, samples.bare.wall),
    figure({ bench: "core", metric: "pipeline.commandsPerProcessorSecond", unit: "1/s" }, samples.bare.processor),
    figure({ bench: "core", metric: "pipeline.guarded.commandsPerSecond", unit: "1/s" }, samples.guarded.wall),
    figure({ bench: "core", metric: "pipeline.guarded.commandsPerProcessorSecond", unit: "1/s" }, samples.guarded.processor),
  ];
}

/** Time of each single command, as the engine's thread sees it. */
function latency(flow: OrderFlow): Figure[] {
  const quantiles = { p50: 50, p99: 99, "p99.9": 99.9, max: 100 } as const;
  const samples = new Map(Object.keys(quantiles).map((name): [string, number[]] => [name, []]));
  const tookMs = new Float64Array(STEPS);
  for (let round = 0; round < ROUNDS; round += 1) {
    const engine = ready(flow);
    collectGarbage();
    const cursor = new RecordCursor(flow.commands);
    for (let n = 0; n < STEPS; n += 1) {
      cursor.next();
      const began = performance.now();
      decide(engine, cursor, VENUE_US as EpochUs);
      tookMs[n] = performance.now() - began;
      if (n % BATCH === 0) handOn(engine);
    }
    const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 10_000_000_000, numberOfSignificantValueDigits: 3 });
    for (const ms of tookMs) histogram.recordValue(Math.max(1, Math.round(ms * 1_000_000)));
    for (const [name, quantile] of Object.entries(quantiles)) samples.get(name)!.push(histogram.getValueAtPercentile(quantile) / 1_000);
  }
  return [...samples].map(([name, values]) => figure({ bench: "core", metric: `pipeline.latencyUs.${name}`, unit: "us" }, values));
}

function recovery(flow: OrderFlow): Figure[] {
  const batches = journalOf([flow.venue, flow.setup, flow.commands]);
  const records = batches.reduce((sum, { count }) => sum + count, 0);
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const replica = createEngine();
    collectGarbage();
    samples.push(records / secondsOf(() => batches.forEach((batch) => fold(replica, batch))));
  }
  return [figure({ bench: "core", metric: "recovery.foldedRecordsPerSecond", unit: "1/s" }, samples)];
}

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

const GROWTH_COMMANDS = 10_000_000;

/** What stays in memory after ten million commands more: the same closed flow again and again, with fresh ids. */
function growth(log: (line: string) => void): Figure[] {
  const mix = realistic({ operations: STEPS, resting: RESTING, meanTicks: 40, seed: SEED });
  const flow = flowOf({ mixes: [mix], accounts: ACCOUNTS, activity: "even", seed: SEED, isClosed: true });
  const engine = createEngine();
  decideAll(engine, flow.venue);
  const commands = flow.setup.count + flow.commands.count;
  const once = (): void => {
    const before = engine.state.lastSeq;
    decideAll(engine, flow.setup);
    decideAll(engine, flow.commands);
    const records = engine.state.lastSeq - before;
    for (const part of [flow.setup, flow.commands]) renumber(part, commands, records);
  };
  // Rings of client order ids, pools and compiled code reach their size first.
  for (let n = 0; n * commands < 3_000_000; n += 1) once();
  const before = bytesInUse();
  let done = 0;
  for (; done < GROWTH_COMMANDS; done += commands) once();
  const grown = bytesInUse() - before;
  log(`${grown.toLocaleString("en")} bytes more in use after ${done.toLocaleString("en")} commands`);
  return [figure({ bench: "core", metric: "memory.grownBytesPer10MCommands", unit: "bytes" }, [(grown / done) * GROWTH_COMMANDS])];
}

/** Gives the commands of a closed flow the ids of its next repetition. */
function renumber(part: PackedRecords, commands: number, records: number): void {
  const cursor = new RecordCursor(part);
  while (cursor.next()) {
    if (cursor.kind === commandKinds.SubmitOrder) part.numbers[cursor.at + commandLayouts.SubmitOrder.slots.clientOrderId]! += commands;
    else part.numbers[cursor.at + commandLayouts.CancelOrder.slots.orderId]! += records;
  }
}

function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const FORK_ORDERS = 10_000;
const FORKS = 50;

/** A fork of 10,000 resting orders and 1,000 accounts whose memory of client order ids is full, into the memory of an earlier fork and into fresh memory. */
function forks(log: (line: string) => void): Figure[] {
  const mix = realistic({ operations: 1_500_000, resting: FORK_ORDERS, meanTicks: 200, seed: SEED });
  const flow = flowOf({ mixes: [mix], accounts: ACCOUNTS, activity: "even", seed: SEED });
  const engine = ready(flow);
  decideAll(engine, flow.commands);
  log(`forks of ${engine.state.orders.live} resting orders`);
  const again: number[] = [];
  const fresh: number[] = [];
  const spare = fork(engine);
  for (let n = 0; n < FORKS; n += 1) {
    again.push(secondsOf(() => fork(engine, spare)) * 1_000);
    fresh.push(secondsOf(() => fork(engine)) * 1_000);
    collectGarbage();
  }
  return [
    figure({ bench: "core", metric: "fork.ms", unit: "ms" }, again),
    figure({ bench: "core", metric: "fork.freshMs", unit: "ms" }, fresh),
  ];
}
