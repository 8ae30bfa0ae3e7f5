import type { Account, Asset, Instrument } from "./catalog.ts";
import type { Command, CommandType } from "./commands.ts";
import type { FeeSchedule } from "./fees.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, InstrumentId, LicenceId, OrderId, RuleId, Seq, TradeId, VenueId } from "./ids.ts";
import type { Amount, PriceTicks, QtyLots } from "./money.ts";
import type { CancelReason, OrderType, Side, TimeInForce } from "./orders.ts";
import type { Refusal } from "./rejects.ts";
import type {
  BreachTier,
  ConversionMark,
  RecordedKill,
  RecordedProposal,
  RecordedRearm,
  RecordedRelease,
  RecordedState,
  ReferenceMark,
  RiskControl,
  RiskLock,
  RiskNode,
  Session,
} from "./risk.ts";
import type { EligibilityRule, Licence, Venue, Withdrawal } from "./venues.ts";

/** Facts, in the past tense. Folding them in order rebuilds the whole state. */
export type Event =
  | { readonly type: "AssetDefined"; readonly asset: Asset }
  | { readonly type: "InstrumentListed"; readonly instrument: Instrument }
  | { readonly type: "AccountOpened"; readonly account: Account }
  | { readonly type: "FundsDeposited"; readonly accountId: AccountId; readonly assetId: AssetId; readonly amount: Amount }
  | OrderAccepted
  | { readonly type: "OrderRested"; readonly orderId: OrderId; readonly leavesLots: QtyLots }
  | OrderFilled
  | OrderCancelled
  | OrderDenied
  | { readonly type: "CancelDenied"; readonly accountId: AccountId; readonly orderId: OrderId; readonly refusal: Refusal }
  | { readonly type: "CommandDenied"; readonly commandType: CommandType; readonly refusal: Refusal }
  /** Ends a CancelAllOrders: the cancellations before it were all there were. */
  | {
      readonly type: "AllOrdersCancelled";
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId | null;
      readonly orders: number;
    }
  | { readonly type: "OperatorActionRecorded"; readonly action: string; readonly detail: string }
  | { readonly type: "VenueDefined"; readonly venue: Venue }
  | { readonly type: "LicenceDefined"; readonly licence: Licence }
  | { readonly type: "LicenceWithdrawn"; readonly licenceId: LicenceId; readonly withdrawal: Withdrawal }
  | { readonly type: "EligibilityRuleSet"; readonly rule: EligibilityRule }
  | { readonly type: "EligibilityRuleWithdrawn"; readonly ruleId: RuleId; readonly withdrawal: Withdrawal }
  | { readonly type: "FeeScheduleDefined"; readonly schedule: FeeSchedule }
  | FeeTierComputed
  | { readonly type: "FeeTierApplied"; readonly accountId: AccountId; readonly venueId: VenueId; readonly tier: number }
  /** Ends an AdvanceTime: what was due before it has happened. */
  | { readonly type: "TimeAdvanced"; readonly consequences: number }
  | RiskEvent;

/** What the risk stage records (RK rules). */
export type RiskEvent =
  | { readonly type: "RiskNodeDefined"; readonly node: RiskNode }
  /** Its sequence number is the proposal's id. */
  | { readonly type: "LimitsProposed"; readonly proposalId: Seq; readonly proposal: RecordedProposal }
  | { readonly type: "LimitsApproved"; readonly proposalId: Seq; readonly by: string }
  | { readonly type: "LimitsRejected"; readonly proposalId: Seq; readonly by: string; readonly reason: string }
  /** The approved bounds are in force from here on. */
  | { readonly type: "LimitsApplied"; readonly proposalId: Seq }
  /** Temporary bounds have ended; what was there before is in force again. */
  | { readonly type: "LimitsExpired"; readonly proposalId: Seq }
  | RiskBreached
  | SoftLimitConfirmed
  | { readonly type: "TradingStateSet"; readonly change: RecordedState }
  | { readonly type: "KillSwitchEngaged"; readonly kill: RecordedKill }
  | { readonly type: "KillSwitchRearmed"; readonly rearm: RecordedRearm }
  | { readonly type: "SessionOpened"; readonly session: Session }
  | { readonly type: "SessionClosed"; readonly session: string; readonly orders: number }
  | RiskLocked
  | { readonly type: "RiskLockReleased"; readonly release: RecordedRelease }
  | { readonly type: "ConversionMarkSet"; readonly mark: ConversionMark }
  | { readonly type: "ReferencePriceSet"; readonly mark: ReferenceMark };

