import fc from "fast-check";
import "../pinnedSeed.ts";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openLayoutStores } from "../../electron/layoutStore.ts";
import { openNoteStore } from "../../electron/noteStore.ts";
import { openingBounds, type Bounds } from "../../electron/windowBounds.ts";

const folder = mkdtempSync(join(tmpdir(), "layouts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Three displays side by side and above each other, some left of or above the primary one, in the device-independent pixels of their own scale. */
const displays = fc
  .record({
    scales: fc.tuple(fc.constantFrom(1, 1.25, 1.5, 2), fc.constantFrom(1, 1.25, 1.5, 2), fc.constantFrom(1, 1.25, 1.5, 2)),
    offsets: fc.tuple(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -400, max: 400 })),
  })
  .map(({ scales, offsets }): [Bounds, Bounds, Bounds] => {
    const size = (at: 0 | 1 | 2): { width: number; height: number } => ({
      width: Math.round([2_560, 1_920, 3_840][at]! / scales[at]),
      height: Math.round([1_440, 1_080, 2_160][at]! / scales[at]),
    });
    const primary = { x: 0, y: 0, ...size(0) };
    const left = { x: -size(1).width, y: offsets[0], ...size(1) };
    const above = { x: offsets[1], y: -size(2).height, ...size(2) };
    return [primary, left, above];
  });

// A rounded place is never -0, which no file keeps.
const inside = (part: number, from: number, length: number, own: number): number => Math.round(from + part * (length - own)) + 0;

describe("W1 windows over several displays", () => {
  it("W1 come back exactly where they were, through the file, on displays left of and above the primary one", () => {
    const stores = openLayoutStores(folder);
    const place = fc.record({
      display: fc.constantFrom(0 as const, 1 as const, 2 as const),
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(displays, fc.array(place, { minLength: 1, maxLength: 5 }), (areas, places) => {
        const ids = places.map((_, at) => (at === 0 ? "main" : String(at + 1)));
        const bounds = places.map(({ display, x, y }): Bounds => {
          const area = areas[display];
          const [width, height] = [Math.min(1_200, area.width), Math.min(700, area.height)];
          return { x: inside(x, area.x, area.width, width), y: inside(y, area.y, area.height, height), width, height };
        });
        ids.forEach((id, at) => stores.of(id).saveWindow({ bounds: bounds[at]!, maximized: false }));
        stores.saveOpenWindows(ids);
        const again = openLayoutStores(folder);
        expect(again.openWindows()).toEqual(ids);
        for (const [at, id] of ids.entries()) expect(openingBounds(again.of(id).loadWindow()?.bounds ?? null, areas)).toEqual(bounds[at]);
      }),
      { numRuns: 60 },
    );
  });

  it("W1 whose display was taken away lie whole on one that is left, and so do those of any other place", () => {
    const anywhere = fc.record({
      x: fc.integer({ min: -8_000, max: 8_000 }),
      y: fc.integer({ min: -8_000, max: 8_000 }),
      width: fc.integer({ min: 200, max: 5_000 }),
      height: fc.integer({ min: 200, max: 4_000 }),
    });
    fc.assert(
      fc.property(displays, anywhere, fc.integer({ min: 1, max: 3 }), (areas, saved, left) => {
        const remaining = areas.slice(0, left) as unknown as [Bounds, ...Bounds[]];
        const shown = openingBounds(saved, remaining);
        const isWhole = remaining.some(
          (area) =>
            shown.x >= area.x &&
            shown.y >= area.y &&
            shown.x + shown.width <= area.x + area.width &&
            shown.y + shown.height <= area.y + area.height,
        );
        expect(isWhole).toBe(true);
        // Where a window has been put it stays.
        expect(openingBounds(shown, remaining)).toEqual(shown);
      }),
    );
  });

  it("W1 a window that takes over a number begins without the earlier one's layout", () => {
    const store = openLayoutStores(folder).of("7");
    store.saveLayout("{}", "");
    store.forget("");
    expect(store.loadLayout("").text).toBeNull();
  });
});

describe("notes", () => {
  it("come back in order, the newest ones, without a line that a crash cut short", () => {
    const notes = openNoteStore(folder);
    expect(notes.newest("messages", 10)).toEqual([]);
    notes.append("messages", ["one", "two\nstill two"]);
    notes.append("messages", ["three"]);
    expect(notes.newest("messages", 10)).toEqual(["one", "two still two", "three"]);
    expect(notes.newest("messages", 1)).toEqual(["three"]);
    expect(notes.newest("actions", 10)).toEqual([]);
    appendFileSync(join(folder, "notes", "messages.jsonl"), '{"cut":');
    const later = openNoteStore(folder);
    later.append("messages", ["four"]);
    expect(later.newest("messages", 2)).toEqual(["three", "four"]);
  });
});
