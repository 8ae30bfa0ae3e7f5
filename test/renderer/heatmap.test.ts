import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellSums, HeatScale } from "../../renderer/features/heatmap/heatmapCells.ts";
import { HeatmapPast, PackedTrades } from "../../renderer/features/heatmap/heatmapPast.ts";
import { HeatmapView } from "../../renderer/features/heatmap/heatmapView.ts";
import type { DepthMinute } from "../../shared/depthHistory.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import { packedTradeSlots } from "../../shared/views.ts";

const MINUTE_US = 60_000_000;

/** A minute whose columns hold one bid and one ask each. */
function minute(startUs: number, lots: readonly number[]): DepthMinute {
  const entries = lots.flatMap((size, index) => (index === 0 ? [100, size, -102, 1] : [100, size]));
  return {
    instrumentId: 1 as InstrumentId,
    startUs,
    timesUs: Float64Array.from(lots, (_, index) => startUs + index * 1_000_000),
    ends: Int32Array.from(lots, (_, index) => 4 + index * 2),
    entries: Int32Array.from(entries),
  };
}

const sizes = (past: HeatmapPast): readonly (number | undefined)[] => past.columns.map(({ levels }) => levels[1]);

describe("the book's past as the heatmap holds it", () => {
  it("unpacks the host's minutes, whatever order they come in, and carries on live", () => {
    const past = new HeatmapPast();
    past.addMinutes([minute(MINUTE_US, [5, 6, 7])]);
    past.addMinutes([minute(0, [1, 2])]);
    past.add({ atUs: 2 * MINUTE_US, levels: Int32Array.of(100, 9, -102, 1) });
    expect(sizes(past)).toEqual([1, 2, 5, 6, 7, 9]);
    expect(past.columns.every(({ bid, ask }) => bid === 100 && ask === 102)).toBe(true);
    expect([past.indexAt(-1), past.indexAt(0), past.indexAt(1_500_000), past.indexAt(9e9)]).toEqual([-1, 0, 1, 5]);
  });

  it("lets the host's minute replace live looks of the same time, and drops looks that are not newer", () => {
    const past = new HeatmapPast();
    past.add({ atUs: 1_000_000, levels: Int32Array.of(100, 44) });
    past.add({ atUs: 1_000_000, levels: Int32Array.of(100, 45) });
    past.add({ atUs: 90_000_000, levels: Int32Array.of(100, 46) });
    past.addMinutes([minute(0, [1, 2, 3])]);
    expect(sizes(past)).toEqual([1, 2, 3, 46]);
  });

  it("finds trades by time after growing many times", () => {
    const trades = new PackedTrades();
    for (let page = 0; page < 5; page += 1) {
      const rows = new Float64Array(5_000);
      for (let n = 0; n < 1_000; n += 1) rows[n * 5 + packedTradeSlots.atUs] = page * 1_000 + n;
      trades.add(rows, false);
    }
    expect(trades.count).toBe(5_000);
    expect([trades.firstFrom(0), trades.firstFrom(4_321), trades.firstFrom(1e9)]).toEqual([0, 4_321, 5_000]);
    trades.add(new Float64Array(5), true);
    expect(trades.count).toBe(1);
  });
});

