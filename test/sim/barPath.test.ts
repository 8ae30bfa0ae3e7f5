import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawBarPath, priceOnPath, type Bar } from "../../engine/sim/barPath.ts";
import { RandomStream } from "../../engine/sim/randomStream.ts";
import { HistoryFeed, ReferencePath } from "../../engine/sim/referencePath.ts";
import { BAR_STRIDE } from "../../shared/bars.ts";

const bars = fc
  .record({
    prices: fc.array(fc.integer({ min: 1, max: 20_000_000 }), { minLength: 4, maxLength: 4 }),
    up: fc.boolean(),
    volumeLots: fc.nat(),
  })
  .map(({ prices, up, volumeLots }): Bar => {
    const [low = 1, a = 1, b = 1, high = 1] = prices.toSorted((x, y) => x - y);
    return { openUs: 0, open: up ? a : b, high, low, close: up ? b : a, volumeLots };
  });
const intervals = fc.constantFrom(1, 60, 300, 1_800, 14_400, 86_400).map((seconds) => seconds * 1_000_000);

describe("SM-13 the path inside a bar", () => {
  it("SM-13 touches open, high, low and close exactly and never leaves the bar", () => {
    fc.assert(
      fc.property(bars, intervals, fc.nat(), (bar, intervalUs, seed) => {
        const path = drawBarPath(bar, intervalUs, new RandomStream(seed, "bar"));
        const prices = [...path.ticks];
        expect([prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1)]).toEqual([bar.open, bar.high, bar.low, bar.close]);
        const times = [...path.offsetsUs];
        expect([times[0], times.at(-1)]).toEqual([0, intervalUs]);
        expect(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0))).toBe(true);
        expect(priceOnPath(path, 0)).toBe(bar.open);
        expect(priceOnPath(path, intervalUs)).toBe(bar.close);
        expect(priceOnPath(path, intervalUs + 1)).toBe(bar.close);
      }),
      { seed: 7 },
    );
  });

  it("SM-13 does not leap between corners that are close in time", () => {
    const bar: Bar = { openUs: 0, open: 6_500_000, high: 6_540_000, low: 6_480_000, close: 6_520_000, volumeLots: 1 };
    const path = drawBarPath(bar, 1_800_000_000, new RandomStream(1, "bar"));
    const steps = Array.from({ length: 18_000 }, (_, step) => priceOnPath(path, step * 100_000));
    const largest = Math.max(...steps.map((price, step) => Math.abs(price - (steps[step - 1] ?? price))));
    // A tenth of a second moves the price by less than a hundredth of the bar's range.
    expect(largest).toBeLessThan(600);
    expect(largest).toBeGreaterThan(0);
  });

  it("SM-13 draws both orders of high and low, and mostly the one that the bar's direction suggests", () => {
    const bar: Bar = { openUs: 0, open: 100, high: 200, low: 50, close: 150, volumeLots: 1 };
    const lowFirst = Array.from({ length: 400 }, (_, seed) => {
      const prices = [...drawBarPath(bar, 60_000_000, new RandomStream(seed, "bar")).ticks];
      return prices.indexOf(bar.low) < prices.indexOf(bar.high);
    }).filter(Boolean).length;
    expect(lowFirst).toBeGreaterThan(240);
    expect(lowFirst).toBeLessThan(320);
  });
});

describe("SM-13 the reference over many bars", () => {
  const rows = [
    [0, 100_000, 100_500, 99_800, 100_200, 400],
    [1_800_000_000, 100_200, 100_900, 100_100, 100_800, 100],
    [3_600_000_000, 100_800, 101_000, 100_000, 100_300, 2_000],
  ];
  const feed = (): HistoryFeed => new HistoryFeed(Float64Array.from(rows.flat()), 1_800_000_000);

  it("SM-13 samples of the path give the bars back", () => {
    const path = new ReferencePath(feed(), { seed: 3, name: "X" });
    for (const [openUs = 0, open = 0, high = 0, low = 0, close = 0] of rows) {
      const prices = Array.from({ length: 18_000 }, (_, step) => path.at(openUs + step * 100_000)?.ticks ?? 0);
      expect(prices[0]).toBe(open);
      // Samples miss the exact extreme by less than 2 % of the bar's range.
      const slack = 0.02 * (high - low);
      expect(Math.abs(Math.max(...prices) - high)).toBeLessThan(slack);
      expect(Math.abs(Math.min(...prices) - low)).toBeLessThan(slack);
      expect(Math.abs((prices.at(-1) ?? 0) - close)).toBeLessThan(slack);
    }
    expect(path.at(rows.length * 1_800_000_000)).toBeNull();
  });

  it("SM-13 the same moment has the same price for one who begins in the middle", () => {
    const early = new ReferencePath(feed(), { seed: 3, name: "X" });
    early.at(0);
    early.at(1_900_000_000);
    const late = new ReferencePath(feed(), { seed: 3, name: "X" });
    for (const atUs of [4_000_000_000, 4_000_100_000, 5_399_999_999]) expect(late.at(atUs)).toEqual(early.at(atUs));
    expect(new ReferencePath(feed(), { seed: 4, name: "X" }).at(4_500_000_000)).not.toEqual(early.at(4_500_000_000));
  });

  it("SM-13 is busier in bars of more volume, within bounds", () => {
    const path = new ReferencePath(feed(), { seed: 3, name: "X" });
    const activity = rows.map(([openUs = 0]) => path.at(openUs)?.activity ?? 0);
    expect(activity[0]).toBe(1);
    expect(activity[1]).toBe(0.4);
    expect(activity[2]).toBeCloseTo(2.4, 10);
    expect(rows[0]?.length).toBe(BAR_STRIDE);
  });
});
