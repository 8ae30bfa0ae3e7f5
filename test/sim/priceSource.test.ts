import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HistoryStore } from "../../engine/sim/historyStore.ts";
import { importSource, openSource, type InstrumentSource, type SourceContext } from "../../engine/sim/priceSource.ts";
import { assetSchema, instrumentSchema } from "../../shared/catalog.ts";
import { TerminalError, type TypedError } from "../../shared/errors.ts";
import { BAR_STRIDE, barSlots } from "../../shared/bars.ts";

const NOW_US = 1_800_000_000_000_000 + 12_345_678;
const quote = assetSchema.parse({ assetId: 1, code: "USD", decimals: 7 });
const instrument = instrumentSchema.parse({
  instrumentId: 1,
  symbol: "BTC/USD",
  baseAssetId: 2,
  quoteAssetId: 1,
  tickSize: "0.01",
  lotSize: "0.00001",
  baseUnitsPerLot: 1_000,
  quoteUnitsPerTickLot: 1,
  minLots: 30,
  maxLots: 1_600_000,
  marketMaxLots: 800_000,
  minNotional: 100_000_000,
  priceBandPpm: 200_000,
  makerFeePpm: 2_900,
  takerFeePpm: 2_900,
});

let folder: string;
let store: HistoryStore;
let warnings: TypedError[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "source-"));
  store = new HistoryStore(join(folder, "data"));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true }));

function context(change: Partial<SourceContext> = {}): SourceContext {
  return { instrument, quote, seed: 1, venueTimeUs: () => NOW_US, lastTicks: null, ...change };
}

function open(change: Partial<SourceContext> = {}): Promise<InstrumentSource> {
  return openSource(store, context(change), (error) => warnings.push(error));
}

async function importFile(path: string, current: InstrumentSource | null = null): Promise<InstrumentSource | null> {
  return importSource(store, context(), { path, current });
}

/** Minute bars whose prices tell their index: bar n opens at 100 + n. */
function csv(count: number): string {
  const start = Date.UTC(2024, 0, 1);
  const lines = Array.from(
    { length: count },
    (_, n) => `${new Date(start + n * 60_000).toISOString()},${100 + n},${101 + n},${99 + n},${100.5 + n},10`,
  );
  return `timestamp,open,high,low,close,volume\n${lines.join("\n")}\n`;
}

async function file(content: string | Uint8Array, name = "bars.csv"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Every stored file with its content. */
async function kept(): Promise<Record<string, string>> {
  const at = join(folder, "data", "history");
  const names = await readdir(at).catch(() => []);
  return Object.fromEntries(
    await Promise.all(
      names.toSorted((a, b) => a.localeCompare(b)).map(async (name) => [name, await readFile(join(at, name), "latin1")] as const),
    ),
  );
}

async function refusal(work: Promise<unknown>): Promise<TypedError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TerminalError)) throw new Error(`no typed error but ${String(error)}`);
  return error.typed;
}

describe("SM-14 without a file", () => {
  it("SM-14 a new venue begins at the instrument's price with ten days of past, and says that it is synthetic", async () => {
    const source = await open();
    const { bars, startUs, intervalSeconds } = source.history;
    expect(source.source).toEqual({ instrumentId: 1, kind: "synthetic", label: "synthetic, seed 1", file: null, seed: 1, shiftUs: 0 });
    expect({ bars: bars.length / BAR_STRIDE, intervalSeconds }).toEqual({ bars: 14_400, intervalSeconds: 60 });
    expect((bars.at(-BAR_STRIDE) ?? 0) + 60_000_000).toBe(startUs);
    expect(startUs <= NOW_US && NOW_US < startUs + 60_000_000).toBe(true);
    // The past ends where the path begins.
    const close = bars[bars.length - BAR_STRIDE + barSlots.close] ?? 0;
    expect(Math.abs(close - 6_500_000)).toBeLessThan(3);
    expect(Math.abs(source.at(startUs).ticks - close)).toBeLessThan(1);
    expect(warnings).toEqual([]);
  });

  it("SM-14 an exchange that has traded goes on from its last price", async () => {
    const source = await open({ lastTicks: 4_200_000 });
    expect(Math.abs(source.at(source.history.startUs).ticks - 4_200_000)).toBeLessThan(3);
  });

  it("SM-14 after a restart the path and its past are the same, whatever seed is given then", async () => {
    const before = await open();
    const prices = [0, 1, 2, 3].map((minute) => before.at(NOW_US + minute * 60_000_000));
    const after = await open({ seed: 9, lastTicks: 1 });
    expect([0, 1, 2, 3].map((minute) => after.at(NOW_US + minute * 60_000_000))).toEqual(prices);
    expect(after.history).toEqual(before.history);
  });
});

