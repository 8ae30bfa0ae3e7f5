import { invariant } from "../../shared/assert.ts";
import { accountSchema, assetSchema, instrumentSchema } from "../../shared/catalog.ts";
import { operatorActions, type CommandType } from "../../shared/commands.ts";
import type { EventType } from "../../shared/events.ts";
import { MAX_FEE_TIERS, feeScheduleSchema } from "../../shared/fees.ts";
import { MAX_CATALOG_ID } from "../../shared/ids.ts";
import { MAX_AMOUNT, MAX_LOTS, MAX_TICKS } from "../../shared/money.ts";
import { cancelReasons, sides } from "../../shared/orders.ts";
import { eligibilityRuleSchema, licenceSchema, venueSchema, withdrawalSchema } from "../../shared/venues.ts";
import { code, integer, json, layout, oneOf, optional, ownSeq, refusal, refusalDetail, terms, text, type Layout } from "./fields.ts";

/*
 * The one table of record layouts: which field lies in which slot of a row. Encoder, decoder, the deciding code and the folding code
 * all read it. Kind numbers and slot orders are stored in journals: they are only ever added to, never changed or reused.
 * A row is [header, ...slots]; a command's first two slots are its time and its actor.
 */

export const commandKinds = {
  DefineAsset: 1,
  ListInstrument: 2,
  OpenAccount: 3,
  DepositFunds: 4,
  SubmitOrder: 5,
  CancelOrder: 6,
  CancelAllOrders: 7,
  RecordOperatorAction: 8,
  DefineVenue: 9,
  DefineLicence: 10,
  WithdrawLicence: 11,
  SetEligibilityRule: 12,
  WithdrawEligibilityRule: 13,
  DefineFeeSchedule: 14,
  AdvanceTime: 15,
} as const satisfies Record<CommandType, number>;

export const eventKinds = {
  AssetDefined: 65,
  InstrumentListed: 66,
  AccountOpened: 67,
  FundsDeposited: 68,
  OrderAccepted: 69,
  OrderRested: 70,
  OrderFilled: 71,
  OrderCancelled: 72,
  OrderDenied: 73,
  CancelDenied: 74,
  CommandDenied: 75,
  OperatorActionRecorded: 76,
  AllOrdersCancelled: 77,
  VenueDefined: 78,
  LicenceDefined: 79,
  LicenceWithdrawn: 80,
  EligibilityRuleSet: 81,
  EligibilityRuleWithdrawn: 82,
  FeeScheduleDefined: 83,
  FeeTierComputed: 84,
  FeeTierApplied: 85,
  TimeAdvanced: 86,
} as const satisfies Record<EventType, number>;

/** The kind numbers of events start here; smaller ones are commands. */
const FIRST_EVENT_KIND = 64;

export function isCommandKind(kind: number): boolean {
  return kind < FIRST_EVENT_KIND;
}

const assetId = integer("assetId", 1, MAX_CATALOG_ID);
const instrumentId = integer("instrumentId", 1, MAX_CATALOG_ID);
const anyInstrumentId = optional("instrumentId", MAX_CATALOG_ID);
const accountId = integer("accountId", 1, MAX_CATALOG_ID);
const orderId = integer("orderId", 1, MAX_AMOUNT);
const clientOrderId = integer("clientOrderId", 1, MAX_AMOUNT);
const amount = integer("amount", 1, MAX_AMOUNT);
const limitTicks = optional("limitTicks", MAX_TICKS);
const lots = integer("lots", 1, MAX_LOTS);
const operatorAction = oneOf("action", operatorActions);
const atUs = integer("atUs", 0, MAX_AMOUNT);
const actor = text("actor");
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
  SubmitOrder: layout(commandKinds.SubmitOrder, [atUs, actor, accountId, instrumentId, clientOrderId, terms, limitTicks, lots]),
  CancelOrder: layout(commandKinds.CancelOrder, [atUs, actor, accountId, orderId]),
  CancelAllOrders: layout(commandKinds.CancelAllOrders, [atUs, actor, accountId, anyInstrumentId]),
  RecordOperatorAction: layout(commandKinds.RecordOperatorAction, [atUs, actor, operatorAction, text("detail")]),
  DefineVenue: layout(commandKinds.DefineVenue, [atUs, actor, json("venue", venueSchema)]),
  DefineLicence: layout(commandKinds.DefineLicence, [atUs, actor, json("licence", licenceSchema)]),
  WithdrawLicence: layout(commandKinds.WithdrawLicence, [atUs, actor, licenceId, withdrawal]),
  SetEligibilityRule: layout(commandKinds.SetEligibilityRule, [atUs, actor, json("rule", eligibilityRuleSchema)]),
  WithdrawEligibilityRule: layout(commandKinds.WithdrawEligibilityRule, [atUs, actor, ruleId, withdrawal]),
  DefineFeeSchedule: layout(commandKinds.DefineFeeSchedule, [atUs, actor, json("schedule", feeScheduleSchema)]),
  AdvanceTime: layout(commandKinds.AdvanceTime, [atUs, actor]),
} as const;

