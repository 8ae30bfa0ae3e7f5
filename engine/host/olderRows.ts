import { typedError, type TypedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { FillRow, OrderRow } from "../../shared/views.ts";
import type { DataFolder } from "./dataFolder.ts";
import { toTerminalError } from "./journal/journalErrors.ts";
import type { ReaderThreads } from "./readerThreads.ts";
import type { RiskRecordsAnswer, RiskRecordsRequest } from "./views/riskRecords.ts";

/** A question whose answer lies further back than memory reaches. */
export type OlderRequest = {
  readonly kind: "orders" | "fills";
  readonly owner: string;
  /** The journal is read to the end of the command to which this belongs. */
  readonly upToSeq: number;
  readonly beforeSeq: number;
  readonly limit: number;
};
export type OlderRows = { readonly orders: readonly OrderRow[]; readonly fills: readonly FillRow[] };

/** What the thread is to do that reads the journal again. */
export type OlderRowsTask = { readonly journal: string; readonly request: OlderRequest };

export type OlderRiskRequest = RiskRecordsRequest & {
  /** The journal is read to the end of the command to which this belongs. */
  readonly upToSeq: number;
};
export type OlderRiskTask = { readonly journal: string; readonly request: OlderRiskRequest };

/** The journal's file, and the threads that read it. */
type JournalSource = { readonly folder: DataFolder; readonly readers: ReaderThreads };

/** Reads the journal from its beginning in a thread of its own, so that no order waits for somebody's search of the past. */
export function olderRows({ folder, readers }: JournalSource, request: OlderRequest): Promise<Result<OlderRows>> {
  const task: OlderRowsTask = { journal: folder.journal, request };
  return readInThread<OlderRows>("olderRowsWorker", task, { folder, readers });
}

/** RK-35: the same for deeds and breaches, from where the request begins. */
export function olderRiskRecords({ folder, readers }: JournalSource, request: OlderRiskRequest): Promise<Result<RiskRecordsAnswer>> {
  const task: OlderRiskTask = { journal: folder.journal, request };
  return readInThread<RiskRecordsAnswer>("olderRiskWorker", task, { folder, readers });
}

function readInThread<Rows extends object>(module: string, task: unknown, { folder, readers }: JournalSource): Promise<Result<Rows>> {
  return new Promise((resolve) => {
    readers.start<Rows | TypedError>(module, task, {
      answered: (answer) => resolve("code" in answer ? failed(answer) : ok(answer)),
      // What befalls a reader is no failure of the engine: whoever asked is told.
      unanswered: (why) => resolve(failed(why === null ? ending() : unread(why, folder.journal))),
    });
  });
}

function unread(why: Error, path: string): TypedError {
  return toTerminalError(why, { path, doing: "Reading the journal" }).typed;
}

function ending(): TypedError {
  return typedError("ENGINE_BUSY", {
    field: "query",
    rule: "a running engine",
    message: "The engine is ending; ask again once it is back.",
  });
}
