import type { MessagePort } from "node:worker_threads";
import type { Command } from "../../../shared/commands.ts";
import { typedError, type TypedError } from "../../../shared/errors.ts";
import type { InstrumentId } from "../../../shared/ids.ts";
import {
  PROTOCOL_VERSION,
  type ClientMessage,
  type HostMessage,
  type Outcome,
  type Query,
  type QueryResult,
} from "../../../shared/protocol.ts";
import { failed, ok, type Result } from "../../../shared/result.ts";
import type { EngineStatus, Frame } from "../../../shared/views.ts";
import { PostBatch } from "./postBatch.ts";

/** Queries of a session that are under way at once; the host takes 16. */
const MOST_QUERIES = 12;
/** Queries that may wait; beyond, the interface says that it is busy. */
const MOST_WAITING = 10_000;
/** What has had no answer for so long is answered as unknown: the answer was lost. */
const ANSWER_MS = 10_000;
const LOOK_MS = 1_000;
/** A picture that was asked for and has not come is asked for again after so long: it was lost too. */
const ASK_AGAIN_MS = 1_000;
/** Frames that a status told of may be late by so long; then they are lost. */
const LATE_MS = 2_000;

export type SessionListeners = {
  /** `continues` is false of the picture that stands for frames that were lost. */
  readonly frame: (frame: Frame, continues: boolean) => void;
  readonly status: (status: EngineStatus) => void;
  /** The line is gone. */
  readonly lost: () => void;
};

type Answered<T> = (result: Result<T>) => void;
type Asked<T> = { readonly answered: Answered<T>; readonly sinceMs: number };

/**
 * An ordinary client of the engine's port: commands and queries as promises, frames as they come. Each promise settles: with ENGINE_DOWN where the
 * line is cut or no answer comes, and then what became of a command is not known. A frame that does not continue the one before is left out, and the
 * whole picture asked for until it comes.
 */
export class EngineSession {
  readonly #batch: PostBatch<ClientMessage>;
  readonly #listeners: SessionListeners;
  readonly #commands = new Map<number, Asked<Outcome> & { readonly seesFrame: boolean }>();
  readonly #queries = new Map<number, Asked<QueryResult>>();
  readonly #waiting: { readonly query: Query; readonly answered: Answered<QueryResult> }[] = [];
  /** Outcomes whose records no frame has shown yet. */
  #unseen: { readonly lastSeq: number; readonly tell: () => void; readonly sinceMs: number }[] = [];
  #lastRequest = 0;
  #seenSeq = 0;
  /** A place that a status told of and frames have not come to, and since when; null when they have. */
  #owed: { readonly seq: number; readonly sinceMs: number } | null = null;
  /** Frames were lost, and the picture that was asked for has not come. */
  #isBehind = false;
  #askedMs = 0;
  #isLost = false;
  readonly #timer: NodeJS.Timeout;

  constructor(port: MessagePort, listeners: SessionListeners) {
    // After the requests of all sockets that had something to read.
    this.#batch = new PostBatch(port, setImmediate);
    this.#listeners = listeners;
    port.on("message", (messages: readonly HostMessage[]) => {
      for (const message of messages) this.#receive(message);
    });
    port.on("close", () => this.#lose());
    this.#timer = setInterval(() => this.#giveUpOld(), LOOK_MS);
    this.#timer.unref();
    this.#send({ type: "hello", version: PROTOCOL_VERSION });
  }

  subscribe(instrumentIds: readonly InstrumentId[], depthLevels: number): void {
    this.#send({ type: "subscribe", instrumentIds: [...instrumentIds], depthLevels, candles: [], pace: "everyCommit" });
  }

  /**
   * Sends a command; the answer comes once its records are on disk. With `seesFrame` it waits for the frame that shows them, which a command
   * that changes an order of the owner always has.
   */
  submit(command: Command, seesFrame: boolean): Promise<Result<Outcome>> {
    if (this.#isLost) return Promise.resolve(failed(unknown()));
    return new Promise((answered) => {
      this.#lastRequest += 1;
      this.#commands.set(this.#lastRequest, { answered, seesFrame, sinceMs: performance.now() });
      this.#send({ type: "submit", requestId: this.#lastRequest, command });
    });
  }

  /** `heard` is called at the very place of the answer among the frames, before whoever awaits it goes on. */
  query(query: Query, heard: () => void = () => undefined): Promise<Result<QueryResult>> {
    if (this.#isLost) return Promise.resolve(failed(unknown()));
    return new Promise((resolve) => {
      const answered: Answered<QueryResult> = (result) => {
        heard();
        resolve(result);
      };
      if (this.#queries.size < MOST_QUERIES) this.#ask(query, answered);
      else if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ query, answered });
      else answered(failed(busy()));
    });
  }

  #ask(query: Query, answered: Answered<QueryResult>): void {
    this.#lastRequest += 1;
    this.#queries.set(this.#lastRequest, { answered, sinceMs: performance.now() });
    this.#send({ type: "query", requestId: this.#lastRequest, query });
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case "welcome":
      case "status":
        this.#listeners.status(message.status);
        if (message.type === "status") this.#lookForLost(message.frameSeq);
        return;
      case "frame":
        this.#takeFrame(message.frame);
        return;
      case "outcome":
        this.#answerCommand(message.requestId, message.outcome);
        return;
      case "result":
        this.#answerQuery(message.requestId, ok(message.result));
        return;
      case "error":
        if (message.requestId !== null) this.#fail(message.requestId, message.error);
        return;
      case "done":
      case "past":
        return;
    }
  }

