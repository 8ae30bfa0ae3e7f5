import { Worker, workerData, parentPort } from "node:worker_threads";
import { workerEntry } from "./workerEntry.ts";

/** workerData of every reader thread. */
type ReaderStart = { readonly task: unknown; readonly giveUp: SharedArrayBuffer };

export type ReaderListeners<Answer> = {
  readonly answered: (answer: Answer) => void;
  /** The thread failed, or gave up because it was asked to (`why` is then null), and answers nothing. */
  readonly unanswered: (why: Error | null) => void;
};

/**
 * Threads that read the journal beside the trading, for one answer each. They are never terminated: a thread that is stopped from outside while
 * SQLite's binding is being loaded, or is handing over a row, takes the whole process along. They are asked to give up, look at that often,
 * and end by themselves.
 */
export class ReaderThreads {
  readonly #running = new Map<Promise<void>, Int32Array>();

  /** Starts the thread whose module lies beside this one; exactly one of the listeners is called, once. */
  start<Answer>(module: string, task: unknown, listeners: ReaderListeners<Answer>): void {
    const giveUp = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const start: ReaderStart = { task, giveUp };
    const worker = new Worker(workerEntry(`./${module}`, import.meta.url), { workerData: start, name: module });
    let isAnswered = false;
    worker.on("message", (answer: Answer) => {
      isAnswered = true;
      listeners.answered(answer);
    });
    let failure: Error | null = null;
    worker.on("error", (error) => (failure = error instanceof Error ? error : new Error(String(error))));
    const ended = new Promise<void>((resolve) => {
      worker.on("exit", () => {
        this.#running.delete(ended);
        if (!isAnswered) listeners.unanswered(failure);
        resolve();
      });
    });
    this.#running.set(ended, new Int32Array(giveUp));
  }

  /** Has all of them give up; returns once they are gone. */
  async end(): Promise<void> {
    for (const flag of this.#running.values()) {
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    }
    await Promise.all(this.#running.keys());
  }
}

/** A reader thread's own end of it. */
export type ReaderTask<Task, Answer> = {
  readonly task: Task;
  readonly answer: (answer: Answer) => void;
  /** Throws GivenUp once nobody wants the answer any more. */
  readonly goOn: () => void;
  /** Lets other threads have the processor and the disk for a while, or until nobody wants the answer any more. */
  readonly rest: (ms: number) => void;
};

/** Nobody wants the answer any more. */
class GivenUp extends Error {
  override readonly name = "GivenUp";
}

/** Runs a reader thread's work: called by its module. */
export async function readerTask<Task, Answer>(work: (reader: ReaderTask<Task, Answer>) => Promise<void> | void): Promise<void> {
  // ReaderThreads starts this thread with exactly this.
  const start = workerData as ReaderStart;
  const flag = new Int32Array(start.giveUp);
  try {
    await work({
      // Each module is started with its own kind of task.
      task: start.task as Task,
      answer: (answer) => parentPort?.postMessage(answer),
      goOn: () => {
        if (Atomics.load(flag, 0) !== 0) throw new GivenUp();
      },
      rest: (ms) => void Atomics.wait(flag, 0, 0, ms),
    });
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
  }
}
