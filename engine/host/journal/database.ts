import Database from "better-sqlite3";
import { TerminalError, typedError } from "../../../shared/errors.ts";
import { APPLICATION_ID, migrations, type Migration } from "./migrations.ts";

/** SQLite 3.7.0 to 3.51.2 can lose committed data when two connections write or checkpoint at the same instant. */
export const OLDEST_SQLITE = "3.51.3";

/** Bytes of a page. A lone commit writes one page or two, so small pages keep its cost low. */
export const PAGE_BYTES = 4_096;

export type SqliteDatabase = Database.Database;

/** Version of the SQLite library in use; throws TerminalError SQLITE_VERSION when it is older than OLDEST_SQLITE. */
export function sqliteVersion(database: SqliteDatabase, oldest = OLDEST_SQLITE): string {
  // The function returns exactly one text.
  const version = database.prepare("SELECT sqlite_version()").pluck().get() as string;
  if (compareVersions(version, oldest) < 0) {
    throw new TerminalError(
      typedError("SQLITE_VERSION", {
        field: "sqlite",
        value: version,
        rule: `SQLite ${oldest} or newer`,
        message: `SQLite ${version} can lose committed data; the journal needs ${oldest} or newer. Install the dependencies again.`,
      }),
    );
  }
  return version;
}

function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let n = 0; n < Math.max(left.length, right.length); n += 1) {
    const difference = (left[n] ?? 0) - (right[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Opens for reading alone: nothing in the file changes, and a write-ahead log beside it stays as it is. */
export function openReadOnly(path: string): SqliteDatabase {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 1_000 });
  return orClosed(database, () => {
    database.pragma("trusted_schema = OFF");
    return database;
  });
}

/** What is made of an open database; it is closed when that throws, for then nobody else can. */
export function orClosed<T>(database: SqliteDatabase, make: () => T): T {
  try {
    return make();
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens for writing with the settings that durability and verification need; the file is made when it is missing. */
export function openForWriting(path: string): SqliteDatabase {
  const database = new Database(path, { timeout: 1_000 });
  return orClosed(database, () => {
    setForWriting(database);
    return database;
  });
}

function setForWriting(database: SqliteDatabase): void {
  sqliteVersion(database);
  // These two count only while the file is still empty.
  database.pragma(`page_size = ${PAGE_BYTES}`);
  database.pragma("auto_vacuum = NONE");
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  // On macOS an ordinary fsync stops at the drive's cache.
  database.pragma("fullfsync = ON");
  database.pragma("checkpoint_fullfsync = ON");
  // The writer checkpoints itself, between bursts.
  database.pragma("wal_autocheckpoint = 0");
  // Unused bytes are zero, so that verification can account for every byte of the file.
  database.pragma("secure_delete = ON");
  database.pragma("trusted_schema = OFF");
  database.pragma("cell_size_check = ON");
}

/** Moves the write-ahead log of a journal that nobody else uses into its file. */
export function checkpointCopy(path: string): void {
  const database = new Database(path);
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
}

/** Schema version of the file: the number of steps it has had. Throws TerminalError JOURNAL_VERSION for a file that is not ours or is newer. */
export function schemaVersion(database: SqliteDatabase, steps: readonly Migration[] = migrations): number {
  const version = database.pragma("user_version", { simple: true }) as number;
  const application = database.pragma("application_id", { simple: true }) as number;
  const isEmpty = version === 0 && application === 0 && database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (!isEmpty && application !== APPLICATION_ID) {
    throw versionError(
      `application id ${application}`,
      "a journal of this terminal",
      "The file is a SQLite database, but not a journal of this terminal.",
    );
  }
  const newest = steps.at(-1)?.version ?? 0;
  if (version > newest) {
    throw versionError(
      `schema version ${version}`,
      `at most schema version ${newest}`,
      `The journal was written by a newer version of the terminal (schema ${version}, this one knows ${newest}). Start that version.`,
    );
  }
  return version;
}

/** What is not as the steps up to `version` make it in the file's schema; null when nothing is. Throws what SQLite throws on a damaged one. */
export function schemaFault(database: SqliteDatabase, version: number): string | null {
  const model = new Database(":memory:");
  try {
    for (const step of migrations) if (step.version <= version) model.exec(step.sql);
    return JSON.stringify(schemaOf(database)) === JSON.stringify(schemaOf(model)) ? null : "its schema is not a journal's";
  } finally {
    model.close();
  }
}

/** Where a table begins depends on when it was made, but the rows' table was made first. */
function schemaOf(database: SqliteDatabase): readonly unknown[] {
  return database
    .prepare("SELECT type, name, tbl_name, sql, CASE name WHEN 'journal' THEN rootpage END FROM sqlite_schema ORDER BY name")
    .all();
}

/** Brings the file to the newest schema; each step is a transaction of its own. Returns how many steps were taken. */
export function migrate(database: SqliteDatabase, steps: readonly Migration[] = migrations): number {
  const from = schemaVersion(database, steps);
  const missing = steps.filter((step) => step.version > from);
  for (const step of missing) {
    database.transaction(() => {
      database.exec(step.sql);
      database.pragma(`user_version = ${step.version}`);
    })();
  }
  return missing.length;
}

function versionError(value: string, rule: string, message: string): TerminalError {
  return new TerminalError(typedError("JOURNAL_VERSION", { field: "journal", value, rule, message }));
}
