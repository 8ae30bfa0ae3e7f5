import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { commandSchema, type Command } from "../../shared/commands.ts";
import { errorFromZod, TerminalError, typedError } from "../../shared/errors.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { createEngine, decide, lastSeq, takeBatch } from "../core/engine.ts";
import { RecordCursor } from "../core/records/records.ts";
import { CHAIN_BEGIN, JournalReader } from "../host/journal/journal.ts";
import { failureCode, toTerminalError } from "../host/journal/journalErrors.ts";
import { stateHashOf } from "../host/snapshots.ts";

/** A command as the journal has it. */
export type RecordedCommand = { readonly seq: number; readonly atUs: number; readonly actor: string; readonly command: Command };

const lineSchema = z.strictObject({
  seq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  atUs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  actor: z.string().min(1).max(200),
  command: commandSchema,
});

/** Every command up to a sequence number, one JSON object a line, and the state that they lead to. */
export type Recording = {
  readonly lines: string;
  readonly from: number;
  readonly to: number;
  readonly hash: string;
  readonly commands: number;
  /** From the slice's first command to its last. */
  readonly lengthUs: number;
};

/** SM-24: cuts a slice out of a journal by deciding it again. Throws TerminalError for a file that is no journal or a slice that it does not have. */
export function recordJournal(path: string, fromSeq: number, toSeq: number): Recording {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    const message = `There is no file ${path}.`;
    throw new TerminalError(typedError("ARGUMENT_INVALID", { field: "JOURNAL", value: path, rule: "a journal file", message }));
  }
  try {
    return recorded(path, fromSeq, toSeq);
  } catch (error) {
    throw failureCode(error) === "" ? error : toTerminalError(error, { path, doing: "Reading the journal" });
  }
}

function recorded(path: string, fromSeq: number, toSeq: number): Recording {
  const reader = new JournalReader(path);
  const engine = createEngine();
  const lines: string[] = [];
  let begin: { readonly seq: number; readonly atUs: number } | null = null;
  let lastUs = 0;
  try {
    for (const { batch } of reader.batches(CHAIN_BEGIN)) {
      const cursor = new RecordCursor(batch);
      while (cursor.next()) {
        if (!cursor.isCommand) continue;
        if (cursor.seq > toSeq) break;
        const entry = cursor.entry();
        if (entry.kind !== "command") continue;
        decide(engine, cursor, cursor.atUs as EpochUs);
        takeBatch(engine);
        lines.push(JSON.stringify({ seq: entry.seq, atUs: entry.atUs, actor: entry.actor, command: entry.command }));
        lastUs = entry.atUs;
        if (entry.seq >= fromSeq) begin ??= { seq: entry.seq, atUs: entry.atUs };
      }
      if (lastSeq(engine) >= toSeq) break;
    }
  } finally {
    reader.close();
  }
  if (begin === null) throw outside(fromSeq, toSeq, lastSeq(engine));
  const { seq: from, atUs } = begin;
  return {
    lines: `${lines.join("\n")}\n`,
    from,
    to: lastSeq(engine),
    hash: stateHashOf(engine),
    commands: lines.length,
    lengthUs: lastUs - atUs,
  };
}

/** Reads what recordJournal wrote. Throws TerminalError SCENARIO_INVALID for a file that cannot be read, and with the line for the first bad one. */
export function readRecording(path: string): readonly RecordedCommand[] {
  let atUs = 0;
  return recordingText(path)
    .split("\n")
    .flatMap((line, index) => {
      if (line === "") return [];
      const parsed = lineSchema.safeParse(json(line));
      if (!parsed.success) throw new TerminalError({ ...errorFromZod("SCENARIO_INVALID", parsed.error, line), field: `line ${index + 1}` });
      if (parsed.data.atUs < atUs)
        throw new TerminalError(
          typedError("SCENARIO_INVALID", {
            field: `line ${index + 1}`,
            value: parsed.data.atUs,
            rule: "times that do not go back",
            message: `Line ${index + 1} of ${path} is earlier than the one before.`,
          }),
        );
      ({ atUs } = parsed.data);
      return [parsed.data];
    });
}

/** The scenario file that goes with a recording. */
export function scenarioOfRecording(recording: Recording, file: string, journal: string): string {
  const { from, to, hash, commands, lengthUs } = recording;
  return [
    "version: 1",
    `purpose: Recorded from ${journal}, sequences ${from} to ${to}; it must lead to the same state.`,
    // A microsecond more, so that the last command is in.
    `for: ${Math.ceil((lengthUs + 1) / 1_000)}ms`,
    `recorded: { file: ${JSON.stringify(file)}, from: ${from}, to: ${to} } # ${commands} commands`,
    "assertions:",
    `  - { check: hash, is: "${hash}" }`,
    "",
  ].join("\n");
}

function recordingText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const message = `The recorded commands ${path} cannot be read (${failureCode(error)}).`;
    throw new TerminalError(
      typedError("SCENARIO_INVALID", { field: "recorded.file", value: path, rule: "a file beside this one", message }),
      {
        cause: error,
      },
    );
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function outside(fromSeq: number, toSeq: number, last: number): TerminalError {
  const rule = `a slice with a command in it, of the sequences up to ${last}`;
  return new TerminalError(
    typedError("ARGUMENT_INVALID", {
      field: "FROM TO",
      value: `${fromSeq} ${toSeq}`,
      rule,
      message: `The journal has no command from ${fromSeq} to ${toSeq}.`,
    }),
  );
}
