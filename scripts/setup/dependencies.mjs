import { readFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./paths.mjs";
import { runNpm } from "./npm.mjs";
import { step } from "./progress.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockEntry
 * @typedef {Readonly<Record<string, LockEntry>>} LockEntries by path, such as `node_modules/zod`
 */

/**
 * Installs exactly what package-lock.json names, unless that is what is there.
 * No package's install script runs: none is needed (the SQLite binding ships
 * prebuilt), and what never runs cannot do harm.
 *
 * @param {string} node
 * @param {string} [root] the project's folder
 */
export async function installDependencies(node, root = PROJECT_ROOT) {
  if (dependenciesInstalled(root)) return;
  await step("Installing the dependencies named in package-lock.json", () =>
    runNpm({
      node,
      args: ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"],
      cwd: root,
      failure: "The dependencies could not be installed.",
      doThis: "Check that this machine reaches your npm registry (npm ping) and has free disk space, then run this again.",
    }),
  );
}

/**
 * Compares the lockfile with npm's own record of what it installed, which npm
 * writes last: an install that broke off never counts.
 *
 * @param {string} root
 * @param {{ platform?: string, arch?: string }} [machine]
 */
export function dependenciesInstalled(root, { platform = process.platform, arch = process.arch } = {}) {
  const installed = readEntries(path.join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const locked = readEntries(path.join(root, "package-lock.json")) ?? {};
  const present = Object.entries(installed).every(([name, entry]) => sameFile(entry, locked[name]));
  const complete = Object.entries(locked).every(([name, entry]) => name === "" || name in installed || !isNeeded(entry, platform, arch));
  return present && complete;
}

/**
 * An optional package is needed if it names this very machine: a copied
 * node_modules of another system lacks it.
 *
 * @param {LockEntry} entry
 * @param {string} platform
 * @param {string} arch
 */
function isNeeded(entry, platform, arch) {
  if (entry.optional !== true) return true;
  // Which C library counts is npm's business; the system and processor are enough to notice a foreign folder.
  if (entry.libc !== undefined) return false;
  return entry.os?.includes(platform) === true && entry.cpu?.includes(arch) === true;
}

/**
 * @param {LockEntry} a
 * @param {LockEntry | undefined} b
 */
function sameFile(a, b) {
  return b !== undefined && a.version === b.version && a.integrity === b.integrity;
}

/**
 * @param {string} file
 * @returns {LockEntries | undefined} undefined where there is no such file
 */
function readEntries(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    throw error;
  }
}
