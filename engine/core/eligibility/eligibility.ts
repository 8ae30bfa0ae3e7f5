import type { Instrument } from "../../../shared/catalog.ts";
import type { EligibilityExplanation, LicenceStanding, RuleStanding } from "../../../shared/eligibility.ts";
import type { RejectCode } from "../../../shared/rejects.ts";
import type { EligibilityRule, Licence } from "../../../shared/venues.ts";
import { productDate, type Dated, type Profile, type Rulebook } from "../state/rulebook.ts";
import type { EngineState } from "../state/state.ts";

/** What the rules say about a profile and an instrument at a time, with every row that was looked at. */
export type Judgement = Pick<EligibilityExplanation, "allowed" | "code" | "licences" | "rules"> & {
  readonly licenceId: number | null;
  readonly ruleId: number | null;
  readonly fromUs: number | null;
};

type LicenceFinding = { readonly licence: Licence; readonly standing: LicenceStanding };
type RuleFinding = { readonly rule: EligibilityRule; readonly standing: RuleStanding };

/** EL-3 to EL-7, in words of code: the one place that decides who may trade what. */
export function judge(book: Rulebook, profile: Profile, instrument: Instrument, atUs: number): Judgement {
  const { venueId } = instrument;
  const licences = book.licences
    .filter(({ row }) => row.venueId === venueId)
    .map((dated) => ({ licence: dated.row, standing: licenceStanding(dated, instrument, atUs) }));
  const covering = new Set(licences.filter(({ standing }) => standing === "covers").map(({ licence }) => licence.licenceId));
  const rules = book.rules
    .filter(({ row }) => row.venueId === venueId)
    .map((dated) => ({ rule: dated.row, standing: ruleStanding(dated, profile, instrument, atUs, covering) }));
  return { licences, rules, ...verdict(instrument, licences, rules) };
}

type Verdict = Omit<Judgement, "licences" | "rules">;

function verdict(instrument: Instrument, licences: readonly LicenceFinding[], rules: readonly RuleFinding[]): Verdict {
  if (instrument.venueId === null) return refusal("ELIGIBLE_NO_VENUE");
  if (!licences.some(({ standing }) => standing === "covers")) return noLicence(instrument, licences);
  const denying = rules.find(({ rule, standing }) => rule.effect === "deny" && standing === "applies");
  if (denying !== undefined) return refusal("ELIGIBLE_DENIED", denying.rule);
  const allowing = rules.filter(({ rule }) => rule.effect === "allow");
  const granting = allowing.find(({ standing }) => standing === "applies");
  if (granting !== undefined) {
    return { allowed: true, code: null, licenceId: granting.rule.licenceId, ruleId: granting.rule.ruleId, fromUs: null };
  }
  // No row admits this client; the one cited is the first that came nearest to it.
  const elsewhere = allowing.find(({ standing }) => standing === "otherResidence");
  if (elsewhere !== undefined) return refusal("ELIGIBLE_RESIDENCE", elsewhere.rule);
  const others = allowing.find(({ standing }) => standing === "otherClass");
  if (others !== undefined) return refusal("ELIGIBLE_CLIENT_CLASS", others.rule);
  const unlicensed = allowing.find(({ standing }) => standing === "licenceDoesNotCover");
  if (unlicensed !== undefined) return noLicence(instrument, licences, unlicensed.rule);
  return refusal("ELIGIBLE_NO_RULE");
}

function refusal(code: RejectCode, rule?: EligibilityRule): Verdict {
  return { allowed: false, code, licenceId: rule?.licenceId ?? null, ruleId: rule?.ruleId ?? null, fromUs: null };
}

/** Cites the rule's own licence, else the one that will cover the product first, else one that names it, else none. */
function noLicence(instrument: Instrument, licences: readonly LicenceFinding[], rule?: EligibilityRule): Verdict {
  let cited: Licence | null = null;
  let citedFromUs: number | null = null;
  for (const { licence, standing } of licences) {
    const productUs = productDate(licence, instrument.product);
    if (productUs === undefined || (rule !== undefined && licence.licenceId !== rule.licenceId)) continue;
    const isDated = standing === "notYet" || standing === "productNotYet";
    const fromUs = !isDated || productUs === null || licence.fromUs === null ? null : Math.max(licence.fromUs, productUs);
    if (cited === null || (fromUs !== null && (citedFromUs === null || fromUs < citedFromUs))) {
      cited = licence;
      citedFromUs = fromUs;
    }
  }
  return {
    allowed: false,
    code: "ELIGIBLE_NO_LICENCE",
    licenceId: (rule ?? cited)?.licenceId ?? null,
    ruleId: rule?.ruleId ?? null,
    fromUs: citedFromUs,
  };
}

