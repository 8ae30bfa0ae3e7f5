import { describe, expect, it } from "vitest";
import type { OrderMark } from "../../renderer/features/chart/chartMarks.ts";
import { beyondScale, widened } from "../../renderer/features/chart/chartScale.ts";

const bars = { minValue: 100, maxValue: 200 };

function mark(ticks: number): OrderMark {
  return { kind: "limit", side: ticks < 150 ? "buy" : "sell", ticks, leavesLots: 1, orders: 1, pending: false };
}

describe("C1 the chart's price scale and own orders", () => {
  it("makes room for lines up to the bars' own height away, and for none beyond", () => {
    expect(widened(bars, [50, 250])).toEqual({ minValue: 50, maxValue: 250 });
    expect(widened(bars, [0, 300])).toEqual({ minValue: 0, maxValue: 300 });
    expect(widened(bars, [-1, 301])).toEqual(bars);
    // A far one does not keep a near one out.
    expect(widened(bars, [9_000, 210])).toEqual({ minValue: 100, maxValue: 210 });
  });

  it("stays with the bars where there is no line or every line is among them", () => {
    expect(widened(bars, [])).toEqual(bars);
    expect(widened(bars, [150])).toEqual(bars);
  });

  it("holds every line once a person asks for all", () => {
    expect(widened(bars, [1, 9_000], Infinity)).toEqual({ minValue: 1, maxValue: 9_000 });
    expect(widened({ minValue: 100, maxValue: 100 }, [1, 9_000], Infinity)).toEqual({ minValue: 1, maxValue: 9_000 });
  });

  it("tells of each edge the nearest order beyond it and how many more there are", () => {
    const marks = [mark(900), mark(300), mark(150), mark(90), mark(10), mark(5)];
    expect(beyondScale(marks, bars)).toEqual({ above: { nearest: mark(300), others: 1 }, below: { nearest: mark(90), others: 2 } });
    expect(beyondScale([mark(100), mark(200)], bars)).toEqual({ above: null, below: null });
  });
});
