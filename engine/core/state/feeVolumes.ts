import { MAX_AMOUNT } from "../../../shared/money.ts";
import { RowPool } from "./rowPool.ts";

/** Days whose volume is kept: the 30 that count, the present one, and one more. */
export const VOLUME_DAYS = 32;
/** Days whose volume decides the tier. */
const COUNTED_DAYS = 30;

// Row: a double a day, then 6 integers.
const ROW_BYTES = VOLUME_DAYS * 8 + 24;
const DOUBLES = ROW_BYTES / 8;
const INTS = ROW_BYTES / 4;
const ACCOUNT = VOLUME_DAYS * 2;
const VENUE = ACCOUNT + 1;
const NEXT = ACCOUNT + 2;
const LAST_DAY = ACCOUNT + 3;
const TIER = ACCOUNT + 4;
const COMPUTED_TIER = ACCOUNT + 5;

const DAY_US = 86_400_000_000;
const HOUR_US = 3_600_000_000;
/** LG-17: days turn at midnight in Hong Kong, UTC+8 all year. */
const OFFSET_US = 8 * HOUR_US;

/** Number of the venue's day that a time lies in. */
export function dayOf(atUs: number): number {
  return Math.floor((atUs + OFFSET_US) / DAY_US);
}

/** When a day begins. */
export function startOfDay(day: number): number {
  return day * DAY_US - OFFSET_US;
}

/** When the tier that was computed at a day's start begins to apply: 07:00. */
export function applicationOf(day: number): number {
  return startOfDay(day) + 7 * HOUR_US;
}

/** What each account with trades has turned over a day at a venue, in millionths of a US dollar, and the fee tier that it has come to. */
export class FeeVolumePool extends RowPool {
  constructor() {
    super(ROW_BYTES);
  }

  /** A row without volume that precedes `next` in its account's list. */
  create(accountId: number, venueId: number, next: number): number {
    const row = this.allocate();
    this.ints[row * INTS + ACCOUNT] = accountId;
    this.ints[row * INTS + VENUE] = venueId;
    this.ints[row * INTS + NEXT] = next;
    return row;
  }

  accountId(row: number): number {
    return this.ints[row * INTS + ACCOUNT]!;
  }
  venueId(row: number): number {
    return this.ints[row * INTS + VENUE]!;
  }
  nextOfAccount(row: number): number {
    return this.ints[row * INTS + NEXT]!;
  }
  /** The latest day with volume. */
  lastDay(row: number): number {
    return this.ints[row * INTS + LAST_DAY]!;
  }
  /** The tier that new orders are accepted under. */
  tier(row: number): number {
    return this.ints[row * INTS + TIER]!;
  }
  setTier(row: number, tier: number): void {
    this.ints[row * INTS + TIER] = tier;
  }
  /** The tier that came out at the last turn of a day. */
  computedTier(row: number): number {
    return this.ints[row * INTS + COMPUTED_TIER]!;
  }
  setComputedTier(row: number, tier: number): void {
    this.ints[row * INTS + COMPUTED_TIER] = tier;
  }

  /** Adds to a day's volume; days never run backwards. */
  add(row: number, day: number, volume: number): void {
    const last = this.lastDay(row);
    if (day !== last) {
      // The days passed without a trade take over the places of days long gone.
      for (let passed = Math.max(last + 1, day - VOLUME_DAYS + 1); passed <= day; passed += 1) this.doubles[placeOf(row, passed)] = 0;
      this.ints[row * INTS + LAST_DAY] = day;
    }
    const place = placeOf(row, day);
    this.doubles[place] = Math.min(this.doubles[place]! + volume, MAX_AMOUNT);
  }

  /** Volume of one day; 0 for a day that is no longer kept. */
  on(row: number, day: number): number {
    const last = this.lastDay(row);
    return day > last || day <= last - VOLUME_DAYS ? 0 : this.doubles[placeOf(row, day)]!;
  }

  /** Volume of the 30 days before a day; the largest amount stands for anything beyond it. */
  before(row: number, day: number): number {
    let sum = 0;
    for (let counted = day - COUNTED_DAYS; counted < day; counted += 1) sum = Math.min(sum + this.on(row, counted), MAX_AMOUNT);
    return sum;
  }
}

function placeOf(row: number, day: number): number {
  return row * DOUBLES + (day & (VOLUME_DAYS - 1));
}
