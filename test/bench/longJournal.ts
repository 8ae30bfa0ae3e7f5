import { createEngine, decide, takeBatch } from "../../engine/core/engine.ts";
import { RecordCursor, type PackedRecords } from "../../engine/core/records/records.ts";
import { JournalWriter } from "../../engine/host/journal/journal.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { VENUE_US } from "./orderFlow.ts";

const COMMANDS_PER_ROW = 64;

/** Decides the flow and writes it in rows of a fixed number of commands. Returns the last sequence number. */
export function writeJournal(path: string, parts: readonly PackedRecords[]): number {
  const engine = createEngine();
  const writer = new JournalWriter(path, { engineVersion: "0.1.0", quotaBytes: null });
  let commands = 0;
  const commit = (): void => {
    const batch = takeBatch(engine);
    if (batch === null) return;
    writer.append(batch, VENUE_US);
    writer.checkpoint("burst");
  };
  for (const part of parts) {
    const cursor = new RecordCursor(part);
    while (cursor.next()) {
      decide(engine, cursor, VENUE_US as EpochUs);
      commands += 1;
      if (commands % COMMANDS_PER_ROW === 0) commit();
    }
  }
  commit();
  const { lastSeq } = writer.end;
  writer.close();
  return lastSeq;
}
