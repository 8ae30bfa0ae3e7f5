import { describe, expect, it } from "vitest";
import { parseScenario } from "../../engine/scenario/parse.ts";
import { ScenarioRun } from "../../engine/scenario/run.ts";
import { scenarioOf } from "../../engine/scenario/parse.ts";

const HEAD = "version: 1\npurpose: A scenario of the tests.\nfor: 10s\n";
const BTC = "instruments:\n  - { symbol: BTC/USD, price: 65000 }\n";

function faultsOf(text: string): readonly string[] {
  const parsed = parseScenario(text);
  return parsed.ok ? [] : parsed.error.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

describe("SM-20 scenario files", () => {
  it("SM-20 a file with a purpose and a length is enough", () => {
    expect(faultsOf(HEAD)).toEqual([]);
  });

  const bad: readonly (readonly [name: string, text: string, place: string])[] = [
    ["no version", "purpose: A scenario of the tests.\nfor: 10s\n", "1:1 version"],
    ["another version", HEAD.replace("version: 1", "version: 2"), "1:10 version"],
    ["a length without its unit", HEAD.replace("10s", "10"), "3:6 for"],
    ["a key that is not known", `${HEAD}${BTC.replace("price", "colour: red, price")}`, "5:24 instruments.0"],
    ["a kind that is not known", `${HEAD}${BTC}agents:\n  - { kind: wizard, name: merlin }\n`, "7:13 agents.0.kind"],
    ["a name with capitals", `${HEAD}${BTC}agents:\n  - { kind: noise, name: Noise }\n`, "7:26 agents.0.name"],
    ["the same name twice", `${HEAD}${BTC}agents:\n  - { kind: noise, name: a }\n  - { kind: noise, name: a }\n`, "8:26 agents.1.name"],
    [
      "an instrument that is not there",
      `${HEAD}${BTC}timeline:\n  - { at: 1s, do: halt, instrument: ETH/USD }\n`,
      "7:37 timeline.0.instrument",
    ],
    ["an account that is not there", `${HEAD}${BTC}timeline:\n  - { at: 1s, do: cancelAll, account: NOBODY }\n`, "7:39 timeline.0.account"],
    ["a deed that is not known", `${HEAD}${BTC}timeline:\n  - at: 1s\n    do: pray\n`, "8:9 timeline.0.do"],
    ["a price that is no number", `${HEAD}${BTC.replace("65000", "cheap")}`, "5:31 instruments.0.price"],
    ["a negative seed", `${HEAD}seed: -1\n`, "4:7 seed"],
    ["a symbol of one asset", `${HEAD}${BTC.replace("BTC/USD", "BTC")}`, "5:15 instruments.0.symbol"],
    [
      "a venue without a licence to withdraw",
      `${HEAD}${BTC}timeline:\n  - { at: 1s, do: withdrawLicence, venue: HK, reason: none }\n`,
      "7:43 timeline.0.venue",
    ],
    ["a share above one", `${HEAD}${BTC}agents:\n  - { kind: clumsy, name: a, fatFingerShare: 2 }\n`, "7:46 agents.0.fatFingerShare"],
    [
      "a participant beside a recording",
      `${HEAD}recorded: { file: a.jsonl, from: 1, to: 2 }\naccounts: [{ code: DESK }]\n`,
      "5:11 accounts",
    ],
    ["the same key twice", `${HEAD}for: 20s\n`, "4:1 "],
    ["a bracket that is not closed", `${HEAD}instruments: [`, "4:"],
    ["a tab for an indent", `${HEAD}instruments:\n\t- a\n`, "5:1"],
  ];
  it.each(bad)("SM-20 names line and column of %s", (_name, text, place) => {
    expect(faultsOf(text).map((fault) => fault.slice(0, place.length))).toContain(place);
  });

  it("SM-20 names every fault at once, not the first alone", () => {
    expect(faultsOf(`${HEAD.replace("10s", "x")}seed: -1\nspeed: 3\n`)).toHaveLength(3);
  });

  it("SM-20 a bomb of aliases is a fault and no explosion", () => {
    const bomb = Array.from(
      { length: 12 },
      (_, at) => `k${at}: &a${at} [${at === 0 ? "x" : `*a${at - 1}, *a${at - 1}, *a${at - 1}, *a${at - 1}, *a${at - 1}, *a${at - 1}`}]`,
    ).join("\n");
    expect(faultsOf(`${HEAD}${bomb}\n`).length).toBeGreaterThan(0);
  });

  it("SM-20 a quantity off its step is refused before anything runs", () => {
    expect(() => new ScenarioRun(scenarioOf(`${HEAD}${BTC.replace("65000", "65000.001")}`))).toThrow(/price/);
  });

  it("SM-20 a fault that nobody carries out is refused before anything runs, and handed over where somebody does", async () => {
    const scenario = scenarioOf(
      `${HEAD}${BTC}timeline:\n  - { at: 2s, do: fault, for: 3s, fault: { kind: dropFrames, probability: 0.5 } }\n`,
    );
    expect(() => new ScenarioRun(scenario)).toThrow(/SCENARIO_INVALID/);
    const seen: unknown[] = [];
    const run = new ScenarioRun(scenario, {
      hooks: { fault: (fault, forUs, of) => seen.push([fault.kind, fault.probability, forUs, of.queue.nowUs - of.startUs]) },
    });
    await run.runTo(run.endUs);
    expect(seen).toEqual([["dropFrames", 0.5, 3_000_000, 2_000_000]]);
  });
});
