import { createEngine, type Engine } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { realistic, type Mix } from "./matching/mixes.ts";
import { bufferBytesOf } from "./memory.ts";
import { collectGarbage, figure, processorSecondsOf, quantile, type Bench, type Figure } from "./measure.ts";
import { decideAll, flowOf, venueCommands, type Activity } from "./orderFlow.ts";
import { PlainQueues, type QueuesShape } from "./plainQueues.ts";

const ROUNDS = 5;
const SEED = 11;
const INSTRUMENTS = 60;
const STEPS = 600_000;
const RESTING = 6_000;
const FEW = 1_000;
const MANY = 850_000;
const OTHER_MEASURES = [170_000] as const;
/** Deeds of the bare queues in a round. */
const DEEDS = 300_000;
const BARE = "bare queues";

/**
 * What an order costs and how much memory it takes as accounts and resting orders grow; processor time, since the machine is shared. Beside
 * each size stand bare queues of as many rows (plainQueues.ts), measured in turns with it. A ratio "BeyondMemory" leaves out of the larger
 * size's cost what the bare queues pay more there than at the smaller: 1 means that nothing else grows.
 */
export const bench: Bench = {
  name: "scale",
  run: (log) => {
    const mixes = Array.from({ length: INSTRUMENTS }, (_, n) =>
      realistic({ operations: STEPS / INSTRUMENTS, resting: RESTING / INSTRUMENTS, meanTicks: 40, seed: SEED + n }),
    );
    return Promise.resolve([
      ...byAccounts(mixes, "skewed", log),
      ...byAccounts(mixes, "even", log),
      ...memoryOfAccounts(),
      ...byRestingOrders(log),
    ]);
  },
};

/** The same operations on the same books; only whose orders they are differs. */
function byAccounts(mixes: readonly Mix[], activity: Activity, log: (line: string) => void): Figure[] {
  const sizes = [FEW, ...OTHER_MEASURES, MANY];
  const runs = sizes.map((accounts) => {
    const { venue, setup, commands } = flowOf({ mixes, accounts, activity, seed: SEED });
    const start = createEngine();
    decideAll(start, venue);
    decideAll(start, setup);
    const queues = new PlainQueues({ orders: RESTING, levels: levelsIn(start), accounts }, SEED);
    return { accounts, start, commands, queues, ...noSamples() };
  });
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { start, commands, nsPerCommand, queues, nsPerDeed } of runs) {
      const engine = fork(start);
      collectGarbage();
      const ns = (processorSecondsOf(() => decideAll(engine, commands)) / commands.count) * 1e9;
      const bareNs = queues.nsPerDeed(DEEDS, SEED + round);
      // The first round warms up.
      if (round === 0) continue;
      nsPerCommand.push(ns);
      nsPerDeed.push(bareNs);
    }
  }
  const few = runs[0]!;
  for (const { accounts, nsPerCommand } of runs)
    log(`${activity}, ${accounts} accounts: ${Math.round(quantile(nsPerCommand, 0.5))} ns a command`);
  const named = (metric: string, unit: string): { bench: string; metric: string; unit: string } => ({
    bench: "scale",
    metric: activity === "skewed" ? metric : `${metric}.${activity}`,
    unit,
  });
  return runs.flatMap(({ accounts, nsPerCommand, nsPerDeed }) => [
    figure(named(`scale.nsPerCommand.${accounts}accounts`, "ns"), nsPerCommand, { name: BARE, samples: nsPerDeed }),
    ...(accounts === MANY
      ? [
          figure(
            named("scale.costRatio850kOver1k", ""),
            nsPerCommand.map((ns, round) => ns / few.nsPerCommand[round]!),
          ),
          figure(named("scale.costRatio850kOver1kBeyondMemory", ""), beyondMemory({ nsPerCommand, nsPerDeed }, few)),
        ]
      : []),
  ]);
}

/** Row, directory entry, two balances and their tables; the memory of client order ids comes with an account's first order. */
function memoryOfAccounts(): Figure[] {
  const engine = createEngine();
  const before = bufferBytesOf(engine.state);
  decideAll(engine, venueCommands(MANY, INSTRUMENTS));
  return [figure({ bench: "scale", metric: "scale.bytesPerAccount", unit: "bytes" }, [(bufferBytesOf(engine.state) - before) / MANY])];
}

const BOOKS = [
  { resting: 100, meanTicks: 10 },
  { resting: 10_000, meanTicks: 200 },
  { resting: 1_000_000, meanTicks: 20_000 },
] as const;

function byRestingOrders(log: (line: string) => void): Figure[] {
  const runs = BOOKS.map(({ resting, meanTicks }) => {
    const mix = realistic({ operations: 300_000, resting, meanTicks, seed: SEED });
    const { venue, setup, commands } = flowOf({ mixes: [mix], accounts: FEW, activity: "even", seed: SEED });
    const start = createEngine();
    decideAll(start, venue);
    const before = bufferBytesOf(start.state);
    decideAll(start, setup);
    const bytes = (bufferBytesOf(start.state) - before) / resting;
    const shape: QueuesShape = { orders: resting, levels: levelsIn(start), accounts: FEW };
    return { resting, start, commands, bytes, shape, queues: new PlainQueues(shape, SEED), ...noSamples() };
  });
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { start, commands, queues, nsPerCommand, nsPerDeed } of runs) {
      const engine = fork(start);
      collectGarbage();
      const ns = (processorSecondsOf(() => decideAll(engine, commands)) / commands.count) * 1e9;
      const bareNs = queues.nsPerDeed(DEEDS, SEED + round);
      if (round === 0) continue;
      nsPerCommand.push(ns);
      nsPerDeed.push(bareNs);
    }
  }
  for (const { resting, nsPerCommand, nsPerDeed } of runs)
    log(
      `${resting} resting orders: ${Math.round(quantile(nsPerCommand, 0.5))} ns a command, bare queues ${Math.round(quantile(nsPerDeed, 0.5))} ns`,
    );
  const [fewest, most] = [runs[0]!, runs.at(-1)!];
  const named = (metric: string, unit: string): { bench: string; metric: string; unit: string } => ({ bench: "scale", metric, unit });
  return [
    ...runs.map(({ resting, nsPerCommand, nsPerDeed }) =>
      figure(named(`scale.nsPerCommand.${resting}resting`, "ns"), nsPerCommand, { name: BARE, samples: nsPerDeed }),
    ),
    figure(
      named("scale.costRatio1MOver100Resting", ""),
      most.nsPerCommand.map((ns, round) => ns / fewest.nsPerCommand[round]!),
    ),
    figure(named("scale.costRatio1MOver100RestingBeyondMemory", ""), beyondMemory(most, fewest)),
    figure(named("scale.bytesPerRestingOrder", "bytes"), [most.bytes]),
  ];
}

type Samples = { readonly nsPerCommand: number[]; readonly nsPerDeed: number[] };

function noSamples(): Samples {
  return { nsPerCommand: [], nsPerDeed: [] };
}

/** Round by round: the larger one's cost without what the bare queues pay more for their rows, over the smaller one's. */
function beyondMemory(large: Samples, small: Samples): number[] {
  return large.nsPerCommand.map((ns, round) => (ns - (large.nsPerDeed[round]! - small.nsPerDeed[round]!)) / small.nsPerCommand[round]!);
}

function levelsIn(engine: Engine): number {
  return engine.state.books.levels.live;
}
