import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastSeq } from "../../engine/core/engine.ts";
import { openDataFolder, type DataFolder } from "../../engine/host/dataFolder.ts";
import { CHAIN_BEGIN, JournalReader } from "../../engine/host/journal/journal.ts";
import { PastReader } from "../../engine/host/past/pastReader.ts";
import { recover } from "../../engine/host/recovery.ts";
import { SnapshotTrail, stateHashOf } from "../../engine/host/snapshots.ts";
import { Dice } from "./dice.ts";
import { writeJournal } from "./longJournal.ts";
import { figure, quantile, type Bench } from "./measure.ts";
import { flowOf } from "./orderFlow.ts";
import { realistic } from "./matching/mixes.ts";

/** Commands of the realistic mix that make a journal of a little over a million records. */
const STEPS = 420_000;
const OPENINGS = 60;

/**
 * Opening a day of a million events at random sequences, each time with a reader that knows nothing yet. The plain limit is to read the
 * journal's rows up to the sequence, without deciding or folding anything.
 */
export const bench: Bench = {
  name: "travel",
  run: async (log) => {
    const path = mkdtempSync(join(tmpdir(), "bench-travel-"));
    const folder = openDataFolder(path);
    const mix = realistic({ operations: STEPS, resting: 2_000, meanTicks: 40, seed: 7 });
    const flow = flowOf({ mixes: [mix], accounts: 100, activity: "even", seed: 7 });
    const end = writeJournal(folder.journal, [flow.venue, flow.setup, flow.commands]);
    // As the thread that makes snapshots beside the trading leaves them.
    const trail = new SnapshotTrail(folder.snapshots);
    await recover(folder, { passed: (state) => trail.passed(state) });
    const roll = new Dice(11);
    const opened: number[] = [];
    const read: number[] = [];
    const forward: number[] = [];
    for (let n = 0; n < OPENINGS; n += 1) {
      const seq = 1 + roll.below(end);
      const reader = new PastReader(folder, { leavesSnapshots: false });
      opened.push(timed(() => stateHashOf(reader.open(seq).views.replica)));
      read.push(timed(() => readRows(folder, seq)));
      // A step of the scrub bar: a little further from where it stands.
      forward.push(timed(() => lastSeq(reader.open(Math.min(end, seq + 1_000)).views.replica)));
    }
    log(
      `${end} records, ${OPENINGS} openings, p95 ${Math.round(quantile(opened, 0.95))} ms, longest ${Math.round(Math.max(...opened))} ms`,
    );
    rmSync(path, { recursive: true, force: true });
    const named = (metric: string): { bench: string; metric: string; unit: string } => ({ bench: "travel", metric, unit: "ms" });
    const peer = { name: "reading the rows", samples: read };
    return [
      figure(named("travel.openMs"), opened, peer),
      figure(named("travel.openMsP95"), [quantile(opened, 0.95)], { name: "reading the rows", samples: [quantile(read, 0.95)] }),
      figure(named("travel.forwardMs"), forward),
    ];
  },
};

function readRows(folder: DataFolder, upToSeq: number): number {
  const reader = new JournalReader(folder.journal);
  let records = 0;
  for (const { batch } of reader.batches(CHAIN_BEGIN)) {
    records += batch.count;
    if (batch.firstSeq + batch.count > upToSeq) break;
  }
  reader.close();
  return records;
}

function timed(deed: () => unknown): number {
  const startMs = performance.now();
  deed();
  return performance.now() - startMs;
}
