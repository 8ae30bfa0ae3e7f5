import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TypedError } from "../shared/errors.ts";

export type Log = {
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string, cause?: unknown) => void;
  /** Folder of the log files, for the menu that opens it. */
  readonly folder: string;
};

const LARGEST_FILE_BYTES = 4 * 1_024 * 1_024;
/** terminal.log and this many older ones. */
const OLDER_FILES = 3;
const LONGEST_LINE = 8_000;

/**
 * The shell's diary under the data folder. Each line is written at once, so that the last lines before a crash are there; warnings and errors
 * also go to stderr. Secrets are taken out of every line.
 */
export function openLog(folder: string, now: () => Date = () => new Date()): Log {
  const file = join(folder, "terminal.log");
  mkdirSync(folder, { recursive: true });
  let broken = false;
  // Whoever started the terminal and reads no more must not end it: without this a broken pipe is an uncaught error.
  process.stderr.on("error", () => undefined);

  const write = (level: "info" | "warn" | "error", text: string): void => {
    const line = `${now().toISOString()} ${level.padEnd(5)} ${redact(text).slice(0, LONGEST_LINE).replaceAll("\n", "\n    ")}\n`;
    if (level !== "info") process.stderr.write(line);
    try {
      rotateIfLarge(file);
      appendFileSync(file, line, { mode: 0o600 });
      broken = false;
    } catch (error) {
      // A full disk must not stop trading: the journal decides that, and says so itself. It is told once, and the next line is tried again.
      if (!broken) process.stderr.write(`The log ${file} cannot be written: ${describe(error)}\n`);
      broken = true;
    }
  };
  return {
    info: (text) => write("info", text),
    warn: (text) => write("warn", text),
    error: (text, cause) => write("error", cause === undefined ? text : `${text}: ${describe(cause)}`),
    folder,
  };
}

/** Everything a person or a program needs of a typed error, in one line. */
export function errorLine(error: TypedError): string {
  return `${error.code}: ${error.message} [field: ${error.field || "-"}; value: ${error.value || "-"}; accepted: ${error.rule}]`;
}

/** Text of anything thrown, with its stack where there is one. */
export function describe(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

const SECRET_NAME = String.raw`(?:api[-_ ]?key|access[-_ ]?key|secret|password|passphrase|token|signature|authorization|private[-_ ]?key)`;
const NAMED_SECRET = new RegExp(String.raw`(${SECRET_NAME}[\w-]*["']?\s*[:=]\s*(?:Bearer\s+|Basic\s+)?)("[^"]*"|'[^']*'|[^\s,;&}]+)`, "gi");
const KEY_BLOCK = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Replaces what stands behind a secret's name ("apiKey=…", "Authorization: Bearer …") and private keys. */
export function redact(text: string): string {
  return text.replace(KEY_BLOCK, "[redacted]").replace(NAMED_SECRET, "$1[redacted]");
}

function rotateIfLarge(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LARGEST_FILE_BYTES) return;
  const numbered = (n: number): string => (n === 0 ? file : file.replace(/\.log$/, `.${n}.log`));
  for (let n = OLDER_FILES; n > 0; n -= 1) {
    if (statSync(numbered(n - 1), { throwIfNoEntry: false })) renameSync(numbered(n - 1), numbered(n));
  }
}
