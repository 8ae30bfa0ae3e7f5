import type { z } from "zod";
import type { HistoryFault } from "./historyFaults.ts";

/**
 * What an edge answers to input that it cannot accept. Such input is not journaled and changes nothing.
 * (A well-formed command that the engine refuses is no error: it is a journaled event with a RejectCode, see rejects.ts.)
 */
export type TypedError = {
  /** Stable, for programs. */
  readonly code: ErrorCode;
  /** Path of the offending field, e.g. "command.lots", "line 17, column 3", "row 12". Empty when no field is at fault. */
  readonly field: string;
  /** The offending value as text, shortened to 120 characters. */
  readonly value: string;
  /** What would have been accepted. */
  readonly rule: string;
  /** One sentence for people: what happened, and what to do. */
  readonly message: string;
  /** Of a history file that was refused: place and rule as codes, for windows that speak another language. */
  readonly history?: HistoryFault;
};

export type ErrorCode =
  | "MESSAGE_MALFORMED" // A message does not fit its schema.
  | "PROTOCOL_VERSION" // The client speaks another version of the protocol.
  | "SENDER_REFUSED" // The message came from a frame or client that may not send it.
  | "ACCOUNT_FORBIDDEN" // The client may not act for that account.
  | "ENGINE_BUSY" // The bounded inbox is full; nothing was journaled.
  | "ENGINE_DOWN" // The engine process is not running.
  | "JOURNAL_BROKEN" // The journal's tail is damaged; trading waits for a person's choice.
  | "JOURNAL_LOCKED" // Another instance holds the data folder.
  | "JOURNAL_READ_ONLY" // The data folder or file cannot be written.
  | "JOURNAL_FULL" // The disk or the journal's quota is full.
  | "JOURNAL_VERSION" // Written by a newer version, or not a journal at all.
  | "JOURNAL_IO" // Any other failure of the file system or of SQLite.
  | "DATA_FOLDER_MISSING" // The data folder does not exist and cannot be made.
  | "SQLITE_VERSION" // The SQLite library is older than the oldest safe one.
  | "HISTORY_MALFORMED" // A history file has a bad line.
  | "HISTORY_UNREADABLE" // A history file cannot be read or decompressed.
  | "SCENARIO_INVALID" // A scenario file says what it may not say.
  | "ARGUMENT_INVALID" // A command-line argument is wrong.
  | "FAULT_REFUSED" // Faults were asked of a venue that is not simulated.
  | "CAPSULE_MALFORMED" // A capsule file is damaged, cut short, or no capsule at all.
  | "CAPSULE_VERSION" // A capsule of a newer format, or of a state that this program cannot read.
  | "CAPSULE_DIFFERS" // This program decides the capsule's commands otherwise than was recorded.
  | "PAST_READ_ONLY" // The client looks at a past sequence; nothing can be sent from there.
  | "SECOND_PERSON" // Another person must do this than the one who began it.
  | "PROPOSAL_GONE" // Nothing like that waits for approval, or what it was about has changed.
  | "QUERY_INVALID"; // A query asks for something that does not exist.

/** An edge failure as an exception, for code that cannot return a Result (start-up, workers). */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  readonly typed: TypedError;
  constructor(typed: TypedError, options?: ErrorOptions) {
    super(`${typed.code}: ${typed.message}`, options);
    this.typed = typed;
  }
}

const MAX_VALUE_LENGTH = 120;

/** Makes a TypedError; `value` of any type is rendered and shortened. */
export function typedError(code: ErrorCode, detail: { field?: string; value?: unknown; rule: string; message: string }): TypedError {
  return {
    code,
    field: detail.field ?? "",
    value: detail.value === undefined ? "" : render(detail.value),
    rule: detail.rule,
    message: detail.message,
  };
}

/** The first problem that a zod schema found, as a TypedError that names field, value and rule. */
export function errorFromZod(code: ErrorCode, error: z.ZodError, input: unknown): TypedError {
  const issue = error.issues[0];
  const path = issue?.path ?? [];
  const field = path.map(String).join(".");
  const value = path.reduce<unknown>((at, key) => (at !== null && typeof at === "object" ? Reflect.get(at, key) : undefined), input);
  const rule = issue?.message ?? "does not fit the schema";
  return typedError(code, {
    field,
    value,
    rule,
    message: `${field === "" ? "The message" : `Field ${field}`} is not acceptable: ${rule}.`,
  });
}

function render(value: unknown): string {
  let text: string;
  try {
    text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    // Circular or bigint: the plain form is enough to recognise the value.
    text = String(value);
  }
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH - 1)}…` : text;
}
