import { typedError, type TypedError } from "../../shared/errors.ts";
import type { Command } from "../../shared/commands.ts";
import { unreachable } from "../../shared/assert.ts";
import type { HostNote } from "../../shared/hostNotes.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import type { Operation, Outcome } from "../../shared/protocol.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { EngineReport } from "../../shared/shell.ts";
import type { EngineStatus } from "../../shared/views.ts";
import type { Credentials } from "../connector/credentials.ts";
import { lastSeq } from "../core/engine.ts";
import { accounts } from "../core/queries.ts";
import { snapshot as engineSnapshot } from "../core/snapshot/snapshot.ts";
import { serveApi, type ApiThread } from "./api.ts";
import type { ConnectArguments, EngineArguments } from "./arguments.ts";
import { beginningOf } from "./beginning.ts";
import type { ClientIdentity } from "./clientPort.ts";
import { Clients, type EngineServices } from "./clients.ts";
import type { DataFolder } from "./dataFolder.ts";
import { DurableState } from "./durableState.ts";
import { FaultSwitch } from "./faults/faultSwitch.ts";
import { genesisCommands, genesisSteps } from "./genesis.ts";
import { HOST_ACTOR, Inbox } from "./inbox.ts";
import { toTerminalError } from "./journal/journalErrors.ts";
import { brokenFile } from "./journal/rows.ts";
import type { LogFile } from "./logFile.ts";
import { Publication } from "./publication.ts";
import { PastThread } from "./past/pastThread.ts";
import { checkOlderRows } from "./olderRowsCheck.ts";
import { OutsideVenue } from "./outsideVenue.ts";
import { connectedToNothing, refuseRouted, siteOf, timeIsTheVenues, venueLabel } from "./linking.ts";
import { recover, type Recovery } from "./recovery.ts";
import { ReaderThreads } from "./readerThreads.ts";
import { Ring, type Commit } from "./ring.ts";
import { dropUnfinishedSnapshots, setAsideSnapshots, stateHashOf } from "./snapshots.ts";
import { SimulatedMarket } from "./simulatedMarket.ts";
import { SnapshotThread } from "./snapshotThread.ts";
import { Standing } from "./standing.ts";
import { TimeControl } from "./timeControl.ts";
import { USERS } from "./users.ts";
import { VENUE } from "./venue.ts";
import type { ClientTransport } from "./transport.ts";
import { monotonicUs, VenueClock } from "./venueClock.ts";
import type { Views } from "./views/views.ts";

