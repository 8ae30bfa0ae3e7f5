import { existsSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { migrate, OLDEST_SQLITE, openForWriting, schemaVersion, sqliteVersion } from "../../engine/host/journal/database.ts";
import { CHAIN_BEGIN, JournalReader, JournalWriter } from "../../engine/host/journal/journal.ts";
import { APPLICATION_ID, migrations } from "../../engine/host/journal/migrations.ts";
import { prepareJournal } from "../../engine/host/journal/preparation.ts";
import { toTerminalError } from "../../engine/host/journal/journalErrors.ts";
import { TerminalError } from "../../shared/errors.ts";
import { JournalScribe } from "./journalScribe.ts";
import { tempFolder } from "./tempFolder.ts";

function codeOf(deed: () => unknown): string {
  try {
    deed();
  } catch (error) {
    return error instanceof TerminalError ? error.typed.code : `not typed: ${String(error)}`;
  }
  return "no error";
}

describe("JR-20 durable settings", () => {
  it("JR-20 writes through a write-ahead log with synchronous FULL", () => {
    const database = openForWriting(join(tempFolder(), "journal.db"));
    const settings = ["journal_mode", "synchronous", "page_size", "secure_delete", "wal_autocheckpoint", "fullfsync"].map((name) => [
      name,
      database.pragma(name, { simple: true }),
    ]);
    expect(Object.fromEntries(settings)).toEqual({
      journal_mode: "wal",
      synchronous: 2,
      page_size: 4_096,
      secure_delete: 1,
      wal_autocheckpoint: 0,
      fullfsync: 1,
    });
    database.close();
  });

  it("JR-20 refuses a SQLite that can lose committed data", () => {
    const database = new Database(":memory:");
    expect(sqliteVersion(database, OLDEST_SQLITE)).toMatch(/^3\.\d+\.\d+$/);
    expect(codeOf(() => sqliteVersion(database, "3.999.0"))).toBe("SQLITE_VERSION");
    database.close();
  });
});

describe("JR-23 a journal that does not open", () => {
  it.runIf(process.platform === "linux")("JR-23 is let go of, by reader and writer alike", () => {
    const path = join(tempFolder(), "journal.db");
    const stranger = new Database(path);
    stranger.exec("CREATE TABLE other (x)");
    stranger.close();
    expect(codeOf(() => new JournalReader(path))).toBe("JOURNAL_VERSION");
    expect(codeOf(() => new JournalWriter(path, { engineVersion: "1", quotaBytes: null }))).toBe("JOURNAL_VERSION");
    const held = readdirSync("/proc/self/fd").flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path ? [path] : [];
      } catch {
        // The descriptor that the folder itself was read through is gone.
        return [];
      }
    });
    expect(held).toEqual([]);
  });
});

describe("JR-21 rows", () => {
  it("JR-21 come back in order, batch for batch, and continue each other", () => {
    const path = join(tempFolder(), "journal.db");
    const scribe = new JournalScribe(path).trade(50);
    scribe.close();
    const reader = new JournalReader(path);
    const read = [...reader.batches(CHAIN_BEGIN)];
    reader.close();
    expect(read.map(({ batch }) => batch)).toEqual(scribe.batches);
    expect(read.at(-1)?.end.lastSeq).toBe(scribe.writer.end.lastSeq);
    expect(read.at(-1)?.end.hash.equals(scribe.writer.end.hash)).toBe(true);
  });

  it("JR-21 leave one file behind when the journal is closed", () => {
    const path = join(tempFolder(), "journal.db");
    new JournalScribe(path).trade(5).close();
    expect([existsSync(`${path}-wal`), existsSync(`${path}-shm`), statSync(path).size % 4_096]).toEqual([false, false, 0]);
  });
});

describe("JR-22 append-only", () => {
  const attacks: readonly (readonly [what: string, sql: string, refusal: string])[] = [
    ["a row is changed", "UPDATE journal SET body = x'00' WHERE first_seq = 1", "journal rows are never changed"],
    ["a row is deleted", "DELETE FROM journal WHERE first_seq = 1", "journal rows are never deleted"],
    [
      "a row is replaced",
      "INSERT OR REPLACE INTO journal SELECT first_seq, last_seq, at_us, x'00', hash FROM journal WHERE first_seq = 1",
      "a journal row must continue",
    ],
    ["a gap is left", "INSERT INTO journal VALUES (99999, 99999, 0, x'00', zeroblob(32))", "a journal row must continue"],
    ["a writer is changed", "UPDATE writer SET engine_version = 'x'", "journal rows are never changed"],
    ["a writer is deleted", "DELETE FROM writer", "journal rows are never deleted"],
    [
      "a hash is short",
      "INSERT INTO journal SELECT max(last_seq) + 1, max(last_seq) + 1, 0, x'00', x'00' FROM journal",
      "CHECK constraint",
    ],
    [
      "a column has another type",
      "INSERT INTO journal SELECT max(last_seq) + 1, max(last_seq) + 1, 'soon', x'00', zeroblob(32) FROM journal",
      "cannot store TEXT",
    ],
  ];
  it.each(attacks)("JR-22 refuses that %s", (_what, sql, refusal) => {
    const path = join(tempFolder(), "journal.db");
    new JournalScribe(path).trade(3).close();
    const database = new Database(path);
    expect(() => database.exec(sql)).toThrow(refusal);
    database.close();
  });
});

