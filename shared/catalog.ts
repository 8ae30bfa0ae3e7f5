import { z } from "zod";
import { MAX_CATALOG_ID, accountIdSchema, assetIdSchema, instrumentIdSchema } from "./ids.ts";
import { MAX_LOTS, PPM, type Amount } from "./money.ts";
import { tradingPhases } from "./orders.ts";

const code = z.string().regex(/^[A-Z0-9][A-Z0-9._/-]{0,23}$/, "1 to 24 capital letters, digits, . _ / or -");
const decimalText = z.string().regex(/^(0|[1-9]\d{0,11})(\.\d{1,12})?$/, "a plain positive decimal");
const lots = z.number().int().min(1).max(MAX_LOTS);
const nonNegativeAmount = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .transform((n) => n as Amount);

export const assetSchema = z.strictObject({
  assetId: assetIdSchema,
  code,
  /** Decimals of the smallest unit that balances count: BTC 8, USD 7. */
  decimals: z.number().int().min(0).max(12),
});
export type Asset = z.infer<typeof assetSchema>;

/**
 * What can be traded, and in which steps. The two unit factors tie steps to money without a fraction:
 * base units moved = lots × baseUnitsPerLot, quote units moved = ticks × lots × quoteUnitsPerTickLot.
 */
export const instrumentSchema = z.strictObject({
  instrumentId: instrumentIdSchema,
  symbol: code,
  baseAssetId: assetIdSchema,
  quoteAssetId: assetIdSchema,
  /** Price step as text, e.g. "0.01". */
  tickSize: decimalText,
  /** Quantity step as text, e.g. "0.00001". */
  lotSize: decimalText,
  baseUnitsPerLot: z
    .number()
    .int()
    .min(1)
    .max(10 ** 12),
  quoteUnitsPerTickLot: z
    .number()
    .int()
    .min(1)
    .max(10 ** 12),
  minLots: lots,
  maxLots: lots,
  marketMaxLots: lots,
  /** Least value of an order in quote units. */
  minNotional: nonNegativeAmount,
  /** A limit buy may stand at most so far above the reference price, a sell below it; a market order stops there. */
  priceBandPpm: z.number().int().min(1).max(PPM),
  makerFeePpm: z
    .number()
    .int()
    .min(0)
    .max(PPM / 10),
  takerFeePpm: z
    .number()
    .int()
    .min(0)
    .max(PPM / 10),
  /** Greatest value in quote units of a limit and of a market order; null for none. */
  maxNotional: nonNegativeAmount.nullable().default(null),
  marketMaxNotional: nonNegativeAmount.nullable().default(null),
  /** So many orders an account may have open here; null for any number. */
  maxOpenOrders: z.number().int().min(1).max(MAX_LOTS).nullable().default(null),
  /** How far a match may lie from the last auction's price, and from the last trade, before a volatility auction begins; null for no such band. */
  staticBandPpm: z.number().int().min(1).max(PPM).nullable().default(null),
  dynamicBandPpm: z.number().int().min(1).max(PPM).nullable().default(null),
  /** Length of a volatility auction in microseconds. */
  volatilityAuctionUs: z
    .number()
    .int()
    .min(1)
    .max(10 ** 12)
    .default(300_000_000),
  /** The phase that trading begins in once the instrument is listed. */
  initialPhase: z.enum(tradingPhases).default("continuous"),
});
export type Instrument = z.infer<typeof instrumentSchema>;

/** The instrument that a person calls by its symbol, with or without the stroke: "BTC/USD" or "BTCUSD". */
export function instrumentCalled(instruments: readonly Instrument[], name: string): Instrument | undefined {
  return instruments.find(({ symbol }) => symbol === name || symbol.replace("/", "") === name);
}
const accountGroupSchema = z.number().int().min(1).max(MAX_CATALOG_ID);

export const clientClasses = ["corporateProfessional", "individualProfessional", "retail", "omnibus", "house"] as const;
export type ClientClass = (typeof clientClasses)[number];

export const accountSchema = z.strictObject({
  accountId: accountIdSchema,
  code,
  name: z.string().min(1).max(64),
  /** Who may act for it: a client connects as one owner. Simulated participants and the venue own accounts of their own. */
  owner: z.string().regex(/^[a-z][a-z0-9-]{0,23}$/, "1 to 24 small letters, digits or -"),
  clientClass: z.enum(clientClasses),
  /** Exactly one account of a venue receives the fees. */
  receivesFees: z.boolean(),
  /** Accounts of one group, or of one firm, may count each other's orders as their own; null for an account by itself. */
  groupId: accountGroupSchema.nullable().default(null),
  firmId: accountGroupSchema.nullable().default(null),
});
export type Account = z.infer<typeof accountSchema>;
