import { z } from "zod";
import type { Instrument } from "./catalog.ts";
import { accountIdSchema, assetIdSchema, orderIdSchema, seqSchema, venueIdSchema, type OrderId } from "./ids.ts";
import { amountSchema, MAX_LOTS, priceTicksSchema, qtyLotsSchema } from "./money.ts";
import type { OrderType, PostOnly, SelfTradeMode, Side, TimeInForce } from "./orders.ts";

/*
 * What the connector tells the engine about an outside venue (CN rules): each answer, each fill and each silence, as a command of its own.
 * Ids of the venue are texts: they have more digits than a number holds.
 */

const venueText = z.string().min(1).max(64);
const message = z.string().max(500);

/** Where the routed instruments of a journal are traded. Recorded once, before the first order. */
export const venueLinkSchema = z.strictObject({
  venueId: venueIdSchema,
  /** The venue's profile of the interface, e.g. HK. */
  site: z.enum(["HK", "GLB"]),
  /** Base address of its REST interface. */
  address: z.url().max(200),
  /** True only if the other side says itself that it is a simulation; everything else counts as live. */
  simulated: z.boolean(),
  /** The account here that stands for the key's account there. */
  accountId: accountIdSchema,
  /** Makes the client order ids of this journal differ from those of every other. */
  tag: z.string().regex(/^[a-z0-9]{8}$/),
  /** The account's last trade at the venue before the link began; "0" for none. */
  sinceTradeId: venueText,
});
export type VenueLink = z.infer<typeof venueLinkSchema>;

/** What a discrepancy between here and there is about. */
export const discrepancies = [
  /** A report about an order that is not open here. */
  "unknownOrder",
  /** A fill of more than the order has open. */
  "overfill",
  /** A fill worse than the order's limit. */
  "beyondLimit",
  /** A fill or an adjustment that the account's balance here does not cover, or cannot take up. */
  "overdrawn",
  /** An open order of the account that was not sent from here. */
  "foreignOrder",
  /** A fill of an order that was not sent from here. */
  "foreignFill",
  /** A balance there differs from the one here. */
  "balance",
  /** An instrument's steps there differ from those here. */
  "catalog",
] as const;

/** CN-10: by so much an asset's balance here becomes what it is there. */
const adjustmentSchema = z.strictObject({ assetId: assetIdSchema, amount: amountSchema });
export type Adjustment = z.infer<typeof adjustmentSchema>;

/** A proposal, not approved yet, to take over what the venue says. */
export const takeOverSchema = z.strictObject({
  proposalId: seqSchema,
  /** User or session that proposed it. */
  by: venueText,
  why: z.string().max(300),
  adjustments: z
    .array(adjustmentSchema)
    .max(100)
    .refine((all) => new Set(all.map(({ assetId }) => assetId)).size === all.length, "each asset once"),
});
export type TakeOver = z.infer<typeof takeOverSchema>;

export const venueReportSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("linked"), link: venueLinkSchema }),
  /** Orders, fills and balances have been compared; orders may leave from here on. */
  z.strictObject({ kind: z.literal("live") }),
  z.strictObject({ kind: z.literal("lost"), why: message }),
  z.strictObject({ kind: z.literal("acknowledged"), orderId: orderIdSchema, venueOrderId: venueText }),
  z.strictObject({ kind: z.literal("unanswered"), orderId: orderIdSchema, why: message }),
  z.strictObject({ kind: z.literal("refused"), orderId: orderIdSchema, why: message }),
  z.strictObject({ kind: z.literal("cancelRefused"), orderId: orderIdSchema, why: message }),
  z.strictObject({
    kind: z.literal("filled"),
    orderId: orderIdSchema,
    venueTradeId: venueText,
    ticks: priceTicksSchema,
    lots: qtyLotsSchema,
    isTaker: z.boolean(),
    /** In the fee asset of the instrument and side; negative for a rebate. */
    fee: amountSchema,
  }),
  /** The order is no longer open at the venue, with so much of it filled in all; `arrived` is false for one that never got there. */
  z.strictObject({
    kind: z.literal("closed"),
    orderId: orderIdSchema,
    filledLots: z.number().int().min(0).max(MAX_LOTS),
    arrived: z.boolean(),
    /** The venue calls it filled, not cancelled. */
    isWhole: z.boolean().optional(),
  }),
  /** The account's money there when the link begins; later it changes by other ways than its orders here only where two persons took that over. */
  z.strictObject({ kind: z.literal("adjusted"), accountId: accountIdSchema, assetId: assetIdSchema, amount: amountSchema, why: message }),
  z.strictObject({
    kind: z.literal("discrepancy"),
    about: z.enum(discrepancies),
    orderId: orderIdSchema.nullable(),
    /** The fill that it is about, which is then known and not reported again. */
    venueTradeId: venueText.nullable(),
    text: message,
  }),
  /** A person proposes to take over what the venue says, with the discrepancies so far; its number is the sequence of this record. */
  takeOverSchema.omit({ proposalId: true }).extend({ kind: z.literal("takeOverProposed") }),
  z.strictObject({ kind: z.literal("takeOverWithdrawn"), proposalId: seqSchema, by: venueText }),
  /** Another person approves it: the adjustments stand before this record, and the discrepancies so far are dealt with. */
  z.strictObject({ kind: z.literal("takenOver"), proposalId: seqSchema, by: venueText }),
  /** In journals from before it took two persons (JR-9): one person has dealt with the discrepancies so far. */
  z.strictObject({ kind: z.literal("settled"), by: venueText, why: message }),
]);
export type VenueReport = z.infer<typeof venueReportSchema>;
export type VenueReportOf<K extends VenueReport["kind"]> = Extract<VenueReport, { kind: K }>;
export type Discrepancy = VenueReportOf<"discrepancy">;

/**
 * Where a routed order stands: sent (durable here, no answer yet), working (acknowledged), unknown (no answer came), refused (by the
 * venue). "cancelSent" is a working order whose cancellation has been asked for.
 */
export const routeStandings = ["sent", "working", "unknown", "refused", "cancelSent"] as const;
export type RouteStanding = (typeof routeStandings)[number];

/** An open order that is at the outside venue, or on its way. */
export type RoutedOrder = {
  readonly orderId: OrderId;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly postOnly: PostOnly | null;
  readonly selfTradeMode: SelfTradeMode | null;
  readonly orderType: OrderType;
  /** The limit under which it leaves; null for a market order that leaves without one. */
  readonly limitTicks: number | null;
  /** What an order by amount may move, in quote units; null for one by quantity. */
  readonly quoteAmount: number | null;
  readonly lots: number;
  readonly filledLots: number;
  readonly standing: RouteStanding;
  /** Empty until the venue has told it. */
  readonly venueOrderId: string;
  readonly isCancelAsked: boolean;
  /** Another order goes in for it once it has come off (CN-19). */
  readonly isChanging: boolean;
};

/** Does an id of the venue come after another one? Its ids are whole numbers that grow, of any length. */
export function isLaterId(id: string, than: string): boolean {
  return id.length > than.length || (id.length === than.length && id > than);
}
