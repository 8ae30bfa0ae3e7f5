import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runtime } from "./support/runtime.ts";
import { freshFolder, removeFolder } from "./support/terminal.ts";

const { executable, flags, project } = runtime();
const folder = join(project, "out", "tour");

function tour(...args: readonly string[]) {
  return spawnSync(executable, [...flags, project, "--tour", ...args], { encoding: "utf8", timeout: 330_000 });
}

describe("the tour", () => {
  it("exits 0 after a demonstration that held, with its numbered screenshots", { timeout: 360_000 }, () => {
    rmSync(folder, { recursive: true, force: true });
    const { status, stdout } = tour();
    expect(stdout).toMatch(/The tour held: \d+ checks/);
    expect(status).toBe(0);
    const pictures = readdirSync(folder).filter((name) => /^\d\d-[\w-]+\.png$/.test(name));
    expect(pictures.length).toBeGreaterThanOrEqual(8);
    for (const name of pictures) {
      expect(stdout).toContain(name);
      // A picture of an empty window is a few kilobytes.
      expect(statSync(join(folder, name)).size).toBeGreaterThan(40_000);
    }
  });

  it("exits 1 with the reason when what it promises does not happen", { timeout: 360_000 }, () => {
    const dataFolder = freshFolder();
    try {
      const { status, stdout } = tour("--data", dataFolder, "--market", "off");
      expect(stdout).toMatch(/✗ The tour failed: it did not happen within 30 s that the ladder shows a market/);
      expect(status).toBe(1);
      expect(existsSync(join(folder, "failed.png"))).toBe(true);
    } finally {
      removeFolder(dataFolder);
    }
  });
});
