import type { AccountId, EpochUs, InstrumentId, LicenceId, RuleId } from "./ids.ts";
import type { RejectCode } from "./rejects.ts";
import type { EligibilityRule, Licence } from "./venues.ts";

/** Why a licence does or does not cover a product at a time (EL-4). */
export type LicenceStanding = "covers" | "notHeld" | "notYet" | "withdrawn" | "otherProduct" | "productNotYet";

/** Why a rule row does or does not speak about a client, an instrument and a time (EL-5). */
export type RuleStanding =
  | "applies"
  | "notYet"
  | "ended"
  | "withdrawn"
  | "otherProduct"
  | "otherPair"
  | "otherClass"
  | "otherResidence"
  | "licenceDoesNotCover";

/** Every row that was considered for an account, an instrument and a time, and what came of it. */
export type EligibilityExplanation = {
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly atUs: EpochUs;
  readonly allowed: boolean;
  /** Why not; null when allowed. */
  readonly code: RejectCode | null;
  /** The rows that the verdict rests on; null where it rests on the absence of any. */
  readonly licenceId: LicenceId | null;
  readonly ruleId: RuleId | null;
  /** When the cited licence would begin to cover the product, if that is why not and a date is known. */
  readonly fromUs: EpochUs | null;
  /** All licences and rules of the instrument's venue, in order of their ids. */
  readonly licences: readonly { readonly licence: Licence; readonly standing: LicenceStanding }[];
  readonly rules: readonly { readonly rule: EligibilityRule; readonly standing: RuleStanding }[];
  /** The next date at which any row begins or ends; null if none is known. Until then the verdict stands unless rows are added. */
  readonly nextChangeUs: EpochUs | null;
};
