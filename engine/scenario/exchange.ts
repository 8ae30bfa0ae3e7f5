import { devNull } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Command } from "../../shared/commands.ts";
import type { JournalFault } from "../../shared/faults.ts";
import { invariant } from "../../shared/assert.ts";
import { typedError, type TypedError } from "../../shared/errors.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import type { Operation, Outcome, Query, QueryResult, VenueLabel } from "../../shared/protocol.ts";
import { failed, type Result } from "../../shared/result.ts";
import type { ClockMode, EngineStatus } from "../../shared/views.ts";
import { fork } from "../core/fork.ts";
import { createEngine, decide, lastAtUs, lastSeq, nextDueUs, takeBatch, type Engine } from "../core/engine.ts";
import { encodeCommands, RecordCursor, type PackedRecords } from "../core/records/records.ts";
import { ClientPort, type ClientIdentity, type HostServices } from "../host/clientPort.ts";
import { FaultBoard } from "../host/faults/faultBoard.ts";
import { FaultSwitch } from "../host/faults/faultSwitch.ts";
import { dataFolderAt, type DataFolder } from "../host/dataFolder.ts";
import { Inbox } from "../host/inbox.ts";
import type { JournalWriter } from "../host/journal/journal.ts";
import type { Pace } from "../host/pace.ts";
import { Publication } from "../host/publication.ts";
import { answerQuery } from "../host/queries.ts";
import { ReaderThreads } from "../host/readerThreads.ts";
import { CLOCK_ACTOR } from "../host/sequencer.ts";
import { stateHashOf } from "../host/snapshots.ts";
import type { ClientTransport } from "../host/transport.ts";
import { DepthHistory } from "../host/views/depthHistory.ts";
import { Views, type RecordWatcher } from "../host/views/views.ts";
import type { EventQueue } from "../sim/eventQueue.ts";

/** What is decided within so long goes to the disk together, as the journal thread does while the disk is busy. */
const COMMIT_US = 1_000;
/** A crashed exchange is away for so long. */
const RESTART_US = 1_000_000;
/** Commits that go to the disk in one transaction while nobody outside of the simulation watches. */
const MOST_UNWRITTEN = 512;
const ADVANCE_TIME = encodeCommands([{ command: { type: "AdvanceTime" }, actor: CLOCK_ACTOR }]);
const NOTHING = encodeCommands([]);
export const HOST_ACTOR = "host";

export type ExchangeOptions = {
  readonly queue: EventQueue;
  /** Null for an exchange that leaves nothing behind. */
  readonly journal: { readonly writer: JournalWriter; readonly folder: DataFolder } | null;
  readonly venue: VenueLabel;
  /** Venue seconds in a second of the wall clock, for the status line. */
  readonly speed: () => number;
  readonly mode: () => ClockMode;
  /** Is the engine told when something has come due? A recording does that by itself. */
  readonly keepsTime: boolean;
  readonly operate: (operation: Operation, actor: string) => Promise<Result<string>>;
};

/**
 * The exchange in one thread and in simulated time: the engine, the journal, the views and the client ports of the engine process, with the
 * event queue where that has threads and a clock. What is decided becomes visible after its commit, here too, and a client sees frames
 * and outcomes only.
 */
