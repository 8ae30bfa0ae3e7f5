import type { Operation } from "../../shared/protocol.ts";
import { durationUs } from "../../shared/duration.ts";
import type { ScenarioRun } from "../scenario/run.ts";

const HELP = "pause | run [speed] | max | step | fill | to 90s (of the scenario's time) | status | quit";

/** Carries out one line of `sim run --control`; answers what to tell the person. */
export async function controlLine(line: string, run: ScenarioRun): Promise<string> {
  const [word = "", value = ""] = line.trim().split(/\s+/);
  if (word === "status") return `${new Date(run.queue.nowUs / 1_000).toISOString()} ${run.time.mode}, ${run.tape.tradeCount} trades`;
  if (word === "quit") {
    run.time.end();
    return "";
  }
  const operation = operationOf(word, value, run);
  if (operation === null) return HELP;
  const done = await run.time.operate(operation, "command line");
  return done.ok ? done.value : done.error.message;
}

function operationOf(word: string, value: string, run: ScenarioRun): Operation | null {
  switch (word) {
    case "pause":
      return { type: "controlTime", deed: { kind: "pause" } };
    case "run": {
      const speed = Number(value);
      if (value === "") return { type: "controlTime", deed: { kind: "run" } };
      return speed >= 0.1 && speed <= 1_000 ? { type: "setClockSpeed", speed } : null;
    }
    case "max":
      return { type: "controlTime", deed: { kind: "maximum" } };
    case "step":
      return { type: "controlTime", deed: { kind: "stepEvent" } };
    case "fill":
      return { type: "controlTime", deed: { kind: "stepFill" } };
    case "to": {
      const us = durationUs(value);
      return us === null ? null : { type: "controlTime", deed: { kind: "stepTo", venueTimeUs: run.startUs + us } };
    }
    default:
      return null;
  }
}
