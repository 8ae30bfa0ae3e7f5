import type { ClientClass, Product } from "../../../shared/catalog.ts";
import type { EligibilityRule, Licence, Venue, Withdrawal } from "../../../shared/venues.ts";
import { invariant } from "../../../shared/assert.ts";

/** What rules distinguish clients by. Accounts that agree in it are of one profile. */
export type Profile = { readonly clientClass: ClientClass; readonly residence: string | null };

/** A row with the time it was recorded, before which nobody can have been judged by it, and its end. */
export type Dated<T> = { readonly row: T; readonly recordedUs: number; readonly withdrawal: Withdrawal | null };

/**
 * EL-1: venues, licences and eligibility rules as commands recorded them. Ids are positions from 1; rows are added and ended, never changed
 * or deleted. They are frozen, so that forks share them.
 */
export class Rulebook {
  readonly venues: Venue[] = [];
  readonly licences: Dated<Licence>[] = [];
  readonly rules: Dated<EligibilityRule>[] = [];
  readonly profiles: Profile[] = [];
  /** Grows with every change, so that what was derived from the rows is known to be out of date. */
  version = 0;
  private readonly siteCodes = new Set<string>();
  private readonly profileIds = new Map<string, number>();

  addVenue(venue: Venue): void {
    this.venues.push(Object.freeze(venue));
    this.siteCodes.add(venue.siteCode);
    this.version += 1;
  }

  addLicence(licence: Licence, recordedUs: number): void {
    this.licences.push(Object.freeze({ row: licence, recordedUs, withdrawal: null }));
    this.version += 1;
  }

  withdrawLicence(licenceId: number, withdrawal: Withdrawal): void {
    this.licences[licenceId - 1] = Object.freeze({ ...this.licence(licenceId), withdrawal });
    this.version += 1;
  }

  addRule(rule: EligibilityRule, recordedUs: number): void {
    this.rules.push(Object.freeze({ row: rule, recordedUs, withdrawal: null }));
    this.version += 1;
  }

  withdrawRule(ruleId: number, withdrawal: Withdrawal): void {
    this.rules[ruleId - 1] = Object.freeze({ ...this.rule(ruleId), withdrawal });
    this.version += 1;
  }

  hasSiteCode(siteCode: string): boolean {
    return this.siteCodes.has(siteCode);
  }

  hasVenue(venueId: number): boolean {
    return venueId >= 1 && venueId <= this.venues.length;
  }

  hasLicence(licenceId: number): boolean {
    return licenceId >= 1 && licenceId <= this.licences.length;
  }

  hasRule(ruleId: number): boolean {
    return ruleId >= 1 && ruleId <= this.rules.length;
  }

  licence(licenceId: number): Dated<Licence> {
    const found = this.licences[licenceId - 1];
    invariant(found !== undefined, `no licence ${licenceId}`);
    return found;
  }

  rule(ruleId: number): Dated<EligibilityRule> {
    const found = this.rules[ruleId - 1];
    invariant(found !== undefined, `no eligibility rule ${ruleId}`);
    return found;
  }

  /** The number, from 1, of the profile with this class and residence. */
  profileId(profile: Profile): number {
    const key = `${profile.clientClass}/${profile.residence ?? ""}`;
    const known = this.profileIds.get(key);
    if (known !== undefined) return known;
    this.profiles.push(Object.freeze({ clientClass: profile.clientClass, residence: profile.residence }));
    this.profileIds.set(key, this.profiles.length);
    return this.profiles.length;
  }

  profile(profileId: number): Profile {
    const found = this.profiles[profileId - 1];
    invariant(found !== undefined, `no client profile ${profileId}`);
    return found;
  }

  /** The first date after `atUs` at which any row begins or ends; Infinity if nothing is to change. */
  nextDateUs(atUs: number): number {
    let next = Number.POSITIVE_INFINITY;
    const consider = (dateUs: number | null | undefined): void => {
      if (dateUs !== null && dateUs !== undefined && dateUs > atUs && dateUs < next) next = dateUs;
    };
    for (const { row, withdrawal } of this.licences) {
      consider(row.fromUs);
      consider(withdrawal?.fromUs);
      for (const { fromUs } of row.products) consider(fromUs);
    }
    for (const { row, withdrawal } of this.rules) {
      consider(row.fromUs);
      consider(row.untilUs);
      consider(withdrawal?.fromUs);
    }
    return next;
  }
}

/** Does the product stand in the licence, and from when? Undefined if it does not, null without a date. */
export function productDate(licence: Licence, product: Product): number | null | undefined {
  return licence.products.find((entry) => entry.product === product)?.fromUs;
}
