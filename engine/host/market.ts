import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { typedError, type TypedError } from "../../shared/errors.ts";
import type { ImportOutcome } from "../../shared/shell.ts";
import type { MarketControl, MarketReport, MarketStart } from "../sim/marketMessages.ts";
import { simulatedOwners } from "../sim/simulatedOwners.ts";
import type { StepGoal, StepOutcome } from "../sim/stepper.ts";
import { workerEntry } from "./workerEntry.ts";

/** Every path and participant of the simulated market draws from streams of this seed. */
export const MARKET_SEED = 20_240_101;

export type MarketListeners = {
  /** Gives a simulated owner its line to the host. */
  readonly connect: (owner: string, port: MessagePort) => void;
  readonly reported: (report: Extract<MarketReport, { type: "history" | "source" | "warning" }>) => void;
  /** A launch import is done. */
  readonly imported: (symbol: string, outcome: ImportOutcome) => void;
  /** A step moved venue time on; what is sent next bears the new time. */
  readonly advanced: (venueTimeUs: number) => void;
  /** The thread failed: the participants are gone, trading goes on without them. */
  readonly failed: (why: string) => void;
};

/** The market thread as the host sees it. */
export class MarketThread {
  readonly #worker: Worker;
  readonly #listeners: MarketListeners;
  readonly #imports = new Map<number, { readonly symbol: string; readonly answered: (outcome: ImportOutcome) => void }>();
  #lastImport = 0;
  #stepped: (outcome: StepOutcome) => void = () => undefined;
  #running: boolean;
  #rested: (() => void)[] = [];
  #isEnding = false;
  #failure: TypedError | null = null;

  constructor(
    options: {
      readonly dataFolder: string;
      readonly running: boolean;
      readonly history: readonly { readonly symbol: string; readonly path: string }[];
    },
    listeners: MarketListeners,
  ) {
    this.#listeners = listeners;
    this.#running = options.running;
    const lines = simulatedOwners.map((owner) => ({ owner, channel: new MessageChannel() }));
    const participants = lines.map(({ owner, channel }) => ({ owner, port: channel.port2 }));
    const imports = options.history.map(({ symbol, path }) => {
      const requestId = this.#expect(symbol, (outcome) => listeners.imported(symbol, outcome));
      return { requestId, symbol, path };
    });
    const start: MarketStart = { seed: MARKET_SEED, dataFolder: options.dataFolder, running: options.running, participants, imports };
    this.#worker = new Worker(workerEntry("../sim/marketWorker", import.meta.url), {
      workerData: start,
      transferList: participants.map(({ port }) => port),
      name: "market",
    });
    this.#worker.on("message", (report: MarketReport) => this.#receive(report));
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#worker.on("exit", (code) => this.#fail(`it ended with code ${code}`));
    for (const { owner, channel } of lines) listeners.connect(owner, channel.port1);
  }

  /** Why the thread is gone though nobody ended it; null while it is there. */
  get failure(): TypedError | null {
    return this.#failure;
  }

  /** Do the participants trade? While they are being stopped they may. */
  get running(): boolean {
    return this.#running || this.#rested.length > 0;
  }

  resume(): void {
    this.#running = true;
    this.#tell({ type: "setRunning", running: true });
  }

  /** Has the participants send no more; resolves once all that they had sent is in the engine's hands. */
  rest(): Promise<void> {
    this.#running = false;
    if (this.#isEnding) return Promise.resolve();
    this.#tell({ type: "setRunning", running: false });
    return new Promise((resolve) => this.#rested.push(resolve));
  }

  /** Lets the participants take turns by themselves; null while they are paused. */
  step(goal: StepGoal, fromUs: number): Promise<StepOutcome> | null {
    if (!this.#running || this.#isEnding) return null;
    return new Promise((resolve) => {
      this.#stepped = resolve;
      this.#tell({ type: "step", goal, fromUs });
    });
  }

  stopStepping(): void {
    this.#tell({ type: "stopStepping" });
  }

  importHistory(file: { readonly symbol: string; readonly path: string }): Promise<ImportOutcome> {
    if (this.#failure !== null) return Promise.resolve({ source: null, changed: false, error: this.#failure });
    return new Promise((resolve) => {
      this.#tell({ type: "importHistory", requestId: this.#expect(file.symbol, resolve), ...file });
    });
  }

  /** Ends the thread as a failure of its own would. */
  crash(): void {
    void this.#worker.terminate();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }

  #tell(control: MarketControl): void {
    this.#worker.postMessage(control);
  }

  #expect(symbol: string, answered: (outcome: ImportOutcome) => void): number {
    this.#lastImport += 1;
    this.#imports.set(this.#lastImport, { symbol, answered });
    return this.#lastImport;
  }

  #receive(report: MarketReport): void {
    switch (report.type) {
      case "imported":
        this.#imports.get(report.requestId)?.answered(report);
        this.#imports.delete(report.requestId);
        return;
      case "advance":
        this.#listeners.advanced(report.venueTimeUs);
        this.#tell({ type: "advanced" });
        return;
      case "stepped":
        this.#stepped(report.outcome);
        return;
      case "rested":
        this.#tellRested();
        return;
      case "history":
      case "source":
      case "warning":
        this.#listeners.reported(report);
    }
  }

  #tellRested(): void {
    for (const resolve of this.#rested.splice(0)) resolve();
  }

  #fail(why: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#running = false;
    this.#tellRested();
    const message = `The market thread failed (${why}). Trading goes on without the simulated participants until the engine is started again.`;
    const error = typedError("ENGINE_DOWN", { field: "market", value: why, rule: "a running market thread", message });
    this.#failure = error;
    for (const { answered } of this.#imports.values()) answered({ source: null, changed: false, error });
    this.#imports.clear();
    this.#stepped({ venueTimeUs: 0, commands: 0, trades: 0 });
    this.#listeners.failed(why);
  }
}
