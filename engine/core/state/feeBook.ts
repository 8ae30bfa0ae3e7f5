import { pairTypes, type Asset, type Instrument, type PairType } from "../../../shared/catalog.ts";
import { MAX_FEE_TIERS, type FeeSchedule } from "../../../shared/fees.ts";
import { mulDivCeilCapped, mulDivFloor } from "../../../shared/money.ts";
import { invariant } from "../../../shared/assert.ts";
import type { Catalog } from "./catalog.ts";

/**
 * An order's rates are named by a fee key: which schedule, tier and pair type it was accepted under. Key 0 are the instrument's own
 * rates. A key means the same for ever, because schedules never change once defined.
 */
export const OWN_RATES = 0;

const TIER_SHIFT = 2;
const SCHEDULE_SHIFT = 6;
const PAIR_TYPE_MASK = (1 << TIER_SHIFT) - 1;
const TIER_MASK = MAX_FEE_TIERS - 1;
const KEYS_PER_SCHEDULE = 1 << SCHEDULE_SHIFT;

/** Volumes stop here: more than any tier asks for. */
const MOST_VOLUME = 2 ** 52;

/** LG-10: the fee schedules of all venues, and which of them is in force for an instrument. */
export class FeeBook {
  readonly schedules: FeeSchedule[] = [];
  // Maker's and taker's rate by fee key.
  private rates = new Int32Array(KEYS_PER_SCHEDULE * 2);
  /** Key of tier 0 in force by instrument; valid from the time it was found out until the next schedule begins. */
  private inForce: number[] = [];
  private topTiers: number[] = [];
  private highestMinima: number[] = [];
  /** Least fee by schedule and quote asset, as far as asked for. */
  private readonly minima: number[][] = [];
  private untilUs = 0;
  private readonly catalog: Catalog;

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  add(schedule: FeeSchedule): void {
    this.schedules.push(Object.freeze(schedule));
    this.minima[schedule.scheduleId] = [];
    const first = schedule.scheduleId << SCHEDULE_SHIFT;
    if (this.rates.length < (first + KEYS_PER_SCHEDULE) * 2) {
      const larger = new Int32Array((first + KEYS_PER_SCHEDULE) * 4);
      larger.set(this.rates);
      this.rates = larger;
    }
    for (const [tier, rates] of schedule.tiers.entries()) {
      for (const [place, pairType] of pairTypes.entries()) {
        const key = first | (tier << TIER_SHIFT) | place;
        this.rates[key * 2] = rates[pairType].makerPpm;
        this.rates[key * 2 + 1] = rates[pairType].takerPpm;
      }
    }
    this.forget();
  }

  /** Makes the next question look up what is in force: a schedule or an instrument has been added. */
  forget(): void {
    this.untilUs = 0;
  }

  hasKey(key: number): boolean {
    if (key === OWN_RATES) return true;
    const tiers = this.schedules[(key >>> SCHEDULE_SHIFT) - 1]?.tiers.length ?? 0;
    return ((key >>> TIER_SHIFT) & TIER_MASK) < tiers && (key & PAIR_TYPE_MASK) < pairTypes.length;
  }

  /** The fee key of an order of so high a tier that is accepted now. */
  keyFor(instrumentId: number, tier: number, atUs: number): number {
    if (atUs >= this.untilUs) this.refresh(atUs);
    const first = this.inForce[instrumentId]!;
    if (first === OWN_RATES) return OWN_RATES;
    return first | (Math.min(tier, this.topTiers[instrumentId]!) << TIER_SHIFT);
  }

  makerPpm(key: number, instrument: Instrument): number {
    return key === OWN_RATES ? instrument.makerFeePpm : this.rates[key * 2]!;
  }

  takerPpm(key: number, instrument: Instrument): number {
    return key === OWN_RATES ? instrument.takerFeePpm : this.rates[key * 2 + 1]!;
  }

  /** LG-15: least fee, in quote units, of an order that fills whole; 0 for none. The largest amount stands for anything beyond it. */
  minimum(key: number, instrument: Instrument): number {
    if (key === OWN_RATES) return 0;
    const minima = this.minima[key >>> SCHEDULE_SHIFT]!;
    return (minima[instrument.quoteAssetId] ??= this.minimumIn(key, instrument.quoteAssetId));
  }

