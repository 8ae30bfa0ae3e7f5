import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { RowBatch, type RowChange, type Seat } from "../../renderer/ui/rowBatch.ts";

type Row = { readonly id: string; readonly value: number };

/** A grid as strict as the real one: it refuses to add what it has and to update or remove what it has not. It keeps seats, and draws their rows. */
class StrictGrid {
  readonly seats = new Map<string, Seat<Row>>();
  readonly drawn = new Map<string, Row>();

  apply(change: RowChange<Row> | null): void {
    if (change === null) return;
    if (change.kind === "replace") {
      this.seats.clear();
      this.drawn.clear();
      this.#add(change.seats);
      return;
    }
    for (const { id } of change.remove) {
      expect(this.seats.delete(id)).toBe(true);
      this.drawn.delete(id);
    }
    for (const seat of change.update) {
      expect(this.seats.get(seat.id)).toBe(seat);
      expect(seat.isStale).toBe(true);
      this.drawn.set(seat.id, seat.row);
    }
    this.#add(change.add);
  }

  /** What is shown of the seats without being told of a change, as when they are scrolled into sight. */
  rows(): Map<string, Row> {
    return new Map([...this.seats].map(([id, { row: newest }]) => [id, newest]));
  }

  #add(seats: readonly Seat<Row>[]): void {
    for (const seat of seats) {
      expect(this.seats.has(seat.id)).toBe(false);
      this.seats.set(seat.id, seat);
      this.drawn.set(seat.id, seat.row);
    }
  }
}

/** A change as ids and rows. */
function told(change: RowChange<Row> | null): unknown {
  if (change === null) return null;
  const rows = (seats: readonly Seat<Row>[]): readonly Row[] => seats.map((seat) => seat.row);
  return change.kind === "replace"
    ? { replace: rows(change.seats) }
    : { add: rows(change.add), update: rows(change.update), remove: change.remove.map((seat) => seat.id) };
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
        const grid = new StrictGrid();
        let bound = 0;
        for (const { kind, rows, least } of steps) {
          if (kind === "frame") grid.apply(batch.take());
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
        grid.apply(batch.take());
        const expected = new Map([...truth].filter(([, one]) => one.value >= bound));
        expect(grid.rows()).toEqual(expected);
        expect(grid.drawn).toEqual(expected);
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
    expect(told(batch.take())).toEqual({ add: [{ id: "a", value: 2 }], update: [], remove: [] });
    batch.upsert([{ id: "a", value: 3 }]);
    expect(told(batch.take())).toEqual({ add: [], update: [{ id: "a", value: 3 }], remove: [] });
    batch.remove(["a"]);
    expect(told(batch.take())).toEqual({ add: [], update: [], remove: ["a"] });
  });

  it("removes a row that stops passing and adds it again when it passes", () => {
    const batch = new RowBatch<Row>((one) => one.id);
    batch.filter((one) => one.value > 0);
    batch.upsert([{ id: "a", value: 1 }]);
    batch.take();
    batch.upsert([{ id: "a", value: 0 }]);
    expect(told(batch.take())).toEqual({ add: [], update: [], remove: ["a"] });
    batch.upsert([{ id: "a", value: 0 }]);
    expect(batch.take()).toBeNull();
    batch.upsert([{ id: "a", value: 5 }]);
    expect(told(batch.take())).toEqual({ add: [{ id: "a", value: 5 }], update: [], remove: [] });
  });

  it("BL-1 changes a row in its seat, so that a grid that was not told draws the newest all the same", () => {
    const batch = new RowBatch<Row>((one) => one.id);
    batch.upsert([{ id: "a", value: 1 }]);
    const first = batch.take();
    const seat = first?.kind === "apply" ? first.add[0] : undefined;
    batch.upsert([{ id: "a", value: 2 }]);
    expect(seat).toMatchObject({ row: { value: 2 }, isStale: false });
    batch.take();
    expect(seat?.isStale).toBe(true);
    // Away and back between two frames: the same seat, which the grid has all the while.
    batch.remove(["a"]);
    batch.upsert([{ id: "a", value: 3 }]);
    expect(batch.take()).toMatchObject({ kind: "apply", add: [], update: [seat], remove: [] });
    // Everything anew: another seat.
    batch.reset([{ id: "a", value: 4 }]);
    const anew = batch.take();
    expect(anew?.kind === "replace" ? anew.seats[0] : seat).not.toBe(seat);
  });
});
