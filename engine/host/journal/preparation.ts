import { statSync } from "node:fs";
import { migrations } from "./migrations.ts";
import { migrate, openForWriting, openReadOnly, schemaVersion } from "./database.ts";

/**
 * Sees that the file is a journal with the newest schema. A missing or empty file is made; an older schema is migrated; a file that is current
 * is only looked at, so that a damaged one stays as it is. Throws TerminalError JOURNAL_VERSION, or what SQLite throws.
 */
export function prepareJournal(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0 && versionOf(path) === migrations.at(-1)?.version) return;
  const database = openForWriting(path);
  try {
    migrate(database);
  } finally {
    database.close();
  }
}

function versionOf(path: string): number {
  const database = openReadOnly(path);
  try {
    return schemaVersion(database);
  } finally {
    database.close();
  }
}
