import type { AccountCommand } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { ClientMessage, HostMessage } from "../../shared/protocol.ts";
import type { Agent, InstrumentNews } from "../sim/agent.ts";
import { isManipulator, isTold, makeAgent, type AgentTerms } from "../sim/agents/kinds.ts";
import type { EventQueue } from "../sim/eventQueue.ts";
import { RandomStream } from "../sim/randomStream.ts";
import { MarketSession } from "../sim/session.ts";
import type { ClientTransport } from "../host/transport.ts";
import { HOST_ACTOR, type SimulatedExchange } from "./exchange.ts";

/** A participant whose line was cut waits so long before it takes another. */
const RECONNECT_US = 1_000_000;

/** What a manipulator did: ground truth for surveillance, which the engine and its journal never hear of. */
export type Label = { readonly atUs: number; readonly agent: string; readonly kind: AgentTerms["kind"]; readonly command: AccountCommand };

export type ParticipantSetting = {
  readonly queue: EventQueue;
  readonly exchange: SimulatedExchange;
  readonly seed: number;
  /** What it is told of an instrument at this time. */
  readonly newsOf: (symbol: string, isTold: boolean) => InstrumentNews;
  readonly labelled: (label: Label) => void;
};

/**
 * One participant of a scenario: an agent, its client session, and the line between it and the exchange, on which every message takes its
 * time. It is a client like any other; nothing here reaches past the client port.
 */
export class Participant {
  readonly #terms: AgentTerms;
  readonly #setting: ParticipantSetting;
  readonly #agent: Agent;
  #session: MarketSession | null = null;
  #hangUp: () => void = () => undefined;
  #lines = 0;
  /** The timeline keeps its line cut. */
  #isKeptAway = false;

  constructor(terms: AgentTerms, setting: ParticipantSetting) {
    this.#terms = terms;
    this.#setting = setting;
    this.#agent = makeAgent(terms, { seed: setting.seed, name: terms.name });
    this.connect();
    // Participants do not all look at the same moment.
    const offset = new RandomStream(setting.seed, `${terms.name}/offset`).whole(0, Math.max(0, terms.every - 1));
    setting.queue.after(offset, () => this.#look());
  }

  get name(): string {
    return this.#terms.name;
  }

  /** Takes up its line, unless it has one. */
  connect(): void {
    this.#isKeptAway = false;
    if (this.#session !== null) return;
    const { exchange } = this.#setting;
    const { name, cancelOnDisconnect } = this.#terms;
    this.#lines += 1;
    const session = `${name}-${this.#lines}`;
    if (cancelOnDisconnect) exchange.submit({ type: "OpenSession", session: { session, cancelOnDisconnect } }, HOST_ACTOR);
    const line = this.#line(() => this.#lost());
    const client = new MarketSession({ postMessage: line.toVenue }, name);
    line.onMessage((message) => client.receive(message));
    this.#session = client;
    this.#hangUp = () => {
      line.close();
      if (cancelOnDisconnect) exchange.submit({ type: "CloseSession", session }, HOST_ACTOR);
    };
    exchange.connect({ session, owner: name, operator: false }, line.transport);
    client.start();
  }

  /** The line breaks: what is on its way is lost, in both directions. */
  disconnect(): void {
    this.#isKeptAway = true;
    this.#end();
  }

  /** The venue has cut the line: another one after a while, as any client does. */
  #lost(): void {
    this.#end();
    this.#setting.queue.after(RECONNECT_US, () => !this.#isKeptAway && this.connect());
  }

  #end(): void {
    if (this.#session !== null) this.#hangUp();
    this.#session = null;
  }

  /** `lost` is told when the venue closes it. */
  #line(lost: () => void): {
    readonly transport: ClientTransport;
    readonly toVenue: (message: ClientMessage) => void;
    readonly onMessage: (listener: (message: HostMessage) => void) => void;
    readonly close: () => void;
  } {
    const { queue } = this.#setting;
    const { latency } = this.#terms;
    let isOpen = true;
    let hasHungUp = false;
    let closed: () => void = () => undefined;
    let atVenue: (message: unknown) => void = () => undefined;
    let atClient: (message: HostMessage) => void = () => undefined;
    return {
      transport: {
        send: (message) => queue.after(latency, () => isOpen && atClient(message)),
        close: () => {
          if (!isOpen) return;
          isOpen = false;
          queue.after(latency, () => !hasHungUp && lost());
        },
        onMessage: (listener) => (atVenue = listener),
        onClose: (listener) => (closed = listener),
      },
      toVenue: (message) => queue.after(latency, () => isOpen && atVenue(message)),
      onMessage: (listener) => (atClient = listener),
      close: () => {
        hasHungUp = true;
        isOpen = false;
        closed();
      },
    };
  }

  #look(): void {
    const { queue } = this.#setting;
    queue.after(this.#terms.every, () => this.#look());
    const session = this.#session;
    if (session === null || !session.mayAct()) return;
    const { kind, name, on } = this.#terms;
    const now = queue.nowUs as EpochUs;
    const seen = session.view(now, ({ symbol }) => this.#setting.newsOf(symbol, isTold(kind)));
    // In the order in which the scenario names them, which two-legged participants go by.
    const instruments =
      on === undefined
        ? seen.instruments
        : on.flatMap((symbol) => seen.instruments.filter(({ instrument }) => instrument.symbol === symbol));
    const commands = session.send(this.#agent.observe({ ...seen, instruments }), now);
    if (!isManipulator(kind)) return;
    for (const command of commands) this.#setting.labelled({ atUs: now, agent: name, kind, command });
  }
}
