import assert from "node:assert/strict";
import type { Contender } from "./matching/contender.ts";
import { addOnly, hotReplace, realistic, type Mix } from "./matching/mixes.ts";
import { ownMatching } from "./matching/ownEngine.ts";
import { nodejsOrderBook, stoxxiOrderBook } from "./matching/peers.ts";
import { collectGarbage, figure, processorSecondsOf, quantile, type Bench, type Figure } from "./measure.ts";

const ROUNDS = 5;
const OPERATIONS = 1_000_000;
const RESTING = 2_000;
/** Operations on a book of its own that bring a contender's code up to speed right before the clock starts. */
const WARMING = 300_000;
const SEED = 20_261_122;
const CONTENDERS = [ownMatching, stoxxiOrderBook, nodejsOrderBook] as const;
const PEERS = CONTENDERS.slice(1);

/** Matching alone against two published order books, on the mixes of matching/mixes.ts; every engine must end where the plain book ends. */
export const bench: Bench = {
  name: "matching",
  metrics: ["match"],
  run: (log) => {
    const mixes = [
      () => addOnly(OPERATIONS, SEED),
      () => realistic({ operations: OPERATIONS, resting: RESTING, meanTicks: 40, seed: SEED }),
      () => hotReplace(OPERATIONS, RESTING, SEED),
    ];
    return Promise.resolve(mixes.flatMap((make) => compare(make(), log)));
  },
};

function compare(mix: Mix, log: (line: string) => void): Figure[] {
  const samples = new Map<Contender, number[]>(CONTENDERS.map((contender) => [contender, []]));
  // The first round has the compiler see every way through and is not counted.
  for (const contender of CONTENDERS) timed(contender, mix);
  for (let round = 0; round < ROUNDS; round += 1) for (const contender of CONTENDERS) samples.get(contender)!.push(timed(contender, mix));
  const median = (contender: Contender): number => quantile(samples.get(contender)!, 0.5);
  const better = PEERS.toSorted((a, b) => median(b) - median(a))[0]!;
  for (const contender of CONTENDERS)
    log(`mix ${mix.name}: ${contender.name} ${Math.round(median(contender)).toLocaleString("en")} operations/s`);
  return [
    figure({ bench: "matching", metric: `match.opsPerSecond.${mix.name}`, unit: "1/s" }, samples.get(ownMatching)!, {
      name: better.name,
      samples: samples.get(better)!,
    }),
  ];
}

/**
 * Operations a second of the thread's processor time, which other programs on the machine do not change; collecting garbage in other
 * threads does not count, which favours the contenders that make some. Preparing and filling the book beforehand are not timed.
 */
function timed(contender: Contender, mix: Mix): number {
  const run = contender.prepare(mix);
  run.apply(0, mix.setup);
  collectGarbage();
  // With what is collected goes the code that was compiled for it; a market trades with code that is there.
  contender.prepare(mix).apply(0, Math.min(mix.count, mix.setup + WARMING));
  const seconds = processorSecondsOf(() => run.apply(mix.setup, mix.count));
  assert.deepEqual(run.outcome(), mix.expected, `${contender.name} on mix ${mix.name}`);
  return (mix.count - mix.setup) / seconds;
}
