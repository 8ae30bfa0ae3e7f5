import type { JournalEntry } from "../../shared/events.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import { eventKinds } from "../core/records/kinds.ts";
import { layoutOfKind } from "../core/records/layout.ts";
import { depth } from "../core/queries.ts";
import type { RecordCursor } from "../core/records/records.ts";
import { filledSides } from "../host/views/fills.ts";
import type { EventQueue } from "../sim/eventQueue.ts";
import type { SimulatedExchange } from "./exchange.ts";

export type Trade = {
  readonly atUs: number;
  readonly ticks: number;
  readonly lots: number;
  readonly takerBuys: boolean;
  readonly takerOrderId: number;
};
/** The touch at one moment; 0 stands for an empty side. */
export type Quote = { readonly atUs: number; readonly bid: number; readonly ask: number };
type Denial = { readonly code: string; readonly accountId: number | null };
type Cancel = { readonly reason: string; readonly accountId: number };

const NO_TRADES: readonly Trade[] = [];
const NO_QUOTES: readonly Quote[] = [];

/** What a run leaves to be judged: every trade, the touch now and then, and counts of what happened. It sees committed records alone. */
export class Tape {
  readonly events = new Map<string, number>();
  readonly denials: Denial[] = [];
  readonly cancels: Cancel[] = [];
  readonly #trades = new Map<InstrumentId, Trade[]>();
  readonly #quotes = new Map<InstrumentId, Quote[]>();
  readonly #exchange: SimulatedExchange;
  readonly #queue: EventQueue;
  readonly #touch = new Int32Array(3);
  #tradeCount = 0;

  constructor(exchange: SimulatedExchange, queue: EventQueue) {
    this.#exchange = exchange;
    this.#queue = queue;
    exchange.watch((cursor) => this.#take(cursor));
  }

  get tradeCount(): number {
    return this.#tradeCount;
  }

  trades(instrumentId: InstrumentId): readonly Trade[] {
    return this.#trades.get(instrumentId) ?? NO_TRADES;
  }

  quotes(instrumentId: InstrumentId): readonly Quote[] {
    return this.#quotes.get(instrumentId) ?? NO_QUOTES;
  }

  /** Looks at these books so often from now on. */
  sample(instrumentIds: readonly InstrumentId[], everyUs: number): void {
    for (const instrumentId of instrumentIds) {
      const quotes = this.#quotes.get(instrumentId) ?? [];
      this.#quotes.set(instrumentId, quotes);
      quotes.push({ atUs: this.#queue.nowUs, bid: this.#best(instrumentId, "buy"), ask: this.#best(instrumentId, "sell") });
    }
    this.#queue.after(everyUs, () => this.sample(instrumentIds, everyUs));
  }

  /** Best price of the committed book in ticks; 0 when the side is empty. */
  best(instrumentId: InstrumentId, side: "buy" | "sell"): number {
    return this.#best(instrumentId, side);
  }

  #best(instrumentId: InstrumentId, side: "buy" | "sell"): number {
    return depth(this.#exchange.views.replica, instrumentId, side, this.#touch, 1) === 0 ? 0 : (this.#touch[0] ?? 0);
  }

  #take(cursor: RecordCursor): void {
    const type = layoutOfKind(cursor.kind)?.type;
    if (cursor.isCommand || type === undefined) return;
    this.events.set(type, (this.events.get(type) ?? 0) + 1);
    if (cursor.kind === eventKinds.OrderFilled) this.#takeTrade(cursor);
    else if (type.endsWith("Denied")) this.#takeDenial(cursor.entry());
    else if (cursor.kind === eventKinds.OrderCancelled) this.#takeCancel(cursor.entry());
  }

  #takeTrade(cursor: RecordCursor): void {
    const [, taker] = filledSides(cursor, 1);
    // The record names an instrument of the catalog.
    const instrumentId = taker.instrumentId as InstrumentId;
    const trades = this.#trades.get(instrumentId) ?? [];
    this.#trades.set(instrumentId, trades);
    trades.push({ atUs: cursor.atUs, ticks: taker.ticks, lots: taker.lots, takerBuys: taker.isBuy, takerOrderId: taker.orderId });
    this.#tradeCount += 1;
  }

  #takeDenial(entry: JournalEntry): void {
    if (entry.kind !== "event" || !("refusal" in entry.event)) return;
    const { refusal } = entry.event;
    this.denials.push({ code: refusal.code, accountId: "accountId" in entry.event ? entry.event.accountId : null });
  }

  #takeCancel(entry: JournalEntry): void {
    if (entry.kind === "event" && entry.event.type === "OrderCancelled") {
      const { reason, accountId } = entry.event;
      this.cancels.push({ reason, accountId });
    }
  }
}
