import { TerminalError } from "../../shared/errors.ts";
import { CHAIN_BEGIN, JournalReader, type ChainEnd } from "./journal/journal.ts";
import type { CheckAnswer, CheckTask } from "./olderRowsCheck.ts";
import { readerTask, type ReaderTask } from "./readerThreads.ts";

/** Rows of one look. Each look is a transaction of its own, for a long one would keep the write-ahead log from being emptied. */
const ROWS_A_LOOK = 200;
/** Between two looks the thread rests so many times as long as the look took: a fifth of one processor at most. */
const REST_SHARE = 4;

/** The thread that checks the rows before the newest snapshot; olderRowsCheck.ts says why. */
await readerTask<CheckTask, CheckAnswer>((reader) => {
  try {
    check(reader);
    reader.answer({ fault: null });
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    reader.answer({ fault: error.typed });
  }
});

function check({ task: { journal, upToSeq }, goOn, rest }: ReaderTask<CheckTask, CheckAnswer>): void {
  const reader = new JournalReader(journal);
  try {
    let end: ChainEnd = CHAIN_BEGIN;
    for (let before = -1; end.lastSeq < upToSeq && end.lastSeq > before;) {
      before = end.lastSeq;
      const startMs = performance.now();
      for (const row of reader.batches(end, ROWS_A_LOOK)) {
        goOn();
        end = row.end;
      }
      rest(REST_SHARE * (performance.now() - startMs));
    }
  } finally {
    reader.close();
  }
}
