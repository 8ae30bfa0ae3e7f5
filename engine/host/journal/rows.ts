import { hash } from "node:crypto";
import { InvariantError } from "../../../shared/assert.ts";
import { typedError, type TypedError } from "../../../shared/errors.ts";
import type { PackedRecords } from "../../core/records/records.ts";
import { BodyEncoder, decodeBody } from "./bodyCodec.ts";

/** A row of the journal: everything decided between two commits, chained to the row before. */
export type JournalRow = {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Venue time of the row's last command. */
  readonly atUs: number;
  readonly body: Buffer;
  readonly hash: Buffer;
};

const HASH_BYTES = 32;
/** Hash of the row before, first and last sequence, time: what is hashed before the body. */
const HEAD_BYTES = HASH_BYTES + 3 * 8;

/** The hash before the first row. */
export const CHAIN_START: Buffer = Buffer.alloc(HASH_BYTES);

/** Makes rows; reuses its buffer, so a row's body is valid until the next row. */
export class RowEncoder {
  readonly #body = new BodyEncoder();

  encode(batch: PackedRecords, after: { readonly hash: Buffer; readonly atUs: number }): JournalRow {
    const bytes = this.#body.encode(batch, HEAD_BYTES);
    const firstSeq = batch.firstSeq;
    const lastSeq = firstSeq + batch.count - 1;
    writeHead(bytes, { before: after.hash, firstSeq, lastSeq, atUs: after.atUs });
    return { firstSeq, lastSeq, atUs: after.atUs, body: bytes.subarray(HEAD_BYTES), hash: hash("sha256", bytes, "buffer") };
  }
}

/** The row's batch, or what is wrong with the row, given the row before it. */
export function checkRow(row: JournalRow, before: { readonly lastSeq: number; readonly hash: Buffer }): PackedRecords | string {
  if (row.firstSeq !== before.lastSeq + 1) return `it begins at sequence ${row.firstSeq} instead of ${before.lastSeq + 1}`;
  const bytes = Buffer.alloc(HEAD_BYTES + row.body.length);
  writeHead(bytes, { before: before.hash, firstSeq: row.firstSeq, lastSeq: row.lastSeq, atUs: row.atUs });
  row.body.copy(bytes, HEAD_BYTES);
  if (!hash("sha256", bytes, "buffer").equals(row.hash)) return "its hash does not fit its content";
  try {
    const batch = decodeBody(row.body, row.firstSeq);
    return batch.count === row.lastSeq - row.firstSeq + 1 ? batch : "it holds another number of records than it says";
  } catch (error) {
    if (error instanceof InvariantError) return error.message;
    throw error;
  }
}

function writeHead(
  bytes: Buffer,
  head: { readonly before: Buffer; readonly firstSeq: number; readonly lastSeq: number; readonly atUs: number },
): void {
  head.before.copy(bytes, 0);
  bytes.writeDoubleLE(head.firstSeq, HASH_BYTES);
  bytes.writeDoubleLE(head.lastSeq, HASH_BYTES + 8);
  bytes.writeDoubleLE(head.atUs, HASH_BYTES + 16);
}

/** Damage to the journal's file outside its rows, whose last sequence is given when they can be read all the same. */
export function brokenFile({ why, lastSeq }: { readonly why: string; readonly lastSeq: number | null }): TypedError {
  const rows = lastSeq === null ? "Not a row of it can be read." : `All its rows, up to sequence ${lastSeq}, are good.`;
  return typedError("JOURNAL_BROKEN", {
    field: "file",
    value: why,
    rule: "an undamaged journal file",
    message: `The journal's file is damaged outside its rows: ${why}. ${rows}`,
  });
}

/** The journal's first bad row as an error that names it by its first sequence number. */
export function brokenRow(row: { readonly firstSeq: number; readonly why: string }): TypedError {
  return typedError("JOURNAL_BROKEN", {
    field: `row ${row.firstSeq}`,
    value: row.why,
    rule: "rows that continue each other and fit their hashes",
    message: `The journal is damaged at the row that begins with sequence ${row.firstSeq}: ${row.why}. All rows before it are good.`,
  });
}
