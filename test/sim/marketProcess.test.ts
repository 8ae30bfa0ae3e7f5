import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { simulatedOwners } from "../../engine/sim/simulatedOwners.ts";
import { EngineProcess, until, type EngineClient } from "./engineProcess.ts";

let folder: string;
let processes: EngineProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "market-"));
  processes = [];
});
afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill()));
  await rm(folder, { recursive: true });
});

async function engine(...args: readonly string[]): Promise<EngineProcess> {
  const started = new EngineProcess(join(folder, "data"), args);
  processes.push(started);
  await started.ready();
  return started;
}

/** Levels of the thinner side of an instrument's book. */
function depth(client: EngineClient, instrumentId: number): number {
  const book = client.books.get(instrumentId);
  return book === undefined ? 0 : Math.min(book.bids.length, book.asks.length) / 3;
}

async function denied(process: EngineProcess): Promise<string[]> {
  const codes: string[] = [];
  for (const owner of simulatedOwners) {
    const result = await process.connect(owner).query({ type: "orders", beforeSeq: null, limit: 5_000 });
    if (result.type === "orders") codes.push(...result.orders.flatMap(({ refusal }) => refusal?.code ?? []));
  }
  return codes;
}

/** Minute bars around a price of 50,000. */
function csv(count: number): string {
  const start = Date.UTC(2024, 0, 1);
  const lines = Array.from({ length: count }, (_, n) => `${new Date(start + n * 60_000).toISOString()},50000,50020,49980,50010,10`);
  return `timestamp,open,high,low,close,volume\n${lines.join("\n")}\n`;
}

