import { createHash } from "node:crypto";
import { closeSync, createWriteStream, mkdirSync, openSync, readSync, type WriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import type { ClientOrderId } from "../../../shared/ids.ts";
import { writeFileAtomically } from "../../host/atomicFile.ts";
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
/** Notes kept, the newest: in memory always, in the file after each start that finds twice as many. */
const NOTES_KEPT = 200_000;
const READ_BYTES = 1_024 * 1_024;

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
  readonly #most: number;
  readonly #notes = new Map<string, OrderNote>();
  #stream: WriteStream | null = null;
  #lastMade = 0;

  constructor(dataFolder: string, most: number = NOTES_KEPT) {
    this.#file = join(dataFolder, "api", "order-notes.jsonl");
    this.#most = most;
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
    this.#open().write(lineOf(accountId, clientOrderId, note));
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
    if (!this.#notes.has(key) && this.#notes.size >= this.#most) {
      const oldest = this.#notes.keys().next();
      if (oldest.done !== true) this.#notes.delete(oldest.value);
    }
    this.#notes.set(key, note);
  }

  #open(): WriteStream {
    if (this.#stream !== null) return this.#stream;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const stream = createWriteStream(this.#file, { flags: "a", mode: 0o600 });
    // A disk that is full costs names, not orders; the next name is tried again.
    stream.on("error", () => {
      if (this.#stream === stream) this.#stream = null;
    });
    this.#stream = stream;
    return stream;
  }

  #read(): void {
    let lines = 0;
    let isWhole = true;
    for (const line of linesOf(this.#file)) {
      lines += 1;
      isWhole = line.endsWith("\n");
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
    // Behind a line that a crash cut off the next one would be lost as well.
    if (lines > 2 * this.#most || !isWhole) this.#rewrite();
  }

  /** Leaves in the file what is kept in memory; where that cannot be written, the file as it is. */
  #rewrite(): void {
    const lines = [...this.#notes].map(([key, note]) => {
      const [accountId = 0, clientOrderId = 0] = key.split(" ").map(Number);
      return lineOf(accountId, clientOrderId, note);
    });
    try {
      writeFileAtomically(this.#file, lines.join(""));
    } catch {
      // As of a name that cannot be written: a disk that is full costs names, and no interface its start.
    }
  }
}

/** Lines of a file of any length with their ends, none of a file that is not there; what stands behind the last end counts as one. */
function* linesOf(path: string): Generator<string> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  try {
    const decoder = new StringDecoder("utf8");
    const bytes = Buffer.alloc(READ_BYTES);
    let pending = "";
    for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) {
      const lines = (pending + decoder.write(bytes.subarray(0, read))).split("\n");
      pending = lines.pop() ?? "";
      for (const line of lines) yield `${line}\n`;
    }
    if (pending !== "") yield pending;
  } finally {
    closeSync(file);
  }
}

function lineOf(accountId: number, clientOrderId: number, { text, isLimitMaker, amount, expiresMaker }: OrderNote): string {
  const line: Note = { a: accountId, c: clientOrderId };
  if (text !== String(clientOrderId)) line.id = text;
  if (isLimitMaker) line.type = "LIMIT_MAKER";
  if (amount !== null) line.amount = amount;
  if (expiresMaker) line.stp = "EXPIRE_MAKER";
  return `${JSON.stringify(line)}\n`;
}

function keyOf(accountId: number, clientOrderId: number): string {
  return `${accountId} ${clientOrderId}`;
}

/** Null for a line that a crash cut off. */
function parsed(line: string): Note | null {
  try {
    return noteSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
