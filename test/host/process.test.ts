import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { lastAtUs, nextDueUs } from "../../engine/core/engine.ts";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { genesisSteps } from "../../engine/host/genesis.ts";
import { CHAIN_BEGIN, JournalReader } from "../../engine/host/journal/journal.ts";
import { PastReader } from "../../engine/host/past/pastReader.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import type { Frame } from "../../shared/views.ts";
import { killRounds } from "../torture/killRounds.ts";
import { HeadlessEngine } from "./headlessEngine.ts";
import { ALPHA, BRAVO, JournalScribe } from "./journalScribe.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { order, type TestClient } from "./testClient.ts";

const running: HeadlessEngine[] = [];

function start(path: string, args: readonly string[] = [], options: { readonly uid?: number } = {}): HeadlessEngine {
  const engine = new HeadlessEngine(["--data", path, "--market", "off", ...args], options);
  running.push(engine);
  return engine;
}

afterEach(async () => {
  for (const engine of running.splice(0)) if (engine.exit === null) await engine.kill();
});

const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === "win32";

describe("GW-12 the engine as a process", () => {
  it("GW-12 starts empty as the simulated venue, serves clients, and ends cleanly with a snapshot", async () => {
    const path = tempFolder();
    const engine = start(path);
    // One event answers each command, and two an approval: that it is approved, and that it is in force.
    const genesis = genesisSteps(0).reduce((sum, { command }) => sum + (command.type === "ApproveLimits" ? 3 : 2), 0);
    // After it comes that the participants rest (JR-40).
    expect((await engine.ready()).lastSeq).toBe(genesis + 2);
    const client = await engine.connect("desk");
    expect((await client.submit(order())).refusal).toBeNull();
    const state = await client.stateHash();
    expect(await engine.shutdown()).toEqual({ code: 0, signal: null });
    expect(existsSync(join(path, "journal.db-wal"))).toBe(false);
    const reader = new JournalReader(join(path, "journal.db"));
    const [first] = [...reader.batches(CHAIN_BEGIN, 1)];
    reader.close();
    expect(first?.batch).toMatchObject({ firstSeq: 1, count: genesis, texts: expect.arrayContaining(["genesis"]) });
    expect(verifyJournal(join(path, "journal.db"))).toMatchObject({ good: true, lastSeq: state.seq, stateHash: state.hash });
    expect(readFileSync(join(path, "engine.log"), "utf8")).toMatch(new RegExp(`Ended at sequence ${genesis + 5}, state [0-9a-f]{64}`));
  });

  it.each(["shutdown", "kill"] as const)("JR-24 after a %s everything is exactly where it was", async (how) => {
    const path = tempFolder();
    const first = start(path);
    await first.ready();
    const client = await first.connect("desk", { operator: true });
    const topics = {
      candles: [
        { instrumentId: 1, intervalSeconds: 1 as const },
        { instrumentId: 1, intervalSeconds: 3_600 as const },
      ],
    };
    for (let n = 0; n < 120; n += 1) {
      const buys = n % 3 !== 0;
      await client.submit(
        order({ accountId: buys ? ALPHA : BRAVO, side: buys ? "buy" : "sell", limitTicks: 6_500_000 + (n % 7), lots: 40 + n }),
      );
      if (n % 40 === 39) await client.submit({ type: "CancelAllOrders", accountId: ALPHA, instrumentId: null });
    }
    await client.submit(order({ accountId: ALPHA, lots: 1 }));
    await pastsKnown(client);
    await nothingDue(client, path);
    const before = { state: await client.stateHash(), frame: content(await client.subscribe(topics)) };
    await (how === "kill" ? first.kill() : first.shutdown());
    const second = start(path);
    expect(await second.ready()).toMatchObject({ lastSeq: before.state.seq, stateHash: before.state.hash });
    const again = await second.connect("desk", { operator: true });
    await pastsKnown(again);
    expect({ state: await again.stateHash(), frame: content(await again.subscribe(topics)) }).toEqual(before);
    expect(before.frame.fills.length).toBeGreaterThan(20);
    expect(before.frame.orders.some(({ status }) => status === "denied")).toBe(true);
  });

  it("JR-31 venue time goes on from the last journaled time", async () => {
    const path = tempFolder();
    const first = start(path);
    await first.ready();
    const client = await first.connect("desk", { operator: true });
    await client.operate({ type: "setClockSpeed", speed: 1_000 });
    await eventually(() => (client.status()?.venueTimeUs ?? 0) > 0 && client.status()?.clockSpeed === 1_000, "a fast clock");
    const last = await client.submit(order());
    const lastUs = (await client.subscribe()).atUs;
    await first.kill();
    const second = start(path);
    await second.ready();
    const again = await second.connect("desk");
    const status = await eventually(() => again.status(), "a status");
    expect(status.venueTimeUs).toBeGreaterThanOrEqual(lastUs);
    expect(status.venueTimeUs - lastUs).toBeLessThan(60_000_000);
    expect(status.clockSpeed).toBe(1);
    expect(last.refusal).toBeNull();
  });

  it("JR-4 an import is recorded once, however often a start or a person names the file that is in use", async () => {
    const path = tempFolder();
    const file = join(tempFolder(), "bars.csv");
    const bars = [0, 1, 2].map((minute) => `2026-01-02 03:0${minute}:00,100,102,99,101,5`);
    writeFileSync(file, ["timestamp,open,high,low,close,volume", ...bars, ""].join("\n"));
    for (const starts of [1, 2]) {
      const engine = start(path, ["--history", `BTC/USD=${file}`]);
      await engine.ready();
      engine.tell({ type: "importHistory", requestId: starts, symbol: "BTC/USD", path: file });
      const report = await eventually(() => engine.reports.find(({ type }) => type === "imported"), "the answer to the import");
      expect(report).toMatchObject({ error: null, changed: false, source: { label: expect.stringMatching(/^bars\.csv/) } });
      await engine.shutdown();
    }
    const reader = new JournalReader(join(path, "journal.db"));
    const told = [...reader.batches(CHAIN_BEGIN)].flatMap(({ batch }) => batch.texts).filter((text) => text.startsWith("BTC/USD: "));
    reader.close();
    expect(told).toEqual([expect.stringMatching(/^BTC\/USD: bars\.csv, 1m bars/)]);
  });

  it("GW-12 ends when its parent goes", async () => {
    const path = tempFolder();
    const engine = start(path);
    await engine.ready();
    engine.disconnect();
    expect(await engine.ended()).toEqual({ code: 0, signal: null });
  });

  it("GW-12 answers each ping", async () => {
    const engine = start(tempFolder());
    await engine.ready();
    engine.tell({ type: "ping" });
    engine.tell({ type: "ping" });
    const answers = await eventually(() => {
      const pongs = engine.reports.filter(({ type }) => type === "pong");
      return pongs.length >= 2 && pongs;
    }, "two answers");
    expect(answers).toEqual([{ type: "pong" }, { type: "pong" }]);
  });

  it("GW-12 control messages that do not fit are ignored", async () => {
    const engine = start(tempFolder());
    await engine.ready();
    for (const message of [
      {},
      { type: "connect", session: "", owner: "desk", operator: true },
      { type: "connect", session: "x", owner: "desk" },
      { type: "format disk" },
      { type: "client", session: "nobody", message: { type: "hello", version: 1 } },
    ]) {
      engine.tell(message);
    }
    const client = await engine.connect("desk");
    expect((await client.submit(order())).refusal).toBeNull();
  });
});

