import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { accounts } from "../../engine/core/queries.ts";
import { decodeEntries } from "../../engine/core/records/records.ts";
import { CHAIN_BEGIN, JournalReader } from "../../engine/host/journal/journal.ts";
import { openScenarioJournal } from "../../engine/scenario/journal.ts";
import { scenarioOf } from "../../engine/scenario/parse.ts";
import { ScenarioRun } from "../../engine/scenario/run.ts";
import { commandSchema } from "../../shared/commands.ts";
import type { JournalEntry } from "../../shared/events.ts";
import { tempFolder } from "../host/tempFolder.ts";

/** The manipulator bears an innocent name: what gives it away must come from the exchange, if it does. */
const MANIPULATED = `
version: 1
purpose: A manipulator among others.
for: 8s
instruments:
  - { symbol: BTC/USD, price: 65000 }
agents:
  - { kind: adaptiveMaker, name: maker, every: 200ms }
  - { kind: hawkes, name: flow, every: 50ms, rate: 10 }
  - { kind: spoofer, name: trader, every: 100ms, rest: 1s }
`;
const TELLING = /spoof|label|manipul|decoy|layer|hawkes|adaptive/i;

type Kept = { readonly run: ScenarioRun; readonly entries: readonly JournalEntry[] };

async function runWithJournal(): Promise<Kept> {
  const journal = openScenarioJournal(tempFolder());
  const run = new ScenarioRun(scenarioOf(MANIPULATED), { journal });
  await run.runTo(run.endUs);
  run.finish();
  journal.release();
  const reader = new JournalReader(journal.folder.journal);
  const entries = Array.from(reader.batches(CHAIN_BEGIN)).flatMap(({ batch }) => decodeEntries(batch));
  reader.close();
  return { run, entries };
}

describe("SM-28 labels of manipulators", () => {
  it("SM-28 every command of a manipulator is labelled in the run with time, name and kind, and nobody else's is", async () => {
    const { run, entries } = await runWithJournal();
    const sent = entries.flatMap((entry) => (entry.kind === "command" && entry.actor.startsWith("trader") ? [entry] : []));
    expect(sent.filter(({ command }) => command.type === "SubmitOrder").length).toBeGreaterThan(2);
    const asSent = run.labels.map((label) => ({ ...label, command: commandSchema.parse(label.command) }));
    for (const { atUs, command } of sent) {
      const label = asSent.find((made) => isDeepStrictEqual(made.command, command));
      expect(label, JSON.stringify(command)).toMatchObject({ agent: "trader", kind: "spoofer" });
      // It is labelled when it is sent, and arrives later.
      expect(label!.atUs).toBeLessThanOrEqual(atUs);
      expect(label!.atUs).toBeGreaterThan(run.startUs);
    }
    // What was sent in the last moment may be under way still.
    expect(run.labels.length - sent.length).toBeLessThanOrEqual(2);
    expect(run.labels.length).toBeGreaterThanOrEqual(sent.length);
  });

  it("SM-28 no command, account or record of the engine tells a manipulator from others", async () => {
    const { run, entries } = await runWithJournal();
    const lines = entries.map((entry) => JSON.stringify(entry));
    expect(lines.filter((line) => line.includes('"trader-1"')).length).toBeGreaterThan(2);
    expect(lines.filter((line) => TELLING.test(line))).toEqual([]);
    const known = Array.from(accounts(run.exchange.engine), (account) => JSON.stringify(account));
    expect(known.filter((line) => line.includes("trader"))).toHaveLength(1);
    expect(known.filter((line) => TELLING.test(line))).toEqual([]);
    const shapeOf = (name: string): unknown =>
      Object.keys(JSON.parse(known.find((line) => line.includes(name)) ?? "null") as object).toSorted();
    expect(shapeOf("trader")).toEqual(shapeOf("maker"));
  });
});
