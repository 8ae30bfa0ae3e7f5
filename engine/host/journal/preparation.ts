import { statSync } from "node:fs";
import { TerminalError } from "../../../shared/errors.ts";
import type { DataFolder } from "../dataFolder.ts";
import { migrate, openForWriting, openReadOnly, schemaFault, schemaVersion } from "./database.ts";
import { isDamage } from "./journal.ts";
import { migrations } from "./migrations.ts";
import { brokenFile } from "./rows.ts";
import { dropSalvaged, salvage } from "./salvage.ts";
import { writers, writersFault } from "./writers.ts";

/** First version of the schema with a list of writers. */
const WRITERS_SINCE = 2;

/**
 * Sees that the file is a journal with the newest schema. A missing or empty file is made; an older schema is migrated; a file that is current
 * is only looked at, and so is a damaged one. Throws TerminalError JOURNAL_VERSION or JOURNAL_BROKEN, or what SQLite throws.
 */
export function prepareJournal(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0 && soundVersionOf(path) === migrations.at(-1)?.version) return;
  const database = openForWriting(path);
  try {
    migrate(database);
  } finally {
    database.close();
  }
}

/**
 * Prepares the journal, or, when its file is damaged outside the rows, a copy from which its rows can be read (JR-26). Returns what is damaged,
 * or null. Throws as prepareJournal does when there is nothing to be read.
 */
export function prepareOrSalvage(folder: DataFolder): string | null {
  dropSalvaged(folder);
  try {
    prepareJournal(folder.journal);
    return null;
  } catch (error) {
    const why = damageOf(error);
    if (why === null || !salvage(folder)) throw error;
    return why;
  }
}

function damageOf(error: unknown): string | null {
  if (error instanceof TerminalError) return error.typed.code === "JOURNAL_BROKEN" ? error.typed.value : null;
  return error instanceof Error && isDamage(error) ? error.message : null;
}

function soundVersionOf(path: string): number {
  const database = openReadOnly(path);
  try {
    const version = schemaVersion(database);
    const why = schemaFault(database, version) ?? (version < WRITERS_SINCE ? null : (writersFault(writers(database))?.why ?? null));
    if (why !== null) throw new TerminalError(brokenFile({ why, lastSeq: null }));
    return version;
  } finally {
    database.close();
  }
}
