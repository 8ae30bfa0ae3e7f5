import { hash } from "node:crypto";
import { schemaVersion, sqliteVersion, type SqliteDatabase } from "./database.ts";

/** Which program wrote the rows behind `afterSeq`. Verification needs it: another SQLite may lay out the same rows in other pages. */
export type Writer = {
  readonly number: number;
  readonly afterSeq: number;
  readonly schemaVersion: number;
  readonly engineVersion: string;
  readonly sqliteVersion: string;
  readonly hash: Buffer;
};

const COLUMNS =
  "number, after_seq AS afterSeq, schema_version AS schemaVersion, engine_version AS engineVersion, sqlite_version AS sqliteVersion, hash";

export function writers(database: SqliteDatabase): readonly Writer[] {
  // The table is STRICT; what a damaged file may hold instead is caught by the hash.
  return database.prepare(`SELECT ${COLUMNS} FROM writer ORDER BY number`).all() as Writer[];
}

/** The first entry of the list that does not fit its hash or its place, with the first sequence that it concerns; null when all do. */
export function writersFault(found: readonly Writer[]): { readonly firstSeq: number; readonly why: string } | null {
  let firstSeq = 1;
  for (const [index, writer] of found.entries()) {
    if (writer.number !== index + 1 || !Buffer.isBuffer(writer.hash) || !writerHash(writer).equals(writer.hash)) {
      return { firstSeq, why: `entry ${index + 1} in the list of writers does not fit its hash` };
    }
    firstSeq = writer.afterSeq + 1;
  }
  return null;
}

/** Adds a row unless the newest one already says the same. */
export function recordWriter(database: SqliteDatabase, now: { readonly afterSeq: number; readonly engineVersion: string }): void {
  const last = writers(database).at(-1);
  const version = sqliteVersion(database);
  const schema = schemaVersion(database);
  if (last?.engineVersion === now.engineVersion && last.sqliteVersion === version && last.schemaVersion === schema) return;
  insertWriter(database, { number: (last?.number ?? 0) + 1, sqliteVersion: version, schemaVersion: schema, ...now });
}

/** Also rewrites the file's header, which names the SQLite that wrote it last. */
export function insertWriter(database: SqliteDatabase, writer: Omit<Writer, "hash">): void {
  database.transaction(() => {
    const { number, afterSeq, schemaVersion: schema, engineVersion, sqliteVersion: version } = writer;
    database
      .prepare("INSERT INTO writer (number, after_seq, schema_version, engine_version, sqlite_version, hash) VALUES (?, ?, ?, ?, ?, ?)")
      .run(number, afterSeq, schema, engineVersion, version, writerHash(writer));
    database.pragma(`user_version = ${schema}`);
  })();
}

function writerHash(writer: Omit<Writer, "hash">): Buffer {
  const text = JSON.stringify([writer.number, writer.afterSeq, writer.schemaVersion, writer.engineVersion, writer.sqliteVersion]);
  return hash("sha256", text, "buffer");
}
