import { decide, lastAtUs, lastSeq, nextDueUs, takeBatch, type Engine } from "../core/engine.ts";
import { RecordCursor, encodeCommands, type PackedRecords } from "../core/records/records.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { VenueClock } from "./venueClock.ts";

/** Batches on their way to the disk: one that commits and one that waits, so that the disk never idles and a batch grows while it is busy. */
const MOST_IN_FLIGHT = 2;
/** With so many records decided and not yet handed on, deciding waits for the disk. */
const MOST_UNSENT_RECORDS = 65_536;

/** JR-8: who says that time has come. No session can be called so. */
export const CLOCK_ACTOR = "the venue's clock";
const ADVANCE_TIME = encodeCommands([{ command: { type: "AdvanceTime" }, actor: CLOCK_ACTOR }]);

export type BatchSink = (records: PackedRecords, atUs: number) => void;

/**
 * The single writer: gives each command its place and its time, has it decided, and hands everything decided to the journal. It takes
 * what has arrived, so that batches grow with the load and a lone order waits for nobody.
 */
export class Sequencer {
  readonly #engine: Engine;
  readonly #clock: VenueClock;
  readonly #send: BatchSink;
  readonly #inbox: PackedRecords[] = [];
  #inFlight = 0;
  #sentSeq: number;

  constructor(engine: Engine, clock: VenueClock, send: BatchSink) {
    this.#engine = engine;
    this.#clock = clock;
    this.#send = send;
    this.#sentSeq = lastSeq(engine);
  }

  get decidedSeq(): number {
    return lastSeq(this.#engine);
  }

  /** Takes commands in; the host bounds how many wait here. */
  accept(commands: PackedRecords): void {
    this.#inbox.push(commands);
    this.#work();
  }

  /** JR-8: lets happen what has come due. Called many times a second, because nobody may send anything for hours. */
  tick(): void {
    if (this.#clock.nowUs() < nextDueUs(this.#engine)) return;
    this.#advance(this.#stamp());
    if (this.#inFlight < MOST_IN_FLIGHT) this.#handOn();
  }

  /** A batch is on disk. */
  committed(): void {
    this.#inFlight -= 1;
    this.#work();
  }

  /** Decides and sends everything, whatever is in flight. */
  drain(): void {
    for (const commands of this.#inbox.splice(0)) this.#decide(commands);
    this.#handOn();
  }

  #work(): void {
    while (this.#inbox.length > 0 && lastSeq(this.#engine) - this.#sentSeq < MOST_UNSENT_RECORDS) {
      const commands = this.#inbox.shift();
      if (commands !== undefined) this.#decide(commands);
    }
    if (this.#inFlight < MOST_IN_FLIGHT) this.#handOn();
  }

  #decide(commands: PackedRecords): void {
    const cursor = new RecordCursor(commands);
    let dueUs = nextDueUs(this.#engine);
    while (cursor.next()) {
      const atUs = this.#stamp();
      // What is due comes before the command that arrives after it.
      if (atUs >= dueUs) dueUs = this.#advance(atUs);
      decide(this.#engine, cursor, atUs);
    }
  }

  #advance(atUs: EpochUs): EpochUs {
    const cursor = new RecordCursor(ADVANCE_TIME);
    cursor.next();
    decide(this.#engine, cursor, atUs);
    return nextDueUs(this.#engine);
  }

  #stamp(): EpochUs {
    const last = lastAtUs(this.#engine);
    const now = this.#clock.nowUs();
    return now > last ? now : last;
  }

  #handOn(): void {
    const batch = takeBatch(this.#engine);
    if (batch === null) return;
    this.#inFlight += 1;
    this.#sentSeq = lastSeq(this.#engine);
    this.#send(batch, lastAtUs(this.#engine));
  }
}
