import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { TerminalError, typedError, type TypedError } from "../../shared/errors.ts";
import type { JournalFault } from "../../shared/faults.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { EarlierFault } from "./journal/continuation.ts";
import type { PackedRecords } from "../core/records/records.ts";
import type { DataFolder } from "./dataFolder.ts";
import { ENGINE_VERSION } from "./version.ts";
import { workerEntry } from "./workerEntry.ts";
import type { ClockSetting } from "./venueClock.ts";
import type { EngineRequest, EngineStart, JournalReport, JournalRequest, JournalStart } from "./workerMessages.ts";

/** A commit, as the journal thread reports it. */
export type Commit = Extract<JournalReport, { type: "committed" }>;

export type RingListeners = {
  readonly committed: (commit: Commit) => void;
  readonly faultStruck: (kind: JournalFault["kind"]) => void;
  /** A thread failed; nothing more will be committed, and the process must end. */
  readonly failed: (error: TypedError) => void;
};

/** The engine thread and the journal thread with the port between them: commands go in here, and come out committed. */
export class Ring {
  readonly #listeners: RingListeners;
  readonly #journal: Worker;
  #engine: Worker | null = null;
  readonly #decidedSeq = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  /** Who waits for the journal thread's next answer. */
  #waiting: { readonly resolve: (report: JournalReport) => void; readonly reject: (error: TerminalError) => void } | null = null;
  /** Settle once the threads are gone. */
  readonly #exits: Promise<void>[] = [];
  #isEnding = false;
  /** How a thread has failed, which was told; what befalls the others follows from it. */
  #failure: TypedError | null = null;
  #isJournalGone = false;
  #damage: string | null = null;

  private constructor(folder: DataFolder, quotaBytes: number | null, listeners: RingListeners) {
    this.#listeners = listeners;
    const start: JournalStart = { dataFolder: folder.path, quotaBytes, engineVersion: ENGINE_VERSION };
    this.#journal = new Worker(workerEntry("./journal/journalWorker", import.meta.url), { workerData: start, name: "journal" });
    this.#journal.on("message", (report: JournalReport) => this.#receive(report));
    this.#guard(this.#journal, "journal");
  }

  /** Takes the data folder and prepares the journal file. Throws TerminalError: JOURNAL_LOCKED, JOURNAL_VERSION and the like. */
  static async open(folder: DataFolder, options: { readonly quotaBytes: number | null; readonly listeners: RingListeners }): Promise<Ring> {
    const ring = new Ring(folder, options.quotaBytes, options.listeners);
    const report = await ring.#answer();
    if (report.type !== "prepared") throw unexpected(report.type);
    ring.#damage = report.damage;
    return ring;
  }

  /** What of the journal's file was found damaged outside its rows; they can then be read from the salvaged copy. */
  get damage(): string | null {
    return this.#damage;
  }