describe("the view of time and price", () => {
  const plot = { width: 600, height: 300 };
  const bounds = { firstUs: 0, nowUs: 1_000_000_000 };

  it("turns places into times and prices and back (property)", () => {
    const view = new HeatmapView();
    view.settle(6_500_000, 5_000, plot, false);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 600, noNaN: true }), fc.double({ min: 0, max: 300, noNaN: true }), (x, y) => {
        expect(view.x(view.usAt(x, plot, bounds.nowUs), plot, bounds.nowUs)).toBeCloseTo(x, 3);
        expect(view.y(view.ticksAt(y, plot), plot)).toBeCloseTo(y, 3);
      }),
      { seed: 20_261_128 },
    );
  });

  it("keeps the price under the pointer while it zooms, and the time while it looks at the past", () => {
    const view = new HeatmapView();
    view.settle(6_500_000, 5_000, plot, false);
    view.pan(200, 0, plot, bounds);
    expect(view.following).toBe(false);
    const before = { us: view.usAt(150, plot, bounds.nowUs), ticks: view.ticksAt(70, plot) };
    view.zoomTime(1.7, 150, plot, bounds);
    view.zoomPrice(2.3, 70, plot);
    expect(view.usAt(150, plot, bounds.nowUs)).toBeCloseTo(before.us, 0);
    expect(view.ticksAt(70, plot)).toBeCloseTo(before.ticks, 6);
  });

  it("follows the market until a person holds it, and again when asked", () => {
    const view = new HeatmapView();
    view.settle(1_000, 100, plot, false);
    view.settle(1_095, 100, plot, true);
    expect(view.y(1_000, plot)).toBeCloseTo(150);
    view.settle(1_095, 100, plot, false);
    expect(view.y(1_095, plot)).toBeCloseTo(150);
    view.pan(0, 30, plot, bounds);
    view.settle(2_000, 100, plot, false);
    expect(view.y(1_095, plot)).toBeCloseTo(180);
    view.follow(2_000);
    expect(view.following).toBe(true);
    expect(view.y(2_000, plot)).toBeCloseTo(150);
    expect(view.toUs(bounds.nowUs)).toBe(bounds.nowUs);
  });

  it("SC-9 shows nothing that is later than the moment on view, wherever a person had held it", () => {
    const view = new HeatmapView();
    view.settle(1_000, 100, plot, false);
    view.pan(200, 0, plot, bounds);
    expect(view.toUs(bounds.nowUs)).toBe(900_000_000);
    expect(view.toUs(500_000_000)).toBe(500_000_000);
    expect(view.toUs(bounds.nowUs)).toBe(900_000_000);
  });

  it("has cells that can be seen at every zoom", () => {
    const view = new HeatmapView();
    view.settle(1_000, 100, plot, false);
    for (let zoom = 0; zoom < 60; zoom += 1) {
      view.zoomPrice(0.8, 100, plot);
      expect(view.step() / view.ticksPerPixel).toBeGreaterThanOrEqual(4);
      expect(view.step() / view.ticksPerPixel).toBeLessThanOrEqual(10.01);
    }
  });
});

describe("cells and shades", () => {
  it("sum a column's levels into cells, both sides alike", () => {
    const sums = new CellSums();
    sums.shape(21, 3, 5);
    // Cells: 105 to 109, 100 to 104, 95 to 99.
    sums.sum({ atUs: 0, levels: Int32Array.of(104, 3, 100, 4, 99, 5, -105, 6, -110, 7), bid: 104, ask: 105 });
    expect([...sums.lots]).toEqual([6, 7, 5]);
  });

  it("run between two percentiles, so that one giant does not wash out the rest", () => {
    const scale = new HeatScale();
    scale.setRamp([
      [0, 0, 0],
      [255, 255, 255],
    ]);
    const look = (): void => {
      scale.beginSample();
      for (let n = 0; n < 7_000; n += 1) scale.offer(n === 6_999 ? 1e9 : n);
      scale.endSample(50, 90);
    };
    look();
    const [low, high] = scale.cutLots;
    expect(low).toBeGreaterThan(3_400);
    expect(low).toBeLessThan(3_600);
    expect(high).toBeGreaterThan(6_200);
    expect(high).toBeLessThan(6_400);
    expect(scale.colour(low)).toBe(0);
    expect(scale.colour(1e9)).toBe(0xff_ff_ff_ff);
    const middle = scale.colour((low + high) / 2) & 0xff;
    expect(middle).toBeGreaterThan(120);
    expect(middle).toBeLessThan(135);
  });
});
