import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeReplay, readHistory, replayStart, replayStartTime, type History } from "../../engine/sim/history.ts";
import { aggregateBars, BAR_STRIDE } from "../../shared/bars.ts";
import { candles } from "./testData.ts";

const steps = { tickSize: "0.01", lotSize: "0.00001" };
const HEADER = "timestamp,open,high,low,close,volume";
const GOOD = ["2024-01-01 00:00:00+0000,100,110,90,105,1.5", "2024-01-01 00:30:00+0000,105,106,104,105.5,2"];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "history-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Uint8Array, name = "bars.csv"): ReturnType<typeof readHistory> {
  const path = join(folder, name);
  await writeFile(path, content);
  return readHistory(path, steps);
}

async function bars(content: string | Uint8Array): Promise<History> {
  const result = await read(content);
  if (!result.ok) throw new Error(`${result.error.field}: ${result.error.message}`);
  return result.value;
}

describe("SM-9 history files", () => {
  it("SM-9 reads plain text into ticks and lots", async () => {
    const { intervalSeconds, bars: rows, roundedPrices } = await bars([HEADER, ...GOOD].join("\n"));
    expect({ intervalSeconds, roundedPrices, rows: [...rows] }).toEqual({
      intervalSeconds: 1_800,
      roundedPrices: 0,
      rows: [1_704_067_200_000_000, 10_000, 11_000, 9_000, 10_500, 150_000, 1_704_069_000_000_000, 10_500, 10_600, 10_400, 10_550, 200_000],
    });
  });

  const plain = [HEADER, ...GOOD, ""].join("\n");
  const variants: readonly (readonly [string, string | Uint8Array])[] = [
    ["gzipped, whatever its name", gzipSync(plain)],
    ["with Windows line ends", plain.replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\u{feff}${plain}`],
    ["with quoted fields", plain.replaceAll(/[^,\n]+/g, '"$&"')],
    ["with a header in capitals", plain.replace(HEADER, HEADER.toUpperCase())],
    ["with spaces around fields", plain.replaceAll(",", " , ")],
    ["with ISO times", plain.replaceAll(/(\d{2}) (\d{2}:\d{2}:00)\+0000/g, "$1T$2Z")],
    ["with times of another zone", plain.replaceAll("2024-01-01 00:", "2024-01-01 08:").replaceAll("+0000", "+08:00")],
    ["with times without an offset", plain.replaceAll("+0000", "")],
    ["with seconds since 1970", plain.replace("2024-01-01 00:00:00+0000", "1704067200").replace("2024-01-01 00:30:00+0000", "1704069000")],
    [
      "with milliseconds since 1970",
      plain.replace("2024-01-01 00:00:00+0000", "1704067200000").replace("2024-01-01 00:30:00+0000", "1704069000000"),
    ],
    ["without a last line end", plain.slice(0, -1)],
  ];
  it.each(variants)("SM-9 reads the same bars %s", async (_, content) => {
    expect([...(await bars(content)).bars]).toEqual([...(await bars(plain)).bars]);
  });

  it("SM-9 rounds prices finer than a tick to the nearest one, and counts them", async () => {
    const { bars: rows, roundedPrices } = await bars(`${HEADER}\n2024-01-01 00:00,100.004,110.005,90,105,0.000004\n${GOOD[1] ?? ""}\n`);
    expect([rows[1], rows[2], rows[5], roundedPrices]).toEqual([10_000, 11_001, 0, 2]);
  });

  it("SM-9 reads every bar of a file that is larger than one read", async () => {
    const start = Date.UTC(2024, 0, 1);
    const lines = Array.from(
      { length: 5_000 },
      (_, index) => `${new Date(start + index * 60_000).toISOString()},${100 + index},${200 + index},50,${101 + index},${index}`,
    );
    const { bars: rows, intervalSeconds } = await bars(`${HEADER}\n${lines.join("\n")}\n`);
    expect(intervalSeconds).toBe(60);
    expect(rows.length / BAR_STRIDE).toBe(5_000);
    expect(rows.slice(-6)).toEqual(Float64Array.of((start + 4_999 * 60_000) * 1_000, 509_900, 519_900, 5_000, 510_000, 499_900_000));
  });

  const [first = "", second = ""] = GOOD;
  const third = "2024-01-01 01:00:00+0000,105.5,107,101,102,3";
  const file = (...lines: readonly string[]): string => `${[HEADER, ...lines].join("\n")}\n`;
  const malformed: readonly (readonly [name: string, content: string | Uint8Array, field: string, value: string])[] = [
    ["an empty file", "", "line 1, column 1", ""],
    ["another header", file(first).replace("high", "top"), "line 1, column 3", "top"],
    ["no header", `${first}\n${second}\n`, "line 1, column 1", "2024-01-01 00:00:00+0000"],
    ["a seventh column in the header", file(first).replace("volume", "volume,trades"), "line 1, column 7", "trades"],
    ["no bar", file(), "line 2, column 1", ""],
    ["one bar only", file(first), "line 3, column 1", ""],
    ["a missing column", file(first, "2024-01-01 00:30:00+0000,105,106,104,105.5"), "line 3, column 6", ""],
    ["a seventh column", file(first, `${second},9`), "line 3, column 7", "9"],
    ["an empty line between bars", file(first, "", second), "line 3, column 1", ""],
    ["an empty line after the bars", file(first, second, ""), "line 4, column 1", ""],
    ["a time that is none", file(first, second.replace("2024-01-01 00:30:00+0000", "yesterday")), "line 3, column 1", "yesterday"],
    ["31 February", file(first.replace("2024-01-01", "2024-02-31"), second), "line 2, column 1", "2024-02-31 00:00:00+0000"],
    ["an hour 24", file(first.replace(" 00:00:00", " 24:00:00"), second), "line 2, column 1", "2024-01-01 24:00:00+0000"],
    ["a time before 1970", file("1970-01-01 00:00:00+0100,100,110,90,105,1.5", second), "line 2, column 1", "1970-01-01 00:00:00+0100"],
    ["a time that no number holds", file(first.replace("2024", "9999"), second), "line 2, column 1", "9999-01-01 00:00:00+0000"],
    ["a zone that is none", file(first.replace("+0000", "+9900"), second), "line 2, column 1", "2024-01-01 00:00:00+9900"],
    [
      "a time on a fraction of a second",
      file(first, second.replace("2024-01-01 00:30:00+0000", "1704069000500")),
      "line 3, column 1",
      "1704069000500",
    ],
    ["a time that repeats", file(first, first), "line 3, column 1", "2024-01-01 00:00:00+0000"],
    ["a time that goes back", file(first, second, first), "line 4, column 1", "2024-01-01 00:00:00+0000"],
    ["a gap", file(first, second, third.replace("01:00", "02:00")), "line 4, column 1", "2024-01-01 02:00:00+0000"],
    [
      "a bar length that does not divide a day",
      file(first, second.replace("00:30", "00:07")),
      "line 3, column 1",
      "2024-01-01 00:07:00+0000",
    ],
    [
      "bars off the grid of their length",
      file(first.replace("00:00:00", "00:10:00"), second.replace("00:30:00", "00:40:00")),
      "line 3, column 1",
      "2024-01-01 00:40:00+0000",
    ],
    ["a price that is no number", file(first, second.replace(",106,", ",abc,")), "line 3, column 3", "abc"],
    ["a price in scientific notation", file(first, second.replace(",106,", ",1.06e2,")), "line 3, column 3", "1.06e2"],
    ["a decimal comma", file(first, '2024-01-01 00:30:00+0000,"105,5",106,104,105.5,2'), "line 3, column 2", "105,5"],
    ["an empty price", file(first, second.replace(",104,", ",,")), "line 3, column 4", ""],
    ["a price of zero", file(first, second.replace(",104,", ",0,")), "line 3, column 4", "0"],
    ["a negative price", file(first, second.replace(",104,", ",-104,")), "line 3, column 4", "-104"],
    ["a price beyond the largest tick", file(first, second.replace(",106,", ",99999999,")), "line 3, column 3", "99999999"],
    ["a high below the open", file(first, second.replace(",106,", ",104.5,")), "line 3, column 3", "104.5"],
    ["a low above the close", file(first, second.replace(",105,106,104,105.5,", ",106,107,105.6,105.5,")), "line 3, column 4", "105.6"],
    ["a negative volume", file(first, second.replace(/2$/, "-2")), "line 3, column 6", "-2"],
    ["a volume that is no number", file(first, second.replace(/2$/, "NaN")), "line 3, column 6", "NaN"],
    ["a volume beyond a safe integer", file(first, second.replace(/2$/, "999999999999999")), "line 3, column 6", "999999999999999"],
    ["a quote that never ends", file(first, second.replace(",106,", ',"106,')), "line 3, column 4", ""],
    ["a line without end", `${HEADER}\n${first}\n${"9".repeat(5_000)}`, "line 3, column 1", "9".repeat(119)],
    [
      "bytes that are no text",
      Buffer.concat([Buffer.from(`${HEADER}\n${first}\n`), Buffer.from([0xff, 0xfe, 0x00]), Buffer.from("\n")]),
      "line 3, column 2",
      "",
    ],
    ["an archive of something else", gzipSync(Buffer.from([0, 1, 2, 3])), "line 1, column 1", "\u0000\u0001\u0002\u0003"],
  ];
  it.each(malformed)("SM-9 refuses %s by line and column", async (_, content, field, value) => {
    const result = await read(content);
    expect(result.ok).toBe(false);
    if (result.ok) return;
    const { code, rule, message } = result.error;
    expect({ code, field: result.error.field }).toEqual({ code: "HISTORY_MALFORMED", field });
    expect(result.error.value.startsWith(value)).toBe(true);
    expect(rule).not.toBe("");
    expect(message).toContain(field);
  });

  it("SM-9 refuses at the right line far into a file", async () => {
    const start = Date.UTC(2024, 0, 1);
    const lines = Array.from(
      { length: 5_000 },
      (_, index) => `${new Date(start + index * 60_000).toISOString()},100,110,90,${index === 4_321 ? "x" : "100"},1`,
    );
    const result = await read(`${HEADER}\n${lines.join("\n")}\n`);
    expect(result).toMatchObject({ ok: false, error: { code: "HISTORY_MALFORMED", field: "line 4323, column 5", value: "x" } });
  });

  const zipped = gzipSync(file(...GOOD));
  const broken = Buffer.from(zipped);
  broken[20] = (broken[20] ?? 0) ^ 0xff;
  it.each([
    ["an archive that is cut off", zipped.subarray(0, zipped.length - 12)],
    ["an archive with a flipped byte", broken],
  ])("SM-9 calls %s unreadable", async (_, content) => {
    expect(await read(content)).toMatchObject({ ok: false, error: { code: "HISTORY_UNREADABLE" } });
  });

  it("SM-9 calls a missing file and a folder unreadable", async () => {
    for (const path of [join(folder, "absent.csv"), folder]) {
      expect(await readHistory(path, steps)).toMatchObject({ ok: false, error: { code: "HISTORY_UNREADABLE", value: path } });
    }
  });
});

describe("SM-12 where a replay begins", () => {
  const history = (count: number, firstUs = 0): History => {
    const rows = new Float64Array(count * BAR_STRIDE);
    for (let index = 0; index < count; index += 1) rows.set([firstUs + index * 60_000_000, 1, 1, 1, 1, 1], index * BAR_STRIDE);
    return { intervalSeconds: 60, bars: rows, roundedPrices: 0 };
  };

  it.each([
    [2, 1],
    [100, 99],
    [600, 500],
    [1_000, 600],
    [39_408, 23_644],
  ])("SM-12 of %i bars, the first %i are the past", (count, start) => {
    expect(replayStart(count)).toBe(start);
  });

  it("SM-12 shifts a file of another time by whole bars, so that the starting bar covers the venue's now", () => {
    const nowUs = 1_800_000_000_000_000 + 12_345_678;
    const { startIndex, shiftUs } = placeReplay(history(1_000), nowUs);
    expect(startIndex).toBe(600);
    expect(shiftUs % 60_000_000).toBe(0);
    const startUs = 600 * 60_000_000 + shiftUs;
    expect(startUs <= nowUs && nowUs < startUs + 60_000_000).toBe(true);
  });

  it("SM-12 keeps a file's own dates when the venue's now lies in it with a past before", () => {
    expect(placeReplay(history(1_000, 60_000_000), 60_000_000 * 701 + 5)).toEqual({ startIndex: 700, shiftUs: 0 });
    expect(placeReplay(history(1_000, 60_000_000), 60_000_000 * 100).shiftUs).not.toBe(0);
    expect(placeReplay(history(1_000, 60_000_000), 60_000_000 * 1_001).shiftUs).not.toBe(0);
  });
});

describe.skipIf(!candles.present)(`SM-9 real bars (${candles.note})`, () => {
  it.each(["BTC", "ETH"] as const)(
    "SM-9 %s: all three files are read exactly, and half hours add up to the hours",
    { timeout: 60_000 },
    async (base) => {
      // Some volumes have six decimals; with a coarser lot each is rounded, and rounded parts need not add up.
      const lotSize = "0.000001";
      const load = async (interval: "30m" | "1h" | "4h"): Promise<History> => {
        const result = await readHistory(candles.path(base, interval), { tickSize: "0.01", lotSize });
        if (!result.ok) throw new Error(result.error.message);
        return result.value;
      };
      const [half, hour, four] = [await load("30m"), await load("1h"), await load("4h")];
      expect([half, hour, four].map((one) => [one.intervalSeconds, one.bars.length / BAR_STRIDE, one.roundedPrices])).toEqual([
        [1_800, 39_408, 0],
        [3_600, 19_704, 0],
        [14_400, 4_926, 0],
      ]);
      expect(aggregateBars(half.bars, { fromSeconds: 1_800, toSeconds: 3_600 })).toEqual(hour.bars);
      expect(aggregateBars(half.bars, { fromSeconds: 1_800, toSeconds: 14_400 })).toEqual(four.bars);
    },
  );

  it("SM-12 tells at which time an empty exchange may begin", async () => {
    const start = await replayStartTime(candles.path("BTC", "4h"), steps);
    expect(start).toEqual({ ok: true, value: (Date.UTC(2024, 0, 1) + Math.floor(4_926 * 0.6) * 14_400_000) * 1_000 });
  });
});
