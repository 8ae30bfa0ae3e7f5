import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { missingLibraries, requireSystemLibraries } from "../../scripts/setup/systemLibraries.mjs";
import { temporaryFolder, writeFiles } from "./fixtures.mjs";

const PROGRAM = "/bin/true";
const LIBRARY = "libc.so.6";

describe.skipIf(process.platform !== "linux" || !existsSync(PROGRAM))("on Linux", () => {
  it("names the libraries a program lacks, and none where it lacks none", async () => {
    expect(await missingLibraries(PROGRAM)).toEqual([]);
    expect(await missingLibraries(programLinkedTo("libq.so.6"))).toEqual(["libq.so.6"]);
  });

  it("prints the one command to run where it may not install", async () => {
    const check = requireSystemLibraries(machine({ root: false, commands: ["apt-get"] }));
    await expect(check).rejects.toThrow(
      /lacks Xvfb[^]*Run this one command[^]*sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends [^']*xvfb/,
    );
  });

  it("says what is missing on a system without apt-get, root or not", async () => {
    for (const root of [true, false]) {
      const check = requireSystemLibraries(machine({ root, commands: [] }));
      await expect(check).rejects.toThrow(/lacks Xvfb[^]*your system's package manager/);
    }
  });

  it("names a library whose package it does not know instead of guessing", async () => {
    const check = requireSystemLibraries(machine({ root: false, commands: ["apt-get", "Xvfb"], executable: programLinkedTo("libq.so.6") }));
    await expect(check).rejects.toThrow(/lacks libq.so.6[^]*your system's package manager/);
  });

  it("names a package as this release does, whatever language the machine speaks", async () => {
    const tools = temporaryFolder();
    writeFiles(tools, {
      ldd: "#!/bin/sh\nprintf '\\tlibasound.so.2 => not found\\n'\n",
      "apt-cache": `#!/bin/sh
[ "$LC_ALL" = C ] && word=Candidate || word=候選
printf 'libasound2t64:\\n  Installed: (none)\\n  %s: 1.2.11\\nlibasound2:\\n  Installed: (none)\\n  %s: (none)\\n' "$word" "$word"
`,
    });
    for (const tool of ["ldd", "apt-cache"]) chmodSync(path.join(tools, tool), 0o755);
    vi.stubEnv("PATH", `${tools}${path.delimiter}${process.env["PATH"]}`);
    vi.stubEnv("LC_ALL", "zh_HK.UTF-8");
    onTestFinished(() => void vi.unstubAllEnvs());
    const check = requireSystemLibraries(machine({ root: false, commands: ["apt-get", "Xvfb"] }));
    await expect(check).rejects.toThrow(/install -y --no-install-recommends [^']*\blibasound2t64\b/);
  });

  it("goes on without a keyring, which tests alone ask for, and asks nothing of the system otherwise", async () => {
    const settled = machine({ root: false, commands: ["apt-get", "Xvfb"] });
    await expect(requireSystemLibraries({ ...settled, keyring: true })).resolves.toBeUndefined();
    await expect(requireSystemLibraries({ ...settled, virtualDisplay: false })).resolves.toBeUndefined();
  });

  it("asks for no virtual display where there is a real one", async () => {
    const check = requireSystemLibraries({ ...machine({ root: true, commands: [] }), virtualDisplay: false });
    await expect(check).resolves.toBeUndefined();
  });
});

/**
 * @param {{ root: boolean, commands: readonly string[], executable?: string }} of `commands`: all that this machine has
 */
function machine({ root, commands, executable = PROGRAM }) {
  const searchPath = temporaryFolder();
  writeFiles(searchPath, Object.fromEntries(commands.map((name) => [name, ""])));
  const electron = { source: /** @type {const} */ ("official"), version: "45.4.1", folder: path.dirname(executable), executable };
  return { electron, virtualDisplay: true, root, searchPath };
}

/**
 * A copy of a real program that asks for another library than libc.
 *
 * @param {string} library as long as the name it replaces
 */
function programLinkedTo(library) {
  const program = readFileSync(PROGRAM);
  const at = program.indexOf(`\0${LIBRARY}\0`);
  program.write(library, at + 1, "latin1");
  const copy = path.join(temporaryFolder(), "program");
  writeFileSync(copy, program, { mode: 0o755 });
  expect(execFileSync("ldd", [copy], { encoding: "utf8" })).toContain(library);
  return copy;
}
