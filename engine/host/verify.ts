import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerminalError, typedError, type ErrorCode } from "../../shared/errors.ts";
import { hostWarningText } from "../../shared/hostWarnings.ts";
import { createEngine, lastSeq, redecide, type Engine } from "../core/engine.ts";
import { accounts, assets, totals } from "../core/queries.ts";
import { stateHashOf } from "./snapshots.ts";
import { CHAIN_BEGIN, JournalReader } from "./journal/journal.ts";
import { checkpointCopy } from "./journal/database.ts";
import { failureCode } from "./journal/journalErrors.ts";
import { compareFiles, readWriters, rebuild, type FileFault } from "./journal/rebuild.ts";
import { looseEnd, readWal } from "./journal/walFrames.ts";

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
      /** What people should know of the end of the write-ahead log, or null. */
      readonly looseEnd: string | null;
    }
  | { readonly good: false; readonly fault: FileFault };

/**
 * JR-28: decides every command of a journal again from row 1 and accounts for every byte of the file. The file is copied first and is not
 * touched. Throws TerminalError when it cannot be read or copied: ARGUMENT_INVALID, JOURNAL_FULL, JOURNAL_IO.
 */
export function verifyJournal(path: string): Verdict {
  let work: string | null = null;
  try {
    requireFile(path);
    work = mkdtempSync(join(tmpdir(), "verify-"));
    const copy = join(work, "copy.db");
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    return verifyCopy(copy, join(work, "rebuilt.db"));
  } catch (error) {
    throw failureOf(path, error);
  } finally {
    if (work !== null) rmSync(work, { recursive: true, force: true });
  }
}

function verifyCopy(path: string, rebuilt: string): Verdict {
  try {
    const log = readWal(path);
    if (log.fault !== null) return bad({ firstSeq: lastRowSeq(path) + 1, why: log.fault });
    if (existsSync(`${path}-wal`)) checkpointCopy(path);
    const written = readWriters(path);
    if ("why" in written) return bad(written);
    const engine = createEngine();
    const read = decideAgain(path, engine);
    if ("why" in read) return bad(read);
    const origins = rebuild(path, rebuilt, written);
    const last = written.at(-1);
    const fault = last === undefined ? null : compareFiles(path, rebuilt, { origins, writer: last });
    if (fault !== null) return bad(fault);
    const loose = looseEnd(log, lastSeq(engine));
    return {
      good: true,
      rows: read.rows,
      lastSeq: lastSeq(engine),
      stateHash: stateHashOf(engine),
      accounts: accounts(engine).length,
      totals: assets(engine).map(({ assetId, code, decimals }) => ({ code, decimals, total: totals(engine, assetId) })),
      looseEnd: loose === null ? null : hostWarningText(loose),
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

function lastRowSeq(path: string): number {
  const reader = new JournalReader(path);
  try {
    return reader.rowAt(Number.MAX_SAFE_INTEGER)?.lastSeq ?? 0;
  } finally {
    reader.close();
  }
}

function requireFile(path: string): void {
  const refuse = (what: string): TerminalError => refusal("ARGUMENT_INVALID", path, { rule: "a journal file", message: what });
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw refuse(`There is no file ${path}. Name the journal to verify: npm run verify -- FILE.`);
  if (found.isDirectory()) {
    const inside = join(path, "journal.db");
    const advice = existsSync(inside)
      ? `Its journal is ${inside}: verify that file.`
      : "There is no journal.db in it; name the journal file.";
    throw refuse(`${path} is a folder, not a journal file. ${advice}`);
  }
  if (!found.isFile()) throw refuse(`${path} is not an ordinary file. Name the journal to verify: npm run verify -- FILE.`);
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const message = `The journal ${path} cannot be read (${textOf(error)}). Make it readable for yourself, or verify a copy of it.`;
    throw refusal("JOURNAL_IO", path, { rule: "a file that can be read", message });
  }
}

/** What stopped a verification that is not the journal's own damage: it works on copies in the folder for temporary files. */
function failureOf(path: string, error: unknown): Error {
  if (error instanceof TerminalError) return error;
  const code = failureCode(error);
  if (code === "") return error instanceof Error ? error : new Error(String(error));
  if (["ENOSPC", "EDQUOT", "SQLITE_FULL"].includes(code)) {
    const message = `There is no room to verify ${path} in ${tmpdir()}, where it is copied and written once more. Free three times its size there, or name another folder in the variable TMPDIR (TEMP on Windows), and verify again.`;
    return refusal("JOURNAL_FULL", tmpdir(), { rule: "free space for two copies of the journal", message });
  }
  const message = `${path} could not be verified (${textOf(error)}). It is read there and copied to ${tmpdir()}; see that both can be used, and verify again.`;
  return refusal("JOURNAL_IO", path, { rule: "a working file system", message });
}

function refusal(code: ErrorCode, value: string, words: { readonly rule: string; readonly message: string }): TerminalError {
  return new TerminalError(typedError(code, { field: "FILE", value, ...words }));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
    "SQLITE_IOERR_SHORT_READ",
    "SQLITE_READONLY",
    "SQLITE_CONSTRAINT",
  ];
  return error instanceof Error && ofTheFile.some((prefix) => code.startsWith(prefix)) ? error.message : null;
}

function bad(fault: FileFault): Verdict {
  return { good: false, fault };
}
