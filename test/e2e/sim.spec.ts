import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { loadScenario, scenarioPath } from "../../engine/scenario/files.ts";
import { ScenarioRun } from "../../engine/scenario/run.ts";
import { runtime } from "./support/runtime.ts";

describe("SM-22 the same course in Node and in Electron", () => {
  it.each(["spoofing-and-layering", "flash-crash", "two-venues", "broken-lines", "crash-and-return"])(
    "SM-22 %s leads to the same state in Electron's own Node, from the build",
    async (name) => {
      const run = new ScenarioRun(loadScenario(scenarioPath(name, "/")).scenario);
      await run.runTo(run.endUs);
      const here = run.finish();
      const { executable, project } = runtime();
      const cli = join(project, "out/build/engine/cli/sim.js");
      const { stdout } = await promisify(execFile)(executable, [cli, "run", name], { env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" } });
      expect(JSON.parse(stdout)).toEqual(here);
    },
  );
});
