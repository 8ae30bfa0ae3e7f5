import { existsSync, rmSync } from "node:fs";
import { RUNTIME_DIR } from "./paths.mjs";
import { NODE_PINS } from "./pins.mjs";
import { capture } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { fetchPackage, placeOf } from "./registryPackage.mjs";
import { SetupError } from "./setupError.mjs";

const OLDEST_LAUNCHER_MAJOR = 20;

/**
 * Refuses a Node that cannot even run the set-up.
 *
 * @param {string} version such as `20.20.2`
 */
export function requireLauncherNode(version) {
  if (majorOf(version) >= OLDEST_LAUNCHER_MAJOR) return;
  throw new SetupError({
    what: `Node.js ${version} is too old.`,
    why: `The set-up needs Node.js ${OLDEST_LAUNCHER_MAJOR} or newer; it then fetches a newer one for the tools by itself.`,
    doThis: "Install the current LTS release from https://nodejs.org, then run this again.",
  });
}

/**
 * The tools need type stripping, and code may use what Electron's own Node 24
 * has. 25 is no long-term release and vitest refuses it.
 *
 * @param {string} version
 */
export function toolsAccept(version) {
  const major = majorOf(version);
  return major === 24 || major >= 26;
}

/**
 * A Node that the tools accept: the one that runs this, or a pinned one.
 *
 * @param {object} [from]
 * @param {string} [from.version] of the Node that runs this
 * @param {string} [from.execPath]
 * @param {string} [from.platform] `platform-arch`
 * @param {string} [from.runtimeDir]
 * @param {typeof NODE_PINS} [from.pins]
 * @returns {Promise<string>} path of its executable
 */
export async function findNode({
  version = process.versions.node,
  execPath = process.execPath,
  platform = `${process.platform}-${process.arch}`,
  runtimeDir = RUNTIME_DIR,
  pins = NODE_PINS,
} = {}) {
  if (toolsAccept(version)) return execPath;
  const pin = pins[platform];
  if (pin === undefined) {
    throw new SetupError({
      what: `The tools do not run on Node.js ${version}.`,
      why: `They need version 24, or 26 and newer, and there is no pinned one for ${platform}.`,
      doThis: "Install Node.js 24 from https://nodejs.org, then run this again.",
    });
  }
  const { folder, executable } = placeOf(pin, runtimeDir);
  if (!existsSync(executable)) {
    say(`The tools do not run on Node.js ${version}; taking ${pin.spec} from the npm registry for this project alone.`);
    await step(`Fetching Node.js ${pin.version}`, () => fetchPackage(pin, folder));
    await requireRuns(executable, pin).catch((error) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
  }
  return executable;
}

/**
 * @param {string} executable
 * @param {import("./pins.mjs").Pin} pin
 */
async function requireRuns(executable, pin) {
  const result = await capture(executable, ["--version"]);
  if (result.stdout.trim() === `v${pin.version}`) return;
  throw new SetupError({
    what: `${pin.spec} does not run on this machine.`,
    why: result.output.trim() || "It printed nothing; its C library may be another one than this system has.",
    doThis: "Install Node.js 24 from https://nodejs.org or your system, then run this again.",
  });
}

/** @param {string} version */
function majorOf(version) {
  return Number.parseInt(version, 10);
}
