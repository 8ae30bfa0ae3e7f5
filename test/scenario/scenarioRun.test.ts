import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parseSimArguments } from "../../engine/cli/simArguments.ts";
import { scenarioOf } from "../../engine/scenario/parse.ts";
import { ScenarioRun, type RunResult } from "../../engine/scenario/run.ts";
import { tempFolder } from "../host/tempFolder.ts";

const CLI = resolve(import.meta.dirname, "../../engine/cli/sim.ts");
const FLOW = `
version: 1
purpose: A small market of the tests.
for: 8s
instruments:
  - { symbol: BTC/USD, price: 65000 }
agents:
  - { kind: adaptiveMaker, name: maker, every: 200ms }
  - { kind: hawkes, name: flow, every: 50ms, rate: 10 }
  - { kind: spoofer, name: trader, every: 100ms, rest: 1s }
assertions:
  - { check: trades, min: 5 }
`;

async function course(text: string, options: ConstructorParameters<typeof ScenarioRun>[1] = {}): Promise<RunResult> {
  const run = new ScenarioRun(scenarioOf(text), options);
  await run.runTo(run.endUs);
  return run.finish();
}

type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** The command line as a person has it: a process of its own. */
async function sim(args: readonly string[], input = ""): Promise<Ended> {
  const running = promisify(execFile)(process.execPath, [CLI, ...args], { maxBuffer: 2 ** 24 });
  running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const failure = error as { code: number; stdout: string; stderr: string };
    return { code: failure.code, out: failure.stdout, err: failure.stderr };
  }
}

describe("SM-22 the course of a scenario", () => {
  it("SM-22 follows from file and seed, and another seed is another course", async () => {
    const first = await course(FLOW);
    expect(await course(FLOW)).toEqual(first);
    expect((await course(FLOW, { seed: 2 })).hash).not.toBe(first.hash);
  });

  it("SM-22 a participant more does not change what another draws", async () => {
    const joined = FLOW.replace("assertions:", "  - { kind: metaOrder, name: silent, side: buy, value: 1000, start: 1h }\nassertions:");
    const traded = async (text: string): Promise<readonly string[]> => {
      const run = new ScenarioRun(scenarioOf(text));
      await run.runTo(run.endUs);
      return run.tape.trades(run.catalog.instrument("BTC/USD").instrumentId).map(({ atUs, ticks, lots }) => `${atUs} ${ticks} ${lots}`);
    };
    const alone = await traded(FLOW);
    expect(alone.length).toBeGreaterThan(10);
    expect(await traded(joined)).toEqual(alone);
  });

  it("SM-22 is the same locked to the wall at 20 times its speed as at the machine's", async () => {
    const fast = await course(FLOW);
    const run = new ScenarioRun(scenarioOf(FLOW));
    run.time.run(20);
    await run.time.drive();
    expect(run.finish()).toEqual(fast);
  });

  it("SM-22 is the same however often a person steps", async () => {
    const whole = await course(FLOW);
    const run = new ScenarioRun(scenarioOf(FLOW));
    const driven = run.time.drive();
    for (let step = 0; step < 20; step += 1) {
      await run.time.operate({ type: "controlTime", deed: { kind: step % 3 === 0 ? "stepFill" : "stepEvent" } }, "test");
    }
    run.time.maximum();
    await driven;
    expect(run.finish()).toEqual(whole);
  });

  it("SM-25 a step to the next event is one command further, one to the next fill ends with a trade", async () => {
    const run = new ScenarioRun(scenarioOf(FLOW));
    const driven = run.time.drive();
    await run.time.operate({ type: "controlTime", deed: { kind: "stepFill" } }, "test");
    expect(run.tape.tradeCount).toBeGreaterThan(0);
    expect(run.time.mode).toBe("paused");
    const [deeds, at] = [run.exchange.committedDeeds, run.queue.nowUs];
    await run.time.operate({ type: "controlTime", deed: { kind: "stepEvent" } }, "test");
    expect(run.exchange.committedDeeds).toBeGreaterThan(deeds);
    expect(run.queue.nowUs).toBeGreaterThan(at);
    await run.time.operate({ type: "controlTime", deed: { kind: "stepTo", venueTimeUs: run.startUs + 5_000_000 } }, "test");
    expect(run.queue.nowUs).toBe(run.startUs + 5_000_000);
    run.time.end();
    await driven;
  });
});

