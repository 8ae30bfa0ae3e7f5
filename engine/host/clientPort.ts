import { hostNoteText, type HostNote } from "../../shared/hostNotes.ts";
import { accountCommandTypes, type Command } from "../../shared/commands.ts";
import { errorFromZod, type TypedError } from "../../shared/errors.ts";
import {
  clientMessageSchema,
  PROTOCOL_VERSION,
  type ClientMessage,
  type HostMessage,
  type Operation,
  type Outcome,
  type Query,
  type QueryResult,
  type Subscription,
  type VenueLabel,
} from "../../shared/protocol.ts";
import type { Result } from "../../shared/result.ts";
import { operationTakes, takesOfficer, type VenueUser } from "../../shared/users.ts";
import type { EngineStatus } from "../../shared/views.ts";
import {
  accountForbidden,
  cannotSignIn,
  officersOnly,
  pastIsLeft,
  pastIsReadOnly,
  senderRefused,
  tooManyCommands,
  tooManyRequests,
  usersOnly,
  versionError,
} from "./clientRefusals.ts";
import type { PastPicture } from "./past/pastThread.ts";
import type { ClientTransport } from "./transport.ts";

/** Commands of one client that were not answered yet; one client cannot fill the engine's inbox alone. */
export const MOST_OUTSTANDING_PER_CLIENT = 4_096;
/** Queries and operations of one client under way at once. */
const MOST_REQUESTS_PER_CLIENT = 16;

/** Who is at the other end, as the shell that handed out the line vouches. */
export type ClientIdentity = { readonly session: string; readonly owner: string; readonly operator: boolean };

/** What a client can have done. */
export type HostServices = {
  readonly venue: VenueLabel;
  /** Who may sign in at an operator's client. */
  readonly users: readonly VenueUser[];
  readonly status: () => EngineStatus;
  /** Does the account exist and belong to this owner? */
  readonly owns: (owner: string, accountId: number) => boolean;
  /** Takes a command in, or says why not; `answered` is called once its records are on disk. */
  readonly submit: (command: Command, actor: string, answered: (outcome: Outcome) => void) => TypedError | null;
  /** `atSeq`: the past sequence that the client stands at, or null. */
  readonly query: (query: Query, identity: ClientIdentity, atSeq: number | null) => Promise<Result<QueryResult>>;
  /** Returns what was done: a note that windows tell in their language, or a sentence. */
  readonly operate: (operation: Operation, actor: string) => Promise<Result<HostNote | string>>;
  /** The client's subscription changed, or it lost its place: it needs a snapshot. */
  readonly snapshotWanted: (port: ClientPort) => void;
  /** The client has taken in its frames up to this sequence. */
  readonly framesSeen: (port: ClientPort, toSeq: number) => void;
  /** The client goes to a past sequence or stays there with another subscription; the answer is its picture. */
  readonly travel: (port: ClientPort, atSeq: number) => Promise<Result<PastPicture>>;
  /** The client is live again and needs a snapshot. */
  readonly returned: (port: ClientPort) => void;
  readonly closed: (port: ClientPort) => void;
};

/**
 * One connected client: a window, a participant, a tool. Every message is parsed once, here; what does not fit, or is not the client's to
 * ask, is answered with a TypedError and changes nothing.
 */
export class ClientPort {
  readonly identity: ClientIdentity;
  readonly #transport: ClientTransport;
  readonly #services: HostServices;
  #greeted = false;
  #subscription: Subscription | null = null;
  #outstanding = 0;
  #requests = 0;
  #isOpen = true;
  #pastSeq: number | null = null;
  /** The past sequence whose picture the client was sent last; null while it has a live one. */
  #shownSeq: number | null = null;
  #user: VenueUser | null = null;

