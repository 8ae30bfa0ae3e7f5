import { describe, expect, it } from "vitest";
import { ladderKey } from "../../renderer/features/ladder/ladderKeys.ts";

const press = (key: string, held: Partial<Parameters<typeof ladderKey>[0]> = {}) =>
  ladderKey({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...held });

describe("keys of the ladder", () => {
  it("move, buy, sell, cancel, centre and leave", () => {
    expect(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "Escape"].map((key) => press(key))).toEqual([
      { kind: "move", rows: 1 },
      { kind: "move", rows: -1 },
      { kind: "move", rows: 10 },
      { kind: "move", rows: -10 },
      { kind: "centre" },
      { kind: "leave" },
    ]);
    expect(["b", "s", "c", "Delete"].map((key) => press(key))).toMatchObject([
      { column: "bid" },
      { column: "ask" },
      { column: "own" },
      { column: "own" },
    ]);
  });

  it("take the second quantity with Shift, whether or not the letter comes as a capital", () => {
    expect([press("B", { shiftKey: true }), press("b", { shiftKey: true }), press("B")]).toMatchObject([
      { preset: "second" },
      { preset: "second" },
      { preset: "first" },
    ]);
  });

  it("send nothing again while they are held down", () => {
    expect(["b", "S", "c", "Delete"].map((key) => press(key, { repeat: true }))).toEqual(
      Array.from({ length: 4 }, () => ({ kind: "swallow" })),
    );
    expect(press("ArrowUp", { repeat: true })).toEqual({ kind: "move", rows: 1 });
  });

  it("leave shortcuts and all other keys to others", () => {
    expect([
      press("b", { ctrlKey: true }),
      press("c", { metaKey: true }),
      press("s", { altKey: true }),
      press("x"),
      press("Enter"),
      press("constructor"),
    ]).toEqual(Array(6).fill(null));
  });
});
