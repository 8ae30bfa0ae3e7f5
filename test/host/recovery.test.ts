import { hash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { dataFolderAt, openDataFolder, type DataFolder } from "../../engine/host/dataFolder.ts";
import { continueAfter, finishContinuation } from "../../engine/host/journal/continuation.ts";
import { CHAIN_BEGIN, JournalReader } from "../../engine/host/journal/journal.ts";
import { recover } from "../../engine/host/recovery.ts";
import {
  RECORDS_PER_SNAPSHOT,
  readSnapshot,
  setAsideSnapshots,
  snapshotFiles,
  stateHashOf,
  writeSnapshot,
} from "../../engine/host/snapshots.ts";
import { checkOlderRows } from "../../engine/host/olderRowsCheck.ts";
import { LogFile } from "../../engine/host/logFile.ts";
import { ReaderThreads } from "../../engine/host/readerThreads.ts";
import { SnapshotThread } from "../../engine/host/snapshotThread.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { JournalScribe } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order } from "./testClient.ts";
import { hostWarningText } from "../../shared/hostWarnings.ts";

/** A data folder with a closed journal of `rows` rows, and snapshots behind the rows named. */
async function folderWith(
  rows: number,
  snapshotsAfter: readonly number[] = [],
): Promise<{ readonly folder: DataFolder; readonly scribe: JournalScribe }> {
  const folder = openDataFolder(tempFolder());
  const scribe = new JournalScribe(folder.journal);
  for (let row = 1; row <= rows; row += 1) {
    scribe.trade(1);
    if (!snapshotsAfter.includes(row)) continue;
    const { views, end } = await recover(folder);
    writeSnapshot(folder.snapshots, { views, end });
  }
  scribe.close();
  return { folder, scribe };
}

/** Flips a bit in the body of the row that begins with this sequence. */
function damageRow(folder: DataFolder, firstSeq: number): void {
  const database = new Database(folder.journal);
  const body = database.prepare("SELECT body FROM journal WHERE first_seq = ?").pluck().get(firstSeq) as Buffer;
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  const bytes = readFileSync(folder.journal);
  const at = bytes.indexOf(body) + 3;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 2, at);
  writeFileSync(folder.journal, bytes);
}

describe("JR-24 start", () => {
  it("JR-24 from a snapshot and the rest gives the same state as from row 1", async () => {
    const { folder, scribe } = await folderWith(60, [20, 40]);
    const found = await recover(folder);
    expect(found).toMatchObject({ fault: null, warnings: [] });
    expect(found.snapshotSeq).toBeGreaterThan(0);
    expect(stateHashOf(found.views.replica)).toBe(stateHashOf(scribe.engine));
    expect(found.end.lastSeq).toBe(scribe.writer.end.lastSeq);
    const engine = createEngine();
    for (const batch of scribe.batches) fold(engine, batch);
    expect(stateHashOf(engine)).toBe(stateHashOf(scribe.engine));
  });

  it("JR-24 of an empty journal gives the empty state", async () => {
    const folder = openDataFolder(tempFolder());
    new JournalScribe(join(tempFolder(), "other.db")).close();
    const { host } = await runHost(folder.path);
    await host.shutdown();
    expect(existsSync(folder.journal)).toBe(true);
  });

  it("JR-33 keeps the newest three snapshots", async () => {
    const { folder } = await folderWith(50, [10, 20, 30, 40, 50]);
    const files = snapshotFiles(folder.snapshots);
    expect(files).toHaveLength(3);
    expect(files.map(({ lastSeq }) => lastSeq)).toEqual(files.map(({ lastSeq }) => lastSeq).toSorted((a, b) => b - a));
  });
});

