import { describe, expect, it } from "vitest";
import { parameterKind, parameterText } from "../../renderer/app/riskFigures.ts";
import { parseParameter } from "../../renderer/features/risk/riskModel.ts";

describe("SC-7 a proposed limit's further figure", () => {
  it("is tokens, a window or a cooling-off, where the control has one", () => {
    expect(parameterKind("messages")).toBe("tokens");
    expect(parameterKind("duplicates")).toBe("window");
    expect(parameterKind("loss")).toBe("coolingOff");
    expect(parameterKind("orderLots")).toBeNull();
  });

  it("is taken exactly as typed, and never made up", () => {
    expect(parseParameter("window", "1.5")).toBe(1_500_000);
    expect(parseParameter("coolingOff", "3 600")).toBe(3_600_000_000);
    expect(parseParameter("tokens", "5,000")).toBe(5_000);
    for (const text of ["", "soon", "0", "-1", "1.0000001", "1e3"]) expect(parseParameter("window", text), text).toBeNull();
    for (const text of ["1.5", "10000000000000000"]) expect(parseParameter("tokens", text), text).toBeNull();
  });

  it("is told to who approves it, with its unit", () => {
    expect(parameterText("executions", 1_500_000)).toBe("window 1.5 s");
    expect(parameterText("loss", 3_600_000_000)).toMatch(/^cooling-off 3\s600 s$/);
    expect(parameterText("messages", 50)).toBe("50 tokens a second");
    expect(parameterText("orderLots", null)).toBe("");
  });
});
