import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openDataFolder, type DataFolder } from "../../engine/host/dataFolder.ts";
import { prepareOrSalvage } from "../../engine/host/journal/preparation.ts";
import { recover } from "../../engine/host/recovery.ts";
import { stateHashOf } from "../../engine/host/snapshots.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { Dice } from "../bench/dice.ts";
import { JournalScribe } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order } from "./testClient.ts";

const SEED = 20_261_122;
const PAGE = 4_096;
/** The header's schema version and application id: what they say is believed. */
const BELIEVED = [60, 61, 62, 63, 68, 69, 70, 71];

function written(rows: number): { readonly folder: DataFolder; readonly scribe: JournalScribe; readonly sound: Buffer } {
  const folder = openDataFolder(tempFolder());
  const scribe = new JournalScribe(folder.journal).trade(rows);
  scribe.close();
  return { folder, scribe, sound: readFileSync(folder.journal) };
}

function rewrite(path: string, change: (bytes: Buffer) => void): Buffer {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  return bytes;
}

describe("JR-26 a journal whose file is damaged outside its rows", () => {
  it(`JR-26 gives all rows back whatever bit of its first page is flipped: 60 random ones (seed ${SEED})`, async () => {
    const { folder, scribe, sound } = written(25);
    const dice = new Dice(SEED);
    const salvaged: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      const at = n < 20 ? dice.below(100) : 2_400 + dice.below(PAGE - 2_400);
      if (BELIEVED.includes(at)) continue;
      const bytes = Buffer.from(sound);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << dice.below(8)), at);
      writeFileSync(folder.journal, bytes);
      const damage = prepareOrSalvage(folder);
      if (damage !== null) salvaged.push(at);
      const found = await recover(damage === null ? folder : { ...folder, journal: folder.salvaged });
      expect(found.fault, `byte ${at}`).toBeNull();
      expect(stateHashOf(found.views.replica), `byte ${at}`).toBe(stateHashOf(scribe.engine));
      expect(readFileSync(folder.journal).equals(bytes), `byte ${at}`).toBe(true);
    }
    expect(salvaged.length).toBeGreaterThan(35);
  });

  it("JR-26 gives back the rows in its write-ahead log too", async () => {
    const folder = openDataFolder(tempFolder());
    const scribe = new JournalScribe(folder.journal).trade(10);
    scribe.close();
    scribe.open();
    scribe.trade(30);
    const crashed = openDataFolder(tempFolder());
    copyFileSync(folder.journal, crashed.journal);
    const log = readFileSync(`${folder.journal}-wal`);
    scribe.close();
    // As after a checkpoint of the first page alone: the log has no newer one.
    const frameBytes = 24 + PAGE;
    expect(log.readUInt32BE(32)).not.toBe(1);
    writeFileSync(`${crashed.journal}-wal`, log.subarray(0, 32 + framesBeforePageOne(log, frameBytes) * frameBytes));
    rewrite(crashed.journal, (bytes) => bytes.fill(0, 3_000, 3_100));
    expect(prepareOrSalvage(crashed)).toContain("malformed");
    const found = await recover({ ...crashed, journal: crashed.salvaged });
    expect(found.fault).toBeNull();
    expect(found.end.lastSeq).toBeGreaterThan(scribe.batches[10]!.firstSeq);
  });

  it("JR-26 JR-27 shows its state and refuses commands, until a person has it continue with every row", async () => {
    const { folder, scribe } = written(40);
    const lastSeq = scribe.writer.end.lastSeq;
    const damaged = rewrite(folder.journal, (bytes) => bytes.writeUInt8(bytes.readUInt8(3_000) ^ 1, 3_000));
    const { host, reports } = await runHost(folder.path);
    expect(reports[0]).toMatchObject({ type: "ready", lastSeq, stateHash: stateHashOf(scribe.engine) });
    const operator = await connect(host, "desk", { operator: true });
    const status = await eventually(() => operator.status(), "a status");
    expect(status).toMatchObject({ state: "broken", fault: { code: "JOURNAL_BROKEN", field: "file" } });
    expect(status.fault?.message).toMatch(/damaged outside its rows: malformed .* All its rows, up to sequence \d+, are good\.$/);
    expect(await operator.refused({ type: "submit", command: order() })).toMatchObject({ code: "JOURNAL_BROKEN" });

    expect(await operator.operate({ type: "continueFromLastGoodRow", reason: "a bad sector" })).toContain("Trading continues");
    expect((await operator.submit(order({ lots: 33 }))).refusal).toBeNull();
    await host.shutdown();
    const names = readdirSync(folder.path);
    const kept = names.filter((name) => /^journal\.damaged-.*\.db$/.test(name));
    expect(kept).toHaveLength(1);
    expect(readFileSync(join(folder.path, kept[0]!)).equals(damaged)).toBe(true);
    expect(names.filter((name) => name.includes("salvaged"))).toEqual([]);
    const verdict = verifyJournal(folder.journal);
    expect(verdict).toMatchObject({ good: true });
    expect(verdict.good && verdict.lastSeq).toBeGreaterThan(lastSeq);
  });

  it("JR-26 is broken too when its list of writers does not fit its hashes", () => {
    const { folder, sound } = written(10);
    const at = sound.lastIndexOf("0.1.0", 3 * PAGE);
    rewrite(folder.journal, (bytes) => bytes.write("0.1.1", at));
    expect(prepareOrSalvage(folder)).toBe("entry 1 in the list of writers does not fit its hash");
  });

  it("JR-26 is broken too when its schema can be read and is another one", () => {
    const { folder } = written(10);
    const database = new Database(folder.journal);
    database.exec("DROP TRIGGER journal_keeps_rows");
    database.close();
    expect(prepareOrSalvage(folder)).toBe("its schema is not a journal's");
  });

  it("JR-30 stops the start when it holds no row, and leaves no copy", () => {
    const folder = openDataFolder(tempFolder());
    expect(prepareOrSalvage(folder)).toBeNull();
    rewrite(folder.journal, (bytes) => bytes.fill(0, 3_000, 3_100));
    expect(() => prepareOrSalvage(folder)).toThrow("malformed database schema");
    expect(existsSync(folder.salvaged)).toBe(false);
  });
});

/** How many whole transactions' frames the log has before the first that writes the database's first page. */
function framesBeforePageOne(log: Buffer, frameBytes: number): number {
  let committed = 0;
  for (let frame = 0, at = 32; at + frameBytes <= log.length; frame += 1, at += frameBytes) {
    if (log.readUInt32BE(at) === 1) break;
    if (log.readUInt32BE(at + 4) !== 0) committed = frame + 1;
  }
  return committed;
}
