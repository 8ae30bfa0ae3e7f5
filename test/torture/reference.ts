import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { decodeEntries } from "../../engine/core/records/records.ts";
import { stream } from "../core/randomCommands.ts";
import { runBoth } from "../core/runBoth.ts";

/*
 * The engine against the plain reference on many more random commands than the unit tests afford:
 *   node test/torture/reference.ts [commands = 1,000,000] [seed = 1]
 * Stops at the first difference and says which seed and stream show it.
 */

const STREAM_LENGTH = 1_200;
const STREAMS_A_SEED = 50;

const commands = Number(process.argv[2] ?? 1_000_000);
let seed = Number(process.argv[3] ?? 1);
let done = 0;
while (done < commands) {
  for (const [index, steps] of fc.sample(stream(STREAM_LENGTH), { numRuns: STREAMS_A_SEED, seed }).entries()) {
    const { driver, reference } = runBoth(steps);
    const entries = driver.batches.flatMap(decodeEntries);
    const first = entries.findIndex((entry, n) => !isDeepStrictEqual(entry, reference.entries[n]));
    if (first >= 0 || entries.length !== reference.entries.length) {
      process.stderr.write(
        `seed ${seed}, stream ${index}: they differ at ${first}\nengine    ${JSON.stringify(entries[first])}\nreference ${JSON.stringify(reference.entries[first])}\n`,
      );
      process.exit(1);
    }
    checkInvariants(driver.engine);
    done += steps.length;
  }
  process.stdout.write(`seed ${seed}: ${done} of ${commands} commands agree\n`);
  seed += 1;
}
