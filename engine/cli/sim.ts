import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { TerminalError } from "../../shared/errors.ts";
import { failureCode } from "../host/journal/journalErrors.ts";
import { loadScenario, readText, scenarioPath, shippedScenarios } from "../scenario/files.ts";
import { openScenarioJournal } from "../scenario/journal.ts";
import { parseScenario } from "../scenario/parse.ts";
import { findings, isInside } from "../scenario/realism/bands.ts";
import { short } from "../scenario/realism/chart.ts";
import { measure, REALISM_QUOTE_US, shapesOfBars, type RealShapes } from "../scenario/realism/measure.ts";
import { realismPage } from "../scenario/realism/report.ts";
import { recordJournal, scenarioOfRecording } from "../scenario/recording.ts";
import { serve } from "../scenario/serving.ts";
import { ScenarioRun } from "../scenario/run.ts";
import { readHistory } from "../sim/history.ts";
import { tellsHelp } from "./help.ts";
import { controlLine } from "./simControl.ts";
import { parseSimArguments, SIM_USAGE, type SimCommand } from "./simArguments.ts";

/** The realism report lasts longer than a scenario's own test, or its figures would be chance. */
const REALISM_US = 1_800_000_000;

/**
 * `npm run sim`: the simulated exchange without a window. `run` ends with one line of JSON on the standard output; exit code 0 when every
 * assertion held, 1 when one failed or a file is wrong, 2 when nothing could be done.
 */
const parsed = parseSimArguments(process.argv.slice(2));
if (process.argv[2] !== "key" && tellsHelp(process.argv.slice(2), SIM_USAGE)) process.exitCode = 0;
else if (process.argv[2] === "key") {
  // The same as npm run key, which reads what is left of the line.
  process.argv.splice(2, 1);
  await import("./key.ts");
} else if (parsed.ok) process.exitCode = await attempt(parsed.value);
else {
  console.error(`${parsed.error.code}: ${parsed.error.message}\n${SIM_USAGE}`);
  process.exitCode = 2;
}

async function attempt(command: SimCommand): Promise<number> {
  try {
    return await perform(command);
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    console.error(`${error.typed.code}: ${error.typed.message}`);
    return 2;
  }
}

async function perform(command: SimCommand): Promise<number> {
  const [file = "", from = "", to = ""] = command.operands;
  switch (command.name) {
    case "run":
      return run(file, command.options);
    case "list":
      return list();
    case "check":
      return check(file);
    case "record":
      return record(file, { from: sequence("FROM", from), to: sequence("TO", to), out: command.options.out });
    case "realism":
      return realism(file, command.options);
  }
}

async function run(file: string, options: SimCommand["options"]): Promise<number> {
  const { scenario, recorded } = loadScenario(scenarioPath(file, process.cwd()));
  const journal = options.data === null ? null : openScenarioJournal(resolve(options.data));
  const made = new ScenarioRun(scenario, {
    ...(options.seed === null ? {} : { seed: options.seed }),
    ...(options.forUs === null ? {} : { forUs: options.forUs }),
    ...(journal === null ? {} : { journal }),
    ...(recorded === null ? {} : { recorded }),
  });
  const serving = options.serve && journal !== null ? await serve(made, journal.folder.path, (text) => console.error(text)) : null;
  for (const { site, url } of serving?.sites ?? []) console.error(`The ${site} interface of the simulated exchange listens on ${url}`);
  if (options.speed === null) made.time.maximum();
  else made.time.run(options.speed);
  if (options.control) {
    made.time.pause();
    const lines = createInterface({ input: process.stdin });
    let told = Promise.resolve();
    lines.on("line", (line) => {
      told = told.then(async () => console.error(await controlLine(line, made)));
    });
    // What has been set going goes on to its end.
    lines.on("close", () => void told.then(() => made.time.mode === "paused" && made.time.end()));
    await made.time.drive();
    lines.close();
  } else await made.time.drive();
  await serving?.end();
  const result = made.finish();
  if (journal !== null) {
    writeFileSync(join(journal.folder.path, "labels.jsonl"), made.labels.map((label) => `${JSON.stringify(label)}\n`).join(""));
    journal.release();
  }
  for (const { passed, text } of made.verdicts) if (!passed) console.error(`FAILED  ${text}`);
  console.log(JSON.stringify(result));
  return result.assertions.failed === 0 ? 0 : 1;
}

