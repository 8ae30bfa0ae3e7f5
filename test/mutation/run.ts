import fc from "fast-check";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Dice } from "../bench/dice.ts";
import { programOptions } from "../programOptions.ts";
import { isEquivalent } from "./equivalent.ts";
import { mutate, type Mutant } from "./mutants.ts";
import { collected, type CollectedTest } from "./suite.ts";

/**
 * `npm run mutation [-- FILE …] [--minutes N] [--seed N]`: plants small faults one at a time into the modules that match, judge risk and keep
 * the ledger, and counts how many of them the core's tests find. Files are parts of names, such as `match`. Without time for all, a random
 * sample is tried; what it did not find within bounds is looked for by every test with --again. Survivors are listed and written to out/mutation.json. Exit code 0 when at least 85 % were found.
 */
const ROOT = join(import.meta.dirname, "../..");
const REPORT = join(ROOT, "out/mutation.json");
type EarlierReport = {
  readonly tried: number;
  readonly all: number;
  readonly survivors: readonly Mutant[];
  readonly unreached: readonly Mutant[];
};
const ENOUGH = 0.85;
/** Encoding, storing and asking are not decided here; they have tests of their own. */
const NOT_MUTATED =
  /(layout|fields|records|recordLog|canonicalBytes|snapshot\w*|queries|\w+Queries|\w*[iI]nvariants|state|engineParts|engine)\.ts$/;
/** A loop that turns so many times more often than the longest healthy test runs for ever. */
const ENDLESS = 5;
/** A mutant is not looked for longer than this, then it counts as not found, which can only lower the score. */
const LOOKED_FOR_MS = 12_000;
/** The clock is looked at after so many turns of loops. */
const TURNS_A_LOOK = 4_096;
/** Processor time, so that a busy machine finds no less. */
const processorMs = (): number => process.cpuUsage().user / 1_000;

const options = programOptions({
  usage: "npm run mutation -- [FILE …] [--minutes N] [--seed N] [--again]",
  numbers: { minutes: { otherwise: 30, isWhole: false }, seed: { otherwise: 1, isWhole: true } },
  flags: ["again"],
  takesNames: true,
});
const [minutes, seed] = [options.number("minutes"), options.number("seed")];
const wanted = options.names;

const mutants: Mutant[] = [];
let awake = -1;
let reached = new Set<number>();
let turns = 0;
let mostTurns = Number.POSITIVE_INFINITY;
let untilMs = Number.POSITIVE_INFINITY;
let isOutOfTime = false;
Object.assign(globalThis, {
  __isAwake: (id: number): boolean => {
    reached.add(id);
    return id === awake;
  },
  __countTurn: (): void => {
    turns += 1;
    if (turns > mostTurns) throw new Error("an endless loop");
    if (turns % TURNS_A_LOOK !== 0 || processorMs() < untilMs) return;
    isOutOfTime = true;
    throw new Error("not found in time");
  },
});

registerHooks({
  resolve: (specifier, context, next) => next(specifier === "vitest" ? new URL("./suite.ts", import.meta.url).href : specifier, context),
  load: (url, context, next) => {
    const loaded = next(url, context);
    const file = url.startsWith("file:") ? relative(ROOT, fileURLToPath(url)).replaceAll("\\", "/") : "";
    if (!file.startsWith("engine/core/") || NOT_MUTATED.test(file)) return loaded;
    if (wanted.length > 0 && !wanted.some((part) => file.includes(part))) return loaded;
    const source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    const mutated = mutate(source, file, mutants.length);
    mutants.push(...mutated.mutants);
    return { ...loaded, source: mutated.source };
  },
});

// A failure is enough; the smallest one is of no interest here.
fc.configureGlobal({ endOnFailure: true });
for (const file of globSync(["test/core/**/*.test.ts", "test/host/dueTimes.test.ts", "test/mutation/shortStreams.ts"], { cwd: ROOT }))
  await import(pathToFileURL(join(ROOT, file)).href);

/** A test as it runs without any fault; `found` and `spentMs` tell what asking it has brought so far. */
type Healthy = {
  readonly test: CollectedTest;
  readonly reached: ReadonlySet<number>;
  readonly turns: number;
  found: number;
  spentMs: number;
};
const healthy: Healthy[] = [];
for (const test of collected) {
  reached = new Set();
  turns = 0;
  const began = processorMs();
  await test.run();
  healthy.push({ test, reached, turns, found: 0.5, spentMs: processorMs() - began + 0.1 });
}
const healthyMs = healthy.reduce((sum, { spentMs }) => sum + spentMs, 0);
console.log(`All tests pass in ${(healthyMs / 1_000).toFixed(0)} s`);
console.log(`${mutants.filter(isEquivalent).length} mutants are known to change nothing and are not tried`);
console.log(`${mutants.length} mutants in ${new Set(mutants.map(({ file }) => file)).size} files, ${healthy.length} tests`);

