import { typedError, type TypedError } from "../../shared/errors.ts";
import type { Command } from "../../shared/commands.ts";
import { invariant, unreachable } from "../../shared/assert.ts";
import type { HostNote } from "../../shared/hostNotes.ts";
import { hostWarningText, type HostWarning } from "../../shared/hostWarnings.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import type { Operation, Outcome, Query, QueryResult, VenueLabel } from "../../shared/protocol.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { EngineReport, ImportOutcome } from "../../shared/shell.ts";
import type { EngineState, EngineStatus } from "../../shared/views.ts";
import type { Credentials } from "../connector/credentials.ts";
import { createEngine, lastSeq } from "../core/engine.ts";
import { accounts } from "../core/queries.ts";
import type { RecordCursor } from "../core/records/records.ts";
import { snapshot as engineSnapshot } from "../core/snapshot/snapshot.ts";
import { ApiThread } from "./api.ts";
import type { ConnectArguments, EngineArguments } from "./arguments.ts";
import { beginningOf } from "./beginning.ts";
import { ClientPort, type ClientIdentity, type HostServices } from "./clientPort.ts";
import type { DataFolder } from "./dataFolder.ts";
import { EventRate } from "./eventRate.ts";
import { FaultSwitch } from "./faults/faultSwitch.ts";
import { genesisCommands, genesisSteps } from "./genesis.ts";
import { Inbox } from "./inbox.ts";
import { toTerminalError } from "./journal/journalErrors.ts";
import type { ChainEnd } from "./journal/journal.ts";
import { brokenFile } from "./journal/rows.ts";
import type { LogFile } from "./logFile.ts";
import { MarketThread } from "./market.ts";
import { Publication } from "./publication.ts";
import { PastThread, type PastPicture } from "./past/pastThread.ts";
import { checkOlderRows } from "./olderRowsCheck.ts";
import { OutsideVenue } from "./outsideVenue.ts";
import { connectedToNothing, refuseRouted, siteOf, timeIsTheVenues, venueLabel } from "./linking.ts";
import { answerQuery } from "./queries.ts";
import { journalBytes, recover, type Recovery } from "./recovery.ts";
import { ReaderThreads } from "./readerThreads.ts";
import { Ring, type Commit } from "./ring.ts";
import { dropUnfinishedSnapshots, setAsideSnapshots, stateHashOf, writeSnapshot } from "./snapshots.ts";
import { SnapshotThread } from "./snapshotThread.ts";
import { TimeControl } from "./timeControl.ts";
import { USERS } from "./users.ts";
import { VENUE } from "./venue.ts";
import { batchedTransport, threadTransport, type ClientTransport } from "./transport.ts";
import { monotonicUs, VenueClock } from "./venueClock.ts";
import { DepthHistory } from "./views/depthHistory.ts";
import type { Views } from "./views/views.ts";

const STATUS_MS = 250;
/** Who the host is when it records what a person had it do. */
const HOST_ACTOR = "host";

export type HostOptions = {
  readonly folder: DataFolder;
  readonly log: LogFile;
  readonly arguments: EngineArguments;
  /** The key of the venue to connect to; asked for only then. Throws TerminalError when there is none. */
  readonly credentials: () => Promise<Credentials>;
  readonly report: (report: EngineReport) => void;
  /** The process must end; nothing more is committed. */
  readonly failed: (error: TypedError) => void;
};

/**
 * The main thread of the engine process: clients on one side, the ring of engine and journal thread on the other, and between them the
 * replica from which everything that anyone sees is made.
 */
