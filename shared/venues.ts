import { z } from "zod";
import { clientClasses, placeSchema, products } from "./catalog.ts";
import { epochUsSchema, licenceIdSchema, ruleIdSchema, venueIdSchema } from "./ids.ts";

/*
 * Where one may trade, under which licence, and who may: data that an operator loads by commands. Rows are dated and never deleted;
 * a row that ends is withdrawn by another row (EL-9), so that every past decision can be explained.
 */

const text = z.string().trim().min(1).max(500);
const title = z.string().trim().min(1).max(120);

export const venueSchema = z.strictObject({
  venueId: venueIdSchema,
  /** The site as the venue's own interface calls it, e.g. HK or BMU. */
  siteCode: z.string().regex(/^[A-Z]{2,8}$/, "2 to 8 capital letters"),
  name: title,
  operator: title,
  jurisdiction: placeSchema,
});
export type Venue = z.infer<typeof venueSchema>;

export const licenceStatuses = ["held", "appliedFor", "planned"] as const;

export const licenceSchema = z.strictObject({
  licenceId: licenceIdSchema,
  venueId: venueIdSchema,
  regulator: title,
  name: title,
  /** Number or document by which the regulator's register or announcement is found. */
  reference: text,
  status: z.enum(licenceStatuses),
  /** When the status begins; null if that is not known, and then the licence allows nothing. */
  fromUs: epochUsSchema.nullable(),
  /** What it allows, each from a date; null where the date is not known yet, and then not at all. */
  products: z
    .array(z.strictObject({ product: z.enum(products), fromUs: epochUsSchema.nullable() }))
    .max(products.length)
    .refine((list) => new Set(list.map(({ product }) => product)).size === list.length, "each product once"),
  /** What a reader must know, e.g. that a date is not verified; empty if nothing. */
  remark: z.string().trim().max(500),
});
export type Licence = z.infer<typeof licenceSchema>;

/** Whose residence a rule is about: anyone's, only those of the places, or all but those. */
export const residenceConditionSchema = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("any") }),
  z.strictObject({ mode: z.literal("only"), places: z.array(placeSchema).min(1).max(300) }),
  z.strictObject({ mode: z.literal("except"), places: z.array(placeSchema).min(1).max(300) }),
]);

export const eligibilityRuleSchema = z
  .strictObject({
    ruleId: ruleIdSchema,
    venueId: venueIdSchema,
    /** The licence under which the clause stands; an allowing row needs it to be held. */
    licenceId: licenceIdSchema,
    effect: z.enum(["allow", "deny"]),
    clientClasses: z.array(z.enum(clientClasses)).min(1).max(clientClasses.length),
    residence: residenceConditionSchema,
    /** Null for every product. */
    product: z.enum(products).nullable(),
    /** Symbols of the pairs; null for every pair of the venue. */
    pairs: z.array(z.string().min(1).max(24)).min(1).max(500).nullable(),
    fromUs: epochUsSchema,
    /** Null for a row without an end of its own. */
    untilUs: epochUsSchema.nullable(),
    /** The clause in words, and where it is written. */
    clause: text,
  })
  .refine((rule) => rule.untilUs === null || rule.untilUs > rule.fromUs, "the end must lie after the beginning");
export type EligibilityRule = z.infer<typeof eligibilityRuleSchema>;

/** A dated end of a licence or a rule. */
export const withdrawalSchema = z.strictObject({ fromUs: epochUsSchema, clause: text });
export type Withdrawal = z.infer<typeof withdrawalSchema>;