export class SimulatedExchange {
  readonly engine: Engine = createEngine();
  readonly views = new Views(createEngine());
  readonly #options: ExchangeOptions;
  readonly #ports = new Set<ClientPort>();
  readonly #publisher: Publication;
  /** SM-65: the faults of the timeline, at every line and at the commits. */
  readonly faults: FaultSwitch;
  readonly #disk = new FaultBoard("simulated");
  #slowSinceUs: number | null = null;
  #awayUntilUs = 0;
  #inbox = this.#newInbox();
  readonly #watchers: RecordWatcher[] = [];
  readonly #readers = new ReaderThreads();
  readonly #depthHistory = new DepthHistory();
  /** Memory that previews fork into. */
  readonly #spare = createEngine();
  #hasOutsiders = false;
  readonly #unwritten: { readonly batch: PackedRecords; readonly atUs: number }[] = [];
  #isCommitDue = false;
  #watchedUs = Number.POSITIVE_INFINITY;
  /** Answers that the process has still to work out; simulated time waits for them. */
  readonly #work = new Set<Promise<unknown>>();
  #deeds = 0;
  #committedDeeds = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const pace = paceOf(options.queue);
    this.#publisher = new Publication(() => this.views, pace);
    const hands = {
      setJournalFaults: (faults: readonly JournalFault[]) => void this.#disk.set(faults),
      crash: () => this.#crash(),
      cancelAll: (owner: string) => this.#cancelAllOf(owner),
    };
    this.faults = new FaultSwitch("simulated", hands, pace);
  }

  /** Serves somebody outside of the simulation: from now on every commit is on the disk before anyone learns of it (JR-20). */
  admit(identity: ClientIdentity, transport: ClientTransport): ClientPort {
    this.#hasOutsiders = true;
    this.write();
    return this.connect(identity, transport);
  }

  /** Serves a participant of the simulation, which ends with this process and can tell nobody what it saw before it was on disk. */
  connect(identity: ClientIdentity, transport: ClientTransport): ClientPort {
    const port = new ClientPort(identity, this.faults.line(transport, identity), this.#services());
    // Nobody listens while the exchange is away.
    if (this.#isAway) port.close();
    else this.#ports.add(port);
    return port;
  }

  /** Has a command decided now, or once the exchange is back; `answered` is told after its commit. */
  submit(command: Command, actor: string, answered: (outcome: Outcome) => void = () => undefined): void {
    if (this.#isAway) {
      this.#options.queue.at(this.#awayUntilUs, () => this.submit(command, actor, answered));
      return;
    }
    const taken = this.#inbox.submit(command, actor, answered);
    invariant(taken, "the exchange's own commands find room in the inbox");
  }

  /** Has a recorded command decided again, whoever sent it. */
  repeat({ command, actor }: { readonly command: Command; readonly actor: string }): void {
    // Nobody waits for what the clock sent.
    if (actor === CLOCK_ACTOR) this.#decide(encodeCommands([{ command, actor }]));
    else this.submit(command, actor);
  }

  /** Sees every record once it is committed and folded. */
  watch(watcher: RecordWatcher): void {
    this.#watchers.push(watcher);
  }

  /** Commands on disk so far, the passing of time left out. */
  get committedDeeds(): number {
    return this.#committedDeeds;
  }

  /** Commits what has been decided. */
  commit(): void {
    this.#isCommitDue = false;
    this.#slowSinceUs = null;
    this.#committedDeeds = this.#deeds;
    const batch = takeBatch(this.engine);
    if (batch === null) return;
    if (this.#options.journal !== null) this.#unwritten.push({ batch, atUs: lastAtUs(this.engine) });
    if (this.#hasOutsiders || this.#unwritten.length >= MOST_UNWRITTEN) this.write();
    const { changes } = this.#publisher;
    this.views.apply(batch, changes, (cursor) => {
      this.#inbox.observe(cursor);
      for (const watch of this.#watchers) watch(cursor);
    });
    // Only a window asks how books looked.
    if (this.#hasOutsiders) this.#depthHistory.observe(this.views.replica, lastAtUs(this.engine));
    this.#inbox.endOfBatch();
    if (changes === null) this.views.orders.dropOld();
    else this.#publisher.schedule();
    this.faults.committed();
  }

  /** Brings everything that was committed to the disk. */
  write(): void {
    const batches = this.#unwritten.splice(0);
    if (batches.length === 0) return;
    this.#options.journal?.writer.appendAll(batches);
    this.#options.journal?.writer.checkpoint("burst");
  }

  /** Resolves once every question under way is answered. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
    // The answers leave in the turn behind.
    await nextTurn();
  }

  get isBusy(): boolean {
    return this.#work.size > 0;
  }

  stateHash(): string {
    return stateHashOf(this.engine);
  }

  /** Tells every client how the clock and the engine stand. */
  sendStatus(): void {
    const status = this.#status();
    for (const port of this.#ports) if (port.isGreeted) port.send({ type: "status", status, frameSeq: this.#publisher.placeOf(port) });
  }

  end(): void {
    this.commit();
    this.write();
    this.#publisher.stop();
    for (const port of this.#ports) port.close();
    this.#options.journal?.writer.close();
  }

  #decide(commands: PackedRecords): void {
    const cursor = new RecordCursor(commands);
    while (cursor.next()) {
      // JR-8: what is due comes before the command that arrives after it.
      this.#letDueHappen();
      decide(this.engine, cursor, this.#stamp());
      this.#deeds += 1;
    }
    this.#watchDue();
    if (this.#isCommitDue) return;
    this.#isCommitDue = true;
    this.#options.queue.after(COMMIT_US, () => this.#reachDisk());
  }

  /** SM-65: a commit with what befalls it on its way to the disk. */
  #reachDisk(): void {
    const slow = this.#strikeDisk("slowFsync");
    if (slow === null) this.#reachEnd();
    else {
      this.#slowSinceUs = this.#options.queue.nowUs;
      this.#options.queue.after(slow.ms * 1_000, () => this.#reachEnd());
    }
  }

  #reachEnd(): void {
    if (this.#strikeDisk("diskFull") !== null || this.#strikeDisk("partialWrite") !== null) this.#crash();
    else this.commit();
  }

  #strikeDisk<Kind extends JournalFault["kind"]>(kind: Kind): Extract<JournalFault, { kind: Kind }> | null {
    const struck = this.#disk.isQuiet ? null : this.#disk.strikeProcess(kind);
    if (struck !== null) this.faults.struck(kind);
    return struck;
  }

  /** The engine's process dies and is started again: what was committed stands, what was not is gone, and every line is cut. */
  #crash(): void {
    const { queue } = this.#options;
    fork(this.views.replica, this.engine);
    this.#inbox = this.#newInbox();
    this.#deeds = this.#committedDeeds;
    this.#isCommitDue = false;
    this.#slowSinceUs = null;
    this.#awayUntilUs = queue.nowUs + RESTART_US;
    for (const port of this.#ports) port.close();
    queue.at(this.#awayUntilUs, () => this.#watchDue());
  }

  get #isAway(): boolean {
    return this.#options.queue.nowUs < this.#awayUntilUs;
  }

  /** Commands go to the engine as they come: simulated time has no turns of a process. */
  #newInbox(): Inbox {
    return new Inbox(
      (commands) => this.#decide(commands),
      (deed) => deed(),
    );
  }

  #cancelAllOf(owner: string): void {
    for (const accountId of this.views.owners.accounts(this.views.owners.number(owner)))
      this.submit({ type: "CancelAllOrders", accountId, instrumentId: null }, HOST_ACTOR);
  }

  #letDueHappen(): void {
    if (!this.#options.keepsTime || this.#options.queue.nowUs < nextDueUs(this.engine)) return;
    const cursor = new RecordCursor(ADVANCE_TIME);
    cursor.next();
    decide(this.engine, cursor, this.#stamp());
  }

  /** Something may come due although nobody sends anything. */
  #watchDue(): void {
    const dueUs = nextDueUs(this.engine);
    if (!this.#options.keepsTime || dueUs >= this.#watchedUs || dueUs > Number.MAX_SAFE_INTEGER) return;
    this.#watchedUs = dueUs;
    this.#options.queue.at(dueUs, () => {
      this.#watchedUs = Number.POSITIVE_INFINITY;
      // What comes due meanwhile happens when the exchange is back.
      if (this.#isAway) return;
      this.#letDueHappen();
      this.#decide(NOTHING);
    });
  }

  #stamp(): EpochUs {
    return Math.max(this.#options.queue.nowUs, lastAtUs(this.engine)) as EpochUs;
  }

  #services(): HostServices {
    return {
      venue: this.#options.venue,
      status: () => this.#status(),
      owns: (owner, accountId) => this.views.owners.of(accountId) === this.views.owners.number(owner),
      submit: (command, actor, answered) =>
        this.#inbox.submit(command, actor, answered)
          ? null
          : typedError("ENGINE_BUSY", {
              field: "command",
              value: this.#inbox.outstanding,
              rule: "room in the engine's inbox",
              message: "The engine's inbox is full. Nothing was sent; try again shortly.",
            }),
      users: [],
      query: (query, identity) => this.#underWay(this.#query(query, identity)),
      // Time does not wait for what is done to time.
      operate: this.#options.operate,
      snapshotWanted: (port) => this.#publisher.wantSnapshot(port),
      framesSeen: (port, toSeq) => this.#publisher.seen(port, toSeq),
      travel: () => Promise.resolve(failed(noPast())),
      returned: (port) => this.#publisher.wantSnapshot(port),
      closed: (port) => {
        this.#ports.delete(port);
        this.#publisher.remove(port);
      },
    };
  }

  #query(query: Query, { owner, session }: ClientIdentity): Promise<Result<QueryResult>> {
    // What memory does not hold any more is read from the disk, if there is one.
    this.write();
    const folder = this.#options.journal?.folder ?? dataFolderAt(devNull);
    return answerQuery(query, {
      views: this.views,
      depthHistory: this.#depthHistory,
      owner,
      folder,
      readers: this.#readers,
      actor: session,
      nowUs: () => this.#options.queue.nowUs as EpochUs,
      spare: this.#spare,
    });
  }

  #underWay<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
    return tracked;
  }

  #status(): EngineStatus {
    const durableSeq = lastSeq(this.views.replica);
    return {
      state: "running",
      decidedSeq: lastSeq(this.engine),
      durableSeq: durableSeq satisfies Seq,
      lastCommitMs: 0,
      eventsPerSecond: 0,
      journalBytes: this.#options.journal?.writer.size() ?? 0,
      venueTimeUs: this.#options.queue.nowUs as EpochUs,
      clockSpeed: this.#options.speed(),
      clockMode: this.#options.mode(),
      marketRunning: true,
      commitWaitMs: this.#slowSinceUs === null ? 0 : (this.#options.queue.nowUs - this.#slowSinceUs) / 1_000,
      faults: this.faults.statuses,
      fault: null,
      warnings: [],
    };
  }
}

function paceOf(queue: EventQueue): Pace {
  return {
    nowMs: () => queue.nowUs / 1_000,
    after: (ms, deed) => {
      let isWanted = true;
      queue.after(Math.ceil(ms * 1_000), () => isWanted && deed());
      return () => (isWanted = false);
    },
  };
}

function noPast(): TypedError {
  return typedError("QUERY_INVALID", {
    field: "travel",
    rule: "a terminal on the journal",
    message: "A running scenario shows no past. Open its data folder in the terminal afterwards.",
  });
}
