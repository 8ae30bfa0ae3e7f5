import { buildTerminal } from "./build.mjs";
import { installDependencies } from "./dependencies.mjs";
import { hasDisplay, openDisplay } from "./display.mjs";
import { findElectron } from "./electronRuntime.mjs";
import { findNode, requireLauncherNode } from "./nodeRuntime.mjs";
import { stopChildrenOnInterrupt } from "./processes.mjs";
import { reportFailure } from "./progress.mjs";
import { requireSystemLibraries } from "./systemLibraries.mjs";

/**
 * Everything a program needs to open the terminal's window.
 *
 * @typedef {object} Stage
 * @property {import('./electronRuntime.mjs').ElectronRuntime} electron
 * @property {readonly string[]} electronFlags for Electron's command line on this display
 * @property {NodeJS.ProcessEnv} env
 * @property {() => Promise<void>} close
 */

/**
 * Runs a command of this project: its failures are told, never thrown, and
 * Ctrl-C ends all that it started.
 *
 * @param {() => Promise<number>} command returns the exit code
 */
export async function runCommand(command) {
  stopChildrenOnInterrupt();
  try {
    requireLauncherNode(process.versions.node);
    process.exitCode = await command();
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  }
}

/**
 * A Node that the tools accept, and the dependencies.
 *
 * @returns {Promise<string>} path of that Node
 */
export async function prepareTools() {
  const node = await findNode();
  await installDependencies(node);
  return node;
}

/**
 * An Electron with all it needs of the system.
 *
 * @param {string} node
 * @param {{ readonly keyring?: boolean }} [tests] what tests need beside it
 */
export async function prepareElectron(node, { keyring = false } = {}) {
  const electron = await findElectron({ node });
  await requireSystemLibraries({ electron, virtualDisplay: !(await hasDisplay()), keyring });
  return electron;
}

/**
 * Electron, the built terminal and a display to show it on.
 *
 * @param {string} node
 * @returns {Promise<Stage>}
 */
export async function prepareStage(node) {
  const electron = await prepareElectron(node);
  await buildTerminal(node);
  const display = await openDisplay();
  return {
    electron,
    electronFlags: display.electronFlags,
    env: stageEnvironment(electron, display),
    close: display.close,
  };
}

/**
 * @param {import('./electronRuntime.mjs').ElectronRuntime} electron
 * @param {import('./display.mjs').Display} display
 * @returns {NodeJS.ProcessEnv}
 */
function stageEnvironment(electron, display) {
  return {
    ...process.env,
    ...display.env,
    // Editors built on Electron leave this in their terminals; it would start a plain Node instead of a window.
    ELECTRON_RUN_AS_NODE: undefined,
    // Read by the about box, and by the end-to-end tests to start the same Electron in the same way.
    TERMINAL_RUNTIME: electron.source,
    TERMINAL_ELECTRON: electron.executable,
    TERMINAL_ELECTRON_FLAGS: display.electronFlags.join(" "),
  };
}