describe("SM-24 recording", () => {
  it("SM-24 a slice of a journal is a scenario that leads to the same state, and one wrong command makes it fail", async () => {
    const folder = tempFolder();
    const first = await sim(["run", join(writeFlow(folder), "flow.yaml"), "--data", join(folder, "data")]);
    expect(first.code).toBe(0);
    const { seq } = JSON.parse(first.out) as RunResult;
    const path = join(folder, "slice.yaml");
    const recorded = await sim([
      "record",
      join(folder, "data", "journal.db"),
      String(Math.floor(seq / 3)),
      String(Math.floor((seq * 2) / 3)),
      "--out",
      path,
    ]);
    expect(recorded.code).toBe(0);
    const again = await sim(["run", path]);
    expect(again).toMatchObject({ code: 0 });
    expect(recorded.out).toContain((JSON.parse(again.out) as RunResult).hash);
    const commands = path.replace(".yaml", ".commands.jsonl");
    const lines = readFileSync(commands, "utf8").trim().split("\n");
    writeFileSync(commands, lines.filter((_, at) => at !== lines.length - 2).join("\n"));
    const without = await sim(["run", path]);
    expect(without.code).toBe(1);
    expect(without.err).toContain("FAILED  assertion 1: state hash");
    writeFileSync(commands, `${lines[0]}\n{"seq":2}\n`);
    expect(await sim(["run", path])).toMatchObject({ code: 2, err: expect.stringContaining("SCENARIO_INVALID") });
    rmSync(commands);
    expect(await sim(["run", path])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^SCENARIO_INVALID: .* cannot be read \(ENOENT\)/),
    });
  });

  it("SM-24 a slice that the journal does not have is refused", async () => {
    const folder = tempFolder();
    await sim(["run", join(writeFlow(folder), "flow.yaml"), "--for", "1s", "--data", join(folder, "data")]);
    const past = await sim(["record", join(folder, "data", "journal.db"), "999999", "9999999"]);
    expect(past).toMatchObject({ code: 2, err: expect.stringContaining("ARGUMENT_INVALID") });
    const nowhere = await sim(["record", join(folder, "none.db"), "1", "2"]);
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringMatching(/^ARGUMENT_INVALID: There is no file/) });
    const other = await sim(["record", join(folder, "flow.yaml"), "1", "2"]);
    expect(other).toMatchObject({ code: 2, err: expect.stringMatching(/^JOURNAL_VERSION: Reading the journal failed/) });
    const unwritable = await sim(["record", join(folder, "data", "journal.db"), "1", "50", "--out", join(folder, "none", "x.yaml")]);
    expect(unwritable).toMatchObject({ code: 2, err: expect.stringMatching(/^ARGUMENT_INVALID: .* cannot be written/) });
  });
});

function writeFlow(folder: string): string {
  writeFileSync(join(folder, "flow.yaml"), FLOW);
  return folder;
}

