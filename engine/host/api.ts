import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { TypedError } from "../../shared/errors.ts";
import type { HostWarning } from "../../shared/hostWarnings.ts";
import { API_MARKET_OWNER, type ApiControl, type ApiReport, type ApiSettings, type ApiStart } from "../edge/hashkey/apiMessages.ts";
import type { EngineReport } from "../../shared/shell.ts";
import type { ClientIdentity } from "./clientPort.ts";
import type { DataFolder } from "./dataFolder.ts";
import type { LogFile } from "./logFile.ts";
import type { Standing } from "./standing.ts";
import { batchedTransport, type ClientTransport } from "./transport.ts";
import { workerEntry } from "./workerEntry.ts";

type ApiListeners = {
  /** Gives an owner's session its line to the host. */
  readonly connect: (owner: string, port: MessagePort) => void;
  readonly listening: (sites: Extract<ApiReport, { type: "listening" }>["sites"]) => void;
  readonly warned: (warning: HostWarning) => void;
  readonly refused: (error: TypedError) => void;
  /** The thread failed: the interface is gone, trading goes on without it. */
  readonly failed: (why: string) => void;
};

/** What the interface has of the host that it serves. */
export type ApiSurroundings = {
  readonly folder: DataFolder;
  readonly log: LogFile;
  readonly standing: Standing;
  readonly report: (report: EngineReport) => void;
  readonly connect: (identity: ClientIdentity, transport: ClientTransport) => void;
};

/** GW-20: serves the venue's own interface from here on; what becomes of it is reported, logged and warned of. */
export function serveApi(settings: ApiSettings, { folder, log, standing, report, connect }: ApiSurroundings): ApiThread {
  return new ApiThread(
    { ...settings, dataFolder: folder.path },
    {
      connect: (owner, port) => connect({ session: `api-${owner}`, owner, operator: false }, batchedTransport(port)),
      listening: (sites) => {
        for (const { site, url } of sites) log.info(`The ${site} interface of the simulated exchange listens on ${url}`);
        report({ type: "apiListening", sites });
      },
      warned: (warning) => standing.warn(warning),
      refused: (error) => standing.warn({ code: "error", error }),
      failed: (why) => standing.warn({ code: "apiStopped", why }),
    },
  );
}

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
