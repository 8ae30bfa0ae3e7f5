import path from "node:path";
import { PROJECT_ROOT, toolScript } from "./setup/paths.mjs";
import { passThrough } from "./setup/processes.mjs";
import { say } from "./setup/progress.mjs";
import { SetupError } from "./setup/setupError.mjs";

/** Where a release goes, and where an application goes that must never become one. */
const RELEASE_DIR = "out/dist";
const TRIAL_DIR = "out/trial";

/**
 * Packages the built terminal with electron-builder: an unpacked application,
 * or the targets named on the command line.
 *
 * @param {object} from
 * @param {string} from.node
 * @param {import('./setup/electronRuntime.mjs').ElectronRuntime} from.electron
 * @param {readonly string[]} from.args for electron-builder, such as `--linux AppImage`
 * @returns {Promise<number>} exit code
 */
export async function packageTerminal({ node, electron, args }) {
  const output = outputFor(electron, args);
  const options = [
    ...(args.length > 0 ? args : ["--dir"]),
    "--publish=never",
    `-c.electronDist=${electron.folder}`,
    `-c.electronVersion=${electron.version}`,
    `-c.directories.output=${output}`,
  ];
  const exitCode = await passThrough(node, [toolScript("electron-builder", "cli.js"), ...options], { cwd: PROJECT_ROOT });
  if (exitCode === 0) say(`Packaged below ${path.join(PROJECT_ROOT, output)}`);
  return exitCode;
}

/**
 * Only an official runtime may enter a release. With any other, an unpacked
 * application for the smoke test is all there is, in a folder of its own.
 *
 * @param {import('./setup/electronRuntime.mjs').ElectronRuntime} electron
 * @param {readonly string[]} args
 */
export function outputFor(electron, args) {
  if (electron.source === "official") return RELEASE_DIR;
  if (args.some((arg) => arg !== "--dir")) {
    throw new SetupError({
      what: "A release cannot be packaged here.",
      why: `It needs the official Electron, and this machine has ${electron.version} (${electron.source}).`,
      doThis: 'Run this where github.com can be reached. "npm run dist" without targets still makes a trial application for tests.',
    });
  }
  say(`Electron ${electron.version} (${electron.source}) is not the official runtime: this makes a trial application, not a release.`);
  return TRIAL_DIR;
}
