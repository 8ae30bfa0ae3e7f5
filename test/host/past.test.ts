import Database from "better-sqlite3";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createEngine, fold, lastSeq } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { RecordCursor, recordsBetween, type PackedRecords } from "../../engine/core/records/records.ts";
import { openDataFolder, type DataFolder } from "../../engine/host/dataFolder.ts";
import { PastReader } from "../../engine/host/past/pastReader.ts";
import { recover } from "../../engine/host/recovery.ts";
import {
  RECORDS_PER_SNAPSHOT,
  snapshotFiles,
  snapshotSpacing,
  SnapshotTrail,
  stateHashOf,
  writeSnapshot,
} from "../../engine/host/snapshots.ts";
import { commandSchema } from "../../shared/commands.ts";
import { TerminalError } from "../../shared/errors.ts";
import type { HostMessage } from "../../shared/protocol.ts";
import { ALPHA, JournalScribe } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order, type TestClient } from "./testClient.ts";

const CLI = resolve(import.meta.dirname, "../../engine/cli/travel.ts");

/** Hashes of the live states, by the last sequence of each command: decided one by one as they were live. */
function liveHashes(batches: readonly PackedRecords[]): ReadonlyMap<number, string> {
  const engine = createEngine();
  const hashes = new Map<number, string>();
  for (const batch of batches) {
    const ends: number[] = [];
    const cursor = new RecordCursor(batch);
    while (cursor.next()) if (cursor.isCommand && cursor.seq > batch.firstSeq) ends.push(cursor.seq - 1);
    ends.push(batch.firstSeq + batch.count - 1);
    for (const end of ends) {
      fold(engine, recordsBetween(batch, lastSeq(engine), end));
      hashes.set(end, stateHashOf(engine));
    }
  }
  return hashes;
}

function day(rows: number): { readonly folder: DataFolder; readonly scribe: JournalScribe } {
  const folder = openDataFolder(tempFolder());
  const scribe = new JournalScribe(folder.journal).trade(rows);
  scribe.close();
  return { folder, scribe };
}

function refusal(deed: () => unknown): string {
  try {
    deed();
  } catch (error) {
    if (error instanceof TerminalError) return `${error.typed.code} ${error.typed.field}: ${error.typed.rule}`;
    throw error;
  }
  return "nothing was refused";
}

describe("JR-60 past states", () => {
  it("JR-60 every sequence of a journal opens with the hash that its command's end had live", async () => {
    const { folder, scribe } = day(60);
    const hashes = liveHashes(scribe.batches);
    const end = lastSeq(scribe.engine);
    expect(hashes.get(end)).toBe(stateHashOf(scribe.engine));
    const forward = new PastReader(folder, { leavesSnapshots: false });
    let wanted: string | undefined;
    for (let seq = Number(end); seq >= 1; seq -= 1) {
      wanted = hashes.get(seq) ?? wanted;
      // Backwards each opening begins anew; forwards, below, each goes on from the one before.
      expect(stateHashOf(forward.open(seq).views.replica), `sequence ${seq}`).toBe(wanted);
    }
    for (let seq = 1; seq <= end; seq += 3) {
      const { replica } = forward.open(seq).views;
      checkInvariants(replica);
      expect(stateHashOf(replica), `sequence ${seq}`).toBe(hashes.get(lastSeq(replica)));
      expect(lastSeq(replica)).toBeGreaterThanOrEqual(seq);
    }
  });

  it("JR-60 a sequence inside a command stands for the command's end", () => {
    const { folder, scribe } = day(12);
    const batch = scribe.batches.slice(1).find(({ count }) => count > 2)!;
    const { views } = new PastReader(folder, { leavesSnapshots: false }).open(batch.firstSeq);
    expect(lastSeq(views.replica)).toBe(batch.firstSeq + batch.count - 1);
  });

  it("JR-60 begins at the nearest snapshot, and opens what lies behind a damaged row not at all", async () => {
    const { folder, scribe } = day(40);
    const middle = scribe.batches[20]!;
    const { views, end } = await recover(folder, { upToSeq: middle.firstSeq - 1 });
    writeSnapshot(folder.snapshots, { views, end });
    const hash = stateHashOf(scribe.engine);
    // With the rows before it damaged, only the snapshot can lead there.
    const database = new Database(folder.journal);
    const body = database.prepare("SELECT body FROM journal WHERE first_seq = ?").pluck().get(scribe.batches[5]!.firstSeq) as Buffer;
    database.close();
    const bytes = readFileSync(folder.journal);
    const at = bytes.indexOf(body) + 3;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 2, at);
    writeFileSync(folder.journal, bytes);
    const reader = new PastReader(folder, { leavesSnapshots: false });
    expect(stateHashOf(reader.open(lastSeq(scribe.engine)).views.replica)).toBe(hash);
    expect(refusal(() => reader.open(middle.firstSeq - 1 - 3))).toBe(
      `JOURNAL_BROKEN row ${scribe.batches[5]!.firstSeq}: rows that continue each other and fit their hashes`,
    );
  });

  it("JR-60 refuses a sequence that the journal does not have", () => {
    const { folder, scribe } = day(3);
    const end = lastSeq(scribe.engine);
    const reader = new PastReader(folder, { leavesSnapshots: false });
    for (const seq of [0, -1, 1.5, end + 1, Number.NaN])
      expect(refusal(() => reader.open(seq))).toBe(`QUERY_INVALID atSeq: a whole number from 1 to ${end}`);
    expect(lastSeq(reader.open(end).views.replica)).toBe(end);
  });

  it("JR-60 writes nothing unless asked to", () => {
    const { folder, scribe } = day(20);
    const before = readFileSync(folder.journal);
    new PastReader(folder, { leavesSnapshots: false }).open(lastSeq(scribe.engine));
    expect(readFileSync(folder.journal).equals(before)).toBe(true);
    expect(readdirSync(folder.snapshots)).toEqual([]);
  });
});

