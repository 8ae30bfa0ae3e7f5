import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { findNode, requireLauncherNode, toolsAccept } from "../../scripts/setup/nodeRuntime.mjs";
import { listen, makePackage, temporaryFolder, WRONG_INTEGRITY } from "./fixtures.mjs";

const WINDOWS = process.platform === "win32";

beforeEach(() => {
  listen();
});

it("refuses a Node that cannot run the set-up and says what to install", () => {
  expect(() => requireLauncherNode("18.19.1")).toThrow(/Node.js 18.19.1 is too old[^]*Do: {2}Install the current LTS/);
  expect(() => requireLauncherNode("20.0.0")).not.toThrow();
});

it("takes for the tools only a Node that all of them accept", () => {
  const versions = ["20.20.2", "22.22.3", "23.11.0", "24.0.0", "24.21.0", "25.2.0", "26.0.0", "28.1.0"];
  expect(versions.filter(toolsAccept)).toEqual(["24.0.0", "24.21.0", "26.0.0", "28.1.0"]);
});

it("uses the Node that runs it where the tools accept it, and fetches nothing", async () => {
  const runtimeDir = path.join(temporaryFolder(), "runtime");
  expect(await findNode({ version: "24.3.0", execPath: "/opt/node", runtimeDir })).toBe("/opt/node");
  expect(existsSync(runtimeDir)).toBe(false);
});

it("says what to install where no Node is pinned for the machine", async () => {
  const search = findNode({ version: "20.20.2", platform: "sunos-x64", runtimeDir: temporaryFolder() });
  await expect(search).rejects.toThrow(/do not run on Node.js 20.20.2[^]*sunos-x64[^]*Do: {2}Install Node.js 24/);
});

it.skipIf(WINDOWS)("fetches the pinned Node once, and runs it", async () => {
  const runtimeDir = temporaryFolder();
  const pin = nodePackage("#!/bin/sh\necho v24.99.0\n");
  const request = { version: "20.20.2", platform: "here", runtimeDir, pins: { here: pin } };
  const node = await findNode(request);
  expect(execFileSync(node, { encoding: "utf8" })).toBe("v24.99.0\n");
  // The second search cannot fetch: its pin no longer matches the package.
  expect(await findNode({ ...request, pins: { here: { ...pin, integrity: WRONG_INTEGRITY } } })).toBe(node);
});

it.skipIf(WINDOWS)("refuses a package that differs from its pin, and leaves nothing of it", async () => {
  const runtimeDir = temporaryFolder();
  const pin = { ...nodePackage("#!/bin/sh\necho v24.99.0\n"), integrity: WRONG_INTEGRITY };
  const search = findNode({ version: "20.20.2", platform: "here", runtimeDir, pins: { here: pin } });
  await expect(search).rejects.toThrow(/not the one this project pins; it was refused/);
  expect(filesBelow(runtimeDir)).toEqual([]);
});

it.skipIf(WINDOWS)("does not keep a Node that does not run on this machine", async () => {
  const runtimeDir = temporaryFolder();
  const pin = nodePackage("#!/bin/sh\necho wrong C library >&2; exit 127\n");
  const request = { version: "20.20.2", platform: "here", runtimeDir, pins: { here: pin } };
  await expect(findNode(request)).rejects.toThrow(/does not run on this machine[^]*wrong C library/);
  expect(filesBelow(runtimeDir)).toEqual([]);
});

it("names the registry and what to check where a package cannot be fetched", async () => {
  const pin = { spec: path.join(temporaryFolder(), "absent.tgz"), version: "24.99.0", integrity: WRONG_INTEGRITY, executables: ["node"] };
  const search = findNode({ version: "20.20.2", platform: "here", runtimeDir: temporaryFolder(), pins: { here: pin } });
  await expect(search).rejects.toThrow(
    /could not be fetched[^]*npm pack said:[^]*Do: {2}Check that this machine reaches your npm registry/,
  );
});

/** @param {string} program */
function nodePackage(program) {
  return makePackage(temporaryFolder(), { version: "24.99.0", files: { "bin/node": program }, executables: ["bin/node"] });
}

/** @param {string} folder */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
}