async function realism(file: string, options: SimCommand["options"]): Promise<number> {
  const { scenario, name } = loadScenario(scenarioPath(file, process.cwd()));
  const seed = options.seed ?? scenario.seed;
  const made = new ScenarioRun(scenario, { seed, forUs: options.forUs ?? REALISM_US, quoteUs: REALISM_QUOTE_US });
  await made.runTo(made.endUs);
  const bars = options.candles === null ? null : await realBars(resolve(options.candles));
  const measured = made.catalog.instruments.map((instrument) => measure(made, instrument));
  const page = realismPage({ scenario: name, purpose: scenario.purpose, seed, result: made.finish() }, measured, bars);
  const folder = resolve(options.out ?? "out/realism");
  const path = join(folder, `${name}.html`);
  writeOrRefuse(path, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, page);
  });
  for (const one of measured) {
    console.log(`${one.symbol}: ${one.trades} trades`);
    for (const finding of findings(one, bars)) {
      const real = finding.real === null ? "" : `, real bars ${short(finding.real)}`;
      console.log(
        `  ${isInside(finding) ? "inside " : "OUTSIDE"}  ${finding.name.padEnd(38)} ${short(finding.value)} (${short(finding.from)} to ${short(finding.to)}${real})`,
      );
    }
  }
  console.log(path);
  return 0;
}

async function realBars(path: string): Promise<RealShapes> {
  const read = await readHistory(path, { tickSize: "0.01", lotSize: "0.00001" });
  if (!read.ok) throw new TerminalError(read.error);
  return shapesOfBars(read.value.bars, basename(path));
}

function list(): number {
  for (const name of shippedScenarios()) {
    const { scenario } = loadScenario(scenarioPath(name, process.cwd()));
    console.log(`${name.padEnd(28)} ${scenario.purpose}`);
  }
  return 0;
}

function check(file: string): number {
  const path = scenarioPath(file, process.cwd());
  const checked = parseScenario(readText(path));
  if (!checked.ok) {
    for (const { line, column, path: at, message } of checked.error)
      console.log(`${path}:${line}:${column}: ${at === "" ? "" : `${at}: `}${message}`);
    return 1;
  }
  try {
    // What only the catalog can tell: steps, ids and names.
    void new ScenarioRun(checked.value, checked.value.recorded === undefined ? {} : { recorded: loadScenario(path).recorded ?? [] });
  } catch (error) {
    if (!(error instanceof TerminalError) || error.typed.code !== "SCENARIO_INVALID") throw error;
    console.log(`${path}: ${error.typed.message}`);
    return 1;
  }
  const { agents, timeline, assertions } = checked.value;
  console.log(`${path}: good; ${agents.length} participants, ${timeline.length} entries of the timeline, ${assertions.length} assertions`);
  return 0;
}

function record(journal: string, slice: { readonly from: number; readonly to: number; readonly out: string | null }): number {
  const recording = recordJournal(resolve(journal), slice.from, slice.to);
  const path = resolve(slice.out ?? `recorded-${recording.from}-${recording.to}.yaml`);
  const commands = path.replace(/(\.ya?ml)?$/, ".commands.jsonl");
  writeOrRefuse(path, () => {
    writeFileSync(commands, recording.lines);
    writeFileSync(path, scenarioOfRecording(recording, basename(commands), basename(journal)));
  });
  console.log(`${path}: sequences ${recording.from} to ${recording.to}, state ${recording.hash}`);
  return 0;
}

/** Throws TerminalError ARGUMENT_INVALID for what the file system refuses. */
function writeOrRefuse(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const message = `${path} cannot be written (${failureCode(error)}). Name another place with --out.`;
    throw new TerminalError({ code: "ARGUMENT_INVALID", field: "--out", value: path, rule: "a file that can be written", message });
  }
}

function sequence(field: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  const rule = "a sequence number from 1";
  throw new TerminalError({
    code: "ARGUMENT_INVALID",
    field,
    value: text,
    rule,
    message: `${field} is a sequence number from 1, not ${text}.`,
  });
}
