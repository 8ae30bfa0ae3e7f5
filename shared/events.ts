import type { Account, Asset, Instrument } from "./catalog.ts";
import type { Command, CommandType } from "./commands.ts";
import type { FeeSchedule } from "./fees.ts";
import type {
  AccountId,
  AssetId,
  ClientOrderId,
  EpochUs,
  InstrumentId,
  LicenceId,
  OrderId,
  OrderListId,
  RuleId,
  Seq,
  TradeId,
  VenueId,
} from "./ids.ts";
import type { OrderList } from "./orderLists.ts";
import type { Amount, PriceTicks, QtyLots } from "./money.ts";
import type {
  AdjustmentReason,
  CancelReason,
  OrderType,
  Peg,
  PhaseCause,
  PostOnly,
  TradingPhase,
  SelfTradeMode,
  SelfTradeScope,
  Side,
  TimeInForce,
  Trigger,
} from "./orders.ts";
import type { Refusal } from "./rejects.ts";
import type { RiskEvent } from "./riskEvents.ts";
import type { RouteStanding, VenueReport } from "./venueReports.ts";
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
  | OrderAmended
  | { readonly type: "AmendDenied"; readonly accountId: AccountId; readonly orderId: OrderId; readonly refusal: Refusal }
  | OrderAdjusted
  /** Ends a MassCancel: the cancellations before it were all there were. */
  | {
      readonly type: "OrdersMassCancelled";
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId | null;
      readonly side: Side | null;
      readonly orders: number;
    }
  | OrderTriggered
  /** An order list begins; its orders follow, now or when they are due. */
  | {
      readonly type: "OrderListAccepted";
      readonly listId: OrderListId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      readonly clientOrderId: ClientOrderId;
      /** The bracket that this pair of exits belongs to. */
      readonly parentListId: OrderListId | null;
      readonly list: OrderList;
      /** Why its sender insists on orders beyond soft bounds; for a pair of exits the bracket's. */
      readonly confirmation: string | null;
    }
  /** Nothing more follows from the list; orders of it that are open go on by themselves. */
  | { readonly type: "OrderListEnded"; readonly listId: OrderListId }
  /** A trailing stop has followed its price. */
  | {
      readonly type: "TriggerMoved";
      readonly orderId: OrderId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      readonly triggerTicks: PriceTicks;
    }
  /** A pegged order has followed its price, behind what rests there. */
  | {
      readonly type: "OrderRepriced";
      readonly orderId: OrderId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      readonly workingTicks: PriceTicks;
    }
  | {
      readonly type: "TradingPhaseChanged";
      readonly instrumentId: InstrumentId;
      readonly phase: TradingPhase;
      /** When it ends by itself. */
      readonly untilUs: EpochUs | null;
      readonly cause: PhaseCause;
    }
  /** An auction's outcome; its matches follow. */
  | {
      readonly type: "AuctionUncrossed";
      readonly instrumentId: InstrumentId;
      /** Null if nothing could be matched. */
      readonly ticks: PriceTicks | null;
      readonly lots: number;
      /** What is left over at the price: above 0 of buyers, below 0 of sellers. */
      readonly surplusLots: number;
    }
  | { readonly type: "MarkPriceSet"; readonly instrumentId: InstrumentId; readonly ticks: PriceTicks }
  | { readonly type: "IndexPriceSet"; readonly instrumentId: InstrumentId; readonly ticks: PriceTicks }
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
  | RiskEvent
  | RouteEvent;

