import { expect, it } from "vitest";
import { keptMessages } from "../../renderer/app/keptMessages.ts";

const line = (window: string, atMs: number, text = "Filled ALPHA: Buy 0.1 BTC/USD @ 65000.00"): string =>
  JSON.stringify({ atMs, severity: "info", text, detail: "", code: "ALERT", window });
const told = (...lines: readonly string[]): readonly number[] => keptMessages(lines).map(({ atMs }) => atMs);

it("what every window was told at once is one message", () => {
  expect(told(line("a", 0), line("b", 20), line("c", 1_900))).toEqual([0]);
  expect(told(line("a", 0), line("b", 20, "Filled BRAVO: Sell 0.1 BTC/USD @ 65000.00"))).toEqual([0, 20]);
});

it("what one window was told twice happened twice, however soon", () => {
  expect(told(line("a", 0), line("a", 30))).toEqual([0, 30]);
  expect(told(line("a", 0), line("b", 5), line("a", 30), line("b", 35))).toEqual([0, 30]);
  expect(told(line("a", 0), line("a", 30), line("b", 40), line("b", 70))).toEqual([0, 30]);
});

it("what is told again later is news, whoever is told", () => {
  expect(told(line("a", 0), line("b", 2_001), line("a", 2_010))).toEqual([0, 2_001]);
});

it("a line that was cut short, or is of another kind, is passed over", () => {
  expect(told(line("a", 0).slice(0, 40), "{}", "null", line("a", 9))).toEqual([9]);
});