  #takeFrame(frame: Frame): void {
    if (!frame.snapshot && frame.fromSeq !== this.#seenSeq) {
      // One that comes twice tells nothing new.
      if (frame.toSeq > this.#seenSeq) this.#askForPicture();
      return;
    }
    const continues = !this.#isBehind;
    this.#isBehind = false;
    this.#listeners.frame(frame, continues);
    this.#saw(frame.toSeq);
  }

  /** GW-60: behind the last frame of a quiet market no other one tells that it was lost. */
  #lookForLost(frameSeq: number | null): void {
    const nowMs = performance.now();
    if (this.#owed !== null && this.#owed.seq <= this.#seenSeq) this.#owed = null;
    if (frameSeq !== null && frameSeq > this.#seenSeq) this.#owed ??= { seq: frameSeq, sinceMs: nowMs };
    if (this.#owed !== null && nowMs - this.#owed.sinceMs >= LATE_MS) this.#askForPicture();
  }

  #askForPicture(): void {
    const nowMs = performance.now();
    if (this.#isBehind && nowMs - this.#askedMs < ASK_AGAIN_MS) return;
    this.#isBehind = true;
    this.#askedMs = nowMs;
    this.#send({ type: "resync" });
  }

  #answerCommand(requestId: number, outcome: Outcome): void {
    const command = this.#commands.get(requestId);
    if (command === undefined) return;
    this.#commands.delete(requestId);
    const tell = (): void => command.answered(ok(outcome));
    if (!command.seesFrame || outcome.refusal !== null || outcome.lastSeq <= this.#seenSeq) tell();
    else this.#unseen.push({ lastSeq: outcome.lastSeq, tell, sinceMs: performance.now() });
  }

  #saw(toSeq: number): void {
    this.#seenSeq = toSeq;
    if (this.#unseen.length === 0) return;
    const shown = this.#unseen.filter(({ lastSeq }) => lastSeq <= toSeq);
    this.#unseen = this.#unseen.filter(({ lastSeq }) => lastSeq > toSeq);
    for (const { tell } of shown) tell();
  }

  #answerQuery(requestId: number, result: Result<QueryResult>): void {
    this.#queries.get(requestId)?.answered(result);
    this.#queries.delete(requestId);
    const next = this.#waiting.shift();
    if (next !== undefined) this.#ask(next.query, next.answered);
  }

  #fail(requestId: number, error: TypedError): void {
    const command = this.#commands.get(requestId);
    this.#commands.delete(requestId);
    if (command === undefined) this.#answerQuery(requestId, failed(error));
    else command.answered(failed(error));
  }

  /** Maps keep the order in which they were filled: the oldest come first. */
  #giveUpOld(): void {
    const beforeMs = performance.now() - ANSWER_MS;
    for (const asked of [this.#commands, this.#queries]) {
      for (const [requestId, { sinceMs }] of asked) {
        if (sinceMs > beforeMs) break;
        this.#fail(requestId, unknown());
      }
    }
    // Their outcome is known: it waits for its frame no longer than for an answer.
    const old = this.#unseen.filter(({ sinceMs }) => sinceMs <= beforeMs);
    this.#unseen = this.#unseen.filter(({ sinceMs }) => sinceMs > beforeMs);
    for (const { tell } of old) tell();
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    clearInterval(this.#timer);
    for (const { answered } of this.#waiting.splice(0)) answered(failed(unknown()));
    for (const asked of [this.#commands, this.#queries]) for (const requestId of asked.keys()) this.#fail(requestId, unknown());
    // Their outcome is known, and no frame will show it.
    this.#saw(Number.POSITIVE_INFINITY);
    this.#listeners.lost();
  }

  #send(message: ClientMessage): void {
    this.#batch.post(message);
  }
}

function unknown(): TypedError {
  const rule = "an answer of the engine";
  return typedError("ENGINE_DOWN", { rule, message: "No answer came from the engine. What became of the request is unknown; ask for it." });
}

function busy(): TypedError {
  const rule = `at most ${MOST_WAITING} queries waiting`;
  return typedError("ENGINE_BUSY", { rule, message: "Too many queries wait for the engine; try again shortly." });
}
