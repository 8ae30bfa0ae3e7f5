import type { TypedError } from "./errors.ts";

/** Outcome of work at an edge (parsing, files, sockets) that is expected to fail at times. */
export type Result<T, E = TypedError> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function failed<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
