import { invariant } from "../../shared/assert.ts";
import { rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { areTerms, orderTypeOf, packTerms, sideOf, timeInForceOf } from "./terms.ts";

/** How one field of a typed command or event lies in a row, and what a sound row holds there. */
export type Field<Slot extends string = string> = {
  /** Names of the slots it takes, in order. */
  readonly slots: readonly Slot[];
  readonly isText: boolean;
  write(source: Properties, row: Float64Array, at: number, texts: TextTable): void;
  read(row: Float64Array, at: number, texts: readonly string[], seq: number, into: Properties): void;
  isSound(row: Float64Array, at: number, texts: readonly string[]): boolean;
};

/** A typed command or event seen as bare properties; the round-trip tests prove that the layouts cover every property. */
export type Properties = Record<string, unknown>;

/** Gives a text its index in a string table. */
export type TextTable = { indexOf(text: string): number };

/** A record kind: its number and the slot of each field, counted from the header. */
export type Layout<Slot extends string = string> = {
  readonly kind: number;
  /** Numbers in a row, header included. */
  readonly length: number;
  readonly header: number;
  readonly slots: Readonly<Record<Slot, number>>;
  readonly textSlots: readonly number[];
  readonly fields: readonly Field<Slot>[];
};

const LENGTH_FACTOR = 256;

/**
 * A slot known to hold a 32-bit integer, as one. The conversion costs nothing and tells the compiler that no fraction and no
 * boxed number is on the way, which keeps the hot paths free of garbage.
 */
export function int(slot: number | undefined): number {
  return slot! | 0;
}

/** Kind and row length share the header, so that a reader can step over rows, and rows may grow in later versions. */
export function headerKind(header: number): number {
  return header & (LENGTH_FACTOR - 1);
}

export function headerLength(header: number): number {
  return header >>> 8;
}

export function layout<Slot extends string>(kind: number, fields: readonly Field<Slot>[]): Layout<Slot> {
  const slots: Partial<Record<Slot, number>> = {};
  const textSlots: number[] = [];
  let length = 1;
  for (const field of fields) {
    if (field.isText) textSlots.push(length);
    for (const slot of field.slots) {
      slots[slot] = length;
      length += 1;
    }
  }
  // Every slot of every field has just been given its number.
  return { kind, length, header: kind + LENGTH_FACTOR * length, slots: slots as Record<Slot, number>, textSlots, fields };
}

export function integer<Name extends string>(name: Name, least: number, most: number): Field<Name> {
  return {
    slots: [name],
    isText: false,
    write: (source, row, at) => void (row[at] = numberIn(source, name)),
    read: (row, at, _texts, _seq, into) => void (into[name] = row[at]),
    isSound: (row, at) => isIntegerWithin(row[at]!, least, most),
  };
}

/** A number from 1, or null, which is stored as 0. */
export function optional<Name extends string>(name: Name, most: number): Field<Name> {
  return {
    slots: [name],
    isText: false,
    write: (source, row, at) => void (row[at] = source[name] === null ? 0 : numberIn(source, name)),
    read: (row, at, _texts, _seq, into) => void (into[name] = row[at] === 0 ? null : row[at]),
    isSound: (row, at) => isIntegerWithin(row[at]!, 0, most),
  };
}

/** A property that is the record's own sequence number and takes no slot. */
export function ownSeq(name: string): Field<never> {
  return {
    slots: [],
    isText: false,
    write: () => undefined,
    read: (_row, _at, _texts, seq, into) => void (into[name] = seq),
    isSound: () => true,
  };
}

export function oneOf<Name extends string>(name: Name, values: readonly string[]): Field<Name> {
  return {
    slots: [name],
    isText: false,
    write: (source, row, at) => void (row[at] = values.indexOf(textIn(source, name))),
    read: (row, at, _texts, _seq, into) => void (into[name] = values[row[at]!]),
    isSound: (row, at) => isIntegerWithin(row[at]!, 0, values.length - 1),
  };
}

/** A name that stands for a number in a table. */
export function code<Name extends string>(name: Name, numbers: Readonly<Record<string, number>>): Field<Name> {
  const names = new Map(Object.entries(numbers).map(([key, number]) => [number, key]));
  return {
    slots: [name],
    isText: false,
    write: (source, row, at) => void (row[at] = numbers[textIn(source, name)]!),
    read: (row, at, _texts, _seq, into) => void (into[name] = names.get(row[at]!)),
    isSound: (row, at) => names.has(row[at]!),
  };
}

export function text<Name extends string>(name: Name): Field<Name> {
  return {
    slots: [name],
    isText: true,
    write: (source, row, at, texts) => void (row[at] = texts.indexOf(textIn(source, name))),
    read: (row, at, texts, _seq, into) => void (into[name] = texts[row[at]!]),
    isSound: (row, at, texts) => isIntegerWithin(row[at]!, 0, texts.length - 1),
  };
}

/** A typed object as JSON text, for rare records. */
export function json<Name extends string>(name: Name, schema: { safeParse(value: unknown): { success: boolean } }): Field<Name> {
  return {
    slots: [name],
    isText: true,
    write: (source, row, at, texts) => void (row[at] = texts.indexOf(JSON.stringify(source[name]))),
    read: (row, at, texts, _seq, into) => void (into[name] = JSON.parse(texts[row[at]!]!)),
    isSound: (row, at, texts) => isIntegerWithin(row[at]!, 0, texts.length - 1) && isJsonOf(schema, texts[row[at]!]!),
  };
}

/** Side, order type and time in force. */
export const terms: Field<"terms"> = {
  slots: ["terms"],
  isText: false,
  write: (source, row, at) => {
    // The caller's type has exactly these three properties; see the layouts that use this field.
    row[at] = packTerms(source as Parameters<typeof packTerms>[0]);
  },
  read: (row, at, _texts, _seq, into) => {
    into["side"] = sideOf(row[at]!);
    into["orderType"] = orderTypeOf(row[at]!);
    into["timeInForce"] = timeInForceOf(row[at]!);
  },
  isSound: (row, at) => areTerms(row[at]!),
};

/** Stands for an operand that has no meaning for its code; real operands are never negative. */
export const NO_OPERAND = -1;

const rejectCodes = new Map<number, RejectCode>(
  // Object.keys of a literal yields exactly its own keys.
  (Object.keys(rejectTable) as RejectCode[]).map((key) => [rejectTable[key].number, key]),
);

export function rejectCodeOf(number: number): RejectCode {
  const found = rejectCodes.get(number);
  invariant(found !== undefined, `no reject code has number ${number}`);
  return found;
}

/** Code and operands of a refusal. */
export const refusal: Field<"code" | "limit" | "actual" | "headroom"> = {
  slots: ["code", "limit", "actual", "headroom"],
  isText: false,
  write: (source, row, at) => {
    // The caller's type has a Refusal here; see the layouts that use this field.
    const refused = source["refusal"] as { code: RejectCode; limit: number | null; actual: number | null; headroom: number | null };
    row[at] = rejectTable[refused.code].number;
    row[at + 1] = refused.limit ?? NO_OPERAND;
    row[at + 2] = refused.actual ?? NO_OPERAND;
    row[at + 3] = refused.headroom ?? NO_OPERAND;
  },
  read: (row, at, _texts, _seq, into) => {
    into["refusal"] = {
      code: rejectCodeOf(row[at]!),
      limit: operand(row[at + 1]!),
      actual: operand(row[at + 2]!),
      headroom: operand(row[at + 3]!),
    };
  },
  isSound: (row, at) =>
    rejectCodes.has(row[at]!) && [1, 2, 3].every((n) => isIntegerWithin(row[at + n]!, NO_OPERAND, Number.MAX_SAFE_INTEGER)),
};

function operand(value: number): number | null {
  return value === NO_OPERAND ? null : value;
}

function isIntegerWithin(n: number, least: number, most: number): boolean {
  return Number.isInteger(n) && n >= least && n <= most && !Object.is(n, -0);
}

function isJsonOf(schema: { safeParse(value: unknown): { success: boolean } }, source: string): boolean {
  try {
    return schema.safeParse(JSON.parse(source)).success;
  } catch {
    // Not JSON at all: unsound, which is what the caller asks.
    return false;
  }
}

function numberIn(source: Properties, name: string): number {
  const value = source[name];
  invariant(typeof value === "number", `field ${name} must be a number`);
  return value;
}

function textIn(source: Properties, name: string): string {
  const value = source[name];
  invariant(typeof value === "string", `field ${name} must be a text`);
  return value;
}
