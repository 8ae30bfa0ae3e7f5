import { pairTypes, type Asset, type Instrument } from "../../../shared/catalog.ts";
import type { FeeSchedule } from "../../../shared/fees.ts";
import { refusalOf, type Refusal } from "../../../shared/rejects.ts";

/*
 * LG-10 to LG-17 written down as plainly as possible: all schedules and all trades are kept and looked through.
 */

/** What an order is charged by, from its acceptance on. */
export type FeeTerms = { readonly maker: bigint; readonly taker: bigint; readonly minimum: bigint; readonly isOwn: boolean };

/** An account's standing at a venue. */
type Standing = { readonly accountId: number; readonly venueId: number; computed: number; applied: number };

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const MILLION = 1_000_000n;

export class ReferenceFees {
  readonly schedules: FeeSchedule[] = [];
  readonly standings: Standing[] = [];
  private readonly trades: { readonly accountId: number; readonly venueId: number; readonly day: number; readonly worth: bigint }[] = [];

  termsFor(masterId: number, instrument: Instrument, quote: Asset, atUs: number): FeeTerms {
    const { pairType, venueId } = instrument;
    const schedule = venueId === null ? undefined : this.inForce(venueId, atUs);
    if (schedule === undefined) {
      return { maker: BigInt(instrument.makerFeePpm), taker: BigInt(instrument.takerFeePpm), minimum: 0n, isOwn: true };
    }
    const standing = this.standings.find((one) => one.accountId === masterId && one.venueId === venueId);
    const tier = schedule.tiers[Math.min(standing?.applied ?? 0, schedule.tiers.length - 1)]!;
    const { makerPpm, takerPpm } = tier[pairType];
    return { maker: BigInt(makerPpm), taker: BigInt(takerPpm), minimum: inUnits(schedule.minimumFeeUsdMillionths, quote), isOwn: false };
  }

  /** The highest minimum fee of any schedule of the venue, whenever it begins. */
  highestMinimum(venueId: number | null, quote: Asset): bigint {
    const minima = this.schedules.filter((one) => one.venueId === venueId).map((one) => inUnits(one.minimumFeeUsdMillionths, quote));
    return minima.reduce((highest, minimum) => (minimum > highest ? minimum : highest), 0n);
  }

  /** LG-16: a trade counts for both its accounts' masters, the maker's first. */
  count(masters: readonly number[], venueId: number, value: bigint, quote: Asset, atUs: number): void {
    if (quote.usdMillionths === 0) return;
    const worth = (value * BigInt(quote.usdMillionths)) / 10n ** BigInt(quote.decimals);
    for (const accountId of masters) {
      if (!this.standings.some((one) => one.accountId === accountId && one.venueId === venueId)) {
        this.standings.push({ accountId, venueId, computed: 0, applied: 0 });
        this.standings.sort((one, other) => one.accountId - other.accountId || one.venueId - other.venueId);
      }
      this.trades.push({ accountId, venueId, day: dayOf(atUs), worth });
    }
  }

  /** LG-17: the tiers that change between two times, in order. */
  *turn(
    afterUs: number,
    atUs: number,
  ): Generator<{ readonly standing: Standing; readonly tier: number; readonly volume: bigint; readonly applies: boolean }> {
    for (const day of [dayOf(atUs) - 1, dayOf(atUs)]) {
      const midnight = day * DAY - 8 * HOUR;
      const isDue = (dueUs: number): boolean => dueUs > afterUs && dueUs <= atUs;
      for (const standing of isDue(midnight) ? this.standings : []) {
        const volume = this.trades
          .filter((trade) => trade.accountId === standing.accountId && trade.venueId === standing.venueId)
          .filter((trade) => trade.day < day && trade.day >= day - 30)
          .reduce((sum, { worth }) => sum + worth, 0n);
        const reached = (this.inForce(standing.venueId, midnight)?.tiers ?? []).filter(
          ({ minVolumeUsd }) => volume >= BigInt(minVolumeUsd) * MILLION,
        );
        const tier = Math.max(0, reached.length - 1);
        if (tier === standing.computed) continue;
        standing.computed = tier;
        yield { standing, tier, volume, applies: false };
      }
      for (const standing of isDue(midnight + 7 * HOUR) ? this.standings : []) {
        if (standing.computed === standing.applied) continue;
        standing.applied = standing.computed;
        yield { standing, tier: standing.applied, volume: 0n, applies: true };
      }
    }
  }

  /** LG-10 and LG-14: the tiers rise from nothing, and every rebate has a taker who pays it. */
  objection(schedule: FeeSchedule, instruments: readonly Instrument[]): Refusal | null {
    const volumes = schedule.tiers.map(({ minVolumeUsd }) => minVolumeUsd);
    const rises = volumes.every((volume, tier) => (tier === 0 ? volume === 0 : volume > volumes[tier - 1]!));
    if (!rises) return refusalOf("CATALOG_FEE_TIERS");
    const own = [...this.schedules, schedule].filter(({ venueId }) => venueId === schedule.venueId);
    for (const pairType of pairTypes) {
      const rates = own.flatMap(({ tiers }) => tiers.map((tier) => tier[pairType]));
      const listed = instruments.filter((one) => one.venueId === schedule.venueId && one.pairType === pairType);
      const rebate = Math.max(0, ...rates.map(({ makerPpm }) => -makerPpm));
      const taker = Math.min(...rates.map(({ takerPpm }) => takerPpm), ...listed.map(({ takerFeePpm }) => takerFeePpm));
      const payable = pairType === "tokenToken" ? 0 : taker;
      if (rebate > payable) return refusalOf("CATALOG_REBATE_NOT_FUNDED", { limit: payable, actual: rebate });
    }
    return null;
  }

  private inForce(venueId: number, atUs: number): FeeSchedule | undefined {
    // Sorting is stable, so that of two that began together the later one is the last.
    return this.schedules
      .filter((one) => one.venueId === venueId && one.fromUs <= atUs)
      .toSorted((a, b) => a.fromUs - b.fromUs)
      .at(-1);
  }
}

function dayOf(atUs: number): number {
  return Math.floor((atUs + 8 * HOUR) / DAY);
}

/** A sum of dollars in units of an asset of fixed worth, rounded up; nothing where it has none. */
function inUnits(usdMillionths: number, { decimals, usdMillionths: worth }: Asset): bigint {
  if (worth === 0) return 0n;
  const units = BigInt(usdMillionths) * 10n ** BigInt(decimals);
  return (units + BigInt(worth) - 1n) / BigInt(worth);
}
