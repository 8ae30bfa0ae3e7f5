import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { dependenciesInstalled, installDependencies } from "../../scripts/setup/dependencies.mjs";
import { listen, makePackage, temporaryFolder, writeFiles } from "./fixtures.mjs";

const ZOD = { version: "4.6.7", integrity: "sha512-zod" };
const BINDING_HERE = { version: "1.0.0", integrity: "sha512-here", optional: true, os: ["linux"], cpu: ["x64"] };
const BINDING_THERE = { version: "1.0.0", integrity: "sha512-there", optional: true, os: ["darwin"], cpu: ["arm64"] };
const LOCKED = { "": {}, "node_modules/zod": ZOD, "node_modules/here": BINDING_HERE, "node_modules/there": BINDING_THERE };
const INSTALLED = { "node_modules/zod": ZOD, "node_modules/here": BINDING_HERE };

describe("what is installed counts as it is", () => {
  it.each([
    ["where it is what the lockfile names", INSTALLED, true],
    ["unless a package has another version", { ...INSTALLED, "node_modules/zod": { ...ZOD, version: "4.6.6" } }, false],
    ["unless a package is another file", { ...INSTALLED, "node_modules/zod": { ...ZOD, integrity: "sha512-other" } }, false],
    ["unless a package is missing", { "node_modules/here": BINDING_HERE }, false],
    ["unless a package is there that the lockfile does not name", { ...INSTALLED, "node_modules/more": ZOD }, false],
    ["unless it was installed on another system", { "node_modules/zod": ZOD, "node_modules/there": BINDING_THERE }, false],
    ["unless the install broke off", undefined, false],
  ])("%s", (_, installed, expected) => {
    const root = temporaryFolder();
    writeFiles(root, { "package-lock.json": JSON.stringify({ packages: LOCKED }) });
    if (installed) writeFiles(root, { "node_modules/.package-lock.json": JSON.stringify({ packages: installed }) });
    expect(dependenciesInstalled(root, { platform: "linux", arch: "x64" })).toBe(expected);
  });
});

it("installs from the lockfile, and a second time does nothing", async () => {
  const said = listen();
  const root = project("1;");
  await installDependencies(process.execPath, root);
  const record = path.join(root, "node_modules", ".package-lock.json");
  const installedMs = statSync(record).mtimeMs;
  expect(readFileSync(path.join(root, "node_modules", "thing", "index.js"), "utf8")).toBe("1;");

  await installDependencies(process.execPath, root);
  expect(statSync(record).mtimeMs).toBe(installedMs);
  expect(said().match(/Installing the dependencies named in package-lock.json \.\.\./g)).toHaveLength(1);
});

it("says what to do where a package cannot be had, and does not take the rest for whole", async () => {
  listen();
  // A text of its own: npm must not have the package in its cache from an earlier run.
  const root = project(`"${randomUUID()}";`);
  rmSync(path.join(root, "stand-in.tgz"));
  await expect(installDependencies(process.execPath, root)).rejects.toThrow(
    /dependencies could not be installed[^]*npm ci said:[^]*Do: {2}Check that this machine reaches your npm registry/,
  );
  expect(dependenciesInstalled(root)).toBe(false);
});

/**
 * A project with one dependency, which lies beside it.
 *
 * @param {string} text of the dependency's only file
 */
function project(text) {
  const root = temporaryFolder();
  const { version, integrity } = makePackage(root, { version: "1.2.3", files: { "index.js": text }, executables: [] });
  const dependencies = { thing: "file:stand-in.tgz" };
  const thing = { name: "runtime-stand-in", version, resolved: "file:stand-in.tgz", integrity };
  writeFiles(root, {
    "package.json": JSON.stringify({ name: "project", version: "1.0.0", dependencies }),
    "package-lock.json": JSON.stringify({
      name: "project",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: { "": { name: "project", version: "1.0.0", dependencies }, "node_modules/thing": thing },
    }),
  });
  return root;
}
