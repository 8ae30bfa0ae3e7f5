import { invariant } from "../../../shared/assert.ts";
import { accountSchema, assetSchema, instrumentSchema } from "../../../shared/catalog.ts";
import { operatorActions, type CommandType } from "../../../shared/commands.ts";
import type { EventType } from "../../../shared/events.ts";
import { MAX_FEE_TIERS, feeScheduleSchema } from "../../../shared/fees.ts";
import { MAX_CATALOG_ID } from "../../../shared/ids.ts";
import { MAX_AMOUNT, MAX_LOTS, MAX_TICKS } from "../../../shared/money.ts";
import { orderListSchema } from "../../../shared/orderLists.ts";
import { adjustmentReasons, cancelReasons, phaseCauses, sides, tradingPhases } from "../../../shared/orders.ts";
import {
  added,
  code,
  flag,
  headerOf,
  integer,
  json,
  layout,
  oneOf,
  oneOfOrNone,
  optional,
  optionalText,
  ownSeq,
  refusal,
  refusalDetail,
  terms,
  text,
  type Layout,
} from "./fields.ts";
import { commandKinds, eventKinds } from "./kinds.ts";
import {
  breachTiers,
  conversionMarkSchema,
  killSchema,
  limitProposalSchema,
  lockReleaseSchema,
  rearmSchema,
  recordedKillSchema,
  recordedProposalSchema,
  recordedRearmSchema,
  recordedReleaseSchema,
  recordedStateSchema,
  referenceMarkSchema,
  riskControls,
  riskLocks,
  riskNodeSchema,
  sessionSchema,
  tradingStateChangeSchema,
} from "../../../shared/risk.ts";
import { routeStandings, venueReportSchema } from "../../../shared/venueReports.ts";
import { eligibilityRuleSchema, licenceSchema, venueSchema, withdrawalSchema } from "../../../shared/venues.ts";

/*
 * The one table of record layouts: which field lies in which slot of a row. Encoder, decoder, the deciding code and the folding code
 * all read it. Slot orders are stored in journals: they are only ever added to, never changed or reused.
 * A row is [header, ...slots]; a command's first two slots are its time and its actor.
 */

const assetId = integer("assetId", 1, MAX_CATALOG_ID);
const instrumentId = integer("instrumentId", 1, MAX_CATALOG_ID);
const anyInstrumentId = optional("instrumentId", MAX_CATALOG_ID);
const accountId = integer("accountId", 1, MAX_CATALOG_ID);
const orderId = integer("orderId", 1, MAX_AMOUNT);
const clientOrderId = integer("clientOrderId", 1, MAX_AMOUNT);
const amount = integer("amount", 1, MAX_AMOUNT);
const limitTicks = optional("limitTicks", MAX_TICKS);
const lots = integer("lots", 1, MAX_LOTS);
const anyTriggerTicks = optional("triggerTicks", MAX_TICKS);
/** Null for an order by amount. */
const anyLots = optional("lots", MAX_LOTS);
/** What orders have beyond limit, quantity and named terms; a row ends before them where all are null. */
const specials = [
  added(optional("quoteAmount", MAX_AMOUNT)),
  added(optional("displayLots", MAX_LOTS)),
  added(optional("expireAtUs", MAX_AMOUNT)),
  added(optional("triggerTicks", MAX_TICKS)),
  added(optional("offsetTicks", MAX_TICKS)),
] as const;
const ticks = integer("ticks", 1, MAX_TICKS);
const workingTicks = integer("workingTicks", 1, MAX_TICKS);
const operatorAction = oneOf("action", operatorActions);
const phase = oneOf("phase", tradingPhases);
const untilUs = optional("untilUs", MAX_AMOUNT);
const atUs = integer("atUs", 0, MAX_AMOUNT);
const actor = text("actor");
const proposalId = integer("proposalId", 0, MAX_AMOUNT);
const nodeId = integer("nodeId", 1, MAX_CATALOG_ID);
const control = oneOf("control", riskControls);
const limit = integer("limit", 0, MAX_AMOUNT);
const used = integer("used", 0, MAX_AMOUNT);
const actual = integer("actual", 0, MAX_AMOUNT);
const venueId = integer("venueId", 1, MAX_CATALOG_ID);
const licenceId = integer("licenceId", 1, MAX_CATALOG_ID);
const ruleId = integer("ruleId", 1, MAX_CATALOG_ID);
const withdrawal = json("withdrawal", withdrawalSchema);
const tier = integer("tier", 0, MAX_FEE_TIERS - 1);