describe("JR-33 snapshots beside the trading", () => {
  it("JR-33 are made by a thread of their own while rows are written, and lead to the same state", async () => {
    const folder = openDataFolder(tempFolder());
    const scribe = new JournalScribe(folder.journal).trade(60);
    const readers = new ReaderThreads();
    const thread = new SnapshotThread(folder, { log: new LogFile(folder.log), readers }, 0);
    thread.committed(RECORDS_PER_SNAPSHOT - 1);
    expect(snapshotFiles(folder.snapshots)).toEqual([]);
    thread.committed(RECORDS_PER_SNAPSHOT);
    const made = await eventually(() => {
      scribe.trade(1);
      return snapshotFiles(folder.snapshots)[0];
    }, "a snapshot");
    await eventually(
      () => existsSync(folder.log) && readFileSync(folder.log, "utf8").includes(`Snapshot of sequence ${made.lastSeq}`),
      "its line in the diary",
    );
    await readers.end();
    scribe.close();
    const found = await recover(folder);
    expect(found).toMatchObject({ fault: null, warnings: [], snapshotSeq: made.lastSeq });
    expect(stateHashOf(found.views.replica)).toBe(stateHashOf(scribe.engine));
  });
});

describe("JR-41 older rows", () => {
  it("JR-41 a bad row before the newest snapshot is named beside the trading, which goes on", async () => {
    const { folder, scribe } = await folderWith(60, [50]);
    const victim = scribe.batches[20]!;
    damageRow(folder, victim.firstSeq);
    const { host } = await runHost(folder.path);
    const client = await connect(host, "desk");
    const warning = await eventually(() => client.status()?.warnings.find(({ code }) => code === "pastDamaged"), "a warning");
    expect(hostWarningText(warning)).toContain(`the row that begins with sequence ${victim.firstSeq}:`);
    expect(client.status()).toMatchObject({ state: "running", fault: null });
    expect((await client.submit(order())).refusal).toBeNull();
  });

  it("JR-41 sound rows are told in the diary, and an unfinished check ends with the engine", async () => {
    const { folder } = await folderWith(450, [440]);
    const first = await runHost(folder.path);
    await first.host.shutdown();
    expect(readFileSync(folder.log, "utf8")).not.toContain("were not checked");
    await runHost(folder.path);
    await eventually(() => /rows up to sequence \d+ are sound/.test(readFileSync(folder.log, "utf8")), "the line in the diary");
  });

  it("JR-41 readers that are given up at any moment leave nothing behind and the process alive", { timeout: 90_000 }, async () => {
    const { folder } = await folderWith(400);
    for (let round = 0; round < 24; round += 1) {
      const readers = new ReaderThreads();
      const thread = new SnapshotThread(folder, { log: new LogFile(folder.log), readers }, 0);
      const checked = new Promise<unknown>((resolve) => {
        checkOlderRows({ folder, readers }, 1_000_000, resolve);
        void readers.end().then(() => resolve("given up"));
      });
      thread.committed(500_000);
      // Each round a little later in the threads' lives: loading SQLite, opening the file, in the midst of rows, done.
      await new Promise((resolve) => {
        setTimeout(resolve, round * 12);
      });
      await readers.end();
      expect([null, "given up"]).toContain(await checked);
      expect(readdirSync(folder.snapshots).filter((name) => !name.endsWith(".snapshot"))).toEqual([]);
    }
  });
});

