import { RowPool } from "./rowPool.ts";

// Row: 3 doubles, then 8 integers (7 named, 1 spare).
const ROW_BYTES = 56;
const DOUBLES = 7;
const INTS = 14;
const LAST_TRADE_ID = 0;
const LAST_TRADE_AT = 1;
const PHASE_UNTIL = 2;
const LAST_TICKS = 6;
const LAST_LOTS = 7;
const LAST_TAKER_SIDE = 8;
const MARK_TICKS = 9;
const INDEX_TICKS = 10;
const PHASE = 11;
const AUCTION_TICKS = 12;
const END_US = 0;
const END_OF = 1;

/** What each instrument's trading has come to; the handle is the instrument id. */
export class MarketPool extends RowPool {
  private readonly nextEnd = new Float64Array([Number.POSITIVE_INFINITY, 0]);

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

  /** Mark and index price; 0 before they are first set. */
  markTicks(instrumentId: number): number {
    return this.ints[instrumentId * INTS + MARK_TICKS]!;
  }
  setMarkTicks(instrumentId: number, ticks: number): void {
    this.ints[instrumentId * INTS + MARK_TICKS] = ticks;
  }
  indexTicks(instrumentId: number): number {
    return this.ints[instrumentId * INTS + INDEX_TICKS]!;
  }
  setIndexTicks(instrumentId: number, ticks: number): void {
    this.ints[instrumentId * INTS + INDEX_TICKS] = ticks;
  }

  /** Trading phase as its place in tradingPhases, and when it ends by itself; 0 for never. */
  phase(instrumentId: number): number {
    return this.ints[instrumentId * INTS + PHASE]!;
  }
  isContinuous(instrumentId: number): boolean {
    return this.phase(instrumentId) === 0;
  }
  phaseUntilUs(instrumentId: number): number {
    return this.doubles[instrumentId * DOUBLES + PHASE_UNTIL]!;
  }
  beginPhase(instrumentId: number, phase: number, untilUs: number): void {
    this.ints[instrumentId * INTS + PHASE] = phase;
    this.doubles[instrumentId * DOUBLES + PHASE_UNTIL] = untilUs;
    this.nextEnd[END_US] = Number.POSITIVE_INFINITY;
    this.nextEnd[END_OF] = 0;
    for (let other = 1; other <= this.highestHandle; other += 1) {
      const end = this.phaseUntilUs(other);
      if (end === 0 || end >= this.nextPhaseEndUs) continue;
      this.nextEnd[END_US] = end;
      this.nextEnd[END_OF] = other;
    }
  }
  /** When a phase ends by itself next, infinity for never, and of which instrument that is. */
  get nextPhaseEndUs(): number {
    return this.nextEnd[END_US]!;
  }
  get nextPhaseEndOf(): number {
    return this.nextEnd[END_OF]!;
  }
  /** Price of the last auction that found one; 0 before the first. The static band lies around it. */
  auctionTicks(instrumentId: number): number {
    return this.ints[instrumentId * INTS + AUCTION_TICKS]!;
  }
  setAuctionTicks(instrumentId: number, ticks: number): void {
    this.ints[instrumentId * INTS + AUCTION_TICKS] = ticks;
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
