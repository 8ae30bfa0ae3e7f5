import { describe, expect, it } from "vitest";
import type { Bench } from "../bench/measure.ts";
import { chooseBenches } from "../bench/selection.ts";

const bench = (name: string, metrics?: readonly string[]): Bench => ({
  name,
  ...(metrics === undefined ? {} : { metrics }),
  run: () => Promise.resolve([]),
});
const benches = [bench("core", ["pipeline", "fork"]), bench("fork"), bench("ui"), bench("ui", ["ui", "blotter.rows"])];

const chosen = (...argv: readonly string[]): readonly number[] => {
  const choice = chooseBenches(argv, benches);
  return choice.kind === "run" ? choice.benches.map((one) => benches.indexOf(one)) : [];
};

describe("npm run bench", () => {
  it("runs all without a name, and those that are named, once each", () => {
    expect(chosen()).toEqual([0, 1, 2, 3]);
    expect(chosen("--json")).toEqual([0, 1, 2, 3]);
    expect(chosen("ui", "core", "ui")).toEqual([0, 2, 3]);
  });

  it("takes a metric's name or its beginning, and a benchmark's own name before that", () => {
    expect(chosen("pipeline")).toEqual([0]);
    expect(chosen("pipeline.latencyUs.p99")).toEqual([0]);
    expect(chosen("fork")).toEqual([1]);
    expect(chosen("blotter.rows.perSecond")).toEqual([3]);
  });

  it.each([["pipe"], ["blotter"], ["--fast"], ["core", "-x"], ["ui", "--minutes", "soon"], ["--minutes", "0"]])(
    "refuses %s and runs nothing",
    (...argv) => {
      const choice = chooseBenches(argv, benches);
      expect(choice.kind).toBe("wrong");
      expect(choice.kind === "wrong" && choice.text).toContain(argv.at(-1));
    },
  );

  it("hands on how long is to be watched, which is no name", () => {
    const choice = chooseBenches(["ui", "--minutes", "30"], benches);
    expect(choice).toMatchObject({ kind: "run", json: false, options: { minutes: 30 } });
    expect(chosen("--minutes", "1.5", "fork", "--json")).toEqual([1]);
    expect(chooseBenches([], benches)).toMatchObject({ options: { minutes: null } });
  });

  it("names each benchmark once, with its metrics, and runs nothing then", () => {
    for (const flag of ["--help", "-h"]) {
      const choice = chooseBenches(["ui", flag], benches);
      expect(choice.kind).toBe("help");
      const lines = choice.kind === "help" ? choice.text.split("\n").filter((line) => line.startsWith("  ")) : [];
      expect(lines.map((line) => line.trim().split(/ +/)[0])).toEqual(["core", "fork", "ui"]);
      expect(lines[0]).toContain("pipeline.* fork.*");
    }
  });
});
