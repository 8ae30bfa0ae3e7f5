import { InvariantError } from "../../../shared/assert.ts";
import { TerminalError, typedError } from "../../../shared/errors.ts";
import { lastSeq } from "../../core/engine.ts";
import { recordsBetween } from "../../core/records/records.ts";
import type { DataFolder } from "../dataFolder.ts";
import { JournalReader, type ChainEnd } from "../journal/journal.ts";
import { brokenRow } from "../journal/rows.ts";
import { chooseSnapshot } from "../recovery.ts";
import { RECORDS_PER_SNAPSHOT, SnapshotTrail } from "../snapshots.ts";
import type { Views } from "../views/views.ts";

/** A state of the past, to be read and not changed; it holds until the reader is asked for another. */
export type PastState = {
  /** Their replica's last sequence is where the state stands: the end of the command to which the sequence asked for belongs. */
  readonly views: Views;
  /** Last sequence in the journal's file at this moment. */
  readonly journalSeq: number;
};

/** A state on the way, which a later sequence can be folded on from. */
type Place = { readonly views: Views; /** The last row of which all is in. */ end: ChainEnd };

/**
 * JR-60: opens any past sequence of a journal beside whoever writes it: the nearest snapshot before it, and the fold of what lies between.
 * Going forward in small steps folds on from where it stands.
 */
export class PastReader {
  readonly #folder: DataFolder;
  readonly #leavesSnapshots: boolean;
  readonly #prepared: (views: Views) => void;
  #place: Place | null = null;

  /**
   * @param options.leavesSnapshots writes snapshots where the fold passes a stretch that has none, for the next time (JR-61)
   * @param options.prepared is told of each new state before anything is folded onto it
   */
  constructor(folder: DataFolder, options: { readonly leavesSnapshots: boolean; readonly prepared?: (views: Views) => void }) {
    this.#folder = folder;
    this.#leavesSnapshots = options.leavesSnapshots;
    this.#prepared = options.prepared ?? (() => undefined);
  }

  /** Throws TerminalError QUERY_INVALID for a sequence that the journal does not have, JOURNAL_BROKEN when the way there is damaged. */
  open(seq: number): PastState {
    const reader = new JournalReader(this.#folder.journal);
    try {
      const journalSeq = reader.rowAt(Number.MAX_SAFE_INTEGER)?.lastSeq ?? 0;
      if (!Number.isSafeInteger(seq) || seq < 1 || seq > journalSeq) throw noSuchSequence(seq, journalSeq);
      const place = this.#startFor(seq, reader);
      // A failure on the way leaves a state that nobody may go on from.
      this.#place = null;
      this.#fold(reader, place, seq);
      this.#place = place;
      return { views: place.views, journalSeq };
    } finally {
      reader.close();
    }
  }

  #startFor(seq: number, reader: JournalReader): Place {
    const here = this.#place;
    const ahead = here === null ? -1 : seq - lastSeq(here.views.replica);
    // After a journal was continued behind an earlier row, this place may be one that it does not lead to any more.
    if (here !== null && ahead >= 0 && ahead <= RECORDS_PER_SNAPSHOT && leadsTo(reader, here.end)) return here;
    const { from } = chooseSnapshot(this.#folder, reader, { warnings: [], upToSeq: seq });
    this.#prepared(from.views);
    return { views: from.views, end: from.end };
  }

  #fold(reader: JournalReader, place: Place, seq: number): void {
    const { views } = place;
    if (lastSeq(views.replica) >= seq) return;
    let trail = this.#leavesSnapshots ? new SnapshotTrail(this.#folder.snapshots) : null;
    try {
      for (const { batch, end } of reader.batches(place.end)) {
        views.apply(recordsBetween(batch, lastSeq(views.replica), seq));
        views.orders.dropOld();
        if (lastSeq(views.replica) === end.lastSeq) {
          place.end = end;
          // On a full disk the past can be read all the same; the thread of JR-33 says that snapshots fail.
          if (trail?.tryPassed({ views, end }) === false) trail = null;
        }
        if (lastSeq(views.replica) >= seq) return;
      }
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      throw new TerminalError(brokenRow({ firstSeq: place.end.lastSeq + 1, why: error.message }), { cause: error });
    }
  }
}

function leadsTo(reader: JournalReader, end: ChainEnd): boolean {
  if (end.lastSeq === 0) return true;
  const row = reader.rowAt(end.lastSeq);
  return row !== undefined && row.lastSeq === end.lastSeq && row.hash.equals(end.hash);
}

function noSuchSequence(seq: number, journalSeq: number): TerminalError {
  return new TerminalError(
    typedError("QUERY_INVALID", {
      field: "atSeq",
      value: seq,
      rule: `a whole number from 1 to ${journalSeq}`,
      message: journalSeq === 0 ? "The journal is empty." : `The journal holds sequences 1 to ${journalSeq}; there is no state at ${seq}.`,
    }),
  );
}
