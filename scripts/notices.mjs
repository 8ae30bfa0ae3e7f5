import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./setup/paths.mjs";

/** Beside the executable of every packaged application. */
const NOTICES_FILE = "out/build/THIRD-PARTY-NOTICES.txt";
const LICENCE_FILE = /^(licen[cs]e|notice|copying)(\.|-|$)/i;

/**
 * Writes the licences of everything that ships: what the lockfile does not
 * call a development dependency. Electron brings its own beside its binary.
 */
export function writeNotices() {
  writeFileSync(path.join(PROJECT_ROOT, NOTICES_FILE), noticesOf(PROJECT_ROOT));
}

/** @param {string} root a project with a lockfile and its dependencies installed */
export function noticesOf(root) {
  /** @type {{ packages: Record<string, { dev?: boolean, optional?: boolean, version?: string, license?: string }> }} */
  const lockfile = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  const shipped = Object.entries(lockfile.packages).filter(
    ([folder, { dev }]) => folder !== "" && !dev && existsSync(path.join(root, folder)),
  );
  return shipped
    .map(([folder, { version, license }]) => {
      const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
      const texts = readdirSync(path.join(root, folder))
        .filter((file) => LICENCE_FILE.test(file))
        .map((file) => readFileSync(path.join(root, folder, file), "utf8").trim());
      return [`${name} ${version} (${license ?? "see below"})`, ...texts].join("\n\n");
    })
    .join(`\n\n${"-".repeat(80)}\n\n`)
    .concat("\n");
}
