import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { failureCode } from "../host/journal/journalErrors.ts";
import { scenarioOf } from "./parse.ts";
import { readRecording, type RecordedCommand } from "./recording.ts";
import type { Scenario } from "./schema.ts";

/** Where the shipped scenarios lie: beside the sources, and beside the build that was made of them. */
const FOLDERS = ["../sim/scenarios", "../../../../engine/sim/scenarios"].map((path) => join(import.meta.dirname, path));

export type LoadedScenario = {
  readonly name: string;
  readonly path: string;
  readonly scenario: Scenario;
  readonly recorded: readonly RecordedCommand[] | null;
};

/** Names of the shipped scenarios, in the alphabet's order. */
export function shippedScenarios(): readonly string[] {
  return readdirSync(shippedFolder())
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/** The path of a file, or of the shipped scenario of that name. */
export function scenarioPath(nameOrPath: string, workingFolder: string): string {
  const path = resolve(workingFolder, nameOrPath);
  const shipped = join(shippedFolder(), `${nameOrPath}.yaml`);
  return existsSync(path) || !existsSync(shipped) ? path : shipped;
}

/** Throws TerminalError ARGUMENT_INVALID for a file that cannot be read, SCENARIO_INVALID for one that is wrong. */
export function loadScenario(path: string): LoadedScenario {
  const scenario = scenarioOf(readText(path), path);
  const recorded = scenario.recorded === undefined ? null : readRecording(join(dirname(path), scenario.recorded.file));
  return { name: basename(path, ".yaml"), path, scenario, recorded };
}

export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const rule = "a file that can be read, or the name of a shipped scenario";
    const message = `${path} cannot be read (${failureCode(error)}). npm run sim -- list names the shipped scenarios.`;
    throw new TerminalError(typedError("ARGUMENT_INVALID", { field: "FILE", value: path, rule, message }), { cause: error });
  }
}

function shippedFolder(): string {
  return FOLDERS.find((folder) => existsSync(folder)) ?? FOLDERS[0] ?? "";
}
