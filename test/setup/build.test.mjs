import { existsSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { buildTerminal } from "../../scripts/setup/build.mjs";
import { listen, temporaryFolder, writeFiles } from "./fixtures.mjs";

it("builds once from the same sources, and again after each change of them", async () => {
  const { root, build, builds } = project('require("node:fs").appendFileSync("builds", "x");');
  await build();
  await build();
  expect(builds()).toBe(1);

  utimesSync(path.join(root, "shared/a.ts"), 0, 0);
  await build();
  expect(builds()).toBe(1);

  writeFiles(root, { "shared/a.ts": "2" });
  await build();
  expect(builds()).toBe(2);

  writeFiles(root, { "renderer/deep/b.ts": "" });
  await build();
  expect(builds()).toBe(3);
});

it("shows what the compiler said, and builds again the next time", async () => {
  const { root, build, builds } = project(`
    require("node:fs").appendFileSync("builds", "x");
    if (require("node:fs").existsSync("fault")) { console.log("a.ts(1,1): error TS1005"); process.exit(2); }`);
  await build();
  writeFiles(root, { fault: "", "shared/a.ts": "fault" });
  await expect(build()).rejects.toThrow(/Compiling failed[^]*error TS1005[^]*Do:/);
  // Back to the sources that were built before: what the failed build left behind must not count.
  writeFiles(root, { "shared/a.ts": "1" });
  await expect(build()).rejects.toThrow(/Compiling failed/);
  expect(builds()).toBe(3);
});

it("keeps nothing of sources that are gone, for it would be packaged", async () => {
  const { root, build } = project(`
    const fs = require("node:fs");
    fs.mkdirSync("out/build/shared", { recursive: true });
    for (const file of fs.readdirSync("shared"))
      for (const end of [".js", ".js.map", ".d.ts", ".d.ts.map"]) fs.writeFileSync("out/build/shared/" + file.replace(".ts", end), "");
    fs.writeFileSync("out/build/shared/bundle.cjs", "");`);
  writeFiles(root, { "shared/gone.ts": "" });
  await build();
  rmSync(path.join(root, "shared/gone.ts"));
  await build();
  expect(readdirSync(path.join(root, "out/build/shared")).toSorted()).toEqual(["a.d.ts", "a.d.ts.map", "a.js", "a.js.map", "bundle.cjs"]);
});

/** @param {string} compiler */
function project(compiler) {
  listen();
  const root = temporaryFolder();
  writeFiles(root, { "shared/a.ts": "1", "compiler.cjs": compiler });
  const steps = [{ name: "Compiling", tool: path.join(root, "compiler.cjs"), args: [] }];
  const log = path.join(root, "builds");
  return {
    root,
    build: () => buildTerminal(process.execPath, { root, steps }),
    builds: () => (existsSync(log) ? readFileSync(log, "utf8").length : 0),
  };
}
