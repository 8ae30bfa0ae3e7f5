import { closeSync, openSync, readSync, statSync } from "node:fs";
import { migrate, openForWriting, openReadOnly, PAGE_BYTES } from "./database.ts";
import { migrations } from "./migrations.ts";
import type { JournalRow } from "./rows.ts";
import { insertWriter, writers, writersFault, type Writer } from "./writers.ts";

/*
 * A hash chain covers the rows, not the bytes around them: page headers, pointers, unused space, the file's header. But the same rows,
 * written in the same order by the same SQLite, make the same file. So verification writes the file once more and compares every byte.
 */

/** What does not fit, and the first sequence number that it concerns. */
export type FileFault = { readonly firstSeq: number; readonly why: string };

/** Bytes of the file's header that count its transactions and name its last SQLite; they are judged by themselves. */
const CHANGE_COUNTER = { from: 24, to: 28 } as const;
const VERSION_VALID_FOR = { from: 92, to: 96 } as const;
const SQLITE_VERSION = { from: 96, to: 100 } as const;

const SELECT_ROWS = "SELECT first_seq AS firstSeq, last_seq AS lastSeq, at_us AS atUs, body, hash FROM journal ORDER BY first_seq";
const INSERT_ROW = "INSERT INTO journal (first_seq, last_seq, at_us, body, hash) VALUES (?, ?, ?, ?, ?)";

/** The writers of the file, checked; or the first fault among them. */
export function readWriters(path: string): readonly Writer[] | FileFault {
  const database = openReadOnly(path);
  try {
    const found = writers(database);
    return writersFault(found) ?? (found.length === 0 ? { firstSeq: 1, why: "the list of writers is empty" } : found);
  } finally {
    database.close();
  }
}

/** Writes the rows of the journal `from` into a new file `to`, in the order in which they came. Returns the row that made each page. */
export function rebuild(from: string, to: string, by: readonly Writer[]): PageOrigins {
  const source = openReadOnly(from);
  const target = openForWriting(to);
  const origins = new PageOrigins();
  try {
    target.pragma("synchronous = OFF");
    const pageCount = target.prepare("PRAGMA page_count").pluck();
    const pending = [...by];
    const beginWriters = (lastSeq: number): void => {
      while (pending[0] !== undefined && pending[0].afterSeq <= lastSeq) {
        const { hash: _hash, ...writer } = pending[0];
        migrate(
          target,
          migrations.filter(({ version }) => version <= writer.schemaVersion),
        );
        insertWriter(target, writer);
        pending.shift();
      }
    };
    beginWriters(0);
    const insert = target.prepare(INSERT_ROW);
    target.exec("BEGIN");
    for (const row of source.prepare(SELECT_ROWS).iterate()) {
      // The caller has read and checked all rows.
      const { firstSeq, lastSeq, atUs, body, hash } = row as JournalRow;
      insert.run(firstSeq, lastSeq, atUs, body, hash);
      if (pending[0] !== undefined && pending[0].afterSeq <= lastSeq) {
        target.exec("COMMIT");
        beginWriters(lastSeq);
        target.exec("BEGIN");
      }
      // A single number, as the pragma has it.
      origins.add(firstSeq, pageCount.get() as number);
    }
    target.exec("COMMIT");
    target.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    source.close();
    target.close();
  }
  return origins;
}

/** Which row made a page. */
export class PageOrigins {
  readonly #pages: number[] = [];
  readonly #seqs: number[] = [];

  add(firstSeq: number, pageCount: number): void {
    if (this.#pages.at(-1) === pageCount) return;
    this.#pages.push(pageCount);
    this.#seqs.push(firstSeq);
  }

  /** First sequence of the row that made the page (counted from 1); of the last row for a page that no row made. */
  firstSeqOf(page: number): number {
    const index = this.#pages.findIndex((count) => count >= page);
    return this.#seqs.at(index) ?? 1;
  }
}

/** The first page of `path` that is not as `model` has it; null when every byte is accounted for. */
export function compareFiles(
  path: string,
  model: string,
  { origins, writer }: { readonly origins: PageOrigins; readonly writer: Writer },
): FileFault | null {
  const header = headerFault(path, writer);
  if (header !== null) return { firstSeq: 1, why: header };
  const size = statSync(path).size;
  const expected = statSync(model).size;
  const files = [openSync(path, "r"), openSync(model, "r")] as const;
  const pages = [Buffer.alloc(PAGE_BYTES), Buffer.alloc(PAGE_BYTES)] as const;
  try {
    for (let page = 1; (page - 1) * PAGE_BYTES < Math.max(size, expected); page += 1) {
      const lengths = files.map((file, index) => readSync(file, pages[index as 0 | 1], 0, PAGE_BYTES, (page - 1) * PAGE_BYTES));
      if (page === 1)
        for (const bytes of pages) bytes.fill(0, CHANGE_COUNTER.from, CHANGE_COUNTER.to).fill(0, VERSION_VALID_FOR.from, SQLITE_VERSION.to);
      if (lengths[0] === lengths[1] && pages[0].equals(pages[1])) continue;
      const byte = pages[0].findIndex((value, at) => value !== pages[1][at]);
      return { firstSeq: origins.firstSeqOf(page), why: `page ${page} of the file is not as its rows make it, from byte ${byte} on` };
    }
    return null;
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** The first bytes of a file that may be larger than memory. */
function beginningOf(path: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const file = openSync(path, "r");
  try {
    readSync(file, bytes, 0, length, 0);
  } finally {
    closeSync(file);
  }
  return bytes;
}

function headerFault(path: string, writer: Writer): string | null {
  const header = beginningOf(path, SQLITE_VERSION.to);
  const changes = header.subarray(CHANGE_COUNTER.from, CHANGE_COUNTER.to);
  if (!changes.equals(header.subarray(VERSION_VALID_FOR.from, VERSION_VALID_FOR.to)))
    return "the file's header (page 1) counts its transactions twice, and differently";
  const [major = 0, minor = 0, patch = 0] = writer.sqliteVersion.split(".").map(Number);
  if (header.readUInt32BE(SQLITE_VERSION.from) === major * 1_000_000 + minor * 1_000 + patch) return null;
  return `the file's header (page 1) does not name SQLite ${writer.sqliteVersion}, which wrote it last`;
}