describe("JR-60 on the command line", () => {
  it("JR-60 prints sequence and hash, leaves snapshots only when asked, and refuses with exit code 2", () => {
    const { folder, scribe } = day(30);
    const cli = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
      spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
    const end = lastSeq(scribe.engine);
    const found = cli(folder.journal, "--at", String(end));
    expect(found).toMatchObject({ status: 0, stderr: "" });
    expect(found.stdout).toContain(`sequence   ${end} of ${end}`);
    expect(found.stdout).toContain(`state hash ${stateHashOf(scribe.engine)}`);
    expect(readdirSync(folder.snapshots)).toEqual([]);
    expect(cli(folder.journal, "--at", String(end + 1))).toMatchObject({ status: 2, stderr: expect.stringMatching(/^QUERY_INVALID: /) });
    for (const args of [
      [],
      [folder.journal],
      [folder.journal, "--at", "x"],
      [folder.path, "--at", "1"],
      [folder.journal, "--at", "1", "--no"],
    ])
      expect(cli(...args)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^ARGUMENT_INVALID: /) });
  });
});

describe("JR-61 snapshots along the journal", () => {
  it("JR-61 a longer journal and larger snapshots are spaced more widely, within bounds", () => {
    expect(snapshotSpacing(1_000_000, 4_000_000)).toBe(RECORDS_PER_SNAPSHOT);
    for (const lastSeqOf of [1e6, 7e6, 5e7, 1e9]) {
      for (const bytes of [1e6, 3e7, 2e8]) {
        const spacing = snapshotSpacing(lastSeqOf, bytes);
        expect(lastSeqOf / spacing).toBeLessThanOrEqual(64);
        expect((lastSeqOf / spacing) * bytes).toBeLessThanOrEqual(512 * 1_024 * 1_024);
      }
    }
  });

  it("JR-61 one snapshot a stretch is left by whoever passes, and survives the newest three", async () => {
    const { folder, scribe } = day(10);
    const { views, end } = await recover(folder);
    const trail = new SnapshotTrail(folder.snapshots);
    // The same state named by other places: what is tested is which files are kept.
    const at = (lastSeqOf: number): void => trail.passed({ views, end: { ...end, lastSeq: lastSeqOf } });
    for (let seq = 20_000; seq <= 650_000; seq += 10_000) at(seq);
    const kept = snapshotFiles(folder.snapshots).map(({ lastSeq: seq }) => seq);
    expect(kept).toEqual([600_000, 500_000, 400_000, 300_000, 200_000, 100_000]);
    at(650_000);
    expect(snapshotFiles(folder.snapshots)).toHaveLength(6);
    // The end of a session in the same stretch takes nothing away, and old ends of sessions give way.
    for (const seq of [650_001, 650_002, 650_003, 650_004]) writeSnapshot(folder.snapshots, { views, end: { ...end, lastSeq: seq } });
    expect(snapshotFiles(folder.snapshots).map(({ lastSeq: seq }) => seq)).toEqual([650_004, 650_003, 650_002, ...kept]);
    expect(scribe.batches.length).toBeGreaterThan(10);
  });

  it("JR-61 what an earlier version left in a stretch stands for nothing, and gives way", async () => {
    const { folder } = day(4);
    const { views, end } = await recover(folder);
    const pass = (seqs: readonly number[]): void => {
      const trail = new SnapshotTrail(folder.snapshots);
      for (const seq of seqs) trail.passed({ views, end: { ...end, lastSeq: seq } });
    };
    pass([100_000, 200_000, 300_000]);
    for (const { name } of snapshotFiles(folder.snapshots)) {
      const path = join(folder.snapshots, name);
      writeFileSync(path, readFileSync(path, "latin1").replace(/"viewsVersion":\d/, '"viewsVersion":1'), "latin1");
    }
    pass([150_000, 250_000]);
    expect(snapshotFiles(folder.snapshots).map(({ lastSeq: seq }) => seq)).toEqual([250_000, 150_000]);
  });

  it("JR-61 a past state opens although the snapshot on the way to it cannot be written", () => {
    const { folder, scribe } = day(4);
    scribe.open();
    const cancel = commandSchema.parse({ type: "CancelOrder", accountId: ALPHA, orderId: 1 });
    while (lastSeq(scribe.engine) <= RECORDS_PER_SNAPSHOT) scribe.commit(Array.from({ length: 2_000 }, () => cancel));
    scribe.close();
    rmSync(folder.snapshots, { recursive: true, force: true });
    const end = lastSeq(scribe.engine);
    expect(stateHashOf(new PastReader(folder, { leavesSnapshots: true }).open(end).views.replica)).toBe(stateHashOf(scribe.engine));
  });
});

