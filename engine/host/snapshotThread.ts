import type { DataFolder } from "./dataFolder.ts";
import type { LogFile } from "./logFile.ts";
import type { ReaderThreads } from "./readerThreads.ts";
import { RECORDS_PER_SNAPSHOT } from "./snapshots.ts";

/** In a burst the thread comes no more often than this, and then leaves all the snapshots that were due. */
const REST_MS = 10_000;

/**
 * Has snapshots made beside the trading: a thread of its own recovers the state from disk, exactly as a start does, and writes it down. The
 * host's thread loses no time, and each snapshot is a recovery that worked. One that is under way when the readers end is given up; the host
 * writes the last one itself.
 */
export class SnapshotThread {
  readonly #folder: DataFolder;
  readonly #log: LogFile;
  readonly #readers: ReaderThreads;
  #dueSeq: number;
  #dueMs = 0;
  #isRunning = false;

  constructor(folder: DataFolder, { log, readers }: { readonly log: LogFile; readonly readers: ReaderThreads }, lastSnapshotSeq: number) {
    this.#folder = folder;
    this.#log = log;
    this.#readers = readers;
    this.#dueSeq = lastSnapshotSeq + RECORDS_PER_SNAPSHOT;
  }

  /** The journal has grown to this sequence. */
  committed(lastSeq: number): void {
    if (lastSeq < this.#dueSeq || this.#isRunning || performance.now() < this.#dueMs) return;
    this.#dueSeq = lastSeq + RECORDS_PER_SNAPSHOT;
    this.#isRunning = true;
    this.#readers.start<string>("snapshotWorker", this.#folder.path, {
      answered: (note) => {
        this.#rest();
        this.#log.info(note);
      },
      // The next one may succeed; without any, a start folds more of the journal.
      unanswered: (why) => {
        this.#rest();
        if (why !== null) this.#log.warn(`No snapshot: ${why.message}`);
      },
    });
  }

  #rest(): void {
    this.#isRunning = false;
    this.#dueMs = performance.now() + REST_MS;
  }
}
