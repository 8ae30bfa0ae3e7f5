import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, readFileSync, statSync, type WriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { ClientOrderId } from "../../../shared/ids.ts";
import { illegal } from "./apiError.ts";

/*
 * The engine's client order ids are whole numbers, the venue's are texts of up to 255 characters. A plain number below 2^52 is itself; every
 * other text becomes 2^52 plus 52 bits of its hash, the same number each time, so that the engine's own check makes a resend harmless. What
 * the engine does not keep of an order that came through this door (its text, that it was a limit-maker or for an amount) is noted in a
 * file, for display only: losing the file costs names, not orders.
 */

const HASHED_FROM = 2 ** 52;
const PLAIN = /^[1-9]\d{0,15}$/;
const LONGEST = 255;
/** Notes kept in memory, the newest. */
const NOTES_KEPT = 200_000;

const noteSchema = z.strictObject({
  a: z.number().int(),
  c: z.number().int(),
  id: z.string().optional(),
  type: z.literal("LIMIT_MAKER").optional(),
  amount: z.string().optional(),
  stp: z.literal("EXPIRE_MAKER").optional(),
});
type Note = z.infer<typeof noteSchema>;

/** What is worth remembering of an order beside the engine's own rows. */
export type OrderNote = {
  readonly text: string;
  readonly isLimitMaker: boolean;
  readonly amount: string | null;
  readonly expiresMaker: boolean;
};

/** The engine's number for a client's text. Throws ApiError when the text is too long. */
export function clientOrderIdOf(text: string): ClientOrderId {
  if (text.length > LONGEST) throw illegal("newClientOrderId");
  // Both are positive safe integers, which is what the brand stands for.
  if (PLAIN.test(text) && Number(text) < HASHED_FROM) return Number(text) as ClientOrderId;
  const bits = createHash("sha256").update(text, "utf8").digest().readBigUInt64BE(0) >> 12n;
  return (HASHED_FROM + Number(bits)) as ClientOrderId;
}

export class OrderNotes {
  readonly #file: string;
  readonly #notes = new Map<string, OrderNote>();
  #stream: WriteStream | null = null;
  #lastMade = 0;

  constructor(dataFolder: string) {
    this.#file = join(dataFolder, "api", "order-notes.jsonl");
    this.#read();
  }

  /** A client order id for an order that came without one: venue time in microseconds, as the venue makes them, each later than the last. */
  make(venueUs: number): string {
    this.#lastMade = Math.max(this.#lastMade + 1, venueUs);
    return String(this.#lastMade);
  }

  /** Remembers what the engine will not tell; an ordinary order with a plain number leaves nothing to remember. */
  add(accountId: number, clientOrderId: ClientOrderId, note: OrderNote): void {
    const isPlain = note.text === String(clientOrderId);
    const isOrdinary = isPlain && !note.isLimitMaker && note.amount === null && !note.expiresMaker;
    if (isOrdinary && !this.#notes.has(keyOf(accountId, clientOrderId))) return;
    this.#keep(accountId, clientOrderId, note);
    const line: Note = { a: accountId, c: clientOrderId };
    if (!isPlain) line.id = note.text;
    if (note.isLimitMaker) line.type = "LIMIT_MAKER";
    if (note.amount !== null) line.amount = note.amount;
    if (note.expiresMaker) line.stp = "EXPIRE_MAKER";
    this.#open().write(`${JSON.stringify(line)}\n`);
  }

  of(accountId: number, clientOrderId: number): OrderNote {
    return (
      this.#notes.get(keyOf(accountId, clientOrderId)) ?? {
        text: String(clientOrderId),
        isLimitMaker: false,
        amount: null,
        expiresMaker: false,
      }
    );
  }

  #keep(accountId: number, clientOrderId: number, note: OrderNote): void {
    const key = keyOf(accountId, clientOrderId);
    if (!this.#notes.has(key) && this.#notes.size >= NOTES_KEPT) {
      const oldest = this.#notes.keys().next();
      if (oldest.done !== true) this.#notes.delete(oldest.value);
    }
    this.#notes.set(key, note);
  }

  #open(): WriteStream {
    if (this.#stream !== null) return this.#stream;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    this.#stream = createWriteStream(this.#file, { flags: "a", mode: 0o600 });
    // A disk that is full costs names, not orders.
    this.#stream.on("error", () => undefined);
    return this.#stream;
  }

  #read(): void {
    if (statSync(this.#file, { throwIfNoEntry: false }) === undefined) return;
    for (const line of readFileSync(this.#file, "utf8").split("\n")) {
      const note = parsed(line);
      if (note === null) continue;
      const { a, c, id, type, amount, stp } = note;
      this.#keep(a, c, {
        text: id ?? String(c),
        isLimitMaker: type !== undefined,
        amount: amount ?? null,
        expiresMaker: stp !== undefined,
      });
    }
  }
}

function keyOf(accountId: number, clientOrderId: number): string {
  return `${accountId} ${clientOrderId}`;
}

/** Null for a line that a crash cut off. */
function parsed(line: string): Note | null {
  if (line === "") return null;
  try {
    return noteSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
