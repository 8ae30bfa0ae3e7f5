import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { stateHashOf } from "../../engine/host/snapshots.ts";
import { JournalWriter } from "../../engine/host/journal/journal.ts";
import { licensedStream, runLicensed } from "../core/licensedCommands.ts";
import { SEED } from "../core/runBoth.ts";
import { tempFolder } from "../host/tempFolder.ts";
import { runtime } from "./support/runtime.ts";

it(`JR-2 JR-28 one journal leads to one state, in the Node that wrote it and in Electron's own, from the build, seed ${SEED}`, async () => {
  // Every order type, every charge and every control, at venues with licences and a risk tree.
  const streams = fc.sample(licensedStream(2_000), { seed: SEED, numRuns: 3 });
  for (const steps of streams) {
    const { driver } = runLicensed(steps);
    const file = join(tempFolder(), "journal.db");
    const writer = new JournalWriter(file, { engineVersion: "0.1.0", quotaBytes: null });
    for (const [row, batch] of driver.batches.entries()) writer.append(batch, driver.timesUs[row]!);
    writer.close();
    const { executable, project } = runtime();
    const cli = join(project, "out/build/engine/cli/verify.js");
    const { stdout } = await promisify(execFile)(executable, [cli, file], { env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" } });
    expect(stdout).toContain(`GOOD  ${driver.batches.length} rows`);
    expect(stdout).toContain(`state hash ${stateHashOf(driver.engine)}`);
  }
});
