import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { CandleSeries, intervalName, PAGE_BARS } from "../../renderer/features/chart/candleModel.ts";
import type { EpochUs, InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks } from "../../shared/money.ts";
import { candleIntervals, type CandleInterval, type CandleRow } from "../../shared/views.ts";

const BTC = 1 as InstrumentId;
const ETH = 2 as InstrumentId;
const MINUTE_US = 60_000_000;

function bar(minute: number, close: number, over: Partial<CandleRow> = {}): CandleRow {
  const price = close as PriceTicks;
  return {
    instrumentId: BTC,
    intervalSeconds: 60,
    openUs: (minute * MINUTE_US) as EpochUs,
    open: price,
    high: price,
    low: price,
    close: price,
    volumeLots: 1,
    source: "trades",
    ...over,
  };
}

function closes(series: CandleSeries): [number, number][] {
  return series.bars.map((row) => [row.openUs / MINUTE_US, row.close]);
}

describe("candle series", () => {
  it("D2 drops bars of another instrument or length, live or paged", () => {
    const series = new CandleSeries({ instrumentId: BTC, intervalSeconds: 60 });
    series.beginPage();
    series.endPage([bar(1, 10), bar(2, 20, { instrumentId: ETH }), bar(3, 30)]);
    expect(series.applyLive([bar(4, 40, { instrumentId: ETH }), bar(4, 41, { intervalSeconds: 300 })])).toEqual({ kind: "none" });
    series.refresh([bar(5, 50, { instrumentId: ETH })]);
    expect(closes(series)).toEqual([
      [1, 10],
      [3, 30],
    ]);
  });

  it("pages backwards without asking twice, until a short page ends the past", () => {
    const series = new CandleSeries({ instrumentId: BTC, intervalSeconds: 60 });
    expect(series.beginPage()).toEqual({ beforeUs: null, limit: PAGE_BARS });
    expect(series.beginPage()).toBeNull();
    const newest = Array.from({ length: PAGE_BARS }, (_, index) => bar(5_000 + index, index));
    series.endPage(newest);
    expect(series.beginPage()).toEqual({ beforeUs: 5_000 * MINUTE_US, limit: PAGE_BARS });
    series.failPage();
    expect(series.beginPage()).toEqual({ beforeUs: 5_000 * MINUTE_US, limit: PAGE_BARS });
    series.endPage([bar(4_998, 1), bar(4_999, 2)]);
    expect(series.reachedBeginning).toBe(true);
    expect(series.beginPage()).toBeNull();
    expect(series.bars).toHaveLength(PAGE_BARS + 2);
  });

  it("keeps the live bar when the page that was asked for before it arrives later", () => {
    const series = new CandleSeries({ instrumentId: BTC, intervalSeconds: 60 });
    series.beginPage();
    expect(series.applyLive([bar(3, 35)])).toEqual({ kind: "tail", bars: [bar(3, 35)] });
    series.endPage([bar(1, 10), bar(2, 20), bar(3, 30)]);
    expect(closes(series)).toEqual([
      [1, 10],
      [2, 20],
      [3, 35],
    ]);
  });

  it("updates the tail cheaply and asks for a redraw only when an older bar changed", () => {
    const series = new CandleSeries({ instrumentId: BTC, intervalSeconds: 60 });
    series.applyLive([bar(1, 10), bar(2, 20)]);
    expect(series.applyLive([bar(2, 21), bar(2, 22), bar(3, 30)])).toEqual({ kind: "tail", bars: [bar(2, 22), bar(3, 30)] });
    expect(series.applyLive([bar(1, 11)])).toEqual({ kind: "all" });
    series.refresh([bar(3, 31), bar(4, 40)]);
    expect(closes(series)).toEqual([
      [1, 11],
      [2, 22],
      [3, 31],
      [4, 40],
    ]);
  });

  it("lets go of what lies beyond a hole that a page cannot fill, and pages for it again", () => {
    const series = new CandleSeries({ instrumentId: BTC, intervalSeconds: 60 });
    series.endPage([bar(1, 10), bar(2, 20)]);
    expect(series.reachedBeginning).toBe(true);
    // Longer away than a page is long; the newest bar came with the first frame after it.
    series.applyLive([bar(6_000, 99)]);
    series.refresh(Array.from({ length: PAGE_BARS }, (_, index) => bar(5_001 + index, index)));
    expect(series.bars[0]?.openUs).toBe(5_001 * MINUTE_US);
    expect(series.bars).toHaveLength(PAGE_BARS);
    expect(series.reachedBeginning).toBe(false);
    expect(series.beginPage()).toEqual({ beforeUs: 5_001 * MINUTE_US, limit: PAGE_BARS });
    // A page that reaches back to what is here takes nothing away.
    series.endPage([bar(1, 10), bar(2, 20)]);
    series.refresh(Array.from({ length: PAGE_BARS }, (_, index) => bar(5_001 + index, index)));
    expect(series.bars).toHaveLength(PAGE_BARS + 2);
  });

  it("is ascending and without doubles whatever arrives in whatever order", () => {
    const rows = fc.array(
      fc.integer({ min: 0, max: 50 }).map((minute) => bar(minute, minute)),
      { maxLength: 30 },
    );
    const sorted = rows.map((list) =>
      [...new Map(list.map((row) => [row.openUs as number, row])).values()].sort((a, b) => a.openUs - b.openUs),
    );
    const step = fc.oneof(
      rows.map((list) => ({ kind: "live" as const, list })),
      sorted.map((list) => ({ kind: "page" as const, list })),
      sorted.map((list) => ({ kind: "refresh" as const, list })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const series = new CandleSeries({ instrumentId: BTC, intervalSeconds: 60 });
        const expected = new Set<number>();
        for (const { kind, list } of steps) {
          for (const row of list) expected.add(row.openUs);
          if (kind === "live") series.applyLive(list);
          else if (kind === "page") series.endPage(list);
          else series.refresh(list);
        }
        expect(series.bars.map((row) => row.openUs)).toEqual([...expected].sort((a, b) => a - b));
        for (const row of series.bars) expect(series.barAt(row.openUs)).toBe(row);
      }),
    );
  });

  it("names lengths and finds the bar of a moment", () => {
    expect(candleIntervals.map((seconds: CandleInterval) => intervalName(seconds))).toEqual([
      "1s",
      "5s",
      "15s",
      "1m",
      "5m",
      "15m",
      "30m",
      "1h",
      "4h",
      "1D",
    ]);
    const series = new CandleSeries({ instrumentId: BTC, intervalSeconds: 60 });
    expect(series.openOf(61_999_999)).toBe(MINUTE_US);
    expect(series.barAt(MINUTE_US)).toBeUndefined();
  });
});
