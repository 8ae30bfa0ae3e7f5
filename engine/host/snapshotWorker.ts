import { parentPort, workerData } from "node:worker_threads";
import { dataFolderAt } from "./dataFolder.ts";
import { recover } from "./recovery.ts";
import { SnapshotTrail, writeSnapshot } from "./snapshots.ts";

/** The snapshot thread: recovers the state from disk and writes it down. snapshotThread.ts says why. */
// The host starts this thread with the data folder's path.
const folder = dataFolderAt(workerData as string);
const trail = new SnapshotTrail(folder.snapshots);
const { views, end, fault } = await recover(folder, Number.MAX_SAFE_INTEGER, (state) => trail.passed(state));
if (fault !== null) throw new Error(fault.message);
const hash = writeSnapshot(folder.snapshots, { views, end });
parentPort?.postMessage(`Snapshot of sequence ${end.lastSeq}, state ${hash}`);
