import { invariant } from "../../../shared/assert.ts";
import { MAX_CATALOG_ID } from "../../../shared/ids.ts";
import { MAX_LOTS, MAX_TICKS } from "../../../shared/money.ts";
import { rejectTable, type Refusal, type RejectCode } from "../../../shared/rejects.ts";
import { areTerms, namedTerms, packTerms, type NamedTerms } from "./terms.ts";

/** How one field of a typed command or event lies in a row, and what a sound row holds there. */
export type Field<Slot extends string = string> = {
  /** Names of the slots it takes, in order. */
  readonly slots: readonly Slot[];
  readonly isText: boolean;
  write(source: Properties, row: Float64Array, at: number, texts: TextTable): void;
  read(row: Float64Array, at: number, texts: readonly string[], seq: number, into: Properties): void;
  isSound(row: Float64Array, at: number, texts: readonly string[]): boolean;
  /** Fills in what a row lacks that was written before the field existed; only fields that were added to a layout later have it. */
  readonly absent?: (into: Properties) => void;
  /** True if a row may end before this field, because the source has nothing to say in it. */
  readonly isSilent?: (source: Properties) => boolean;
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
  /** Lengths of the rows that earlier versions wrote, which end before the fields added since. */
  readonly earlierLengths: readonly number[];
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

/** `additions` are fields that a later version appended, one list a version. */
export function layout<Slot extends string>(
  kind: number,
  first: readonly Field<Slot>[],
  ...additions: readonly (readonly Field<Slot>[])[]
): Layout<Slot> {
  const slots: Partial<Record<Slot, number>> = {};
  const textSlots: number[] = [];
  const lengths: number[] = [];
  const fields: Field<Slot>[] = [];
  let length = 1;
  for (const version of [first, ...additions]) {
    for (const field of version) {
      fields.push(field);
      if (field.isText) textSlots.push(length);
      for (const slot of field.slots) {
        slots[slot] = length;
        length += 1;
      }
    }
    lengths.push(length);
  }
  // Every slot of every field has just been given its number.
  return {
    kind,
    length,
    header: kind + LENGTH_FACTOR * length,
    earlierLengths: lengths.slice(0, -1),
    slots: slots as Record<Slot, number>,
    textSlots,
    fields,
  };
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

/** A field that came into a layout later, and that a row leaves out with all that follow when it is missing or says no more than `nothing`. */
export function added<Name extends string>(field: Field<Name>, nothing: null | false = null): Field<Name> {
  const [name] = field.slots;
  invariant(name !== undefined && field.slots.length === 1, "an added field has one slot");
  const property: string = name;
  return {
    ...field,
    write: (source, row, at, texts) => field.write({ ...source, [property]: source[property] ?? nothing }, row, at, texts),
    absent: (into) => void (into[property] = nothing),
    isSilent: (source) => (source[property] ?? nothing) === nothing,
  };
}

/** Length of the shortest row that can hold all that the source says. */
export function lengthFor({ earlierLengths, fields, length: whole }: Layout, source: Properties): number {
  let length = whole;
  let shortest = whole;
  for (let n = fields.length - 1; n >= 0 && fields[n]!.isSilent?.(source) === true; n -= 1) {
    length -= fields[n]!.slots.length;
    if (earlierLengths.includes(length)) shortest = length;
  }
  return shortest;
}

/** The header of a row that ends early. */
export function headerOf(kind: number, length: number): number {
  return kind + LENGTH_FACTOR * length;
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
  const places = Object.fromEntries(values.map((value, place) => [value, place]));
  return {
    slots: [name],
    isText: false,
    write: (source, row, at) => void (row[at] = numberOf(places[textIn(source, name)], name)),
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
    write: (source, row, at) => void (row[at] = numberOf(numbers[textIn(source, name)], name)),
    read: (row, at, _texts, _seq, into) => void (into[name] = names.get(row[at]!)),
    isSound: (row, at) => names.has(row[at]!),
  };
}

/** Stands for a text that is null. */
export const NO_TEXT = -1;

/** Index of the text in a slot that only rows longer than `plainLength` have; NO_TEXT if there is none. */
export function textAt(row: Float64Array, at: number, slot: number, plainLength: number): number {
  return headerLength(row[at]!) === plainLength ? NO_TEXT : row[at + slot]!;
}

export function optionalText<Name extends string>(name: Name): Field<Name> {
  return {
    slots: [name],
    isText: true,
    write: (source, row, at, texts) => void (row[at] = source[name] === null ? NO_TEXT : texts.indexOf(textIn(source, name))),
    read: (row, at, texts, _seq, into) => void (into[name] = row[at] === NO_TEXT ? null : texts[row[at]!]),
    isSound: (row, at, texts) => isIntegerWithin(row[at]!, NO_TEXT, texts.length - 1),
  };
}

export function flag<Name extends string>(name: Name): Field<Name> {
  return {
    slots: [name],
    isText: false,
    write: (source, row, at) => void (row[at] = source[name] === true ? 1 : 0),
    read: (row, at, _texts, _seq, into) => void (into[name] = row[at] === 1),
    isSound: (row, at) => isIntegerWithin(row[at]!, 0, 1),
  };
}

/** A name or null, which is stored as 0. */
export function oneOfOrNone<Name extends string>(name: Name, values: readonly string[]): Field<Name> {
  return {
    slots: [name],
    isText: false,
    write: (source, row, at) => void (row[at] = source[name] === null ? 0 : 1 + values.indexOf(textIn(source, name))),
    read: (row, at, _texts, _seq, into) => void (into[name] = row[at] === 0 ? null : values[row[at]! - 1]),
    isSound: (row, at) => isIntegerWithin(row[at]!, 0, values.length),
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

type Schema<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } };

/** The object that a JSON text stands for; what its schema has gained since it was written gets its default. Throws InvariantError on any other text. */
export function fromJson<T>(schema: Schema<T>, source: string): T {
  const parsed = parsedJson(schema, source);
  invariant(parsed !== null, `not what its schema allows: ${source.slice(0, 80)}`);
  return parsed.data;
}

/** A typed object as JSON text, for rare records. */
export function json<Name extends string>(name: Name, schema: Schema<unknown>): Field<Name> {
  return {
    slots: [name],
    isText: true,
    write: (source, row, at, texts) => void (row[at] = texts.indexOf(JSON.stringify(source[name]))),
    read: (row, at, texts, _seq, into) => void (into[name] = fromJson(schema, texts[row[at]!]!)),
    isSound: (row, at, texts) => isIntegerWithin(row[at]!, 0, texts.length - 1) && parsedJson(schema, texts[row[at]!]!) !== null,
  };
}

/** Everything that an order asks for by name. */
export const terms: Field<"terms"> = {
  slots: ["terms"],
  isText: false,
  write: (source, row, at) => {
    // The caller's type has these properties; see the layouts that use this field.
    row[at] = packTerms(source as NamedTerms);
  },
  read: (row, at, _texts, _seq, into) => void Object.assign(into, namedTerms(row[at]!)),
  isSound: (row, at) => areTerms(row[at]!),
};

/** Stands for an operand that has no meaning for its code; real operands are never negative. */
export const NO_OPERAND = -1;

const rejectCodes = new Map<number, RejectCode>(
  // Object.keys of a literal yields exactly its own keys.
  (Object.keys(rejectTable) as RejectCode[]).map((key) => [rejectTable[key].number, key]),
);

function rejectCodeOf(number: number): RejectCode {
  const found = rejectCodes.get(number);
  invariant(found !== undefined, `no reject code has number ${number}`);
  return found;
}

/** Code and operands of a refusal. */
export const refusal: Field<"code" | "limit" | "actual" | "headroom"> = {
  slots: ["code", "limit", "actual", "headroom"],
  isText: false,
  write: (source, row, at) => {
    const refused = refusalIn(source);
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
  isSound: (row, at) => rejectCodes.has(row[at]!) && [1, 2, 3].every((n) => isOperand(row[at + n]!)),
};

/** The rest of a refusal: use, nearest order, licence and clause. Follows the field above; rows of earlier versions end before it. */
export const refusalDetail: Field<"used" | "nearestTicks" | "nearestLots" | "licenceId" | "ruleId"> = {
  slots: ["used", "nearestTicks", "nearestLots", "licenceId", "ruleId"],
  isText: false,
  write: (source, row, at) => {
    const refused = refusalIn(source);
    row[at] = refused.used ?? NO_OPERAND;
    row[at + 1] = refused.nearest?.limitTicks ?? 0;
    row[at + 2] = refused.nearest?.lots ?? 0;
    row[at + 3] = refused.licenceId ?? 0;
    row[at + 4] = refused.ruleId ?? 0;
  },
  read: (row, at, _texts, _seq, into) => {
    into["refusal"] = {
      ...refusalIn(into),
      used: operand(row[at]!),
      nearest: row[at + 2] === 0 ? null : { limitTicks: row[at + 1] === 0 ? null : row[at + 1], lots: row[at + 2] },
      licenceId: row[at + 3] === 0 ? null : row[at + 3],
      ruleId: row[at + 4] === 0 ? null : row[at + 4],
    };
  },
  isSound: (row, at) =>
    isOperand(row[at]!) &&
    isIntegerWithin(row[at + 1]!, 0, row[at + 2] === 0 ? 0 : MAX_TICKS) &&
    isIntegerWithin(row[at + 2]!, 0, MAX_LOTS) &&
    [3, 4].every((n) => isIntegerWithin(row[at + n]!, 0, MAX_CATALOG_ID)),
  absent: (into) => {
    into["refusal"] = { ...refusalIn(into), used: null, nearest: null, licenceId: null, ruleId: null };
  },
};

function refusalIn(source: Properties): Refusal {
  // The caller's type has a Refusal here; see the layouts that use these fields.
  return source["refusal"] as Refusal;
}

function isOperand(n: number): boolean {
  return isIntegerWithin(n, NO_OPERAND, Number.MAX_SAFE_INTEGER);
}

function operand(value: number): number | null {
  return value === NO_OPERAND ? null : value;
}

function isIntegerWithin(n: number, least: number, most: number): boolean {
  return Number.isInteger(n) && n >= least && n <= most && !Object.is(n, -0);
}

function parsedJson<T>(schema: Schema<T>, source: string): { readonly data: T } | null {
  try {
    const parsed = schema.safeParse(JSON.parse(source));
    return parsed.success ? parsed : null;
  } catch {
    // Not JSON at all: unsound, which is what the caller asks.
    return null;
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

function numberOf(found: number | undefined, name: string): number {
  invariant(found !== undefined, `field ${name} has a value that its layout does not know`);
  return found;
}
