import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./paths.mjs";
import { SetupError } from "./setupError.mjs";

const TICK_MS = 5_000;

/**
 * Tells the person at the terminal. Everything the set-up says goes to stderr,
 * so that stdout holds nothing but what the started program prints.
 *
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @param {number} sinceMs a `performance.now()` reading */
export function secondsSince(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Runs one long step: its name at once, its elapsed time every few seconds,
 * its total at the end.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const startedMs = performance.now();
  say(`> ${name} ...`);
  const ticker = setInterval(() => say(`  ${name}: ${secondsSince(startedMs)} so far`), TICK_MS);
  try {
    const result = await work();
    say(`  took ${secondsSince(startedMs)}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

/**
 * Prints a failure. What is not a SetupError is a fault of the set-up itself:
 * its stack goes to a file, never to the terminal.
 *
 * @param {unknown} error
 */
export function reportFailure(error) {
  if (error instanceof SetupError) {
    say(`\nStopped: ${error.message}`);
    return;
  }
  const file = path.join(PROJECT_ROOT, "out", "setup-fault.txt");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, String(error instanceof Error ? error.stack : error));
  say(`\nStopped: ${error instanceof Error ? error.message : String(error)}`);
  say("  Why: the set-up met something it does not expect.");
  say(`  Do:  report it with the file ${path.relative(process.cwd(), file)}`);
}
