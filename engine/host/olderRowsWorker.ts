import { parentPort, workerData } from "node:worker_threads";
import { eventKinds, eventLayouts } from "../core/layout.ts";
import { RecordCursor, recordsBetween } from "../core/records.ts";
import { toTerminalError } from "./journal/journalErrors.ts";
import { CHAIN_BEGIN, JournalReader } from "./journal/journal.ts";
import type { OlderRows, OlderRowsStart } from "./olderRows.ts";
import { filledSides, FillsView } from "./views/fills.ts";
import { OrdersView } from "./views/orders.ts";
import { Owners } from "./views/owners.ts";

/** The thread that reads the journal again for an owner's orders or fills before a sequence; see olderRows.ts. */
// The host starts this thread with exactly this.
const { journal, request } = workerData as OlderRowsStart;
const { beforeSeq, limit, upToSeq } = request;
const owners = new Owners();
const wanted = owners.number(request.owner);
const orders = new OrdersView(owners);
const fills = new FillsView(owners, limit);
/** Quote units of a tick and lot by instrument. */
const units: number[] = [];

try {
  parentPort?.postMessage(read());
} catch (error) {
  parentPort?.postMessage(toTerminalError(error, { path: journal, doing: "Reading the journal" }).typed);
}

function read(): OlderRows {
  const reader = new JournalReader(journal);
  try {
    for (const { batch } of reader.batches(CHAIN_BEGIN)) {
      if (batch.firstSeq > upToSeq) break;
      const cursor = new RecordCursor(recordsBetween(batch, 0, upToSeq));
      while (cursor.next()) apply(cursor);
      orders.keepNewest(limit);
    }
  } finally {
    reader.close();
  }
  return {
    orders: request.kind === "orders" ? orders.newest(wanted, { beforeSeq, limit }) : [],
    fills: request.kind === "fills" ? fills.newest(wanted, { beforeSeq, limit }) : [],
  };
}

function apply(cursor: RecordCursor): void {
  if (cursor.kind === eventKinds.AccountOpened || cursor.kind === eventKinds.InstrumentListed) define(cursor);
  else if (cursor.kind === eventKinds.OrderFilled) fill(cursor);
  // Orders that began later are another page; what became of the earlier ones still counts.
  const begins = cursor.kind === eventKinds.OrderAccepted || cursor.kind === eventKinds.OrderDenied;
  if (!begins || (cursor.seq < beforeSeq && owners.of(accountOf(cursor)) === wanted)) orders.apply(cursor, () => undefined);
}

function define(cursor: RecordCursor): void {
  const entry = cursor.entry();
  if (entry.kind !== "event") return;
  if (entry.event.type === "AccountOpened") owners.add(entry.event.account);
  else if (entry.event.type === "InstrumentListed")
    units[entry.event.instrument.instrumentId] = entry.event.instrument.quoteUnitsPerTickLot;
}

function fill(cursor: RecordCursor): void {
  if (cursor.seq >= beforeSeq) return;
  for (const side of filledSides(cursor, units[cursor.get(eventLayouts.OrderFilled.slots.instrumentId)] ?? 0)) {
    if (owners.of(side.accountId) === wanted) fills.add(side, { tradeId: cursor.seq, atUs: cursor.atUs });
  }
}

function accountOf(cursor: RecordCursor): number {
  const { OrderAccepted, OrderDenied } = eventLayouts;
  return cursor.get(cursor.kind === eventKinds.OrderAccepted ? OrderAccepted.slots.accountId : OrderDenied.slots.accountId);
}
