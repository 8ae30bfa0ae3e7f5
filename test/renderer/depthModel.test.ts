import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import {
  depthOf,
  lotsWithin,
  niceAbove,
  outlineOf,
  readAt,
  stepFrom,
  windowFor,
  type Depth,
} from "../../renderer/features/depth/depthModel.ts";
import { labelStep } from "../../renderer/ui/axis.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { BookView } from "../../shared/views.ts";

type Level = { readonly step: number; readonly lots: number; readonly orders: number };

const level = fc.record({
  step: fc.integer({ min: 1, max: 500 }),
  lots: fc.integer({ min: 1, max: 1_000_000 }),
  orders: fc.integer({ min: 1, max: 50 }),
});

/** A book that is not crossed: sides stand on either side of a gap of at least one tick. */
const uncrossedBook = fc
  .record({
    bestBid: fc.integer({ min: 1_000_000, max: 2_000_000 }),
    spread: fc.integer({ min: 1, max: 400 }),
    bids: fc.array(level, { maxLength: 60 }),
    asks: fc.array(level, { maxLength: 60 }),
  })
  .map(({ bestBid, spread, bids, asks }) => book(levels(bestBid, -1, bids), levels(bestBid + spread, 1, asks)));

function levels(best: number, direction: -1 | 1, from: readonly Level[]): number[] {
  const out: number[] = [];
  let ticks = best;
  from.forEach((entry, index) => {
    if (index > 0) ticks += direction * entry.step;
    out.push(ticks, entry.lots, entry.orders);
  });
  return out;
}

function book(bids: readonly number[], asks: readonly number[]): BookView {
  return { instrumentId: 1 as InstrumentId, bids: Int32Array.from(bids), asks: Int32Array.from(asks) };
}

function pairs(flat: Float64Array): { readonly x: number; readonly y: number }[] {
  return Array.from({ length: flat.length / 2 }, (_, index) => ({ x: flat[index * 2] ?? NaN, y: flat[index * 2 + 1] ?? NaN }));
}

function midOf(depth: Depth): number {
  if (depth.midTicks === null) throw new Error("the book is empty");
  return depth.midTicks;
}

