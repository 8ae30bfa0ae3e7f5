import { Worker } from "node:worker_threads";
import { typedError, type TypedError } from "../../../shared/errors.ts";
import type { PastMark, Query, QueryResult, Subscription } from "../../../shared/protocol.ts";
import { failed, type Result } from "../../../shared/result.ts";
import type { Frame } from "../../../shared/views.ts";
import type { DataFolder } from "../dataFolder.ts";
import type { PastBars } from "../views/candles.ts";
import { workerEntry } from "../workerEntry.ts";

/** workerData of the thread: where to read, and the reference path's past bars, which are not in the journal. */
export type PastStart = { readonly folder: DataFolder; readonly pasts: readonly PastBars[] };

/** What is asked of the thread about a past sequence, for an owner. */
export type PastRequest =
  | { readonly kind: "frame"; readonly seq: number; readonly owner: string; readonly subscription: Subscription | null }
  | { readonly kind: "query"; readonly seq: number; readonly owner: string; readonly query: Query };

export type PastPicture = { readonly past: PastMark; readonly frame: Frame };

/** Host -> thread, and back. Null: it is to end. */
export type PastQuestion = { readonly id: number; readonly request: PastRequest } | null;
export type PastAnswer = { readonly id: number; readonly answer: Result<PastPicture | QueryResult> };

/**
 * The thread that opens past states from the files, so that nobody's search of the past delays an order. It lives while somebody is in the
 * past and holds one state in memory.
 */
export class PastThread {
  readonly #start: () => PastStart;
  readonly #waiting = new Map<number, (answer: Result<PastPicture | QueryResult>) => void>();
  #worker: Worker | null = null;
  #lastId = 0;

  /** `start` tells what the thread is to read whenever one begins. */
  constructor(start: () => PastStart) {
    this.#start = start;
  }

  async picture(request: Omit<Extract<PastRequest, { kind: "frame" }>, "kind">): Promise<Result<PastPicture>> {
    // The thread answers each kind with its own.
    return (await this.#ask({ kind: "frame", ...request })) as Result<PastPicture>;
  }

  async query(request: Omit<Extract<PastRequest, { kind: "query" }>, "kind">): Promise<Result<QueryResult>> {
    return (await this.#ask({ kind: "query", ...request })) as Result<QueryResult>;
  }

  /** Has the thread end by itself, as every thread that reads SQLite must (see readerThreads.ts); the next question starts another. */
  async end(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    this.#worker = null;
    this.#failAll("it was ended");
    const ended = new Promise<void>((resolve) => void worker.once("exit", () => resolve()));
    worker.postMessage(null satisfies PastQuestion);
    await ended;
  }

  #ask(request: PastRequest): Promise<Result<PastPicture | QueryResult>> {
    const worker = (this.#worker ??= this.#begin());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage({ id, request } satisfies PastQuestion);
    });
  }

  #begin(): Worker {
    const worker = new Worker(workerEntry("./pastWorker", import.meta.url), { workerData: this.#start(), name: "past" });
    worker.on("message", ({ id, answer }: PastAnswer) => {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    });
    const gone = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#failAll(why);
    };
    worker.on("error", (error) => gone(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => gone(`it ended with code ${code}`));
    return worker;
  }

  #failAll(why: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(failed(threadGone(why)));
  }
}

function threadGone(why: string): TypedError {
  return typedError("ENGINE_DOWN", {
    field: "past",
    value: why,
    rule: "a running thread",
    message: `The thread that reads the past failed (${why}). Trading is not touched; ask again.`,
  });
}
