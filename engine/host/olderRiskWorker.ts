import type { TypedError } from "../../shared/errors.ts";
import { RecordCursor, recordsBetween } from "../core/records/records.ts";
import { CHAIN_BEGIN, JournalReader, type ChainEnd } from "./journal/journal.ts";
import { toTerminalError } from "./journal/journalErrors.ts";
import type { OlderRiskRequest, OlderRiskTask } from "./olderRows.ts";
import { readerTask } from "./readerThreads.ts";
import { RiskRecords, type RiskRecordsAnswer } from "./views/riskRecords.ts";

/** The thread that reads deeds or breaches behind a sequence from the journal; see olderRows.ts. */
await readerTask<OlderRiskTask, RiskRecordsAnswer | TypedError>(({ task: { journal, request }, answer, goOn }) => {
  try {
    answer(read(journal, request, goOn));
  } catch (error) {
    goOn();
    answer(toTerminalError(error, { path: journal, doing: "Reading the journal" }).typed);
  }
});

function read(journal: string, { list, afterSeq, upToSeq }: OlderRiskRequest, goOn: () => void): RiskRecordsAnswer {
  const reader = new JournalReader(journal);
  try {
    const records = new RiskRecords();
    for (const { batch } of reader.batches(rowBefore(reader, afterSeq))) {
      goOn();
      if (batch.firstSeq > upToSeq) break;
      const cursor = new RecordCursor(recordsBetween(batch, 0, upToSeq));
      while (cursor.next()) records.apply(cursor);
    }
    return records.newest({ list, afterSeq });
  } finally {
    reader.close();
  }
}

/** A row holds whole commands: the one before the row that holds the next sequence is where reading begins. */
function rowBefore(reader: JournalReader, afterSeq: number): ChainEnd {
  const holding = reader.rowAt(afterSeq + 1);
  const before = holding === undefined || holding.firstSeq <= 1 ? undefined : reader.rowAt(holding.firstSeq - 1);
  return before === undefined ? CHAIN_BEGIN : { lastSeq: before.lastSeq, atUs: before.atUs, hash: before.hash };
}
