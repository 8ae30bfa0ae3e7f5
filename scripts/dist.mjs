import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeNotices } from "./notices.mjs";
import { buildTerminal } from "./setup/build.mjs";
import { PROJECT_ROOT, toolScript } from "./setup/paths.mjs";
import { passThrough } from "./setup/processes.mjs";
import { say } from "./setup/progress.mjs";
import { SetupError } from "./setup/setupError.mjs";

/** Where a release goes, and where an application goes that must never become one. */
const RELEASE_DIR = "out/dist";
const TRIAL_DIR = "out/trial";

/**
 * Builds the terminal and packages it with electron-builder: an
 * unpacked application, or the targets named on the command line.
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
    ...(output === TRIAL_DIR ? trialMarks() : []),
  ];
  await buildTerminal(node);
  rmSync(path.join(PROJECT_ROOT, output), { recursive: true, force: true });
  writeNotices();
  const exitCode = await passThrough(node, [toolScript("electron-builder", "cli.js"), ...options], { cwd: PROJECT_ROOT });
  if (exitCode !== 0) return exitCode;
  if (output === TRIAL_DIR) leaveNotes(path.join(PROJECT_ROOT, output), electron);
  say(`Packaged below ${path.join(PROJECT_ROOT, output)}`);
  return exitCode;
}

/** An application that is no release says so in its name, its version (hence its about box) and its file names. */
function trialMarks() {
  const { version, productName } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, "package.json"), "utf8"));
  const name = `${productName} Development`;
  return [
    `-c.productName=${name}`,
    `-c.extraMetadata.productName=${name}`,
    `-c.extraMetadata.version=${version}-development`,
    "-c.appId=com.hashkey.terminal.development",
    "-c.linux.executableName=hashkey-terminal-development",
  ];
}

/**
 * Puts the reason beside each executable, for whoever finds the folder later.
 *
 * @param {string} output
 * @param {import('./setup/electronRuntime.mjs').ElectronRuntime} electron
 */
function leaveNotes(output, electron) {
  const note =
    `A development build around Electron ${electron.version} (${electron.source}), which is not the official binary.\n` +
    "For tests on the machine that made it. Do not pass it on, and do not use it as a release.\n";
  for (const entry of readdirSync(output, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name.endsWith("unpacked")) writeFileSync(path.join(output, entry.name, "DEVELOPMENT-BUILD.txt"), note);
  }
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
