import { invariant } from "../../../shared/assert.ts";
import type { Command, CommandType } from "../../../shared/commands.ts";
import type { Event, EventType, JournalEntry } from "../../../shared/events.ts";
import type { EpochUs, Seq } from "../../../shared/ids.ts";
import { headerKind, headerLength, headerOf, int, lengthFor, type Properties, type TextTable } from "./fields.ts";
import { isCommandKind } from "./kinds.ts";
import { commandLayouts, commandSlots, layoutOfKind, layoutOfType } from "./layout.ts";

/** Commands and events as rows of numbers: `[header, ...slots]`, one row after the other. */
export type PackedRecords = {
  /** Sequence number of the first record; 0 in a batch of not yet sequenced commands. */
  readonly firstSeq: number;
  readonly count: number;
  /** Exactly sized, with a buffer of its own: transferable. */
  readonly numbers: Float64Array;
  /** String table; slots of text fields hold indexes into it. */
  readonly texts: readonly string[];
};

/** Packs commands for the engine; time and sequence are stamped later. Throws InvariantError on a command that does not fit its schema. */
export function encodeCommands(commands: readonly { readonly command: Command; readonly actor: string }[]): PackedRecords {
  const texts = new GrowingTexts();
  const lengths = commands.map(({ command }) => lengthFor(commandLayouts[command.type], command));
  const numbers = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const [index, { command, actor }] of commands.entries()) {
    const length = lengths[index]!;
    writeRow(command.type, { ...command, atUs: 0, actor }, numbers, at, length, texts);
    at += length;
  }
  return { firstSeq: 0, count: commands.length, numbers, texts: texts.list };
}

/** Packs events, e.g. for a test or a repair tool; the engine itself writes rows directly. */
export function encodeEntries(entries: readonly JournalEntry[]): PackedRecords {
  const texts = new GrowingTexts();
  const rows = entries.map((entry) => {
    const typed = entry.kind === "command" ? entry.command : entry.event;
    const row = new Float64Array(lengthFor(layoutOfType(typed.type), typed));
    writeRow(
      typed.type,
      entry.kind === "command" ? { ...typed, atUs: entry.atUs, actor: entry.actor } : { ...typed },
      row,
      0,
      row.length,
      texts,
    );
    return row;
  });
  const numbers = new Float64Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    numbers.set(row, at);
    at += row.length;
  }
  return { firstSeq: entries[0]?.seq ?? 0, count: entries.length, numbers, texts: texts.list };
}

/** Records as typed objects, for edges. Throws InvariantError on rows that no version has written. */
export function decodeEntries(packed: PackedRecords): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const cursor = new RecordCursor(packed);
  while (cursor.next()) entries.push(cursor.entry());
  return entries;
}

/**
 * Of a batch, the records behind `afterSeq`, which ends a command, up to the end of the command to which `upToSeq` belongs: a command and
 * its events are one step. Returns the batch itself when that is all of it.
 */
export function recordsBetween(packed: PackedRecords, afterSeq: number, upToSeq: number): PackedRecords {
  const lastSeq = packed.firstSeq + packed.count - 1;
  if (afterSeq < packed.firstSeq && upToSeq >= lastSeq) return packed;
  const cursor = new RecordCursor(packed);
  let from = 0;
  let to = 0;
  let toSeq = afterSeq;
  while (cursor.next()) {
    if (cursor.seq > upToSeq && cursor.isCommand) break;
    to = cursor.at + cursor.length;
    toSeq = cursor.seq;
    if (cursor.seq <= afterSeq) from = to;
  }
  const firstSeq = Math.max(packed.firstSeq, afterSeq + 1);
  return { ...packed, firstSeq, count: toSeq - firstSeq + 1, numbers: packed.numbers.slice(from, to) };
}

/**
 * Visits records without making objects. Field access: `cursor.get(eventLayouts.OrderFilled.slots.ticks)` when `cursor.kind` is
 * `eventKinds.OrderFilled`.
 */
export class RecordCursor {
  /** The packed numbers and where the present row begins in them. */
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  at = 0;
  kind = 0;
  /** Rows that begin before this have been read ahead; see readAhead.ts. */
  readTo = 0;
  private nextAt = 0;
  private index = -1;
  private causeIndex = -1;
  private causeAt = 0;
  private readonly firstSeq: number;

  constructor(packed: PackedRecords) {
    this.numbers = packed.numbers;
    this.texts = packed.texts;
    // A batch that is not yet sequenced counts from 1.
    this.firstSeq = packed.firstSeq === 0 ? 1 : packed.firstSeq;
  }

