import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { TerminalError, type TypedError } from "../../../shared/errors.ts";
import { failed, ok, type Result } from "../../../shared/result.ts";
import type { DataFolder } from "../dataFolder.ts";
import { CHAIN_BEGIN, JournalReader, JournalWriter } from "./journal.ts";

/*
 * A damaged journal is evidence: it is renamed, never written. The order of the steps makes every interruption harmless:
 * the copy of the good rows is complete before the damaged file moves, and the next start finishes what a crash left undone.
 */

const DAMAGED = /^journal\.damaged-[\dTZ-]+\.db$/;

/** The first bad row that the copying found, earlier than was known; nothing has been moved. */
export type EarlierFault = { readonly lastGoodSeq: number; readonly error: TypedError };

/**
 * Copies the good rows up to `lastSeq` into a new journal and puts it in the damaged one's place. They come from `from` when the damaged file
 * itself cannot be read. Returns the name under which the damaged file is kept.
 */
export function continueAfter(
  folder: DataFolder,
  lastSeq: number,
  options: { readonly engineVersion: string; readonly now: Date; readonly from?: string },
): Result<string, EarlierFault> {
  removeDatabase(folder.continued);
  const writer = new JournalWriter(folder.continued, { engineVersion: options.engineVersion, quotaBytes: null });
  let error: TypedError | null;
  try {
    error = copyRows(options.from ?? folder.journal, writer, lastSeq);
  } finally {
    writer.close();
  }
  if (error !== null) {
    removeDatabase(folder.continued);
    return failed({ lastGoodSeq: writer.end.lastSeq, error });
  }
  syncFile(folder.continued);
  const aside = join(folder.path, `journal.damaged-${options.now.toISOString().replaceAll(/[:.]/g, "-")}.db`);
  moveAside(folder.journal, aside);
  renameSync(folder.continued, folder.journal);
  syncFolder(folder.path);
  return ok(basename(aside));
}

/** Completes or undoes a continuation that a crash interrupted. Called before anybody opens the journal. */
export function finishContinuation(folder: DataFolder): void {
  if (!existsSync(folder.continued)) return;
  if (existsSync(folder.journal)) {
    // The damaged file has not moved: the copy may be incomplete, and a person will ask for it again.
    removeDatabase(folder.continued);
    return;
  }
  const aside = readdirSync(folder.path)
    .filter((name) => DAMAGED.test(name))
    .toSorted()
    .at(-1);
  if (aside !== undefined && existsSync(`${folder.journal}-wal`)) renameSync(`${folder.journal}-wal`, join(folder.path, `${aside}-wal`));
  rmSync(`${folder.journal}-shm`, { force: true });
  renameSync(folder.continued, folder.journal);
  syncFolder(folder.path);
}

/** The fault that stopped the copying before `lastSeq`, if one did. */
function copyRows(from: string, writer: JournalWriter, lastSeq: number): TypedError | null {
  const reader = new JournalReader(from);
  try {
    for (const { batch, end } of reader.batches(CHAIN_BEGIN)) {
      if (end.lastSeq > lastSeq) return null;
      writer.append(batch, end.atUs);
      writer.checkpoint("burst");
    }
  } catch (error) {
    if (!(error instanceof TerminalError && error.typed.code === "JOURNAL_BROKEN")) throw error;
    // A fault behind the last wanted row is the known one.
    return writer.end.lastSeq < lastSeq ? error.typed : null;
  } finally {
    reader.close();
  }
  return null;
}

function moveAside(journal: string, aside: string): void {
  renameSync(journal, aside);
  if (existsSync(`${journal}-wal`)) renameSync(`${journal}-wal`, `${aside}-wal`);
  // The index of the write-ahead log; SQLite makes it anew.
  rmSync(`${journal}-shm`, { force: true });
}

function removeDatabase(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes renames durable where the platform lets a folder be synced; Windows does not, and its file system orders renames itself. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