describe("depth curve", () => {
  it("D1 sides meet at the mid and never cross when the book does not", () => {
    fc.assert(
      fc.property(uncrossedBook, fc.integer({ min: 1, max: 50_000 }), (view, halfSpan) => {
        const depth = depthOf(view);
        if (depth.midTicks === null) return;
        const bid = pairs(outlineOf(depth.bid, depth.midTicks, depth.midTicks - halfSpan));
        const ask = pairs(outlineOf(depth.ask, depth.midTicks, depth.midTicks + halfSpan));
        expect(bid[0]).toEqual({ x: depth.midTicks, y: 0 });
        expect(ask[0]).toEqual({ x: depth.midTicks, y: 0 });
        for (let index = 1; index < bid.length; index += 1) {
          expect(bid[index]?.x).toBeLessThanOrEqual(bid[index - 1]?.x ?? NaN);
          expect(bid[index]?.y).toBeGreaterThanOrEqual(bid[index - 1]?.y ?? NaN);
        }
        for (let index = 1; index < ask.length; index += 1) {
          expect(ask[index]?.x).toBeGreaterThanOrEqual(ask[index - 1]?.x ?? NaN);
          expect(ask[index]?.y).toBeGreaterThanOrEqual(ask[index - 1]?.y ?? NaN);
        }
        expect(bid.at(-1)?.x).toBe(depth.midTicks - halfSpan);
        expect(ask.at(-1)?.x).toBe(depth.midTicks + halfSpan);
      }),
    );
  });

  it("D1 a pointer anywhere in the spread reads the true best of its half", () => {
    fc.assert(
      fc.property(uncrossedBook, fc.double({ min: 0, max: 1, noNaN: true }), (view, share) => {
        const depth = depthOf(view);
        const bestBid = view.bids[0];
        const bestAsk = view.asks[0];
        fc.pre(bestBid !== undefined && bestAsk !== undefined);
        const mid = midOf(depth);
        const low = readAt(depth, bestBid + (mid - bestBid) * share * 0.999);
        const high = readAt(depth, bestAsk - (bestAsk - mid) * share * 0.999);
        expect(low).toMatchObject({ side: "bid", ticks: bestBid, lots: view.bids[1], cumulativeLots: view.bids[1] });
        expect(high).toMatchObject({ side: "ask", ticks: bestAsk, lots: view.asks[1], cumulativeLots: view.asks[1] });
      }),
    );
  });

  it("adds up size and cost from the best price outwards", () => {
    const depth = depthOf(book([100, 5, 1, 98, 7, 2, 90, 1, 1], [103, 2, 1, 104, 4, 3]));
    expect(depth.midTicks).toBe(101.5);
    expect(readAt(depth, 98)).toEqual({
      side: "bid",
      index: 1,
      ticks: 98,
      lots: 7,
      orders: 2,
      cumulativeLots: 12,
      sweepTickLots: 1186n,
      averageTicks: 1186 / 12,
    });
    // Between two levels, the sweep reaches only the nearer one.
    expect(readAt(depth, 95)?.ticks).toBe(98);
    expect(readAt(depth, 500)).toMatchObject({ side: "ask", ticks: 104, cumulativeLots: 6, sweepTickLots: 622n });
  });

  it("keeps the sweep's cost exact beyond the safe integers", () => {
    const depth = depthOf(book([], [2_000_000_001, 2_000_000_001, 1, 2_000_000_003, 2_000_000_003, 1]));
    expect(readAt(depth, 2_000_000_003)?.sweepTickLots).toBe(2_000_000_001n ** 2n + 2_000_000_003n ** 2n);
  });

  it("walks by keyboard over every level in order of price and stops at the ends", () => {
    const depth = depthOf(book([100, 5, 1, 98, 7, 2], [103, 2, 1, 104, 4, 3]));
    const seen: number[] = [];
    let at = stepFrom(depth, 98, -1);
    for (let step = 0; step < 6 && at !== null; step += 1) {
      seen.push(at.ticks);
      at = stepFrom(depth, at.ticks, 1);
    }
    expect(seen).toEqual([98, 100, 103, 104, 104, 104]);
    expect(stepFrom(depth, null, 1)?.ticks).toBe(103);
    expect(stepFrom(depth, null, -1)?.ticks).toBe(100);
  });

  it("reads the one side there is, and nothing from an empty book", () => {
    const oneSided = depthOf(book([], [103, 2, 1]));
    expect(oneSided.midTicks).toBe(103);
    expect(readAt(oneSided, 50)).toMatchObject({ side: "ask", ticks: 103 });
    expect(stepFrom(oneSided, null, -1)?.ticks).toBe(103);
    const empty = depthOf(book([], []));
    expect(empty.midTicks).toBeNull();
    expect(readAt(empty, 50)).toBeNull();
    expect(stepFrom(empty, null, 1)).toBeNull();
  });

  it("chooses a window that holds most of both sides and keeps it while it fits", () => {
    fc.assert(
      fc.property(uncrossedBook, fc.integer({ min: 1, max: 20 }), (view, zoom) => {
        const depth = depthOf(view);
        const window = windowFor(depth, zoom, null);
        expect(windowFor(depth, zoom, window)).toEqual(window);
        for (const side of [depth.bid, depth.ask])
          expect(lotsWithin(side, depth, window.halfSpanTicks)).toBeLessThanOrEqual(window.maxLots);
      }),
    );
    const depth = depthOf(book([100, 5, 1, 98, 7, 2], [103, 2, 1, 104, 4, 3]));
    const wide = { halfSpanTicks: 5, maxLots: 15 };
    expect(windowFor(depth, 1, wide)).toEqual(wide);
    expect(windowFor(depth, 1, { halfSpanTicks: 500, maxLots: 15 }).halfSpanTicks).toBeLessThan(500);
  });

  it("does not let one large order far off decide how much is shown", () => {
    fc.assert(
      fc.property(
        fc.array(level, { minLength: 4, maxLength: 40 }),
        fc.integer({ min: 1, max: 2_000_000_000 }),
        fc.integer({ min: 10, max: 1_000 }),
        (near, lots, times) => {
          const bids = levels(10_000_000, -1, near);
          const asks = levels(10_000_002, 1, near);
          const ordinary = windowFor(depthOf(book(bids, asks)), 1, null);
          const farthest = (asks.at(-3) ?? 0) - 10_000_001;
          const far = 10_000_001 + farthest * times;
          const lumped = windowFor(depthOf(book(bids, [...asks, far, lots, 1])), 1, null);
          expect(lumped.halfSpanTicks).toBeLessThan(farthest * 2);
          expect(lumped.halfSpanTicks).toBeGreaterThanOrEqual(ordinary.halfSpanTicks);
          expect(lumped.maxLots).toBeLessThanOrEqual(niceAbove((depthOf(book(bids, asks)).ask.cumulativeLots.at(-1) ?? 0) * 1.05));
        },
      ),
    );
  });

  it("rounds axes upwards to round numbers", () => {
    expect([0.2, 1, 1.1, 7, 99, 101, 4_001].map(niceAbove)).toEqual([1, 1, 1.2, 8, 100, 120, 5_000]);
    expect([labelStep(100, 5, 1), labelStep(3, 5, 1), labelStep(7_300, 6, 1)]).toEqual([20, 1, 2_000]);
  });
});
