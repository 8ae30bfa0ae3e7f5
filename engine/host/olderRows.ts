import { Worker } from "node:worker_threads";
import type { TypedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { FillRow, OrderRow } from "../../shared/views.ts";
import type { DataFolder } from "./dataFolder.ts";
import { workerEntry } from "./workerEntry.ts";

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

/** workerData of the thread that reads the journal again. */
export type OlderRowsStart = { readonly journal: string; readonly request: OlderRequest };

/** Reads the journal from its beginning in a thread of its own, so that no order waits for somebody's search of the past. */
export function olderRows(folder: DataFolder, request: OlderRequest): Promise<Result<OlderRows>> {
  return new Promise((resolve, reject) => {
    const workerData: OlderRowsStart = { journal: folder.journal, request };
    const worker = new Worker(workerEntry("./olderRowsWorker", import.meta.url), { workerData, name: "older rows" });
    worker.on("message", (answer: OlderRows | TypedError) => ("code" in answer ? resolve(failed(answer)) : resolve(ok(answer))));
    worker.on("error", reject);
  });
}
