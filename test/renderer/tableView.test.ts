import * as fc from "fast-check";
import "../pinnedSeed.ts";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { csvOf, type ExportHeading } from "../../renderer/features/blotters/exportTable.ts";
import { OrderFamilies } from "../../renderer/features/blotters/orderFamilies.ts";
import { fulfils, toneOf, type Condition } from "../../renderer/features/blotters/tableView.ts";
import type { ClientOrderId, OrderId, Seq } from "../../shared/ids.ts";
import { orderRow } from "./support/venue.ts";

type Row = { readonly side: string; readonly price: string };
const texts = new Map<string, (row: Row) => string>([
  ["side", (row) => row.side],
  ["price", (row) => row.price],
]);
const row: Row = { side: "▲ Buy", price: "−65\u2009000.10" };
const holds = (column: string, operator: Condition["operator"], value: string): boolean =>
  fulfils(row, [{ column, operator, value }], texts);

describe("conditions of a table", () => {
  it("compare numbers as numbers, whatever groups their digits, and text without regard to case and marks", () => {
    expect([holds("price", "is", "-65000.10"), holds("price", "is", "-65,000.1"), holds("price", "isNot", "-65000.2")]).toEqual([
      true,
      true,
      true,
    ]);
    expect([holds("price", "below", "0"), holds("price", "above", "-65001"), holds("price", "above", "-65000")]).toEqual([
      true,
      true,
      false,
    ]);
    expect([holds("side", "is", "buy"), holds("side", "contains", "BU"), holds("side", "is", "sell")]).toEqual([true, true, false]);
  });

  it("must all hold; one without a value or on a column that is gone asks for nothing", () => {
    const good: Condition = { column: "side", operator: "is", value: "buy" };
    expect(fulfils(row, [good, { column: "price", operator: "above", value: "0" }], texts)).toBe(false);
    expect(
      fulfils(row, [good, { column: "price", operator: "above", value: " " }, { column: "gone", operator: "is", value: "x" }], texts),
    ).toBe(true);
  });

  it("colour a row by the first rule that fits", () => {
    const rule = (value: string, tone: "info" | "warning") => ({ condition: { column: "side", operator: "is" as const, value }, tone });
    expect(toneOf(row, [rule("sell", "info"), rule("buy", "warning"), rule("buy", "info")], texts)).toBe("warning");
    expect(toneOf(row, [rule("", "info")], texts)).toBeNull();
  });
});

const heading: ExportHeading = {
  mode: "simulated",
  venue: "HashKey Exchange (Hong Kong)",
  title: "Orders",
  at: "2026-11-28 16:00:00 UTC",
  seq: 7,
};

/** Fields of a line of comma-separated text, as a reader of such files takes them. */
function fields(line: string): readonly string[] {
  return Papa.parse<string[]>(line, { delimiter: "," }).data[0] ?? [];
}

describe("an export", () => {
  it("says mode, venue, what, when and at which sequence before anything else", () => {
    const lines = csvOf(heading, { header: ["A", "B"], rows: [["1", "x"]] }).split("\r\n");
    expect(lines[0]).toBe("\uFEFFSIMULATED,HashKey Exchange (Hong Kong)");
    expect(lines[1]).toBe("Orders,exported 2026-11-28 16:00:00 UTC,sequence 7,1 rows");
    expect(lines.slice(2)).toEqual(["", "A,B", "1,x", ""]);
  });

  it("writes bare numbers and never a cell that a spreadsheet would run", () => {
    const cells = ["−1\u2009234.50", "+5", "=1+1", "@cmd", "-2+3", "+x", '=HYPERLINK("http://x","y")', "a,b", "\t=1"];
    const line = csvOf(heading, { header: [], rows: [cells] }).split("\r\n")[4] ?? "";
    expect(fields(line)).toEqual(["-1234.50", "+5", "'=1+1", "'@cmd", "'-2+3", "'+x", '\'=HYPERLINK("http://x","y")', "a,b", "'=1"]);
  });

  it("keeps its shape whatever the cells hold, and begins no cell like a formula", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: "binary", maxLength: 12 }), { minLength: 2, maxLength: 2 }), { maxLength: 5 }),
        (rows) => {
          const lines = csvOf(heading, { header: ["a", "b"], rows })
            .split("\r\n")
            .slice(4, -1);
          expect(lines).toHaveLength(rows.length);
          for (const line of lines) {
            const cells = fields(line);
            expect(cells).toHaveLength(2);
            for (const cell of cells) expect(/^[=@\t\r]/.test(cell) || (/^[+-]/.test(cell) && !/^[+-]\d[\d.]*%?$/.test(cell))).toBe(false);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("orders that depend on each other", () => {
  const order = (id: number, clientOrderId: number) =>
    orderRow(id, { orderId: id as OrderId, seq: id as Seq, clientOrderId: clientOrderId as ClientOrderId });

  it("stand together under their first one, and those that are alone are none", () => {
    const families = new OrderFamilies();
    const [entry, other, profit, stop] = [order(10, 1), order(11, 2), order(20, 1), order(21, 1)];
    families.reset([entry, other]);
    expect(families.of(entry)).toEqual({ size: 1, rank: 0 });
    expect(families.add([profit, stop])).toEqual([10, 20, 10, 20, 21]);
    expect([entry, profit, stop].map((one) => families.of(one))).toEqual([
      { size: 3, rank: 0 },
      { size: 3, rank: 1 },
      { size: 3, rank: 2 },
    ]);
    expect(families.add([stop])).toEqual([]);
    const shown = [stop, other, profit, entry].sort((a, b) => families.place(b) - families.place(a));
    expect(shown.map(({ orderId }) => orderId)).toEqual([11, 10, 20, 21]);
  });
});
