import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { capture } from "./processes.mjs";
import { SetupError } from "./setupError.mjs";

const LAST_LINES = 12;

/**
 * Finds npm's own script, so that npm can be run by a Node of our choice and
 * without a shell on Windows.
 *
 * @param {{ env?: NodeJS.ProcessEnv, execPath?: string }} [from]
 * @returns {string}
 */
function npmScript({ env = process.env, execPath = process.execPath } = {}) {
  const beside = path.dirname(execPath);
  const candidates = [
    env["npm_execpath"],
    path.join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
    path.join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    ...(env["PATH"] ?? "").split(path.delimiter).map((folder) => path.join(folder, "npm")),
  ];
  for (const candidate of candidates) {
    if (candidate === undefined || !existsSync(candidate)) continue;
    const script = realpathSync(candidate);
    if (path.basename(script) === "npm-cli.js") return script;
  }
  throw new SetupError({
    what: "npm was not found.",
    why: `It is neither beside ${execPath} nor on the PATH.`,
    doThis: "Install Node.js together with npm (https://nodejs.org), then run this again.",
  });
}

/**
 * Runs npm quietly; its own words are shown only when it fails.
 *
 * @param {{ node: string, args: readonly string[], cwd: string, failure: string, doThis: string }} run
 *   `failure` says what is missing if npm fails, `doThis` what to do then.
 * @returns {Promise<string>} what npm printed to stdout
 */
export async function runNpm({ node, args, cwd, failure, doThis }) {
  const result = await capture(node, [npmScript(), ...args, "--loglevel=error", "--no-update-notifier"], { cwd });
  if (result.code === 0) return result.stdout;
  const lines = result.output.trim().split("\n").slice(-LAST_LINES);
  throw new SetupError({ what: failure, why: `npm ${args[0]} said:\n    ${lines.join("\n    ")}`, doThis });
}
