import type { Account, Asset, Instrument } from "./catalog.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq, TradeId } from "./ids.ts";
import type { Amount, PriceTicks, QtyLots } from "./money.ts";
import type { CancelReason, OrderStatus, OrderType, Peg, PostOnly, Side, TimeInForce } from "./orders.ts";
import type { Refusal } from "./rejects.ts";
import type { FaultStatus } from "./faults.ts";
import type { TypedError } from "./errors.ts";
import type { HostWarning } from "./hostWarnings.ts";
import type { RouteStanding, TakeOver } from "./venueReports.ts";

/** What screens and other clients see: plain rows and arrays, folded from committed events only. */

export type Catalog = {
  readonly assets: readonly Asset[];
  readonly instruments: readonly Instrument[];
  readonly accounts: readonly Account[];
};

/** Numbers a level takes in BookView arrays: ticks, lots, number of orders. */
export const LEVEL_STRIDE = 3;

/** The book of one instrument as of the frame's `toSeq`, best level first. */
export type BookView = {
  readonly instrumentId: InstrumentId;
  /** ticks, lots, orders of each level; LEVEL_STRIDE numbers a level. */
  readonly bids: Int32Array;
  readonly asks: Int32Array;
};

export type TickerRow = {
  readonly instrumentId: InstrumentId;
  readonly lastTicks: PriceTicks | null;
  /** Side of the last trade's incoming order. */
  readonly lastSide: Side | null;
  readonly bidTicks: PriceTicks | null;
  readonly askTicks: PriceTicks | null;
  /** Over the last 24 hours of venue time; null before the first trade. */
  readonly openTicks: PriceTicks | null;
  readonly highTicks: PriceTicks | null;
  readonly lowTicks: PriceTicks | null;
  readonly volumeLots: number;
  readonly turnover: Amount;
};

/** A public trade. */
export type TradeRow = {
  readonly tradeId: TradeId;
  readonly instrumentId: InstrumentId;
  readonly atUs: EpochUs;
  readonly ticks: PriceTicks;
  readonly lots: QtyLots;
  readonly takerSide: Side;
};

/** Numbers a trade takes in packed answers, see `packedTradeSlots`. */
export const PACKED_TRADE_STRIDE = 5;
/** `takerSide` is 0 for a buy and 1 for a sell. */
export const packedTradeSlots = { tradeId: 0, atUs: 1, ticks: 2, lots: 3, takerSide: 4 } as const;

/** Where an own order stands in the queue of its price: what fills before it. Shown quantities count, hidden parts of icebergs do not. */
export type QueuePlace = { readonly orderId: OrderId; readonly aheadOrders: number; readonly aheadLots: number };

/** Seconds of the bars that the host keeps; a screen may merge them further. */
export const candleIntervals = [1, 5, 15, 60, 300, 900, 1_800, 3_600, 14_400, 86_400] as const;
export type CandleInterval = (typeof candleIntervals)[number];

export type CandleRow = {
  readonly instrumentId: InstrumentId;
  readonly intervalSeconds: CandleInterval;
  /** Start of the bar, a multiple of the interval. */
  readonly openUs: EpochUs;
  readonly open: PriceTicks;
  readonly high: PriceTicks;
  readonly low: PriceTicks;
  readonly close: PriceTicks;
  readonly volumeLots: number;
  /** Where the bar comes from: trades of this engine, an imported file, or the built-in seeded path. */
  readonly source: "trades" | "history" | "synthetic";
};

/** An imported file of bars. */
export type SourceFile = {
  readonly name: string;
  /** Length of its bars, such as "1m" or "4h". */
  readonly interval: string;
  /** Its first bar's start and its last bar's end in the file's own times, UTC, as text. */
  readonly from: string;
  readonly to: string;
  /** Prices that lay between two ticks, and were moved to the nearest. */
  readonly roundedPrices: number;
};