/** Slots that every command row has in common. */
export const commandSlots = { atUs: commandLayouts.DefineAsset.slots.atUs, actor: commandLayouts.DefineAsset.slots.actor } as const;

export const eventLayouts = {
  AssetDefined: layout(eventKinds.AssetDefined, [json("asset", assetSchema)]),
  InstrumentListed: layout(eventKinds.InstrumentListed, [json("instrument", instrumentSchema)]),
  AccountOpened: layout(eventKinds.AccountOpened, [json("account", accountSchema)]),
  FundsDeposited: layout(eventKinds.FundsDeposited, [accountId, assetId, amount]),
  OrderAccepted: layout(eventKinds.OrderAccepted, [
    ownSeq("orderId"),
    accountId,
    instrumentId,
    clientOrderId,
    terms,
    limitTicks,
    lots,
    integer("held", 0, MAX_AMOUNT),
  ]),
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
  OrderCancelled: layout(eventKinds.OrderCancelled, [
    orderId,
    accountId,
    instrumentId,
    oneOf("reason", cancelReasons),
    integer("leavesLots", 1, MAX_LOTS),
  ]),
  OrderDenied: layout(eventKinds.OrderDenied, [accountId, instrumentId, clientOrderId, terms, limitTicks, lots, refusal], [refusalDetail]),
  CancelDenied: layout(eventKinds.CancelDenied, [accountId, orderId, refusal], [refusalDetail]),
  CommandDenied: layout(eventKinds.CommandDenied, [code("commandType", commandKinds), refusal], [refusalDetail]),
  OperatorActionRecorded: layout(eventKinds.OperatorActionRecorded, [operatorAction, text("detail")]),
  AllOrdersCancelled: layout(eventKinds.AllOrdersCancelled, [accountId, anyInstrumentId, integer("orders", 0, MAX_LOTS)]),
  VenueDefined: layout(eventKinds.VenueDefined, [json("venue", venueSchema)]),
  LicenceDefined: layout(eventKinds.LicenceDefined, [json("licence", licenceSchema)]),
  LicenceWithdrawn: layout(eventKinds.LicenceWithdrawn, [licenceId, withdrawal]),
  EligibilityRuleSet: layout(eventKinds.EligibilityRuleSet, [json("rule", eligibilityRuleSchema)]),
  EligibilityRuleWithdrawn: layout(eventKinds.EligibilityRuleWithdrawn, [ruleId, withdrawal]),
  FeeScheduleDefined: layout(eventKinds.FeeScheduleDefined, [json("schedule", feeScheduleSchema)]),
  FeeTierComputed: layout(eventKinds.FeeTierComputed, [accountId, venueId, tier, integer("volumeUsdMillionths", 0, MAX_AMOUNT)]),
  FeeTierApplied: layout(eventKinds.FeeTierApplied, [accountId, venueId, tier]),
  TimeAdvanced: layout(eventKinds.TimeAdvanced, [integer("consequences", 0, MAX_AMOUNT)]),
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
