import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { getCurrentFuseWire, FuseState, FuseV1Options } from "@electron/fuses";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DebuggedTerminal } from "./support/devtools.ts";
import { readJournal } from "./support/journal.ts";
import { runtime } from "./support/runtime.ts";
import { freshFolder, removeFolder } from "./support/terminal.ts";
import { until } from "./support/until.ts";

const { flags, project } = runtime();
const official = process.env["TERMINAL_RUNTIME"] === "official";
const output = join(project, "out", official ? "dist" : "trial");

let executable = "";
beforeAll(() => {
  dist([]);
  const folder = readdirSync(output).find((name) => /(unpacked|^mac.*)$/.test(name)) ?? "";
  executable = join(output, folder, executableName());
}, 300_000);

function dist(args: readonly string[]): string {
  return execFileSync(process.execPath, [join(project, "scripts", "run.mjs"), "dist", ...args], { encoding: "utf8", stdio: "pipe" });
}

function executableName(): string {
  const name = official ? "HashKey Terminal" : "HashKey Terminal Development";
  if (process.platform === "darwin") return `${name}.app/Contents/MacOS/${name}`;
  if (process.platform === "win32") return "HashKey Terminal.exe";
  return official ? "hashkey-terminal" : "hashkey-terminal-development";
}

describe("the packaged application", () => {
  const dataFolder = freshFolder();
  afterAll(() => removeFolder(dataFolder));

  it("opens, trades, and ends with its books in order", async () => {
    // The fuses make it deaf to what would turn it into a plain Node or load code into it.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "--require /no/such/file.js" };
    const terminal = await DebuggedTerminal.open(executable, [...flags, "--data", dataFolder], { env });
    try {
      await terminal.waitForLive();
      expect(await terminal.evaluate("document.querySelector('[data-testid=\"banner\"]').textContent")).toContain("SIMULATED");
      expect(await terminal.evaluate("typeof require + typeof process")).toBe("undefinedundefined");
      await terminal.waitFor(
        "the market moves",
        `Number(document.querySelector('[data-testid="status-seq"]').textContent.replace(/\\D/g, "")) > 150 || null`,
      );
      const about = await terminal.evaluate(`window.terminal.request({ type: "about" })`);
      expect(about).toMatchObject({ ok: true, about: { runtime: official ? "packaged" : "fallback", dataFolder } });
    } finally {
      await terminal.dispose();
    }
    expect(terminal.process.exitCode).toBe(0);
    expect((await readJournal(dataFolder)).lastSeq).toBeGreaterThan(150);
  });

  it("opens no debugging port on a person's own data", async () => {
    const home = freshFolder();
    const child = spawn(executable, [...flags, "--remote-debugging-port=0"], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, APPDATA: home },
    });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += String(text);
    });
    try {
      // By then Chromium's own doors have long been opened.
      await until("the engine trades", () =>
        readdirSync(home, { recursive: true }).some((name) => String(name).endsWith("journal.db")) ? true : null,
      );
      expect(stderr).not.toMatch(/DevTools listening/);
    } finally {
      child.kill();
      await until("the terminal has ended", () => (child.exitCode === null && child.signalCode === null ? null : true));
      removeFolder(home);
    }
  });

  it("plays no demonstration and takes no unknown argument", () => {
    const { status, stderr } = spawnSync(executable, [...flags, "--data", dataFolder, "--tour"], { encoding: "utf8", timeout: 90_000 });
    expect(stderr).toMatch(/^ARGUMENT_INVALID: /m);
    expect(status).toBe(2);
  });

  it("has its fuses set", async () => {
    const wire = await getCurrentFuseWire(executable);
    const states = Object.fromEntries(
      (
        [
          "RunAsNode",
          "EnableCookieEncryption",
          "EnableNodeOptionsEnvironmentVariable",
          "EnableNodeCliInspectArguments",
          "EnableEmbeddedAsarIntegrityValidation",
          "OnlyLoadAppFromAsar",
          "LoadBrowserProcessSpecificV8Snapshot",
          "GrantFileProtocolExtraPrivileges",
        ] as const
      ).map((name) => [name, wire[FuseV1Options[name]] === FuseState.ENABLE]),
    );
    expect(states).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  });
});

// Where the official Electron is at hand there is nothing to refuse.
describe.runIf(!official)("a build around an Electron that is not the official one", () => {
  it("says so in its name and beside its executable", () => {
    expect(executable).toContain("development");
    expect(readFileSync(join(executable, "..", "DEVELOPMENT-BUILD.txt"), "utf8")).toMatch(/not the official binary/);
  });

  it.each([
    [["--linux", "AppImage"]],
    [["--linux", "deb"]],
    [["--win", "nsis"]],
    [["--mac", "dmg"]],
    [["--dir", "--publish", "always"]],
    [["-c.directories.output=out/dist"]],
  ])("is refused as a release: %j", (args) => {
    rmSync(join(project, "out", "dist"), { recursive: true, force: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, "scripts", "run.mjs"), "dist", ...args], {
      encoding: "utf8",
    });
    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(/A release cannot be packaged here/);
    expect(existsSync(join(project, "out", "dist"))).toBe(false);
  });
});
