import { PROJECT_ROOT, toolScript } from "../setup/paths.mjs";
import { capture } from "../setup/processes.mjs";
import { say, secondsSince } from "../setup/progress.mjs";
import { SetupError } from "../setup/setupError.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 * @typedef {{ name: string, run: () => Promise<Tally> }} Check
 */

/** The checks that are one command each: it exits 0, or the check has failed. */
const COMMANDS = /** @type {const} */ ({
  format: { tool: toolScript("oxfmt", "bin/oxfmt"), args: ["--check", "."] },
  lint: { tool: toolScript("oxlint", "bin/oxlint"), args: ["--type-aware", "."] },
  types: { tool: toolScript("typescript", "bin/tsc"), args: ["-b", ".", "scripts"] },
  unused: { tool: toolScript("knip", "bin/knip.js"), args: [] },
});

/**
 * @param {string} node
 * @returns {Check[]} format, lint, types and unused code
 */
export function commandChecks(node) {
  return Object.entries(COMMANDS).map(([name, { tool, args }]) => ({
    name,
    run: async () => {
      const { code, output } = await capture(node, [tool, ...args], { cwd: PROJECT_ROOT });
      if (code !== 0) say(output.trim());
      return verdict(code === 0);
    },
  }));
}

/**
 * Runs checks one after the other, all of them, and tells each one's result and time.
 *
 * @param {readonly Check[]} checks
 * @returns {Promise<Tally>}
 */
export async function runChecks(checks) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const { name, run } of checks) {
    say(`\n== ${name}`);
    const startedMs = performance.now();
    const tally = await runToVerdict(run);
    for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) total[key] += tally[key];
    const line = `${name.padEnd(8)} ${tally.failed === 0 ? "passed" : "FAILED"}  ${secondsSince(startedMs).padStart(8)}  ${inWords(tally)}`;
    lines.push(line);
    say(line);
  }
  say(`\n${lines.join("\n")}\n`);
  return total;
}

/** @param {boolean} passed */
export function verdict(passed) {
  return passed ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * A check that cannot run has failed; the ones after it still run.
 *
 * @param {() => Promise<Tally>} run
 */
async function runToVerdict(run) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return verdict(false);
  }
}

/** @param {Tally} tally */
function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