export const commandLayouts = {
  DefineAsset: layout(commandKinds.DefineAsset, [atUs, actor, json("asset", assetSchema)]),
  ListInstrument: layout(commandKinds.ListInstrument, [atUs, actor, json("instrument", instrumentSchema)]),
  OpenAccount: layout(commandKinds.OpenAccount, [atUs, actor, json("account", accountSchema)]),
  DepositFunds: layout(commandKinds.DepositFunds, [atUs, actor, accountId, assetId, amount]),
  SubmitOrder: layout(
    commandKinds.SubmitOrder,
    [atUs, actor, accountId, instrumentId, clientOrderId, terms, limitTicks, anyLots],
    [...specials, added(optionalText("confirmation")), added(flag("keepOnDisconnect"), false)],
  ),
  CancelOrder: layout(commandKinds.CancelOrder, [atUs, actor, accountId, orderId]),
  CancelAllOrders: layout(commandKinds.CancelAllOrders, [atUs, actor, accountId, anyInstrumentId]),
  RecordOperatorAction: layout(commandKinds.RecordOperatorAction, [atUs, actor, operatorAction, text("detail")]),
  AdvanceTime: layout(commandKinds.AdvanceTime, [atUs, actor]),
  AmendOrder: layout(
    commandKinds.AmendOrder,
    [atUs, actor, accountId, orderId, limitTicks, anyLots, anyTriggerTicks],
    [added(optionalText("confirmation"))],
  ),
  MassCancel: layout(commandKinds.MassCancel, [atUs, actor, accountId, anyInstrumentId, oneOfOrNone("side", sides)]),
  SetMarkPrice: layout(commandKinds.SetMarkPrice, [atUs, actor, instrumentId, ticks]),
  SubmitOrderList: layout(
    commandKinds.SubmitOrderList,
    [atUs, actor, accountId, instrumentId, clientOrderId, json("list", orderListSchema)],
    [added(optionalText("confirmation"))],
  ),
  SetTradingPhase: layout(commandKinds.SetTradingPhase, [atUs, actor, instrumentId, phase, untilUs]),
  SetIndexPrice: layout(commandKinds.SetIndexPrice, [atUs, actor, instrumentId, ticks]),
  DefineRiskNode: layout(commandKinds.DefineRiskNode, [atUs, actor, json("node", riskNodeSchema)]),
  ProposeLimits: layout(commandKinds.ProposeLimits, [atUs, actor, json("proposal", limitProposalSchema)]),
  ApproveLimits: layout(commandKinds.ApproveLimits, [atUs, actor, proposalId]),
  RejectLimits: layout(commandKinds.RejectLimits, [atUs, actor, proposalId, text("reason")]),
  SetTradingState: layout(commandKinds.SetTradingState, [atUs, actor, json("change", tradingStateChangeSchema)]),
  EngageKillSwitch: layout(commandKinds.EngageKillSwitch, [atUs, actor, json("kill", killSchema)]),
  RearmKillSwitch: layout(commandKinds.RearmKillSwitch, [atUs, actor, json("rearm", rearmSchema)]),
  OpenSession: layout(commandKinds.OpenSession, [atUs, actor, json("session", sessionSchema)]),
  CloseSession: layout(commandKinds.CloseSession, [atUs, actor, text("session")]),
  ReleaseRiskLock: layout(commandKinds.ReleaseRiskLock, [atUs, actor, json("release", lockReleaseSchema)]),
  SetConversionMark: layout(commandKinds.SetConversionMark, [atUs, actor, json("mark", conversionMarkSchema)]),
  SetReferencePrice: layout(commandKinds.SetReferencePrice, [atUs, actor, json("mark", referenceMarkSchema)]),
  RecordVenueReport: layout(commandKinds.RecordVenueReport, [atUs, actor, json("report", venueReportSchema)]),
  DefineVenue: layout(commandKinds.DefineVenue, [atUs, actor, json("venue", venueSchema)]),
  DefineLicence: layout(commandKinds.DefineLicence, [atUs, actor, json("licence", licenceSchema)]),
  WithdrawLicence: layout(commandKinds.WithdrawLicence, [atUs, actor, licenceId, withdrawal]),
  SetEligibilityRule: layout(commandKinds.SetEligibilityRule, [atUs, actor, json("rule", eligibilityRuleSchema)]),
  WithdrawEligibilityRule: layout(commandKinds.WithdrawEligibilityRule, [atUs, actor, ruleId, withdrawal]),
  DefineFeeSchedule: layout(commandKinds.DefineFeeSchedule, [atUs, actor, json("schedule", feeScheduleSchema)]),
} as const;