const dice = new Dice(seed);
/** What an earlier run did not find is looked for once more, by all tests; everything else counts as it did then. */
const earlier = options.isOn("again") ? earlierRun() : null;
const queue = earlier === null ? mutants.filter((mutant) => !isEquivalent(mutant)) : mutants.filter(({ id }) => earlier.lost.has(id));
const survivors: Mutant[] = [];
const unreached: Mutant[] = [];
let tried = earlier === null ? 0 : earlier.tried - queue.length;
const endMs = performance.now() + minutes * 60_000;
while (queue.length > 0 && performance.now() < endMs) {
  const place = dice.below(queue.length);
  const mutant = queue[place]!;
  queue[place] = queue.at(-1)!;
  queue.pop();
  tried += 1;
  const able = healthy.filter((test) => test.reached.has(mutant.id));
  if (able.length === 0) unreached.push(mutant);
  else if (!(await isFound(mutant, able))) survivors.push(mutant);
  if (tried % 100 === 0) console.log(`${tried} tried, ${survivors.length + unreached.length} not found`);
}
report();

async function isFound(mutant: Mutant, able: readonly Healthy[]): Promise<boolean> {
  awake = mutant.id;
  isOutOfTime = false;
  untilMs = processorMs() + (earlier === null ? LOOKED_FOR_MS : Number.POSITIVE_INFINITY);
  // Asked first is who finds most for its time.
  const asked = able.toSorted((a, b) => b.found / b.spentMs - a.found / a.spentMs);
  try {
    for (const one of asked) {
      turns = 0;
      mostTurns = one.turns * ENDLESS + 1_000_000;
      if (await isNoticed(one)) return !isOutOfTime;
    }
    return false;
  } finally {
    awake = -1;
    untilMs = Number.POSITIVE_INFINITY;
    mostTurns = Number.POSITIVE_INFINITY;
  }
}

/** Does the test fail now? Which failure it is does not matter. */
async function isNoticed(one: Healthy): Promise<boolean> {
  const began = processorMs();
  try {
    await one.test.run();
    return false;
  } catch {
    if (!isOutOfTime) one.found += 1;
    return true;
  } finally {
    one.spentMs += processorMs() - began;
  }
}

function earlierRun(): { readonly tried: number; readonly lost: ReadonlySet<number> } {
  // Written by report() below.
  const { all: known, survivors: lost, tried: sample, unreached: missed } = JSON.parse(readFileSync(REPORT, "utf8")) as EarlierReport;
  if (known !== mutants.length) throw new Error("The modules have changed since; run it without --again first.");
  const all = [...lost, ...missed];
  // Some may have been found out to change nothing.
  const counted = all.filter((mutant) => !isEquivalent(mutant));
  return { tried: sample - all.length + counted.length, lost: new Set(counted.map(({ id }) => id)) };
}

function report(): void {
  // Out of time: what was not looked at again counts as it did.
  if (earlier !== null) {
    survivors.push(...queue);
    tried += queue.length;
  }
  const score = (tried - survivors.length - unreached.length) / tried;
  const byPlace = (a: Mutant, b: Mutant): number => a.file.localeCompare(b.file) || a.line - b.line;
  const shown = ({ file, line, was, is }: Mutant): string => `${file}:${line}  ${was}  →  ${is === "" ? "(nothing)" : is}`;
  for (const mutant of survivors.toSorted(byPlace)) console.log(`SURVIVED  ${shown(mutant)}`);
  for (const mutant of unreached.toSorted(byPlace)) console.log(`NO TEST   ${shown(mutant)}`);
  const files = [...new Set(mutants.map(({ file }) => file))].toSorted();
  for (const file of files) {
    const lost = [...survivors, ...unreached].filter((mutant) => mutant.file === file).length;
    console.log(`${file.padEnd(36)} ${mutants.filter((mutant) => mutant.file === file).length} mutants, ${lost} not found`);
  }
  console.log(`${tried} of ${mutants.length} tried, seed ${seed}: ${(score * 100).toFixed(1)} % found`);
  mkdirSync(join(ROOT, "out"), { recursive: true });
  writeFileSync(REPORT, `${JSON.stringify({ tried, all: mutants.length, seed, score, survivors, unreached }, null, 2)}\n`);
  process.exit(score >= ENOUGH ? 0 : 1);
}
