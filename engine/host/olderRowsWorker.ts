import type { TypedError } from "../../shared/errors.ts";
import { eventKinds } from "../core/records/kinds.ts";
import { eventLayouts } from "../core/records/layout.ts";
import { RecordCursor, recordsBetween } from "../core/records/records.ts";
import { toTerminalError } from "./journal/journalErrors.ts";
import { CHAIN_BEGIN, JournalReader } from "./journal/journal.ts";
import type { OlderRequest, OlderRows, OlderRowsTask } from "./olderRows.ts";
import { readerTask } from "./readerThreads.ts";
import { filledSides, FillsView } from "./views/fills.ts";
import { OrdersView } from "./views/orders.ts";
import { Owners } from "./views/owners.ts";

/** The owner's orders and fills as the journal's rows tell them from the first one on. */
class Past {
  readonly #request: OlderRequest;
  readonly #owners = new Owners();
  readonly #wanted: number;
  readonly #orders = new OrdersView(this.#owners);
  readonly #fills: FillsView;
  /** Quote units of a tick and lot by instrument. */
  readonly #units: number[] = [];

  constructor(request: OlderRequest) {
    this.#request = request;
    this.#wanted = this.#owners.number(request.owner);
    this.#fills = new FillsView(this.#owners, request.limit);
  }

  read(journal: string, goOn: () => void): OlderRows {
    const { kind, beforeSeq, limit, upToSeq } = this.#request;
    const reader = new JournalReader(journal);
    try {
      for (const { batch } of reader.batches(CHAIN_BEGIN)) {
        goOn();
        if (batch.firstSeq > upToSeq) break;
        const cursor = new RecordCursor(recordsBetween(batch, 0, upToSeq));
        while (cursor.next()) this.#apply(cursor);
        this.#orders.keepNewest(limit);
      }
    } finally {
      reader.close();
    }
    return {
      orders: kind === "orders" ? this.#orders.newest(this.#wanted, { beforeSeq, limit }) : [],
      fills: kind === "fills" ? this.#fills.newest(this.#wanted, { beforeSeq, limit }) : [],
    };
  }

  #apply(cursor: RecordCursor): void {
    if (cursor.kind === eventKinds.AccountOpened || cursor.kind === eventKinds.InstrumentListed) this.#define(cursor);
    else if (cursor.kind === eventKinds.OrderFilled || cursor.kind === eventKinds.VenueFilled) this.#fill(cursor);
    // Orders that began later are another page; what became of the earlier ones still counts.
    const begins = cursor.kind === eventKinds.OrderAccepted || cursor.kind === eventKinds.OrderDenied;
    const isOnPage = cursor.seq < this.#request.beforeSeq;
    if (!begins || (isOnPage && this.#owners.of(accountOf(cursor)) === this.#wanted)) this.#orders.apply(cursor, () => undefined);
  }

  #define(cursor: RecordCursor): void {
    const entry = cursor.entry();
    if (entry.kind !== "event") return;
    if (entry.event.type === "AccountOpened") this.#owners.add(entry.event.account);
    else if (entry.event.type === "InstrumentListed")
      this.#units[entry.event.instrument.instrumentId] = entry.event.instrument.quoteUnitsPerTickLot;
  }

  #fill(cursor: RecordCursor): void {
    if (cursor.seq >= this.#request.beforeSeq) return;
    for (const side of filledSides(cursor, this.#units[cursor.get(eventLayouts.OrderFilled.slots.instrumentId)] ?? 0)) {
      // The other side of a fill at an outside venue is nobody here.
      if (side.accountId !== 0 && this.#owners.of(side.accountId) === this.#wanted)
        this.#fills.add(side, { tradeId: cursor.seq, atUs: cursor.atUs });
    }
  }
}

function accountOf(cursor: RecordCursor): number {
  const { OrderAccepted, OrderDenied } = eventLayouts;
  return cursor.get(cursor.kind === eventKinds.OrderAccepted ? OrderAccepted.slots.accountId : OrderDenied.slots.accountId);
}

/** The thread that reads the journal again for an owner's orders or fills before a sequence; see olderRows.ts. */
await readerTask<OlderRowsTask, OlderRows | TypedError>(({ task: { journal, request }, answer, goOn }) => {
  try {
    answer(new Past(request).read(journal, goOn));
  } catch (error) {
    goOn();
    answer(toTerminalError(error, { path: journal, doing: "Reading the journal" }).typed);
  }
});
