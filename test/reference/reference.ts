import fc from "fast-check";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { disagreement, noteReached, type Both } from "../core/agreement.ts";
import { licensedStream, runLicensed } from "../core/licensedCommands.ts";
import { programOptions } from "../programOptions.ts";
import { stream } from "../core/randomCommands.ts";
import { runBoth } from "../core/runBoth.ts";

/*
 * `npm run reference -- --commands N --seed S`: sends N random commands to the engine and to the plain reference and compares every record
 * and every balance. One half goes to a venue without rules and schedules, one to venues with them. A stream that fails is shrunk and told with its
 * seed, which then belongs into the tests.
 */

const COMMANDS_A_STREAM = 600;
const STREAMS_A_ROUND = 20;
/** A round takes less than a second; the rest is for shrinking what failed. */
const SHRINK_MS = 120_000;

const options = programOptions({
  usage: "npm run reference -- [--commands N] [--seed N]",
  numbers: { commands: { otherwise: 100_000, isWhole: true }, seed: { otherwise: 1, isWhole: true } },
});
const [wanted, firstSeed] = [options.number("commands"), options.number("seed")];

const seen = new Set<string>();
const done = { commands: 0, records: 0 };

/** Compares one stream; throws with both sides of the first difference. */
function compare(both: Both): void {
  done.commands += both.driver.commands.length;
  done.records += both.reference.entries.length;
  const found = disagreement(both);
  if (found !== null) throw new Error(`The engine says\n${inWords(found.engine)}\nand the reference\n${inWords(found.reference)}`);
  checkInvariants(both.driver.engine);
  noteReached(both, seen);
}

function inWords(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}

/** Compares so many streams; ends the program at the first difference. */
function compareStreams<S>(kind: string, streams: fc.Arbitrary<S>, run: (steps: S) => Both, seed: number): void {
  const outcome = fc.check(
    fc.property(streams, (steps) => compare(run(steps))),
    { seed, numRuns: STREAMS_A_ROUND, interruptAfterTimeLimit: SHRINK_MS, markInterruptAsFailure: true },
  );
  if (!outcome.failed) return;
  process.stderr.write(
    `They differ in a ${kind} stream of seed ${seed}.\n${fc.defaultReportMessage(outcome) ?? ""}\n${String(outcome.errorInstance)}\n`,
  );
  process.exit(1);
}

const startedMs = performance.now();
for (let round = 0; done.commands < wanted; round += 1) {
  const seed = firstSeed + round;
  if (round % 2 === 0) compareStreams("plain", stream(COMMANDS_A_STREAM), runBoth, seed);
  else compareStreams("licensed", licensedStream(COMMANDS_A_STREAM), runLicensed, seed);
  if (round % 20 !== 0) continue;
  const seconds = (performance.now() - startedMs) / 1_000;
  process.stdout.write(
    `${done.commands.toLocaleString("en")} commands, ${done.records.toLocaleString("en")} records alike, ${seconds.toFixed(0)} s\n`,
  );
}
process.stdout.write(
  `${done.commands.toLocaleString("en")} random commands from seed ${firstSeed}: ${done.records.toLocaleString("en")} records and all balances alike; ` +
    `${seen.size} kinds of events, refusals and reasons reached.\n`,
);