describe("SM-21 the command line", () => {
  it("SM-21 a run ends with exactly one line of JSON, the same in a process of its own", async () => {
    const folder = writeFlow(tempFolder());
    const here = await course(FLOW);
    const there = await sim(["run", join(folder, "flow.yaml")]);
    expect(there.code).toBe(0);
    expect(there.out.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(there.out)).toEqual(here);
  });

  it("SM-23 a failed assertion makes the exit code 1 and says what was found", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "high.yaml"), FLOW.replace("min: 5", "min: 100000"));
    const ended = await sim(["run", join(folder, "high.yaml")]);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/FAILED {2}assertion 1: trades: \d+, expected at least 100000/);
    expect((JSON.parse(ended.out) as RunResult).assertions.failed).toBe(1);
  });

  it("SM-23 tells found and expected prices and balances in their own units, and the assertion's place in the file", async () => {
    const wrong = [
      "{ check: price, instrument: BTC/USD, min: 70000.5 }",
      "{ check: price, instrument: BTC/USD, min: 1, max: 2 }",
      "{ check: balance, account: maker, asset: BTC, max: 0.5 }",
    ];
    const { assertions } = await course(`${FLOW}${wrong.map((one) => `  - ${one}\n`).join("")}`);
    expect(assertions.failures).toEqual([
      expect.stringMatching(/^assertion 2: last price of BTC\/USD: 6\d{4}\.\d\d, expected at least 70000\.50$/),
      expect.stringMatching(/^assertion 3: .* expected 1\.00 to 2\.00$/),
      expect.stringMatching(/^assertion 4: balance of maker in BTC: \d+\.\d+, expected at most 0\.5/),
    ]);
  });

  it("SM-25 lines on the standard input control the time", async () => {
    const folder = writeFlow(tempFolder());
    const ended = await sim(["run", join(folder, "flow.yaml"), "--control"], "status\nstep\nfill\nto 4s\nnonsense\n");
    expect(ended.err).toContain("paused, 0 trades");
    expect(ended.err).toMatch(/Time stands at .*T01:00:04\.000Z/);
    expect(ended.err).toContain("pause | run");
  });

  it("SM-21 a folder that holds a journal is not begun upon again", async () => {
    const folder = writeFlow(tempFolder());
    const args = ["run", join(folder, "flow.yaml"), "--for", "1s", "--data", join(folder, "data")];
    expect((await sim(args)).code).toBeLessThan(2);
    expect(await sim(args)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("--data") });
  });

  it("SM-20 check prints file, line and column, and exits with 1", async () => {
    const folder = tempFolder();
    const path = join(folder, "bad.yaml");
    writeFileSync(path, FLOW.replace("hawkes", "wizard"));
    const checked = await sim(["check", path]);
    expect(checked.code).toBe(1);
    expect(checked.out).toContain(`${path}:9:13: agents.1.kind`);
    expect(await sim(["check", "flash-crash"])).toMatchObject({ code: 0, out: expect.stringContaining("good") });
    writeFileSync(path, FLOW.replace(", price: 65000", "").replace("hawkes", "wizard"));
    expect((await sim(["check", path])).out).toContain("instruments.0.price: is missing");
    expect((await sim(["run", path])).err).toMatch(
      /SCENARIO_INVALID: .*bad\.yaml is not valid at line 6.*is missing.*1 more; npm run sim -- check FILE/,
    );
    writeFileSync(path, FLOW.replace("65000", "65000.001"));
    expect(await sim(["check", path])).toMatchObject({ code: 1, err: "", out: expect.stringContaining("BTC/USD price") });
  });

  it("SM-29 keys for what is served are made from here, too", async () => {
    const folder = tempFolder();
    const made = await sim(["key", "create", "--account", "DESK", "--label", "a bot", "--data", folder]);
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/access key +\w{48}\n +secret +\w{64}\n/) });
    expect((await sim(["key", "list", "--data", folder])).out).toMatch(/desk\/DESK.*valid.*a bot/);
    expect(await sim(["key", "forget"])).toMatchObject({ code: 2, out: "" });
  });

  it("SM-21 a command line that is not accepted is a typed error, nothing on the standard output, and exit code 2", async () => {
    expect(await sim(["run", "no-such-file"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("ARGUMENT_INVALID") });
    expect(await sim(["fly"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("ARGUMENT_INVALID") });
    expect((await sim(["run"])).err).toContain("operands (none) is not accepted: run takes FILE.");
    expect((await sim(["run", "a", "--nope"])).err).toContain("--nope is not accepted: run takes --seed");
    expect(await sim(["--help"])).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("npm run sim -- record JOURNAL FROM TO"),
    });
  });

  const wrong: readonly (readonly [text: string, field: string])[] = [
    ["", "command"],
    ["fly", "command"],
    ["run", "operands"],
    ["run a b", "operands"],
    ["run a --seed -1", "--seed"],
    ["run a --seed 4294967296", "--seed"],
    ["run a --seed 1 --seed 1", "--seed"],
    ["run a --for 10", "--for"],
    ["run a --for 0s", "--for"],
    ["run a --speed 0", "--speed"],
    ["run a --speed 2000", "--speed"],
    ["run a --speed", "--speed"],
    ["run a --data --seed", "--data"],
    ["list --seed 1", "--seed"],
    ["record a 1", "operands"],
    ["toString --seed 1", "command"],
  ];
  it.each(wrong)("SM-21 refuses `%s` and names %s", (text, field) => {
    const parsed = parseSimArguments(text === "" ? [] : text.split(" "));
    expect(parsed).toMatchObject({ ok: false, error: { code: "ARGUMENT_INVALID", field } });
  });

  it("SM-21 takes every option", () => {
    const parsed = parseSimArguments("run a --seed 7 --for 1.5h --speed 0.1 --data d --control".split(" "));
    expect(parsed).toMatchObject({
      ok: true,
      value: { name: "run", operands: ["a"], options: { seed: 7, forUs: 5_400_000_000, speed: 0.1, data: "d", control: true } },
    });
  });
});
