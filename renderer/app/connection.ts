import type { TypedError } from "../../shared/errors.ts";

/** How far the numbers on the screen can be trusted. Only "live" may look live and may send. Times are wall-clock milliseconds. */
export type ConnectionState =
  /** No snapshot yet; `note` says what is awaited. */
  | { readonly state: "connecting"; readonly sinceMs: number; readonly note: string; readonly lastHeardMs: number | null }
  | { readonly state: "live"; readonly sinceMs: number }
  /** Connected, but no sign of life; or the engine lives, and its data comes late. */
  | { readonly state: "stale"; readonly cause: "silence" | "late"; readonly sinceMs: number; readonly lastHeardMs: number }
  /** The engine process is not running. */
  | {
      readonly state: "down";
      readonly sinceMs: number;
      readonly lastHeardMs: number | null;
      readonly reason: string;
      readonly error: TypedError | null;
      readonly attempt: number;
      /** When the shell starts it again; null: not before a person asks. */
      readonly retryAtMs: number | null;
    };

/** Without a status for so long every number is stale; with the time between two looks still within a second. The host sends one four times a second. */
export const STALE_AFTER_MS = 850;

/** Data that the engine says it sent and that has not come for so long is late. */
export const LATE_AFTER_MS = 400;

/** Seconds since the engine was last heard of, or null when it was never heard of or is live. */
export function staleSeconds(connection: ConnectionState, nowMs: number): number | null {
  if (connection.state === "live" || connection.lastHeardMs === null) return null;
  return Math.max(0, Math.floor((nowMs - connection.lastHeardMs) / 1_000));
}
