import { describe, expect, it } from "vitest";
import { aggregateBars } from "../../shared/bars.ts";

const minute = 60_000_000;

describe("merging bars", () => {
  it("merges by the longer grid, open first, close last, extremes and volume over all", () => {
    const bars = Float64Array.from(
      [
        [4 * minute, 10, 12, 9, 11, 1],
        [5 * minute, 11, 11, 7, 8, 2],
        [6 * minute, 8, 15, 8, 14, 3],
        [9 * minute, 14, 14, 14, 14, 4],
        [10 * minute, 20, 21, 19, 20, 5],
      ].flat(),
    );
    expect([...aggregateBars(bars, { fromSeconds: 60, toSeconds: 300 })]).toEqual(
      [
        [0, 10, 12, 9, 11, 1],
        [5 * minute, 11, 15, 7, 14, 9],
        [10 * minute, 20, 21, 19, 20, 5],
      ].flat(),
    );
  });

  it("leaves bars of the same length, and no bars, as they are", () => {
    const bars = Float64Array.from([0, 1, 2, 1, 2, 3]);
    expect(aggregateBars(bars, { fromSeconds: 60, toSeconds: 60 })).toEqual(bars);
    expect(aggregateBars(new Float64Array(0), { fromSeconds: 60, toSeconds: 300 }).length).toBe(0);
  });

  it("refuses a length that is no multiple, and rows that are cut off", () => {
    expect(() => aggregateBars(new Float64Array(6), { fromSeconds: 60, toSeconds: 90 })).toThrow("no multiple");
    expect(() => aggregateBars(new Float64Array(7), { fromSeconds: 60, toSeconds: 60 })).toThrow("whole number of bars");
  });
});
