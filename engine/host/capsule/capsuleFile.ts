import { hash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { errorFromZod, TerminalError, typedError, type TypedError } from "../../../shared/errors.ts";
import { failureCode, toTerminalError } from "../journal/journalErrors.ts";
import type { JournalRow } from "../journal/rows.ts";

/*
 * A capsule is one file:
 *   "HKTCAPS1", length of the head (32 bits), the head as JSON that a person can read, the body (zstd), sha256 of all before.
 * The body is the state before the slice (nothing when it begins at sequence 1) and the slice's journal rows as they are in the journal.
 */
const MAGIC = Buffer.from("HKTCAPS1");
export const CAPSULE_FORMAT = 1;
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;
/** First and last sequence, time, length of the body, hash. */
const ROW_HEAD_BYTES = 3 * 8 + LENGTH_BYTES + HASH_BYTES;
const MOST_BODY_BYTES = 2 ** 31;

const digest = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const headSchema = z.strictObject({
  format: z.literal(CAPSULE_FORMAT),
  /** What made it: program, commit of its sources where known, and what it ran on. */
  build: z.strictObject({
    version: z.string(),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/)
      .nullable(),
    node: z.string(),
    platform: z.string(),
  }),
  configuration: z.strictObject({ mode: z.enum(["simulated", "live"]), venue: z.string(), marketSeed: z.number().int() }),
  /** Whole rows: the slice begins and ends where they do. */
  slice: z.strictObject({ fromSeq: seq.min(1), toSeq: seq.min(1), rows: z.number().int().min(1) }),
  state: z.strictObject({
    /** Format of the states' canonical bytes. */
    format: z.number().int(),
    /** Null for a slice from sequence 1, before which there is nothing. */
    hashBefore: digest.nullable(),
    hashAfter: digest,
  }),
  /** Hash of the journal's row before the slice, and of its last row. */
  chain: z.strictObject({ before: digest, after: digest }),
  bytes: z.strictObject({ state: z.number().int().min(0).max(MOST_BODY_BYTES), rows: z.number().int().min(1).max(MOST_BODY_BYTES) }),
});
export type CapsuleHead = z.infer<typeof headSchema>;

export type Capsule = { readonly head: CapsuleHead; readonly state: Uint8Array; readonly rows: readonly JournalRow[] };

/** Writes the capsule. Throws TerminalError JOURNAL_FULL, JOURNAL_READ_ONLY or JOURNAL_IO. */
export function writeCapsule(
  path: string,
  { head, state, rows }: Omit<Capsule, "head"> & { readonly head: Omit<CapsuleHead, "bytes"> },
): void {
  const rowBytes = Buffer.concat(rows.flatMap((row) => [rowHead(row), row.body]));
  const whole: CapsuleHead = { ...head, bytes: { state: state.length, rows: rowBytes.length } };
  const headBytes = Buffer.from(JSON.stringify(whole), "utf8");
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(headBytes.length);
  const content = Buffer.concat([MAGIC, length, headBytes, zstdCompressSync(Buffer.concat([state, rowBytes]))]);
  try {
    writeFileSync(path, Buffer.concat([content, hash("sha256", content, "buffer")]));
  } catch (error) {
    throw toTerminalError(error, { path, doing: "Writing the capsule" });
  }
}

/** Reads a capsule. Throws TerminalError CAPSULE_MALFORMED, CAPSULE_VERSION, ARGUMENT_INVALID without a file, or JOURNAL_IO. */
export function readCapsule(path: string): Capsule {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (failureCode(error) !== "ENOENT") throw toTerminalError(error, { path, doing: "Reading the capsule" });
    const rule = "a capsule file";
    throw new TerminalError(typedError("ARGUMENT_INVALID", { field: "FILE", value: path, rule, message: `There is no file ${path}.` }));
  }
  const bodyAt = checkEnvelope(path, bytes);
  const head = headOf(path, bytes.subarray(MAGIC.length + LENGTH_BYTES, bodyAt));
  let body: Buffer;
  try {
    body = zstdDecompressSync(bytes.subarray(bodyAt, -HASH_BYTES), { maxOutputLength: head.bytes.state + head.bytes.rows });
  } catch (error) {
    throw malformed(path, `its body cannot be unpacked (${error instanceof Error ? error.message : String(error)})`);
  }
  if (body.length !== head.bytes.state + head.bytes.rows) throw malformed(path, "its body has another length than its head says");
  return { head, state: body.subarray(0, head.bytes.state), rows: rowsOf(path, body.subarray(head.bytes.state), head) };
}

