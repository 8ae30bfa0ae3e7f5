import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { startGuardian } from "./guardian.mjs";
import { say } from "./progress.mjs";

/**
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null, missing: boolean }} Outcome
 *   `missing`: the command does not exist.
 * @typedef {{ child: import('node:child_process').ChildProcess, exited: Promise<Outcome> }} Running
 * @typedef {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv, timeoutMs?: number }} Options
 */

const GRACE_MS = 5_000;
const KEPT_OUTPUT_CHARS = 200_000;
const WINDOWS = process.platform === "win32";

/** In order of start; stopped in the opposite order, so that a window goes before its display. @type {Set<Running>} */
const live = new Set();
let interrupted = false;
/** Of a launcher only; what tests start here they end themselves. @type {import('./guardian.mjs').Guardian | undefined} */
let guardian;
const ORPHAN_CHECK_MS = 1_000;

/**
 * Starts a process as leader of its own group, so that Ctrl-C reaches the
 * launcher alone, which then stops its children in order.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options & { stdio: import('node:child_process').StdioOptions }} options
 * @returns {Running}
 */
export function startProcess(command, args, { cwd, env, stdio }) {
  const child = spawn(command, args, { cwd, env, stdio, detached: !WINDOWS, windowsHide: true });
  const running = {
    child,
    exited: new Promise((/** @type {(outcome: Outcome) => void} */ resolve) => {
      child.once("error", () => resolve({ code: null, signal: null, missing: true }));
      child.once("close", (code, signal) => resolve({ code, signal, missing: false }));
    }),
  };
  // What a crashed program leaves behind would hold its output open, and outlive it. Windows ends such trees itself.
  if (!WINDOWS) child.once("exit", () => killGroup(running));
  live.add(running);
  const { pid } = child;
  if (pid !== undefined) guardian?.watch(pid);
  void running.exited.then(() => forget(running));
  return running;
}

/**
 * Asks a process to end, waits, then ends what is left of its group.
 *
 * @param {Running} running
 */
export async function stopProcess(running) {
  signalLeader(running, "SIGTERM");
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const grace = new Promise((resolve) => {
    timer = setTimeout(resolve, GRACE_MS);
  });
  await Promise.race([running.exited, grace]);
  clearTimeout(timer);
  if (live.has(running)) killGroup(running);
  await running.exited;
}

/**
 * Runs a command to its end and keeps what it printed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<Outcome & { stdout: string, output: string, timedOut: boolean }>}
 *   `output` is stdout and stderr as they came.
 */
export async function capture(command, args, options = {}) {
  const running = startProcess(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let output = "";
  let timedOut = false;
  running.child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout = (stdout + text).slice(-KEPT_OUTPUT_CHARS);
    output = (output + text).slice(-KEPT_OUTPUT_CHARS);
  });
  running.child.stderr?.setEncoding("utf8").on("data", (text) => {
    output = (output + text).slice(-KEPT_OUTPUT_CHARS);
  });
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void stopProcess(running);
        }, options.timeoutMs);
  const outcome = await outcomeOf(running);
  clearTimeout(timer);
  return { ...outcome, stdout, output, timedOut };
}

/**
 * Runs a command to its end with its output going straight to ours.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options & { withoutLines?: RegExp, takesInput?: boolean }} [options] `withoutLines`: lines of its stderr to leave out; `takesInput`: our
 *   standard input is the command's
 * @returns {Promise<number>} its exit code, by the shell's rule where a signal ended it
 */
export async function passThrough(command, args, { withoutLines, takesInput = false, ...options } = {}) {
  const [input, errors] = /** @type {const} */ ([takesInput ? "inherit" : "ignore", withoutLines ? "pipe" : "inherit"]);
  const running = startProcess(command, args, { ...options, stdio: [input, "inherit", errors] });
  if (withoutLines && running.child.stderr) {
    createInterface({ input: running.child.stderr }).on("line", (line) => {
      if (!withoutLines.test(line)) say(line);
    });
  }
  const { code, signal } = await outcomeOf(running);
  if (code !== null) return code;
  return signal === null ? 127 : 128 + constants.signals[signal];
}

/**
 * Makes Ctrl-C and termination stop every child, in order, before the launcher itself ends; the death of the npm that started it does the
 * same. Should the launcher be killed outright, its guardian does it.
 */
export function stopChildrenOnInterrupt() {
  guardian = startGuardian();
  if (process.env["npm_lifecycle_event"] !== undefined) stopWithParent(process.ppid);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    const exitCode = 128 + constants.signals[signal];
    process.on(signal, () => {
      if (interrupted) process.exit(exitCode);
      interrupted = true;
      say(`\nStopping (${signal}); once more to stop at once.`);
      void stopAll().then(() => process.exit(exitCode));
    });
  }
  // The last resort for every other way out, such as a second Ctrl-C.
  process.on("exit", () => {
    for (const running of live) killGroup(running);
  });
}

/** @param {Running} running */
function forget(running) {
  live.delete(running);
  const { pid } = running.child;
  if (pid !== undefined) guardian?.release(pid);
}

/** @param {number} parent */
function stopWithParent(parent) {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGHUP");
  }, ORPHAN_CHECK_MS);
  timer.unref();
}

async function stopAll() {
  for (const running of [...live].reverse()) await stopProcess(running);
}

/**
 * Never settles once a person has interrupted: the interrupt ends the
 * launcher, and nothing that awaited this child may start another one.
 *
 * @param {Running} running
 */
async function outcomeOf(running) {
  const outcome = await running.exited;
  return interrupted ? new Promise((/** @type {(never: Outcome) => void} */ _resolve) => {}) : outcome;
}

/**
 * @param {Running} running
 * @param {NodeJS.Signals} signal
 */
function signalLeader({ child }, signal) {
  if (child.pid === undefined) return;
  if (WINDOWS) spawnSync("taskkill", ["/pid", String(child.pid), "/T"], { windowsHide: true });
  else child.kill(signal);
}

/** @param {Running} running */
function killGroup({ child }) {
  if (child.pid === undefined) return;
  if (WINDOWS) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // No process is left in the group (macOS says EPERM of dead ones): that is what was wanted.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
