import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CandleSeries } from "../../renderer/features/chart/candleModel.ts";
import { gripAt, moved, type Drawing } from "../../renderer/features/chart/drawingModel.ts";
import { indicators, type IndicatorDefinition } from "../../renderer/features/chart/indicators.ts";
import { calendarBars, chartIntervals, shownBars } from "../../renderer/features/chart/shownBars.ts";
import type { EpochUs, InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks } from "../../shared/money.ts";
import type { CandleRow } from "../../shared/views.ts";

const DAY_US = 86_400_000_000;

function bar(openUs: number, prices: readonly [open: number, high: number, low: number, close: number], volumeLots = 1): CandleRow {
  const [open, high, low, close] = prices as readonly [PriceTicks, PriceTicks, PriceTicks, PriceTicks];
  return {
    instrumentId: 1 as InstrumentId,
    intervalSeconds: 86_400,
    openUs: openUs as EpochUs,
    open,
    high,
    low,
    close,
    volumeLots,
    source: "trades",
  };
}

const anyBars = fc
  .array(
    fc.record({
      low: fc.integer({ min: 1_000, max: 9_000 }),
      up: fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })),
      volume: fc.integer({ min: 1, max: 1_000 }),
    }),
    { minLength: 60, maxLength: 90 },
  )
  .map((rows) =>
    rows.map(({ low, up: [a, b, c], volume }, index) => bar(index * DAY_US, [low + a, low + Math.max(a, b) + c, low, low + b], volume)),
  );

/** Values of every bar. */
function calculate(definition: IndicatorDefinition, period: number, bars: readonly CandleRow[]): readonly (readonly (number | null)[])[] {
  const next = definition.start(period);
  return bars.map((one) => next(one, false));
}

describe("indicators", () => {
  it("are at least twelve, of both kinds, each with a name of its own", () => {
    expect(indicators.length).toBeGreaterThanOrEqual(12);
    expect(new Set(indicators.map(({ id }) => id)).size).toBe(indicators.length);
    expect(new Set(indicators.map(({ pane }) => pane)).size).toBe(2);
  });

  it("know the simple mean", () => {
    const sma = indicators.find(({ id }) => id === "sma");
    if (sma === undefined) throw new Error("there is no mean");
    const bars = [10, 20, 30, 40].map((close, index) => bar(index, [close, close, close, close]));
    expect(calculate(sma, 3, bars)).toEqual([[null], [null], [20], [30]]);
  });

  it.each(indicators.map((definition) => [definition.id, definition] as const))(
    "%s comes to the same whether its newest bar grew tick by tick or came whole (property)",
    (_, definition) => {
      fc.assert(
        fc.property(anyBars, (bars) => {
          const whole = calculate(definition, definition.period ?? 1, bars);
          const next = definition.start(definition.period ?? 1);
          bars.forEach((final, index) => {
            // The bar at its first tick, half-way, and at its end.
            next({ ...final, high: final.open, low: final.open, close: final.open, volumeLots: 1 }, false);
            next({ ...final, close: final.high }, true);
            const grown = next(final, true);
            grown.forEach((value, line) => {
              const expected = whole[index]?.[line] ?? null;
              if (expected === null) expect(value).toBeNull();
              else expect(value).toBeCloseTo(expected, 6);
            });
          });
        }),
        { seed: 20_261_128, numRuns: 6 },
      );
    },
  );
});

describe("weeks and months", () => {
  // 2026-01-26 is a Monday.
  const monday = Date.UTC(2026, 0, 26) * 1_000;
  const days = Array.from({ length: 10 }, (_, day) => bar(monday + day * DAY_US, [100 + day, 110 + day, 90 - day, 101 + day], 5));

  it("begin on Monday and on the first, and sum the days up", () => {
    const weeks = calendarBars(days, "week");
    expect(weeks.map(({ openUs }) => new Date(openUs / 1_000).toISOString().slice(0, 10))).toEqual(["2026-01-26", "2026-02-02"]);
    expect(weeks[0]).toMatchObject({ open: 100, high: 116, low: 84, close: 107, volumeLots: 35 });
    const months = calendarBars(days, "month");
    expect(months.map(({ openUs }) => new Date(openUs / 1_000).toISOString().slice(0, 10))).toEqual(["2026-01-01", "2026-02-01"]);
    expect(months.reduce((sum, { volumeLots }) => sum + volumeLots, 0)).toBe(50);
  });

  it("place a moment into the bar that holds it", () => {
    const series = new CandleSeries({ instrumentId: 1 as InstrumentId, intervalSeconds: 86_400 });
    series.refresh(days);
    const shown = shownBars(series, "week");
    const inFirst = shown.openOf(monday + 6.9 * DAY_US);
    expect(inFirst).toBe(monday);
    expect(shown.barAt(inFirst)?.close).toBe(107);
    expect(shown.indexOf(monday + 7 * DAY_US)).toBe(1);
  });

  it("reach from a second to a month", () => {
    expect(chartIntervals[0]?.name).toBe("1s");
    expect(chartIntervals.at(-1)).toEqual({ name: "1M", seconds: 86_400, unit: "month" });
  });
});

describe("drawings", () => {
  const toPixel = ({ us, ticks }: { readonly us: number; readonly ticks: number }) => ({ x: us, y: 1_000 - ticks });
  const level: Drawing = { id: "level", kind: "level", ticks: 500 };
  const trend: Drawing = { id: "trend", kind: "trend", from: { us: 100, ticks: 500 }, to: { us: 300, ticks: 700 } };

  it("are taken hold of at their ends, along their lines, and nowhere else", () => {
    const at = (x: number, y: number): unknown => gripAt([level, trend], { x, y }, toPixel);
    expect(at(100, 500)).toEqual({ id: "trend", part: "from" });
    expect(at(300, 302)).toEqual({ id: "trend", part: "to" });
    expect(at(200, 402)).toEqual({ id: "trend", part: "whole" });
    expect(at(900, 496)).toEqual({ id: "level", part: "whole" });
    expect(at(400, 200)).toBeNull();
    expect(at(900, 520)).toBeNull();
  });

  it("move as a whole or by one end", () => {
    const move = { by: { us: 10, ticks: -20 }, to: { us: 55.5, ticks: 66.6 } };
    expect(moved(level, "whole", move)).toEqual({ ...level, ticks: 67 });
    expect(moved(trend, "to", move)).toEqual({ ...trend, to: move.to });
    expect(moved(trend, "whole", move)).toMatchObject({ from: { us: 110, ticks: 480 }, to: { us: 310, ticks: 680 } });
  });
});