describe("JR-25 damaged snapshots", () => {
  it("JR-25 each flipped byte is found; the next older snapshot serves, with a warning", async () => {
    const { folder, scribe } = await folderWith(40, [15, 30]);
    const newest = snapshotFiles(folder.snapshots)[0]!;
    const path = join(folder.snapshots, newest.name);
    const sound = readFileSync(path);
    for (const at of [0, 5, 9, 40, 300, Math.floor(sound.length / 2), sound.length - 20, sound.length - 1]) {
      const bytes = Buffer.from(sound);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 64, at);
      writeFileSync(path, bytes);
      expect(readSnapshot(folder.snapshots, newest.name).ok, `byte ${at}`).toBe(false);
      const found = await recover(folder);
      expect(found.warnings).toEqual([{ code: "snapshotSkipped", seq: newest.lastSeq, fault: { code: "fileHash" } }]);
      expect(found.snapshotSeq).toBeLessThan(newest.lastSeq);
      expect(stateHashOf(found.views.replica)).toBe(stateHashOf(scribe.engine));
    }
    for (const bytes of [Buffer.alloc(0), sound.subarray(0, 20), sound.subarray(0, sound.length - 1)]) {
      writeFileSync(path, bytes);
      expect((await recover(folder)).warnings, `${bytes.length} bytes`).toHaveLength(1);
    }
  });

  it("JR-25 JR-24 a whole snapshot whose head is another version's is skipped as well", async () => {
    const { folder, scribe } = await folderWith(40, [15, 30]);
    const newest = snapshotFiles(folder.snapshots)[0]!;
    const path = join(folder.snapshots, newest.name);
    const sound = readFileSync(path);
    const bodyAt = 12 + sound.readUInt32LE(8);
    const head = JSON.parse(sound.toString("utf8", 12, bodyAt)) as Record<string, unknown>;
    const withHead = (magic: string, text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(text));
      const content = Buffer.concat([Buffer.from(magic), length, Buffer.from(text), sound.subarray(bodyAt, -32)]);
      return Buffer.concat([content, hash("sha256", content, "buffer")]);
    };
    for (const [magic, text, version] of [
      ["HKTSNAP1", JSON.stringify({ ...head, engineVersion: "9.0.0", cipher: "none" }), "9.0.0"],
      ["HKTSNAP1", JSON.stringify({ lastSeq: 7 }), "unknown"],
      ["HKTSNAP1", "binary", "unknown"],
      ["HKTSNAP2", JSON.stringify(head), "unknown"],
    ] as const) {
      writeFileSync(path, withHead(magic, text));
      const found = await recover(folder);
      expect(found.warnings).toEqual([{ code: "snapshotSkipped", seq: newest.lastSeq, fault: { code: "version", version } }]);
      expect(stateHashOf(found.views.replica)).toBe(stateHashOf(scribe.engine));
    }
  });

  it("JR-25 the warning is in the engine's status, and what a crash left unfinished is gone", async () => {
    const { folder } = await folderWith(20, [10]);
    writeFileSync(join(folder.snapshots, snapshotFiles(folder.snapshots)[0]!.name), "nonsense");
    writeFileSync(join(folder.snapshots, "0000000000000099.snapshot.unfinished"), "half");
    const { host } = await runHost(folder.path);
    const client = await connect(host, "desk");
    expect((await eventually(() => client.status(), "a status")).warnings).toEqual([expect.objectContaining({ code: "snapshotSkipped" })]);
    expect(readdirSync(folder.snapshots).filter((name) => name.endsWith("unfinished"))).toEqual([]);
  });

  it("JR-25 a snapshot of another journal is skipped with a warning, and an unfinished one is not looked at", async () => {
    const { folder, scribe } = await folderWith(40, [20]);
    const other = await folderWith(25, [21]);
    const foreign = snapshotFiles(other.folder.snapshots)[0]!;
    const foreignViews = readSnapshot(other.folder.snapshots, foreign.name);
    if (!foreignViews.ok) throw new Error(foreignViews.error.code);
    // The other journal's state under a sequence that this journal has.
    writeSnapshot(folder.snapshots, {
      views: foreignViews.value.views,
      end: { ...foreignViews.value.end, lastSeq: scribe.batches[30]!.firstSeq - 1 },
    });
    writeFileSync(join(folder.snapshots, "0000000000009999.snapshot.unfinished"), "half");
    const found = await recover(folder);
    expect(found.warnings).toEqual([expect.objectContaining({ fault: { code: "otherJournal" } })]);
    expect(found.fault).toBeNull();
    expect(stateHashOf(found.views.replica)).toBe(stateHashOf(scribe.engine));
  });
});

