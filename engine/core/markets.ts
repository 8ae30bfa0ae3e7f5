import { RowPool } from "./rowPool.ts";

// Row: 2 doubles, then 4 integers (3 named, 1 spare).
const ROW_BYTES = 32;
const DOUBLES = 4;
const INTS = 8;
const LAST_TRADE_ID = 0;
const LAST_TRADE_AT = 1;
const LAST_TICKS = 4;
const LAST_LOTS = 5;
const LAST_TAKER_SIDE = 6;

/** What each instrument's trading has come to; the handle is the instrument id. */
export class MarketPool extends RowPool {
  constructor() {
    super(ROW_BYTES);
  }

  open(): void {
    this.allocate();
  }

  /** Price of the last trade; 0 before the first. */
  lastTicks(instrumentId: number): number {
    return this.ints[instrumentId * INTS + LAST_TICKS]!;
  }
  lastLots(instrumentId: number): number {
    return this.ints[instrumentId * INTS + LAST_LOTS]!;
  }
  lastTakerSide(instrumentId: number): number {
    return this.ints[instrumentId * INTS + LAST_TAKER_SIDE]!;
  }
  lastTradeId(instrumentId: number): number {
    return this.doubles[instrumentId * DOUBLES + LAST_TRADE_ID]!;
  }
  lastTradeAtUs(instrumentId: number): number {
    return this.doubles[instrumentId * DOUBLES + LAST_TRADE_AT]!;
  }

  setLastTrade(instrumentId: number, ticks: number, lots: number, takerSide: number): void {
    const at = instrumentId * INTS;
    this.ints[at + LAST_TICKS] = ticks;
    this.ints[at + LAST_LOTS] = lots;
    this.ints[at + LAST_TAKER_SIDE] = takerSide;
  }
  setLastTradeId(instrumentId: number, tradeId: number): void {
    this.doubles[instrumentId * DOUBLES + LAST_TRADE_ID] = tradeId;
  }
  setLastTradeAtUs(instrumentId: number, atUs: number): void {
    this.doubles[instrumentId * DOUBLES + LAST_TRADE_AT] = atUs;
  }
}