  /** The highest minimum fee, in quote units, that any open order of the instrument can owe. */
  highestMinimum(instrumentId: number, atUs: number): number {
    if (atUs >= this.untilUs) this.refresh(atUs);
    return this.highestMinima[instrumentId]!;
  }

  /** The schedule and tier that a key stands for; schedule 0 for the instrument's own rates. */
  partsOf(key: number): { readonly scheduleId: number; readonly tier: number } {
    return { scheduleId: key >>> SCHEDULE_SHIFT, tier: (key >>> TIER_SHIFT) & TIER_MASK };
  }

  /** The venue's schedule at a time: the one that began last, of two that began together the one defined later; undefined before the first. */
  scheduleAt(venueId: number, atUs: number): FeeSchedule | undefined {
    let found: FeeSchedule | undefined;
    for (const schedule of this.schedules) {
      if (schedule.venueId !== venueId || schedule.fromUs > atUs) continue;
      if (found === undefined || schedule.fromUs >= found.fromUs) found = schedule;
    }
    return found;
  }

  private minimumIn(key: number, quoteAssetId: number): number {
    const schedule = this.schedules[(key >>> SCHEDULE_SHIFT) - 1];
    const quote = this.catalog.assets[quoteAssetId - 1];
    invariant(schedule !== undefined && quote !== undefined, `fee key ${key} or asset ${quoteAssetId} is unknown`);
    if (quote.usdMillionths === 0) return 0;
    return mulDivCeilCapped(schedule.minimumFeeUsdMillionths, unitsOf(quote), quote.usdMillionths);
  }

  private refresh(atUs: number): void {
    this.untilUs = Number.POSITIVE_INFINITY;
    for (const { fromUs } of this.schedules) if (fromUs > atUs && fromUs < this.untilUs) this.untilUs = fromUs;
    this.inForce = [OWN_RATES];
    this.topTiers = [0];
    this.highestMinima = [0];
    for (const instrument of this.catalog.instruments) {
      const { pairType, venueId } = instrument;
      const schedule = venueId === null ? undefined : this.scheduleAt(venueId, atUs);
      this.inForce.push(schedule === undefined ? OWN_RATES : (schedule.scheduleId << SCHEDULE_SHIFT) | pairTypes.indexOf(pairType));
      this.topTiers.push(schedule === undefined ? 0 : schedule.tiers.length - 1);
      const own = this.schedules.filter((each) => each.venueId === venueId);
      this.highestMinima.push(Math.max(0, ...own.map((each) => this.minimum(each.scheduleId << SCHEDULE_SHIFT, instrument))));
    }
  }
}

/** LG-16: what a trade's value counts for in the 30-day volume, in millionths of a US dollar, rounded down. */
export function volumeOf(quote: Asset, value: number): number {
  const { usdMillionths } = quote;
  const units = unitsOf(quote);
  if ((value * usdMillionths) / units >= MOST_VOLUME) return MOST_VOLUME;
  // For money with at least six decimals that is worth a dollar this is a division by a small whole number, which needs no product.
  const divisor = units / usdMillionths;
  return Number.isInteger(divisor) ? (value - (value % divisor)) / divisor : mulDivFloor(value, usdMillionths, units);
}

/** The highest rebate that any of the schedules pays makers of such pairs; 0 for none. */
export function highestRebate(schedules: readonly FeeSchedule[], pairType: PairType): number {
  return Math.max(0, ...schedules.flatMap(({ tiers }) => tiers.map((tier) => -tier[pairType].makerPpm)));
}

/** The lowest rate that any of the schedules charges takers of such pairs; Infinity without a schedule. */
export function lowestTakerFee(schedules: readonly FeeSchedule[], pairType: PairType): number {
  return Math.min(Number.POSITIVE_INFINITY, ...schedules.flatMap(({ tiers }) => tiers.map((tier) => tier[pairType].takerPpm)));
}

/** Smallest units in one whole unit. */
function unitsOf({ decimals }: Asset): number {
  let units = 1;
  for (let decimal = 0; decimal < decimals; decimal += 1) units *= 10;
  return units;
}
