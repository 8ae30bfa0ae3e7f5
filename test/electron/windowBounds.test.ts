import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { openingBounds, type Bounds } from "../../electron/windowBounds.ts";

const laptop: Bounds = { x: 0, y: 25, width: 1_440, height: 875 };
const wide: Bounds = { x: 1_440, y: 0, width: 2_560, height: 1_440 };

describe("where the window opens", () => {
  it("is the middle of the primary display in the default size at first", () => {
    expect(openingBounds(null, [wide])).toEqual({ x: 1_920, y: 220, width: 1_600, height: 1_000 });
  });

  it("is the whole work area where that is smaller than the default size", () => {
    expect(openingBounds(null, [laptop])).toEqual(laptop);
  });

  it("is where it was closed, on whichever display that was", () => {
    const saved = { x: 1_600, y: 100, width: 1_800, height: 1_200 };
    expect(openingBounds(saved, [laptop, wide])).toEqual(saved);
  });

  it("is the default place when its display is gone", () => {
    const saved = { x: 1_600, y: 100, width: 1_800, height: 1_200 };
    expect(openingBounds(saved, [laptop])).toEqual(laptop);
  });

  it("is moved and shrunk so that all of it can be reached", () => {
    expect(openingBounds({ x: -500, y: -10, width: 4_000, height: 3_000 }, [laptop])).toEqual(laptop);
    expect(openingBounds({ x: 1_500, y: 100, width: 10, height: 10 }, [wide])).toEqual({ x: 1_500, y: 100, width: 1_024, height: 640 });
  });

  it("always lies inside one of the displays", () => {
    const pixels = fc.integer({ min: -100_000, max: 100_000 });
    const size = fc.integer({ min: 1, max: 100_000 });
    const bounds = fc.record({ x: pixels, y: pixels, width: size, height: size });
    const area = fc.record({
      x: pixels,
      y: pixels,
      width: fc.integer({ min: 640, max: 8_000 }),
      height: fc.integer({ min: 480, max: 5_000 }),
    });
    fc.assert(
      fc.property(bounds, area, fc.array(area, { maxLength: 3 }), (saved, primary, others) => {
        const opened = openingBounds(saved, [primary, ...others]);
        const inside = [primary, ...others].some(
          (display) =>
            opened.x >= display.x &&
            opened.y >= display.y &&
            opened.x + opened.width <= display.x + display.width &&
            opened.y + opened.height <= display.y + display.height,
        );
        expect(inside).toBe(true);
      }),
    );
  });
});
