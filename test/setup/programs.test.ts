import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const TEST = join(import.meta.dirname, "..");

async function ended(program: string, args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(TEST, program), ...args], { timeout: 60_000 });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, said: stderr };
  }
}

// A mistyped option must not cost an hour of the wrong run.
it.each([
  ["torture/torture.ts", ["--round", "3"], "--round"],
  ["soak/soak.ts", ["--minutes", "x"], "--minutes needs a number above 0, not x."],
  ["reference/reference.ts", ["--seed", "1.5"], "--seed needs a whole number from 1, not 1.5."],
] as const)("%s refuses %j by name and runs nothing", async (program, args, told) => {
  expect(await ended(program, args)).toMatchObject({ code: 2, said: expect.stringContaining(told) });
});

it("a long program tells how it is called", async () => {
  expect(await ended("torture/torture.ts", ["--help"])).toEqual({
    code: 0,
    said: "npm run torture -- [--rounds N] [--seed N] [--connector]\n",
  });
});
