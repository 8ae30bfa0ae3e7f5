import type { EpochUs, Seq } from "../../shared/ids.ts";
import type { Query, QueryResult } from "../../shared/protocol.ts";
import type { Result } from "../../shared/result.ts";
import type { EngineStatus } from "../../shared/views.ts";
import { createEngine, lastSeq } from "../core/engine.ts";
import type { RecordCursor } from "../core/records/records.ts";
import type { ClientIdentity } from "./clientPort.ts";
import type { DataFolder } from "./dataFolder.ts";
import { EventRate } from "./eventRate.ts";
import type { ChainEnd } from "./journal/journal.ts";
import type { LogFile } from "./logFile.ts";
import { answerQuery } from "./queries.ts";
import type { ReaderThreads } from "./readerThreads.ts";
import { journalBytes, type Recovery } from "./recovery.ts";
import type { Commit } from "./ring.ts";
import { writeSnapshot } from "./snapshots.ts";
import type { Changes } from "./views/changes.ts";
import { DepthHistory } from "./views/depthHistory.ts";
import type { Views } from "./views/views.ts";

/** What is on disk, folded: the replica and the views from which everything that anyone sees is made, and the end of the journal at which they stand. */
export class DurableState {
  readonly #depthHistory = new DepthHistory();
  /** Memory that previews fork into. */
  readonly #spare = createEngine();
  readonly #rate = new EventRate();
  #source: DataFolder;
  #views: Views;
  #end: ChainEnd;
  #lastCommitMs = 0;
  #journalBytes: number;

  /** `source`: the data folder, with the salvaged copy in the journal's place while the journal itself cannot be read. */
  constructor(folder: DataFolder, { source, views, end }: Pick<Recovery, "views" | "end"> & { readonly source: DataFolder }) {
    this.#source = source;
    this.#views = views;
    this.#end = end;
    this.#journalBytes = journalBytes(folder);
  }

  get source(): DataFolder {
    return this.#source;
  }

  get views(): Views {
    return this.#views;
  }

  get end(): ChainEnd {
    return this.#end;
  }

  get figures(): Pick<EngineStatus, "durableSeq" | "lastCommitMs" | "eventsPerSecond" | "journalBytes" | "riskSeq"> {
    return {
      durableSeq: this.#end.lastSeq as Seq,
      lastCommitMs: this.#lastCommitMs,
      eventsPerSecond: this.#rate.perSecond(),
      journalBytes: this.#journalBytes,
      riskSeq: this.#views.riskRecords.lastSeq,
    };
  }

  /** Folds a batch that is on disk; `observe` sees each of its records. */
  apply(
    { records, atUs, commitMs, hash, journalBytes: bytes }: Commit,
    changes: Changes | null,
    observe: (cursor: RecordCursor) => void,
  ): void {
    this.#lastCommitMs = commitMs;
    this.#journalBytes = bytes;
    this.#rate.add(records.count);
    this.#views.apply(records, changes, observe);
    this.#depthHistory.observe(this.#views.replica, atUs);
    this.#end = { lastSeq: lastSeq(this.#views.replica), atUs, hash: Buffer.from(hash) };
  }

  /** The journal was found to be sound up to an earlier row only. */
  fallBack({ views, end }: Pick<Recovery, "views" | "end">): void {
    this.#views = views;
    this.#depthHistory.clear();
    this.#end = end;
  }

  /** The journal itself can be read again. */
  readFrom(folder: DataFolder): void {
    this.#source = folder;
  }

  query(
    query: Query,
    { owner, session }: ClientIdentity,
    from: { readonly readers: ReaderThreads; readonly nowUs: () => EpochUs },
  ): Promise<Result<QueryResult>> {
    return answerQuery(query, {
      views: this.#views,
      depthHistory: this.#depthHistory,
      owner,
      folder: this.#source,
      readers: from.readers,
      actor: session,
      nowUs: from.nowUs,
      spare: this.#spare,
    });
  }

  writeLastSnapshot({ snapshots }: DataFolder, log: LogFile): void {
    try {
      const hash = writeSnapshot(snapshots, { views: this.#views, end: this.#end });
      log.info(`Ended at sequence ${this.#end.lastSeq}, state ${hash}`);
    } catch (error) {
      // Everything is in the journal; without this snapshot the next start folds more of it.
      log.warn(`Ended at sequence ${this.#end.lastSeq} without a snapshot: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
