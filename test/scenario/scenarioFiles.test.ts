import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lastSeq } from "../../engine/core/engine.ts";
import { parseScenario, scenarioOf } from "../../engine/scenario/parse.ts";
import { ScenarioRun } from "../../engine/scenario/run.ts";
import type { FaultKind } from "../../shared/faults.ts";

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

  it("SM-20 the file that the explanation shows can be run, and holds", async () => {
    const explained = readFileSync(join(import.meta.dirname, "../../engine/sim/scenarios/README.md"), "utf8");
    const run = new ScenarioRun(scenarioOf(/```yaml\n(version[^]*?)```/.exec(explained)?.[1] ?? ""));
    await run.runTo(run.endUs);
    expect(run.finish().assertions).toEqual({ passed: 4, failed: 0, failures: [] });
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
    ["a command that is none", `${HEAD}timeline:\n  - { at: 1s, do: command, command: { type: Pray } }\n`, "5:45 timeline.0.command.type"],
    [
      "a command that only the host sends",
      `${HEAD}timeline:\n  - { at: 1s, do: command, command: { type: RecordVenueReport, report: { kind: live } } }\n`,
      "5:45 timeline.0.command.type",
    ],
    ["a refusal that nothing is", `${HEAD}assertions:\n  - { check: refusals, code: RISK_LIMIT, max: 0 }\n`, "5:30 assertions.0.code"],
    ["an event that nothing is", `${HEAD}assertions:\n  - { check: events, type: OrderLost, max: 0 }\n`, "5:28 assertions.0.type"],
    ["a reason that nothing is", `${HEAD}assertions:\n  - { check: cancels, reason: boredom, max: 0 }\n`, "5:31 assertions.0.reason"],
    ["an assertion that holds of anything", `${HEAD}assertions:\n  - { check: trades }\n`, "5:5 assertions.0"],
    ["somebody who looks without a pause", `${HEAD}${BTC}agents:\n  - { kind: noise, name: a, every: 0 }\n`, "7:36 agents.0.every"],
    [
      "rounds without a length",
      `${HEAD}${BTC}agents:\n  - { kind: washer, name: a, arrangement: b, part: show, round: 0 }\n`,
      "7:65 agents.0.round",
    ],
    ["a length beyond a hundred years", HEAD.replace("10s", "40000d"), "3:6 for"],
    ["no length at all", HEAD.replace("10s", "0"), "3:6 for"],
    ["a beginning that no journal could hold", `${HEAD}start: 9999-01-01T00:00:00Z\n`, "4:8 start"],
    ["a participant whose account takes the fees", `${HEAD}${BTC}agents:\n  - { kind: noise, name: fees }\n`, "7:26 agents.0.name"],
    [
      "a participant that would act for another's account",
      `${HEAD}${BTC}accounts: [{ code: DESK }]\nagents:\n  - { kind: noise, name: desk }\n`,
      "8:26 agents.0.name",
    ],
    ["the same venue twice", `${HEAD}venues:\n  - { code: HK, name: one }\n  - { code: HK, name: two }\n`, "6:13 venues.1.code"],
    ["a recording in another folder", `${HEAD}recorded: { file: ../a.jsonl, from: 1, to: 2 }\n`, "4:19 recorded.file"],
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
    expect(faultsOf(`${HEAD}${bomb}\n`)).toEqual([expect.stringContaining("aliases")]);
  });

  it("SM-20 a quantity off its step is refused before anything runs", () => {
    expect(() => new ScenarioRun(scenarioOf(`${HEAD}${BTC.replace("65000", "65000.001")}`))).toThrow(/price/);
  });

  const DESK = "accounts: [{ code: DESK, balances: { USD: 100000 } }]\n";
  const later: readonly (readonly [name: string, text: string, field: string])[] = [
    [
      "an order off its lot",
      "timeline: [{ at: 5s, do: order, account: DESK, instrument: BTC/USD, side: buy, quantity: 0.000001 }]",
      "timeline.0",
    ],
    ["an order for nothing", "timeline: [{ at: 5s, do: order, account: DESK, instrument: BTC/USD, side: buy, quantity: 0 }]", "timeline.0"],
    [
      "a price off its tick",
      "timeline: [{ at: 5s, do: order, account: DESK, instrument: BTC/USD, side: buy, quantity: 1, price: 0.001 }]",
      "timeline.0",
    ],
    ["a deposit of nothing", "timeline: [{ at: 5s, do: deposit, account: DESK, asset: USD, amount: 0 }]", "timeline.0"],
    ["a deposit of what is not there", "timeline: [{ at: 5s, do: deposit, account: DESK, asset: DOGE, amount: 1 }]", "timeline.0"],
    [
      "a limit off its lot",
      "timeline: [{ at: 5s, do: limit, account: DESK, control: orderLots, instrument: BTC/USD, hard: 0.000001 }]",
      "timeline.0",
    ],
    ["a balance finer than its asset", "assertions: [{ check: balance, account: DESK, asset: USD, min: 0.000000001 }]", "assertions.0"],
  ];
  it.each(later)("SM-20 %s is told before the first command, though it would come later", (_name, text, field) => {
    const refused = (): ScenarioRun => new ScenarioRun(scenarioOf(`${HEAD}${BTC}${DESK}${text}\n`));
    expect(refused).toThrow(new RegExp(`^SCENARIO_INVALID: ${field}: `));
  });

  it("SM-20 what the engine does not list is an error, and no market without it", () => {
    const crossed = BTC.replace("65000", "65000, minQuantity: 5, maxQuantity: 1");
    expect(() => new ScenarioRun(scenarioOf(`${HEAD}${crossed}`))).toThrow(/SCENARIO_INVALID: ListInstrument BTC\/USD was refused/);
    expect(() => new ScenarioRun(scenarioOf(`${HEAD}${BTC.replace("65000", "65000, tickSize: 0")}`))).toThrow(/SCENARIO_INVALID/);
  });

  it("SM-23 a limit that the engine refuses has failed, as every assertion would have", async () => {
    const made = new ScenarioRun(scenarioOf(`${HEAD}${BTC}${DESK}limits: [{ account: DESK, control: messages, hard: 50 }]\n`));
    await made.runTo(made.endUs);
    expect(made.finish().assertions.failed).toBe(1);
    expect(made.verdicts.find(({ passed }) => !passed)?.text).toBe("limit on messages of DESK was refused: RISK_LIMIT_INVALID");
  });
});