  /** Sequence number of the present record. */
  get seq(): number {
    return this.firstSeq + this.index;
  }

  /** Sequence number of the last command at or before the present record; 0 if the batch has shown none yet. */
  get causeSeq(): number {
    return this.causeIndex < 0 ? 0 : this.firstSeq + this.causeIndex;
  }

  /** Time of that command; 0 if the batch has shown none yet. */
  get atUs(): number {
    return this.causeIndex < 0 ? 0 : this.numbers[this.causeAt + commandSlots.atUs]!;
  }

  /** Who sent that command; "" if the batch has shown none yet. */
  get actor(): string {
    return this.causeIndex < 0 ? "" : this.texts[this.numbers[this.causeAt + commandSlots.actor]!]!;
  }

  /** Numbers in the present row, header included. */
  get length(): number {
    return this.nextAt - this.at;
  }

  /** Steps to the next record; false at the end. Throws InvariantError when the rows do not add up. */
  next(): boolean {
    if (this.nextAt >= this.numbers.length) return false;
    this.index += 1;
    this.at = this.nextAt;
    const header = int(this.numbers[this.at]);
    this.kind = headerKind(header);
    this.nextAt = this.at + headerLength(header);
    if (this.nextAt <= this.at || this.nextAt > this.numbers.length) invariant(false, `row at ${this.at} is cut off`);
    if (isCommandKind(this.kind)) {
      this.causeIndex = this.index;
      this.causeAt = this.at;
    }
    return true;
  }

  get isCommand(): boolean {
    return isCommandKind(this.kind);
  }

  get(slot: number): number {
    return this.numbers[this.at + slot]!;
  }

  text(slot: number): string {
    return this.texts[this.get(slot)]!;
  }

  /** The present record as a typed object. */
  entry(): JournalEntry {
    const named = layoutOfKind(this.kind);
    invariant(named !== undefined, `record ${this.seq} has the unknown kind ${this.kind}`);
    const typed: Properties = { type: named.type };
    let at = this.at + 1;
    for (const field of named.layout.fields) {
      // A row of an earlier version ends before the fields that came later.
      if (field.absent !== undefined && at >= this.nextAt) field.absent(typed);
      else field.read(this.numbers, at, this.texts, this.seq, typed);
      at += field.slots.length;
    }
    // The cursor counts sequence numbers and holds the journal's time; the layout table has the fields of the typed form,
    // which the round-trip tests prove kind by kind.
    const seq = this.seq as Seq;
    const atUs = this.atUs as EpochUs;
    if (!this.isCommand) return { kind: "event", seq, atUs, causeSeq: this.causeSeq as Seq, event: typed as Event };
    const { atUs: _stamped, actor, ...command } = typed;
    return { kind: "command", seq, atUs, actor: actor as string, command: command as Command };
  }
}

/** Why the row at the cursor cannot have been written by this engine; null if it can. */
export function unsoundness(cursor: RecordCursor): string | null {
  const named = layoutOfKind(cursor.kind);
  if (named === undefined) return `unknown kind ${cursor.kind}`;
  const { layout } = named;
  if (cursor.length !== layout.length && !layout.earlierLengths.includes(cursor.length)) return `${named.type} has a wrong header`;
  const end = cursor.at + cursor.length;
  let at = cursor.at + 1;
  for (const field of layout.fields) {
    if (field.absent !== undefined && at >= end) break;
    if (!field.isSound(cursor.numbers, at, cursor.texts)) return `${named.type} has an impossible ${field.slots.join(", ")}`;
    at += field.slots.length;
  }
  return null;
}

/**
 * A string table under construction. Its texts are well-formed: half a surrogate pair would not survive the way to the disk, and a state that
 * was made of it would be another one after a start.
 */
export class GrowingTexts implements TextTable {
  readonly list: string[] = [];
  private readonly indexes = new Map<string, number>();

  indexOf(said: string): number {
    const text = said.toWellFormed();
    const known = this.indexes.get(text);
    if (known !== undefined) return known;
    const index = this.list.length;
    this.list.push(text);
    this.indexes.set(text, index);
    return index;
  }
}

function writeRow(
  type: CommandType | EventType,
  source: Properties,
  numbers: Float64Array,
  at: number,
  length: number,
  texts: TextTable,
): void {
  const layout = layoutOfType(type);
  numbers[at] = headerOf(layout.kind, length);
  let slot = at + 1;
  for (const field of layout.fields) {
    if (slot >= at + length) break;
    field.write(source, numbers, slot, texts);
    slot += field.slots.length;
  }
}
