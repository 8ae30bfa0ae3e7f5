import type { ErrorCode } from "../shared/errors.ts";

/** Wait before the first restart of a dead engine process; doubles with each attempt that fails. */
export const FIRST_RETRY_MS = 250;
export const LONGEST_RETRY_MS = 10_000;

/** An engine that ran so long counts as sound: the next death starts the waits anew. */
export const STABLE_AFTER_MS = 30_000;

/** Failures that a restart alone cannot cure: a person must act first, then ask for the start. */
const NEEDS_A_PERSON: ReadonlySet<ErrorCode> = new Set([
  "JOURNAL_LOCKED",
  "JOURNAL_FULL",
  "JOURNAL_READ_ONLY",
  "JOURNAL_VERSION",
  "JOURNAL_BROKEN",
  "DATA_FOLDER_MISSING",
  "SQLITE_VERSION",
  "ARGUMENT_INVALID",
]);

/**
 * Milliseconds until the engine process is started again, or null when a person has to ask for it.
 *
 * @param failure.attempt deaths in a row, this one included, from 1
 * @param failure.code what the process reported before it died, or null
 */
export function retryDelayMs(failure: { readonly attempt: number; readonly code: ErrorCode | null }): number | null {
  if (failure.code !== null && NEEDS_A_PERSON.has(failure.code)) return null;
  const doublings = Math.min(Math.max(0, failure.attempt - 1), 10);
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** doublings);
}

/** Number of the next death in a row, given how long the process ran before it. */
export function nextAttempt(previousAttempt: number, ranMs: number): number {
  return ranMs >= STABLE_AFTER_MS ? 1 : previousAttempt + 1;
}
