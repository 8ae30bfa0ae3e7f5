import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT, toolScript } from "./paths.mjs";
import { capture } from "./processes.mjs";
import { step } from "./progress.mjs";
import { SetupError } from "./setupError.mjs";

/** What the built terminal is made of. */
const SOURCES = ["shared", "engine", "electron", "renderer", "tsconfig.base.json", "package.json", "package-lock.json"];

const BUILD_DIR = path.join(PROJECT_ROOT, "out", "build");
const STAMP_FILE = path.join(BUILD_DIR, "sources.sha256");

/** The commands that build, each by a name a person can read. */
export const BUILD_STEPS = [
  { name: "Compiling the engine and the shell", tool: toolScript("typescript", "bin/tsc"), args: ["-b", "electron"] },
  {
    name: "Bundling the preload script",
    tool: toolScript("vite", "bin/vite.js"),
    args: ["build", "--config", "electron/vite.preload.config.ts"],
  },
  { name: "Bundling the window", tool: toolScript("vite", "bin/vite.js"), args: ["build", "renderer"] },
];

/**
 * Compiles and bundles the terminal, unless it was built from these very sources.
 *
 * @param {string} node
 */
export async function buildTerminal(node) {
  const fingerprint = fingerprintOf(PROJECT_ROOT, SOURCES);
  if (existsSync(STAMP_FILE) && readFileSync(STAMP_FILE, "utf8") === fingerprint) return;
  rmSync(STAMP_FILE, { force: true });
  for (const { name, tool, args } of BUILD_STEPS) await step(name, () => runBuildStep(node, name, tool, args));
  mkdirSync(BUILD_DIR, { recursive: true });
  writeFileSync(STAMP_FILE, fingerprint);
}

/**
 * One hash over the names and contents of files and of everything below
 * folders. Contents, not times: a fresh checkout gives every file a new time.
 *
 * @param {string} root
 * @param {readonly string[]} sources
 */
export function fingerprintOf(root, sources) {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of filesBelow(root, source)) {
      const content = readFileSync(path.join(root, file));
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @param {string} source
 * @returns {string[]} in an order that does not depend on the file system
 */
function filesBelow(root, source) {
  const place = path.join(root, source);
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [source];
  return readdirSync(place)
    .sort()
    .flatMap((name) => filesBelow(root, path.join(source, name)));
}

/**
 * @param {string} node
 * @param {string} name
 * @param {string} tool
 * @param {readonly string[]} args
 */
async function runBuildStep(node, name, tool, args) {
  const result = await capture(node, [tool, ...args], { cwd: PROJECT_ROOT });
  if (result.code === 0) return;
  throw new SetupError({
    what: `${name} failed.`,
    why: `The sources have errors:\n${result.output.trim()}`,
    doThis: "Correct them, or return to a commit whose checks pass; then run this again.",
  });
}
