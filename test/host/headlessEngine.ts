import { fork, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import type { HeadlessControl, HeadlessReport } from "../../engine/host/headlessDoor.ts";
import type { TypedError } from "../../shared/errors.ts";
import type { EngineReport } from "../../shared/shell.ts";
import { eventually } from "./tempFolder.ts";
import { TestClient } from "./testClient.ts";

const ENGINE_ENTRY = resolve(import.meta.dirname, "../../engine/host/main.ts");

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** The engine as a process of its own, without Electron, through its headless door. */
export class HeadlessEngine {
  readonly reports: EngineReport[] = [];
  readonly #child: ChildProcess;
  readonly #clients = new Map<string, TestClient>();
  #exit: Exit | null = null;

  constructor(args: readonly string[], options: { readonly uid?: number; readonly env?: NodeJS.ProcessEnv } = {}) {
    const { uid } = options;
    this.#child = fork(ENGINE_ENTRY, args, {
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: options.env ?? process.env,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.#child.on("message", (report: HeadlessReport) => {
      if (report.type === "client") this.#clients.get(report.session)?.receive(report.message);
      else this.reports.push(report);
    });
    this.#child.on("exit", (code, signal) => {
      this.#exit = { code, signal };
      const why = `the engine ended with ${code ?? signal}: ${JSON.stringify(this.reports.at(-1))}`;
      for (const client of this.#clients.values()) client.lose(why);
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get exit(): Exit | null {
    return this.#exit;
  }

  tell(control: HeadlessControl | Record<string, unknown>): void {
    if (this.#child.connected) this.#child.send(control);
  }

  async ready(): Promise<Extract<EngineReport, { type: "ready" }>> {
    const report = await eventually(() => this.reports.find(({ type }) => type === "ready" || type === "fatal"), "a ready engine", 120_000);
    if (report.type !== "ready") throw new Error(JSON.stringify(report));
    return report;
  }

  async connect(owner: string, options: { readonly operator?: boolean; readonly session?: string } = {}): Promise<TestClient> {
    const session = options.session ?? `headless-${owner}`;
    const client = new TestClient((message) => this.tell({ type: "client", session, message }));
    this.#clients.set(session, client);
    this.tell({ type: "connect", session, owner, operator: options.operator ?? false });
    await client.greet();
    return client;
  }

  async fatal(): Promise<TypedError> {
    const report = await eventually(() => this.reports.find(({ type }) => type === "fatal"), "a fatal report", 30_000);
    if (report.type !== "fatal") throw new Error("no fatal report");
    return report.error;
  }

  /** Waits for the end, whatever caused it. */
  ended(): Promise<Exit> {
    return eventually(() => this.#exit, "the engine's end", 30_000);
  }

  async shutdown(): Promise<Exit> {
    this.tell({ type: "shutdown" });
    return this.ended();
  }

  /** Closes the channel, as the death of the parent would. */
  disconnect(): void {
    this.#child.disconnect();
  }

  async kill(): Promise<Exit> {
    this.#child.kill("SIGKILL");
    return this.ended();
  }
}