function licenceStanding({ row, recordedUs, withdrawal }: Dated<Licence>, instrument: Instrument, atUs: number): LicenceStanding {
  const productUs = productDate(row, instrument.product);
  if (productUs === undefined) return "otherProduct";
  if (row.status !== "held") return "notHeld";
  if (withdrawal !== null && atUs >= withdrawal.fromUs) return "withdrawn";
  if (row.fromUs === null || atUs < row.fromUs || atUs < recordedUs) return "notYet";
  return productUs === null || atUs < productUs ? "productNotYet" : "covers";
}

function ruleStanding(
  { row, recordedUs, withdrawal }: Dated<EligibilityRule>,
  profile: Profile,
  instrument: Instrument,
  atUs: number,
  covering: ReadonlySet<number>,
): RuleStanding {
  if (row.product !== null && row.product !== instrument.product) return "otherProduct";
  if (row.pairs !== null && !row.pairs.includes(instrument.symbol)) return "otherPair";
  if (withdrawal !== null && atUs >= withdrawal.fromUs) return "withdrawn";
  if (atUs < row.fromUs || atUs < recordedUs) return "notYet";
  if (row.untilUs !== null && atUs >= row.untilUs) return "ended";
  if (!row.clientClasses.includes(profile.clientClass)) return "otherClass";
  if (!meetsResidence(row, profile.residence)) return "otherResidence";
  return row.effect === "allow" && !covering.has(row.licenceId) ? "licenceDoesNotCover" : "applies";
}

/** Who does not say where he resides meets every condition that excludes him and none that admits him. */
function meetsResidence({ effect, residence }: EligibilityRule, place: string | null): boolean {
  if (residence.mode === "any") return true;
  if (place === null) return effect === "deny";
  return residence.places.includes(place) === (residence.mode === "only");
}

const UNKNOWN = 0;
const ALLOWED = 1;
/** Verdicts in the matrix from here on are places in the list of refusals. */
const FIRST_REFUSAL = 2;

/**
 * The verdicts of judge() for the present, a number per profile and instrument, found out when first asked for. Derived from the rulebook
 * and the time alone: it is forgotten whenever a row is added or a date is passed, and no part of the state.
 */
export class EligibilityMatrix {
  private verdicts = new Int32Array(0);
  private stride = 0;
  private profiles = 0;
  private version = -1;
  private untilUs = 0;
  private readonly refusals: Verdict[] = [];

  /** The present verdict: null when allowed. */
  refusalOf(state: EngineState, profileId: number, instrumentId: number): Verdict | null {
    const { catalog, rulebook, lastAtUs } = state;
    if (rulebook.version !== this.version || lastAtUs >= this.untilUs || profileId > this.profiles || instrumentId >= this.stride) {
      this.reset(state);
    }
    const at = (profileId - 1) * this.stride + instrumentId;
    let found = this.verdicts[at]!;
    if (found === UNKNOWN) {
      const judged = judge(rulebook, rulebook.profile(profileId), catalog.instrument(instrumentId), lastAtUs);
      found = judged.allowed ? ALLOWED : FIRST_REFUSAL + this.refusals.push(Object.freeze(judged)) - 1;
      this.verdicts[at] = found;
    }
    return found === ALLOWED ? null : this.refusals[found - FIRST_REFUSAL]!;
  }

  private reset(state: EngineState): void {
    const { catalog, rulebook, lastAtUs } = state;
    this.profiles = rulebook.profiles.length;
    this.stride = catalog.instruments.length + 1;
    this.version = rulebook.version;
    this.untilUs = rulebook.nextDateUs(lastAtUs);
    this.refusals.length = 0;
    const size = this.profiles * this.stride;
    if (this.verdicts.length < size) this.verdicts = new Int32Array(size);
    else this.verdicts.fill(UNKNOWN);
  }
}
