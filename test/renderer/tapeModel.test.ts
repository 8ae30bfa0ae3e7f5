import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { fitTape, following, fullBarLots, scrolled, windowOf } from "../../renderer/features/tape/tapeModel.ts";
import type { EpochUs, InstrumentId, TradeId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { TradeRow } from "../../shared/views.ts";

/** Trades with ids first, first + 3, ...: like sequence numbers, with gaps. */
function trades(first: number, count: number): TradeRow[] {
  return Array.from({ length: count }, (_, index) => trade(first + index * 3, 10));
}

function trade(id: number, lots: number): TradeRow {
  return {
    tradeId: id as TradeId,
    instrumentId: 1 as InstrumentId,
    atUs: id as EpochUs,
    ticks: 100 as PriceTicks,
    lots: lots as QtyLots,
    takerSide: "buy",
  };
}

function visible(rows: readonly TradeRow[], view: typeof following, rowsVisible: number): number[] {
  const window = windowOf(rows, view, rowsVisible);
  return Array.from({ length: window.count }, (_, row) => rows[window.first - row]?.tradeId ?? -1);
}

describe("tape", () => {
  it("shows the newest first while following", () => {
    expect(visible(trades(1, 10), following, 3)).toEqual([28, 25, 22]);
    expect(visible(trades(1, 2), following, 3)).toEqual([4, 1]);
    expect(visible([], following, 3)).toEqual([]);
  });

  it("holds the rows still while the reader has scrolled, and counts what waits above", () => {
    const before = trades(1, 10);
    const view = scrolled(before, following, 2, 3);
    expect(visible(before, view, 3)).toEqual([22, 19, 16]);
    const after = trades(1, 15);
    expect(visible(after, view, 3)).toEqual([22, 19, 16]);
    expect(windowOf(after, view, 3).newer).toBe(7);
  });

  it("follows again once the reader is back at the top", () => {
    const rows = trades(1, 10);
    const view = scrolled(rows, following, 4, 3);
    expect(scrolled(rows, view, -2, 3)).not.toEqual(following);
    expect(scrolled(rows, view, -4, 3)).toEqual(following);
    expect(scrolled(rows, view, -400, 3)).toEqual(following);
  });

  it("stops at the oldest row and does not scroll a list that fits", () => {
    const rows = trades(1, 10);
    expect(visible(rows, scrolled(rows, following, 999, 3), 3)).toEqual([7, 4, 1]);
    expect(scrolled(trades(1, 3), following, 5, 3)).toEqual(following);
  });

  it("never shows a hole when the oldest rows fall off under a held view", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 1, max: 20 }),
        (count, down, dropped, rowsVisible) => {
          const rows = trades(1, count);
          const view = scrolled(rows, following, down, rowsVisible);
          const left = rows.slice(Math.min(dropped, count - 1));
          const window = windowOf(left, view, rowsVisible);
          expect(window.count).toBe(Math.min(rowsVisible, left.length));
          expect(window.first).toBeLessThan(left.length);
          expect(window.first - window.count + 1).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it("always tells the hour: a narrow tape gives up milliseconds, then decimals of the size", () => {
    const widths = { millis: 80, seconds: 50, mostPlaces: 5, lots: (places: number) => 10 + places * 8 };
    const fits = [200, 130, 129, 100, 99, 70, 20].map((room) => fitTape({ ...widths, room }));
    expect(fits).toEqual([
      { time: "millis", places: 5 },
      { time: "millis", places: 5 },
      { time: "seconds", places: 5 },
      { time: "seconds", places: 5 },
      { time: "seconds", places: 4 },
      { time: "seconds", places: 1 },
      { time: "seconds", places: 0 },
    ]);
  });

  it("scales the size bars by the large trades, not by the one giant", () => {
    const rows = Array.from({ length: 100 }, (_, index) => trade(index + 1, index + 1));
    expect(fullBarLots([...rows, trade(999, 1_000_000)])).toBe(96);
    expect(fullBarLots([])).toBe(1);
  });
});
