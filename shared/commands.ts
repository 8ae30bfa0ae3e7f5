import { z } from "zod";
import { accountSchema, assetSchema, instrumentSchema } from "./catalog.ts";
import {
  conversionMarkSchema,
  killSchema,
  limitProposalSchema,
  lockReleaseSchema,
  rearmSchema,
  referenceMarkSchema,
  riskNodeSchema,
  sessionSchema,
  tradingStateChangeSchema,
} from "./risk.ts";
import { feeScheduleSchema } from "./fees.ts";
import {
  accountIdSchema,
  assetIdSchema,
  clientOrderIdSchema,
  instrumentIdSchema,
  licenceIdSchema,
  momentUsSchema,
  orderIdSchema,
  ruleIdSchema,
  seqSchema,
} from "./ids.ts";
import { positiveAmountSchema, priceTicksSchema, qtyLotsSchema } from "./money.ts";
import { orderListSchema } from "./orderLists.ts";
import {
  orderTypeSchema,
  pegs,
  postOnlyModes,
  selfTradeModes,
  selfTradeScopes,
  sideSchema,
  timeInForceSchema,
  tradingPhases,
  triggers,
} from "./orders.ts";
import { venueReportSchema } from "./venueReports.ts";
import { eligibilityRuleSchema, licenceSchema, venueSchema, withdrawalSchema } from "./venues.ts";

/** What an operator may have done outside the engine. */
export const operatorActions = [
  "continuedAfterBrokenTail",
  "historyImported",
  "clockSpeedChanged",
  "marketPaused",
  "marketResumed",
] as const;

const proposalIdSchema = seqSchema;
/** Why the sender insists on orders that a soft control would stop (RK-27). */
const confirmation = z.string().trim().min(3).max(500).nullable().default(null);