describe("JR-26 broken journals", () => {
  it("JR-26 a damaged row is named, and the state is that of the row before", async () => {
    const { folder, scribe } = await folderWith(60);
    const victim = scribe.batches[40]!;
    damageRow(folder, victim.firstSeq);
    const found = await recover(folder);
    expect(found.fault).toMatchObject({
      code: "JOURNAL_BROKEN",
      field: `row ${victim.firstSeq}`,
      value: "its hash does not fit its content",
    });
    expect(found.end.lastSeq).toBe(victim.firstSeq - 1);
    const engine = createEngine();
    for (const batch of scribe.batches.slice(0, 40)) fold(engine, batch);
    expect(stateHashOf(found.views.replica)).toBe(stateHashOf(engine));
  });

  it("JR-26 a journal that ends before a snapshot has lost rows", async () => {
    const { folder } = await folderWith(30, [30]);
    const shorter = await folderWith(20);
    copyFileSync(shorter.folder.journal, folder.journal);
    const found = await recover(folder);
    expect(found.fault).toMatchObject({ code: "JOURNAL_BROKEN", field: `row ${shorter.scribe.writer.end.lastSeq + 1}` });
    expect(found.fault?.value).toContain("are missing");
  });

  it("JR-26 a damaged frame of the write-ahead log has lost rows", async () => {
    const folder = openDataFolder(tempFolder());
    const scribe = new JournalScribe(folder.journal).trade(50);
    const crashed = openDataFolder(tempFolder());
    copyFileSync(folder.journal, crashed.journal);
    const log = readFileSync(`${folder.journal}-wal`);
    const at = Math.floor(log.length / 2);
    log.writeUInt8(log.readUInt8(at) ^ 1, at);
    writeFileSync(`${crashed.journal}-wal`, log);
    const found = await recover(crashed);
    expect(found.fault).toMatchObject({ code: "JOURNAL_BROKEN" });
    expect(found.fault?.value).toContain("write-ahead log");
    expect(found.end.lastSeq).toBeLessThan(scribe.writer.end.lastSeq);
    scribe.close();
  });

  it("JR-26 damage in the last transaction but one is no torn end", async () => {
    const folder = openDataFolder(tempFolder());
    const scribe = new JournalScribe(folder.journal).trade(50);
    const log = readFileSync(`${folder.journal}-wal`);
    const frameBytes = 24 + log.readUInt32BE(8);
    const commits: number[] = [];
    for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
      if (log.compare(log, 16, 24, at + 8, at + 16) === 0 && log.readUInt32BE(at + 4) !== 0) commits.push(at);
    }
    const at = commits.at(-2)! + 24 + 8;
    log.writeUInt8(log.readUInt8(at) ^ 1, at);
    const crashed = openDataFolder(tempFolder());
    copyFileSync(folder.journal, crashed.journal);
    writeFileSync(`${crashed.journal}-wal`, log);
    expect((await recover(crashed)).fault).toMatchObject({ code: "JOURNAL_BROKEN" });
    scribe.close();
  });

  /** The folder as a crash leaves it, with a changed write-ahead log; `at` are the places of the log's commit frames. */
  function crashedWith(change: (log: Buffer, at: readonly number[], frameBytes: number) => Buffer): {
    readonly folder: DataFolder;
    readonly batches: JournalScribe["batches"];
  } {
    const folder = openDataFolder(tempFolder());
    const scribe = new JournalScribe(folder.journal).trade(50);
    const copy = openDataFolder(tempFolder());
    copyFileSync(folder.journal, copy.journal);
    const log = readFileSync(`${folder.journal}-wal`);
    const frameBytes = 24 + log.readUInt32BE(8);
    const commits: number[] = [];
    for (let at = 32; at + frameBytes <= log.length; at += frameBytes) if (log.readUInt32BE(at + 4) !== 0) commits.push(at);
    writeFileSync(`${copy.journal}-wal`, change(log, commits, frameBytes));
    scribe.close();
    return { folder: copy, batches: scribe.batches };
  }

  it.each([
    ["content", 24 + 100],
    ["page number", 3],
    ["one salt", 9],
    ["checksum", 17],
  ])("JR-26 damage in the newest transaction cannot be told from a torn write, and people are told of it: %s", async (_what, offset) => {
    const { folder, batches } = crashedWith((log, commits) => {
      const at = commits.at(-1)! + offset;
      log.writeUInt8(log.readUInt8(at) ^ 1, at);
      return log;
    });
    const found = await recover(folder);
    const lastSeq = batches.at(-1)!.firstSeq - 1;
    expect(found).toMatchObject({ fault: null, end: { lastSeq } });
    expect(found.warnings).toEqual([{ code: "looseEnd", bytes: expect.any(Number), lastSeq }]);
  });

  it.each([1, 20, 2_000])("JR-26 a torn write of %i bytes loses nothing that was committed, and people are told of it", async (extra) => {
    const { folder, batches } = crashedWith((log) => Buffer.concat([log, log.subarray(32, 32 + extra)]));
    const found = await recover(folder);
    expect(found).toMatchObject({ fault: null, end: { lastSeq: batches.at(-1)!.firstSeq + batches.at(-1)!.count - 1 } });
    expect(found.warnings).toEqual([expect.objectContaining({ code: "looseEnd", bytes: extra })]);
  });

  it("JR-26 a damaged salt does not hide a transaction that others followed", async () => {
    const { folder } = crashedWith((log, commits) => {
      const at = commits.at(-2)! + 8;
      log.writeUInt8(log.readUInt8(at) ^ 1, at);
      return log;
    });
    expect((await recover(folder)).fault).toMatchObject({ code: "JOURNAL_BROKEN", value: expect.stringContaining("write-ahead log") });
  });

  it("JR-26 what an earlier use of the write-ahead log left behind the last transaction is nothing to speak of", async () => {
    const { folder, batches } = crashedWith((log, _commits, frameBytes) => {
      const old = Buffer.from(log.subarray(32, 32 + 3 * frameBytes + 100));
      for (let at = 0; at < old.length; at += frameBytes) old.fill(0x5a, at + 8, at + 16);
      return Buffer.concat([log, old]);
    });
    const found = await recover(folder);
    expect(found).toMatchObject({ fault: null, warnings: [] });
    expect(found.end.lastSeq).toBe(batches.at(-1)!.firstSeq + batches.at(-1)!.count - 1);
  });

  it("JR-26 the loose end of a write-ahead log is in the engine's status and its log", async () => {
    const { folder } = crashedWith((log) => log.subarray(0, -1));
    const { host } = await runHost(folder.path);
    const client = await connect(host, "desk");
    expect((await eventually(() => client.status(), "a status")).warnings).toEqual([expect.objectContaining({ code: "looseEnd" })]);
    expect(readFileSync(folder.log, "utf8")).toContain("bytes that are no committed transaction");
    expect((await client.submit(order())).refusal).toBeNull();
  });

  it("JR-26 a journal that cannot be read where a snapshot points is broken at the first row that cannot be read", async () => {
    const { folder } = await folderWith(60, [50]);
    const bytes = readFileSync(folder.journal);
    // The root of the rows' tree.
    bytes.fill(0xff, 4_096, 2 * 4_096);
    writeFileSync(folder.journal, bytes);
    const found = await recover(folder);
    expect(found).toMatchObject({ fault: { code: "JOURNAL_BROKEN", field: "row 1" }, end: { lastSeq: 0 } });
    expect(found.warnings).toEqual([expect.objectContaining({ fault: { code: "journalUnreadable" } })]);
  });

  it("JR-26 JR-27 the engine refuses commands and shows the last good state, until a person has it continue", async () => {
    const { folder, scribe } = await folderWith(60, [20]);
    const victim = scribe.batches[45]!;
    damageRow(folder, victim.firstSeq);
    const damaged = readFileSync(folder.journal);
    const { host, reports } = await runHost(folder.path);
    expect(reports[0]).toMatchObject({ type: "ready", lastSeq: victim.firstSeq - 1 });
    const operator = await connect(host, "desk", { operator: true });
    const client = await connect(host, "desk", { session: "plain" });
    const before = await operator.stateHash();
    expect(await operator.refused({ type: "submit", command: order() })).toMatchObject({
      code: "JOURNAL_BROKEN",
      field: `row ${victim.firstSeq}`,
    });
    expect((await eventually(() => client.status(), "a status")).state).toBe("broken");
    expect((await client.subscribe()).orders.length).toBeGreaterThan(0);
    expect(await client.operate({ type: "continueFromLastGoodRow", reason: "I may not" })).toMatchObject({ code: "SENDER_REFUSED" });
    expect(await operator.stateHash()).toEqual(before);
    expect(readFileSync(folder.journal).equals(damaged)).toBe(true);

    const note = await operator.operate({ type: "continueFromLastGoodRow", reason: "disk was replaced" });
    expect(note).toContain(`after sequence ${victim.firstSeq - 1}.`);
    const kept = readdirSync(folder.path).filter((name) => /^journal\.damaged-.*\.db$/.test(name));
    expect(kept).toHaveLength(1);
    expect(readFileSync(join(folder.path, kept[0]!)).equals(damaged)).toBe(true);
    expect((await operator.submit(order({ lots: 33 }))).refusal).toBeNull();
    await host.shutdown();
    expect(verifyJournal(folder.journal)).toMatchObject({ good: true });
    const reader = new JournalReader(folder.journal);
    const rows = [...reader.batches(CHAIN_BEGIN)];
    reader.close();
    expect(rows.slice(0, 45).map(({ batch }) => batch)).toEqual(scribe.batches.slice(0, 45));
    const first = rows[45]?.batch;
    expect(first?.firstSeq).toBe(victim.firstSeq);
    expect(first?.texts.join(" ")).toMatch(/disk was replaced .*row \d+: its hash does not fit.*journal\.damaged-/);
  });

  it("JR-27 a row that proves bad before the snapshot moves nothing and is named instead", async () => {
    const { folder, scribe } = await folderWith(60, [30]);
    damageRow(folder, scribe.batches[50]!.firstSeq);
    damageRow(folder, scribe.batches[10]!.firstSeq);
    const { host } = await runHost(folder.path);
    const operator = await connect(host, "desk", { operator: true });
    const answer = await operator.operate({ type: "continueFromLastGoodRow", reason: "try it" });
    expect(answer).toMatchObject({ code: "JOURNAL_BROKEN", field: `row ${scribe.batches[10]!.firstSeq}` });
    expect(readdirSync(folder.path).filter((name) => name.includes("damaged") || name.includes("continued"))).toEqual([]);
    expect(await operator.operate({ type: "continueFromLastGoodRow", reason: "then from there" })).toContain("Trading continues");
    expect((await operator.submit(order())).refusal).toBeNull();
  });
});