describe("JR-20 kill -9", () => {
  it("JR-20 in the middle of bursts, 5 times: every acknowledged order is there, none twice, and the state is that of a replay from row 1", async () => {
    const report = await killRounds(tempFolder(), { rounds: 5, seed: 20_261_122, market: false, log: () => undefined });
    expect(report.faults).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(500);
    expect(report.resent).toBeGreaterThan(0);
  }, 120_000);
});

describe("JR-30 a process that cannot go on says why and ends with a code", () => {
  const bad: readonly (readonly [what: string, args: readonly string[], field: string])[] = [
    ["an unknown argument", ["--data-dir", "x"], "--data-dir"],
    ["an argument without a value", ["--data"], "--data"],
    ["a market that is neither on nor off", ["--market", "maybe"], "--market"],
    ["a quota of nothing", ["--journal-quota-mb", "0"], "--journal-quota-mb"],
    ["a history without a file", ["--history", "BTC/USD"], "--history"],
  ];
  it.each(bad)("JR-30 %s is ARGUMENT_INVALID", async (_what, args, field) => {
    const engine = new HeadlessEngine(args);
    running.push(engine);
    expect(await engine.fatal()).toMatchObject({ code: "ARGUMENT_INVALID", field });
    expect((await engine.ended()).code).toBe(2);
  });

  it("JR-29 a second instance on the folder is refused, and the first goes on", async () => {
    const path = tempFolder();
    const first = start(path);
    await first.ready();
    const second = start(path);
    expect(await second.fatal()).toMatchObject({ code: "JOURNAL_LOCKED" });
    expect((await second.ended()).code).toBe(1);
    expect((await (await first.connect("desk")).submit(order())).refusal).toBeNull();
    await first.kill();
    await start(path).ready();
  });

  it("JR-30 a file where the folder should be is DATA_FOLDER_MISSING", async () => {
    const path = join(tempFolder(), "file");
    writeFileSync(path, "");
    const engine = start(join(path, "below"));
    expect(await engine.fatal()).toMatchObject({ code: "DATA_FOLDER_MISSING" });
    expect((await start(path).fatal()).code).toBe("DATA_FOLDER_MISSING");
  });

  it.runIf(process.platform === "linux")("JR-30 a folder that cannot be made is DATA_FOLDER_MISSING", async () => {
    expect((await start("/proc/nope/deeper").fatal()).code).toBe("DATA_FOLDER_MISSING");
  });

  it("JR-30 a folder that does not exist is made", async () => {
    const path = join(tempFolder(), "deep", "down");
    await start(path).ready();
    expect(statSync(path).isDirectory()).toBe(true);
  });

  // Root may write anywhere, so there the engine runs as nobody.
  it.skipIf(isWindows)("JR-30 a folder that cannot be written is JOURNAL_READ_ONLY", async () => {
    const path = tempFolder();
    chmodSync(path, 0o555);
    expect((await start(path, [], isRoot ? { uid: 65_534 } : {}).fatal()).code).toBe("JOURNAL_READ_ONLY");
    expect(existsSync(join(path, "journal.db"))).toBe(false);
  });

  it.skipIf(isWindows)("JR-30 a journal that cannot be written is JOURNAL_READ_ONLY and stays as it is", async () => {
    const path = tempFolder();
    new JournalScribe(join(path, "journal.db")).trade(5).close();
    const before = readFileSync(join(path, "journal.db"));
    chmodSync(path, 0o777);
    chmodSync(join(path, "journal.db"), 0o444);
    expect((await start(path, [], isRoot ? { uid: 65_534 } : {}).fatal()).code).toBe("JOURNAL_READ_ONLY");
    expect(readFileSync(join(path, "journal.db")).equals(before)).toBe(true);
  });

  it("JR-30 a file that is no journal is JOURNAL_VERSION and stays as it is", async () => {
    const path = tempFolder();
    const text = "not a database at all, but long enough to be looked at\n".repeat(200);
    writeFileSync(join(path, "journal.db"), text);
    expect((await start(path).fatal()).code).toBe("JOURNAL_VERSION");
    expect(readFileSync(join(path, "journal.db"), "utf8")).toBe(text);
  });

  it("JR-30 a journal of which no row can be read stops the start and stays as it is", async () => {
    const path = tempFolder();
    new JournalScribe(join(path, "journal.db")).trade(5).close();
    const bytes = readFileSync(join(path, "journal.db"));
    bytes.fill(0xff, 100, 3 * 4_096);
    writeFileSync(join(path, "journal.db"), bytes);
    expect(await start(path).fatal()).toMatchObject({
      code: "JOURNAL_BROKEN",
      message: expect.stringContaining("restore it from a backup"),
    });
    expect(readFileSync(join(path, "journal.db")).equals(bytes)).toBe(true);
    expect(readdirSync(path).filter((name) => name.includes("salvaged"))).toEqual([]);
  });

  /** Sends orders until the engine gives up; every answered one must be on disk. */
  async function fillUp(engine: HeadlessEngine): Promise<number> {
    await engine.ready();
    const client = await engine.connect("desk");
    for (let n = 1; engine.exit === null && n < 200_000; n += 1) {
      client.say({ type: "submit", requestId: n, command: order({ accountId: ALPHA, lots: 30, limitTicks: 3_400_000 + (n % 100) }) });
      if (n % 500 === 0)
        await eventually(
          () => engine.exit !== null || client.heard.filter(({ type }) => type === "outcome" || type === "error").length >= n - 1_000,
          "answers",
        );
    }
    await engine.ended();
    return Math.max(...client.heard.flatMap((message) => (message.type === "outcome" ? [message.outcome.lastSeq] : [])));
  }

  it("JR-30 a journal at its quota is JOURNAL_FULL; what was acknowledged is there, and more room lets it go on", async () => {
    const path = tempFolder();
    const engine = start(path, ["--journal-quota-mb", "1"]);
    const acknowledged = await fillUp(engine);
    expect(await engine.fatal()).toMatchObject({ code: "JOURNAL_FULL" });
    expect(engine.exit).toEqual({ code: 1, signal: null });
    const again = start(path);
    expect((await again.ready()).lastSeq).toBeGreaterThanOrEqual(acknowledged);
    expect((await (await again.connect("desk")).submit(order({ accountId: BRAVO }))).refusal).toBeNull();
    await again.shutdown();
    expect(verifyJournal(join(path, "journal.db"))).toMatchObject({ good: true });
  }, 60_000);

  const smallDisk = smallDiskAt();
  it.skipIf(smallDisk === null)(
    "JR-30 a full disk is JOURNAL_FULL, and what was acknowledged is there (needs root on Linux to mount a small disk)",
    async () => {
      const path = join(smallDisk?.() ?? "", "data");
      mkdirSync(path);
      const engine = start(path);
      const acknowledged = await fillUp(engine);
      expect(await engine.fatal()).toMatchObject({ code: "JOURNAL_FULL" });
      // Not a byte is left for the look whether the folder can be written.
      fillDisk(join(path, "filler"));
      expect(await start(path).fatal()).toMatchObject({ code: "JOURNAL_FULL" });
      expect(readdirSync(path).filter((name) => name.startsWith(".probe"))).toEqual([]);
      const verdict = verifyJournal(join(path, "journal.db"));
      expect(verdict).toMatchObject({ good: true });
      expect(verdict.good && verdict.lastSeq).toBeGreaterThanOrEqual(acknowledged);
    },
    60_000,
  );
});