/** What becomes of orders that go to an outside venue (CN rules). */
type RouteEvent =
  /** The order may leave: it is in the journal before it does. */
  | {
      readonly type: "OrderRouted";
      readonly orderId: OrderId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      /** The limit under which an order without one leaves, because a collar is nearer than the venue's own bound. */
      readonly limitTicks: PriceTicks | null;
      /** What an order by amount may move, in quote units. */
      readonly quoteAmount: Amount | null;
      /** Whose order it is, where that is not who sent the command. */
      readonly sender: string | null;
      /** The order in whose place it comes (CN-19). */
      readonly replaces: OrderId | null;
    }
  /** The venue is to be asked to cancel; the order stays open until it says so. */
  | {
      readonly type: "CancelRouted";
      readonly orderId: OrderId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      readonly reason: CancelReason;
    }
  | {
      readonly type: "RouteChanged";
      readonly orderId: OrderId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      readonly standing: RouteStanding;
      /** The venue's own id; empty while it is not known. */
      readonly venueOrderId: string;
      /** What the venue said, or why nothing is known. */
      readonly note: string;
    }
  /** The order is to be changed: it comes off there, and then what remains goes in anew, if that may leave until then (CN-19). */
  | {
      readonly type: "AmendRouted";
      readonly orderId: OrderId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      readonly limitTicks: PriceTicks;
      /** The whole order's, what has filled included. */
      readonly lots: QtyLots;
      readonly untilUs: EpochUs;
      readonly confirmation: string | null;
    }
  /** What was to come in the place of an order that came off is not sent. */
  | {
      readonly type: "RestDenied";
      readonly orderId: OrderId;
      readonly accountId: AccountId;
      readonly instrumentId: InstrumentId;
      readonly refusal: Refusal;
    }
  | VenueFilled
  /** The report is a fact by itself: a link, its state, a discrepancy, an adjustment. */
  | { readonly type: "VenueReported"; readonly report: VenueReport }
  /** What the report tells was known already. */
  | { readonly type: "VenueReportRepeated"; readonly about: string };

/** What orders may ask for beyond side, type, time in force, limit and lots; null where they do not. */
type SpecialTerms = {
  readonly postOnly: PostOnly | null;
  readonly reduceOnly: boolean;
  readonly selfTradeMode: SelfTradeMode | null;
  readonly selfTradeScope: SelfTradeScope | null;
  readonly trigger: Trigger | null;
  readonly peg: Peg | null;
  readonly quoteAmount: Amount | null;
  readonly displayLots: QtyLots | null;
  /** When it ends by itself; also set for a day order. */
  readonly expireAtUs: EpochUs | null;
  /** Where a stop fires; for a trailing stop where it would fire now. */
  readonly triggerTicks: PriceTicks | null;
  readonly offsetTicks: PriceTicks | null;
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
  /** What was asked for where `lots` is less: a reduce-only order that was cut down. */
  readonly askedLots: QtyLots | null;
  /** Price it rests or matches at where that is not its limit: re-priced post-only, pegged, market-to-limit, protected stop. */
  readonly workingTicks: PriceTicks | null;
  /** The order list that it came with. */
  readonly listId: OrderListId | null;
} & SpecialTerms;

/** The order's price, quantity or trigger are others now. Unless it keeps its place, it has left the book and is matched as if it came anew. */
type OrderAmended = {
  readonly type: "OrderAmended";
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  /** Null while it has none. */
  readonly limitTicks: PriceTicks | null;
  readonly triggerTicks: PriceTicks | null;
  readonly lots: QtyLots;
  readonly leavesLots: QtyLots;
  readonly held: Amount;
  readonly keepsPlace: boolean;
};

/** A stop has become an active order; it is matched next. */
type OrderTriggered = {
  readonly type: "OrderTriggered";
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  /** The price that fired it. */
  readonly ticks: PriceTicks;
  /** The worst price it trades at from here on. */
  readonly workingTicks: PriceTicks;
  readonly held: Amount;
};

/** The engine took part of the order off, or changed what it holds; what is left keeps its place. */
type OrderAdjusted = {
  readonly type: "OrderAdjusted";
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly reason: AdjustmentReason;
  readonly lots: QtyLots;
  readonly leavesLots: QtyLots;
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

/**
 * A fill at the outside venue. It has the members of an OrderFilled, of which the side that is not ours is 0 throughout; the trade has the
 * number of this event here and another one there.
 */
type VenueFilled = Omit<OrderFilled, "type"> & { readonly type: "VenueFilled"; readonly venueTradeId: string };

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
  readonly lots: QtyLots | null;
  readonly refusal: Refusal;
} & SpecialTerms;

export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

/** One row of the journal as people and edges read it. `causeSeq` of an event is the sequence number of its command. */
export type JournalEntry =
  | { readonly kind: "command"; readonly seq: Seq; readonly atUs: EpochUs; readonly actor: string; readonly command: Command }
  | { readonly kind: "event"; readonly seq: Seq; readonly atUs: EpochUs; readonly causeSeq: Seq; readonly event: Event };
