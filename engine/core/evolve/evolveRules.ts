import { feeScheduleSchema, type FeeSchedule } from "../../../shared/fees.ts";
import { eligibilityRuleSchema, licenceSchema, venueSchema, withdrawalSchema } from "../../../shared/venues.ts";
import { invariant } from "../../../shared/assert.ts";
import { fromJson, int } from "../records/fields.ts";
import { eventKinds } from "../records/kinds.ts";
import { eventLayouts } from "../records/layout.ts";
import { volumeRow } from "../ledger/ledger.ts";
import type { EngineState } from "../state/state.ts";

const licenceWithdrawn = eventLayouts.LicenceWithdrawn.slots;
const ruleWithdrawn = eventLayouts.EligibilityRuleWithdrawn.slots;
const tierComputed = eventLayouts.FeeTierComputed.slots;
const tierApplied = eventLayouts.FeeTierApplied.slots;

/** The part of evolve() that venues, licences, rules, fee schedules and tiers change by. Answers false for a kind that is none of them. */
export function evolveRulesAndFees(state: EngineState, kind: number, row: Float64Array, at: number, texts: readonly string[]): boolean {
  const { rulebook, volumes } = state;
  const text = (slot: number): string => texts[row[at + slot]!]!;
  switch (kind) {
    case eventKinds.VenueDefined:
      rulebook.addVenue(fromJson(venueSchema, text(eventLayouts.VenueDefined.slots.venue)));
      return true;
    case eventKinds.LicenceDefined:
      rulebook.addLicence(fromJson(licenceSchema, text(eventLayouts.LicenceDefined.slots.licence)), state.lastAtUs);
      return true;
    case eventKinds.LicenceWithdrawn:
      rulebook.withdrawLicence(row[at + licenceWithdrawn.licenceId]!, fromJson(withdrawalSchema, text(licenceWithdrawn.withdrawal)));
      return true;
    case eventKinds.EligibilityRuleSet:
      rulebook.addRule(fromJson(eligibilityRuleSchema, text(eventLayouts.EligibilityRuleSet.slots.rule)), state.lastAtUs);
      return true;
    case eventKinds.EligibilityRuleWithdrawn:
      rulebook.withdrawRule(row[at + ruleWithdrawn.ruleId]!, fromJson(withdrawalSchema, text(ruleWithdrawn.withdrawal)));
      return true;
    case eventKinds.FeeScheduleDefined:
      feeScheduleDefined(state, fromJson(feeScheduleSchema, text(eventLayouts.FeeScheduleDefined.slots.schedule)));
      return true;
    case eventKinds.FeeTierComputed:
      volumes.setComputedTier(
        knownVolume(state, row[at + tierComputed.accountId]!, row[at + tierComputed.venueId]!),
        int(row[at + tierComputed.tier]),
      );
      return true;
    case eventKinds.FeeTierApplied:
      volumes.setTier(
        knownVolume(state, row[at + tierApplied.accountId]!, row[at + tierApplied.venueId]!),
        int(row[at + tierApplied.tier]),
      );
      return true;
    case eventKinds.TimeAdvanced:
      state.advancedUs = state.lastAtUs;
      state.advancedSeq = state.lastSeq;
      return true;
    default:
      return false;
  }
}

export function feeScheduleDefined(state: EngineState, schedule: FeeSchedule): void {
  state.fees.add(schedule);
}

function knownVolume(state: EngineState, accountId: number, venueId: number): number {
  const row = volumeRow(state, accountId, venueId);
  invariant(row !== 0, `record ${state.lastSeq} gives account ${accountId} a tier, which has no volume at venue ${venueId}`);
  return row;
}
