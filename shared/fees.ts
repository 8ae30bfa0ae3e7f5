import { z } from "zod";
import type { Instrument } from "./catalog.ts";
import { epochUsSchema, feeScheduleIdSchema, venueIdSchema, type AssetId } from "./ids.ts";
import { PPM } from "./money.ts";
import type { Side } from "./orders.ts";

/** LG-12: the asset that an order's fees are paid in: what it receives where two tokens are exchanged, else the quote asset. */
export function feeAssetOf(instrument: Pick<Instrument, "baseAssetId" | "quoteAssetId" | "pairType">, side: Side): AssetId {
  return side === "buy" && instrument.pairType === "tokenToken" ? instrument.baseAssetId : instrument.quoteAssetId;
}

/** Largest fee rate, and largest rebate as a negative one: a tenth. */
const MAX_RATE_PPM = PPM / 10;
export const MAX_FEE_TIERS = 16;

const rateSchema = z.strictObject({
  /** Negative: a rebate that the maker is paid. */
  makerPpm: z.number().int().min(-MAX_RATE_PPM).max(MAX_RATE_PPM),
  takerPpm: z.number().int().min(0).max(MAX_RATE_PPM),
});
const feeTierSchema = z.strictObject({
  /** 30-day volume in whole US dollars from which the tier is reached; 0 for the first. */
  minVolumeUsd: z
    .number()
    .int()
    .min(0)
    .max(10 ** 9 * 9),
  tokenFiat: rateSchema,
  tokenToken: rateSchema,
  securityToken: rateSchema,
});
/** What a venue charges from a date on, until its next schedule begins. Tier n is the nth of the list, counted from 0. */
export const feeScheduleSchema = z.strictObject({
  scheduleId: feeScheduleIdSchema,
  venueId: venueIdSchema,
  name: z.string().trim().min(1).max(120),
  fromUs: epochUsSchema,
  /** Least fee of an order that fills whole, in millionths of a US dollar; 0 for none. */
  minimumFeeUsdMillionths: z
    .number()
    .int()
    .min(0)
    .max(10 ** 9),
  tiers: z.array(feeTierSchema).min(1).max(MAX_FEE_TIERS),
  /** Where it is published. */
  reference: z.string().trim().min(1).max(500),
});
export type FeeSchedule = z.infer<typeof feeScheduleSchema>;