/** A control objected to an order; the OrderDenied that follows repeats the figures. */
export type RiskBreached = {
  readonly type: "RiskBreached";
  readonly nodeId: number;
  readonly control: RiskControl;
  readonly tier: BreachTier;
  readonly instrumentId: InstrumentId | null;
  readonly accountId: AccountId;
  readonly limit: number;
  readonly used: number;
  /** The order's worst case. */
  readonly actual: number;
  readonly headroom: number;
};

/** The sender insisted on an order beyond a soft bound and said why; the OrderAccepted that follows is that order. */
export type SoftLimitConfirmed = Omit<RiskBreached, "type" | "tier" | "headroom"> & {
  readonly type: "SoftLimitConfirmed";
  readonly clientOrderId: ClientOrderId;
  readonly confirmation: string;
};

/** A control blocks a node from here on. */
export type RiskLocked = {
  readonly type: "RiskLocked";
  readonly nodeId: number;
  readonly lock: RiskLock;
  readonly limit: number;
  readonly used: number;
  /** When it ends by itself; null if a person must release it. */
  readonly untilUs: EpochUs | null;
};

/** At the turn of a day an account's tier for the day came out other than before; it applies some hours later (LG-17). */
type FeeTierComputed = {
  readonly type: "FeeTierComputed";
  /** An account with volume: never a sub-account, whose volume is its master's. */
  readonly accountId: AccountId;
  readonly venueId: VenueId;
  readonly tier: number;
  /** Of the 30 days before, in millionths of a US dollar. */
  readonly volumeUsdMillionths: number;
};

/** The order passed every stage and its worst case is held. Its id is this event's sequence number. */
export type OrderAccepted = {
  readonly type: "OrderAccepted";
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly clientOrderId: ClientOrderId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots;
  /** Held from the quote balance (buy) or base balance (sell), fees included, in that asset's units. */
  readonly held: Amount;
};

/** One match of an incoming (taker) order against a resting (maker) order. Its trade id is this event's sequence number. */
export type OrderFilled = {
  readonly type: "OrderFilled";
  readonly tradeId: TradeId;
  readonly instrumentId: InstrumentId;
  readonly ticks: PriceTicks;
  readonly lots: QtyLots;
  /** Side of the incoming order. */
  readonly takerSide: Side;
  readonly makerOrderId: OrderId;
  readonly takerOrderId: OrderId;
  readonly makerAccountId: AccountId;
  readonly takerAccountId: AccountId;
  /**
   * Paid to the fee account, in the fee asset of each side (LG-12), with the supplement to the minimum fee (LG-15) if the fill completes
   * the order; negative for a rebate.
   */
  readonly makerFee: Amount;
  readonly takerFee: Amount;
  readonly makerLeavesLots: QtyLots;
  readonly takerLeavesLots: QtyLots;
};

type OrderCancelled = {
  readonly type: "OrderCancelled";
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly reason: CancelReason;
  /** What was still open. */
  readonly leavesLots: QtyLots;
};

/** Refused by us before it reached any book. */
type OrderDenied = {
  readonly type: "OrderDenied";
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly clientOrderId: ClientOrderId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots;
  readonly refusal: Refusal;
};

export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

/** One row of the journal as people and edges read it. `causeSeq` of an event is the sequence number of its command. */
export type JournalEntry =
  | { readonly kind: "command"; readonly seq: Seq; readonly atUs: EpochUs; readonly actor: string; readonly command: Command }
  | { readonly kind: "event"; readonly seq: Seq; readonly atUs: EpochUs; readonly causeSeq: Seq; readonly event: Event };
