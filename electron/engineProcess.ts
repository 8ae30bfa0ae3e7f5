import { utilityProcess, type MessagePortMain, type UtilityProcess } from "electron";
import { z } from "zod";
import type { ApiAddress } from "../shared/apiKeys.ts";
import { typedError, type TypedError } from "../shared/errors.ts";
import { KEY_VARIABLE, type Credentials } from "../engine/connector/credentials.ts";
import { errorText } from "../shared/errorText.ts";
import type { EngineControl, EngineProcessState, EngineReport, ImportOutcome } from "../shared/shell.ts";
import type { PriceSource } from "../shared/views.ts";
import { errorLine, type Log } from "./log.ts";
import { nextAttempt, retryDelayMs } from "./restartPolicy.ts";
import { Watchdog } from "./watchdog.ts";
import { shellTexts } from "./shellTexts.ts";

/** A process that reported a fatal error has so long to go by itself. */
const FATAL_EXIT_LIMIT_MS = 2_000;
/** A clean end includes a snapshot; a process that needs longer is killed, and the journal recovers it. */
const SHUTDOWN_LIMIT_MS = 10_000;
/** A restart asked for by a person may come while many imports wait; more than that is a fault. */
const MOST_IMPORTS = 64;

const typedErrorSchema = z
  .looseObject({ code: z.string(), field: z.string(), value: z.string(), rule: z.string(), message: z.string() })
  // The engine process runs the same build: its codes are ours.
  .transform((error) => error as TypedError);

const engineReportSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), lastSeq: z.number(), stateHash: z.string(), startMs: z.number() }),
  z.object({
    type: z.literal("imported"),
    requestId: z.number(),
    // As with the codes: the same build wrote it, and no more than its being there is looked at.
    source: z.custom<PriceSource>((source) => typeof source === "object" && source !== null).nullable(),
    changed: z.boolean(),
    error: typedErrorSchema.nullable(),
  }),
  z.object({ type: z.literal("apiListening"), sites: z.array(z.object({ site: z.string(), url: z.string() })) }),
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("fatal"), error: typedErrorSchema }),
]) satisfies z.ZodType<EngineReport>;

/** What the process works on. */
export type EngineTarget = {
  readonly dataFolder: string;
  /** Further arguments for the process. */
  readonly arguments: readonly string[];
  /** Key of the venue to connect to, told to each process; null where there is none. */
  readonly credentials: Credentials | null;
};

export type EngineProcessOptions = EngineTarget & {
  readonly entry: string;
  /** Still further arguments for its first start alone. */
  readonly firstArguments: readonly string[];
  readonly log: Log;
};

/**
 * Keeps the engine process alive: starts it, tells its state at every change, and starts it again with growing waits when it dies. It relays no
 * trading: a client's messages go over the port that `connect` hands to the process.
 */
