import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { capture } from "./processes.mjs";
import { say, step } from "./progress.mjs";
import { SetupError } from "./setupError.mjs";

/**
 * @typedef {{ name: string, packages: readonly string[], without?: string }} Requirement
 *   `packages`: names of the Debian package over the releases, newest first.
 *   `without`: what happens where it stays missing; the terminal cannot run without one that does not say so.
 */

/** Debian's packages for the libraries that Electron is linked to; what they depend on comes with them. */
const LIBRARY_PACKAGES = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  "libX11.so.6": ["libx11-6"],
  "libXcomposite.so.1": ["libxcomposite1"],
  "libXdamage.so.1": ["libxdamage1"],
  "libXext.so.6": ["libxext6"],
  "libXfixes.so.3": ["libxfixes3"],
  "libXrandr.so.2": ["libxrandr2"],
  "libXss.so.1": ["libxss1"],
  "libasound.so.2": ["libasound2t64", "libasound2"],
  "libatk-1.0.so.0": ["libatk1.0-0t64", "libatk1.0-0"],
  "libatk-bridge-2.0.so.0": ["libatk-bridge2.0-0t64", "libatk-bridge2.0-0"],
  "libatspi.so.0": ["libatspi2.0-0t64", "libatspi2.0-0"],
  "libcairo.so.2": ["libcairo2"],
  "libcups.so.2": ["libcups2t64", "libcups2"],
  "libdbus-1.so.3": ["libdbus-1-3"],
  "libdrm.so.2": ["libdrm2"],
  "libexpat.so.1": ["libexpat1"],
  "libgbm.so.1": ["libgbm1"],
  "libgio-2.0.so.0": ["libglib2.0-0t64", "libglib2.0-0"],
  "libglib-2.0.so.0": ["libglib2.0-0t64", "libglib2.0-0"],
  "libgobject-2.0.so.0": ["libglib2.0-0t64", "libglib2.0-0"],
  "libgtk-3.so.0": ["libgtk-3-0t64", "libgtk-3-0"],
  "libnspr4.so": ["libnspr4"],
  "libnss3.so": ["libnss3"],
  "libnssutil3.so": ["libnss3"],
  "libpango-1.0.so.0": ["libpango-1.0-0"],
  "libsmime3.so": ["libnss3"],
  "libudev.so.1": ["libudev1"],
  "libxcb.so.1": ["libxcb1"],
  "libxkbcommon.so.0": ["libxkbcommon0"],
});

/** @type {Requirement} */
const VIRTUAL_DISPLAY = { name: "Xvfb (a virtual display)", packages: ["xvfb"] };
/** @type {Requirement} */
const CHINESE_FONT = {
  name: "a font with Chinese characters",
  packages: ["fonts-noto-cjk"],
  without: "Chinese text would show as boxes",
};
/**
 * Brings the session bus and the library by which Chromium asks it along.
 *
 * @type {Requirement}
 */
const KEYRING = {
  name: "a keyring",
  packages: ["gnome-keyring"],
  without: "keeping a venue's key in it is not tested",
};

/**
 * Sees to it that Electron finds what it needs of a Linux system: as root on a
 * Debian-like one it installs what is missing, else it says what to run.
 *
 * @param {object} needs
 * @param {import("./electronRuntime.mjs").ElectronRuntime} needs.electron
 * @param {boolean} needs.virtualDisplay whether this run has no display of its own
 * @param {boolean} [needs.keyring] whether tests ask for a keyring
 * @param {boolean} [needs.root] whether this process may install
 * @param {string} [needs.searchPath] where commands are looked for
 */
export async function requireSystemLibraries({
  electron,
  virtualDisplay,
  keyring = false,
  root = process.getuid?.() === 0,
  searchPath = process.env["PATH"] ?? "",
}) {
  if (process.platform !== "linux") return;
  const missing = (await missingLibraries(electron.executable)).map(libraryRequirement);
  if (virtualDisplay && !onPath("Xvfb", searchPath)) missing.push(VIRTUAL_DISPLAY);
  if (!(await hasChineseFont())) missing.push(CHINESE_FONT);
  if (keyring && !onPath("gnome-keyring-daemon", searchPath)) missing.push(KEYRING);

  const debian = onPath("apt-get", searchPath);
  if (missing.length > 0 && debian && root) await installOrAdvise(missing);
  else if (missing.length > 0) await adviseOn(missing, debian);
  if (!root) await requireSandbox(electron);
}

/**
 * The shared libraries a program is linked to and this system lacks.
 *
 * @param {string} executable
 * @returns {Promise<string[]>} such as `libnss3.so`
 */
export async function missingLibraries(executable) {
  const { output } = await capture("ldd", [executable]);
  return [...output.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => /** @type {string} */ (match[1]));
}

/**
 * Names what is missing and the one command that brings it, for a person to run.
 *
 * @param {readonly Requirement[]} missing
 * @param {readonly string[] | undefined} packages undefined where the system is not Debian-like
 */
function missingOnSystem(missing, packages) {
  return new SetupError({
    what: `This system lacks ${namesOf(missing)}.`,
    why: "Electron, which draws the terminal's window, needs this of the system.",
    doThis:
      packages === undefined
        ? "Install this with your system's package manager, then run this again."
        : `Run this one command, then run this again:\n    ${installCommand(packages)}`,
  });
}

