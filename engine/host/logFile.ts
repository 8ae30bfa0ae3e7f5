import { appendFileSync, renameSync, rmSync, statSync } from "node:fs";
import type { TypedError } from "../../shared/errors.ts";

const MAX_BYTES = 2 * 1024 * 1024;
const KEPT_FILES = 3;
const MAX_LINE = 2_000;

/** The engine process's diary in the data folder. It holds states, counts and errors; no message of a client is written to it. */
export class LogFile {
  readonly #path: string;
  #bytes: number;

  constructor(path: string) {
    this.#path = path;
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  info(text: string): void {
    this.#write("info", text);
  }

  warn(text: string): void {
    this.#write("warn", text);
  }

  error(error: TypedError): void {
    this.#write("error", `${error.code} ${error.field} ${JSON.stringify(error.value)} ${error.message}`);
  }

  #write(level: string, text: string): void {
    const line = `${new Date().toISOString()} ${level} ${text.replaceAll(/\s+/g, " ").slice(0, MAX_LINE)}\n`;
    try {
      if (this.#bytes > MAX_BYTES) this.#rotate();
      appendFileSync(this.#path, line);
      this.#bytes += Buffer.byteLength(line);
    } catch {
      // A full or vanished disk stops the journal with a typed error of its own; the diary must not hide that one.
    }
  }

  #rotate(): void {
    rmSync(`${this.#path}.${KEPT_FILES}`, { force: true });
    for (let n = KEPT_FILES - 1; n > 0; n -= 1) {
      if (statSync(`${this.#path}.${n}`, { throwIfNoEntry: false })) renameSync(`${this.#path}.${n}`, `${this.#path}.${n + 1}`);
    }
    renameSync(this.#path, `${this.#path}.1`);
    this.#bytes = 0;
  }
}
