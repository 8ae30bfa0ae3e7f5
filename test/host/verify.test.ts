import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { decodeEntries, encodeEntries } from "../../engine/core/records/records.ts";
import { stateHashOf } from "../../engine/host/snapshots.ts";
import { compareFiles, readWriters, rebuild } from "../../engine/host/journal/rebuild.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import type { JournalEntry } from "../../shared/events.ts";
import type { Seq } from "../../shared/ids.ts";
import type { QtyLots } from "../../shared/money.ts";
import { Dice } from "../bench/dice.ts";
import { JournalScribe } from "./journalScribe.ts";
import { tempFolder } from "./tempFolder.ts";

const SEED = 20_261_122;
const PAGE = 4_096;

function journal(rows: number): { readonly path: string; readonly scribe: JournalScribe } {
  const path = join(tempFolder(), "journal.db");
  const scribe = new JournalScribe(path).trade(rows);
  return { path, scribe };
}

/** `npm run verify -- ...` without npm. */
function run(...args: string[]): { readonly code: number; readonly output: string } {
  try {
    const program = resolve(import.meta.dirname, "../../engine/cli/verify.ts");
    return { code: 0, output: execFileSync(process.execPath, [program, ...args], { encoding: "utf8", stdio: "pipe" }) };
  } catch (error) {
    const failure = error as { status: number; stdout: string; stderr: string };
    return { code: failure.status, output: failure.stdout + failure.stderr };
  }
}