describe("the simulated market in the real engine process", () => {
  it("SM-1 SM-6 books fill, trades tick, nothing is refused; after kill -9 the open orders are adopted", { timeout: 90_000 }, async () => {
    const first = await engine();
    const desk = first.connect("desk", true);
    await until("both books are deep", () => depth(desk, 1) >= 15 && depth(desk, 2) >= 15);
    await desk.operate({ type: "setClockSpeed", speed: 20 });
    await until("both instruments trade", () =>
      [1, 2].every((id) => desk.trades.filter((trade) => trade.instrumentId === id).length >= 10),
    );
    expect(await denied(first)).toEqual([]);
    expect(desk.sources.map(({ kind, shiftUs }) => [kind, shiftUs])).toEqual([
      ["synthetic", 0],
      ["synthetic", 0],
    ]);
    const maker = first.connect("sim-maker");
    await until("the maker's orders are told", () => maker.openOrders.size > 60);
    await first.kill();

    const second = await engine();
    const again = second.connect("sim-maker");
    await until("the snapshot is there", () => again.hasSnapshot);
    const kept = new Set(again.openOrders.keys());
    expect(kept.size).toBeGreaterThan(50);
    const watcher = second.connect("desk");
    await until("trading goes on", () => watcher.trades.length > 3);
    const stillOpen = [...kept].filter((orderId) => again.openOrders.has(orderId)).length;
    // How many depends on how far the price went meanwhile; a maker that began anew would have left none.
    expect(stillOpen).toBeGreaterThan(0);
    // Adopted, not added to: two sides of 22 levels in two instruments, and a few on their way.
    expect(again.openOrders.size).toBeLessThan(120);
    expect(await denied(second)).toEqual([]);
    await second.shutdown();
  });

  it("SM-1 the market rests while it is paused, and goes on", { timeout: 60_000 }, async () => {
    const process = await engine("--market", "off");
    const desk = process.connect("desk", true);
    const before = await until("the first status is there", () => desk.status);
    await desk.operate({ type: "setClockSpeed", speed: 60 });
    // Every instrument has its source, so the participants could have traded.
    await until("the sources are told", () => desk.sources.length === 2);
    expect([before.marketRunning, desk.books.get(1)?.bids.length ?? 0]).toEqual([false, 0]);
    await desk.operate({ type: "setMarketRunning", running: true });
    await until("the book fills", () => depth(desk, 1) > 10);
    await process.shutdown();
  });

  it("JR-40 says that it rests once everything that the participants sent is decided", { timeout: 90_000 }, async () => {
    const process = await engine();
    const desk = process.connect("desk", true);
    await until("the market trades", () => desk.trades.length > 3);
    for (let round = 0; round < 6; round += 1) {
      const before = (await until("a status is there", () => desk.status)).durableSeq;
      await until("the market is busy", () => (desk.status?.durableSeq ?? 0) > before + 20);
      await desk.operate({ type: "setMarketRunning", running: false });
      const rested = await until("the status says so", () => (desk.status?.marketRunning === false ? desk.status : undefined));
      expect(rested.decidedSeq).toBe(rested.durableSeq);
      await until("time has passed", () => (desk.status?.venueTimeUs ?? 0) > rested.venueTimeUs + 600_000);
      expect(desk.status).toMatchObject({ durableSeq: rested.durableSeq, decidedSeq: rested.durableSeq });
      await desk.operate({ type: "setMarketRunning", running: true });
    }
    await process.shutdown();
  });

  it(
    "JR-40 a market that rests still rests after kill -9 and after an ordinary end, until somebody resumes it",
    { timeout: 90_000 },
    async () => {
      const first = await engine();
      const desk = first.connect("desk", true);
      await until("the market trades", () => desk.trades.length > 3);
      await desk.operate({ type: "setMarketRunning", running: false });
      await first.kill();

      const second = await engine();
      const again = second.connect("desk", true);
      // The participants could trade: they are connected, and every instrument has its source.
      await until("the sources are told", () => again.sources.length === 2);
      await until("the maker's orders are told", () => (again.books.get(1)?.bids.length ?? 0) > 0);
      const { durableSeq, venueTimeUs } = await until("a status is there", () => again.status);
      // Participants that trade decide something in each tenth of a second.
      await until("time has passed", () => (again.status?.venueTimeUs ?? 0) > venueTimeUs + 1_500_000);
      expect(again.status).toMatchObject({ marketRunning: false, durableSeq, decidedSeq: durableSeq });
      await second.shutdown();

      const third = await engine("--market", "on");
      const watcher = third.connect("desk", true);
      await until("the market trades again", () => watcher.trades.length > 0 && watcher.status?.marketRunning === true);
      await third.kill();

      const fourth = await engine();
      const last = fourth.connect("desk", true);
      expect((await until("the status is there", () => last.status)).marketRunning).toBe(true);
      await fourth.shutdown();
    },
  );

  it(
    "SM-10 SM-8 a bad file is refused by line and column and changes nothing; a good one moves the market",
    { timeout: 90_000 },
    async () => {
      const process = await engine();
      const desk = process.connect("desk", true);
      await until("the market trades", () => desk.trades.some((trade) => trade.instrumentId === 1));
      const bad = join(folder, "bad.csv");
      await writeFile(bad, csv(700).replace("T10:00:00.000Z,50000", "T10:00:00.000Z,5e4"));
      const stored = await readdir(join(folder, "data", "history"));
      const refused = await process.importHistory("BTC/USD", bad);
      expect(refused.error).toMatchObject({ code: "HISTORY_MALFORMED", field: "line 602, column 2", value: "5e4" });
      expect(await readdir(join(folder, "data", "history"))).toEqual(stored);
      expect(desk.sources.map(({ kind }) => kind)).toEqual(["synthetic", "synthetic"]);
      expect((await process.importHistory("XRP/USD", bad)).error).toMatchObject({ code: "ARGUMENT_INVALID", value: "XRP/USD" });

      const good = join(folder, "good.csv");
      await writeFile(good, csv(700));
      const imported = await process.importHistory("BTC/USD", good);
      expect(imported).toMatchObject({ error: null, changed: true, source: { label: expect.stringMatching(/^good\.csv, 1m bars /) } });
      await until("the source is told", () => desk.sources.some(({ instrumentId, kind }) => instrumentId === 1 && kind === "history"));
      // From 65,000 to 50,000: more than the price band allows at once.
      await until(
        "trades reach the file's prices",
        () => {
          const last = desk.trades.findLast((trade) => trade.instrumentId === 1);
          return last !== undefined && Math.abs(last.ticks - 5_000_000) < 20_000;
        },
        40_000,
      );
      const candles = await desk.query({ type: "candles", instrumentId: 1 as never, intervalSeconds: 3_600, beforeUs: null, limit: 5 });
      expect(candles.type === "candles" && candles.candles.some(({ source }) => source === "history")).toBe(true);
      expect(await denied(process)).toEqual([]);
      await process.shutdown();
    },
  );
});
