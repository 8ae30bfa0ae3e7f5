import { invariant } from "../../../shared/assert.ts";
import { MAX_FEE_TIERS, feeScheduleSchema } from "../../../shared/fees.ts";
import { eligibilityRuleSchema, licenceSchema, venueSchema, withdrawalSchema, type Withdrawal } from "../../../shared/venues.ts";
import type { ByteReader, ByteWriter } from "./canonicalBytes.ts";
import { feeScheduleDefined } from "../evolve/evolveRules.ts";
import { VOLUME_DAYS } from "../state/feeVolumes.ts";
import { fromJson } from "../records/fields.ts";
import type { EngineState } from "../state/state.ts";

/*
 * JR-3: venues, licences, rules, fee schedules and volumes in the canonical bytes.
 */

export function writeRules({ rulebook }: EngineState, out: ByteWriter): void {
  out.number(rulebook.venues.length);
  for (const venue of rulebook.venues) out.text(JSON.stringify(venue));
  for (const rows of [rulebook.licences, rulebook.rules]) {
    out.number(rows.length);
    for (const { row, recordedUs, withdrawal } of rows) {
      out.text(JSON.stringify(row));
      out.number(recordedUs);
      out.text(withdrawal === null ? "" : JSON.stringify(withdrawal));
    }
  }
}

export function readRules({ rulebook }: EngineState, from: ByteReader): void {
  for (let left = from.integer(0); left > 0; left -= 1) rulebook.addVenue(fromJson(venueSchema, from.text()));
  for (let left = from.integer(0); left > 0; left -= 1) {
    const licence = fromJson(licenceSchema, from.text());
    rulebook.addLicence(licence, from.integer(0));
    const withdrawal = readWithdrawal(from);
    if (withdrawal !== null) rulebook.withdrawLicence(licence.licenceId, withdrawal);
  }
  for (let left = from.integer(0); left > 0; left -= 1) {
    const rule = fromJson(eligibilityRuleSchema, from.text());
    rulebook.addRule(rule, from.integer(0));
    const withdrawal = readWithdrawal(from);
    if (withdrawal !== null) rulebook.withdrawRule(rule.ruleId, withdrawal);
  }
}

function readWithdrawal(from: ByteReader): Withdrawal | null {
  const text = from.text();
  return text === "" ? null : fromJson(withdrawalSchema, text);
}

export function writeFees({ accounts, fees, volumes }: EngineState, out: ByteWriter): void {
  out.number(fees.schedules.length);
  for (const schedule of fees.schedules) out.text(JSON.stringify(schedule));
  out.number(volumes.live);
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const own: number[] = [];
    for (let row = accounts.firstVolume(accountId); row !== 0; row = volumes.nextOfAccount(row)) own.push(row);
    own.sort((a, b) => volumes.venueId(a) - volumes.venueId(b));
    for (const row of own) {
      out.number(accountId);
      out.number(volumes.venueId(row));
      out.number(volumes.tier(row));
      out.number(volumes.computedTier(row));
      const last = volumes.lastDay(row);
      out.number(last);
      for (let day = last - VOLUME_DAYS + 1; day <= last; day += 1) out.number(volumes.on(row, day));
    }
  }
}

export function readFees(state: EngineState, from: ByteReader): void {
  const { accounts, rulebook, volumes } = state;
  for (let left = from.integer(0); left > 0; left -= 1) feeScheduleDefined(state, fromJson(feeScheduleSchema, from.text()));
  for (let left = from.integer(0); left > 0; left -= 1) {
    const accountId = from.integer(1);
    const venueId = from.integer(1);
    invariant(accounts.exists(accountId) && rulebook.hasVenue(venueId), "snapshot has a volume of nobody or at no venue");
    const row = volumes.create(accountId, venueId, accounts.firstVolume(accountId));
    accounts.setFirstVolume(accountId, row);
    const tier = from.integer(0);
    const computedTier = from.integer(0);
    invariant(tier < MAX_FEE_TIERS && computedTier < MAX_FEE_TIERS, "snapshot has an impossible fee tier");
    volumes.setTier(row, tier);
    volumes.setComputedTier(row, computedTier);
    const last = from.integer(0);
    for (let day = last - VOLUME_DAYS + 1; day <= last; day += 1) volumes.add(row, day, from.integer(0));
  }
}
