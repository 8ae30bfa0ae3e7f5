import { describe, expect, it } from "vitest";
import { tabSeparated } from "../../renderer/ui/tabSeparated.ts";

describe("copied rows", () => {
  it("are tab-separated under a header, with plain numbers", () => {
    expect(tabSeparated(["Account", "Price", "P&L"], [["ALPHA", "65\u2009000.10\u2007\u2007", "\u22121\u2009234.50"]])).toBe(
      "Account\tPrice\tP&L\nALPHA\t65000.10\t-1234.50",
    );
  });

  it("hold nothing that a spreadsheet would run", () => {
    const cells = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "a\tb\nc", "+0.5", "-7"];
    expect(tabSeparated(["x"], [cells]).split("\n")[1]?.split("\t")).toEqual([
      "'=1+1",
      "'@SUM(A1)",
      "'+cmd|' /C calc'!A0",
      "'-2+3",
      "a b c",
      "+0.5",
      "-7",
    ]);
  });
});
