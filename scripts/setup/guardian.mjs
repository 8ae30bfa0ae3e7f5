// Stands beside a launcher and ends what it started, should the launcher be killed without a chance to do that itself.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(import.meta.url);
/** As long as an ordinary end may take, snapshot included. */
const GRACE_MS = 12_000;
const LOOK_EVERY_MS = 50;

/**
 * @typedef {{ watch: (pid: number) => void, release: (pid: number) => void }} Guardian
 *   Takes leaders of process groups, in order of start, and lets go of them when they have ended.
 */

/**
 * Starts the guardian. Its input is a pipe that only this process holds: however this process ends, the pipe ends with it. Windows has no
 * process groups to end; there nobody stands guard.
 *
 * @returns {Guardian}
 */
export function startGuardian() {
  if (process.platform === "win32") return { watch: () => {}, release: () => {} };
  const child = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const { stdin } = child;
  // Without a guardian everything works but this.
  child.on("error", () => {});
  stdin.on("error", () => {});
  child.unref();
  /** @type {import('node:net').Socket} */ (/** @type {unknown} */ (stdin)).unref();
  return {
    watch: (pid) => void stdin.write(`+${pid}\n`),
    release: (pid) => void stdin.write(`-${pid}\n`),
  };
}

/** The guardian's own life. */
async function guard() {
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => {});
  /** @type {Set<number>} */
  const watched = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const pid = Number(line.slice(1));
    if (!Number.isSafeInteger(pid) || pid <= 1) continue;
    if (line.startsWith("+")) watched.add(pid);
    else watched.delete(pid);
  }
  // A window goes before its display.
  for (const pid of [...watched].reverse()) await end(pid);
}

/** @param {number} pid leader of a process group */
async function end(pid) {
  if (!tell(pid, "SIGTERM")) return;
  const deadline = performance.now() + GRACE_MS;
  while (performance.now() < deadline && tell(pid, 0)) await delay(LOOK_EVERY_MS);
  tell(-pid, "SIGKILL");
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} name
 * @returns {boolean} whether there was anybody to tell
 */
function tell(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

if (process.argv[1] === PROGRAM) await guard();
