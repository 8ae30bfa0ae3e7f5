import { createEngine } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { realistic, type Mix } from "./matching/mixes.ts";
import { bufferBytesOf } from "./memory.ts";
import { collectGarbage, figure, processorSecondsOf, quantile, type Bench, type Figure } from "./measure.ts";
import { decideAll, flowOf, venueCommands, type Activity } from "./orderFlow.ts";

const ROUNDS = 5;
const SEED = 11;
const INSTRUMENTS = 60;
const STEPS = 600_000;
const RESTING = 6_000;
const FEW = 1_000;
const MANY = 850_000;
const OTHER_MEASURES = [170_000] as const;

/** What an order costs and how much memory it takes as accounts and resting orders grow; processor time, since the machine is shared. */
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
    return { accounts, start, commands, nsPerCommand: [] as number[] };
  });
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { start, commands, nsPerCommand } of runs) {
      const engine = fork(start);
      collectGarbage();
      const ns = (processorSecondsOf(() => decideAll(engine, commands)) / commands.count) * 1e9;
      // The first round warms up.
      if (round > 0) nsPerCommand.push(ns);
    }
  }
  const few = runs[0]!.nsPerCommand;
  for (const { accounts, nsPerCommand } of runs)
    log(`${activity}, ${accounts} accounts: ${Math.round(quantile(nsPerCommand, 0.5))} ns a command`);
  const named = (metric: string, unit: string): { bench: string; metric: string; unit: string } => ({
    bench: "scale",
    metric: activity === "skewed" ? metric : `${metric}.${activity}`,
    unit,
  });
  return runs.flatMap(({ accounts, nsPerCommand }) => [
    figure(named(`scale.nsPerCommand.${accounts}accounts`, "ns"), nsPerCommand),
    ...(accounts === MANY
      ? [
          figure(
            named("scale.costRatio850kOver1k", ""),
            nsPerCommand.map((ns, round) => ns / few[round]!),
          ),
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
  return BOOKS.flatMap(({ resting, meanTicks }) => {
    const mix = realistic({ operations: 300_000, resting, meanTicks, seed: SEED });
    const { venue, setup, commands } = flowOf({ mixes: [mix], accounts: FEW, activity: "even", seed: SEED });
    const samples: number[] = [];
    let bytes = 0;
    for (let round = 0; round <= ROUNDS; round += 1) {
      const engine = createEngine();
      decideAll(engine, venue);
      const before = bufferBytesOf(engine.state);
      decideAll(engine, setup);
      bytes = (bufferBytesOf(engine.state) - before) / resting;
      const ns = (processorSecondsOf(() => decideAll(engine, commands)) / commands.count) * 1e9;
      if (round > 0) samples.push(ns);
    }
    log(`${resting} resting orders: ${Math.round(quantile(samples, 0.5))} ns a command`);
    const cost = figure({ bench: "scale", metric: `scale.nsPerCommand.${resting}resting`, unit: "ns" }, samples);
    return resting < 1_000_000 ? [cost] : [cost, figure({ bench: "scale", metric: "scale.bytesPerRestingOrder", unit: "bytes" }, [bytes])];
  });
}
