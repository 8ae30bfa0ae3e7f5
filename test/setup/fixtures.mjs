import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished, vi } from "vitest";

/** A folder of its own for one test, gone afterwards. */
export function temporaryFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), "setup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Keeps what the set-up tells the person at the terminal out of the test's own output.
 *
 * @returns {() => string} what was said so far
 */
export function listen() {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  return () => write.mock.calls.map(([text]) => text).join("");
}

/**
 * Writes files below a folder.
 *
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} files text by path
 */
export function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/**
 * Makes a package as a registry would serve it, and its pin.
 *
 * @param {string} folder
 * @param {{ version: string, files: Readonly<Record<string, string>>, executables: readonly string[] }} of
 * @returns {import("../../scripts/setup/pins.mjs").Pin}
 */
export function makePackage(folder, { version, files, executables }) {
  const name = "runtime-stand-in";
  writeFiles(path.join(folder, "package"), { ...files, "package.json": JSON.stringify({ name, version }) });
  execFileSync("tar", ["-czf", "stand-in.tgz", "package"], { cwd: folder });
  const tarball = path.join(folder, "stand-in.tgz");
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  return { spec: tarball, version, integrity, executables };
}

/** The pin of another file than the one it names. */
export const WRONG_INTEGRITY = `sha512-${createHash("sha512").update("another file").digest("base64")}`;