/** Everything that anyone can ask of the engine. Imperative names; the answer is always one or more events. */
export const commandSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("DefineAsset"), asset: assetSchema }),
  z.strictObject({ type: z.literal("ListInstrument"), instrument: instrumentSchema }),
  z.strictObject({ type: z.literal("OpenAccount"), account: accountSchema }),
  z.strictObject({
    type: z.literal("DepositFunds"),
    accountId: accountIdSchema,
    assetId: assetIdSchema,
    amount: positiveAmountSchema,
  }),
  z.strictObject({
    type: z.literal("SubmitOrder"),
    accountId: accountIdSchema,
    instrumentId: instrumentIdSchema,
    clientOrderId: clientOrderIdSchema,
    side: sideSchema,
    orderType: orderTypeSchema,
    timeInForce: timeInForceSchema,
    /** Null exactly for market, stop, trailing-stop and market-to-limit orders; the worst price of a pegged one. */
    limitTicks: priceTicksSchema.nullable(),
    /** Null exactly when quoteAmount is given. */
    lots: qtyLotsSchema.nullable(),
    /** A market order for so many quote units instead of lots. */
    quoteAmount: positiveAmountSchema.nullable().default(null),
    /** Largest part of a resting order that is shown (iceberg). */
    displayLots: qtyLotsSchema.nullable().default(null),
    /** When a gtd order ends. */
    expireAtUs: momentUsSchema.nullable().default(null),
    trigger: z.enum(triggers).nullable().default(null),
    /** Price at which a stop or stopLimit order becomes active. */
    triggerTicks: priceTicksSchema.nullable().default(null),
    /** How far a trailing stop stays behind, or a pegged order away from, the price it follows. */
    offsetTicks: priceTicksSchema.nullable().default(null),
    peg: z.enum(pegs).nullable().default(null),
    postOnly: z.enum(postOnlyModes).nullable().default(null),
    reduceOnly: z.boolean().default(false),
    selfTradeMode: z.enum(selfTradeModes).nullable().default(null),
    selfTradeScope: z.enum(selfTradeScopes).nullable().default(null),
    confirmation,
    /** The order stays when its session is lost (RK-23). */
    keepOnDisconnect: z.boolean().default(false),
  }),
  z.strictObject({ type: z.literal("CancelOrder"), accountId: accountIdSchema, orderId: orderIdSchema }),
  z.strictObject({ type: z.literal("CancelAllOrders"), accountId: accountIdSchema, instrumentId: instrumentIdSchema.nullable() }),
  /** Changes what is not null; `lots` is the new total, what has filled included. */
  z.strictObject({
    type: z.literal("AmendOrder"),
    accountId: accountIdSchema,
    orderId: orderIdSchema,
    limitTicks: priceTicksSchema.nullable().default(null),
    lots: qtyLotsSchema.nullable().default(null),
    triggerTicks: priceTicksSchema.nullable().default(null),
    confirmation,
  }),
  z.strictObject({
    type: z.literal("MassCancel"),
    accountId: accountIdSchema,
    instrumentId: instrumentIdSchema.nullable(),
    side: sideSchema.nullable(),
  }),
  /** Orders that depend on each other; they share the client order id. */
  z.strictObject({
    type: z.literal("SubmitOrderList"),
    accountId: accountIdSchema,
    instrumentId: instrumentIdSchema,
    clientOrderId: clientOrderIdSchema,
    list: orderListSchema,
    /** For every order of the list, those included that come later. */
    confirmation,
  }),
  /** Begins a trading phase; it ends by itself at `untilUs`, if given. */
  z.strictObject({
    type: z.literal("SetTradingPhase"),
    instrumentId: instrumentIdSchema,
    phase: z.enum(tradingPhases),
    untilUs: momentUsSchema.nullable().default(null),
  }),
  /** The mark or index price that stops may watch. */
  z.strictObject({ type: z.literal("SetMarkPrice"), instrumentId: instrumentIdSchema, ticks: priceTicksSchema }),
  z.strictObject({ type: z.literal("SetIndexPrice"), instrumentId: instrumentIdSchema, ticks: priceTicksSchema }),
  z.strictObject({
    type: z.literal("RecordOperatorAction"),
    action: z.enum(operatorActions),
    /** What was done to what, for people who read the journal later. */
    detail: z.string().min(1).max(2_000),
  }),
  z.strictObject({ type: z.literal("DefineRiskNode"), node: riskNodeSchema }),
  z.strictObject({ type: z.literal("ProposeLimits"), proposal: limitProposalSchema }),
  /** By another person than the one who proposed. The id is the sequence number of LimitsProposed. */
  z.strictObject({ type: z.literal("ApproveLimits"), proposalId: proposalIdSchema }),
  z.strictObject({ type: z.literal("RejectLimits"), proposalId: proposalIdSchema, reason: z.string().trim().min(3).max(500) }),
  z.strictObject({ type: z.literal("SetTradingState"), change: tradingStateChangeSchema }),
  z.strictObject({ type: z.literal("EngageKillSwitch"), kill: killSchema }),
  /** By another person than the one who engaged it. */
  z.strictObject({ type: z.literal("RearmKillSwitch"), rearm: rearmSchema }),
  z.strictObject({ type: z.literal("OpenSession"), session: sessionSchema }),
  z.strictObject({ type: z.literal("CloseSession"), session: z.string().min(1).max(200) }),
  z.strictObject({ type: z.literal("ReleaseRiskLock"), release: lockReleaseSchema }),
  z.strictObject({ type: z.literal("SetConversionMark"), mark: conversionMarkSchema }),
  z.strictObject({ type: z.literal("SetReferencePrice"), mark: referenceMarkSchema }),
  z.strictObject({ type: z.literal("DefineVenue"), venue: venueSchema }),
  z.strictObject({ type: z.literal("DefineLicence"), licence: licenceSchema }),
  z.strictObject({ type: z.literal("WithdrawLicence"), licenceId: licenceIdSchema, withdrawal: withdrawalSchema }),
  z.strictObject({ type: z.literal("SetEligibilityRule"), rule: eligibilityRuleSchema }),
  z.strictObject({ type: z.literal("WithdrawEligibilityRule"), ruleId: ruleIdSchema, withdrawal: withdrawalSchema }),
  z.strictObject({ type: z.literal("DefineFeeSchedule"), schedule: feeScheduleSchema }),
  /** From the connector: what an outside venue answered, or did not (CN-1). */
  z.strictObject({ type: z.literal("RecordVenueReport"), report: venueReportSchema }),
  /** From the sequencer: lets what is due by the venue's time happen (JR-8). */
  z.strictObject({ type: z.literal("AdvanceTime") }),
]);
export type Command = z.infer<typeof commandSchema>;
export type CommandType = Command["type"];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** Commands that a client may send for an account it owns; the others are the operator's. */
export const accountCommandTypes = [
  "SubmitOrder",
  "CancelOrder",
  "CancelAllOrders",
  "AmendOrder",
  "MassCancel",
  "SubmitOrderList",
] as const;
type AccountCommandType = (typeof accountCommandTypes)[number];
export type AccountCommand = CommandOf<AccountCommandType>;

/** What a SubmitOrder says that asks for nothing beyond limit or market, quantity and time in force. */
export const plainTerms = {
  quoteAmount: null,
  displayLots: null,
  expireAtUs: null,
  trigger: null,
  triggerTicks: null,
  offsetTicks: null,
  peg: null,
  postOnly: null,
  reduceOnly: false,
  selfTradeMode: null,
  selfTradeScope: null,
  confirmation: null,
  keepOnDisconnect: false,
} as const satisfies Partial<CommandOf<"SubmitOrder">>;