/** Where an instrument's past bars and reference path come from, for the chart's label. */
export type PriceSource = {
  readonly instrumentId: InstrumentId;
  readonly kind: "history" | "synthetic";
  /** For logs: file name and date range, or the seed. A window tells the same in its own language. */
  readonly label: string;
  /** The file that it follows or followed; null for a path that never had one. */
  readonly file: SourceFile | null;
  /** Seed of the synthetic path; null while it follows a file. */
  readonly seed: number | null;
  /** Added to the file's times to get venue time; 0 when the venue clock runs on the file's own dates. */
  readonly shiftUs: number;
};

export type OrderRow = {
  readonly orderId: OrderId | null;
  /** Sequence of the event that this row stands for: acceptance, or denial (orderId is then null). */
  readonly seq: Seq;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly clientOrderId: ClientOrderId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limitTicks: PriceTicks | null;
  /** Where a stop that waits would fire now; null for every other order. */
  readonly triggerTicks: PriceTicks | null;
  readonly lots: QtyLots;
  readonly filledLots: QtyLots;
  /** Open quantity; 0 when terminal. */
  readonly leavesLots: QtyLots;
  /** Mean fill price in ticks, a statistic for display; null before the first fill. */
  readonly averageTicks: number | null;
  readonly status: OrderStatus;
  readonly cancelReason: CancelReason | null;
  readonly refusal: Refusal | null;
  /** Where it stands at the outside venue; absent for an order that is matched here. */
  readonly route?: OrderRoute;
  /** What it asked for beyond its type; absent where it asked for nothing more. */
  readonly special?: OrderSpecials;
  /** Who sent it. */
  readonly actor: string;
  readonly createdUs: EpochUs;
  readonly updatedUs: EpochUs;
};

/** What an order asked for beyond side, type, time in force, limit and quantity. */
export type OrderSpecials = {
  readonly postOnly: PostOnly | null;
  readonly reduceOnly: boolean;
  readonly peg: Peg | null;
  /** Largest part that the book shows at a time; null for an order that shows all. */
  readonly displayLots: QtyLots | null;
  readonly list: ListPlace | null;
};

/** The list that an order is of. A bracket's entry knows where its exits will stand. */
export type ListPlace =
  | { readonly kind: "oco" | "oto" }
  | { readonly kind: "bracket"; readonly part: "entry"; readonly profitTicks: PriceTicks; readonly stopTicks: PriceTicks }
  | { readonly kind: "bracket"; readonly part: "exit" };

export type OrderRoute = {
  readonly standing: RouteStanding;
  /** Empty until the venue has told it. */
  readonly venueOrderId: string;
  /** What the venue said last, or why nothing is known; empty if nothing. */
  readonly note: string;
  /** What it is to become once the venue has taken it off: the interface changes no order (CN-19). */
  readonly becomes?: { readonly limitTicks: PriceTicks; readonly lots: QtyLots } | undefined;
  /** The order that came off for it. */
  readonly replaces?: OrderId;
};

/** One side of a trade, as the account's owner sees it. */
export type FillRow = {
  readonly tradeId: TradeId;
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly atUs: EpochUs;
  readonly side: Side;
  readonly liquidity: "maker" | "taker";
  readonly ticks: PriceTicks;
  readonly lots: QtyLots;
  /** In quote units. */
  readonly notional: Amount;
  /** In the fee asset of the instrument and side; see feeAssetOf(). Negative for a rebate. */
  readonly fee: Amount;
};

export type BalanceRow = {
  readonly accountId: AccountId;
  readonly assetId: AssetId;
  readonly total: Amount;
  readonly held: Amount;
  readonly available: Amount;
};

/** What an account made of one instrument through trading, apart from deposits. */
export type PositionRow = {
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  /** Bought less sold, in lots. */
  readonly netLots: number;
  /** Mean entry price of the open net quantity in ticks, a statistic; null when flat. */
  readonly averageTicks: number | null;
  readonly markTicks: PriceTicks | null;
  /** In quote units, fees deducted from the realised part. */
  readonly realised: Amount;
  readonly unrealised: Amount;
};

