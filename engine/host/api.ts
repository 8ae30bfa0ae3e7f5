import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { TypedError } from "../../shared/errors.ts";
import type { HostWarning } from "../../shared/hostWarnings.ts";
import { API_MARKET_OWNER, type ApiControl, type ApiReport, type ApiSettings, type ApiStart } from "../edge/hashkey/apiMessages.ts";
import { workerEntry } from "./workerEntry.ts";

export type ApiListeners = {
  /** Gives an owner's session its line to the host. */
  readonly connect: (owner: string, port: MessagePort) => void;
  readonly listening: (sites: Extract<ApiReport, { type: "listening" }>["sites"]) => void;
  readonly warned: (warning: HostWarning) => void;
  readonly refused: (error: TypedError) => void;
  /** The thread failed: the interface is gone, trading goes on without it. */
  readonly failed: (why: string) => void;
};

/** The thread that serves the venue's interface, as the host sees it. Its sockets' work never delays an order of anybody else. */
export class ApiThread {
  readonly #worker: Worker;
  readonly #listeners: ApiListeners;
  #isEnding = false;

  constructor(options: ApiSettings & { readonly dataFolder: string }, listeners: ApiListeners) {
    this.#listeners = listeners;
    const market = new MessageChannel();
    const start: ApiStart = { ...options, market: market.port2 };
    this.#worker = new Worker(workerEntry("../edge/hashkey/apiWorker", import.meta.url), {
      workerData: start,
      transferList: [market.port2],
      name: "api",
    });
    this.#worker.on("message", (report: ApiReport) => this.#receive(report));
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error.message : String(error)));
    this.#worker.on("exit", (code) => this.#fail(`it ended with code ${code}`));
    listeners.connect(API_MARKET_OWNER, market.port1);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }

  #receive(report: ApiReport): void {
    switch (report.type) {
      case "listening":
        this.#listeners.listening(report.sites);
        return;
      case "warning":
        this.#listeners.warned(report.warning);
        return;
      case "refused":
        this.#listeners.refused(report.error);
        return;
      case "connect": {
        const { port1, port2 } = new MessageChannel();
        const control: ApiControl = { type: "connected", owner: report.owner, port: port2 };
        this.#listeners.connect(report.owner, port1);
        this.#worker.postMessage(control, [port2]);
        return;
      }
    }
  }

  #fail(why: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#listeners.failed(why);
  }
}
