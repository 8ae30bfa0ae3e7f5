import { statSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { InvariantError } from "../../shared/assert.ts";
import { TerminalError, type TypedError } from "../../shared/errors.ts";
import type { HostWarning, SnapshotFault } from "../../shared/hostWarnings.ts";
import { createEngine } from "../core/engine.ts";
import type { DataFolder } from "./dataFolder.ts";
import { CHAIN_BEGIN, isDamage, JournalReader, type ChainEnd } from "./journal/journal.ts";
import { brokenRow, type JournalRow } from "./journal/rows.ts";
import { looseEnd, readWal, type WalReading } from "./journal/walFrames.ts";
import { readSnapshot, snapshotFiles, type Snapshot } from "./snapshots.ts";
import { Views } from "./views/views.ts";

/** What a start found. */
export type Recovery = {
  /** The state after the last good row. */
  readonly views: Views;
  readonly end: ChainEnd;
  /** The journal's first bad row, or null. */
  readonly fault: TypedError | null;
  /** For people: snapshots that were skipped, and a write-ahead log with a loose end. */
  readonly warnings: readonly HostWarning[];
  /** Where the fold began: 0, or the snapshot's sequence. */
  readonly snapshotSeq: number;
};

export type RecoveryOptions = {
  readonly upToSeq?: number;
  readonly goOn?: () => void;
  readonly passed?: (state: Snapshot) => void;
};

/** Folding gives other work a turn at least so often. */
const TURN_MS = 20;

/**
 * JR-24: the newest good snapshot and the fold of the rows behind it. A snapshot that cannot be used is skipped with a warning; damage in the
 * journal ends the fold at the last good row. `passed` sees the state after each row. Throws what SQLite throws when the journal cannot be read
 * at all, and what `goOn` throws, which is asked row by row.
 */
export async function recover(folder: DataFolder, options: RecoveryOptions = {}): Promise<Recovery> {
  const { upToSeq = Number.MAX_SAFE_INTEGER, goOn = () => undefined, passed = () => undefined } = options;
  const warnings: HostWarning[] = [];
  const reader = new JournalReader(folder.journal);
  try {
    const { from, missing } = chooseSnapshot(folder, reader, { warnings, upToSeq });
    const tail = await foldTail(reader, from, { upToSeq, goOn, passed });
    if (tail.unfoldable) {
      // The bad row has left its marks in the state: once more, up to the row before it.
      const again = await recover(folder, { upToSeq: tail.end.lastSeq, goOn, passed });
      return { ...again, fault: tail.fault };
    }
    const log = readWal(folder.journal);
    const loose = looseEnd(log, tail.end.lastSeq);
    if (loose !== null) warnings.push(loose);
    const fault = tail.fault ?? lostTail(log, tail.end.lastSeq, missing);
    return { views: from.views, end: tail.end, fault, warnings, snapshotSeq: from.end.lastSeq };
  } finally {
    reader.close();
  }
}

/** The newest usable snapshot, or the empty state; and the newest sequence that any snapshot has seen. */
export function chooseSnapshot(
  folder: DataFolder,
  reader: JournalReader,
  { warnings, upToSeq }: { readonly warnings: HostWarning[]; readonly upToSeq: number },
): { readonly from: Snapshot; readonly missing: number | null } {
  let missing: number | null = null;
  for (const file of snapshotFiles(folder.snapshots)) {
    if (file.lastSeq > upToSeq) continue;
    const read = readSnapshot(folder.snapshots, file.name);
    const fault = read.ok ? mismatch(read.value.end, reader) : read.error;
    if (fault !== null) warnings.push({ code: "snapshotSkipped", seq: file.lastSeq, fault });
    else if (read.ok) return { from: read.value, missing };
    if (read.ok) missing = Math.max(missing ?? 0, file.lastSeq);
  }
  return { from: { views: new Views(createEngine()), end: CHAIN_BEGIN }, missing };
}

function mismatch(end: ChainEnd, reader: JournalReader): SnapshotFault | null {
  let row: JournalRow | undefined;
  try {
    row = reader.rowAt(end.lastSeq);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { code: "journalUnreadable" };
  }
  if (row === undefined || row.lastSeq < end.lastSeq) return { code: "journalShorter" };
  return row.lastSeq === end.lastSeq && row.hash.equals(end.hash) ? null : { code: "otherJournal" };
}

type Tail = { readonly end: ChainEnd; readonly fault: TypedError | null; readonly unfoldable: boolean };

async function foldTail(
  reader: JournalReader,
  { views, end: begin }: Snapshot,
  { upToSeq, goOn, passed }: Required<RecoveryOptions>,
): Promise<Tail> {
  let end = begin;
  let turnMs = performance.now();
  try {
    for (const row of reader.batches(begin)) {
      if (row.end.lastSeq > upToSeq) break;
      goOn();
      views.apply(row.batch);
      views.orders.dropOld();
      end = row.end;
      passed({ views, end });
      if (performance.now() - turnMs > TURN_MS) {
        await nextTurn();
        turnMs = performance.now();
      }
    }
    return { end, fault: null, unfoldable: false };
  } catch (error) {
    if (error instanceof TerminalError && error.typed.code === "JOURNAL_BROKEN") return { end, fault: error.typed, unfoldable: false };
    if (!(error instanceof InvariantError)) throw error;
    return { end, fault: brokenRow({ firstSeq: end.lastSeq + 1, why: error.message }), unfoldable: true };
  }
}

/** JR-26: rows may be good and yet not all that there were. `seenSeq` is the newest sequence that a snapshot has seen. */
function lostTail(log: WalReading, lastSeq: number, seenSeq: number | null): TypedError | null {
  if (seenSeq !== null && seenSeq > lastSeq) {
    return brokenRow({ firstSeq: lastSeq + 1, why: `the rows up to sequence ${seenSeq}, which a snapshot has seen, are missing` });
  }
  return log.fault === null ? null : brokenRow({ firstSeq: lastSeq + 1, why: log.fault });
}

/** Bytes of the journal on disk. */
export function journalBytes(folder: DataFolder): number {
  return [folder.journal, `${folder.journal}-wal`].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}
