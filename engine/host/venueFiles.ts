import { z } from "zod";
import eligibilityFile from "../data/eligibility.json" with { type: "json" };
import feesFile from "../data/fees.json" with { type: "json" };
import licencesFile from "../data/licences.json" with { type: "json" };
import venuesFile from "../data/venues.json" with { type: "json" };
import { invariant } from "../../shared/assert.ts";
import { clientClasses, placeSchema, products } from "../../shared/catalog.ts";
import { parseSteps } from "../../shared/decimal.ts";
import { TerminalError } from "../../shared/errors.ts";
import { licenceStatuses, residenceConditionSchema } from "../../shared/venues.ts";

/*
 * Venues, licences, rules and fee schedules as people write them: codes instead of ids, dates with their offset instead of microseconds.
 */

const date = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) * 1_000);

const venueFileSchema = z.array(
  z.strictObject({ siteCode: z.string(), name: z.string(), operator: z.string(), jurisdiction: placeSchema }),
);
const licenceFileSchema = z.array(
  z.strictObject({
    /** By which rules name the licence. */
    key: z.string(),
    venue: z.string(),
    regulator: z.string(),
    name: z.string(),
    reference: z.string(),
    status: z.enum(licenceStatuses),
    from: date.nullable(),
    products: z.partialRecord(z.enum(products), date.nullable()),
    remark: z.string(),
  }),
);
const eligibilityFileSchema = z.array(
  z.strictObject({
    venue: z.string(),
    licence: z.string(),
    effect: z.enum(["allow", "deny"]),
    clientClasses: z.array(z.enum(clientClasses)),
    residence: residenceConditionSchema,
    product: z.enum(products).nullable(),
    pairs: z.array(z.string()).nullable(),
    from: date,
    until: date.nullable(),
    clause: z.string(),
  }),
);
const feeFileSchema = z.array(
  z.strictObject({
    venue: z.string(),
    name: z.string(),
    from: date,
    minimumFeeUsd: z.string(),
    /** The venues publish one rate for all pairs. */
    tiers: z.array(z.strictObject({ minVolumeUsd: z.number(), makerPpm: z.number(), takerPpm: z.number() })),
    reference: z.string(),
  }),
);

/** Dollars with six decimals as millionths. */
export function usdMillionths(text: string, field: string): number {
  const parsed = parseSteps(text, "0.000001", field);
  if (!parsed.ok) throw new TerminalError(parsed.error);
  return parsed.value;
}

const venues = venueFileSchema.parse(venuesFile);

/** Id of the venue with this site code. */
export function venueIdOf(siteCode: string): number {
  const index = venues.findIndex((venue) => venue.siteCode === siteCode);
  invariant(index >= 0, `no venue has the site code ${siteCode}`);
  return index + 1;
}

/** The commands that load venues, licences, eligibility rules and fee schedules, in an order in which each finds what it refers to. */
export function venueCommands(): readonly unknown[] {
  const licences = licenceFileSchema.parse(licencesFile);
  const licenceIdOf = (key: string): number => {
    const index = licences.findIndex((licence) => licence.key === key);
    invariant(index >= 0, `no licence is called ${key}`);
    return index + 1;
  };
  return [
    ...venues.map((venue, index) => ({ type: "DefineVenue", venue: { venueId: index + 1, ...venue } })),
    ...licences.map(({ key: _key, venue, from, products: covered, ...licence }, index) => ({
      type: "DefineLicence",
      licence: {
        licenceId: index + 1,
        venueId: venueIdOf(venue),
        ...licence,
        fromUs: from,
        products: Object.entries(covered).map(([product, fromUs]) => ({ product, fromUs })),
      },
    })),
    ...eligibilityFileSchema.parse(eligibilityFile).map(({ venue, licence, from, until, ...rule }, index) => ({
      type: "SetEligibilityRule",
      rule: {
        ruleId: index + 1,
        venueId: venueIdOf(venue),
        licenceId: licenceIdOf(licence),
        ...rule,
        fromUs: from,
        untilUs: until,
      },
    })),
    ...feeFileSchema.parse(feesFile).map(({ venue, from, minimumFeeUsd, tiers, ...schedule }, index) => ({
      type: "DefineFeeSchedule",
      schedule: {
        scheduleId: index + 1,
        venueId: venueIdOf(venue),
        ...schedule,
        fromUs: from,
        minimumFeeUsdMillionths: usdMillionths(minimumFeeUsd, "minimumFeeUsd"),
        tiers: tiers.map(({ minVolumeUsd, ...rates }) => ({ minVolumeUsd, tokenFiat: rates, tokenToken: rates, securityToken: rates })),
      },
    })),
  ];
}
