import type { EpochUs, InstrumentId, TradeId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import { PACKED_TRADE_STRIDE, packedTradeSlots, type TradeRow } from "../../shared/views.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { readModel } from "./readModel.ts";

const PAGE_TRADES = 10_000;
/** The oldest are let go beyond so many; the host keeps about as many. */
const MOST_TRADES = 60_000;
const SLACK = 1.1;

/** `added` follows what was there; with `reset` it is everything. */
type TradesListener = (added: readonly TradeRow[], reset: boolean) => void;

/**
 * Trades of one instrument as far back as the host keeps them, for screens that sum them up. Fetched once for all who listen, then carried
 * on by frames; fetched again after frames may have been missed.
 */
class TradeHistory {
  readonly #instrumentId: InstrumentId;
  readonly #listeners = new Set<TradesListener>();
  readonly #stop: () => void;
  #rows: TradeRow[] = [];
  /** Counts the fetches, so that an answer to a former one is not taken for the newest. */
  #fetch = 0;

  constructor(instrumentId: InstrumentId) {
    this.#instrumentId = instrumentId;
    this.#stop = readModel.onTrades(instrumentId, (trades, reset) => {
      if (reset) void this.#load();
      else this.#append(trades);
    });
    void this.#load();
  }

  listen(listener: TradesListener): void {
    this.#listeners.add(listener);
    listener(this.#rows, true);
  }

  /** True when nobody listens any more; the history is then at its end. */
  leave(listener: TradesListener): boolean {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return false;
    this.#fetch += 1;
    this.#stop();
    return true;
  }

  #append(trades: readonly TradeRow[]): void {
    const last = this.#rows.at(-1)?.tradeId ?? 0;
    const added = trades.filter(({ tradeId }) => tradeId > last);
    for (const trade of added) this.#rows.push(trade);
    if (this.#rows.length > MOST_TRADES * SLACK) this.#rows = this.#rows.slice(-MOST_TRADES);
    this.#tell(added, false);
  }

  async #load(): Promise<void> {
    this.#fetch += 1;
    const fetch = this.#fetch;
    this.#rows = [...readModel.recentTrades(this.#instrumentId)];
    this.#tell(this.#rows, true);
    try {
      while (this.#rows.length < MOST_TRADES) {
        const beforeId = this.#rows[0]?.tradeId ?? null;
        const { trades } = await engineClient.query({ type: "trades", instrumentId: this.#instrumentId, beforeId, limit: PAGE_TRADES });
        if (fetch !== this.#fetch) return;
        const older = unpacked(trades, this.#instrumentId);
        const first = this.#rows[0]?.tradeId ?? Number.MAX_SAFE_INTEGER;
        this.#rows = [...older.filter(({ tradeId }) => tradeId < first), ...this.#rows];
        this.#tell(this.#rows, true);
        if (older.length < PAGE_TRADES) return;
      }
    } catch (cause) {
      // The connection dropped; its return brings a snapshot, and with it another attempt.
      if (!(cause instanceof RequestError)) throw cause;
    }
  }

  #tell(added: readonly TradeRow[], reset: boolean): void {
    for (const listener of this.#listeners) listener(added, reset);
  }
}

const histories = new Map<InstrumentId, TradeHistory>();

/** Tells the listener all trades that are known, at once and again when more of the past has come, and then each new one. */
export function followTrades(instrumentId: InstrumentId, listener: TradesListener): () => void {
  const history = histories.get(instrumentId) ?? new TradeHistory(instrumentId);
  histories.set(instrumentId, history);
  history.listen(listener);
  return () => {
    if (history.leave(listener)) histories.delete(instrumentId);
  };
}

function unpacked(packed: Float64Array, instrumentId: InstrumentId): readonly TradeRow[] {
  const rows: TradeRow[] = [];
  for (let at = 0; at < packed.length; at += PACKED_TRADE_STRIDE) {
    // Numbers of the engine's own records, packed by the host.
    rows.push({
      tradeId: packed[at + packedTradeSlots.tradeId] as TradeId,
      instrumentId,
      atUs: packed[at + packedTradeSlots.atUs] as EpochUs,
      ticks: packed[at + packedTradeSlots.ticks] as PriceTicks,
      lots: packed[at + packedTradeSlots.lots] as QtyLots,
      takerSide: packed[at + packedTradeSlots.takerSide] === 0 ? "buy" : "sell",
    });
  }
  return rows;
}