  constructor(identity: ClientIdentity, transport: ClientTransport, services: HostServices) {
    this.identity = identity;
    this.#transport = transport;
    this.#services = services;
    transport.onClose(() => this.#closed());
    transport.onMessage((message) => this.#receive(message));
  }

  /** Null until the client subscribed. */
  get subscription(): Subscription | null {
    return this.#subscription;
  }

  /** The past sequence that the client stands at; null while it is live. */
  get pastSeq(): number | null {
    return this.#pastSeq;
  }

  /** By whose name the journal keeps what the client does (GW-62). */
  get #actor(): string {
    return this.#user?.code ?? this.identity.session;
  }

  /** Has the client said hello? Only then does it hear anything but errors. */
  get isGreeted(): boolean {
    return this.#greeted;
  }

  send(message: HostMessage): void {
    if (this.#isOpen) this.#transport.send(message);
  }

  close(): void {
    this.#transport.close();
    this.#closed();
  }

  #receive(raw: unknown): void {
    const parsed = clientMessageSchema.safeParse(raw);
    if (!parsed.success) {
      this.#refuse(requestIdOf(raw), errorFromZod("MESSAGE_MALFORMED", parsed.error, raw));
      return;
    }
    const message = parsed.data;
    if (message.type === "hello") this.#greet(message.version);
    else if (!this.#greeted) this.#refuse(requestIdOf(raw), versionError("none"));
    else this.#serve(message);
  }

  #greet(version: number): void {
    if (version !== PROTOCOL_VERSION) {
      this.#refuse(null, versionError(version));
      return;
    }
    this.#greeted = true;
    const { session, owner, operator } = this.identity;
    this.send({
      type: "welcome",
      version: PROTOCOL_VERSION,
      session,
      owner,
      operator,
      venue: this.#services.venue,
      users: operator ? this.#services.users : [],
      status: this.#services.status(),
    });
  }

  #serve(message: Exclude<ClientMessage, { type: "hello" }>): void {
    switch (message.type) {
      case "subscribe": {
        const { type: _type, ...subscription } = message;
        this.#subscription = subscription;
        this.#wantSnapshot();
        return;
      }
      case "resync":
        if (this.#subscription !== null) this.#wantSnapshot();
        return;
      case "travel":
        this.#request(message.requestId, () => this.#travel(message.requestId, message.atSeq));
        return;
      case "seen":
        this.#services.framesSeen(this, message.toSeq);
        return;
      case "signIn":
        this.#signIn(message.requestId, message.user);
        return;
      case "submit":
        this.#submit(message.requestId, message.command);
        return;
      case "query":
        this.#request(message.requestId, async () => {
          const forbidden = this.#forbiddenQuery(message.query);
          if (forbidden !== null) return forbidden;
          const result = await this.#services.query(message.query, { ...this.identity, session: this.#actor }, this.#pastSeq);
          return result.ok ? { type: "result", requestId: message.requestId, result: result.value } : result.error;
        });
        return;
      case "operate":
        this.#request(message.requestId, async () => {
          if (this.#pastSeq !== null) return pastIsReadOnly(this.#pastSeq);
          if (!this.identity.operator) return senderRefused("operation.type", message.operation.type);
          const unfit = this.#forbiddenOperation(message.operation);
          if (unfit !== null) return unfit;
          const result = await this.#services.operate(message.operation, this.#actor);
          return result.ok ? done(message.requestId, result.value) : result.error;
        });
        return;
    }
  }

  #wantSnapshot(): void {
    const seq = this.#pastSeq;
    if (seq === null) this.#services.snapshotWanted(this);
    else void this.#showPast(seq);
  }

  async #showPast(seq: number): Promise<void> {
    const picture = await this.#services.travel(this, seq);
    // The client may have moved on in the meantime.
    if (this.#pastSeq !== seq) return;
    if (picture.ok) this.send({ type: "past", requestId: null, ...picture.value });
    else this.#refuse(null, picture.error);
  }

  /** JR-62: from the moment it is asked for nothing can be sent, and no live frame follows the picture of the past. */
  async #travel(requestId: number, atSeq: number | null): Promise<HostMessage | TypedError> {
    const before = this.#pastSeq;
    this.#pastSeq = atSeq;
    if (atSeq === null) {
      this.#shownSeq = null;
      if (before !== null) this.#services.returned(this);
      return done(requestId, { code: "live" });
    }
    const picture = await this.#services.travel(this, atSeq);
    // It has gone back meanwhile: behind its live snapshot nothing of the past may come.
    if (this.#pastSeq === null) return pastIsLeft(atSeq);
    if (picture.ok) {
      this.#shownSeq = atSeq;
      return { type: "past", requestId, ...picture.value };
    }
    // Where it stands is what it was shown, not what it asked for before and may have been refused as well.
    if (this.#pastSeq === atSeq) {
      this.#pastSeq = this.#shownSeq;
      if (this.#pastSeq === null) this.#services.returned(this);
    }
    return picture.error;
  }

  #signIn(requestId: number, code: string): void {
    const user = this.identity.operator ? this.#services.users.find((one) => one.code === code) : undefined;
    if (user === undefined) {
      this.#refuse(requestId, cannotSignIn(code, this.identity.operator ? this.#services.users : []));
      return;
    }
    this.#user = user;
    this.send({ type: "done", requestId, note: `${user.name} works here.` });
  }

  #submit(requestId: number, command: Command): void {
    const error =
      (this.#pastSeq === null ? null : pastIsReadOnly(this.#pastSeq)) ??
      this.#forbidden(command) ??
      this.#busy() ??
      this.#services.submit(command, this.#actor, (outcome) => {
        this.#outstanding -= 1;
        this.send({ type: "outcome", requestId, outcome });
      });
    if (error === null) this.#outstanding += 1;
    else this.#refuse(requestId, error);
  }

  /** Why this client may not send this command; null if it may. */
  #forbidden(command: Command): TypedError | null {
    if (isAccountCommand(command)) return this.#forbiddenAccount("command.accountId", command.accountId);
    const isOfficers = this.#services.users.length > 0 && takesOfficer(command);
    if (isOfficers && this.identity.operator && this.#user?.role !== "riskOfficer")
      return officersOnly("command.type", command.type, this.#user);
    // What the host does, and what an outside venue told it, is recorded by the host; nobody else vouches for it.
    const isHosts = command.type === "RecordOperatorAction" || command.type === "RecordVenueReport";
    return this.identity.operator && !isHosts ? null : senderRefused("command.type", command.type);
  }

  /** Of the sessions that may operate at all. */
  #forbiddenOperation(operation: Operation): TypedError | null {
    const takes = this.#services.users.length > 0 ? operationTakes(operation) : "anybody";
    if (takes === "riskOfficer" && this.#user?.role !== "riskOfficer") return officersOnly("operation.type", operation.type, this.#user);
    return takes === "user" && this.#user === null ? usersOnly(operation.type) : null;
  }

  #forbiddenAccount(field: string, accountId: number): TypedError | null {
    const { owner } = this.identity;
    return this.#services.owns(owner, accountId) ? null : accountForbidden(field, owner, accountId);
  }

  /** What a client may not send it may not try out either: a preview tells of balances and limits. */
  #forbiddenQuery(query: Query): TypedError | null {
    if (query.type === "preview") return this.#forbidden(query.command);
    if (query.type === "feeTerms") return this.#forbiddenAccount("query.accountId", query.accountId);
    const isOperators = query.type === "riskTree" || query.type === "riskRecord";
    return isOperators && !this.identity.operator ? senderRefused("query.type", query.type) : null;
  }

  #busy(): TypedError | null {
    return this.#outstanding < MOST_OUTSTANDING_PER_CLIENT ? null : tooManyCommands(this.#outstanding, MOST_OUTSTANDING_PER_CLIENT);
  }

  #request(requestId: number, work: () => Promise<HostMessage | TypedError>): void {
    if (this.#requests >= MOST_REQUESTS_PER_CLIENT) {
      this.#refuse(requestId, tooManyRequests(MOST_REQUESTS_PER_CLIENT));
      return;
    }
    this.#requests += 1;
    void this.#answer(requestId, work);
  }

  async #answer(requestId: number, work: () => Promise<HostMessage | TypedError>): Promise<void> {
    const answer = await work();
    this.#requests -= 1;
    if ("code" in answer) this.#refuse(requestId, answer);
    else this.send(answer);
  }

  #refuse(requestId: number | null, error: TypedError): void {
    this.send({ type: "error", requestId, error });
  }

  #closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#services.closed(this);
  }
}

function isAccountCommand(
  command: Command,
): command is Extract<Command, { accountId: unknown }> & { type: (typeof accountCommandTypes)[number] } {
  return accountCommandTypes.some((type) => type === command.type);
}

/** The request that a message meant, as far as it can be read. */
function requestIdOf(raw: unknown): number | null {
  if (raw === null || typeof raw !== "object" || !("requestId" in raw)) return null;
  return typeof raw.requestId === "number" && Number.isSafeInteger(raw.requestId) ? raw.requestId : null;
}

function done(requestId: number, what: HostNote | string): HostMessage {
  return typeof what === "string"
    ? { type: "done", requestId, note: what }
    : { type: "done", requestId, note: hostNoteText(what), told: what };
}
