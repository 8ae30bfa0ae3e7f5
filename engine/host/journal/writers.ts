import { hash } from "node:crypto";
import { migrations } from "./migrations.ts";
import { sqliteVersion, type SqliteDatabase } from "./database.ts";

/** Which program wrote the rows behind `afterSeq`. Verification needs it: another SQLite may lay out the same rows in other pages. */
export type Writer = {
  readonly number: number;
  readonly afterSeq: number;
  readonly engineVersion: string;
  readonly sqliteVersion: string;
  readonly hash: Buffer;
};

const COLUMNS = "number, after_seq AS afterSeq, engine_version AS engineVersion, sqlite_version AS sqliteVersion, hash";

export function writers(database: SqliteDatabase): readonly Writer[] {
  // The table is STRICT; what a damaged file may hold instead is caught by the hash.
  return database.prepare(`SELECT ${COLUMNS} FROM writer ORDER BY number`).all() as Writer[];
}

/** Adds a row unless the newest one already says the same. */
export function recordWriter(database: SqliteDatabase, now: { readonly afterSeq: number; readonly engineVersion: string }): void {
  const last = writers(database).at(-1);
  const version = sqliteVersion(database);
  if (last !== undefined && last.engineVersion === now.engineVersion && last.sqliteVersion === version) return;
  insertWriter(database, { number: (last?.number ?? 0) + 1, sqliteVersion: version, ...now });
}

/** Also rewrites the file's header, which names the SQLite that wrote it last. */
export function insertWriter(database: SqliteDatabase, writer: Omit<Writer, "hash">): void {
  database.transaction(() => {
    database
      .prepare("INSERT INTO writer (number, after_seq, engine_version, sqlite_version, hash) VALUES (?, ?, ?, ?, ?)")
      .run(writer.number, writer.afterSeq, writer.engineVersion, writer.sqliteVersion, writerHash(writer));
    database.pragma(`user_version = ${migrations.at(-1)?.version ?? 0}`);
  })();
}

export function writerHash(writer: Omit<Writer, "hash">): Buffer {
  const text = JSON.stringify([writer.number, writer.afterSeq, writer.engineVersion, writer.sqliteVersion]);
  return hash("sha256", text, "buffer");
}
