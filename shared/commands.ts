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
  orderIdSchema,
  ruleIdSchema,
  seqSchema,
} from "./ids.ts";
import { MAX_LOTS, MAX_TICKS, type Amount, type PriceTicks, type QtyLots } from "./money.ts";
import { orderTypeSchema, sideSchema, timeInForceSchema } from "./orders.ts";
import { eligibilityRuleSchema, licenceSchema, venueSchema, withdrawalSchema } from "./venues.ts";

/** What an operator may have done outside the engine. */
export const operatorActions = ["continuedAfterBrokenTail", "historyImported", "clockSpeedChanged"] as const;

const proposalIdSchema = seqSchema;

/** Everything that anyone can ask of the engine. Imperative names; the answer is always one or more events. */
export const commandSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("DefineAsset"), asset: assetSchema }),
  z.strictObject({ type: z.literal("ListInstrument"), instrument: instrumentSchema }),
  z.strictObject({ type: z.literal("OpenAccount"), account: accountSchema }),
  z.strictObject({
    type: z.literal("DepositFunds"),
    accountId: accountIdSchema,
    assetId: assetIdSchema,
    amount: z
      .number()
      .int()
      .min(1)
      .max(Number.MAX_SAFE_INTEGER)
      .transform((n) => n as Amount),
  }),
  z.strictObject({
    type: z.literal("SubmitOrder"),
    accountId: accountIdSchema,
    instrumentId: instrumentIdSchema,
    clientOrderId: clientOrderIdSchema,
    side: sideSchema,
    orderType: orderTypeSchema,
    timeInForce: timeInForceSchema,
    /** Null exactly for a market order. */
    limitTicks: z
      .number()
      .int()
      .min(1)
      .max(MAX_TICKS)
      .transform((n) => n as PriceTicks)
      .nullable(),
    lots: z
      .number()
      .int()
      .min(1)
      .max(MAX_LOTS)
      .transform((n) => n as QtyLots),
    /** Why the sender insists on an order that a soft control would stop. */
    confirmation: z.string().trim().min(3).max(500).optional(),
    /** The order stays when its session is lost (RK-23). */
    keepOnDisconnect: z.literal(true).optional(),
  }),
  z.strictObject({ type: z.literal("CancelOrder"), accountId: accountIdSchema, orderId: orderIdSchema }),
  z.strictObject({ type: z.literal("CancelAllOrders"), accountId: accountIdSchema, instrumentId: instrumentIdSchema.nullable() }),
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
  /** From the sequencer: lets what is due by the venue's time happen (JR-8). */
  z.strictObject({ type: z.literal("AdvanceTime") }),
]);
export type Command = z.infer<typeof commandSchema>;
export type CommandType = Command["type"];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** Commands that a client may send for an account it owns; the others are the operator's. */
export const accountCommandTypes = ["SubmitOrder", "CancelOrder", "CancelAllOrders"] as const;
type AccountCommandType = (typeof accountCommandTypes)[number];
export type AccountCommand = CommandOf<AccountCommandType>;