/** The newest picture of the past that the client was sent. */
function pictures(client: TestClient): readonly Extract<HostMessage, { type: "past" }>[] {
  return client.heard.flatMap((message) => (message.type === "past" ? [message] : []));
}

async function travel(client: TestClient, atSeq: number): Promise<Extract<HostMessage, { type: "past" }>> {
  const answer = await client.ask({ type: "travel", atSeq });
  if (answer.type !== "past") throw new Error(`expected the past, got ${JSON.stringify(answer)}`);
  return answer;
}

describe("JR-62 a client in the past", () => {
  it("JR-62 sees every view as it was, by the same hash, while the market goes on; and comes back", async () => {
    const { host } = await runHost(tempFolder());
    const alpha = await connect(host, "desk", { operator: true });
    await alpha.subscribe({ candles: [{ instrumentId: 1, intervalSeconds: 60 }] });
    const resting = await alpha.submit(order({ limitTicks: 6_400_000, lots: 300 }));
    const then = await alpha.stateHash();
    const seen = await alpha.subscribe();
    // Later the order fills, which the past must not know.
    const bravo = await connect(host, "desk", { session: "second" });
    await bravo.submit(order({ accountId: 3, side: "sell", limitTicks: 6_400_000, lots: 100 }));
    const now = await alpha.stateHash();
    expect(now.hash).not.toBe(then.hash);

    // The clock's own commands come in between: the frame and the hash may be of different moments.
    const { fromSeq: _from, candles: _candles, ...frame } = (await travel(alpha, seen.toSeq)).frame;
    const { fromSeq: _seenFrom, candles: _seenCandles, ...live } = seen;
    expect(frame).toEqual(live);
    const picture = await travel(alpha, then.seq);
    expect(picture.past).toMatchObject({ seq: then.seq, stateHash: then.hash });
    expect(picture.past.journalSeq).toBeGreaterThanOrEqual(now.seq);
    expect(await alpha.stateHash()).toEqual(then);
    const { orders } = await alpha.query({ type: "orders", beforeSeq: null, limit: 10 });
    expect(orders).toMatchObject([{ orderId: resting.orderId, filledLots: 0, status: "working" }]);
    expect((await alpha.query({ type: "fills", beforeSeq: null, limit: 10 })).fills).toEqual([]);
    const { candles } = await alpha.query({ type: "candles", instrumentId: 1, intervalSeconds: 60, beforeUs: null, limit: 5_000 });
    expect(candles.filter(({ openUs, source }) => source === "trades" || openUs > picture.past.atUs)).toEqual([]);

    const framesBefore = alpha.frames().length;
    await bravo.submit(order({ accountId: 3, side: "sell", limitTicks: 6_400_000, lots: 150 }));
    expect((await travel(alpha, now.seq)).past.stateHash).toBe(now.hash);
    expect(alpha.frames()).toHaveLength(framesBefore);

    expect(await alpha.ask({ type: "travel", atSeq: null })).toMatchObject({ type: "done" });
    const back = await eventually(() => alpha.frames()[framesBefore], "a live frame");
    expect(back.snapshot).toBe(true);
    expect(back.orders[0]).toMatchObject({ orderId: resting.orderId, filledLots: 250 });
  });

  it("JR-62 can send nothing, changes nothing, and stays where it is when a sequence is refused", async () => {
    const { host } = await runHost(tempFolder());
    const alpha = await connect(host, "desk", { operator: true });
    await alpha.subscribe();
    await alpha.submit(order());
    const { seq, hash } = await alpha.stateHash();
    await travel(alpha, seq);
    expect(await alpha.refused({ type: "submit", command: order() })).toMatchObject({ code: "PAST_READ_ONLY", field: "client" });
    expect(await alpha.operate({ type: "setMarketRunning", running: true })).toMatchObject({ code: "PAST_READ_ONLY" });
    expect(await alpha.refused({ type: "travel", atSeq: seq + 1_000 })).toMatchObject({ code: "QUERY_INVALID", field: "atSeq" });
    expect(await alpha.refused({ type: "submit", command: order() })).toMatchObject({ code: "PAST_READ_ONLY" });
    const before = pictures(alpha).length;
    alpha.say({ type: "subscribe", instrumentIds: [1], depthLevels: 5, candles: [] });
    const again = await eventually(() => pictures(alpha)[before], "the same moment for another subscription");
    expect(again).toMatchObject({ requestId: null, past: { seq, stateHash: hash } });
    expect(again.frame.books.map(({ instrumentId }) => instrumentId)).toEqual([1]);
    await alpha.ask({ type: "travel", atSeq: null });
    expect((await alpha.query({ type: "orders", beforeSeq: null, limit: 10 })).orders).toHaveLength(1);
    expect((await alpha.submit(order())).refusal).toBeNull();
  });

  it("JR-62 a client that goes back before the picture is there gets no picture of the past behind its live one", async () => {
    const { host } = await runHost(tempFolder());
    const alpha = await connect(host, "desk");
    await alpha.subscribe();
    const { seq } = await alpha.stateHash();
    const frames = alpha.frames().length;
    const left = alpha.refused({ type: "travel", atSeq: seq });
    const back = alpha.ask({ type: "travel", atSeq: null });
    expect(await left).toMatchObject({ code: "QUERY_INVALID", field: "atSeq" });
    expect(await back).toMatchObject({ type: "done" });
    await eventually(() => alpha.frames()[frames]?.snapshot, "a live snapshot");
    expect(pictures(alpha)).toEqual([]);
  });

  it("JR-62 a live client whose two sequences are refused at once stays live", async () => {
    const { host } = await runHost(tempFolder());
    const alpha = await connect(host, "desk");
    await alpha.subscribe();
    const refused = await Promise.all([9_000_001, 9_000_002].map((atSeq) => alpha.ask({ type: "travel", atSeq })));
    expect(refused.map(({ type }) => type)).toEqual(["error", "error"]);
    expect((await alpha.submit(order())).refusal).toBeNull();
  });

  it("JR-62 a live client whose sequence is refused stays live", async () => {
    const { host } = await runHost(tempFolder());
    const alpha = await connect(host, "desk");
    await alpha.subscribe();
    const frames = alpha.frames().length;
    expect(await alpha.refused({ type: "travel", atSeq: 9_999_999 })).toMatchObject({ code: "QUERY_INVALID" });
    await eventually(() => alpha.frames()[frames]?.snapshot, "a live snapshot");
    expect((await alpha.submit(order())).refusal).toBeNull();
  });
});
