import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { executableName, findElectron } from "../../scripts/setup/electronRuntime.mjs";
import { listen, makePackage, temporaryFolder, WRONG_INTEGRITY, writeFiles } from "./fixtures.mjs";

const NAMED = "45.4.1";
const DAY_MS = 24 * 60 * 60 * 1_000;
const WINDOWS = process.platform === "win32";

/** As the installer of the electron package leaves it. */
const DISTRIBUTION = { [`dist/${executableName()}`]: "program", "dist/version": NAMED, "path.txt": executableName() };

/** Counts its runs, then does what it is told. @param {string} work */
const installer = (work) => `
  const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
  const { dirname, join } = require("node:path");
  appendFileSync(join(__dirname, "runs"), "x");
  ${work}`;
const INSTALLS = installer(`
  for (const [name, text] of Object.entries(${JSON.stringify(DISTRIBUTION)})) {
    mkdirSync(dirname(join(__dirname, name)), { recursive: true });
    writeFileSync(join(__dirname, name), text);
  }`);
const FAILS = installer(`console.error("TypeError: fetch failed"); process.exit(1);`);

/** @param {string} install what node_modules/electron/install.js does */
function project(install) {
  const said = listen();
  const root = temporaryFolder();
  const electron = path.join(root, "node_modules", "electron");
  writeFiles(electron, { "package.json": JSON.stringify({ version: NAMED }), "install.js": install });
  return {
    electron,
    said,
    request: {
      node: process.execPath,
      root,
      runtimeDir: path.join(root, "runtime"),
      platform: "linux-x64",
      // A name that resolves everywhere: what is said of a failure must not depend on this machine's network.
      env: { ELECTRON_MIRROR: "http://localhost/" },
      fallbackPin: makePackage(temporaryFolder(), {
        version: "42.0.0",
        files: { "bin/electron": "program" },
        executables: ["bin/electron"],
      }),
    },
    installerRuns: () => (existsSync(path.join(electron, "runs")) ? readFileSync(path.join(electron, "runs"), "utf8").length : 0),
    record: () => JSON.parse(readFileSync(path.join(root, "runtime", "electron.json"), "utf8")),
  };
}

it("takes the folder a person names before all others", async () => {
  const { electron, request, record } = project(INSTALLS);
  writeFiles(electron, DISTRIBUTION);
  const folder = temporaryFolder();
  writeFiles(folder, { [executableName()]: "program", version: "v44.0.0" });
  const found = await findElectron({ ...request, env: { ELECTRON_OVERRIDE_DIST_PATH: folder } });
  expect(found).toEqual({ source: "override", version: "44.0.0", folder, executable: path.join(folder, executableName()) });
  expect(record()).toMatchObject({ source: "override", version: "44.0.0", named: NAMED });
});

it("does not quietly pass over a named folder that holds no Electron", async () => {
  const { electron, request } = project(INSTALLS);
  writeFiles(electron, DISTRIBUTION);
  const folder = temporaryFolder();
  const search = findElectron({ ...request, env: { ELECTRON_OVERRIDE_DIST_PATH: folder } });
  await expect(search).rejects.toThrow(`ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron: ${folder}`);
});

it("uses the official binary that is there without running its installer", async () => {
  const { electron, request, installerRuns } = project(INSTALLS);
  writeFiles(electron, DISTRIBUTION);
  expect(await findElectron(request)).toMatchObject({ source: "official", version: NAMED, folder: path.join(electron, "dist") });
  expect(installerRuns()).toBe(0);
});

it("downloads the official binary where it is missing, of another version or half unpacked", async () => {
  for (const broken of [
    {},
    { ...DISTRIBUTION, "dist/version": "44.0.0" },
    { [`dist/${executableName()}`]: "pro", "dist/version": NAMED },
  ]) {
    const { electron, request, installerRuns } = project(INSTALLS);
    writeFiles(electron, broken);
    expect(await findElectron(request)).toMatchObject({ source: "official", version: NAMED });
    expect(installerRuns()).toBe(1);
  }
});

it.skipIf(WINDOWS)("falls back on Linux x64 where the download fails, and does not try again for a day", async () => {
  const { request, installerRuns, record, said } = project(FAILS);
  const startMs = Date.parse("2026-01-01T00:00:00Z");
  const found = await findElectron({ ...request, nowMs: startMs });
  expect(found).toMatchObject({ source: "fallback", version: "42.0.0" });
  expect(said()).toMatch(/could not be downloaded: TypeError: fetch failed[^]*development and tests only, never in a release/);
  expect(statSync(found.executable).mode & 0o111).toBe(0o111);
  expect(record()).toMatchObject({ source: "fallback", named: NAMED, officialTriedAt: "2026-01-01T00:00:00.000Z" });

  expect(await findElectron({ ...request, nowMs: startMs + DAY_MS - 1 })).toEqual(found);
  expect(installerRuns()).toBe(1);
  expect(await findElectron({ ...request, nowMs: startMs + DAY_MS })).toEqual(found);
  expect(installerRuns()).toBe(2);
});

it("names what is missing and what to do on a machine without a fallback", async () => {
  for (const platform of ["linux-arm64", "darwin-arm64", "win32-x64"]) {
    const { request } = project(FAILS);
    const search = findElectron({ ...request, platform });
    await expect(search).rejects.toThrow(/Electron 45.4.1 is missing[^]*fetch failed[^]*Do: {2}[^]*ELECTRON_OVERRIDE_DIST_PATH/);
  }
});

it("says so where the name of the release page's host means nothing", async () => {
  const { request } = project(FAILS);
  const search = findElectron({ ...request, platform: "win32-x64", env: { ELECTRON_MIRROR: "https://release.page.invalid/" } });
  await expect(search).rejects.toThrow(/the name release.page.invalid cannot be resolved/);
});

it("says so where the mirror that a person names is no address, instead of ending over it", async () => {
  const { request } = project(FAILS);
  const search = findElectron({ ...request, platform: "win32-x64", env: { ELECTRON_MIRROR: "mirror.example/electron" } });
  await expect(search).rejects.toThrow(/the mirror "mirror.example\/electron" is no address/);
});

it("refuses a fallback that differs from its pin", async () => {
  const { request } = project(FAILS);
  const search = findElectron({ ...request, fallbackPin: { ...request.fallbackPin, integrity: WRONG_INTEGRITY } });
  await expect(search).rejects.toThrow(/not the one this project pins; it was refused/);
});
