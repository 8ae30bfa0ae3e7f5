import { typedError, type TypedError } from "../../shared/errors.ts";
import type { ClientMessage, Outcome, PastMark, QueryResult } from "../../shared/protocol.ts";
import { appTexts } from "./appTexts.ts";

/** Rejection of a request. `unknown` is true when the request may have been carried out although no answer came. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly typed: TypedError;
  readonly unknown: boolean;
  constructor(typed: TypedError, unknown: boolean) {
    super(`${typed.code}: ${typed.message}`);
    this.typed = typed;
    this.unknown = unknown;
  }
}

export type Answer =
  | { readonly outcome: Outcome }
  | { readonly result: QueryResult }
  | { readonly note: string }
  | { readonly past: PastMark };

/** Requests without an answer; more are refused rather than queued. */
const MAX_WAITING = 5_000;

/** Pairs requests with their answers, whatever else comes in between. */
export class Requests {
  readonly #waiting = new Map<number, { readonly settle: (answer: Answer) => void; readonly fail: (error: RequestError) => void }>();
  #next = 1;

  /** Sends a request under a number of its own; null for no line to send it on. Rejects with RequestError. */
  send(make: (requestId: number) => ClientMessage, post: ((message: ClientMessage) => void) | null): Promise<Answer> {
    if (post === null) return Promise.reject(new RequestError(engineDown(), false));
    if (this.#waiting.size >= MAX_WAITING) return Promise.reject(new RequestError(tooMany(), false));
    const requestId = this.#next++;
    return new Promise((settle, fail) => {
      this.#waiting.set(requestId, { settle, fail });
      post(make(requestId));
    });
  }

  settle(requestId: number, answer: Answer): void {
    this.#waiting.get(requestId)?.settle(answer);
    this.#waiting.delete(requestId);
  }

  refuse(requestId: number, error: TypedError): void {
    this.#waiting.get(requestId)?.fail(new RequestError(error, false));
    this.#waiting.delete(requestId);
  }

  /** The line is gone: what waits for an answer may have been carried out. The returned function tells those who wait. */
  abandon(): () => void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    return () => {
      for (const { fail } of waiting) fail(new RequestError(engineDown(), true));
    };
  }
}

/** An answer of another kind than the request's. */
export function unexpected(answer: Answer): RequestError {
  const rule = "the answer that belongs to the request";
  return new RequestError(typedError("MESSAGE_MALFORMED", { value: answer, rule, message: appTexts.wrongKind }), true);
}

function engineDown(): TypedError {
  return typedError("ENGINE_DOWN", { rule: "a running engine", message: appTexts.notConnected });
}

function tooMany(): TypedError {
  return typedError("ENGINE_BUSY", { rule: `at most ${MAX_WAITING} requests without an answer`, message: appTexts.tooMany });
}
