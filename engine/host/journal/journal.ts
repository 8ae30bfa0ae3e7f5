import { statSync } from "node:fs";
import { TerminalError } from "../../../shared/errors.ts";
import type { PackedRecords } from "../../core/records/records.ts";
import { migrate, openForWriting, openReadOnly, orClosed, schemaVersion, sqliteVersion, type SqliteDatabase } from "./database.ts";
import { failureCode } from "./journalErrors.ts";
import { brokenRow, CHAIN_START, checkRow, RowEncoder, type JournalRow } from "./rows.ts";
import { recordWriter } from "./writers.ts";

/** End of the chain: what the next row continues. */
export type ChainEnd = { readonly lastSeq: number; readonly atUs: number; readonly hash: Buffer };

export const CHAIN_BEGIN: ChainEnd = { lastSeq: 0, atUs: 0, hash: CHAIN_START };

const COLUMNS = "first_seq AS firstSeq, last_seq AS lastSeq, at_us AS atUs, body, hash";
/** Checkpointing waits for a pause until the write-ahead log has so many pages, and then no longer. */
const WAL_PAGES_AT_PAUSE = 1_000;
const WAL_PAGES_AT_MOST = 16_000;

/** Reads rows in order. Any number of readers may stand beside the one writer. */
export class JournalReader {
  readonly #database: SqliteDatabase;

