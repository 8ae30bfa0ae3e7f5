import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, decide, takeBatch } from "../../engine/core/engine.ts";
import { RecordCursor, type PackedRecords } from "../../engine/core/records.ts";
import { openDataFolder } from "../../engine/host/dataFolder.ts";
import { JournalWriter } from "../../engine/host/journal/journal.ts";
import { recover } from "../../engine/host/recovery.ts";
import { writeSnapshot } from "../../engine/host/snapshots.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { figure, type Bench } from "./measure.ts";
import { flowOf, VENUE_US } from "./orderFlow.ts";
import { realistic } from "./matching/mixes.ts";

const RUNS = 5;
/** Commands of the realistic mix, about a hundred thousand orders among them. */
const STEPS = 200_000;
const COMMANDS_PER_ROW = 64;

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

/** Decides the flow and writes it in rows of a fixed number of commands. Returns the last sequence number. */
function writeJournal(path: string, parts: readonly PackedRecords[]): number {
  const engine = createEngine();
  const writer = new JournalWriter(path, { engineVersion: "0.1.0", quotaBytes: null });
  let commands = 0;
  const commit = (): void => {
    const batch = takeBatch(engine);
    if (batch === null) return;
    writer.append(batch, VENUE_US);
    writer.checkpoint("burst");
  };
  for (const part of parts) {
    const cursor = new RecordCursor(part);
    while (cursor.next()) {
      decide(engine, cursor, VENUE_US as EpochUs);
      commands += 1;
      if (commands % COMMANDS_PER_ROW === 0) commit();
    }
  }
  commit();
  const { lastSeq } = writer.end;
  writer.close();
  return lastSeq;
}

async function timed(deed: () => unknown): Promise<number> {
  const startMs = performance.now();
  await deed();
  return performance.now() - startMs;
}