/** Takes the disk's last free bytes. */
function fillDisk(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(512));
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  } finally {
    closeSync(file);
  }
}

/** Mounts a file system of 3 MB for the running test; null where that is not possible. */
function smallDiskAt(): (() => string) | null {
  if (process.platform !== "linux" || !isRoot) return null;
  const mount = (): string => {
    const path = tempFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", path]);
    onTestFinished(() => void execFileSync("umount", ["-l", path]));
    return path;
  };
  try {
    execFileSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return mount;
  } catch {
    // A container without the right to mount.
    return null;
  }
}

/** Waits until nothing comes due for a minute (JR-8): the last look at losses follows a second after the last trade. */
async function nothingDue(client: TestClient, path: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { seq } = await client.stateHash();
      const { replica } = new PastReader(dataFolderAt(path), { leavesSnapshots: false }).open(seq).views;
      expect(nextDueUs(replica)).toBeGreaterThan(lastAtUs(replica) + 60_000_000);
    },
    { timeout: 15_000, interval: 100 },
  );
}

/** Waits until the market thread has handed over both instruments' past. */
async function pastsKnown(client: TestClient): Promise<void> {
  await client.subscribe();
  await eventually(() => client.frames().some(({ sources }) => sources.length === 2), "the past of both instruments");
}

/** A snapshot frame without what a restart may change: the place of the client. */
function content({ fromSeq: _fromSeq, ...frame }: Frame): Frame {
  return { fromSeq: 0 as Frame["fromSeq"], ...frame };
}