  constructor(path: string) {
    this.#database = openReadOnly(path);
    orClosed(this.#database, () => {
      sqliteVersion(this.#database);
      schemaVersion(this.#database);
    });
  }

  /** The last row that begins at or before `seq`; undefined when there is none. */
  rowAt(seq: number): JournalRow | undefined {
    const row = this.#database.prepare(`SELECT ${COLUMNS} FROM journal WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1`).get(seq);
    return row === undefined ? undefined : (row as JournalRow);
  }

  /** The rows that hold the sequences from `fromSeq` to `toSeq`, as they are. */
  rows(fromSeq: number, toSeq: number): readonly JournalRow[] {
    const select = this.#database.prepare(`SELECT ${COLUMNS} FROM journal WHERE last_seq >= ? AND first_seq <= ? ORDER BY first_seq`);
    return select.all(fromSeq, toSeq) as JournalRow[];
  }

  /**
   * Batches of the rows behind `after`, each checked against the chain, at most `most` rows. Throws TerminalError JOURNAL_BROKEN that names
   * the first bad row.
   */
  *batches(after: ChainEnd, most = Number.MAX_SAFE_INTEGER): Generator<{ readonly batch: PackedRecords; readonly end: ChainEnd }> {
    const select = this.#database.prepare(`SELECT ${COLUMNS} FROM journal WHERE first_seq > ? ORDER BY first_seq LIMIT ?`);
    let before = after;
    try {
      for (const row of select.iterate(after.lastSeq, most)) {
        const checked = isRow(row) ? checkRow(row, before) : "it does not have a row's columns";
        if (typeof checked === "string") throw new TerminalError(brokenRow({ firstSeq: before.lastSeq + 1, why: checked }));
        // isRow has just held, or checked were a text.
        const { lastSeq, atUs, hash } = row as JournalRow;
        before = { lastSeq, atUs, hash };
        yield { batch: checked, end: before };
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new TerminalError(brokenRow({ firstSeq: before.lastSeq + 1, why }), { cause: error });
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** Is it the file's content, rather than the disk or a lock, that SQLite complains about? */
export function isDamage(error: unknown): boolean {
  const code = failureCode(error);
  return code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_ERROR");
}

function isRow(row: unknown): row is JournalRow {
  // A SELECT of five columns yields an object with these five properties; only their types are in doubt in a damaged file.
  const { firstSeq, lastSeq, atUs, body, hash } = row as Record<keyof JournalRow, unknown>;
  return [firstSeq, lastSeq, atUs].every(Number.isSafeInteger) && Buffer.isBuffer(body) && Buffer.isBuffer(hash);
}

type WriterOptions = { readonly engineVersion: string; readonly quotaBytes: number | null };

/** The one writer: a row a commit, durable when append() returns. */
export class JournalWriter {
  readonly #database: SqliteDatabase;
  readonly #path: string;
  readonly #encoder = new RowEncoder();
  readonly #insert;
  #end: ChainEnd;
  readonly #pageBytes: number;
  /** Pages that wait for the next checkpoint, estimated from the rows' sizes. */
  #walPages = 0;

  /** Makes or migrates the file if need be. */
  constructor(path: string, options: WriterOptions) {
    this.#path = path;
    this.#database = openForWriting(path);
    const { pageBytes, end, insert } = orClosed(this.#database, () => begin(this.#database, options));
    this.#pageBytes = pageBytes;
    this.#end = end;
    this.#insert = insert;
  }

  get end(): ChainEnd {
    return this.#end;
  }

  /** Writes the batch as one row and one transaction. Throws what SQLite throws; nothing of the batch is then in the file. */
  append(batch: PackedRecords, atUs: number): void {
    const row = this.#encoder.encode(batch, { hash: this.#end.hash, atUs });
    this.#insert.run(row.firstSeq, row.lastSeq, row.atUs, row.body, row.hash);
    this.#end = { lastSeq: row.lastSeq, atUs, hash: row.hash };
    this.#walPages += 2 + Math.ceil(row.body.length / this.#pageBytes);
  }

  /** Writes each batch as a row of its own, all of them in one transaction: on disk together or not at all. */
  appendAll(batches: readonly { readonly batch: PackedRecords; readonly atUs: number }[]): void {
    const before = this.#end;
    try {
      this.#database.transaction(() => {
        for (const { batch, atUs } of batches) this.append(batch, atUs);
      })();
    } catch (error) {
      this.#end = before;
      throw error;
    }
  }

  /** Moves the write-ahead log into the file when it is long enough for a pause, or too long to wait for one; or now, to the last page. */
  checkpoint(moment: "pause" | "burst" | "now"): void {
    if (moment !== "now" && this.#walPages < (moment === "pause" ? WAL_PAGES_AT_PAUSE : WAL_PAGES_AT_MOST)) return;
    this.#database.pragma(moment === "now" ? "wal_checkpoint(TRUNCATE)" : "wal_checkpoint(PASSIVE)");
    this.#walPages = 0;
  }

  /** Body of the newest row. */
  newestBody(): Buffer {
    return this.#database.prepare("SELECT body FROM journal ORDER BY first_seq DESC LIMIT 1").pluck().get() as Buffer;
  }

  /** Bytes on disk: the file and its write-ahead log. */
  size(): number {
    const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return sizeOf(this.#path) + sizeOf(`${this.#path}-wal`);
  }

  /** Leaves one file behind, without a write-ahead log. */
  close(): void {
    this.#database.pragma("wal_checkpoint(TRUNCATE)");
    this.#database.close();
  }
}

/** Migrates an open journal, sets its quota and records who writes from here on. */
function begin(database: SqliteDatabase, { engineVersion, quotaBytes }: WriterOptions) {
  migrate(database);
  const pageBytes = database.pragma("page_size", { simple: true }) as number;
  if (quotaBytes !== null) database.pragma(`max_page_count = ${Math.max(1, Math.floor(quotaBytes / pageBytes))}`);
  const last = database.prepare(`SELECT ${COLUMNS} FROM journal ORDER BY first_seq DESC LIMIT 1`).get();
  const end: ChainEnd = last === undefined ? CHAIN_BEGIN : (last as JournalRow);
  recordWriter(database, { afterSeq: end.lastSeq, engineVersion });
  return {
    pageBytes,
    end,
    insert: database.prepare("INSERT INTO journal (first_seq, last_seq, at_us, body, hash) VALUES (?, ?, ?, ?, ?)"),
  };
}
