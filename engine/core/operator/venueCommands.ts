import { pairTypes, type PairType } from "../../../shared/catalog.ts";
import { feeScheduleSchema, type FeeSchedule } from "../../../shared/fees.ts";
import { eligibilityRuleSchema, licenceSchema, venueSchema, withdrawalSchema } from "../../../shared/venues.ts";
import { cancelIneligible } from "../advanceTime.ts";
import type { Catalog } from "../state/catalog.ts";
import { emitCatalogEntry, emitCommandDenied, emitWithdrawal } from "../records/emit.ts";
import type { Engine } from "../engineParts.ts";
import { highestRebate, lowestTakerFee } from "../state/feeBook.ts";
import { NO_OPERAND, fromJson } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { commandLayouts, eventLayouts } from "../records/layout.ts";
import { checkNextId } from "./operator.ts";
import { PASSED } from "../records/refused.ts";

/*
 * The commands that load venues, licences, eligibility rules and fee schedules (EL-1, EL-8, EL-9, LG-10).
 */

const withdrawLicenceSlots = commandLayouts.WithdrawLicence.slots;
const withdrawRuleSlots = commandLayouts.WithdrawEligibilityRule.slots;

export function defineVenue(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const jsonText = log.numbers[at + commandLayouts.DefineVenue.slots.venue]!;
  const venue = fromJson(venueSchema, log.texts.list[jsonText]!);
  const { rulebook } = state;
  if (checkNextId(refused, venue.venueId, rulebook.venues.length, rulebook.hasSiteCode(venue.siteCode)) !== PASSED) {
    return emitCommandDenied(engine, commandKinds.DefineVenue);
  }
  emitCatalogEntry(engine, eventLayouts.VenueDefined, jsonText);
}

export function defineLicence(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const jsonText = log.numbers[at + commandLayouts.DefineLicence.slots.licence]!;
  const licence = fromJson(licenceSchema, log.texts.list[jsonText]!);
  const { rulebook } = state;
  const refusal =
    checkNextId(refused, licence.licenceId, rulebook.licences.length, false) ||
    (rulebook.hasVenue(licence.venueId) ? PASSED : refused.because("CATALOG_UNKNOWN_VENUE"));
  if (refusal !== PASSED) return emitCommandDenied(engine, commandKinds.DefineLicence);
  emitCatalogEntry(engine, eventLayouts.LicenceDefined, jsonText);
}

export function setEligibilityRule(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const jsonText = log.numbers[at + commandLayouts.SetEligibilityRule.slots.rule]!;
  const rule = fromJson(eligibilityRuleSchema, log.texts.list[jsonText]!);
  const { rulebook } = state;
  const isOwnLicence = rulebook.hasLicence(rule.licenceId) && rulebook.licence(rule.licenceId).row.venueId === rule.venueId;
  const refusal =
    checkNextId(refused, rule.ruleId, rulebook.rules.length, false) ||
    (rulebook.hasVenue(rule.venueId) ? PASSED : refused.because("CATALOG_UNKNOWN_VENUE")) ||
    (isOwnLicence ? PASSED : refused.because("CATALOG_UNKNOWN_LICENCE"));
  if (refusal !== PASSED) return emitCommandDenied(engine, commandKinds.SetEligibilityRule);
  emitCatalogEntry(engine, eventLayouts.EligibilityRuleSet, jsonText);
  if (rule.effect === "deny") cancelIneligible(engine);
}

export function withdrawLicence(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const licenceId = log.numbers[at + withdrawLicenceSlots.licenceId]!;
  const jsonText = log.numbers[at + withdrawLicenceSlots.withdrawal]!;
  const { rulebook } = state;
  const refusal = rulebook.hasLicence(licenceId)
    ? checkWithdrawal(engine, rulebook.licence(licenceId).withdrawal?.fromUs, jsonText)
    : refused.because("CATALOG_UNKNOWN_LICENCE");
  if (refusal !== PASSED) return emitCommandDenied(engine, commandKinds.WithdrawLicence);
  emitWithdrawal(engine, eventLayouts.LicenceWithdrawn, licenceId, jsonText);
  cancelIneligible(engine);
}