describe("JR-27 interrupted continuations", () => {
  const options = { engineVersion: "0.1.0", now: new Date("2026-01-02T03:04:05.678Z") };

  it("JR-27 an unfinished copy is dropped as long as the damaged file has not moved", async () => {
    const { folder } = await folderWith(10);
    writeFileSync(folder.continued, "half a copy");
    finishContinuation(folder);
    expect([existsSync(folder.continued), existsSync(folder.journal)]).toEqual([false, true]);
  });

  it("JR-27 a start after the damaged file has moved puts the finished copy in its place, and the log beside its file", async () => {
    const { folder, scribe } = await folderWith(10);
    const copy = dataFolderAt(tempFolder());
    mkdirSync(copy.snapshots, { recursive: true });
    copyFileSync(folder.journal, copy.journal);
    expect(continueAfter(copy, scribe.batches[5]!.firstSeq - 1, options)).toEqual({
      ok: true,
      value: "journal.damaged-2026-01-02T03-04-05-678Z.db",
    });
    // As a crash between the renames leaves it.
    renameSync(copy.journal, copy.continued);
    writeFileSync(`${copy.journal}-wal`, "the damaged file's log");
    finishContinuation(copy);
    expect(existsSync(copy.continued)).toBe(false);
    expect(readFileSync(join(copy.path, "journal.damaged-2026-01-02T03-04-05-678Z.db-wal"), "utf8")).toBe("the damaged file's log");
    expect(existsSync(`${copy.journal}-wal`)).toBe(false);
    expect(verifyJournal(copy.journal)).toMatchObject({ good: true, lastSeq: scribe.batches[5]!.firstSeq - 1 });
  });

  it("JR-27 snapshots behind the last good row are set aside, not deleted", async () => {
    const { folder, scribe } = await folderWith(30, [10, 20, 30]);
    setAsideSnapshots(folder.snapshots, scribe.batches[15]!.firstSeq);
    expect(snapshotFiles(folder.snapshots)).toHaveLength(1);
    expect(readdirSync(folder.snapshots)).toHaveLength(3);
  });
});