/** Where the body begins in a file that is whole. */
function checkEnvelope(path: string, bytes: Buffer): number {
  const known = bytes.subarray(0, MAGIC.length);
  if (!known.equals(MAGIC)) {
    const isNewer = known.length === MAGIC.length && known.subarray(0, -1).equals(MAGIC.subarray(0, -1));
    throw isNewer ? newer(path, known.toString("latin1")) : malformed(path, "it does not begin as a capsule does");
  }
  if (bytes.length < MAGIC.length + LENGTH_BYTES + HASH_BYTES) throw malformed(path, "it is cut short");
  if (!hash("sha256", bytes.subarray(0, -HASH_BYTES), "buffer").equals(bytes.subarray(-HASH_BYTES)))
    throw malformed(path, "its hash does not fit its content: it is damaged or cut short");
  const bodyAt = MAGIC.length + LENGTH_BYTES + bytes.readUInt32LE(MAGIC.length);
  if (bodyAt > bytes.length - HASH_BYTES) throw malformed(path, "its head is longer than the file");
  return bodyAt;
}

function headOf(path: string, bytes: Buffer): CapsuleHead {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw malformed(path, "its head is no JSON");
  }
  const format = value !== null && typeof value === "object" ? Reflect.get(value, "format") : undefined;
  if (typeof format === "number" && format > CAPSULE_FORMAT) throw newer(path, `format ${format}`);
  const parsed = headSchema.safeParse(value);
  if (!parsed.success) throw new TerminalError(errorFromZod("CAPSULE_MALFORMED", parsed.error, value));
  return parsed.data;
}

function rowsOf(path: string, bytes: Buffer, { slice }: CapsuleHead): JournalRow[] {
  const rows: JournalRow[] = [];
  for (let at = 0; at < bytes.length;) {
    const bodyAt = at + ROW_HEAD_BYTES;
    const end = bodyAt <= bytes.length ? bodyAt + bytes.readUInt32LE(at + 24) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw malformed(path, `row ${rows.length + 1} is cut short`);
    rows.push({
      firstSeq: bytes.readDoubleLE(at),
      lastSeq: bytes.readDoubleLE(at + 8),
      atUs: bytes.readDoubleLE(at + 16),
      hash: bytes.subarray(at + 28, bodyAt),
      body: bytes.subarray(bodyAt, end),
    });
    at = end;
  }
  const fits = rows.length === slice.rows && rows[0]?.firstSeq === slice.fromSeq && rows.at(-1)?.lastSeq === slice.toSeq;
  if (!fits) throw malformed(path, "its rows are others than its head says");
  return rows;
}

function rowHead(row: JournalRow): Buffer {
  const head = Buffer.alloc(ROW_HEAD_BYTES);
  head.writeDoubleLE(row.firstSeq, 0);
  head.writeDoubleLE(row.lastSeq, 8);
  head.writeDoubleLE(row.atUs, 16);
  head.writeUInt32LE(row.body.length, 24);
  row.hash.copy(head, 28);
  return head;
}

export function malformed(path: string, why: string, field = "FILE"): TerminalError {
  return new TerminalError(
    capsuleError("CAPSULE_MALFORMED", { field, value: path, rule: "a whole capsule", message: `${path} is no good capsule: ${why}.` }),
  );
}

function newer(path: string, what: string): TerminalError {
  const rule = `format ${CAPSULE_FORMAT} at most`;
  const message = `${path} was made by a newer program (${what}). Open it with that one.`;
  return new TerminalError(capsuleError("CAPSULE_VERSION", { field: "format", value: what, rule, message }));
}

export function capsuleError(
  code: "CAPSULE_MALFORMED" | "CAPSULE_VERSION" | "CAPSULE_DIFFERS",
  words: { readonly field: string; readonly value: unknown; readonly rule: string; readonly message: string },
): TypedError {
  return typedError(code, words);
}
