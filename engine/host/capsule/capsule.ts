import { existsSync } from "node:fs";
import { InvariantError } from "../../../shared/assert.ts";
import { TerminalError, typedError } from "../../../shared/errors.ts";
import { createEngine, lastSeq, redecide, type Engine } from "../../core/engine.ts";
import { FORMAT as STATE_FORMAT, restore, snapshot } from "../../core/snapshot/snapshot.ts";
import { openDataFolder, type DataFolder } from "../dataFolder.ts";
import { JournalReader, JournalWriter } from "../journal/journal.ts";
import { CHAIN_START, checkRow, type JournalRow } from "../journal/rows.ts";
import { journalLabel } from "../linking.ts";
import { MARKET_SEED } from "../market.ts";
import { PastReader } from "../past/pastReader.ts";
import { stateHashOf } from "../snapshots.ts";
import { ENGINE_VERSION } from "../version.ts";
import { capsuleError, CAPSULE_FORMAT, malformed, writeCapsule, type Capsule, type CapsuleHead } from "./capsuleFile.ts";

/** Where a capsule's replay ended. */
export type Replay = {
  readonly lastSeq: number;
  readonly records: number;
  readonly stateHash: string;
  /** False when the capsule's states have another format than this program's: then the records alone were compared. */
  readonly hashCompared: boolean;
};

/**
 * JR-63: writes the rows that hold the sequences from `fromSeq` to `toSeq`, with the state before them, into one file. The journal may be in
 * use. Throws TerminalError: QUERY_INVALID for sequences that the journal does not have, and what reading and writing throw.
 */
export function exportCapsule(
  folder: DataFolder,
  { fromSeq, toSeq, commit }: { readonly fromSeq: number; readonly toSeq: number; readonly commit: string | null },
  file: string,
): Omit<CapsuleHead, "bytes"> {
  if (fromSeq > toSeq) {
    const rule = `--to of at least ${fromSeq}`;
    throw new TerminalError(
      typedError("QUERY_INVALID", { field: "--to", value: toSeq, rule, message: "The slice ends before it begins." }),
    );
  }
  const states = new PastReader(folder, { leavesSnapshots: false });
  const rows = rowsBetween(folder, fromSeq, toSeq);
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined || last.lastSeq < toSeq) {
    // Throws QUERY_INVALID, which names the sequences that there are.
    states.open(toSeq);
    throw new Error("the journal has a state without a row");
  }
  const before = first.firstSeq === 1 ? null : states.open(first.firstSeq - 1).views.replica;
  const state = before === null ? new Uint8Array(0) : snapshot(before);
  const hashBefore = before === null ? null : stateHashOf(before);
  const after = states.open(last.lastSeq).views.replica;
  const { mode, name, via } = journalLabel(after);
  const head = {
    format: CAPSULE_FORMAT,
    build: { version: ENGINE_VERSION, commit, node: process.versions.node, platform: `${process.platform}-${process.arch}` },
    configuration: { mode, venue: via === undefined ? name : `${name} at ${via}`, marketSeed: MARKET_SEED },
    slice: { fromSeq: first.firstSeq, toSeq: last.lastSeq, rows: rows.length },
    state: { format: STATE_FORMAT, hashBefore, hashAfter: stateHashOf(after) },
    chain: { before: chainBefore(folder, first.firstSeq).toString("hex"), after: last.hash.toString("hex") },
  } as const;
  writeCapsule(file, { head, state, rows });
  return head;
}

/**
 * JR-64: decides the capsule's commands again from the state before them and compares every record and the state at the end. Throws
 * TerminalError CAPSULE_MALFORMED, CAPSULE_VERSION, or CAPSULE_DIFFERS with the first sequence that comes out otherwise.
 */
