import { invariant } from "../../shared/assert.ts";
import type { Command } from "../../shared/commands.ts";
import type { OrderId, Seq } from "../../shared/ids.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { Refusal } from "../../shared/rejects.ts";
import { commandKinds, eventKinds } from "../core/records/kinds.ts";
import { commandLayouts, commandSlots, eventLayouts } from "../core/records/layout.ts";
import { encodeCommands, type PackedRecords, type RecordCursor } from "../core/records/records.ts";
import { CLOCK_ACTOR } from "./sequencer.ts";

/** Commands that were sent to the engine and are not on disk yet; a client's command beyond is answered ENGINE_BUSY and reaches nobody. */
const MOST_OUTSTANDING = 8_192;
/** Commands of clients that go to the engine without waiting for the end of the turn: it decides them while the host parses the next ones. */
const COMMANDS_PER_PORTION = 128;

/** Who the host is when it records what a person had it do. */
export const HOST_ACTOR = "host";

export type OutcomeListener = (outcome: Outcome) => void;

type Current = { readonly seq: number; readonly order: SentOrder | null; orderId: number | null; refusal: Refusal | null };

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
  readonly #later: (deed: () => void) => void;
  #isScheduled = false;
  #current: Current | null = null;
  #lastSeq = 0;
  #waitsSinceMs: number | null = null;

  /** `later` decides what is sent together: by default everything that arrives in one turn of the process. */
  constructor(send: (commands: PackedRecords) => void, later: (deed: () => void) => void = setImmediate) {
    this.#send = send;
    this.#later = later;
  }

  /** Milliseconds since commands wait without any commit; 0 while none waits. */
  get waitMs(): number {
    return this.#waitsSinceMs === null ? 0 : performance.now() - this.#waitsSinceMs;
  }

  get outstanding(): number {
    return this.#listeners.length - this.#answered;
  }

  /** Takes in a command of the host's own, which the engine cannot refuse; resolves once it is on disk. */
  async record(command: Command, actor: string = HOST_ACTOR): Promise<void> {
    const { refusal } = await new Promise<Outcome>((resolve) => {
      this.take(command, actor, resolve);
    });
    invariant(refusal === null, `the engine refused ${command.type} of the host: ${refusal?.code}`);
  }

  /** Takes a client's command in, unless too many are under way; false then. `listener` is told once its records are on disk. */
  submit(command: Command, actor: string, listener: OutcomeListener): boolean {
    if (this.outstanding >= MOST_OUTSTANDING) return false;
    this.take(command, actor, listener);
    return true;
  }

  /** Takes in what cannot wait for room that clients leave: what the host itself does, and what an outside venue told it. They are few. */
  take(command: Command, actor: string, listener: OutcomeListener): void {
    this.#waitsSinceMs ??= performance.now();
    this.#waiting.push({ command, actor });
    this.#listeners.push(listener);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#later(() => this.#flush());
    }
  }

  /** Sends what waits if that is a portion; what must be decided together is not followed by this. */
  sendPortion(): void {
    if (this.#waiting.length >= COMMANDS_PER_PORTION) this.#flush();
  }

  /** Sees each committed record, in order. */
  observe(cursor: RecordCursor): void {
    if (cursor.isCommand) {
      this.#answer();
      // What the sequencer sends by itself has nobody who waits for it (JR-8).
      if (isOfClock(cursor)) return;
      this.#current = { seq: cursor.seq, order: orderOf(cursor), orderId: null, refusal: null };
    } else if (this.#current !== null && this.#current.orderId === null) {
      if (cursor.kind === eventKinds.OrderAccepted) {
        if (isOf(this.#current.order, cursor, eventLayouts.OrderAccepted.slots)) this.#current.orderId = cursor.seq;
      } else this.#current.refusal ??= refusalOf(cursor, this.#current.order);
    }
    this.#lastSeq = cursor.seq;
  }

  /** The batch is complete, and with it its last command. */
  endOfBatch(): void {
    this.#answer();
    this.#waitsSinceMs = this.outstanding === 0 ? null : performance.now();
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
    if (this.#waiting.length > 0) this.#send(encodeCommands(this.#waiting.splice(0)));
  }
}

function isOfClock(cursor: RecordCursor): boolean {
  return cursor.kind === commandKinds.AdvanceTime && cursor.text(commandSlots.actor) === CLOCK_ACTOR;
}

/** Order that a command sends. Orders of others, and of lists that are under way, may come or be denied in the same command. */
type SentOrder = { readonly accountId: number; readonly clientOrderId: number };

function orderOf(command: RecordCursor): SentOrder | null {
  const { SubmitOrder, SubmitOrderList } = commandLayouts;
  const isOrder = command.kind === commandKinds.SubmitOrder;
  if (!isOrder && command.kind !== commandKinds.SubmitOrderList) return null;
  const { accountId, clientOrderId } = isOrder ? SubmitOrder.slots : SubmitOrderList.slots;
  return { accountId: command.get(accountId), clientOrderId: command.get(clientOrderId) };
}

function isOf(
  order: SentOrder | null,
  event: RecordCursor,
  slots: { readonly accountId: number; readonly clientOrderId: number },
): boolean {
  return order !== null && event.get(slots.accountId) === order.accountId && event.get(slots.clientOrderId) === order.clientOrderId;
}

/** Why the command was refused, if this event says so. Cancels, amendments and an operator's commands alone are denied by the last three. */
function refusalOf(cursor: RecordCursor, order: SentOrder | null): Refusal | null {
  const isDenial =
    cursor.kind === eventKinds.OrderDenied
      ? isOf(order, cursor, eventLayouts.OrderDenied.slots)
      : cursor.kind === eventKinds.CancelDenied || cursor.kind === eventKinds.AmendDenied || cursor.kind === eventKinds.CommandDenied;
  if (!isDenial) return null;
  const entry = cursor.entry();
  return entry.kind === "event" && "refusal" in entry.event ? entry.event.refusal : null;
}