describe("SM-10 importing", () => {
  it("SM-10 SM-12 a good file becomes the past and the path, shifted by whole bars to now", async () => {
    const synthetic = await open();
    const source = await importFile(await file(csv(1_000)), synthetic);
    expect(source?.source).toMatchObject({ instrumentId: 1, kind: "history" });
    expect(source?.source.label).toMatch(/^bars\.csv, 1m bars 2024-01-01 00:00 to 2024-01-01 16:40 UTC, shifted by \+1109 days 22:00$/);
    const { bars, startUs } = source?.history ?? { bars: new Float64Array(), startUs: 0 };
    expect(bars.length / BAR_STRIDE).toBe(600);
    expect((bars.at(-BAR_STRIDE) ?? 0) + 60_000_000).toBe(startUs);
    expect(source?.at(startUs).ticks).toBe(70_000);
    const reference = source?.at(startUs + 60_000_000).ticks ?? 0;
    expect(reference).toBe(70_100);
  });

  it("SM-11 the copy in the data folder serves the next start, without the file", async () => {
    const path = await file(gzipSync(csv(1_000)), "bars.csv.gz");
    const first = await importFile(path);
    await rm(path);
    const next = await open();
    expect(next.source).toEqual(first?.source);
    expect(next.history).toEqual(first?.history);
    expect(next.at(NOW_US + 60_000_000)).toEqual(first?.at(NOW_US + 60_000_000));
    expect(warnings).toEqual([]);
  });

  it("SM-10 the same file again goes on with its replay", async () => {
    const path = await file(csv(1_000));
    const first = await importFile(path);
    const before = await kept();
    expect(await importFile(await file(csv(1_000), "copy.csv"), first)).toBeNull();
    expect(await kept()).toEqual(before);
  });

  it("SM-11 another file takes its place, and the old copy goes", async () => {
    const first = await importFile(await file(csv(1_000)));
    const second = await importFile(await file(csv(900), "other.csv"), first);
    expect(second?.source.label).toMatch(/^other\.csv, /);
    expect(Object.keys(await kept()).filter((name) => name.endsWith(".csv"))).toHaveLength(1);
  });

  it("SM-10 an import that is on disk stands, though remains of others cannot be cleared away", async () => {
    const remains = join(folder, "data", "history", `${"0".repeat(64)}.csv`);
    await mkdir(remains, { recursive: true });
    const imported = await importFile(await file(csv(1_000)));
    expect(imported?.source.kind).toBe("history");
    expect((await open()).source).toEqual(imported?.source);
  });

  const bad: readonly (readonly [name: string, make: () => Promise<string>, code: string])[] = [
    ["malformed", () => file(csv(1_000).replace(",700,", ",x,")), "HISTORY_MALFORMED"],
    ["cut off", () => file(gzipSync(csv(1_000)).subarray(0, 200)), "HISTORY_UNREADABLE"],
    ["absent", () => Promise.resolve(join(folder, "absent.csv")), "HISTORY_UNREADABLE"],
    ["a folder", () => Promise.resolve(folder), "HISTORY_UNREADABLE"],
  ];
  it.each(bad)("SM-10 a file that is %s changes nothing", async (_, make, code) => {
    const current = await importFile(await file(csv(1_000)));
    const before = await kept();
    const path = await make();
    const error = await refusal(importFile(path, current));
    expect(error.code).toBe(code);
    expect(error.value).toBe(code === "HISTORY_UNREADABLE" ? path : "x");
    expect(await kept()).toEqual(before);
    expect((await open()).source).toEqual(current?.source);
  });

  it("SM-10 a data folder that cannot be written refuses the import and keeps the source", async () => {
    // The store's folder is a file: the same for root, whom permissions do not stop.
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "history"), "");
    const { code } = await refusal(importFile(await file(csv(1_000))));
    expect(code).toBe("JOURNAL_IO");
    const source = await open();
    expect(source.source.kind).toBe("synthetic");
    expect(warnings.map((warning) => warning.code)).toContain("JOURNAL_IO");
  });
});

