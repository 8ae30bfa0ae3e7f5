import { illegal, missing, refused } from "./apiError.ts";

const text = new TextDecoder("utf-8", { fatal: true });

/** Parameters of a request: those of the query, or of the form where the query has none of that name. */
export class Parameters {
  readonly #values: ReadonlyMap<string, string>;

  private constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Reads raw texts as they were received. Throws ApiError when they are not percent-encoded UTF-8. */
  static read(query: string, form: Uint8Array | null): Parameters {
    const values = new Map<string, string>();
    // What comes first stays: the query's.
    collect(query, values);
    if (form !== null && form.length > 0) collect(decoded(form), values);
    return new Parameters(values);
  }

  /** Parameters that came as members of a JSON object. */
  static of(members: Readonly<Record<string, unknown>>): Parameters {
    const values = new Map<string, string>();
    for (const [name, value] of Object.entries(members)) {
      if (typeof value === "string") values.set(name, value);
      else if (typeof value === "number" || typeof value === "boolean") values.set(name, String(value));
      else if (value !== null) throw illegal(name);
    }
    return new Parameters(values);
  }

  /** Undefined when the parameter is absent or empty. */
  optional(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined || value === "" ? undefined : value;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** A whole number from `least` to `most`. */
  integer(name: string, { least, most }: { readonly least: number; readonly most: number }): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^-?\d{1,16}$/.test(value) || number < least || number > most) throw illegal(name);
    return number;
  }

  /** As the quote endpoints answer a limit that is none. */
  limit(name: string, { most, standard }: { readonly most: number; readonly standard: number }): number {
    const value = this.optional(name);
    if (value === undefined) return standard;
    if (!/^\d{1,9}$/.test(value) || Number(value) === 0) throw refused("-100002", `Param ${name} should be int.`);
    return Math.min(most, Number(value));
  }

  oneOf<T extends string>(name: string, values: readonly T[], otherwise: () => Error): T | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const found = values.find((each) => each === value);
    if (found === undefined) throw otherwise();
    return found;
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return text.decode(bytes);
  } catch {
    throw refused("-1130", "The body is not UTF-8.");
  }
}

function collect(raw: string, into: Map<string, string>): void {
  for (const pair of raw.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = unescape(equals < 0 ? pair : pair.slice(0, equals));
    if (!into.has(name)) into.set(name, equals < 0 ? "" : unescape(pair.slice(equals + 1)));
  }
}

function unescape(part: string): string {
  if (!part.includes("%") && !part.includes("+")) return part;
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    throw refused("-1130", "A parameter is not percent-encoded UTF-8.");
  }
}