describe("JR-28 verify", () => {
  it("JR-28 finds a sound journal good, with its sequence, state and totals", () => {
    const { path, scribe } = journal(120);
    scribe.close();
    const verdict = verifyJournal(path);
    expect(verdict).toMatchObject({ good: true, lastSeq: scribe.writer.end.lastSeq, stateHash: stateHashOf(scribe.engine), accounts: 8 });
    expect(verdict.good && verdict.totals.flatMap(({ code, total }) => (total === 0n ? [] : [[code, total]]))).toEqual([
      ["USD", 7_082_700_000_000_000n],
      ["BTC", 1_057_325_000_000n],
      ["ETH", 15_945_400_000_000n],
    ]);
  });

  it("JR-28 finds a journal good that was closed and opened by several versions, in rows of all sizes", () => {
    const { path, scribe } = journal(30);
    const big = Array.from(
      { length: 3_000 },
      (_, n) => ({ type: "RecordOperatorAction", action: "historyImported", detail: `a long text ${n}` }) as const,
    );
    scribe.commit(big);
    scribe.close();
    scribe.open("0.2.0");
    scribe.trade(2_500).close();
    scribe.open("0.2.0");
    scribe.trade(10).close();
    expect(verifyJournal(path)).toMatchObject({ good: true, lastSeq: scribe.writer.end.lastSeq });
  });

  it("JR-28 reads the write-ahead log of a journal that was not closed", () => {
    const { path, scribe } = journal(40);
    const copy = join(tempFolder(), "copy.db");
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
    expect(verifyJournal(copy)).toMatchObject({ good: true, lastSeq: scribe.writer.end.lastSeq });
    scribe.close();
  });

  it(`JR-28 names a row for a flipped bit anywhere in the file: each byte of the header, and 400 random ones (seed ${SEED})`, () => {
    const { path, scribe } = journal(300);
    scribe.close();
    const sound = readFileSync(path);
    const lastSeq = scribe.writer.end.lastSeq;
    const dice = new Dice(SEED);
    const offsets = [...Array.from({ length: 100 }, (_, at) => at), ...Array.from({ length: 400 }, () => dice.below(sound.length))];
    const damaged = join(tempFolder(), "damaged.db");
    const missed: number[] = [];
    for (const at of offsets) {
      const bytes = Buffer.from(sound);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << dice.below(8)), at);
      writeFileSync(damaged, bytes);
      const verdict = verifyJournal(damaged);
      const isNamed =
        !verdict.good && verdict.fault.firstSeq >= 1 && verdict.fault.firstSeq <= lastSeq + 1 && verdict.fault.why.length > 10;
      if (!isNamed) missed.push(at);
    }
    expect(missed).toEqual([]);
  });

  it.each(["body", "hash"] as const)("JR-28 names the very row whose %s was changed", (column) => {
    const { path, scribe } = journal(300);
    scribe.close();
    const bytes = readFileSync(path);
    const database = new Database(path, { readonly: true });
    const row = database.prepare(`SELECT first_seq AS firstSeq, ${column} AS content FROM journal LIMIT 1 OFFSET 150`).get();
    database.close();
    const { firstSeq, content } = row as { firstSeq: number; content: Buffer };
    const at = bytes.indexOf(content) + 5;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);
    expect(verifyJournal(path)).toEqual({ good: false, fault: { firstSeq, why: "its hash does not fit its content" } });
  });

  it("JR-28 finds a file that was cut off or lengthened", () => {
    const { path, scribe } = journal(200);
    scribe.close();
    const sound = readFileSync(path);
    const damaged = join(tempFolder(), "damaged.db");
    for (const bytes of [
      sound.subarray(0, sound.length - PAGE),
      sound.subarray(0, sound.length - 1),
      Buffer.concat([sound, Buffer.alloc(PAGE)]),
      sound.subarray(0, 50),
      Buffer.alloc(0),
    ]) {
      writeFileSync(damaged, bytes);
      expect(verifyJournal(damaged).good, `${bytes.length} of ${sound.length} bytes`).toBe(false);
    }
  });

  it("JR-28 finds an event that the rules do not give, even in a row whose hashes fit", () => {
    const path = join(tempFolder(), "journal.db");
    const scribe = new JournalScribe(path).trade(20);
    const batch = scribe.limit({ accountId: 2, side: "buy", ticks: 6_400_000, lots: 50 });
    const forged = encodeEntries(
      decodeEntries(batch).map((entry): JournalEntry => {
        const seq = (entry.seq + batch.count) as Seq;
        // A forger gives the order one lot more than its command asked for.
        const isForged = entry.kind === "event" && entry.event.type === "OrderRested";
        return isForged ? { ...entry, seq, event: { ...entry.event, leavesLots: 51 as QtyLots } } : { ...entry, seq };
      }),
    );
    scribe.writer.append(forged, scribe.writer.end.atUs);
    scribe.close();
    const verdict = verifyJournal(path);
    expect(verdict).toMatchObject({ good: false, fault: { firstSeq: forged.firstSeq } });
  });

  it("JR-28 finds a damaged committed frame of the write-ahead log, and takes a torn last one for what it is", () => {
    const { path, scribe } = journal(60);
    const log = readFileSync(`${path}-wal`);
    const frames = Math.floor((log.length - 32) / (24 + PAGE));
    const copy = join(tempFolder(), "copy.db");
    const verdictWith = (frame: number): ReturnType<typeof verifyJournal> => {
      copyFileSync(path, copy);
      const bytes = Buffer.from(log);
      const at = 32 + (frame - 1) * (24 + PAGE) + 24 + 100;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
      writeFileSync(`${copy}-wal`, bytes);
      return verifyJournal(copy);
    };
    expect(verdictWith(Math.floor(frames / 2))).toMatchObject({ good: false, fault: { why: expect.stringContaining("frame") } });
    const torn = verdictWith(frames);
    expect(torn).toMatchObject({ good: true, looseEnd: expect.stringMatching(/ends in \d+ bytes that are no committed transaction/) });
    expect(torn.good && torn.lastSeq).toBeLessThan(scribe.writer.end.lastSeq);
    scribe.close();
  });

  it("JR-28 is a command: it prints sequence and state, names a bad row, and says so by its exit code", () => {
    const { path, scribe } = journal(30);
    scribe.close();
    const good = run(path);
    expect(good.code).toBe(0);
    expect(good.output).not.toContain("note");
    expect(good.output).toContain(`sequence   ${scribe.writer.end.lastSeq}\n`);
    expect(good.output).toContain(stateHashOf(scribe.engine));
    expect(good.output).toContain("708270000.0000000 USD");
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 10) ^ 16, bytes.length - 10);
    writeFileSync(path, bytes);
    const bad = run(path);
    expect(bad.code).toBe(1);
    expect(bad.output).toMatch(/^BAD {3}row \d+: /);
    expect(run().code).toBe(2);
    const nowhere = join(tempFolder(), "nowhere.db");
    expect(run(nowhere)).toMatchObject({ code: 2, output: expect.stringContaining(`ARGUMENT_INVALID: There is no file ${nowhere}.`) });
  });

  it("JR-28 prints a note when the write-ahead log ends in something that is no transaction", () => {
    const { path, scribe } = journal(30);
    const copy = join(tempFolder(), "copy.db");
    copyFileSync(path, copy);
    writeFileSync(`${copy}-wal`, Buffer.concat([readFileSync(`${path}-wal`), Buffer.alloc(10)]));
    scribe.close();
    const { code, output } = run(copy);
    expect(code).toBe(0);
    expect(output).toMatch(/^GOOD/);
    expect(output).toContain("note       The write-ahead log ends in 10 bytes that are no committed transaction");
    expect(output).toContain(`ends with sequence ${scribe.writer.end.lastSeq}.`);
  });

  it("JR-28 says of a folder that it is one, and which file in it to verify", () => {
    const empty = tempFolder();
    expect(() => verifyJournal(empty)).toThrow(`ARGUMENT_INVALID: ${empty} is a folder, not a journal file. There is no journal.db in it`);
    const { path, scribe } = journal(1);
    scribe.close();
    expect(() => verifyJournal(dirname(path))).toThrow(`Its journal is ${path}: verify that file.`);
    expect(() => verifyJournal(join(path, "below"))).toThrow(/^ARGUMENT_INVALID: There is no file/);
  });

  it.skipIf(process.platform === "win32")("JR-28 does not read what is no ordinary file", () => {
    expect(() => verifyJournal("/dev/zero")).toThrow("ARGUMENT_INVALID: /dev/zero is not an ordinary file.");
  });

  it.skipIf(process.platform === "win32")("JR-28 says so when it has nowhere to work", () => {
    const { path, scribe } = journal(1);
    scribe.close();
    vi.stubEnv("TMPDIR", join(path, "nowhere"));
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(() => verifyJournal(path)).toThrow(/^JOURNAL_IO: .*could not be verified .*nowhere/);
  });
});

it("JR-28 a file of more bytes than one read takes is compared page by page", () => {
  const folder = tempFolder();
  const [path, model] = [join(folder, "journal.db"), join(folder, "model.db")];
  const scribe = new JournalScribe(path);
  scribe.trade(3);
  scribe.close();
  const written = readWriters(path);
  if ("why" in written) throw new Error(written.why);
  const origins = rebuild(path, model, written);
  const pages = statSync(path).size / 4_096;
  // A hole, which takes no room.
  truncateSync(path, 2 ** 31 + 4_096);
  const fault = compareFiles(path, model, { origins, writer: written.at(-1)! });
  expect(fault?.why).toContain(`page ${pages + 1} of the file`);
});