const STATUS_MS = 250;

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
  readonly #clock = new VenueClock({ venueUs: Date.now() * 1_000, monotonicUs: monotonicUs(), speed: 1 });
  readonly #time: TimeControl = new TimeControl({
    clock: this.#clock,
    setClock: (setting) => this.#ring.setClock(setting),
    record: (command, actor) => this.#inbox.record(command, actor),
    step: (goal, fromUs) => this.#market.step(goal, fromUs),
    stopStepping: () => this.#market.stopStepping(),
    told: () => this.#sendStatus(),
  });
  readonly #publisher: Publication;
  readonly #inbox: Inbox;
  readonly #ring: Ring;
  readonly #readers = new ReaderThreads();
  readonly #snapshots: SnapshotThread;
  readonly #past: PastThread;
  readonly #clients: Clients;
  readonly #faults: FaultSwitch;
  readonly #standing: Standing;
  readonly #market: SimulatedMarket;
  readonly #durable: DurableState;
  #api: ApiThread | null = null;
  #outside: OutsideVenue | null = null;
  #statusTimer: NodeJS.Timeout | null = null;
  #isEnding = false;

  private constructor(options: HostOptions, ring: Ring, found: Recovery & { readonly source: DataFolder }) {
    this.#options = options;
    this.#ring = ring;
    this.#durable = new DurableState(options.folder, found);
    this.#standing = new Standing(options.log, found);
    this.#faults = new FaultSwitch(options.arguments.connect === null ? VENUE.mode : "live", {
      setJournalFaults: (faults) => this.#ring.setFaults(faults),
      crash: (thread) => (thread === "market" ? this.#market.crash() : this.#ring.crash(thread)),
      cancelAll: (owner) => this.#cancelAllOf(owner),
    });
    this.#publisher = new Publication(() => this.#views);
    this.#inbox = new Inbox((commands) => this.#ring.send(commands));
    this.#snapshots = new SnapshotThread(options.folder, { log: options.log, readers: this.#readers }, found.snapshotSeq);
    this.#past = new PastThread(() => ({ folder: this.#durable.source, pasts: this.#views.candles.pasts() }));
    this.#clients = new Clients(this.#publisher, this.#past);
    this.#market = new SimulatedMarket({
      folder: options.folder,
      log: options.log,
      views: () => this.#views,
      inbox: this.#inbox,
      publisher: this.#publisher,
      standing: this.#standing,
      connect: (identity, transport) => this.connect(identity, transport),
      advanced: (venueTimeUs) => this.#time.moved(venueTimeUs),
      told: () => this.#sendStatus(),
    });
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
    if (fault === null) {
      await host.#run([]);
      if (found.snapshotSeq > 0) host.#checkOlderRows(found.snapshotSeq);
    } else {
      host.#standing.breaks(fault);
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
    this.#clients.connect(identity, this.#faults.line(transport, identity), this.#services());
    this.#options.log.info(`Client ${identity.session} connected as ${identity.owner}${identity.operator ? " (operator)" : ""}`);
  }

  /** Imports a file of past bars; the answer is an "imported" report. */
  async importHistory(request: { readonly requestId: number; readonly symbol: string; readonly path: string }): Promise<void> {
    const { requestId, symbol, path } = request;
    this.#options.report({ type: "imported", requestId, ...(await this.#market.importHistory({ symbol, path })) });
  }

  /** Writes what is under way and a snapshot, and closes everything. */
  async shutdown(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#statusTimer !== null) clearInterval(this.#statusTimer);
    await this.#outside?.end();
    await this.#api?.end();
    await this.#market.end();
    this.#publisher.stop();
    await this.#ring.end();
    this.#clients.close();
    await this.#readers.end();
    await this.#past.end();
    if (this.#standing.isRunning) this.#durable.writeLastSnapshot(this.#options.folder, this.#options.log);
  }

  /** Starts the engine thread where the replica stands; `first` are the first commands. */
  async #run(first: readonly Command[]): Promise<void> {
    const { replica } = this.#views;
    const snapshot = engineSnapshot(replica);
    // JR-31: venue time goes on where it stopped.
    const venueUs = await this.#startUs();
    if (venueUs !== null) this.#clock.set({ venueUs, monotonicUs: monotonicUs(), speed: 1 });
    await this.#ring.run({ snapshot, lastSeq: this.#durable.end.lastSeq, clock: this.#clock.atSpeed(1) });
    this.#standing.runs();
    for (const command of first) await this.#inbox.record(command);
    if (accounts(replica).length === 0) await this.#begin();
    if (this.#options.arguments.connect === null) {
      refuseRouted(replica);
      await this.#market.start(this.#options.arguments);
      this.#startApi();
    } else await this.#startLink(this.#options.arguments.connect);
    this.#options.log.info(`Running at sequence ${this.#durable.end.lastSeq}`);
  }

  /** JR-31: simulated time goes on where it stopped; beside an outside venue the time of day counts, and never runs back. */
  async #startUs(): Promise<EpochUs | null> {
    const { connect, history } = this.#options.arguments;
    // The clock began with the time of day; the end's time is that of a record.
    if (connect !== null) return Math.max(this.#clock.nowUs(), this.#durable.end.atUs) as EpochUs;
    return this.#durable.end.lastSeq > 0 ? (this.#durable.end.atUs as EpochUs) : beginningOf(history, genesisCommands());
  }

  /**
   * JR-32: what an empty journal begins with comes through the door that everything comes through. Sent in one turn, it is decided and committed
   * as one row: a venue is there whole or not at all.
   */
  async #begin(): Promise<void> {
    const { connect } = this.#options.arguments;
    const steps = genesisSteps(this.#durable.end.lastSeq, connect === null ? null : siteOf(connect));
    await Promise.all(steps.map(({ command, actor }) => this.#inbox.record(command, actor)));
  }

  /** JR-41: the state is sound whatever this finds, for it rests on a snapshot; what was lost is the proof of how it came about. */
  #checkOlderRows(upToSeq: number): void {
    const { folder, log } = this.#options;
    checkOlderRows({ folder, readers: this.#readers }, upToSeq, (fault) => {
      if (fault === null) log.info(`The journal's rows up to sequence ${upToSeq} are sound`);
      else if (fault instanceof Error) log.warn(`The journal's older rows were not checked: ${fault.message}`);
      else this.#standing.warn({ code: "pastDamaged", error: fault, snapshotSeq: upToSeq });
    });
  }

  /** It stays while a broken journal is continued. */
  #startApi(): void {
    const { arguments: args, folder, log, report } = this.#options;
    if (args.api === null || this.#api !== null) return;
    const connect: Host["connect"] = (identity, transport) => this.connect(identity, transport);
    this.#api = serveApi(args.api, { folder, log, standing: this.#standing, report, connect });
  }

  /** CN-1: from here on orders go out, once both sides agree. */
  async #startLink(connect: ConnectArguments): Promise<void> {
    this.#outside ??= new OutsideVenue(connect, await this.#options.credentials(), {
      views: () => this.#views,
      publisher: this.#publisher,
      take: (command, actor, answered) => this.#inbox.take(command, actor, answered),
      log: this.#options.log,
      told: () => this.#sendStatus(),
    });
    await this.#outside.start();
  }

  get #views(): Views {
    return this.#durable.views;
  }

  /** A batch is on disk: now it becomes visible. */
  #committed(commit: Commit): void {
    const { changes } = this.#publisher;
    this.#durable.apply(commit, changes, (cursor) => this.#inbox.observe(cursor));
    this.#inbox.endOfBatch();
    if (changes === null) this.#views.orders.dropOld();
    else this.#publisher.schedule();
    this.#snapshots.committed(this.#durable.end.lastSeq);
    this.#faults.committed();
    this.#outside?.committed();
  }

  #services(): EngineServices {
    return {
      venue: venueLabel(this.#options.arguments.connect, this.#views.replica),
      users: USERS,
      status: () => this.#status(),
      owns: (owner, accountId) => this.#views.owners.of(accountId) === this.#views.owners.number(owner),
      submit: (command, actor, answered) => this.#submit(command, actor, answered),
      query: (query, identity) => this.#durable.query(query, identity, { readers: this.#readers, nowUs: () => this.#clock.nowUs() }),
      operate: (operation, actor) => this.#operate(operation, actor),
    };
  }

  #submit(command: Command, actor: string, answered: (outcome: Outcome) => void): TypedError | null {
    if (!this.#standing.isRunning) return this.#standing.notRunning();
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
        return this.#market.setRunning(operation.running, actor);
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
    if (!this.#standing.isRunning) return failed(this.#standing.notRunning());
    return operation.type === "setClockSpeed" ? this.#time.setSpeed(operation.speed, actor) : this.#time.control(operation.deed, actor);
  }

  /** A fault had the line of this owner cut, with all its orders to be cancelled. */
  #cancelAllOf(owner: string): void {
    for (const accountId of this.#views.owners.accounts(this.#views.owners.number(owner)))
      this.#inbox.take({ type: "CancelAllOrders", accountId, instrumentId: null }, HOST_ACTOR, () => undefined);
  }

  /** JR-27: a person decided to go on without the damaged rows. */
  async #continue(reason: string, actor: string): Promise<Result<HostNote>> {
    const { fault, state } = this.#standing;
    if (state !== "broken" || fault === null) {
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
    this.#standing.recovers();
    const { folder, log } = this.#options;
    const outcome = await this.#ring.continueAfter(this.#durable.end.lastSeq);
    if (!outcome.ok) {
      this.#durable.fallBack(await recover(this.#durable.source, { upToSeq: outcome.error.lastGoodSeq }));
      this.#publisher.restart();
      this.#standing.breaks(outcome.error.error);
      return failed(outcome.error.error);
    }
    log.warn(`The damaged journal is kept as ${outcome.value}; continuing after sequence ${this.#durable.end.lastSeq}: ${reason}`);
    this.#durable.readFrom(folder);
    setAsideSnapshots(folder.snapshots, this.#durable.end.lastSeq);
    this.#standing.mended();
    const lastGoodSeq = this.#durable.end.lastSeq;
    const detail = `${reason} | by ${actor} | ${fault.field}: ${fault.value} | damaged file kept as ${outcome.value}`.slice(0, 2_000);
    await this.#run([{ type: "RecordOperatorAction", action: "continuedAfterBrokenTail", detail }]);
    return ok({ code: "continued", lastGoodSeq: lastGoodSeq as Seq, keptAs: outcome.value });
  }

  #sendStatus(): void {
    this.#clients.tell(this.#status());
  }

  #status(): EngineStatus {
    const { figures } = this.#durable;
    return {
      ...figures,
      state: this.#standing.state,
      decidedSeq: Math.max(figures.durableSeq, this.#ring.decidedSeq) as Seq,
      venueTimeUs: this.#clock.nowUs(),
      clockSpeed: this.#time.speed,
      clockMode: this.#time.mode,
      marketRunning: this.#market.running,
      commitWaitMs: Math.round(this.#inbox.waitMs),
      link: this.#outside?.status ?? null,
      faults: this.#faults.statuses,
      fault: this.#standing.fault,
      warnings: this.#standing.warnings,
    };
  }
}
