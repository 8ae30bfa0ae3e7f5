import { parentPort, workerData } from "node:worker_threads";
import { dataFolderAt } from "./dataFolder.ts";
import { recover } from "./recovery.ts";
import { writeSnapshot } from "./snapshots.ts";

/** The snapshot thread: recovers the state from disk and writes it down. snapshotThread.ts says why. */
// The host starts this thread with the data folder's path.
const folder = dataFolderAt(workerData as string);
const { views, end, fault } = await recover(folder);
if (fault !== null) throw new Error(fault.message);
const hash = writeSnapshot(folder.snapshots, { views, end });
parentPort?.postMessage(`Snapshot of sequence ${end.lastSeq}, state ${hash}`);
