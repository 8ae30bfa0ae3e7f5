import type { Command } from "../../shared/commands.ts";
import type { OrderId, Seq } from "../../shared/ids.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { Refusal } from "../../shared/rejects.ts";
import { commandKinds, commandSlots, eventKinds } from "../core/layout.ts";
import { encodeCommands, type PackedRecords, type RecordCursor } from "../core/records.ts";
import { CLOCK_ACTOR } from "./sequencer.ts";

/** Commands that were sent to the engine and are not on disk yet; more are answered ENGINE_BUSY and reach nobody. */
const MOST_OUTSTANDING = 8_192;

export type OutcomeListener = (outcome: Outcome) => void;

/**
 * The way of commands into the engine, and of their outcomes back. The engine answers commands in the order in which they were sent, so
 * the n-th command record on disk that the clock did not send belongs to the n-th listener.
 */
export class Inbox {
  readonly #send: (commands: PackedRecords) => void;
  readonly #waiting: { readonly command: Command; readonly actor: string }[] = [];
  readonly #listeners: OutcomeListener[] = [];
  /** Listeners before this place have been answered. */
  #answered = 0;
  #isScheduled = false;
  #current: { readonly seq: number; orderId: number | null; refusal: Refusal | null } | null = null;
  #lastSeq = 0;

  constructor(send: (commands: PackedRecords) => void) {
    this.#send = send;
  }

  get outstanding(): number {
    return this.#listeners.length - this.#answered;
  }

  /** Takes a command in, unless too many are under way; false then. `listener` is told once its records are on disk. */
  submit(command: Command, actor: string, listener: OutcomeListener): boolean {
    if (this.outstanding >= MOST_OUTSTANDING) return false;
    this.#waiting.push({ command, actor });
    this.#listeners.push(listener);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      // Everything that arrives in one turn goes to the engine as one message.
      setImmediate(() => this.#flush());
    }
    return true;
  }

  /** Sees each committed record, in order. */
  observe(cursor: RecordCursor): void {
    if (cursor.isCommand) {
      this.#answer();
      // What the sequencer sends by itself has nobody who waits for it (JR-8).
      if (isOfClock(cursor)) return;
      this.#current = { seq: cursor.seq, orderId: null, refusal: null };
    } else if (this.#current !== null) {
      if (cursor.kind === eventKinds.OrderAccepted) this.#current.orderId = cursor.seq;
      else this.#current.refusal ??= refusalOf(cursor);
    }
    this.#lastSeq = cursor.seq;
  }

  /** The batch is complete, and with it its last command. */
  endOfBatch(): void {
    this.#answer();
  }

  #answer(): void {
    const current = this.#current;
    if (current === null) return;
    this.#current = null;
    const listener = this.#listeners[this.#answered];
    this.#answered += 1;
    if (this.#answered === this.#listeners.length || this.#answered >= MOST_OUTSTANDING) {
      this.#listeners.splice(0, this.#answered);
      this.#answered = 0;
    }
    // Sequence numbers of records; the order's id is that of its acceptance.
    listener?.({
      seq: current.seq as Seq,
      lastSeq: this.#lastSeq as Seq,
      orderId: current.orderId as OrderId | null,
      refusal: current.refusal,
    });
  }

  #flush(): void {
    this.#isScheduled = false;
    this.#send(encodeCommands(this.#waiting));
    this.#waiting.length = 0;
  }
}

function isOfClock(cursor: RecordCursor): boolean {
  return cursor.kind === commandKinds.AdvanceTime && cursor.text(commandSlots.actor) === CLOCK_ACTOR;
}

const denials: readonly number[] = [eventKinds.OrderDenied, eventKinds.CancelDenied, eventKinds.AmendDenied, eventKinds.CommandDenied];

function refusalOf(cursor: RecordCursor): Refusal | null {
  if (!denials.includes(cursor.kind)) return null;
  const entry = cursor.entry();
  return entry.kind === "event" && "refusal" in entry.event ? entry.event.refusal : null;
}
