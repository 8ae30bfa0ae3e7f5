import { typedError, type TypedError } from "../../shared/errors.ts";
import { hostWarningText, type HostWarning } from "../../shared/hostWarnings.ts";
import type { EngineState } from "../../shared/views.ts";
import type { LogFile } from "./logFile.ts";

/** The status line carries the newest few. */
const WARNINGS_KEPT = 20;

/** How the engine process stands: whether it trades, what a broken journal is broken by, and what it has warned of. */
export class Standing {
  readonly #log: LogFile;
  #state: EngineState = "recovering";
  #fault: TypedError | null;
  #warnings: HostWarning[];

  constructor(log: LogFile, found: { readonly fault: TypedError | null; readonly warnings: readonly HostWarning[] }) {
    this.#log = log;
    this.#fault = found.fault;
    this.#warnings = [...found.warnings];
    for (const warning of found.warnings) log.warn(hostWarningText(warning));
  }

  get state(): EngineState {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  /** The journal's first bad row; null while it is sound. */
  get fault(): TypedError | null {
    return this.#fault;
  }

  get warnings(): readonly HostWarning[] {
    return this.#warnings;
  }

  recovers(): void {
    this.#state = "recovering";
  }

  /** The journal is whole again. */
  mended(): void {
    this.#fault = null;
  }

  runs(): void {
    this.#state = "running";
  }

  /** Nothing goes on before a person says how. */
  breaks(fault: TypedError): void {
    this.#fault = fault;
    this.#state = "broken";
    this.#log.error(fault);
  }

  warn(warning: HostWarning): void {
    this.#log.warn(hostWarningText(warning));
    this.#warnings = [...this.#warnings, warning].slice(-WARNINGS_KEPT);
  }

  /** Why nothing is taken in now. */
  notRunning(): TypedError {
    if (this.#fault !== null) return { ...this.#fault, code: "JOURNAL_BROKEN" };
    return typedError("ENGINE_BUSY", {
      field: "engine",
      value: this.#state,
      rule: "a running engine",
      message: "The engine is still starting; try again shortly.",
    });
  }
}