export class Host {
  readonly #options: HostOptions;
  readonly #ports = new Set<ClientPort>();
  readonly #clock = new VenueClock({ venueUs: Date.now() * 1_000, monotonicUs: monotonicUs(), speed: 1 });
  readonly #time: TimeControl = new TimeControl({
    clock: this.#clock,
    setClock: (setting) => this.#ring.setClock(setting),
    record: (command, actor) => this.#record(command, actor),
    step: (goal, fromUs) => this.#market?.step(goal, fromUs) ?? null,
    stopStepping: () => this.#market?.stopStepping(),
    told: () => this.#sendStatus(),
  });
  readonly #rate = new EventRate();
  readonly #publisher: Publication;
  readonly #inbox: Inbox;
  readonly #ring: Ring;
  readonly #readers = new ReaderThreads();
  readonly #snapshots: SnapshotThread;
  readonly #past: PastThread;
  readonly #faults: FaultSwitch;
  /** The data folder, with the salvaged copy in the journal's place while the journal itself cannot be read. */
  #source: DataFolder;
  #views: Views;
  readonly #depthHistory = new DepthHistory();
  /** Memory that previews fork into. */
  readonly #spare = createEngine();
  #end: ChainEnd;
  #state: EngineState = "recovering";
  #fault: TypedError | null;
  #warnings: HostWarning[];
  #market: MarketThread | null = null;
  #marketDeed: Promise<unknown> = Promise.resolve();
  #api: ApiThread | null = null;
  #outside: OutsideVenue | null = null;
  #lastCommitMs = 0;
  #journalBytes: number;
  #statusTimer: NodeJS.Timeout | null = null;
  #isEnding = false;

  private constructor(options: HostOptions, ring: Ring, found: Recovery & { readonly source: DataFolder }) {
    this.#options = options;
    this.#ring = ring;
    this.#source = found.source;
    this.#views = found.views;
    this.#end = found.end;
    this.#fault = found.fault;
    this.#warnings = [...found.warnings];
    this.#journalBytes = journalBytes(options.folder);
    this.#faults = new FaultSwitch(options.arguments.connect === null ? VENUE.mode : "live", {
      setJournalFaults: (faults) => this.#ring.setFaults(faults),
      crash: (thread) => (thread === "market" ? this.#market?.crash() : this.#ring.crash(thread)),
      cancelAll: (owner) => this.#cancelAllOf(owner),
    });
    this.#publisher = new Publication(() => this.#views);
    this.#inbox = new Inbox((commands) => this.#ring.send(commands));
    this.#snapshots = new SnapshotThread(options.folder, { log: options.log, readers: this.#readers }, found.snapshotSeq);
    this.#past = new PastThread(() => ({ folder: this.#source, pasts: this.#views.candles.pasts() }));
  }

  /** Recovers the state and begins to trade, or waits for a person when the journal is broken. Throws TerminalError when it can do neither. */
  static async start(options: HostOptions): Promise<Host> {
    const startMs = performance.now();
    // Commits come only once the host has the ring run.
    const started: { host: Host | null } = { host: null };
    const ring = await Ring.open(options.folder, {
      quotaBytes: options.arguments.quotaBytes,
      listeners: {
        committed: (commit) => void (started.host === null || started.host.#committed(commit)),
        faultStruck: (kind) => void (started.host === null || started.host.#faults.struck(kind)),
        failed: options.failed,
      },
    });
    dropUnfinishedSnapshots(options.folder.snapshots);
    const { damage } = ring;
    const source = damage === null ? options.folder : { ...options.folder, journal: options.folder.salvaged };
    const found = await recover(source).catch((error: unknown) => {
      throw toTerminalError(error, { path: options.folder.journal, doing: "Reading the journal" });
    });
    const fault = found.fault ?? (damage === null ? null : brokenFile({ why: damage, lastSeq: found.end.lastSeq }));
    const host = new Host(options, ring, { ...found, fault, source });
    started.host = host;
    for (const warning of host.#warnings) options.log.warn(hostWarningText(warning));
    if (host.#fault === null) {
      await host.#run([]);
      if (found.snapshotSeq > 0) host.#checkOlderRows(found.snapshotSeq);
    } else {
      host.#stop(host.#fault);
    }
    host.#statusTimer = setInterval(() => host.#sendStatus(), STATUS_MS);
    options.report({
      type: "ready",
      lastSeq: lastSeq(host.#views.replica),
      stateHash: stateHashOf(host.#views.replica),
      startMs: performance.now() - startMs,
    });
    return host;
  }

  /** Serves a client at the other end of the line. */
  connect(identity: ClientIdentity, transport: ClientTransport): void {
    this.#ports.add(new ClientPort(identity, this.#faults.line(transport, identity), this.#services()));
    this.#options.log.info(`Client ${identity.session} connected as ${identity.owner}${identity.operator ? " (operator)" : ""}`);
  }

  /** Imports a file of past bars; the answer is an "imported" report. */
  async importHistory(request: { readonly requestId: number; readonly symbol: string; readonly path: string }): Promise<void> {
    const { requestId, symbol, path } = request;
    const outcome = await (this.#market?.importHistory({ symbol, path }) ??
      Promise.resolve({ source: null, changed: false, error: this.#notRunning() }));
    this.#imported(symbol, outcome);
    this.#options.report({ type: "imported", requestId, ...outcome });
  }

  /** Writes what is under way and a snapshot, and closes everything. */
  async shutdown(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#statusTimer !== null) clearInterval(this.#statusTimer);
    await this.#outside?.end();
    await this.#api?.end();
    await this.#market?.end();
    this.#publisher.stop();
    await this.#ring.end();
    for (const port of this.#ports) port.close();
    await this.#readers.end();
    await this.#past.end();
    if (this.#state === "running") this.#writeLastSnapshot();
  }

  #writeLastSnapshot(): void {
    const { folder, log } = this.#options;
    try {
      const hash = writeSnapshot(folder.snapshots, { views: this.#views, end: this.#end });
      log.info(`Ended at sequence ${this.#end.lastSeq}, state ${hash}`);
    } catch (error) {
      // Everything is in the journal; without this snapshot the next start folds more of it.
      log.warn(`Ended at sequence ${this.#end.lastSeq} without a snapshot: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Starts the engine thread where the replica stands; `first` are the first commands. */
  async #run(first: readonly Command[]): Promise<void> {
    const { replica } = this.#views;
    const snapshot = engineSnapshot(replica);
    // JR-31: venue time goes on where it stopped.
    const venueUs = await this.#startUs();
    if (venueUs !== null) this.#clock.set({ venueUs, monotonicUs: monotonicUs(), speed: 1 });
    await this.#ring.run({ snapshot, lastSeq: this.#end.lastSeq, clock: this.#clock.atSpeed(1) });
    this.#state = "running";
    for (const command of first) await this.#record(command, HOST_ACTOR);
    if (accounts(replica).length === 0) await this.#begin();
    if (this.#options.arguments.connect === null) {
      refuseRouted(replica);
      await this.#startMarket();
      this.#startApi();
    } else await this.#startLink(this.#options.arguments.connect);
    this.#options.log.info(`Running at sequence ${this.#end.lastSeq}`);
  }

  /** JR-31: simulated time goes on where it stopped; beside an outside venue the time of day counts, and never runs back. */
  async #startUs(): Promise<EpochUs | null> {
    const { connect, history } = this.#options.arguments;
    // The clock began with the time of day; the end's time is that of a record.
    if (connect !== null) return Math.max(this.#clock.nowUs(), this.#end.atUs) as EpochUs;
    return this.#end.lastSeq > 0 ? (this.#end.atUs as EpochUs) : beginningOf(history, genesisCommands());
  }

  /**
   * JR-32: what an empty journal begins with comes through the door that everything comes through. Sent in one turn, it is decided and committed
   * as one row: a venue is there whole or not at all.
   */
  async #begin(): Promise<void> {
    const { connect } = this.#options.arguments;
    const steps = genesisSteps(this.#end.lastSeq, connect === null ? null : siteOf(connect));
    await Promise.all(steps.map(({ command, actor }) => this.#record(command, actor)));
  }

  /** JR-41: the state is sound whatever this finds, for it rests on a snapshot; what was lost is the proof of how it came about. */
  #checkOlderRows(upToSeq: number): void {
    const { folder, log } = this.#options;
    checkOlderRows({ folder, readers: this.#readers }, upToSeq, (fault) => {
      if (fault === null) log.info(`The journal's rows up to sequence ${upToSeq} are sound`);
      else if (fault instanceof Error) log.warn(`The journal's older rows were not checked: ${fault.message}`);
      else this.#warn({ code: "pastDamaged", error: fault, snapshotSeq: upToSeq });
    });
  }

  #stop(fault: TypedError): void {
    this.#state = "broken";
    this.#options.log.error(fault);
  }

  async #record(command: Command, actor: string): Promise<void> {
    const outcome = await new Promise<Outcome>((resolve) => {
      invariant(this.#inbox.submit(command, actor, resolve), "the host's own commands find room in the inbox");
    });
    invariant(outcome.refusal === null, `the engine refused ${command.type} of the host: ${outcome.refusal?.code}`);
  }

  async #startMarket(): Promise<void> {
    const { arguments: args, folder, log } = this.#options;
    const running = args.market ?? !this.#views.marketPaused;
    if (running === this.#views.marketPaused) await this.#recordMarket(running, HOST_ACTOR);
    this.#market = new MarketThread(
      { dataFolder: folder.path, running, history: args.history },
      {
        connect: (owner, port) => this.connect({ session: owner, owner, operator: false }, threadTransport(port)),
        reported: (report) => {
          if (report.type === "warning") this.#warn({ code: "error", error: report.error });
          else if (report.type === "source") this.#views.candles.setSource(report.source);
          else this.#views.candles.setPast(report);
          if (report.type !== "warning") this.#sourcesChanged();
        },
        imported: (symbol, outcome) => this.#imported(symbol, outcome),
        advanced: (venueTimeUs) => this.#time.moved(venueTimeUs),
        failed: (why) => this.#warn({ code: "marketStopped", why }),
      },
    );
    log.info(`Simulated market ${running ? "running" : "paused"}`);
  }

  /** JR-40: whether the participants trade is kept in the journal, so that they do after a crash what they did before it. */
  async #recordMarket(running: boolean, actor: string): Promise<void> {
    const action = running ? "marketResumed" : "marketPaused";
    await this.#record({ type: "RecordOperatorAction", action, detail: `by ${actor}` }, actor);
  }

  /** GW-20: the venue's own interface, if somebody asked for it; it stays while a broken journal is continued. */
  #startApi(): void {
    const { arguments: args, folder } = this.#options;
    if (args.api === null || this.#api !== null) return;
    this.#api = new ApiThread(
      { ...args.api, dataFolder: folder.path },
      {
        connect: (owner, port) => this.connect({ session: `api-${owner}`, owner, operator: false }, batchedTransport(port)),
        listening: (sites) => {
          for (const { site, url } of sites) this.#options.log.info(`The ${site} interface of the simulated exchange listens on ${url}`);
          this.#options.report({ type: "apiListening", sites });
        },
        warned: (warning) => this.#warn(warning),
        refused: (error) => this.#warn({ code: "error", error }),
        failed: (why) => this.#warn({ code: "apiStopped", why }),
      },
    );
  }

  /** CN-1: from here on orders go out, once both sides agree. */
  async #startLink(connect: ConnectArguments): Promise<void> {
    this.#outside ??= new OutsideVenue(connect, await this.#options.credentials(), {
      views: () => this.#views,
      publisher: this.#publisher,
      submit: (command, actor, answered) => this.#inbox.submit(command, actor, answered),
      log: this.#options.log,
      told: () => this.#sendStatus(),
    });
    await this.#outside.start();
  }

  #imported(symbol: string, outcome: ImportOutcome): void {
    if (outcome.error !== null) {
      this.#options.log.error(outcome.error);
      this.#warn({ code: "historyNotImported", symbol, error: outcome.error });
    } else if (outcome.changed && this.#state === "running") {
      // JR-4: a file that is in use already is read at every start that names it, and that is no deed.
      void this.#record(
        { type: "RecordOperatorAction", action: "historyImported", detail: `${symbol}: ${outcome.source?.label ?? ""}`.slice(0, 2_000) },
        HOST_ACTOR,
      );
    }
  }

  #sourcesChanged(): void {
    const { changes } = this.#publisher;
    if (changes !== null) changes.sourcesChanged = true;
    this.#publisher.schedule();
  }

  #warn(warning: HostWarning): void {
    this.#options.log.warn(hostWarningText(warning));
    // The status line carries the newest few.
    this.#warnings = [...this.#warnings, warning].slice(-20);
  }

  /** A batch is on disk: now it becomes visible. */
  #committed(commit: Commit): void {
    const { records } = commit;
    this.#lastCommitMs = commit.commitMs;
    this.#journalBytes = commit.journalBytes;
    this.#rate.add(records.count);
    const { changes } = this.#publisher;
    this.#views.apply(records, changes, (cursor: RecordCursor) => this.#inbox.observe(cursor));
    this.#depthHistory.observe(this.#views.replica, commit.atUs);
    this.#end = { lastSeq: lastSeq(this.#views.replica), atUs: commit.atUs, hash: Buffer.from(commit.hash) };
    this.#inbox.endOfBatch();
    if (changes === null) this.#views.orders.dropOld();
    else this.#publisher.schedule();
    this.#snapshots.committed(this.#end.lastSeq);
    this.#faults.committed();
    this.#outside?.committed();
  }

  get #venue(): VenueLabel {
    return venueLabel(this.#options.arguments.connect, this.#views.replica);
  }

  #services(): HostServices {
    return {
      venue: this.#venue,
      users: USERS,
      status: () => this.#status(),
      owns: (owner, accountId) => this.#views.owners.of(accountId) === this.#views.owners.number(owner),
      submit: (command, actor, answered) => this.#submit(command, actor, answered),
      query: (query, identity, atSeq) =>
        atSeq === null ? this.#query(query, identity) : this.#past.query({ seq: atSeq, owner: identity.owner, query }),
      operate: (operation, actor) => this.#operate(operation, actor),
      snapshotWanted: (port) => this.#publisher.wantSnapshot(port),
      framesSeen: (port, toSeq) => this.#publisher.seen(port, toSeq),
      travel: (port, atSeq) => this.#travel(port, atSeq),
      returned: (port) => {
        if (port.subscription !== null) this.#publisher.wantSnapshot(port);
        this.#restPast();
      },
      closed: (port) => {
        this.#ports.delete(port);
        this.#publisher.remove(port);
        this.#restPast();
      },
    };
  }

  #travel(port: ClientPort, seq: number): Promise<Result<PastPicture>> {
    this.#publisher.remove(port);
    return this.#past.picture({ seq, owner: port.identity.owner, subscription: port.subscription });
  }

  /** Nobody is in the past: its state takes no memory. */
  #restPast(): void {
    if ([...this.#ports].every(({ pastSeq }) => pastSeq === null)) void this.#past.end();
  }

  #submit(command: Command, actor: string, answered: (outcome: Outcome) => void): TypedError | null {
    if (this.#state !== "running") return this.#notRunning();
    if (!this.#isEnding && this.#inbox.submit(command, actor, answered)) {
      this.#inbox.sendPortion();
      return null;
    }
    return typedError("ENGINE_BUSY", {
      field: "command",
      value: this.#inbox.outstanding,
      rule: "room in the engine's inbox",
      message: this.#isEnding
        ? "The engine is ending. Nothing was sent."
        : "The engine's inbox is full. Nothing was sent; try again shortly.",
    });
  }

  #query(query: Query, { owner, session }: ClientIdentity): Promise<Result<QueryResult>> {
    return answerQuery(query, {
      views: this.#views,
      depthHistory: this.#depthHistory,
      owner,
      folder: this.#source,
      readers: this.#readers,
      actor: session,
      nowUs: () => this.#clock.nowUs(),
      spare: this.#spare,
    });
  }

  async #operate(operation: Operation, actor: string): Promise<Result<HostNote>> {
    switch (operation.type) {
      case "continueFromLastGoodRow":
        return this.#continue(operation.reason, actor);
      case "setClockSpeed":
      case "controlTime":
        if (this.#options.arguments.connect !== null) return failed(timeIsTheVenues(operation.type));
        return this.#controlTime(operation, actor);
      case "proposeTakeOver":
      case "approveTakeOver":
      case "withdrawTakeOver":
        return this.#outside?.takeOver(operation, actor) ?? failed(connectedToNothing(operation.type));
      case "setMarketRunning":
        return this.#setMarketRunning(operation.running, actor);
      case "setFaults":
        return this.#faults.set(operation.faults);
      default:
        return unreachable(operation);
    }
  }

  #controlTime(
    operation: Extract<Operation, { type: "setClockSpeed" | "controlTime" }>,
    actor: string,
  ): Promise<Result<HostNote>> | Result<HostNote> {
    if (this.#state !== "running") return failed(this.#notRunning());
    return operation.type === "setClockSpeed" ? this.#time.setSpeed(operation.speed, actor) : this.#time.control(operation.deed, actor);
  }

  /** A fault had the line of this owner cut, with all its orders to be cancelled. */
  #cancelAllOf(owner: string): void {
    for (const accountId of this.#views.owners.accounts(this.#views.owners.number(owner)))
      this.#inbox.submit({ type: "CancelAllOrders", accountId, instrumentId: null }, HOST_ACTOR, () => undefined);
  }

  /** One deed after the other: a resume that overtook the rest before it would be recorded in the wrong order. */
  #setMarketRunning(running: boolean, actor: string): Promise<Result<HostNote>> {
    const deed = this.#marketDeed.then(() => this.#turnMarket(running, actor));
    this.#marketDeed = deed;
    return deed;
  }

  async #turnMarket(running: boolean, actor: string): Promise<Result<HostNote>> {
    const market = this.#market;
    if (market === null || this.#state !== "running") return failed(this.#notRunning());
    // Rest at once, but trade only once the journal says so: a crash in between leaves a market that rests, not one that runs unasked.
    if (!running) await market.rest();
    await this.#recordMarket(running, actor);
    if (running) market.resume();
    // Whoever hears that the market rests has been sent all that it did.
    this.#publisher.flush();
    this.#sendStatus();
    return ok({ code: running ? "marketTrades" : "marketRests" });
  }

  /** JR-27: a person decided to go on without the damaged rows. */
  async #continue(reason: string, actor: string): Promise<Result<HostNote>> {
    const fault = this.#fault;
    if (this.#state !== "broken" || fault === null) {
      const rule = "a broken journal";
      return failed(
        typedError("QUERY_INVALID", {
          field: "operation.type",
          value: "continueFromLastGoodRow",
          rule,
          message: "The journal is not broken.",
        }),
      );
    }
    // Nobody may ask a second time while this is under way.
    this.#state = "recovering";
    const { folder, log } = this.#options;
    const outcome = await this.#ring.continueAfter(this.#end.lastSeq);
    if (!outcome.ok) {
      const { views, end } = await recover(this.#source, { upToSeq: outcome.error.lastGoodSeq });
      this.#views = views;
      this.#depthHistory.clear();
      this.#end = end;
      this.#fault = outcome.error.error;
      this.#publisher.restart();
      this.#stop(this.#fault);
      return failed(this.#fault);
    }
    log.warn(`The damaged journal is kept as ${outcome.value}; continuing after sequence ${this.#end.lastSeq}: ${reason}`);
    this.#source = folder;
    setAsideSnapshots(folder.snapshots, this.#end.lastSeq);
    this.#fault = null;
    const lastGoodSeq = this.#end.lastSeq;
    const detail = `${reason} | by ${actor} | ${fault.field}: ${fault.value} | damaged file kept as ${outcome.value}`.slice(0, 2_000);
    await this.#run([{ type: "RecordOperatorAction", action: "continuedAfterBrokenTail", detail }]);
    return ok({ code: "continued", lastGoodSeq: lastGoodSeq as Seq, keptAs: outcome.value });
  }

  #notRunning(): TypedError {
    if (this.#fault !== null) return { ...this.#fault, code: "JOURNAL_BROKEN" };
    return typedError("ENGINE_BUSY", {
      field: "engine",
      value: this.#state,
      rule: "a running engine",
      message: "The engine is still starting; try again shortly.",
    });
  }

  #sendStatus(): void {
    const status = this.#status();
    for (const port of this.#ports) {
      if (port.isGreeted) port.send({ type: "status", status, frameSeq: this.#publisher.placeOf(port) });
    }
  }

  #status(): EngineStatus {
    const durableSeq = this.#end.lastSeq as Seq;
    const venueTimeUs: EpochUs = this.#clock.nowUs();
    return {
      state: this.#state,
      decidedSeq: Math.max(durableSeq, this.#ring.decidedSeq) as Seq,
      durableSeq,
      lastCommitMs: this.#lastCommitMs,
      eventsPerSecond: this.#rate.perSecond(),
      journalBytes: this.#journalBytes,
      venueTimeUs,
      clockSpeed: this.#time.speed,
      clockMode: this.#time.mode,
      marketRunning: this.#market?.running ?? false,
      commitWaitMs: Math.round(this.#inbox.waitMs),
      link: this.#outside?.status ?? null,
      faults: this.#faults.statuses,
      fault: this.#fault,
      warnings: this.#warnings,
    };
  }
}
