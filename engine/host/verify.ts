import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { TerminalError } from "../../shared/errors.ts";
import { createEngine, lastSeq, redecide, type Engine } from "../core/engine.ts";
import { accounts, assets, totals } from "../core/queries.ts";
import { stateHashOf } from "./snapshots.ts";
import { CHAIN_BEGIN, JournalReader } from "./journal/journal.ts";
import { checkpointCopy } from "./journal/database.ts";
import { failureCode, toTerminalError } from "./journal/journalErrors.ts";
import { compareFiles, readWriters, rebuild, type FileFault } from "./journal/rebuild.ts";
import { walFault } from "./journal/walFrames.ts";

/** What verification found. */
export type Verdict =
  | {
      readonly good: true;
      readonly rows: number;
      readonly lastSeq: number;
      readonly stateHash: string;
      readonly accounts: number;
      /** Sum of each asset over all accounts, in its smallest units. */
      readonly totals: readonly { readonly code: string; readonly decimals: number; readonly total: bigint }[];
    }
  | { readonly good: false; readonly fault: FileFault };

/**
 * JR-28: decides every command of a journal again from row 1 and accounts for every byte of the file. The file is copied first and is not
 * touched. Throws TerminalError when it cannot be read or copied.
 */
export function verifyJournal(path: string): Verdict {
  const work = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    const copy = join(work, basename(path));
    copyWithLog(path, copy);
    return verifyCopy(copy, join(work, "rebuilt.db"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function verifyCopy(path: string, rebuilt: string): Verdict {
  try {
    const log = checkpointLog(path);
    if (log !== null) return bad(log);
    const written = readWriters(path);
    if ("why" in written) return bad(written);
    const engine = createEngine();
    const read = decideAgain(path, engine);
    if ("why" in read) return bad(read);
    const origins = rebuild(path, rebuilt, written);
    const last = written.at(-1);
    const fault = last === undefined ? null : compareFiles(path, rebuilt, { origins, writer: last });
    if (fault !== null) return bad(fault);
    return {
      good: true,
      rows: read.rows,
      lastSeq: lastSeq(engine),
      stateHash: stateHashOf(engine),
      accounts: accounts(engine).length,
      totals: assets(engine).map(({ assetId, code, decimals }) => ({ code, decimals, total: totals(engine, assetId) })),
    };
  } catch (error) {
    const why = unreadable(error);
    if (why === null) throw error;
    // Nothing before the rows could be read: the damage lies in what makes the file a journal at all.
    return bad({ firstSeq: 1, why: `the file's header or schema (page 1) is not a journal's: ${why}` });
  }
}

function decideAgain(path: string, engine: Engine): { readonly rows: number } | FileFault {
  const reader = new JournalReader(path);
  let rows = 0;
  try {
    for (const { batch } of reader.batches(CHAIN_BEGIN)) {
      const difference = redecide(engine, batch);
      if (difference !== null) return { firstSeq: batch.firstSeq, why: `sequence ${difference.seq}: ${difference.why}` };
      rows += 1;
    }
    return { rows };
  } catch (error) {
    if (error instanceof TerminalError && error.typed.code === "JOURNAL_BROKEN")
      return { firstSeq: lastSeq(engine) + 1, why: error.typed.value };
    throw error;
  } finally {
    reader.close();
  }
}

/** Moves the copy's write-ahead log, if it has one, into the copy. */
function checkpointLog(path: string): FileFault | null {
  const log = `${path}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) return null;
  const fault = walFault(log);
  if (fault !== null) {
    const reader = new JournalReader(path);
    const after = reader.rowAt(Number.MAX_SAFE_INTEGER)?.lastSeq ?? 0;
    reader.close();
    return { firstSeq: after + 1, why: fault };
  }
  checkpointCopy(path);
  return null;
}

function copyWithLog(from: string, to: string): void {
  try {
    copyFileSync(from, to);
    if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`);
  } catch (error) {
    throw toTerminalError(error, { path: from, doing: "Reading the journal" });
  }
}

/** Why SQLite or the journal's reader cannot make sense of the file; null when the failure is of another kind. */
function unreadable(error: unknown): string | null {
  if (error instanceof TerminalError && ["JOURNAL_VERSION", "JOURNAL_BROKEN"].includes(error.typed.code)) return error.typed.message;
  const code = failureCode(error);
  const ofTheFile = [
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
    "SQLITE_ERROR",
    "SQLITE_CANTOPEN",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_CONSTRAINT",
  ];
  return error instanceof Error && ofTheFile.some((prefix) => code.startsWith(prefix)) ? error.message : null;
}

function bad(fault: FileFault): Verdict {
  return { good: false, fault };
}
