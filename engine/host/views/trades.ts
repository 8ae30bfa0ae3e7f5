import type { EpochUs, InstrumentId, TradeId } from "../../../shared/ids.ts";
import { MAX_AMOUNT, type Amount, type PriceTicks, type QtyLots } from "../../../shared/money.ts";
import { PACKED_TRADE_STRIDE, packedTradeSlots, type TickerRow, type TradeRow } from "../../../shared/views.ts";
import { NumberRing } from "./numberRing.ts";

/** Public trades kept of each instrument. */
const TRADES_KEPT = 40_000;

const MINUTE_US = 60_000_000;
const DAY_US = 86_400_000_000;
/** Minutes of a day, and the one that is under way. */
const MINUTES_KEPT = 1_441;

const minuteSlot = { openUs: 0, open: 1, high: 2, low: 3, volumeLots: 4, turnover: 5 } as const;

type Tape = { readonly trades: NumberRing; readonly minutes: NumberRing };

export type TradesSnapshot = readonly (readonly [instrumentId: number, trades: Float64Array, minutes: Float64Array])[];

/** A trade as the tape takes it in. */
export type TapeTrade = {
  readonly tradeId: number;
  readonly instrumentId: number;
  readonly atUs: number;
  readonly ticks: number;
  readonly lots: number;
  /** In quote units. */
  readonly notional: number;
  readonly takerBuys: boolean;
};

/** The last trades of each instrument, and its day in minutes. */
export class TradesView {
  readonly #tapes = new Map<number, Tape>();

  add(trade: TapeTrade): void {
    const { trades, minutes } = this.#tape(trade.instrumentId);
    const at = trades.push();
    trades.numbers.set([trade.tradeId, trade.atUs, trade.ticks, trade.lots, trade.takerBuys ? 0 : 1], at);
    const openUs = trade.atUs - (trade.atUs % MINUTE_US);
    const last = minutes.size === 0 ? -1 : minutes.offset(minutes.size - 1);
    const n = minutes.numbers;
    if (last >= 0 && n[last] === openUs) {
      n[last + minuteSlot.high] = Math.max(n[last + minuteSlot.high]!, trade.ticks);
      n[last + minuteSlot.low] = Math.min(n[last + minuteSlot.low]!, trade.ticks);
      n[last + minuteSlot.volumeLots]! += trade.lots;
      n[last + minuteSlot.turnover]! += trade.notional;
    } else {
      const into = minutes.push();
      minutes.numbers.set([openUs, trade.ticks, trade.ticks, trade.ticks, trade.lots, trade.notional], into);
    }
  }

  /** The newest `limit` trades, oldest first. */
  newest(instrumentId: InstrumentId, limit: number): TradeRow[] {
    const { trades } = this.#tape(instrumentId);
    const rows: TradeRow[] = [];
    for (let index = Math.max(0, trades.size - limit); index < trades.size; index += 1) rows.push(tradeAt(instrumentId, trades, index));
    return rows;
  }

  /** Trades with an id below `beforeId`: the newest `limit` ones, oldest first, packed. */
  packed(instrumentId: InstrumentId, request: { readonly beforeId: number; readonly limit: number }): Float64Array {
    const { trades } = this.#tape(instrumentId);
    const end = trades.lowerBound(packedTradeSlots.tradeId, request.beforeId);
    const first = Math.max(0, end - request.limit);
    const rows = new Float64Array((end - first) * PACKED_TRADE_STRIDE);
    for (let index = first; index < end; index += 1) {
      const at = trades.offset(index);
      rows.set(trades.numbers.subarray(at, at + PACKED_TRADE_STRIDE), (index - first) * PACKED_TRADE_STRIDE);
    }
    return rows;
  }

  lastTicks(instrumentId: number): number | null {
    const { trades } = this.#tape(instrumentId);
    return trades.size === 0 ? null : trades.numbers[trades.offset(trades.size - 1) + packedTradeSlots.ticks]!;
  }

  /** The 24 hours before `nowUs`, to the minute. */
  ticker(
    instrumentId: InstrumentId,
    touch: { readonly bidTicks: PriceTicks | null; readonly askTicks: PriceTicks | null; readonly nowUs: number },
  ): TickerRow {
    const { trades, minutes } = this.#tape(instrumentId);
    const last = trades.size === 0 ? null : tradeAt(instrumentId, trades, trades.size - 1);
    const first = minutes.lowerBound(minuteSlot.openUs, touch.nowUs - DAY_US);
    let high = 0;
    let low = Number.MAX_SAFE_INTEGER;
    let volumeLots = 0;
    let turnover = 0;
    for (let index = first; index < minutes.size; index += 1) {
      const at = minutes.offset(index);
      high = Math.max(high, minutes.numbers[at + minuteSlot.high]!);
      low = Math.min(low, minutes.numbers[at + minuteSlot.low]!);
      volumeLots += minutes.numbers[at + minuteSlot.volumeLots]!;
      turnover += minutes.numbers[at + minuteSlot.turnover]!;
    }
    const traded = first < minutes.size;
    // Prices and quantities of the engine's own records; the turnover is a statistic and stops at the largest amount.
    return {
      instrumentId,
      lastTicks: last?.ticks ?? null,
      lastSide: last?.takerSide ?? null,
      bidTicks: touch.bidTicks,
      askTicks: touch.askTicks,
      openTicks: traded ? (minutes.numbers[minutes.offset(first) + minuteSlot.open] as PriceTicks) : null,
      highTicks: traded ? (high as PriceTicks) : null,
      lowTicks: traded ? (low as PriceTicks) : null,
      volumeLots,
      turnover: Math.min(turnover, MAX_AMOUNT) as Amount,
    };
  }

  save(): TradesSnapshot {
    return [...this.#tapes].map(([instrumentId, tape]) => [instrumentId, tape.trades.toArray(), tape.minutes.toArray()] as const);
  }

  load(saved: TradesSnapshot): void {
    for (const [instrumentId, trades, minutes] of saved) {
      this.#tape(instrumentId).trades.load(trades);
      this.#tape(instrumentId).minutes.load(minutes);
    }
  }

  #tape(instrumentId: number): Tape {
    const known = this.#tapes.get(instrumentId);
    if (known !== undefined) return known;
    const tape = {
      trades: new NumberRing({ stride: PACKED_TRADE_STRIDE, limit: TRADES_KEPT }),
      minutes: new NumberRing({ stride: 6, limit: MINUTES_KEPT }),
    };
    this.#tapes.set(instrumentId, tape);
    return tape;
  }
}

function tradeAt(instrumentId: InstrumentId, trades: NumberRing, index: number): TradeRow {
  const at = trades.offset(index);
  const n = trades.numbers;
  // Numbers of the engine's own records.
  return {
    tradeId: n[at + packedTradeSlots.tradeId] as TradeId,
    instrumentId,
    atUs: n[at + packedTradeSlots.atUs] as EpochUs,
    ticks: n[at + packedTradeSlots.ticks] as PriceTicks,
    lots: n[at + packedTradeSlots.lots] as QtyLots,
    takerSide: n[at + packedTradeSlots.takerSide] === 0 ? "buy" : "sell",
  };
}
