import { Worker } from "node:worker_threads";
import type { DataFolder } from "./dataFolder.ts";
import type { LogFile } from "./logFile.ts";
import { RECORDS_PER_SNAPSHOT } from "./snapshots.ts";
import { workerEntry } from "./workerEntry.ts";

/** In a burst the thread comes no more often than this, and then leaves all the snapshots that were due. */
const REST_MS = 10_000;

/**
 * Has snapshots made beside the trading: a thread of its own recovers the state from disk, exactly as a start does, and writes it down. The
 * host's thread loses no time, and each snapshot is a recovery that worked.
 */
export class SnapshotThread {
  readonly #folder: DataFolder;
  readonly #log: LogFile;
  #dueSeq: number;
  #dueMs = 0;
  #worker: Worker | null = null;

  constructor(folder: DataFolder, log: LogFile, lastSnapshotSeq: number) {
    this.#folder = folder;
    this.#log = log;
    this.#dueSeq = lastSnapshotSeq + RECORDS_PER_SNAPSHOT;
  }

  /** The journal has grown to this sequence. */
  committed(lastSeq: number): void {
    if (lastSeq < this.#dueSeq || this.#worker !== null || performance.now() < this.#dueMs) return;
    this.#dueSeq = lastSeq + RECORDS_PER_SNAPSHOT;
    const worker = new Worker(workerEntry("./snapshotWorker", import.meta.url), { workerData: this.#folder.path, name: "snapshot" });
    this.#worker = worker;
    worker.on("message", (note: string) => this.#log.info(note));
    // The next one may succeed; without any, a start folds more of the journal.
    worker.on("error", (error) => this.#log.warn(`No snapshot: ${error instanceof Error ? error.message : String(error)}`));
    worker.on("exit", () => {
      this.#worker = null;
      this.#dueMs = performance.now() + REST_MS;
    });
  }

  /** Gives up one that is under way; the host writes the last one itself. */
  async end(): Promise<void> {
    await this.#worker?.terminate();
  }
}