/** Slots that every command row has in common. */
export const commandSlots = { atUs: commandLayouts.DefineAsset.slots.atUs, actor: commandLayouts.DefineAsset.slots.actor } as const;

export const eventLayouts = {
  AssetDefined: layout(eventKinds.AssetDefined, [json("asset", assetSchema)]),
  InstrumentListed: layout(eventKinds.InstrumentListed, [json("instrument", instrumentSchema)]),
  AccountOpened: layout(eventKinds.AccountOpened, [json("account", accountSchema)]),
  FundsDeposited: layout(eventKinds.FundsDeposited, [accountId, assetId, amount]),
  OrderAccepted: layout(
    eventKinds.OrderAccepted,
    [ownSeq("orderId"), accountId, instrumentId, clientOrderId, terms, limitTicks, lots, integer("held", 0, MAX_AMOUNT)],
    [
      ...specials,
      added(optional("askedLots", MAX_LOTS)),
      added(optional("workingTicks", MAX_TICKS)),
      added(optional("listId", MAX_AMOUNT)),
    ],
  ),
  OrderRested: layout(eventKinds.OrderRested, [orderId, integer("leavesLots", 1, MAX_LOTS)]),
  OrderFilled: layout(eventKinds.OrderFilled, [
    ownSeq("tradeId"),
    instrumentId,
    integer("ticks", 1, MAX_TICKS),
    lots,
    oneOf("takerSide", sides),
    integer("makerOrderId", 1, MAX_AMOUNT),
    integer("takerOrderId", 1, MAX_AMOUNT),
    integer("makerAccountId", 1, MAX_CATALOG_ID),
    integer("takerAccountId", 1, MAX_CATALOG_ID),
    integer("makerFee", -MAX_AMOUNT, MAX_AMOUNT),
    integer("takerFee", 0, MAX_AMOUNT),
    integer("makerLeavesLots", 0, MAX_LOTS),
    integer("takerLeavesLots", 0, MAX_LOTS),
  ]),
  OrderRouted: layout(
    eventKinds.OrderRouted,
    [orderId, accountId, instrumentId],
    [
      added(optional("limitTicks", MAX_TICKS)),
      added(optional("quoteAmount", MAX_AMOUNT)),
      added(optionalText("sender")),
      added(optional("replaces", MAX_AMOUNT)),
    ],
  ),
  CancelRouted: layout(eventKinds.CancelRouted, [orderId, accountId, instrumentId, oneOf("reason", cancelReasons)]),
  RouteChanged: layout(eventKinds.RouteChanged, [
    orderId,
    accountId,
    instrumentId,
    oneOf("standing", routeStandings),
    text("venueOrderId"),
    text("note"),
  ]),
  AmendRouted: layout(eventKinds.AmendRouted, [
    orderId,
    accountId,
    instrumentId,
    integer("limitTicks", 1, MAX_TICKS),
    lots,
    integer("untilUs", 1, MAX_AMOUNT),
    optionalText("confirmation"),
  ]),
  RestDenied: layout(eventKinds.RestDenied, [orderId, accountId, instrumentId, refusal, refusalDetail]),
  /** Begins like OrderFilled, so that one code settles and shows both; the other side is nobody. */
  VenueFilled: layout(eventKinds.VenueFilled, [
    ownSeq("tradeId"),
    instrumentId,
    integer("ticks", 1, MAX_TICKS),
    lots,
    oneOf("takerSide", sides),
    integer("makerOrderId", 0, MAX_AMOUNT),
    integer("takerOrderId", 0, MAX_AMOUNT),
    integer("makerAccountId", 0, MAX_CATALOG_ID),
    integer("takerAccountId", 0, MAX_CATALOG_ID),
    integer("makerFee", -MAX_AMOUNT, MAX_AMOUNT),
    integer("takerFee", -MAX_AMOUNT, MAX_AMOUNT),
    integer("makerLeavesLots", 0, MAX_LOTS),
    integer("takerLeavesLots", 0, MAX_LOTS),
    text("venueTradeId"),
  ]),
  VenueReported: layout(eventKinds.VenueReported, [json("report", venueReportSchema)]),
  VenueReportRepeated: layout(eventKinds.VenueReportRepeated, [text("about")]),
  OrderCancelled: layout(eventKinds.OrderCancelled, [
    orderId,
    accountId,
    instrumentId,
    oneOf("reason", cancelReasons),
    integer("leavesLots", 1, MAX_LOTS),
  ]),
  OrderDenied: layout(eventKinds.OrderDenied, [accountId, instrumentId, clientOrderId, terms, limitTicks, anyLots, refusal], specials, [
    refusalDetail,
  ]),
  CancelDenied: layout(eventKinds.CancelDenied, [accountId, orderId, refusal], [refusalDetail]),
  CommandDenied: layout(eventKinds.CommandDenied, [code("commandType", commandKinds), refusal], [refusalDetail]),
  OperatorActionRecorded: layout(eventKinds.OperatorActionRecorded, [operatorAction, text("detail")]),
  AllOrdersCancelled: layout(eventKinds.AllOrdersCancelled, [accountId, anyInstrumentId, integer("orders", 0, MAX_LOTS)]),
  TimeAdvanced: layout(eventKinds.TimeAdvanced, [integer("consequences", 0, MAX_AMOUNT)]),
  OrderAmended: layout(eventKinds.OrderAmended, [
    orderId,
    accountId,
    instrumentId,
    limitTicks,
    anyTriggerTicks,
    lots,
    integer("leavesLots", 1, MAX_LOTS),
    integer("held", 0, MAX_AMOUNT),
    flag("keepsPlace"),
  ]),
  AmendDenied: layout(eventKinds.AmendDenied, [accountId, orderId, refusal], [refusalDetail]),
  OrderAdjusted: layout(eventKinds.OrderAdjusted, [
    orderId,
    accountId,
    instrumentId,
    oneOf("reason", adjustmentReasons),
    lots,
    integer("leavesLots", 1, MAX_LOTS),
    integer("held", 0, MAX_AMOUNT),
  ]),
  OrdersMassCancelled: layout(eventKinds.OrdersMassCancelled, [
    accountId,
    anyInstrumentId,
    oneOfOrNone("side", sides),
    integer("orders", 0, MAX_LOTS),
  ]),
  OrderTriggered: layout(eventKinds.OrderTriggered, [
    orderId,
    accountId,
    instrumentId,
    ticks,
    workingTicks,
    integer("held", 0, MAX_AMOUNT),
  ]),
  TriggerMoved: layout(eventKinds.TriggerMoved, [orderId, accountId, instrumentId, integer("triggerTicks", 1, MAX_TICKS)]),
  OrderRepriced: layout(eventKinds.OrderRepriced, [orderId, accountId, instrumentId, workingTicks]),
  MarkPriceSet: layout(eventKinds.MarkPriceSet, [instrumentId, ticks]),
  OrderListAccepted: layout(
    eventKinds.OrderListAccepted,
    [ownSeq("listId"), accountId, instrumentId, clientOrderId, optional("parentListId", MAX_AMOUNT), json("list", orderListSchema)],
    [added(optionalText("confirmation"))],
  ),
  OrderListEnded: layout(eventKinds.OrderListEnded, [integer("listId", 1, MAX_AMOUNT)]),
  TradingPhaseChanged: layout(eventKinds.TradingPhaseChanged, [instrumentId, phase, untilUs, oneOf("cause", phaseCauses)]),
  AuctionUncrossed: layout(eventKinds.AuctionUncrossed, [
    instrumentId,
    optional("ticks", MAX_TICKS),
    integer("lots", 0, MAX_AMOUNT),
    integer("surplusLots", -MAX_AMOUNT, MAX_AMOUNT),
  ]),
  IndexPriceSet: layout(eventKinds.IndexPriceSet, [instrumentId, ticks]),
  RiskNodeDefined: layout(eventKinds.RiskNodeDefined, [json("node", riskNodeSchema)]),
  LimitsProposed: layout(eventKinds.LimitsProposed, [ownSeq("proposalId"), json("proposal", recordedProposalSchema)]),
  LimitsApproved: layout(eventKinds.LimitsApproved, [proposalId, text("by")]),
  LimitsRejected: layout(eventKinds.LimitsRejected, [proposalId, text("by"), text("reason")]),
  LimitsApplied: layout(eventKinds.LimitsApplied, [proposalId]),
  LimitsExpired: layout(eventKinds.LimitsExpired, [proposalId]),
  RiskBreached: layout(eventKinds.RiskBreached, [
    nodeId,
    control,
    oneOf("tier", breachTiers),
    anyInstrumentId,
    accountId,
    limit,
    used,
    actual,
    integer("headroom", 0, MAX_AMOUNT),
  ]),
  SoftLimitConfirmed: layout(eventKinds.SoftLimitConfirmed, [
    nodeId,
    control,
    anyInstrumentId,
    accountId,
    limit,
    used,
    actual,
    clientOrderId,
    text("confirmation"),
  ]),
  TradingStateSet: layout(eventKinds.TradingStateSet, [json("change", recordedStateSchema)]),
  KillSwitchEngaged: layout(eventKinds.KillSwitchEngaged, [json("kill", recordedKillSchema)]),
  KillSwitchRearmed: layout(eventKinds.KillSwitchRearmed, [json("rearm", recordedRearmSchema)]),
  SessionOpened: layout(eventKinds.SessionOpened, [json("session", sessionSchema)]),
  SessionClosed: layout(eventKinds.SessionClosed, [text("session"), integer("orders", 0, MAX_LOTS)]),
  RiskLocked: layout(eventKinds.RiskLocked, [nodeId, oneOf("lock", riskLocks), limit, used, optional("untilUs", MAX_AMOUNT)]),
  RiskLockReleased: layout(eventKinds.RiskLockReleased, [json("release", recordedReleaseSchema)]),
  ConversionMarkSet: layout(eventKinds.ConversionMarkSet, [json("mark", conversionMarkSchema)]),
  ReferencePriceSet: layout(eventKinds.ReferencePriceSet, [json("mark", referenceMarkSchema)]),
  VenueDefined: layout(eventKinds.VenueDefined, [json("venue", venueSchema)]),
  LicenceDefined: layout(eventKinds.LicenceDefined, [json("licence", licenceSchema)]),
  LicenceWithdrawn: layout(eventKinds.LicenceWithdrawn, [licenceId, withdrawal]),
  EligibilityRuleSet: layout(eventKinds.EligibilityRuleSet, [json("rule", eligibilityRuleSchema)]),
  EligibilityRuleWithdrawn: layout(eventKinds.EligibilityRuleWithdrawn, [ruleId, withdrawal]),
  FeeScheduleDefined: layout(eventKinds.FeeScheduleDefined, [json("schedule", feeScheduleSchema)]),
  FeeTierComputed: layout(eventKinds.FeeTierComputed, [accountId, venueId, tier, integer("volumeUsdMillionths", 0, MAX_AMOUNT)]),
  FeeTierApplied: layout(eventKinds.FeeTierApplied, [accountId, venueId, tier]),
} as const;