const FLOW = `${HEAD}${BTC}agents:
  - { kind: adaptiveMaker, name: maker, every: 200ms }
  - { kind: hawkes, name: flow, every: 50ms, rate: 20 }
`;

describe("SM-65 faults in a timeline", () => {
  const withFault = (fault: string, entry = ""): string => `${FLOW}timeline:\n  - { at: 2s, do: fault, ${entry}fault: { ${fault} } }\n`;

  const bad: readonly (readonly [name: string, fault: string, place: string])[] = [
    ["a kind that is not known", "kind: gremlins", "10:41 timeline.0.fault.kind"],
    ["a target that nobody is", "kind: dropFrames, target: nobody", "10:61 timeline.0.fault.target"],
    ["a delay without its length", "kind: delayFrames", "10:33 timeline.0.fault.ms"],
    ["a delay beyond bounds", "kind: delayFrames, ms: 0", "10:58 timeline.0.fault.ms"],
    ["odds above one", "kind: dropFrames, probability: 2", "10:66 timeline.0.fault.probability"],
    ["a key of another kind", "kind: dropFrames, ms: 5", "10:53 timeline.0.fault"],
    ["a refusal that nobody knows", "kind: refuse, code: NO", "10:55 timeline.0.fault.code"],
    ["a disk's fault on a participant", "kind: slowFsync, ms: 5, target: maker", "10:67 timeline.0.fault.target"],
    ["the market's thread", "kind: workerCrash, target: market", "10:62 timeline.0.fault.target"],
    ["the end of the run's own file", "kind: flippedByte", "10:41 timeline.0.fault.kind"],
  ];
  it.each(bad)("SM-65 SM-20 names line and column of %s", (_name, fault, place) => {
    expect(faultsOf(withFault(fault)).map((text) => text.slice(0, place.length))).toEqual([place]);
  });

  it("SM-65 a line that names what may be said stays short", () => {
    const [text = ""] = faultsOf(withFault("kind: refuse, code: NO"));
    expect(text).toContain("VALIDATE_UNKNOWN_INSTRUMENT");
    expect(text.length).toBeLessThan(1_000);
  });

  async function run(text: string): Promise<{ readonly hash: string; readonly strikes: (kind: FaultKind) => number }> {
    const made = new ScenarioRun(scenarioOf(text));
    await made.runTo(made.endUs);
    return { hash: made.finish().hash, strikes: (kind) => made.exchange.faults.strikesOf(kind) };
  }

  it("SM-65 SM-22 the same file and seed take the same course, another seed of the dice another", async () => {
    const drops = (seed: number): string => withFault(`kind: dropFrames, target: maker, probability: 0.3, seed: ${seed}`);
    const first = await run(drops(1));
    expect(first.strikes("dropFrames")).toBeGreaterThan(5);
    expect((await run(drops(1))).hash).toBe(first.hash);
    expect((await run(drops(2))).hash).not.toBe(first.hash);
    expect((await run(FLOW)).hash).not.toBe(first.hash);
  });

  it("SM-65 a fault lasts as long as the timeline says, and one that begins meanwhile takes nothing from it", async () => {
    const text = (more: string): string => `${withFault("kind: dropFrames, target: flow, times: 3", "for: 5s, ")}${more}`;
    expect((await run(text(""))).strikes("dropFrames")).toBe(3);
    const another = "  - { at: 6s, do: fault, fault: { kind: delayFrames, target: maker, ms: 5 } }\n";
    const both = await run(text(another));
    expect(both.strikes("dropFrames")).toBe(3);
    expect(both.strikes("delayFrames")).toBeGreaterThan(10);
    const late = await run(withFault("kind: dropFrames, target: flow, times: 3", "for: 1ms, "));
    expect(late.strikes("dropFrames")).toBeLessThan(3);
  });

  it("SM-65 a slow commit takes simulated time, and what waits for it goes along", async () => {
    const commits = async (text: string): Promise<readonly number[]> => {
      const made = new ScenarioRun(scenarioOf(text));
      const at: number[] = [];
      made.exchange.watch(() => at.at(-1) !== made.queue.nowUs && at.push(made.queue.nowUs));
      await made.runTo(made.endUs);
      return at;
    };
    const least = (times: readonly number[]): number => Math.min(...times.slice(1).map((us, at) => us - (times[at] ?? 0)));
    const slow = (await commits(withFault("kind: slowFsync, ms: 300"))).filter((us) => us > Date.parse("2026-01-05T01:00:03Z") * 1_000);
    expect(slow.length).toBeGreaterThan(5);
    expect(least(slow)).toBeGreaterThanOrEqual(300_000);
    expect(least(await commits(FLOW))).toBeLessThan(300_000);
  });

  it("SM-65 a crash loses what was not committed, cuts every line and keeps the rest", async () => {
    const made = new ScenarioRun(scenarioOf(withFault("kind: diskFull, times: 1")));
    await made.runTo(made.startUs + 2_000_000);
    let committed = lastSeq(made.exchange.engine);
    while (made.exchange.faults.strikesOf("diskFull") === 0) {
      committed = lastSeq(made.exchange.views.replica);
      await made.step(made.endUs);
    }
    // The commit that failed had something in it, and nothing of it is left.
    expect(lastSeq(made.exchange.engine)).toBe(committed);
    const diedUs = made.queue.nowUs;
    await made.runTo(diedUs + 999_999);
    expect(lastSeq(made.exchange.engine)).toBe(committed);
    await made.runTo(made.endUs);
    expect(lastSeq(made.exchange.engine)).toBeGreaterThan(committed);
    expect(made.finish().assertions.failed).toBe(0);
  });
});
