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

export type SessionListeners = {
  readonly frame: (frame: Frame) => void;
  readonly status: (status: EngineStatus) => void;
};

type Answered<T> = (result: Result<T>) => void;

/** An ordinary client of the engine's port: commands and queries as promises, frames as they come. */
export class EngineSession {
  readonly #batch: PostBatch<ClientMessage>;
  readonly #listeners: SessionListeners;
  readonly #commands = new Map<number, { readonly answered: Answered<Outcome>; readonly seesFrame: boolean }>();
  readonly #queries = new Map<number, Answered<QueryResult>>();
  readonly #waiting: { readonly query: Query; readonly answered: Answered<QueryResult> }[] = [];
  /** Outcomes whose records no frame has shown yet. */
  #unseen: { readonly lastSeq: number; readonly tell: () => void }[] = [];
  #lastRequest = 0;
  #seenSeq = 0;

  constructor(port: MessagePort, listeners: SessionListeners) {
    // After the requests of all sockets that had something to read.
    this.#batch = new PostBatch(port, setImmediate);
    this.#listeners = listeners;
    port.on("message", (messages: readonly HostMessage[]) => {
      for (const message of messages) this.#receive(message);
    });
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
    return new Promise((answered) => {
      this.#lastRequest += 1;
      this.#commands.set(this.#lastRequest, { answered, seesFrame });
      this.#send({ type: "submit", requestId: this.#lastRequest, command });
    });
  }

  /** `heard` is called at the very place of the answer among the frames, before whoever awaits it goes on. */
  query(query: Query, heard: () => void = () => undefined): Promise<Result<QueryResult>> {
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
    this.#queries.set(this.#lastRequest, answered);
    this.#send({ type: "query", requestId: this.#lastRequest, query });
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case "welcome":
      case "status":
        this.#listeners.status(message.status);
        return;
      case "frame":
        this.#listeners.frame(message.frame);
        this.#saw(message.frame.toSeq);
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

  #answerCommand(requestId: number, outcome: Outcome): void {
    const command = this.#commands.get(requestId);
    if (command === undefined) return;
    this.#commands.delete(requestId);
    const tell = (): void => command.answered(ok(outcome));
    if (!command.seesFrame || outcome.refusal !== null || outcome.lastSeq <= this.#seenSeq) tell();
    else this.#unseen.push({ lastSeq: outcome.lastSeq, tell });
  }

  #saw(toSeq: number): void {
    this.#seenSeq = toSeq;
    if (this.#unseen.length === 0) return;
    const shown = this.#unseen.filter(({ lastSeq }) => lastSeq <= toSeq);
    this.#unseen = this.#unseen.filter(({ lastSeq }) => lastSeq > toSeq);
    for (const { tell } of shown) tell();
  }

  #answerQuery(requestId: number, result: Result<QueryResult>): void {
    this.#queries.get(requestId)?.(result);
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

  #send(message: ClientMessage): void {
    this.#batch.post(message);
  }
}

function busy(): TypedError {
  const rule = `at most ${MOST_WAITING} queries waiting`;
  return typedError("ENGINE_BUSY", { rule, message: "Too many queries wait for the engine; try again shortly." });
}
