import { MessageChannel } from "node:worker_threads";
import type { Host } from "../../engine/host/host.ts";
import { threadTransport } from "../../engine/host/transport.ts";
import type { TypedError } from "../../shared/errors.ts";
import { PROTOCOL_VERSION, type HostMessage, type Operation, type Outcome, type QueryResult } from "../../shared/protocol.ts";
import type { EngineStatus, Frame } from "../../shared/views.ts";
import type { PlainCommand } from "../core/drive.ts";
import { eventually } from "./tempFolder.ts";

/** A client of the engine as the tests see it: speaks the protocol over whatever line it is given, and remembers what it heard. */
export class TestClient {
  readonly heard: HostMessage[] = [];
  readonly #send: (message: unknown) => void;
  #lastRequest = 0;
  #lost: string | null = null;

  constructor(send: (message: unknown) => void) {
    this.#send = send;
  }

  /** The line's other end calls this. */
  receive(message: HostMessage): void {
    this.heard.push(message);
  }

  /** The line is gone; whoever waits for an answer learns why there is none. */
  lose(why: string): void {
    this.#lost = why;
  }

  /** Sends anything at all. */
  say(message: unknown): void {
    this.#send(message);
  }

  async greet(): Promise<Extract<HostMessage, { type: "welcome" }>> {
    this.say({ type: "hello", version: PROTOCOL_VERSION });
    return eventually(() => this.#last("welcome"), "a welcome");
  }

  /** Subscribes and waits for the snapshot. */
  async subscribe(
    topics: { readonly depthLevels?: number; readonly candles?: readonly object[]; readonly instrumentIds?: readonly number[] } = {},
  ): Promise<Frame> {
    const before = this.frames().length;
    this.say({ type: "subscribe", instrumentIds: [1, 2], depthLevels: 20, candles: [], ...topics });
    return eventually(
      () =>
        this.frames()
          .slice(before)
          .find(({ snapshot }) => snapshot),
      "a snapshot frame",
    );
  }

  /** Sends a request and waits for whatever answers it. */
  async ask(message: Record<string, unknown>): Promise<Exclude<HostMessage, { type: "welcome" | "frame" | "status" }>> {
    this.#lastRequest += 1;
    const requestId = this.#lastRequest;
    this.say({ ...message, requestId });
    return eventually(
      () => {
        const answer = this.heard.find((heard) => "requestId" in heard && heard.requestId === requestId);
        if (answer !== undefined && "requestId" in answer) return answer;
        if (this.#lost !== null) throw new Error(this.#lost);
        return null;
      },
      `an answer to ${JSON.stringify(message)}`,
    );
  }

  async submit(command: PlainCommand): Promise<Outcome> {
    const answer = await this.ask({ type: "submit", command });
    if (answer.type !== "outcome") throw new Error(`expected an outcome, got ${JSON.stringify(answer)}`);
    return answer.outcome;
  }

  async refused(message: Record<string, unknown>): Promise<TypedError> {
    const answer = await this.ask(message);
    if (answer.type !== "error") throw new Error(`expected an error, got ${JSON.stringify(answer)}`);
    return answer.error;
  }

  async query<T extends QueryResult["type"]>(
    query: { readonly type: T } & Record<string, unknown>,
  ): Promise<Extract<QueryResult, { type: T }>> {
    const answer = await this.ask({ type: "query", query });
    if (answer.type !== "result") throw new Error(`expected a result, got ${JSON.stringify(answer)}`);
    // The host answers a query with a result of its own type.
    return answer.result as Extract<QueryResult, { type: T }>;
  }

  /** A user of the venue sits down at this client. */
  async signIn(user: string): Promise<void> {
    await this.ask({ type: "signIn", user });
  }

  async operate(operation: Operation): Promise<string | TypedError> {
    const answer = await this.ask({ type: "operate", operation });
    if (answer.type === "done") return answer.note;
    if (answer.type === "error") return answer.error;
    throw new Error(`expected done or an error, got ${JSON.stringify(answer)}`);
  }

  async stateHash(): Promise<{ readonly seq: number; readonly hash: string }> {
    const { seq, hash } = await this.query({ type: "stateHash" });
    return { seq, hash };
  }

  frames(): readonly Frame[] {
    return this.heard.flatMap((message) => (message.type === "frame" ? [message.frame] : []));
  }

  status(): EngineStatus | null {
    return this.#last("status")?.status ?? null;
  }

  errors(): readonly TypedError[] {
    return this.heard.flatMap((message) => (message.type === "error" ? [message.error] : []));
  }

  #last<T extends HostMessage["type"]>(type: T): Extract<HostMessage, { type: T }> | null {
    // Filtered by the very tag.
    return (this.heard.findLast((message) => message.type === type) as Extract<HostMessage, { type: T }> | undefined) ?? null;
  }
}

/** Connects a client over a thread's port, which is how the simulated participants connect. */
export async function connect(
  host: Host,
  owner: string,
  options: { readonly operator?: boolean; readonly session?: string } = {},
): Promise<TestClient> {
  const { port1, port2 } = new MessageChannel();
  const client = new TestClient((message) => port2.postMessage(message));
  port2.on("message", (message: HostMessage) => client.receive(message));
  port2.unref();
  host.connect({ session: options.session ?? `test-${owner}`, owner, operator: options.operator ?? false }, threadTransport(port1));
  await client.greet();
  return client;
}

let lastClientOrderId = Date.now() * 1_000;

/** A limit order that differs from the usual one in what is given. */
export function order(
  fields: Partial<Omit<Extract<PlainCommand, { type: "SubmitOrder" }>, "type">> = {},
): Extract<PlainCommand, { type: "SubmitOrder" }> {
  lastClientOrderId += 1;
  return {
    type: "SubmitOrder",
    accountId: 2,
    instrumentId: 1,
    clientOrderId: lastClientOrderId,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: 6_500_000,
    lots: 100,
    ...fields,
  };
}
