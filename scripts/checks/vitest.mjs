import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT, toolScript } from "../setup/paths.mjs";
import { passThrough } from "../setup/processes.mjs";

/**
 * @typedef {object} VitestReport what vitest's json reporter writes, as far as it is read here
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults one a file
 */

/**
 * Runs one project of test/vitest.config.ts and counts its tests.
 *
 * @param {object} run
 * @param {string} run.node
 * @param {'unit' | 'e2e'} run.project
 * @param {NodeJS.ProcessEnv} [run.env]
 * @param {readonly string[]} [run.args] further arguments for vitest, such as a folder
 * @returns {Promise<import('./checks.mjs').Tally>}
 */
export async function runVitest({ node, project, env = process.env, args = [] }) {
  const reportFile = path.join(PROJECT_ROOT, "out", "test", `${project}.json`);
  mkdirSync(path.dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  const options = ["--config", "test/vitest.config.ts", "--project", project];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const exitCode = await passThrough(node, [toolScript("vitest", "vitest.mjs"), "run", ...options, ...reporters, ...args], {
    cwd: PROJECT_ROOT,
    env,
  });
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, "utf8")) : undefined;
  return tallyOf(report, exitCode);
}

/**
 * Counts tests, and as failed also what is not a test: a file that does not
 * load, an error outside every test, a run that ran nothing.
 *
 * @param {VitestReport | undefined} report
 * @param {number} exitCode of vitest
 * @returns {import('./checks.mjs').Tally}
 */
export function tallyOf(report, exitCode) {
  const passed = report?.numPassedTests ?? 0;
  const files = report?.testResults ?? [];
  const brokenFiles = files.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const counted = (report?.numFailedTests ?? 0) + brokenFiles;
  const nothingRan = passed === 0 && counted === 0;
  const failed = counted === 0 && (exitCode !== 0 || nothingRan) ? 1 : counted;
  return { passed, failed, skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0) };
}