  /** Last decided sequence number, which may be ahead of the disk. */
  get decidedSeq(): number {
    return Number(Atomics.load(new BigInt64Array(this.#decidedSeq), 0));
  }

  /** Starts the engine thread at a state, and writing behind its last sequence. */
  async run(state: { readonly snapshot: Uint8Array; readonly lastSeq: number; readonly clock: ClockSetting }): Promise<void> {
    Atomics.store(new BigInt64Array(this.#decidedSeq), 0, BigInt(state.lastSeq));
    const { port1, port2 } = new MessageChannel();
    const start: EngineStart = { snapshot: state.snapshot, clock: state.clock, journal: port1, decidedSeq: this.#decidedSeq };
    this.#engine = new Worker(workerEntry("./engineWorker", import.meta.url), { workerData: start, transferList: [port1], name: "engine" });
    this.#guard(this.#engine, "engine");
    await this.#ask({ type: "write", lastSeq: state.lastSeq, engine: port2 }, [port2]);
  }

  send(commands: PackedRecords): void {
    this.#tell({ type: "commands", commands }, [commands.numbers.buffer as ArrayBuffer]);
  }

  setClock(clock: ClockSetting): void {
    this.#tell({ type: "setClock", clock });
  }

  /** Faults of the disk from now on; none ends them. */
  setFaults(faults: readonly JournalFault[]): void {
    this.#journal.postMessage({ type: "faults", faults } satisfies JournalRequest);
  }

  /** Ends a thread as a failure of its own would. */
  crash(thread: "engine" | "journal"): void {
    void (thread === "engine" ? this.#engine : this.#journal)?.terminate();
  }

  /** Sets the damaged journal aside; the name it is kept under, or the earlier bad row that the copying found. */
  async continueAfter(lastSeq: number): Promise<Result<string, EarlierFault>> {
    const report = await this.#ask({ type: "continueAfter", lastSeq });
    if (report.type === "continued") return ok(report.keptAs);
    if (report.type === "notContinued") return failed(report.fault);
    throw unexpected(report.type);
  }

  /** Has everything sent so far decided and written, and the file closed. Both threads are gone then, also when it throws TerminalError because one failed. */
  async end(): Promise<void> {
    this.#isEnding = true;
    const ended = this.#isJournalGone ? Promise.reject(this.#unanswered()) : this.#answer();
    if (this.#engine === null) this.#journal.postMessage({ type: "end" } satisfies JournalRequest);
    else this.#tell({ type: "end" });
    try {
      await ended;
    } finally {
      await Promise.all(this.#exits);
    }
  }

  #tell(request: EngineRequest, transfer: ArrayBuffer[] = []): void {
    this.#engine?.postMessage(request, transfer);
  }

  #ask(request: JournalRequest, transfer: MessagePort[] = []): Promise<JournalReport> {
    const answer = this.#answer();
    this.#journal.postMessage(request, transfer);
    return answer;
  }

  #answer(): Promise<JournalReport> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #receive(report: JournalReport): void {
    if (report.type === "committed") {
      this.#listeners.committed(report);
    } else if (report.type === "faultStruck") {
      this.#listeners.faultStruck(report.kind);
    } else if (report.type === "fatal") {
      // The thread's end, which follows, is explained by this.
      this.#fail(report.error);
    } else {
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(report);
    }
  }

  #fail(error: TypedError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) this.#listeners.failed(error);
    else waiting.reject(new TerminalError(error));
  }

  /** Nobody is left who would answer; the failure itself was told before. */
  #lose(): void {
    this.#isJournalGone = true;
    this.#waiting?.reject(this.#unanswered());
    this.#waiting = null;
  }

  #unanswered(): TerminalError {
    return this.#failure === null ? unexpected("end") : new TerminalError(this.#failure);
  }

  #guard(worker: Worker, name: string): void {
    const fail = (why: string): void => {
      const message = `The ${name} thread failed (${why}). Nothing was acknowledged that is not on disk; the engine starts again from the journal.`;
      this.#fail(typedError("ENGINE_DOWN", { field: name, value: why, rule: "a running thread", message }));
    };
    worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
    const exit = new Promise<void>((resolve) => {
      worker.on("exit", (code) => {
        // Its own report, if it could make one, came before. Of a thread that was asked to end only another code tells of a failure.
        if (!this.#isEnding || code !== 0) fail(`it ended with code ${code}`);
        if (worker === this.#journal) this.#lose();
        if (worker === this.#engine) {
          this.#engine = null;
          // If it went without a word to the journal thread, that one would wait for it.
          if (this.#isEnding) this.#journal.postMessage({ type: "end" } satisfies JournalRequest);
        }
        resolve();
      });
    });
    this.#exits.push(exit);
  }
}

function unexpected(type: string): TerminalError {
  return new TerminalError(
    typedError("JOURNAL_IO", {
      field: "journal",
      value: type,
      rule: "an answer to the request",
      message: "The journal thread gave an answer that does not fit.",
    }),
  );
}
