import { z } from "zod";
import { MAX_CATALOG_ID, accountIdSchema, assetIdSchema, instrumentIdSchema, venueIdSchema } from "./ids.ts";
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
  /**
   * The fixed worth of one whole unit in millionths of a US dollar, for fiat money and its tokens: it counts the 30-day volume and converts
   * minimum fees. 0 for assets whose worth moves.
   */
  usdMillionths: z
    .number()
    .int()
    .min(0)
    .max(10 ** 9)
    .default(0),
});
export type Asset = z.infer<typeof assetSchema>;

export const products = ["spot", "securityToken", "perpetual", "pledge", "otc"] as const;
export type Product = (typeof products)[number];

/** What the two assets of a pair are; fee schedules tell them apart, and it decides the asset that fees are paid in (LG-12). */
export const pairTypes = ["tokenFiat", "tokenToken", "securityToken"] as const;
export type PairType = (typeof pairTypes)[number];

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
  /** Fees where no schedule of the venue is in force (LG-10). */
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
  /** The venue whose licences and fees apply; null only where no venue is defined at all (EL-2). */
  venueId: venueIdSchema.nullable().default(null),
  product: z.enum(products).default("spot"),
  pairType: z.enum(pairTypes).default("tokenFiat"),
  /** Its orders go to the outside venue that the journal is linked to and meet nothing here (CN-1). */
  routed: z.literal(true).optional(),
});
export type Instrument = z.infer<typeof instrumentSchema>;

/** The instrument that a person calls by its symbol, with or without the stroke: "BTC/USD" or "BTCUSD". */
export function instrumentCalled(instruments: readonly Instrument[], name: string): Instrument | undefined {
  return instruments.find(({ symbol }) => symbol === name || symbol.replace("/", "") === name);
}
const accountGroupSchema = z.number().int().min(1).max(MAX_CATALOG_ID);

export const clientClasses = ["corporateProfessional", "individualProfessional", "retail", "omnibus", "house"] as const;
export type ClientClass = (typeof clientClasses)[number];

/** ISO 3166-1 alpha-2 code of a country or place, e.g. HK. */
export const placeSchema = z.string().regex(/^[A-Z]{2}$/, "two capital letters");

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
  /** Where the client resides; null if that is not known, which no rule about residence is content with. */
  residence: placeSchema.nullable().default(null),
  /** The account that this is a sub-account of: they share volume and fee tier. Null for an account of its own. */
  masterAccountId: accountIdSchema.nullable().default(null),
});
export type Account = z.infer<typeof accountSchema>;
