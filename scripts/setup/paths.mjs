import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const PROJECT_ROOT = path.resolve(fileURLToPath(import.meta.url), "../../..");

/** Where the runtimes live that the set-up fetched itself. Safe to delete: the next start fetches them again. */
export const RUNTIME_DIR = path.join(PROJECT_ROOT, "out", "runtime");

/**
 * The script behind a package's command, to be run by a Node of our choice:
 * the links in `.bin` would pick whichever Node comes first on the PATH.
 *
 * @param {string} packageName
 * @param {string} script path inside the package
 */
export function toolScript(packageName, script) {
  return path.join(PROJECT_ROOT, "node_modules", packageName, script);
}
