/**
 * The journal file's schema, step by step. A step is never changed once released: a new need is a new step at the end.
 * `user_version` in the file's header counts the steps that the file has had.
 */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

/** "HKTJ": marks a SQLite file as a journal of this terminal. */
export const APPLICATION_ID = 0x484b544a;

export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: "rows of packed records, chained by hash and only ever added to",
    sql: `
      PRAGMA application_id = ${APPLICATION_ID};

      -- One row a commit. hash = sha256(hash of the row before, first_seq, last_seq, at_us, body).
      CREATE TABLE journal (
        first_seq INTEGER PRIMARY KEY,
        last_seq  INTEGER NOT NULL CHECK (last_seq >= first_seq),
        at_us     INTEGER NOT NULL,
        body      BLOB NOT NULL,
        hash      BLOB NOT NULL CHECK (length(hash) = 32)
      ) STRICT;

      CREATE TRIGGER journal_is_gapless BEFORE INSERT ON journal
      WHEN NEW.first_seq <> 1 + coalesce((SELECT last_seq FROM journal ORDER BY first_seq DESC LIMIT 1), 0)
      BEGIN SELECT RAISE(ABORT, 'a journal row must continue the one before'); END;
      CREATE TRIGGER journal_keeps_rows BEFORE DELETE ON journal
      BEGIN SELECT RAISE(ABORT, 'journal rows are never deleted'); END;
      CREATE TRIGGER journal_keeps_content BEFORE UPDATE ON journal
      BEGIN SELECT RAISE(ABORT, 'journal rows are never changed'); END;
    `,
  },
  {
    version: 2,
    name: "which program wrote from which row on",
    sql: `
      -- One row whenever another program version begins to write. hash = sha256 of the other columns; see writers.ts.
      CREATE TABLE writer (
        number         INTEGER PRIMARY KEY,
        after_seq      INTEGER NOT NULL,
        schema_version INTEGER NOT NULL,
        engine_version TEXT NOT NULL,
        sqlite_version TEXT NOT NULL,
        hash           BLOB NOT NULL CHECK (length(hash) = 32)
      ) STRICT;

      CREATE TRIGGER writer_keeps_rows BEFORE DELETE ON writer
      BEGIN SELECT RAISE(ABORT, 'journal rows are never deleted'); END;
      CREATE TRIGGER writer_keeps_content BEFORE UPDATE ON writer
      BEGIN SELECT RAISE(ABORT, 'journal rows are never changed'); END;
    `,
  },
];
