import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { RowBatch, type RowChange } from "../../renderer/ui/rowBatch.ts";

type Row = { readonly id: string; readonly value: number };

/** A grid as strict as the real one: it refuses to add what it has and to update or remove what it has not. */
function applyTo(grid: Map<string, Row>, change: RowChange<Row> | null): void {
  if (change === null) return;
  if (change.kind === "replace") {
    grid.clear();
    for (const row of change.rows) grid.set(row.id, row);
    return;
  }
  for (const row of change.add) {
    expect(grid.has(row.id)).toBe(false);
    grid.set(row.id, row);
  }
  for (const row of change.update) {
    expect(grid.has(row.id)).toBe(true);
    grid.set(row.id, row);
  }
  for (const row of change.remove) expect(grid.delete(row.id)).toBe(true);
}

const row = fc.record({ id: fc.constantFrom("a", "b", "c", "d", "e"), value: fc.nat(9) });
const step = fc.oneof(
  fc.array(row, { maxLength: 4 }).map((rows) => ({ kind: "upsert" as const, rows, least: 0 })),
  fc.array(row, { maxLength: 3 }).map((rows) => ({ kind: "remove" as const, rows, least: 0 })),
  fc.array(row, { maxLength: 4 }).map((rows) => ({ kind: "reset" as const, rows, least: 0 })),
  fc.nat(9).map((least) => ({ kind: "filter" as const, rows: [] as Row[], least })),
  fc.constant({ kind: "frame" as const, rows: [] as Row[], least: 0 }),
);

describe("row batch", () => {
  it("leaves the grid with exactly the newest rows that pass, wherever frames fall between changes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const batch = new RowBatch<Row>((one) => one.id);
        const truth = new Map<string, Row>();
        const grid = new Map<string, Row>();
        let bound = 0;
        for (const { kind, rows, least } of steps) {
          if (kind === "frame") applyTo(grid, batch.take());
          if (kind === "filter") {
            bound = least;
            batch.filter((one) => one.value >= least);
          }
          if (kind === "reset") {
            truth.clear();
            batch.reset(rows);
          }
          if (kind === "upsert") batch.upsert(rows);
          if (kind === "upsert" || kind === "reset") for (const one of rows) truth.set(one.id, one);
          if (kind === "remove") {
            batch.remove(rows.map((one) => one.id));
            for (const one of rows) truth.delete(one.id);
          }
        }
        applyTo(grid, batch.take());
        expect(grid).toEqual(new Map([...truth].filter(([, one]) => one.value >= bound)));
        expect(batch.take()).toBeNull();
      }),
    );
  });

  it("hands over a row once however often it changed, and a row that came and went not at all", () => {
    const batch = new RowBatch<Row>((one) => one.id);
    batch.upsert([{ id: "a", value: 1 }]);
    batch.upsert([{ id: "a", value: 2 }]);
    batch.upsert([{ id: "b", value: 1 }]);
    batch.remove(["b"]);
    expect(batch.take()).toEqual({ kind: "apply", add: [{ id: "a", value: 2 }], update: [], remove: [] });
    batch.upsert([{ id: "a", value: 3 }]);
    expect(batch.take()).toEqual({ kind: "apply", add: [], update: [{ id: "a", value: 3 }], remove: [] });
    batch.remove(["a"]);
    expect(batch.take()).toEqual({ kind: "apply", add: [], update: [], remove: [{ id: "a", value: 3 }] });
  });

  it("removes a row that stops passing and adds it again when it passes", () => {
    const batch = new RowBatch<Row>((one) => one.id);
    batch.filter((one) => one.value > 0);
    batch.upsert([{ id: "a", value: 1 }]);
    batch.take();
    batch.upsert([{ id: "a", value: 0 }]);
    expect(batch.take()).toEqual({ kind: "apply", add: [], update: [], remove: [{ id: "a", value: 1 }] });
    batch.upsert([{ id: "a", value: 0 }]);
    expect(batch.take()).toBeNull();
    batch.upsert([{ id: "a", value: 5 }]);
    expect(batch.take()).toEqual({ kind: "apply", add: [{ id: "a", value: 5 }], update: [], remove: [] });
  });
});
