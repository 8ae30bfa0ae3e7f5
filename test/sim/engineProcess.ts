import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { HeadlessControl, HeadlessReport } from "../../engine/host/headlessDoor.ts";
import type { OrderId } from "../../shared/ids.ts";
import type { ClientMessage, HostMessage, Operation, QueryResult, Query } from "../../shared/protocol.ts";
import type { BookView, EngineStatus, OrderRow, PriceSource, TradeRow } from "../../shared/views.ts";

const ENTRY = join(import.meta.dirname, "../../engine/host/main.ts");
const DEADLINE_MS = 20_000;

/** The real engine process, without a window. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #clients = new Map<string, EngineClient>();
  readonly #reports: HeadlessReport[] = [];
  #lastRequest = 0;

  constructor(dataFolder: string, args: readonly string[] = []) {
    this.#child = fork(ENTRY, ["--data", dataFolder, ...args], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (report: HeadlessReport) => {
      if (report.type === "client") this.#clients.get(report.session)?.receive(report.message);
      else this.#reports.push(report);
    });
  }

  async ready(): Promise<void> {
    await until("the engine is ready", () => this.#reports.some((report) => report.type === "ready"));
  }

  /** A client that sees the first two instruments. */
  connect(owner: string, operator = false): EngineClient {
    const session = `${owner}-${this.#clients.size}`;
    const client = new EngineClient((message) => this.#tell({ type: "client", session, message }));
    this.#clients.set(session, client);
    this.#tell({ type: "connect", session, owner, operator });
    client.start();
    return client;
  }

  async importHistory(symbol: string, path: string): Promise<Extract<HeadlessReport, { type: "imported" }>> {
    this.#lastRequest += 1;
    const requestId = this.#lastRequest;
    this.#tell({ type: "importHistory", requestId, symbol, path });
    return until("the import is answered", () =>
      this.#reports.find((report) => report.type === "imported" && report.requestId === requestId),
    ) as Promise<Extract<HeadlessReport, { type: "imported" }>>;
  }

  async shutdown(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#tell({ type: "shutdown" });
    await ended;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #tell(control: HeadlessControl): void {
    this.#child.send(control);
  }
}

/** A client of the engine process, keeping what it was told. */
export class EngineClient {
  readonly #send: (message: ClientMessage) => void;
  readonly #answers = new Map<number, HostMessage>();
  #lastRequest = 0;
  readonly books = new Map<number, BookView>();
  readonly openOrders = new Map<OrderId, OrderRow>();
  readonly trades: TradeRow[] = [];
  sources: readonly PriceSource[] = [];
  status: EngineStatus | null = null;
  hasSnapshot = false;

  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  start(): void {
    this.#send({ type: "hello", version: 1 });
    this.#send({ type: "subscribe", instrumentIds: [1, 2] as never, depthLevels: 100, candles: [] });
  }

  async query(query: Query): Promise<QueryResult> {
    const answer = await this.#request((requestId) => ({ type: "query", requestId, query }));
    if (answer.type !== "result") throw new Error(`no result but ${JSON.stringify(answer)}`);
    return answer.result;
  }

  async operate(operation: Operation): Promise<void> {
    const answer = await this.#request((requestId) => ({ type: "operate", requestId, operation }));
    if (answer.type !== "done") throw new Error(`not done but ${JSON.stringify(answer)}`);
  }

  receive(message: HostMessage): void {
    if (message.type === "welcome" || message.type === "status") this.status = message.status;
    if (message.type === "result" || message.type === "done" || message.type === "error")
      this.#answers.set(message.requestId ?? 0, message);
    if (message.type !== "frame") return;
    const { frame } = message;
    this.hasSnapshot ||= frame.snapshot;
    for (const book of frame.books) this.books.set(book.instrumentId, book);
    for (const order of frame.orders) {
      if (order.orderId === null) continue;
      if (order.leavesLots > 0) this.openOrders.set(order.orderId, order);
      else this.openOrders.delete(order.orderId);
    }
    if (!frame.snapshot) this.trades.push(...frame.trades);
    if (frame.sources.length > 0) this.sources = frame.sources;
  }

  async #request(make: (requestId: number) => ClientMessage): Promise<HostMessage> {
    this.#lastRequest += 1;
    const requestId = this.#lastRequest;
    this.#send(make(requestId));
    return until("the request is answered", () => this.#answers.get(requestId));
  }
}

/** Polls until the condition gives something true, and returns that; fails after a deadline. */
export async function until<T>(what: string, condition: () => T | undefined | false | null, deadlineMs = DEADLINE_MS): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const result = condition();
    if (result !== undefined && result !== false && result !== null) return result;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