/** A layout as rows use it that end before the fields for special orders. */
function plain<Slot extends string>(whole: Layout<Slot>): Layout<Slot> {
  const length = whole.earlierLengths[0];
  invariant(length !== undefined, `kind ${whole.kind} has no shorter row`);
  return { ...whole, length, header: headerOf(whole.kind, length) };
}

/** Rows of orders without anything special, which most are, of lists and amendments without a confirmation, and of limit orders that leave. */
export const plainLayouts = {
  AmendOrder: plain(commandLayouts.AmendOrder),
  SubmitOrderList: plain(commandLayouts.SubmitOrderList),
  OrderListAccepted: plain(eventLayouts.OrderListAccepted),
  SubmitOrder: plain(commandLayouts.SubmitOrder),
  OrderRouted: plain(eventLayouts.OrderRouted),
  OrderAccepted: plain(eventLayouts.OrderAccepted),
} as const;

/** A record kind with the name that its typed form carries as `type`. */
export type NamedLayout = { readonly type: string; readonly layout: Layout };

const layoutsByType = new Map<string, Layout>([...Object.entries(commandLayouts), ...Object.entries(eventLayouts)]);
const layoutsByKind: (NamedLayout | undefined)[] = [];
for (const [type, found] of layoutsByType) layoutsByKind[found.kind] = { type, layout: found };

/** The layout of a kind number; undefined for a number that no version so far has used. */
export function layoutOfKind(kind: number): NamedLayout | undefined {
  return layoutsByKind[kind];
}

export function layoutOfType(type: CommandType | EventType): Layout {
  const found = layoutsByType.get(type);
  invariant(found !== undefined, `no record kind is called ${type}`);
  return found;
}