describe("JR-23 schema steps", () => {
  it.each(migrations.map((step, index) => [step.version, step.name, index] as const))("JR-23 step %i: %s", (version, _name, index) => {
    const database = openForWriting(join(tempFolder(), "journal.db"));
    migrate(database, migrations.slice(0, index));
    expect(schemaVersion(database)).toBe(version - 1);
    expect(migrate(database, migrations.slice(0, index + 1))).toBe(1);
    expect(schemaVersion(database)).toBe(version);
    expect(database.pragma("application_id", { simple: true })).toBe(APPLICATION_ID);
    expect(migrate(database, migrations.slice(0, index + 1))).toBe(0);
    database.close();
  });

  it("JR-23 a step that fails leaves the schema before it", () => {
    const database = openForWriting(join(tempFolder(), "journal.db"));
    const broken = { version: 3, name: "broken", sql: "CREATE TABLE extra (x) STRICT; CREATE TABLE journal (y) STRICT" };
    expect(() => migrate(database, [...migrations, broken])).toThrow();
    expect(schemaVersion(database)).toBe(2);
    expect(database.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").pluck().get()).toBe(0);
    database.close();
  });

  it("JR-23 an older journal is brought up to date and keeps its rows", () => {
    const path = join(tempFolder(), "journal.db");
    const old = openForWriting(path);
    migrate(old, migrations.slice(0, 1));
    old.close();
    prepareJournal(path);
    new JournalScribe(path).trade(4).close();
    const reader = new JournalReader(path);
    expect([...reader.batches(CHAIN_BEGIN)]).toHaveLength(5);
    reader.close();
  });

  it("JR-23 a journal of a newer version is refused and left alone", () => {
    const path = join(tempFolder(), "journal.db");
    new JournalScribe(path).close();
    const database = new Database(path);
    database.pragma("user_version = 99");
    database.close();
    expect(codeOf(() => prepareJournal(path))).toBe("JOURNAL_VERSION");
    expect(codeOf(() => new JournalReader(path))).toBe("JOURNAL_VERSION");
  });

  it("JR-23 another program's database is refused", () => {
    const path = join(tempFolder(), "journal.db");
    const database = new Database(path);
    database.exec("CREATE TABLE songs (title TEXT)");
    database.close();
    expect(codeOf(() => prepareJournal(path))).toBe("JOURNAL_VERSION");
  });

  it("JR-23 a file that is no database is refused", () => {
    const path = join(tempFolder(), "journal.db");
    writeFileSync(
      path,
      "This is a shopping list, and it is longer than a hundred bytes, so that nobody takes it for an empty file.\n".repeat(50),
    );
    const error = (() => {
      try {
        prepareJournal(path);
        return null;
      } catch (thrown) {
        return toTerminalError(thrown, { path, doing: "Opening the journal" }).typed;
      }
    })();
    expect(error?.code).toBe("JOURNAL_VERSION");
  });
});

describe("JR-30 failures of the file system", () => {
  const failures: readonly (readonly [cause: string, code: string])[] = [
    ["SQLITE_FULL", "JOURNAL_FULL"],
    ["ENOSPC", "JOURNAL_FULL"],
    ["EDQUOT", "JOURNAL_FULL"],
    ["SQLITE_READONLY_DBMOVED", "JOURNAL_READ_ONLY"],
    ["SQLITE_CANTOPEN", "JOURNAL_READ_ONLY"],
    ["EROFS", "JOURNAL_READ_ONLY"],
    ["EACCES", "JOURNAL_READ_ONLY"],
    ["SQLITE_BUSY", "JOURNAL_LOCKED"],
    ["SQLITE_NOTADB", "JOURNAL_VERSION"],
    ["SQLITE_CORRUPT_VTAB", "JOURNAL_BROKEN"],
    ["ENOENT", "DATA_FOLDER_MISSING"],
    ["SQLITE_IOERR_WRITE", "JOURNAL_IO"],
    ["EIO", "JOURNAL_IO"],
  ];
  it.each(failures)("JR-30 %s is %s", (cause, code) => {
    const error = toTerminalError(Object.assign(new Error("it failed"), { code: cause }), { path: "journal.db", doing: "Writing" });
    expect(error.typed).toMatchObject({ code, field: "journal.db", value: cause });
    expect(error.typed.rule).not.toBe("");
  });
});
