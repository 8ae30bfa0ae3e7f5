import { connect } from "node:net";
import path from "node:path";
import { startProcess, stopProcess } from "./processes.mjs";
import { say } from "./progress.mjs";
import { SetupError } from "./setupError.mjs";

/**
 * @typedef {object} Display
 * @property {NodeJS.ProcessEnv} env what a program needs in its environment to draw there
 * @property {readonly string[]} electronFlags what Electron needs on its command line there
 * @property {() => Promise<void>} close
 */

/** Large enough for the widest layout the tests look at. */
const SCREEN = "2560x1440x24";
const READY_LIMIT_MS = 15_000;

/**
 * Whether a program can open a window here. A display that is named but does
 * not answer, such as one left over in a shell's environment, does not count.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function hasDisplay(env = process.env) {
  if (process.platform !== "linux") return true;
  if (await hasWayland(env)) return true;
  const display = env["DISPLAY"];
  if (!display) return false;
  const local = /^:(\d+)/.exec(display);
  if (local === null) return true;
  const socket = `/tmp/.X11-unix/X${local[1]}`;
  return (await answers(socket)) || (await answers(`\0${socket}`));
}

/** @param {NodeJS.ProcessEnv} env */
async function hasWayland({ WAYLAND_DISPLAY: name, XDG_RUNTIME_DIR: folder = "" }) {
  if (!name) return false;
  return (path.isAbsolute(name) || folder !== "") && answers(path.resolve(folder, name));
}

/**
 * The display to run on: this machine's own, or a virtual one, which it says.
 *
 * @param {{ env?: NodeJS.ProcessEnv }} [from]
 * @returns {Promise<Display>}
 */
export async function openDisplay({ env = process.env } = {}) {
  const flags = sandboxFlags();
  if (await hasDisplay(env)) return { env: {}, electronFlags: flags, close: async () => {} };
  const { name, close } = await startVirtualDisplay();
  say(`No display here: running on the virtual display ${name} (${SCREEN}).`);
  return {
    env: { DISPLAY: name, WAYLAND_DISPLAY: undefined, XDG_SESSION_TYPE: "x11" },
    // Without a graphics card the GPU process blocks WebGL and screenshots fail.
    electronFlags: [...flags, "--disable-gpu"],
    close,
  };
}

/** Chromium refuses to start its sandbox as root. Everyone else keeps it. */
function sandboxFlags() {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return [];
  say("Running as root: Electron's sandbox is off (--no-sandbox). Use an ordinary account for anything but tests.");
  return ["--no-sandbox"];
}

/** @returns {Promise<{ name: string, close: () => Promise<void> }>} */
async function startVirtualDisplay() {
  // Xvfb itself picks a free number and writes it to the file descriptor when it is ready.
  const running = startProcess("Xvfb", ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let said = "";
  let isOver = false;
  void running.exited.then(() => (isOver = true));
  running.child.stderr?.on("data", (text) => {
    said += text;
  });
  const number = await Promise.race([firstLine(running), running.exited.then(() => undefined), afterLimit()]);
  if (number !== undefined) return { name: `:${number}`, close: () => stopProcess(running) };
  const hasEnded = isOver;
  await stopProcess(running);
  throw new SetupError({
    what: "The virtual display did not start.",
    why: said.trim() || (hasEnded ? "Xvfb ended without a word." : `Xvfb said nothing for ${READY_LIMIT_MS / 1_000} s.`),
    doThis: "Check that Xvfb runs by hand (Xvfb :99), then run this again.",
  });
}

/**
 * @param {import('./processes.mjs').Running} running
 * @returns {Promise<string>}
 */
function firstLine({ child }) {
  return new Promise((resolve) => {
    let text = "";
    child.stdio[3]?.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text.trim());
    });
  });
}

/** @returns {Promise<undefined>} */
function afterLimit() {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), READY_LIMIT_MS).unref();
  });
}

/** @param {string} socket path of a unix socket, or of an abstract one with a leading NUL */
function answers(socket) {
  return new Promise((/** @type {(yes: boolean) => void} */ resolve) => {
    const connection = connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
