import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { lastSeq } from "../../engine/core/engine.ts";
import { exportCapsule, replayCapsule, unpackCapsule } from "../../engine/host/capsule/capsule.ts";
import { readCapsule, writeCapsule } from "../../engine/host/capsule/capsuleFile.ts";
import { dataFolderAt, openDataFolder, type DataFolder } from "../../engine/host/dataFolder.ts";
import { checkRow, RowEncoder } from "../../engine/host/journal/rows.ts";
import { recover } from "../../engine/host/recovery.ts";
import { stateHashOf } from "../../engine/host/snapshots.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { TerminalError, type TypedError } from "../../shared/errors.ts";
import { JournalScribe } from "./journalScribe.ts";
import { tempFolder } from "./tempFolder.ts";

const CLI = resolve(import.meta.dirname, "../../engine/cli/capsule.ts");

function day(rows: number): { readonly folder: DataFolder; readonly scribe: JournalScribe } {
  const folder = openDataFolder(tempFolder());
  const scribe = new JournalScribe(folder.journal).trade(rows);
  scribe.close();
  return { folder, scribe };
}

function refusal(deed: () => unknown): TypedError {
  try {
    deed();
  } catch (error) {
    if (error instanceof TerminalError) return error.typed;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("JR-63 capsules hold a slice and what it stands on", () => {
  it("JR-63 a slice from the middle carries the state before it and replays to the live hash", () => {
    const { folder, scribe } = day(80);
    const file = join(folder.path, "middle.capsule");
    const [from, to] = [scribe.batches[30]!, scribe.batches[60]!];
    exportCapsule(folder, { fromSeq: from.firstSeq + 1, toSeq: to.firstSeq, commit: null }, file);
    const capsule = readCapsule(file);
    // Whole rows: the slice begins and ends where they do.
    expect(capsule.head.slice).toEqual({ fromSeq: from.firstSeq, toSeq: to.firstSeq + to.count - 1, rows: 31 });
    expect(capsule.state.length).toBeGreaterThan(0);
    expect(replayCapsule(capsule, "middle")).toMatchObject({ stateHash: capsule.head.state.hashAfter, hashCompared: true });
    expect(refusal(() => unpackCapsule(capsule, join(folder.path, "elsewhere")))).toMatchObject({
      code: "ARGUMENT_INVALID",
      field: "--data",
    });
  });

  it("JR-63 the same slice makes the same file, smaller than the journal", () => {
    const { folder, scribe } = day(60);
    const slice = { fromSeq: 1, toSeq: lastSeq(scribe.engine), commit: "0".repeat(40) };
    const files = ["one", "two"].map((name) => join(folder.path, name));
    for (const file of files) exportCapsule(folder, slice, file);
    const [one, two] = files.map((file) => readFileSync(file));
    expect(one!.equals(two!)).toBe(true);
    expect(one!.length).toBeLessThan(readFileSync(folder.journal).length / 2);
  });

  it("JR-63 refuses sequences that the journal does not have", () => {
    const { folder, scribe } = day(5);
    const end = lastSeq(scribe.engine);
    const file = join(folder.path, "none.capsule");
    const exported = (fromSeq: number, toSeq: number): TypedError =>
      refusal(() => exportCapsule(folder, { fromSeq, toSeq, commit: null }, file));
    expect(exported(1, end + 1)).toMatchObject({ code: "QUERY_INVALID", field: "atSeq", rule: `a whole number from 1 to ${end}` });
    expect(exported(end + 5, end + 9)).toMatchObject({ code: "QUERY_INVALID", field: "atSeq" });
    expect(exported(9, 8)).toMatchObject({ code: "QUERY_INVALID", field: "--to" });
  });
});

describe("JR-64 importing", () => {
  it("JR-64 a capsule from sequence 1 becomes a data folder whose journal verifies and stands where the slice ends", async () => {
    const { folder, scribe } = day(40);
    const file = join(folder.path, "day.capsule");
    const to = scribe.batches[25]!;
    exportCapsule(folder, { fromSeq: 1, toSeq: to.firstSeq, commit: null }, file);
    const capsule = readCapsule(file);
    const there = join(tempFolder(), "unpacked");
    unpackCapsule(capsule, there);
    const { views, end } = await recover(dataFolderAt(there));
    expect(end.hash.toString("hex")).toBe(capsule.head.chain.after);
    expect(stateHashOf(views.replica)).toBe(capsule.head.state.hashAfter);
    expect(verifyJournal(dataFolderAt(there).journal)).toMatchObject({ good: true, stateHash: capsule.head.state.hashAfter });
    expect(refusal(() => unpackCapsule(capsule, there))).toMatchObject({ code: "ARGUMENT_INVALID", rule: "a folder without a journal" });
  });

  it("JR-64 every flipped byte and every cut is found", () => {
    const { folder, scribe } = day(20);
    const file = join(folder.path, "damaged.capsule");
    exportCapsule(folder, { fromSeq: scribe.batches[10]!.firstSeq, toSeq: lastSeq(scribe.engine), commit: null }, file);
    const good = readFileSync(file);
    for (let at = 0; at < good.length; at += 1 + Math.floor(good.length / 400)) {
      const bytes = Buffer.from(good);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
      writeFileSync(file, bytes);
      expect(refusal(() => readCapsule(file)).code, `byte ${at}`).toMatch(/^CAPSULE_(MALFORMED|VERSION)$/);
    }
    for (const length of [0, 7, 11, 40, good.length - 1]) {
      writeFileSync(file, good.subarray(0, length));
      expect(refusal(() => readCapsule(file)).code, `${length} bytes`).toBe("CAPSULE_MALFORMED");
    }
    expect(refusal(() => readCapsule(join(folder.path, "missing")))).toMatchObject({ code: "ARGUMENT_INVALID", field: "FILE" });
  });

  it("JR-64 a head that says too much, a newer format, and a foreign state are refused each in its own words", () => {
    const { folder, scribe } = day(20);
    const file = join(folder.path, "foreign.capsule");
    exportCapsule(folder, { fromSeq: scribe.batches[10]!.firstSeq, toSeq: lastSeq(scribe.engine), commit: null }, file);
    const { head, state, rows } = readCapsule(file);
    const sealed = (headText: string): void => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(headText));
      const content = Buffer.concat([Buffer.from("HKTCAPS1"), length, Buffer.from(headText), zstdCompressSync(Buffer.from(state))]);
      writeFileSync(file, Buffer.concat([content, hash("sha256", content, "buffer")]));
    };
    sealed(JSON.stringify({ ...head, secret: "x" }));
    expect(refusal(() => readCapsule(file)).code).toBe("CAPSULE_MALFORMED");
    sealed(JSON.stringify({ ...head, format: 2 }));
    expect(refusal(() => readCapsule(file))).toMatchObject({ code: "CAPSULE_VERSION", field: "format" });
    sealed("{");
    expect(refusal(() => readCapsule(file)).message).toMatch(/no JSON/);
    writeCapsule(file, { head: { ...head, state: { ...head.state, format: 99 } }, state, rows });
    expect(refusal(() => replayCapsule(readCapsule(file), "foreign"))).toMatchObject({ code: "CAPSULE_VERSION", field: "state.format" });
    writeCapsule(file, { head: { ...head, state: { ...head.state, hashBefore: "0".repeat(64) } }, state, rows });
    expect(refusal(() => replayCapsule(readCapsule(file), "foreign"))).toMatchObject({ code: "CAPSULE_MALFORMED", field: "state" });
    writeCapsule(file, { head: { ...head, state: { ...head.state, hashAfter: "0".repeat(64) } }, state, rows });
    expect(refusal(() => replayCapsule(readCapsule(file), "foreign"))).toMatchObject({ code: "CAPSULE_DIFFERS", field: "state" });
    writeCapsule(file, { head: { ...head, chain: { ...head.chain, before: "0".repeat(64) } }, state, rows });
    expect(refusal(() => replayCapsule(readCapsule(file), "foreign"))).toMatchObject({
      code: "CAPSULE_MALFORMED",
      field: `row ${head.slice.fromSeq}`,
    });
  });

  it("JR-64 a record that this program decides otherwise is named by its sequence", () => {
    const { folder, scribe } = day(20);
    const file = join(folder.path, "other.capsule");
    exportCapsule(folder, { fromSeq: scribe.batches[10]!.firstSeq, toSeq: lastSeq(scribe.engine), commit: null }, file);
    const { head, state, rows } = readCapsule(file);
    // One number of the last event altered, and the row sealed anew as a forger would.
    const last = rows.at(-1)!;
    const before = rows.at(-2)!;
    const batch = checkRow(last, before);
    if (typeof batch === "string") throw new Error(batch);
    const numbers = Float64Array.from(batch.numbers);
    numbers[numbers.length - 1]! += 1;
    const forged = new RowEncoder().encode({ ...batch, numbers }, { hash: before.hash, atUs: last.atUs });
    writeCapsule(file, { head, state, rows: [...rows.slice(0, -1), forged] });
    expect(refusal(() => replayCapsule(readCapsule(file), "other"))).toMatchObject({
      code: "CAPSULE_DIFFERS",
      field: `sequence ${lastSeq(scribe.engine)}`,
    });
  });
});

describe("JR-64 on the command line", () => {
  const cli = (...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });

  it("JR-64 exports, imports into a folder, and says what is wrong with exit code 2", () => {
    const { folder, scribe } = day(15);
    const file = join(folder.path, "cli.capsule");
    const there = join(folder.path, "there");
    const out = execFileSync(process.execPath, [CLI, "export", "--data", folder.path, "--from", "1", "--to", "40", file], {
      encoding: "utf8",
    });
    const first = scribe.batches[0]!.count;
    expect(out).toContain(`sequences  1 to ${first} in 1 rows`);
    const imported = cli("import", file, "--data", there);
    expect(imported.stderr).toBe("");
    expect(imported.stdout).toContain(`GOOD       sequences 1 to ${first}: ${first} records decided alike`);
    expect(readFileSync(dataFolderAt(there).journal).length).toBeGreaterThan(0);
    writeFileSync(file, readFileSync(file).subarray(0, -1));
    expect(cli("import", file)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^CAPSULE_MALFORMED: /) });
    expect(cli("export", "--data", folder.path, "--from", "0", "--to", "4", file)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--from/),
    });
    expect(cli("sing", file)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^ARGUMENT_INVALID/) });
    expect(scribe.batches).toHaveLength(17);
  });
});
