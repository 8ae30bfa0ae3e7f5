import type { TypedError } from "../../shared/errors.ts";
import type { DataFolder } from "./dataFolder.ts";
import type { ReaderThreads } from "./readerThreads.ts";

export type CheckTask = { readonly journal: string; readonly upToSeq: number };
/** The first row that does not continue the chain, or null when all rows are sound. */
export type CheckAnswer = { readonly fault: TypedError | null };

/**
 * JR-41: has the rows that a start from a snapshot passed over checked against the chain, slowly, beside the trading. `done` is told the first
 * bad row, or null when there is none; nothing is told when the readers end before.
 */
export function checkOlderRows(
  { folder, readers }: { readonly folder: DataFolder; readonly readers: ReaderThreads },
  upToSeq: number,
  done: (fault: TypedError | Error | null) => void,
): void {
  const task: CheckTask = { journal: folder.journal, upToSeq };
  readers.start<CheckAnswer>("olderRowsCheckWorker", task, {
    answered: ({ fault }) => done(fault),
    unanswered: (why) => {
      if (why !== null) done(why);
    },
  });
}