/**
 * @param {string} library
 * @returns {Requirement}
 */
function libraryRequirement(library) {
  return { name: library, packages: LIBRARY_PACKAGES[library] ?? [] };
}

/** @param {readonly Requirement[]} missing */
function namesOf(missing) {
  return missing.map(({ name }) => name).join(", ");
}

/** @param {Requirement} requirement */
function isEssential({ without }) {
  return without === undefined;
}

/** @param {readonly Requirement[]} missing none of them essential */
function consequencesOf(missing) {
  return missing.map(({ without }) => without).join("; ");
}

/** @param {readonly string[]} packages */
function installCommand(packages) {
  return `sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}'`;
}

/**
 * @param {readonly Requirement[]} missing
 * @param {boolean} debian
 */
async function adviseOn(missing, debian) {
  const packages = debian ? await packagesFor(missing) : undefined;
  if (missing.some(isEssential)) throw missingOnSystem(missing, packages);
  say(`Note: this system lacks ${namesOf(missing)}: ${consequencesOf(missing)}.`);
  if (packages !== undefined) say(`  To install: ${installCommand(packages)}`);
}

/**
 * A machine without its package servers may still start what needs nothing essential of them.
 *
 * @param {readonly Requirement[]} missing
 */
async function installOrAdvise(missing) {
  try {
    await installPackages(missing);
  } catch (error) {
    if (!(error instanceof SetupError) || missing.some(isEssential)) throw error;
    say(`Note: ${error.message}\n  Going on without ${namesOf(missing)}: ${consequencesOf(missing)}.`);
  }
}

/** @param {readonly Requirement[]} missing */
async function installPackages(missing) {
  say(`This system lacks ${namesOf(missing)}.`);
  await step("Reading the lists of system packages (apt-get update)", () => aptGet(["update"]));
  const packages = await packagesFor(missing);
  say(`Installing them: ${packages.join(" ")}`);
  await step("Installing system packages", () => aptGet(["install", "-y", "--no-install-recommends", ...packages]));
}

/** @param {readonly string[]} args */
async function aptGet(args) {
  const result = await capture("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (result.code === 0) return;
  throw new SetupError({
    what: "System packages could not be installed.",
    why: `apt-get ${args[0]} said:\n    ${result.output.trim().split("\n").slice(-8).join("\n    ")}`,
    doThis: "Check that this machine reaches its system's package servers, then run this again.",
  });
}

/**
 * Picks the name each package has in this release.
 *
 * @param {readonly Requirement[]} missing
 * @returns {Promise<string[]>}
 */
async function packagesFor(missing) {
  const unknown = missing.filter(({ packages }) => packages.length === 0);
  if (unknown.length > 0) throw missingOnSystem(unknown, undefined);
  // Its words are read, and it speaks the language of the person.
  const env = { ...process.env, LC_ALL: "C" };
  const { stdout } = await capture("apt-cache", ["policy", ...missing.flatMap(({ packages }) => packages)], { env });
  const available = new Set([...stdout.matchAll(/^(\S+):\n.*\n {2}Candidate: (?!\(none\))/gm)].map((match) => match[1]));
  const chosen = missing.map(({ packages }) => packages.find((name) => available.has(name)) ?? /** @type {string} */ (packages.at(-1)));
  return [...new Set(chosen)];
}

async function hasChineseFont() {
  const { stdout } = await capture("fc-list", [":lang=zh", "family"]);
  return stdout.trim() !== "";
}

/**
 * Chromium's sandbox needs user namespaces or, where the system forbids them
 * to programs it does not know, a helper that belongs to root. We never run a
 * user's terminal without its sandbox.
 *
 * @param {import("./electronRuntime.mjs").ElectronRuntime} electron
 */
async function requireSandbox({ executable, source }) {
  const helper = path.join(path.dirname(executable), "chrome-sandbox");
  if (isSetuidRoot(helper) || !(await userNamespacesForbidden())) return;
  const allowHelper = `Run this one command, then run this again:\n    sudo sh -c 'chown root:root "${helper}" && chmod 4755 "${helper}"'`;
  const allowNamespaces =
    "Allow unprivileged user namespaces (on Ubuntu: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0), " +
    "or set ELECTRON_OVERRIDE_DIST_PATH to an official Electron. Do not give this one's helper to root.";
  throw new SetupError({
    what: "Electron's sandbox cannot start.",
    why: "This system forbids unprivileged user namespaces, and the sandbox helper does not belong to root.",
    // A program whose publisher is unknown must not gain root's rights.
    doThis: source === "fallback" ? allowNamespaces : allowHelper,
  });
}

/** Tried, not read from settings: containers and security modules forbid it too. */
async function userNamespacesForbidden() {
  const { code, missing } = await capture("unshare", ["--user", "--map-root-user", "true"]);
  return code !== 0 && !missing;
}

/** @param {string} file */
function isSetuidRoot(file) {
  if (!existsSync(file)) return false;
  const { uid, mode } = statSync(file);
  return uid === 0 && (mode & 0o4000) !== 0;
}

/**
 * @param {string} command
 * @param {string} searchPath
 */
function onPath(command, searchPath) {
  return searchPath.split(path.delimiter).some((folder) => existsSync(path.join(folder, command)));
}
