import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifyJournal } from "../../engine/host/verify.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";

const CLI = resolve(import.meta.dirname, "../../engine/cli/sim.ts");

describe("SM-29 a scenario that serves", () => {
  it("SM-29 answers over the venue's interface while it runs, ends with its line, and leaves a good journal", async () => {
    const folder = tempFolder();
    const child = spawn(process.execPath, [CLI, "run", "ordinary-day", "--for", "20s", "--speed", "2", "--data", folder, "--serve"]);
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const ended = new Promise<number | null>((done) => child.on("exit", done));
    const url = await eventually(() => /HK interface .* (http:\S+)/.exec(err)?.[1], "the interface", 30_000);
    expect(out).toBe("");
    const depth = async (): Promise<{ readonly b: readonly unknown[]; readonly a: readonly unknown[] }> =>
      (await fetch(new URL("/quote/v1/depth?symbol=BTCUSD", url))).json() as Promise<{ b: unknown[]; a: unknown[] }>;
    let sides = 0;
    while (sides === 0 && child.exitCode === null) {
      const { b, a } = await depth();
      sides = Math.min(b?.length ?? 0, a?.length ?? 0);
    }
    expect(sides).toBeGreaterThan(0);
    expect(await ended).toBeLessThan(2);
    const result = JSON.parse(out) as { seq: number; hash: string };
    expect(verifyJournal(`${folder}/journal.db`)).toMatchObject({ good: true, lastSeq: result.seq, stateHash: result.hash });
  }, 120_000);

  it("SM-29 a run whose interface cannot begin says so and ends", async () => {
    const folder = tempFolder();
    // Where the interface keeps names of orders stands what is no file.
    mkdirSync(join(folder, "api", "order-notes.jsonl"), { recursive: true });
    const child = spawn(process.execPath, [CLI, "run", "ordinary-day", "--data", folder, "--serve"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    expect(await new Promise((done) => child.on("exit", done))).toBe(2);
    expect(err).toContain("ENGINE_DOWN: The venue's interface stopped");
  });

  it("SM-29 is refused without a data folder, where the keys would be", async () => {
    const child = spawn(process.execPath, [CLI, "run", "ordinary-day", "--serve"]);
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    expect(await new Promise((done) => child.on("exit", done))).toBe(2);
    expect(err).toContain("--data");
  });
});