/** Everything that changed between two sequence numbers, for one client. */
export type Frame = {
  /** The frame applies to a client that stands at exactly this sequence; a snapshot applies to any. */
  readonly fromSeq: Seq;
  readonly toSeq: Seq;
  readonly snapshot: boolean;
  readonly atUs: EpochUs;
  /** Present in snapshots and when the catalog grew. */
  readonly catalog: Catalog | null;
  readonly sources: readonly PriceSource[];
  /** Conflated: the newest state of what changed. */
  readonly books: readonly BookView[];
  readonly tickers: readonly TickerRow[];
  readonly candles: readonly CandleRow[];
  readonly orders: readonly OrderRow[];
  readonly balances: readonly BalanceRow[];
  readonly positions: readonly PositionRow[];
  /** Places that changed, for clients that asked for them; a place is gone with its order. */
  readonly queues?: readonly QueuePlace[];
  /** Complete: every one, in order. */
  readonly trades: readonly TradeRow[];
  readonly fills: readonly FillRow[];
};

/** A frame that brings a client from one sequence to another in which nothing changed; nothing in it has a time of its own but rows. */
export function emptyFrame(fromSeq: Seq, toSeq: Seq): Frame {
  return {
    fromSeq,
    toSeq,
    snapshot: false,
    atUs: 0 as EpochUs,
    catalog: null,
    sources: [],
    books: [],
    tickers: [],
    candles: [],
    orders: [],
    balances: [],
    positions: [],
    trades: [],
    fills: [],
  };
}

const linkStates = ["connecting", "reconciling", "live", "lost"] as const;
/** The link to an outside venue. Only "live" means that what is shown was compared with the venue. */
export type LinkStatus = {
  readonly address: string;
  /** "live" unless the other side said itself that it is a simulation; while that is not known, live. */
  readonly mode: "simulated" | "live";
  readonly state: (typeof linkStates)[number];
  /** Why it is lost, or what a comparison waits for; empty while there is nothing to say. */
  readonly note: string;
  /** What a person must look at, oldest first. */
  readonly discrepancies: readonly string[];
  /** What somebody proposed to do about them; null while nothing waits for approval. */
  readonly takeOver: TakeOver | null;
};

const engineStates = ["recovering", "running", "broken"] as const;
export type EngineState = (typeof engineStates)[number];

const clockModes = ["running", "paused", "maximum"] as const;
/** Venue time follows the wall clock at a speed, stands still, or goes as fast as the machine can. */
export type ClockMode = (typeof clockModes)[number];

/** Health of the engine process, sent four times a second; its absence for a second means that all numbers are stale. */
export type EngineStatus = {
  readonly state: EngineState;
  /** Last sequence decided, and last sequence on disk. */
  readonly decidedSeq: Seq;
  readonly durableSeq: Seq;
  readonly lastCommitMs: number;
  readonly eventsPerSecond: number;
  readonly journalBytes: number;
  readonly venueTimeUs: EpochUs;
  /** Venue seconds that pass in one second of the wall clock; 0 unless the mode is "running". */
  readonly clockSpeed: number;
  readonly clockMode: ClockMode;
  /** Are the simulated participants at work? */
  readonly marketRunning: boolean;
  /** Milliseconds for which commands have waited without a commit; 0 while nothing waits. */
  readonly commitWaitMs: number;
  /** The link to the outside venue; null where orders are matched here. */
  readonly link?: LinkStatus | null;
  /** Faults that are on; always empty at a venue that is not simulated. */
  readonly faults: readonly FaultStatus[];
  /** RK-35: sequence of the newest deed or breach since the engine's start; 0 for none. */
  readonly riskSeq?: Seq;
  /** Set while `state` is "broken": the journal's first bad row. */
  readonly fault: TypedError | null;
  /** The newest warnings since the last start, e.g. of a snapshot that was skipped. */
  readonly warnings: readonly HostWarning[];
};
