import { constants, setPriority } from "node:os";
import { dataFolderAt } from "./dataFolder.ts";
import { readerTask } from "./readerThreads.ts";
import { recover } from "./recovery.ts";
import { SnapshotTrail, writeSnapshot } from "./snapshots.ts";

/** The snapshot thread: recovers the state from disk and writes it down. snapshotThread.ts says why. */
// Trading goes first. On Linux a priority is the calling thread's own, elsewhere it would be the whole process's.
if (process.platform === "linux") setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

await readerTask<string, string>(async ({ task: dataPath, answer, goOn }) => {
  const folder = dataFolderAt(dataPath);
  const trail = new SnapshotTrail(folder.snapshots);
  const { views, end, fault } = await recover(folder, { goOn, passed: (state) => trail.passed(state) });
  if (fault !== null) throw new Error(fault.message);
  const hash = writeSnapshot(folder.snapshots, { views, end });
  answer(`Snapshot of sequence ${end.lastSeq}, state ${hash}`);
});