export function withdrawEligibilityRule(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const ruleId = log.numbers[at + withdrawRuleSlots.ruleId]!;
  const jsonText = log.numbers[at + withdrawRuleSlots.withdrawal]!;
  const { rulebook } = state;
  const refusal = rulebook.hasRule(ruleId)
    ? checkWithdrawal(engine, rulebook.rule(ruleId).withdrawal?.fromUs, jsonText)
    : refused.because("CATALOG_UNKNOWN_RULE");
  if (refusal !== PASSED) return emitCommandDenied(engine, commandKinds.WithdrawEligibilityRule);
  emitWithdrawal(engine, eventLayouts.EligibilityRuleWithdrawn, ruleId, jsonText);
  cancelIneligible(engine);
}

/** EL-9: a row ends once, and not in the past. */
function checkWithdrawal(engine: Engine, earlierUs: number | undefined, jsonText: number): number {
  const { log, refused, state } = engine;
  if (earlierUs !== undefined) return refused.with("CATALOG_ALREADY_WITHDRAWN", earlierUs, NO_OPERAND, NO_OPERAND);
  const { fromUs } = fromJson(withdrawalSchema, log.texts.list[jsonText]!);
  if (fromUs >= state.lastAtUs) return PASSED;
  return refused.with("CATALOG_RETROACTIVE", state.lastAtUs, fromUs, NO_OPERAND);
}

export function defineFeeSchedule(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const jsonText = log.numbers[at + commandLayouts.DefineFeeSchedule.slots.schedule]!;
  const schedule = fromJson(feeScheduleSchema, log.texts.list[jsonText]!);
  const refusal =
    checkNextId(refused, schedule.scheduleId, state.fees.schedules.length, false) ||
    (state.rulebook.hasVenue(schedule.venueId) ? PASSED : refused.because("CATALOG_UNKNOWN_VENUE")) ||
    checkSchedule(engine, schedule);
  if (refusal !== PASSED) return emitCommandDenied(engine, commandKinds.DefineFeeSchedule);
  emitCatalogEntry(engine, eventLayouts.FeeScheduleDefined, jsonText);
}

/**
 * LG-10 and LG-14: are the tiers in order, and does each rebate have its payer? Orders keep the rates they were accepted under, so every
 * schedule's rebates are held against every schedule's taker rates.
 */
function checkSchedule(engine: Engine, schedule: FeeSchedule): number {
  const { refused, state } = engine;
  const { tiers } = schedule;
  const isInOrder = tiers.every(({ minVolumeUsd }, tier) =>
    tier === 0 ? minVolumeUsd === 0 : minVolumeUsd > tiers[tier - 1]!.minVolumeUsd,
  );
  if (!isInOrder) return refused.because("CATALOG_FEE_TIERS");
  const own = [...state.fees.schedules, schedule].filter(({ venueId }) => venueId === schedule.venueId);
  for (const pairType of pairTypes) {
    const rebate = highestRebate(own, pairType);
    const lowestTaker = Math.min(lowestTakerFee(own, pairType), ...instrumentTakerFees(state.catalog, schedule.venueId, pairType));
    if (rebate > (pairType === "tokenToken" ? 0 : lowestTaker)) {
      return refused.with("CATALOG_REBATE_NOT_FUNDED", pairType === "tokenToken" ? 0 : lowestTaker, rebate, NO_OPERAND);
    }
  }
  return PASSED;
}

function instrumentTakerFees(catalog: Catalog, venueId: number, pairType: PairType): number[] {
  const own = catalog.instruments.filter((instrument) => instrument.venueId === venueId && instrument.pairType === pairType);
  return own.map(({ takerFeePpm }) => takerFeePpm);
}
