import type { Account, Instrument } from "../../../shared/catalog.ts";
import { refusalOf, type Refusal, type RejectCode } from "../../../shared/rejects.ts";
import type { EligibilityRule, Licence, Venue, Withdrawal } from "../../../shared/venues.ts";

/*
 * EL-1 to EL-11 written down as plainly as possible: rows in arrays, every one of them looked at for every order.
 */

type Row<T> = { readonly row: T; readonly recordedUs: number; withdrawal: Withdrawal | null };

export class ReferenceRules {
  readonly venues: Venue[] = [];
  readonly licences: Row<Licence>[] = [];
  readonly rules: Row<EligibilityRule>[] = [];

  /** Why the account may not trade the instrument now; null if it may. */
  objection(account: Account, instrument: Instrument, atUs: number): Refusal | null {
    if (this.venues.length === 0) return null;
    if (instrument.venueId === null) return cite("ELIGIBLE_NO_VENUE", null, null);
    const licences = this.licences.filter(({ row }) => row.venueId === instrument.venueId);
    const covering = licences.filter((licence) => coversFrom(licence, instrument) <= atUs && !isOver(licence, atUs));
    if (covering.length === 0) return this.unlicensed(licences, instrument, atUs, null);
    const speaking = this.rules.filter((rule) => rule.row.venueId === instrument.venueId && isAbout(rule, instrument, atUs));
    const isClass = ({ row }: Row<EligibilityRule>): boolean => row.clientClasses.includes(account.clientClass);
    const isPlace = ({ row }: Row<EligibilityRule>): boolean => meets(row, account.residence);
    const denial = speaking.find((rule) => rule.row.effect === "deny" && isClass(rule) && isPlace(rule));
    if (denial !== undefined) return cite("ELIGIBLE_DENIED", denial.row, null);
    const allowing = speaking.filter(({ row }) => row.effect === "allow");
    const isCovered = ({ row }: Row<EligibilityRule>): boolean => covering.some((licence) => licence.row.licenceId === row.licenceId);
    if (allowing.some((rule) => isClass(rule) && isPlace(rule) && isCovered(rule))) return null;
    const elsewhere = allowing.find((rule) => isClass(rule) && !isPlace(rule));
    if (elsewhere !== undefined) return cite("ELIGIBLE_RESIDENCE", elsewhere.row, null);
    const others = allowing.find((rule) => !isClass(rule));
    if (others !== undefined) return cite("ELIGIBLE_CLIENT_CLASS", others.row, null);
    const uncovered = allowing.find((rule) => isClass(rule) && isPlace(rule));
    return uncovered === undefined ? cite("ELIGIBLE_NO_RULE", null, null) : this.unlicensed(licences, instrument, atUs, uncovered.row);
  }

  /** EL-4: cites the licence that will cover the product first, else the first that names it. */
  private unlicensed(licences: readonly Row<Licence>[], instrument: Instrument, atUs: number, rule: EligibilityRule | null): Refusal {
    const naming = licences.filter(
      ({ row }) =>
        row.products.some(({ product }) => product === instrument.product) && (rule === null || row.licenceId === rule.licenceId),
    );
    const coming = naming
      .filter((licence) => licence.row.status === "held" && !isOver(licence, atUs) && Number.isFinite(datesOf(licence.row, instrument)))
      .toSorted((a, b) => datesOf(a.row, instrument) - datesOf(b.row, instrument));
    const first = coming[0];
    const fromUs = first === undefined ? null : datesOf(first.row, instrument);
    const licenceId = rule?.licenceId ?? first?.row.licenceId ?? naming[0]?.row.licenceId ?? null;
    return { ...refusalOf("ELIGIBLE_NO_LICENCE", { limit: fromUs }), licenceId, ruleId: rule?.ruleId ?? null };
  }

  /** Every date at which a row begins or ends. */
  get dates(): number[] {
    return [
      ...this.licences.flatMap(({ row, withdrawal }) => [row.fromUs, withdrawal?.fromUs, ...row.products.map(({ fromUs }) => fromUs)]),
      ...this.rules.flatMap(({ row, withdrawal }) => [row.fromUs, row.untilUs, withdrawal?.fromUs]),
    ].filter((date) => date !== null && date !== undefined);
  }
}

function cite(code: RejectCode, rule: EligibilityRule | null, limit: number | null): Refusal {
  return { ...refusalOf(code, { limit }), licenceId: rule?.licenceId ?? null, ruleId: rule?.ruleId ?? null };
}

/** When the licence and the product in it begin by their own dates; Infinity if either has none. */
function datesOf({ fromUs, products }: Licence, { product }: Instrument): number {
  const found = products.find((entry) => entry.product === product);
  return found === undefined || found.fromUs === null || fromUs === null ? Infinity : Math.max(fromUs, found.fromUs);
}

/** From when on the licence covers the instrument's product; Infinity for never. */
function coversFrom({ row, recordedUs }: Row<Licence>, instrument: Instrument): number {
  return row.status === "held" ? Math.max(datesOf(row, instrument), recordedUs) : Infinity;
}

function isOver({ withdrawal }: Row<unknown>, atUs: number): boolean {
  return withdrawal !== null && withdrawal.fromUs <= atUs;
}

/** Does the row speak about the instrument at this time, whoever asks? */
function isAbout(rule: Row<EligibilityRule>, { product, symbol }: Instrument, atUs: number): boolean {
  const { row, recordedUs } = rule;
  const isProduct = row.product === null || row.product === product;
  const isPair = row.pairs === null || row.pairs.includes(symbol);
  const isInTime = Math.max(row.fromUs, recordedUs) <= atUs && (row.untilUs === null || atUs < row.untilUs);
  return isProduct && isPair && isInTime && !isOver(rule, atUs);
}

function meets({ effect, residence }: EligibilityRule, place: string | null): boolean {
  if (residence.mode === "any") return true;
  if (place === null) return effect === "deny";
  return residence.places.includes(place) === (residence.mode === "only");
}