/** Its start lies before its origin. */
const BACKWARDS = JSON.stringify({
  format: 1,
  kind: "synthetic",
  symbol: "BTC/USD",
  startUs: 60_000_000,
  path: { seed: 1, originUs: 120_000_000, originTicks: 100, meanVolumeLots: 1 },
});

describe("SM-11 what was stored is checked", () => {
  it("SM-11 a record that cannot be read now is told and stays where it is", async () => {
    await importFile(await file(csv(1_000)));
    const record = join(folder, "data", "history", "symbol-BTC%2FUSD.json");
    await rename(record, `${record}.kept`);
    // What is no file cannot be read, by root neither.
    await mkdir(record);
    expect((await open()).source.kind).toBe("synthetic");
    expect(warnings.map((warning) => warning.code)).toEqual(["JOURNAL_IO"]);
    await rmdir(record);
    await rename(`${record}.kept`, record);
    expect((await open()).source.kind).toBe("history");
  });

  const damages: readonly (readonly [name: string, damage: (at: string) => Promise<void>, code: string])[] = [
    ["a record that is no JSON", async (at) => writeFile(join(at, "symbol-BTC%2FUSD.json"), "{"), "HISTORY_MALFORMED"],
    [
      "a record of another format",
      async (at) => rewrite(join(at, "symbol-BTC%2FUSD.json"), '"format": 1', '"format": 2'),
      "HISTORY_MALFORMED",
    ],
    ["a record without a field", async (at) => rewrite(join(at, "symbol-BTC%2FUSD.json"), '"startUs"', '"startus"'), "HISTORY_MALFORMED"],
    ["a record of a path without a past", async (at) => writeFile(join(at, "symbol-BTC%2FUSD.json"), BACKWARDS), "HISTORY_MALFORMED"],
    ["a copy with a changed byte", async (at) => rewrite(await copyIn(at), ",150,", ",151,"), "HISTORY_UNREADABLE"],
    ["a copy that is gone", async (at) => rm(await copyIn(at)), "HISTORY_UNREADABLE"],
  ];
  it.each(damages)("SM-11 %s is set aside with a warning, and the path is synthetic", async (_, damage, code) => {
    await importFile(await file(csv(1_000)));
    await damage(join(folder, "data", "history"));
    const source = await open();
    expect(source.source.kind).toBe("synthetic");
    expect(warnings.map((warning) => warning.code)).toEqual([code]);
    expect(Object.keys(await kept())).toContain("symbol-BTC%2FUSD.json.damaged");
    warnings = [];
    expect((await open()).history).toEqual(source.history);
    expect(warnings).toEqual([]);
  });
});

async function rewrite(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, "utf8");
  if (!text.includes(from)) throw new Error(`${from} is not in ${path}`);
  await chmod(path, 0o600);
  await writeFile(path, text.replace(from, to));
}

async function copyIn(folderPath: string): Promise<string> {
  const name = (await readdir(folderPath)).find((one) => one.endsWith(".csv"));
  if (name === undefined) throw new Error("there is no copy");
  return join(folderPath, name);
}

describe("SM-15 the end of a file", () => {
  it("SM-15 the synthetic path goes on from the last close, and the label says so", async () => {
    const source = await importFile(await file(csv(1_000)));
    const startUs = source?.history.startUs ?? 0;
    const endUs = startUs + 400 * 60_000_000;
    expect(source?.at(endUs - 1).ticks).toBeGreaterThan(109_000);
    expect([source?.ended, source?.source.kind]).toEqual([false, "history"]);
    const first = source?.at(endUs).ticks ?? 0;
    expect(Math.abs(first - 109_950)).toBeLessThan(1);
    const ended = source?.source;
    expect(ended).toMatchObject({ kind: "synthetic", shiftUs: 0 });
    expect(ended?.label).toMatch(/^synthetic \(seed 1\) since the end of bars\.csv, /);
    const later = [1, 5, 60].map((minute) => source?.at(endUs + minute * 60_000_000).ticks);
    // A restart in the middle of it finds the same path and the same label.
    const again = await open();
    expect([1, 5, 60].map((minute) => again.at(endUs + minute * 60_000_000).ticks)).toEqual(later);
    expect(again.source).toEqual(ended);
  });
});
