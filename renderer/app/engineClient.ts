import type { Command } from "../../shared/commands.ts";
import type { TypedError } from "../../shared/errors.ts";
import { errorText } from "../../shared/errorText.ts";
import { hostNoteText } from "../../shared/hostNotes.ts";
import type { InstrumentId, Seq } from "../../shared/ids.ts";
import {
  PROTOCOL_VERSION,
  type ClientMessage,
  type HostMessage,
  type Operation,
  type Outcome,
  type PastMark,
  type Query,
  type QueryResult,
} from "../../shared/protocol.ts";
import type { VenueUser } from "../../shared/users.ts";
import { shellChannels, type EngineProcessState, type TerminalBridge } from "../../shared/shell.ts";
import type { CandleInterval, EngineStatus, Frame } from "../../shared/views.ts";
import { atMostEvery } from "../ui/atMostEvery.ts";
import { formatTime, zoneLabel } from "../ui/format.ts";
import { appTexts } from "./appTexts.ts";
import { STALE_AFTER_MS, type ConnectionState } from "./connection.ts";
import { FrameWatch, type Trouble } from "./frameWatch.ts";
import { preferences } from "./preferences.ts";
import { readModel, type ReadModel } from "./readModel.ts";
import { Requests, unexpected, type Answer } from "./requests.ts";

/** What its requests reject with. */
export { RequestError } from "./requests.ts";

/** The part of a MessagePort that is used. */
type EnginePort = Pick<MessagePort, "postMessage" | "close"> & { onmessage: ((event: MessageEvent) => void) | null };

/** Levels a side that screens ask for. */
const DEPTH_LEVELS = 200;
const WATCHDOG_MS = 100;
/** The engine spares a window that has not called its frames seen for two seconds (GW-8); each of these calls costs as much as drawing ten rows. */
const SEEN_EVERY_MS = 100;
/** A port that brought nothing for so long is asked for again. */
const PORT_PATIENCE_MS = 5_000;
/** An engine that ends closes its lines before the shell hears of its end: only a line of one that still lives then is asked for again. */
const ASK_AFTER_CUT_MS = 150;
/**
 * This window's end of the engine's port: greets, subscribes, applies frames to the read model, notices gaps and silence, and pairs
 * requests with answers. It holds no opinion about orders; see orders.ts.
 */
