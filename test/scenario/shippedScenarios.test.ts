import { describe, expect, it } from "vitest";
import { loadScenario, scenarioPath, shippedScenarios } from "../../engine/scenario/files.ts";
import { ScenarioRun, type RunResult } from "../../engine/scenario/run.ts";
import { agentKinds } from "../../engine/sim/agents/kinds.ts";
import { openScenarioJournal } from "../../engine/scenario/journal.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { tempFolder } from "../host/tempFolder.ts";

const names = shippedScenarios();

async function runOnce(name: string): Promise<{ readonly result: RunResult; readonly failures: readonly string[] }> {
  const run = new ScenarioRun(loadScenario(scenarioPath(name, "/")).scenario);
  await run.runTo(run.endUs);
  const result = run.finish();
  return { result, failures: run.verdicts.filter(({ passed }) => !passed).map(({ text }) => text) };
}

/** The second run is driven as a person has it driven, in uneven pieces and with a real journal on disk. */
async function runInPieces(name: string, folder: string): Promise<RunResult> {
  const journal = openScenarioJournal(folder);
  const run = new ScenarioRun(loadScenario(scenarioPath(name, "/")).scenario, { journal });
  const driven = run.time.drive();
  await run.time.operate({ type: "controlTime", deed: { kind: "stepEvent" } }, "test");
  await run.time.operate({ type: "controlTime", deed: { kind: "stepTo", venueTimeUs: run.startUs + 3_333_333 } }, "test");
  run.time.maximum();
  await driven;
  const result = run.finish();
  journal.release();
  return result;
}

describe("SM-21 shipped scenarios", () => {
  it("SM-21 there are at least 15, and every kind of participant is in one of them", () => {
    expect(names.length).toBeGreaterThanOrEqual(15);
    const used = new Set(names.flatMap((name) => loadScenario(scenarioPath(name, "/")).scenario.agents.map(({ kind }) => kind)));
    const all = agentKinds.map((schema) => schema.shape.kind.value);
    expect(all.filter((kind) => !used.has(kind))).toEqual([]);
  });

  it.each(names)(
    "SM-21 SM-22 %s holds what it asserts, and takes the same course twice, however it is driven",
    async (name) => {
      const { result, failures } = await runOnce(name);
      expect(failures).toEqual([]);
      const folder = tempFolder();
      expect(await runInPieces(name, folder)).toEqual(result);
      const verdict = verifyJournal(`${folder}/journal.db`);
      expect(verdict).toMatchObject({ good: true, lastSeq: result.seq, stateHash: result.hash });
    },
    120_000,
  );
});
