import { invariant } from "../../../shared/assert.ts";
import { clientClasses, type ClientClass } from "../../../shared/catalog.ts";
import type { EligibilityExplanation } from "../../../shared/eligibility.ts";
import { feeAssetOf, type FeeSchedule } from "../../../shared/fees.ts";
import type { AccountId, AssetId, EpochUs, FeeScheduleId, InstrumentId, LicenceId, RuleId } from "../../../shared/ids.ts";
import { amount, type Amount } from "../../../shared/money.ts";
import type { EligibilityRule, Licence, Venue } from "../../../shared/venues.ts";
import { judge } from "./eligibility.ts";
import type { Engine } from "../engineParts.ts";
import { dayOf } from "../state/feeVolumes.ts";
import { feeKeyOf, volumeRow } from "../ledger/ledger.ts";
import type { Dated } from "../state/rulebook.ts";

/*
 * Read-only questions about venues, licences, rules and fees.
 */

export function venues(engine: Engine): readonly Venue[] {
  return engine.state.rulebook.venues;
}

export function licences(engine: Engine): readonly Dated<Licence>[] {
  return engine.state.rulebook.licences;
}

export function eligibilityRules(engine: Engine): readonly Dated<EligibilityRule>[] {
  return engine.state.rulebook.rules;
}

export function feeSchedules(engine: Engine): readonly FeeSchedule[] {
  return engine.state.fees.schedules;
}

/**
 * EL-11: may the account trade the instrument at a time, now or at a date to come, and which rows speak for and against it? Judges by the
 * rows that are known now. Null if the account or the instrument does not exist.
 */
export function explainEligibility(
  engine: Engine,
  accountId: AccountId,
  instrumentId: InstrumentId,
  atUs: EpochUs,
): EligibilityExplanation | null {
  const { accounts, catalog, rulebook } = engine.state;
  if (!accounts.exists(accountId) || !catalog.hasInstrument(instrumentId)) return null;
  const profile = rulebook.profile(accounts.profileId(accountId));
  const judged = judge(rulebook, profile, catalog.instrument(instrumentId), atUs);
  const next = rulebook.nextDateUs(atUs);
  // The numbers come from rows whose schemas made them ids and times.
  return {
    accountId,
    instrumentId,
    atUs,
    ...(rulebook.venues.length === 0 ? { allowed: true, code: null } : { allowed: judged.allowed, code: judged.code }),
    licenceId: judged.licenceId as LicenceId | null,
    ruleId: judged.ruleId as RuleId | null,
    fromUs: judged.fromUs as EpochUs | null,
    licences: judged.licences,
    rules: judged.rules,
    nextChangeUs: Number.isFinite(next) ? (next as EpochUs) : null,
  };
}

/**
 * EL-12: the classes of clients of which some client, wherever he resides, may trade the instrument at a time; all of them in a venue that was
 * told of no licences.
 */
export function admittedClasses(engine: Engine, instrumentId: InstrumentId, atUs: EpochUs): readonly ClientClass[] {
  const { catalog, rulebook } = engine.state;
  const instrument = catalog.instrument(instrumentId);
  if (rulebook.venues.length === 0) return clientClasses;
  // Each place that a rule names, one that none names, and no word of it.
  const places = new Set([...rulebook.rules.flatMap(({ row }) => ("places" in row.residence ? row.residence.places : [])), "ZZ", null]);
  return clientClasses.filter((clientClass) =>
    [...places].some((residence) => judge(rulebook, { clientClass, residence }, instrument, atUs).allowed),
  );
}

/** What an order of the account in the instrument would be charged if it were accepted now. */
export type FeeTerms = {
  /** Null where the instrument's own rates apply. */
  readonly scheduleId: FeeScheduleId | null;
  readonly tier: number;
  /** Negative for a rebate. */
  readonly makerPpm: number;
  readonly takerPpm: number;
  /** Least fee of an order that fills whole, in quote units; 0 for none. */
  readonly minimumFee: Amount;
  readonly buyFeeAssetId: AssetId;
  readonly sellFeeAssetId: AssetId;
  /** What the account and those it shares a tier with turned over at the venue in the 30 days before today, in millionths of a US dollar. */
  readonly volumeUsdMillionths: number;
};

export function feeTerms(engine: Engine, accountId: AccountId, instrumentId: InstrumentId): FeeTerms {
  const { state } = engine;
  const { accounts, catalog, fees, volumes } = state;
  invariant(accounts.exists(accountId) && catalog.hasInstrument(instrumentId), `no account ${accountId} or no instrument ${instrumentId}`);
  const instrument = catalog.instrument(instrumentId);
  const key = feeKeyOf(state, accountId, instrument);
  const { scheduleId, tier } = fees.partsOf(key);
  const row = instrument.venueId === null ? 0 : volumeRow(state, accounts.masterId(accountId), instrument.venueId);
  return {
    scheduleId: scheduleId === 0 ? null : (scheduleId as FeeScheduleId),
    tier,
    makerPpm: fees.makerPpm(key, instrument),
    takerPpm: fees.takerPpm(key, instrument),
    minimumFee: amount(fees.minimum(key, instrument)),
    buyFeeAssetId: feeAssetOf(instrument, "buy"),
    sellFeeAssetId: feeAssetOf(instrument, "sell"),
    volumeUsdMillionths: row === 0 ? 0 : volumes.before(row, dayOf(state.lastAtUs)),
  };
}