class EngineClient {
  readonly #model: ReadModel;
  readonly #requests = new Requests();
  readonly #candles = new Map<symbol, { readonly instrumentId: InstrumentId; readonly intervalSeconds: CandleInterval }>();
  readonly #onSnapshot = new Set<() => void>();
  readonly #onWelcome = new Set<() => void>();
  #bridge: TerminalBridge | null = null;
  #port: EnginePort | null = null;
  #awaitingSnapshot = true;
  readonly #watch = new FrameWatch();
  /** Last sequence of the newest frame that was taken in. */
  #seenSeq: Seq | null = null;
  readonly #seen = atMostEvery(SEEN_EVERY_MS, () => {
    if (this.#seenSeq !== null) this.#post({ type: "seen", toSeq: this.#seenSeq });
  });
  readonly #onTrouble = new Set<(trouble: Trouble) => void>();
  #lastHeardMs: number | null = null;
  #subscribed = "";
  #enginePid: number | null = null;
  /** Pid of the engine whose line was cut, until there is another one. */
  #cutPid: number | null = null;
  /** A port was asked for and has not come. */
  #asked = false;
  #askedMs = 0;

  constructor(model: ReadModel) {
    this.#model = model;
  }

  /** Pid of the engine process as the shell last told it. */
  get enginePid(): number | null {
    return this.#enginePid;
  }

  /** Asks the shell for a port and keeps asking whenever the engine process comes back. */
  start(bridge: TerminalBridge): void {
    this.#bridge = bridge;
    bridge.onEngineProcess((state) => this.processChanged(state));
    window.addEventListener("message", (event) => {
      const port = event.ports[0];
      if (event.source === window && event.data === shellChannels.port && port !== undefined) this.attach(port);
    });
    setInterval(() => this.watch(), WATCHDOG_MS);
    if (!this.#asked) this.#ask();
  }

  /** Uses this port from now on. */
  attach(port: EnginePort): void {
    this.#detach();
    this.#asked = false;
    this.#askedMs = this.#model.nowMs();
    this.#port = port;
    this.#subscribed = "";
    port.onmessage = (event: MessageEvent) => {
      // The port was made by the shell and ends in the engine process; both are ours and speak this type.
      if (this.#port === port) this.#receive(event.data as HostMessage);
    };
    // A line that the engine's end has closed; not every kind of port tells.
    if ("addEventListener" in port && typeof port.addEventListener === "function") {
      port.addEventListener("close", () => {
        if (this.#port === port) this.#lineCut();
      });
    }
    this.#connecting(appTexts.waiting);
    this.#post({ type: "hello", version: PROTOCOL_VERSION });
    // The bar may have stood for less than a picture of the screen. An engine that went down is told as that.
    const wasCut = this.#cutPid !== null && this.#cutPid === this.#enginePid;
    this.#cutPid = null;
    if (wasCut) for (const listener of this.#onTrouble) listener({ kind: "lineCut" });
  }

  /** What the shell says about the engine process. */
  processChanged(state: EngineProcessState): void {
    const now = this.#model.nowMs();
    switch (state.state) {
      case "running":
        this.#enginePid = state.pid;
        if (this.#port === null && !this.#asked) this.#ask();
        return;
      case "starting":
        this.#asked = false;
        this.#detach();
        this.#connecting(startingNote(this.#model.connection, state.attempt));
        return;
      case "down":
        this.#asked = false;
        this.#enginePid = null;
        this.#detach();
        this.#model.setConnection({
          state: "down",
          sinceMs: now,
          lastHeardMs: this.#lastHeardMs,
          reason: state.reason,
          error: state.error,
          attempt: state.attempt,
          retryAtMs: state.retryInMs === null ? null : now + state.retryInMs,
        });
        return;
    }
  }

  /** Looks for silence; called by a timer. */
  watch(): void {
    const { connection } = this.#model;
    const now = this.#model.nowMs();
    // A port may have been lost with the process that it led to: ask for another.
    if (connection.state === "connecting" && this.#enginePid !== null && now - this.#askedMs > PORT_PATIENCE_MS) this.#ask();
    // Not every lost line tells: one that stays silent is given up.
    if (connection.state === "stale" && connection.cause === "silence" && now - connection.lastHeardMs > PORT_PATIENCE_MS) {
      this.#lineCut();
      return;
    }
    if (connection.state !== "live" || this.#lastHeardMs === null) return;
    if (now - this.#lastHeardMs <= STALE_AFTER_MS) return;
    this.#model.setConnection({ state: "stale", cause: "silence", sinceMs: now, lastHeardMs: this.#lastHeardMs });
    this.#model.markPendingUnknown();
  }

  /** Sends a command. Resolves with what the engine decided (a denial is an outcome too); rejects with RequestError. */
  async submit(command: Command): Promise<Outcome> {
    const answer = await this.#request((requestId) => ({ type: "submit", requestId, command }));
    if ("outcome" in answer) return answer.outcome;
    throw unexpected(answer);
  }

  /** Asks for past rows. Rejects with RequestError. */
  async query<T extends Query["type"]>(query: Extract<Query, { type: T }>): Promise<Extract<QueryResult, { type: T }>> {
    const answer = await this.#request((requestId) => ({ type: "query", requestId, query }));
    // The host answers each query with the result of the same name; a mismatch is refused here.
    if ("result" in answer && answer.result.type === query.type) return answer.result as Extract<QueryResult, { type: T }>;
    throw unexpected(answer);
  }

  /** A deed of the person at the controls. Resolves with a note for people; rejects with RequestError. */
  async operate(operation: Operation): Promise<string> {
    const answer = await this.#request((requestId) => ({ type: "operate", requestId, operation }));
    if ("note" in answer) return answer.note;
    throw unexpected(answer);
  }

  /** Puts this window at a past sequence. Resolves once the picture is that of the past; rejects with RequestError. */
  async travel(atSeq: number): Promise<PastMark> {
    const answer = await this.#request((requestId) => ({ type: "travel", requestId, atSeq }));
    if ("past" in answer) return answer.past;
    throw unexpected(answer);
  }

  /** Back to live: the next snapshot is the present. Rejects with RequestError. */
  async returnToLive(): Promise<void> {
    const answer = await this.#request((requestId) => ({ type: "travel", requestId, atSeq: null }));
    if (!("note" in answer)) throw unexpected(answer);
  }

  /** Bars of this instrument and length arrive in frames until the returned function is called. */
  subscribeCandles(instrumentId: InstrumentId, intervalSeconds: CandleInterval): () => void {
    const key = Symbol("candles");
    this.#candles.set(key, { instrumentId, intervalSeconds });
    this.#scheduleSubscribe();
    return () => {
      this.#candles.delete(key);
      this.#scheduleSubscribe();
    };
  }

  /** Has a user of the venue work at this window from now on. Rejects with RequestError. */
  async signIn(user: VenueUser): Promise<void> {
    const answer = await this.#request((requestId) => ({ type: "signIn", requestId, user: user.code }));
    if (!("note" in answer)) throw unexpected(answer);
    const { session } = this.#model;
    if (session !== null) this.#model.setSession({ ...session, user });
  }

  /** Called whenever an engine has greeted this window, which it knows by no user then. */
  onWelcome(listener: () => void): () => void {
    this.#onWelcome.add(listener);
    return () => void this.#onWelcome.delete(listener);
  }

  /** Called after each snapshot. */
  onSnapshot(listener: () => void): () => void {
    this.#onSnapshot.add(listener);
    return () => void this.#onSnapshot.delete(listener);
  }

  /** Called whenever a frame cannot be right, or a line that was cut was made again. */
  onTrouble(listener: (trouble: Trouble) => void): () => void {
    this.#onTrouble.add(listener);
    return () => void this.#onTrouble.delete(listener);
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        return;
      case "frame":
        this.#applyFrame(message.frame);
        return;
      case "past":
        this.#showPast(message.past, message.frame);
        if (message.requestId !== null) this.#requests.settle(message.requestId, { past: message.past });
        return;
      case "status":
        this.#hear(message.status, message.frameSeq);
        return;
      case "outcome":
        this.#requests.settle(message.requestId, { outcome: message.outcome });
        return;
      case "result":
        this.#requests.settle(message.requestId, { result: message.result });
        return;
      case "done":
        this.#requests.settle(message.requestId, {
          note: message.told === undefined ? message.note : hostNoteText(message.told, venueTimeText),
        });
        return;
      case "error":
        this.#fail(message.requestId, { ...message.error, message: errorText(message.error) });
        return;
    }
  }

  #welcome({ session, owner, operator, venue, users, status }: Extract<HostMessage, { type: "welcome" }>): void {
    this.#model.setSession({ session, owner, operator, venue, users, user: null });
    for (const listener of this.#onWelcome) listener();
    this.#hear(status, null);
    this.#subscribe();
  }

  #applyFrame(frame: Frame): void {
    if (this.#awaitingSnapshot && !frame.snapshot) return;
    if (this.#watch.isRepeated(frame, this.#model.seq)) return;
    const crossed = this.#watch.newlyCrossed(frame);
    if (crossed !== null) {
      this.#distrust(crossed, appTexts.crossed);
      return;
    }
    const expected = this.#model.seq;
    if (this.#model.applyFrame(frame) === "gap") {
      this.#distrust({ kind: "gap", expected, received: frame.fromSeq }, appTexts.missed);
      return;
    }
    this.#watch.reached(frame.toSeq);
    this.#seenSeq = frame.toSeq;
    this.#seen.request();
    // Frames come to a window that is live and to no other.
    this.#model.setPast(null);
    if (frame.catalog !== null) this.#subscribe();
    if (!frame.snapshot) {
      this.#goLive();
      return;
    }
    this.#awaitingSnapshot = false;
    this.#goLive();
    for (const listener of this.#onSnapshot) listener();
  }

  #showPast(past: PastMark, frame: Frame): void {
    this.#model.setPast(past);
    this.#model.applyFrame(frame);
    this.#awaitingSnapshot = false;
    this.#goLive();
  }

  #distrust(trouble: Trouble, note: string): void {
    this.#awaitingSnapshot = true;
    this.#watch.asked(this.#model.nowMs());
    this.#connecting(note);
    this.#post({ type: "resync" });
    for (const listener of this.#onTrouble) listener(trouble);
  }

  #lineCut(): void {
    this.#detach();
    this.#connecting(appTexts.lineCutAsking);
    const pid = this.#enginePid;
    this.#cutPid = pid;
    setTimeout(() => {
      if (pid !== null && this.#enginePid === pid && this.#port === null && !this.#asked) this.#ask();
    }, ASK_AFTER_CUT_MS);
  }

  #hear(status: EngineStatus, frameSeq: Seq | null): void {
    this.#lastHeardMs = this.#model.nowMs();
    this.#askedMs = this.#lastHeardMs;
    this.#model.setStatus(status, frameSeq);
    this.#lookForLateData(frameSeq);
    this.#goLive();
  }

  #lookForLateData(frameSeq: Seq | null): void {
    const nowMs = this.#model.nowMs();
    const { past, seq, connection } = this.#model;
    const isMissing = frameSeq !== null && past === null && (this.#awaitingSnapshot || (seq ?? 0) < frameSeq);
    const { isOld, ask } = this.#watch.expect(frameSeq, { isMissing, nowMs });
    if (isOld && (connection.state === "live" || connection.state === "connecting"))
      this.#model.setConnection({ state: "stale", cause: "late", sinceMs: nowMs, lastHeardMs: nowMs });
    if (!ask) return;
    if (seq !== null) this.#post({ type: "seen", toSeq: seq });
    this.#post({ type: "resync" });
  }

  #goLive(): void {
    if (this.#awaitingSnapshot || this.#watch.isLate || this.#model.connection.state === "live" || this.#port === null) return;
    this.#model.setConnection({ state: "live", sinceMs: this.#model.nowMs() });
  }

  #connecting(note: string): void {
    this.#model.setConnection({ state: "connecting", sinceMs: this.#model.nowMs(), note, lastHeardMs: this.#lastHeardMs });
  }

  #ask(): void {
    this.#asked = true;
    this.#askedMs = this.#model.nowMs();
    this.#bridge?.connect();
  }

  #scheduleSubscribe(): void {
    queueMicrotask(() => this.#subscribe());
  }

  /** Asks for every instrument of the catalog; a subscription that says nothing new is not sent, for it costs a snapshot. */
  #subscribe(): void {
    if (this.#port === null || this.#model.session === null) return;
    const instrumentIds = this.#model.catalog.instruments.map((row) => row.instrumentId);
    const candles = [...new Map([...this.#candles.values()].map((row) => [`${row.instrumentId}:${row.intervalSeconds}`, row])).values()];
    const message: ClientMessage = { type: "subscribe", instrumentIds, depthLevels: DEPTH_LEVELS, candles, queues: true, pace: "hand" };
    const text = JSON.stringify(message);
    if (text === this.#subscribed) return;
    this.#subscribed = text;
    this.#post(message);
  }

  #request(make: (requestId: number) => ClientMessage): Promise<Answer> {
    return this.#requests.send(make, this.#port === null ? null : (message) => this.#post(message));
  }

  #fail(requestId: number | null, error: TypedError): void {
    if (requestId !== null) {
      this.#requests.refuse(requestId, error);
      return;
    }
    this.#model.setConnection({
      state: "down",
      sinceMs: this.#model.nowMs(),
      lastHeardMs: this.#lastHeardMs,
      reason: error.message,
      error,
      attempt: 0,
      retryAtMs: null,
    });
  }

  #detach(): void {
    const port = this.#port;
    this.#port = null;
    this.#awaitingSnapshot = true;
    this.#watch.reset();
    this.#seen.cancel();
    if (port !== null) {
      port.onmessage = null;
      port.close();
    }
    const tell = this.#requests.abandon();
    this.#model.markPendingUnknown();
    tell();
  }

  #post(message: ClientMessage): void {
    this.#port?.postMessage(message);
  }
}

/** Venue time as every other time on this screen. */
function venueTimeText(us: number): string {
  return `${formatTime(us, preferences.zone, 3)} ${zoneLabel(preferences.zone)}`;
}

/** Keeps in sight why the engine went down while it is being started again. */
function startingNote(before: ConnectionState, attempt: number): string {
  if (before.state === "down") return appTexts.startingAfter(before.reason.replace(/\.$/, ""), attempt);
  return attempt > 1 ? appTexts.startingAgain(attempt) : appTexts.starting;
}

/** The window's connection. */
export const engineClient = new EngineClient(readModel);