export class EngineProcess {
  readonly #options: Pick<EngineProcessOptions, "entry" | "firstArguments" | "log">;
  readonly #listeners = new Set<(state: EngineProcessState) => void>();
  readonly #imports = new Map<number, (outcome: ImportOutcome) => void>();
  /** Over a running process; a start may take as long as the journal is long. */
  readonly #watchdog = new Watchdog({ ask: () => this.#ping(), silent: () => this.#endHanging() });
  #target: EngineTarget;
  #child: UtilityProcess | null = null;
  #state: EngineProcessState = { state: "starting", attempt: 0 };
  #apiAddresses: readonly ApiAddress[] = [];
  #attempt = 0;
  #startedMs = 0;
  #fatal: TypedError | null = null;
  #retry: NodeJS.Timeout | null = null;
  #ending: "no" | "restart" | "for good" = "no";
  #started = false;
  #lastRequestId = 0;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#target = options;
  }

  get state(): EngineProcessState {
    return this.#state;
  }

  /** Where the journal is that the engine works on. */
  get dataFolder(): string {
    return this.#target.dataFolder;
  }

  /** Where the running engine serves the venue's interface; nowhere unless it was asked to. */
  get apiAddresses(): readonly ApiAddress[] {
    return this.#apiAddresses;
  }

  /** Tells every change of state until the terminal ends. */
  onState(listener: (state: EngineProcessState) => void): void {
    this.#listeners.add(listener);
  }

  start(): void {
    if (this.#child !== null || this.#ending === "for good") return;
    this.#clearRetry();
    this.#fatal = null;
    this.#apiAddresses = [];
    this.#startedMs = performance.now();
    this.#enter({ state: "starting", attempt: this.#attempt });
    const { entry, log } = this.#options;
    const { credentials, dataFolder } = this.#target;
    const first = this.#started ? [] : this.#options.firstArguments;
    this.#started = true;
    const child = utilityProcess.fork(entry, ["--data", dataFolder, ...this.#target.arguments, ...first], {
      serviceName: "HashKey Terminal engine",
      // A key from the environment was read here; of another venue's it knows nothing.
      env: withoutKey(process.env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stdout?.on("data", (text: Buffer) => log.info(`engine: ${text.toString().trimEnd()}`));
    child.stderr?.on("data", (text: Buffer) => log.warn(`engine: ${text.toString().trimEnd()}`));
    if (credentials !== null) child.on("spawn", () => this.#post(child, { type: "credentials", credentials }));
    child.on("message", (message: unknown) => this.#receive(child, message));
    child.on("exit", (code) => this.#exited(child, code));
  }

  /** Starts a dead process at once; ends a living one cleanly and starts it again. */
  async restart(): Promise<void> {
    if (this.#child !== null && this.#ending === "no") {
      this.#ending = "restart";
      await this.#end(this.#child);
      // A call to shutdown() may have come in between.
      if (this.#ending !== "restart") return;
      this.#ending = "no";
    }
    this.start();
  }

  /** Ends the process cleanly and starts one that works on something else. False, and nothing is changed, while it is ending already. */
  async switchTo(target: EngineTarget): Promise<boolean> {
    if (this.#ending !== "no") return false;
    this.#target = target;
    this.#attempt = 0;
    await this.restart();
    return true;
  }

  /** Starts the process if it is dead, without waiting for the back-off; leaves a living one alone. */
  retryNow(): void {
    this.start();
  }

  /** Ends the process for good, with a snapshot, within SHUTDOWN_LIMIT_MS. */
  async shutdown(): Promise<void> {
    this.#ending = "for good";
    this.#clearRetry();
    if (this.#child !== null) await this.#end(this.#child);
  }

  /** Makes the client at the other end of `port` known to the engine. False when no engine runs, or it is about to end. */
  connect(port: MessagePortMain, client: { readonly session: string; readonly owner: string; readonly operator: boolean }): boolean {
    if (this.#child === null || this.#state.state !== "running" || this.#fatal !== null) return false;
    this.#post(this.#child, { type: "connect", ...client }, [port]);
    return true;
  }

  /** Imports a file of past bars. Never rejects: what went wrong is in the outcome. */
  importHistory(file: { readonly symbol: string; readonly path: string }): Promise<ImportOutcome> {
    const child = this.#child;
    if (child === null || this.#state.state !== "running") return Promise.resolve(engineDown());
    if (this.#imports.size >= MOST_IMPORTS) {
      const rule = `at most ${MOST_IMPORTS} imports at a time`;
      return Promise.resolve({
        source: null,
        changed: false,
        error: typedError("ENGINE_BUSY", { rule, message: "Too many imports wait for the engine; try again later." }),
      });
    }
    const requestId = (this.#lastRequestId += 1);
    return new Promise((resolve) => {
      this.#imports.set(requestId, resolve);
      this.#post(child, { type: "importHistory", requestId, ...file });
    });
  }

  #receive(child: UtilityProcess, message: unknown): void {
    const { log } = this.#options;
    const report = engineReportSchema.safeParse(message);
    if (!report.success) {
      log.error(`The engine process sent a message that does not fit: ${report.error.message}`);
      return;
    }
    if (child !== this.#child) return;
    switch (report.data.type) {
      case "ready": {
        const { lastSeq, startMs, stateHash } = report.data;
        log.info(`Engine ready at sequence ${lastSeq}, state ${stateHash}, ${Math.round(startMs)} ms in its process`);
        this.#enter({ state: "running", pid: child.pid ?? 0 });
        if (this.#ending === "no") this.#watchdog.start();
        return;
      }
      case "apiListening":
        this.#apiAddresses = report.data.sites;
        for (const { site, url } of report.data.sites) log.info(`The ${site} interface of the simulated exchange listens on ${url}`);
        return;
      case "pong":
        this.#watchdog.answered();
        return;
      case "imported":
        this.#imports.get(report.data.requestId)?.(report.data);
        this.#imports.delete(report.data.requestId);
        return;
      case "fatal":
        this.#fatal = report.data.error;
        log.error(`Engine: ${errorLine(report.data.error)}`);
        setTimeout(() => kill(child), FATAL_EXIT_LIMIT_MS).unref();
        return;
    }
  }

  #exited(child: UtilityProcess, code: number): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#watchdog.stop();
    for (const resolve of this.#imports.values()) resolve(engineDown());
    this.#imports.clear();
    const expected = this.#ending !== "no";
    this.#options.log[expected ? "info" : "error"](`The engine process ended with code ${code}`);
    if (expected) {
      this.#enter({ state: "down", reason: shellTexts.engineAsked, error: null, attempt: 0, retryInMs: null });
      return;
    }
    this.#attempt = nextAttempt(this.#attempt, performance.now() - this.#startedMs);
    const retryInMs = retryDelayMs({ attempt: this.#attempt, code: this.#fatal?.code ?? null });
    const reason = this.#fatal === null ? shellTexts.engineEnded(code) : errorText(this.#fatal);
    if (retryInMs !== null) this.#retry = setTimeout(() => this.start(), retryInMs);
    this.#enter({ state: "down", reason, error: this.#fatal, attempt: this.#attempt, retryInMs });
  }

  async #end(child: UtilityProcess): Promise<void> {
    this.#watchdog.stop();
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    this.#post(child, { type: "shutdown" });
    const late = setTimeout(() => {
      this.#options.log.warn(`The engine process did not end within ${SHUTDOWN_LIMIT_MS} ms and is killed`);
      kill(child);
    }, SHUTDOWN_LIMIT_MS);
    await exited;
    clearTimeout(late);
  }

  #ping(): void {
    if (this.#child !== null) this.#post(this.#child, { type: "ping" });
  }

  #endHanging(): void {
    if (this.#child === null) return;
    this.#fatal = typedError("ENGINE_DOWN", {
      field: "engine",
      value: "no answer",
      rule: "an engine process that answers",
      message: "The engine process stopped answering and was ended; it starts again from the journal.",
    });
    this.#options.log.error(`Engine: ${errorLine(this.#fatal)}`);
    kill(this.#child);
  }

  #enter(state: EngineProcessState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #post(child: UtilityProcess, message: EngineControl, transfer: MessagePortMain[] = []): void {
    // A process that said it must end has perhaps closed its end of the line already; Electron may not outlive a message into that.
    if (this.#fatal === null) child.postMessage(message, transfer);
  }

  #clearRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}

function withoutKey(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name !== KEY_VARIABLE));
}

function engineDown(): ImportOutcome {
  return {
    source: null,
    changed: false,
    error: typedError("ENGINE_DOWN", { rule: "a running engine", message: "The engine is not running; import the file again once it is." }),
  };
}

/** Not UtilityProcess.kill(): that asks politely, and this one has been asked before. */
function kill(child: UtilityProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(child.pid, "SIGKILL");
  } catch {
    // It went by itself in the meantime.
  }
}
