import path from "node:path";
import { expect, it } from "vitest";
import { runChecks, verdict } from "../../scripts/checks/checks.mjs";
import { tallyOf } from "../../scripts/checks/vitest.mjs";
import { outputFor } from "../../scripts/dist.mjs";
import { PROJECT_ROOT } from "../../scripts/setup/paths.mjs";
import { capture } from "../../scripts/setup/processes.mjs";
import { SetupError } from "../../scripts/setup/setupError.mjs";
import { listen } from "./fixtures.mjs";

it("tells a failure in words, never as a stack trace", async () => {
  const result = await capture(process.execPath, [path.join(PROJECT_ROOT, "scripts/run.mjs"), "nonsense"]);
  expect(result.code).toBe(1);
  expect(result.stdout).toBe("");
  expect(result.output).toMatch(/Stopped: There is no command named "nonsense"\.\n {2}Why: [^\n]+\n {2}Do: {2}[^\n]+\n$/);
});

it("runs every check, also after one that failed or could not run", async () => {
  const said = listen();
  /** @type {string[]} */
  const ran = [];
  /** @param {string} name @param {() => Promise<import("../../scripts/checks/checks.mjs").Tally>} work */
  const check = (name, work) => ({
    name,
    run: () => {
      ran.push(name);
      return work();
    },
  });
  const total = await runChecks([
    check("lint", async () => verdict(false)),
    check("build", async () => {
      throw new SetupError({ what: "The window is missing.", why: "No window.", doThis: "Make one." });
    }),
    check("unit", async () => ({ passed: 40, failed: 2, skipped: 1 })),
  ]);
  expect(ran).toEqual(["lint", "build", "unit"]);
  expect(total).toEqual({ passed: 40, failed: 4, skipped: 1 });
  expect(said()).toMatch(/The window is missing[^]*unit {5}FAILED +[\d.]+ s {2}40 passed, 2 failed, 1 skipped/);
});

it("counts as failed what vitest does not count as a test", () => {
  const passing = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };
  const brokenFile = { status: "failed", assertionResults: [] };
  const failedFile = { status: "failed", assertionResults: [{ status: "passed" }, { status: "failed" }] };
  const tallies = {
    good: tallyOf(passing, 0),
    "a file that does not load": tallyOf({ ...passing, testResults: [brokenFile] }, 1),
    "failed tests, once": tallyOf({ ...passing, numFailedTests: 1, testResults: [failedFile] }, 1),
    "an error outside every test": tallyOf(passing, 1),
    "no test at all": tallyOf({ ...passing, numPassedTests: 0 }, 0),
    "no report": tallyOf(undefined, 137),
  };
  expect(tallies).toEqual({
    good: { passed: 5, failed: 0, skipped: 2 },
    "a file that does not load": { passed: 5, failed: 1, skipped: 2 },
    "failed tests, once": { passed: 5, failed: 1, skipped: 2 },
    "an error outside every test": { passed: 5, failed: 1, skipped: 2 },
    "no test at all": { passed: 0, failed: 1, skipped: 2 },
    "no report": { passed: 0, failed: 1, skipped: 0 },
  });
});

it("packages a release from the official runtime alone", () => {
  const said = listen();
  const runtime = { version: "42.0.0", folder: "/e", executable: "/e/electron" };
  expect(outputFor({ ...runtime, source: "official" }, ["--linux", "AppImage"])).toBe("out/dist");
  for (const source of /** @type {const} */ (["fallback", "override"])) {
    expect(() => outputFor({ ...runtime, source }, ["--linux", "AppImage"])).toThrow(/A release cannot be packaged here/);
    expect(outputFor({ ...runtime, source }, [])).toBe("out/trial");
  }
  expect(said()).toContain("not a release");
});