export function replayCapsule({ head, state, rows }: Capsule, name: string): Replay {
  const engine = stateBefore(head, state, name);
  let before: { readonly lastSeq: number; readonly hash: Buffer } = {
    lastSeq: head.slice.fromSeq - 1,
    hash: Buffer.from(head.chain.before, "hex"),
  };
  for (const row of rows) {
    const batch = checkRow(row, before);
    if (typeof batch === "string")
      throw malformed(name, `the row of sequence ${before.lastSeq + 1} is bad: ${batch}`, `row ${row.firstSeq}`);
    before = { lastSeq: row.lastSeq, hash: row.hash };
    const difference = redecide(engine, batch);
    if (difference !== null) throw differs(`sequence ${difference.seq}`, difference.why, name);
  }
  const hashCompared = head.state.format === STATE_FORMAT;
  const stateHash = stateHashOf(engine);
  if (hashCompared && stateHash !== head.state.hashAfter) {
    throw differs("state", `the state's hash is ${stateHash} instead of ${head.state.hashAfter}`, name);
  }
  return { lastSeq: lastSeq(engine), records: head.slice.toSeq - head.slice.fromSeq + 1, stateHash, hashCompared };
}

/**
 * Makes a data folder of a capsule that begins at sequence 1: its journal is the original's up to the slice's end, row for row. Throws
 * TerminalError ARGUMENT_INVALID for a later slice, whose journal's beginning is not in the file, and for a folder with a journal.
 */
export function unpackCapsule({ head, rows }: Capsule, dataPath: string): void {
  const refuse = (value: string, rule: string, message: string): TerminalError =>
    new TerminalError(typedError("ARGUMENT_INVALID", { field: "--data", value, rule, message }));
  if (head.slice.fromSeq !== 1) {
    throw refuse(
      `slice from ${head.slice.fromSeq}`,
      "a capsule from sequence 1",
      "A journal begins at sequence 1, and this capsule's slice does not. It can be imported without --data, or exported again with --from 1.",
    );
  }
  const folder = openDataFolder(dataPath);
  if (existsSync(folder.journal)) throw refuse(dataPath, "a folder without a journal", `There is a journal in ${dataPath} already.`);
  const writer = new JournalWriter(folder.journal, { engineVersion: ENGINE_VERSION, quotaBytes: null });
  try {
    let before: { readonly lastSeq: number; readonly hash: Buffer } = { lastSeq: 0, hash: CHAIN_START };
    for (const row of rows) {
      const batch = checkRow(row, before);
      // A capsule is replayed before it is unpacked, and its rows were good then.
      if (typeof batch === "string") throw malformed(dataPath, batch);
      writer.append(batch, row.atUs);
      before = { lastSeq: row.lastSeq, hash: row.hash };
    }
  } finally {
    writer.close();
  }
}

function stateBefore(head: CapsuleHead, state: Uint8Array, name: string): Engine {
  if (head.slice.fromSeq === 1) return createEngine();
  if (head.state.format !== STATE_FORMAT) {
    const message = `${name} holds a state of format ${head.state.format}, and this program reads format ${STATE_FORMAT}. Use version ${head.build.version}, or a capsule from sequence 1.`;
    const rule = `state format ${STATE_FORMAT}`;
    throw new TerminalError(capsuleError("CAPSULE_VERSION", { field: "state.format", value: head.state.format, rule, message }));
  }
  try {
    const engine = restore(state);
    if (stateHashOf(engine) === head.state.hashBefore && lastSeq(engine) === head.slice.fromSeq - 1) return engine;
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    throw malformed(name, `its state cannot be restored (${error.message})`, "state");
  }
  throw malformed(name, "its state is not the one before the slice", "state");
}

function rowsBetween(folder: DataFolder, fromSeq: number, toSeq: number): readonly JournalRow[] {
  const reader = new JournalReader(folder.journal);
  try {
    return reader.rows(fromSeq, toSeq);
  } finally {
    reader.close();
  }
}

function chainBefore(folder: DataFolder, firstSeq: number): Buffer {
  if (firstSeq === 1) return CHAIN_START;
  const reader = new JournalReader(folder.journal);
  try {
    return reader.rowAt(firstSeq - 1)?.hash ?? CHAIN_START;
  } finally {
    reader.close();
  }
}

function differs(field: string, why: string, name: string): TerminalError {
  return new TerminalError(
    capsuleError("CAPSULE_DIFFERS", {
      field,
      value: why,
      rule: "the same commands decided alike",
      message: `${name} comes out otherwise here: ${field}: ${why}.`,
    }),
  );
}
