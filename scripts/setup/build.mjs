import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT, toolScript } from "./paths.mjs";
import { capture } from "./processes.mjs";
import { step } from "./progress.mjs";
import { SetupError } from "./setupError.mjs";

/** What the built terminal is made of. */
const SOURCES = ["shared", "engine", "electron", "renderer", "tsconfig.base.json", "package.json", "package-lock.json"];

/** What the compiler takes, each to a folder of the same name below the one where the terminal is built. */
const COMPILED = ["shared", "engine", "electron"];
const BUILD = path.join("out", "build");

/** Where the hash of the sources that were built is kept. */
const STAMP = path.join(BUILD, "sources.sha256");

/** @typedef {{ name: string, tool: string, args: readonly string[] }} BuildStep `name` is for a person to read. */

/** @type {readonly BuildStep[]} */
const BUILD_STEPS = [
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
 * @param {{ root?: string, steps?: readonly BuildStep[] }} [of]
 */
export async function buildTerminal(node, { root = PROJECT_ROOT, steps = BUILD_STEPS } = {}) {
  const stampFile = path.join(root, STAMP);
  const fingerprint = fingerprintOf(root, SOURCES);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === fingerprint) return;
  rmSync(stampFile, { force: true });
  for (const buildStep of steps) await step(buildStep.name, () => runBuildStep(node, root, buildStep));
  for (const layer of COMPILED) removeOrphans(root, layer);
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint);
}

/**
 * The compiler leaves what it made of sources that are gone, and it would be packaged.
 *
 * @param {string} root
 * @param {string} layer
 */
function removeOrphans(root, layer) {
  for (const file of filesBelow(path.join(root, BUILD), layer)) {
    const source = file.replace(/\.(js|d\.ts)(\.map)?$/, ".ts");
    if (source !== file && !existsSync(path.join(root, source))) rmSync(path.join(root, BUILD, file));
  }
}

/**
 * One hash over the names and contents of files and of everything below
 * folders. Contents, not times: a fresh checkout gives every file a new time.
 *
 * @param {string} root
 * @param {readonly string[]} sources
 */
function fingerprintOf(root, sources) {
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
 * @param {string} root
 * @param {BuildStep} buildStep
 */
async function runBuildStep(node, root, { name, tool, args }) {
  const result = await capture(node, [tool, ...args], { cwd: root });
  if (result.code === 0) return;
  throw new SetupError({
    what: `${name} failed.`,
    why: `The sources have errors:\n${result.output.trim()}`,
    doThis: "Correct them, or return to a commit whose checks pass; then run this again.",
  });
}
