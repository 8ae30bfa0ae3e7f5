import fc from "fast-check";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { disagreement, type Both } from "../core/agreement.ts";
import { licensedStream, runLicensed } from "../core/licensedCommands.ts";
import { stream } from "../core/randomCommands.ts";
import { runBoth } from "../core/runBoth.ts";
import { collected } from "./suite.ts";

/*
 * The comparison with the plain reference in small pieces: it notices most of what can be noticed, and a mutant should not have to wait for
 * all that the long test of it does first.
 */

const PIECES = 10;

function collect<S>(kind: string, streams: fc.Arbitrary<S>, run: (steps: S) => Both): void {
  for (let seed = 1; seed <= PIECES; seed += 1) {
    const law = fc.property(streams, (steps) => {
      const both = run(steps);
      if (disagreement(both) !== null) throw new Error("the engine and the reference differ");
      checkInvariants(both.driver.engine);
    });
    collected.push({ name: `short ${kind} streams ${seed}`, run: () => fc.assert(law, { seed, numRuns: 4 }) });
  }
}

collect("plain", stream(500), runBoth);
collect("licensed", licensedStream(600), runLicensed);
