import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataFolder } from "../../engine/host/dataFolder.ts";
import { recover } from "../../engine/host/recovery.ts";
import { writeSnapshot } from "../../engine/host/snapshots.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { writeJournal } from "./longJournal.ts";
import { figure, type Bench } from "./measure.ts";
import { flowOf } from "./orderFlow.ts";
import { realistic } from "./matching/mixes.ts";

const RUNS = 5;
/** Commands of the realistic mix, about a hundred thousand orders among them. */
const STEPS = 200_000;

/** A start from disk: the whole journal with its chain and all views, and a snapshot with nothing behind it. */
export const bench: Bench = {
  name: "recovery",
  run: async (log) => {
    const path = mkdtempSync(join(tmpdir(), "bench-recovery-"));
    const folder = openDataFolder(path);
    const mix = realistic({ operations: STEPS, resting: 2_000, meanTicks: 40, seed: 7 });
    const flow = flowOf({ mixes: [mix], accounts: 100, activity: "even", seed: 7 });
    const lastSeq = writeJournal(folder.journal, [flow.venue, flow.setup, flow.commands]);
    const full: number[] = [];
    const warm: number[] = [];
    const verified: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      rmSync(folder.snapshots, { recursive: true });
      const { snapshots } = openDataFolder(path);
      const fullMs = await timed(() => recover(folder));
      full.push((lastSeq / fullMs) * 1_000);
      const { views, end } = await recover(folder);
      writeSnapshot(snapshots, { views, end });
      warm.push(await timed(() => recover(folder)));
      verified.push((lastSeq / (await timed(() => verifyJournal(folder.journal)))) * 1_000);
      log(`${lastSeq} records in ${Math.round(fullMs)} ms`);
    }
    rmSync(path, { recursive: true, force: true });
    const named = (metric: string, unit: string): { bench: string; metric: string; unit: string } => ({ bench: "recovery", metric, unit });
    return [
      figure(named("recovery.eventsPerSecond", "1/s"), full),
      figure(named("recovery.fromSnapshotMs", "ms"), warm),
      figure(named("recovery.verifiedPerSecond", "1/s"), verified),
    ];
  },
};

async function timed(deed: () => unknown): Promise<number> {
  const startMs = performance.now();
  await deed();
  return performance.now() - startMs;
}
