import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DebuggedTerminal } from "../e2e/support/devtools.ts";
import { freshFolder, removeFolder, Terminal } from "../e2e/support/terminal.ts";
import { figure, type Bench } from "./measure.ts";

const RUNS = 5;
const COLD_RUNS = 1;
const COLD_LIMIT_MS = 600_000;
const root = join(import.meta.dirname, "../..");

/**
 * `start.warmMs`: from launching the built terminal on a folder that has a journal to a window whose numbers are live and clickable.
 * `start.firstMs`: the same on an empty folder. `start.coldMs`: `npm start` in a fresh clone with an empty npm cache, everything fetched and
 * built, until its window shows live numbers.
 */
export const bench: Bench = {
  name: "start",
  run: async (log) => {
    const first: number[] = [];
    const warm: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const dataFolder = freshFolder();
      first.push(await openAndClose(dataFolder));
      warm.push(await openAndClose(dataFolder));
      removeFolder(dataFolder);
      log(`first ${first.at(-1)?.toFixed(0)} ms, warm ${warm.at(-1)?.toFixed(0)} ms`);
    }
    const cold: number[] = [];
    for (let run = 0; run < COLD_RUNS; run += 1) {
      cold.push(await coldStart());
      log(`cold ${cold.at(-1)?.toFixed(0)} ms`);
    }
    const named = (metric: string): { bench: string; metric: string; unit: string } => ({ bench: "start", metric, unit: "ms" });
    return [figure(named("start.warmMs"), warm), figure(named("start.firstMs"), first), figure(named("start.coldMs"), cold)];
  },
};

async function openAndClose(dataFolder: string): Promise<number> {
  const began = performance.now();
  const terminal = await Terminal.open({ dataFolder });
  const ms = performance.now() - began;
  await terminal.quit();
  return ms;
}

/** Only what is committed is cloned. */
async function coldStart(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "cold-start-"));
  try {
    const clone = join(folder, "clone");
    execFileSync("git", ["clone", "--quiet", "--local", root, clone]);
    const began = performance.now();
    const args = ["--prefix", clone, "start", "--", "--data", join(folder, "data")];
    const env = { ...process.env, npm_config_cache: join(folder, "npm-cache") };
    const terminal = await DebuggedTerminal.open(process.platform === "win32" ? "npm.cmd" : "npm", args, { env, withinMs: COLD_LIMIT_MS });
    await terminal.waitForLive();
    const ms = performance.now() - began;
    await terminal.dispose();
    return ms;
  } finally {
    removeFolder(folder);
  }
}
