import { z } from "zod";
import { commandSchema } from "./commands.ts";
import type { DepthMinute } from "./depthHistory.ts";
import type { TypedError } from "./errors.ts";
import type { PreviewSummary } from "./preview.ts";
import { faultsSchema } from "./faults.ts";
import type { ClientClass } from "./catalog.ts";
import type { HostNote } from "./hostNotes.ts";
import { accountIdSchema, instrumentIdSchema, seqSchema, type EpochUs, type InstrumentId, type OrderId, type Seq } from "./ids.ts";
import type { TradingPhase } from "./orders.ts";
import type { Refusal } from "./rejects.ts";
import type { RiskTree } from "./risk.ts";
import { riskLists, type RiskRecord } from "./riskRecord.ts";
import type { VenueUser } from "./users.ts";
import { candleIntervals, type CandleRow, type EngineStatus, type FillRow, type Frame, type OrderRow } from "./views.ts";

/**
 * What passes over a client's MessagePort to the engine process, the same for a window, a simulated participant and an API gateway.
 * Everything a client sends is parsed with `clientMessageSchema`; what does not fit is answered with a TypedError and changes nothing.
 */
export const PROTOCOL_VERSION = 1;

const requestId = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const candleInterval = z.literal(candleIntervals);

const querySchema = z.discriminatedUnion("type", [
  /** Bars before `beforeUs` (null: the newest), at most `limit`, ascending. Answer: candles. */
  z.strictObject({
    type: z.literal("candles"),
    instrumentId: instrumentIdSchema,
    intervalSeconds: candleInterval,
    beforeUs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
    limit: z.number().int().min(1).max(5_000),
  }),
  /** Orders with a sequence below `beforeSeq` (null: the newest), at most `limit`, descending. Answer: orders. */
  z.strictObject({
    type: z.literal("orders"),
    beforeSeq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
    limit: z.number().int().min(1).max(5_000),
  }),
  /** Fills with a trade id below `beforeSeq`, descending. Answer: fills. */
  z.strictObject({
    type: z.literal("fills"),
    beforeSeq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
    limit: z.number().int().min(1).max(5_000),
  }),
  /** Public trades with an id below `beforeId` (null: the newest), at most `limit`, ascending and packed. Answer: trades. */
  z.strictObject({
    type: z.literal("trades"),
    instrumentId: instrumentIdSchema,
    beforeId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
    limit: z.number().int().min(1).max(10_000),
  }),
  /** How the book looked in the past: the newest minutes that end before `beforeUs` (null: up to now), ascending. Answer: depthHistory. */
  z.strictObject({
    type: z.literal("depthHistory"),
    instrumentId: instrumentIdSchema,
    beforeUs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
    minutes: z.number().int().min(1).max(60),
  }),
  /** Hash of the whole state at the last durable sequence. Answer: stateHash. */
  z.strictObject({ type: z.literal("stateHash") }),
  /** What the command would do if it came next, decided on a fork at the last durable sequence (FK-3). Who may not send it may not ask. Answer: preview. */
  z.strictObject({ type: z.literal("preview"), command: commandSchema }),
  /** The risk tree with its limits, states and open proposals; for operators. Answer: riskTree. */
  z.strictObject({ type: z.literal("riskTree") }),
  /**
   * RK-35: deeds or breaches behind a sequence, at most MOST_RISK_RECORDS, the newest, ascending; for operators. Answer: riskRecord.
   */
  z.strictObject({
    type: z.literal("riskRecord"),
    list: z.enum(riskLists),
    afterSeq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  /** What an own account's orders would be charged if they were accepted now, instrument by instrument. Answer: feeTerms. */
  z.strictObject({ type: z.literal("feeTerms"), accountId: accountIdSchema }),
  /** Each instrument's trading phase, and the classes of clients that some rule admits to it now. Answer: listings. */
  z.strictObject({ type: z.literal("listings") }),
]);
export type Query = z.infer<typeof querySchema>;

export type QueryResult =
  | { readonly type: "candles"; readonly candles: readonly CandleRow[] }
  | { readonly type: "orders"; readonly orders: readonly OrderRow[] }
  | { readonly type: "fills"; readonly fills: readonly FillRow[] }
  /** PACKED_TRADE_STRIDE numbers a trade. */
  | { readonly type: "trades"; readonly trades: Float64Array }
  /** `complete`: nothing older is kept. */
  | { readonly type: "depthHistory"; readonly minutes: readonly DepthMinute[]; readonly complete: boolean }
  | { readonly type: "stateHash"; readonly seq: Seq; readonly hash: string }
  /** `seq`: where the fork stood. `workMs`: how long the host worked on it. */
  | { readonly type: "preview"; readonly seq: Seq; readonly workMs: number; readonly preview: PreviewSummary }
  | { readonly type: "riskTree"; readonly seq: Seq; readonly tree: RiskTree }
  /** `seq`: up to where the list was read. `isComplete`: nothing behind the sequence asked for was left out. */
  | { readonly type: "riskRecord"; readonly seq: Seq; readonly records: readonly RiskRecord[]; readonly isComplete: boolean }
  | { readonly type: "feeTerms"; readonly terms: readonly InstrumentFees[] }
  | { readonly type: "listings"; readonly listings: readonly Listing[] };

/** Rates in millionths, negative for a rebate; the tier counts from 0, the 30-day volume in millionths of a US dollar. */
export type InstrumentFees = {
  readonly instrumentId: InstrumentId;
  readonly tier: number;
  readonly makerPpm: number;
  readonly takerPpm: number;
  readonly volumeUsdMillionths: number;
};

export type Listing = { readonly instrumentId: InstrumentId; readonly phase: TradingPhase; readonly classes: readonly ClientClass[] };

/** What can be done to the simulated exchange's time. A step lets time pass until something has happened, and then it stands still. */
const timeDeedSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pause") }),
  /** At the speed of before. */
  z.strictObject({ kind: z.literal("run") }),
  /** As fast as the machine can. */
  z.strictObject({ kind: z.literal("maximum") }),
  z.strictObject({ kind: z.literal("stepEvent") }),
  z.strictObject({ kind: z.literal("stepFill") }),
  z.strictObject({ kind: z.literal("stepTo"), venueTimeUs: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
]);
export type TimeDeed = z.infer<typeof timeDeedSchema>;

/** Deeds of a person at the controls, apart from trading; only sessions marked as operator may ask for them. */
const operationSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("continueFromLastGoodRow"), reason: z.string().trim().min(3).max(500) }),
  z.strictObject({ type: z.literal("setClockSpeed"), speed: z.number().min(0.1).max(1_000) }),
  z.strictObject({ type: z.literal("controlTime"), deed: timeDeedSchema }),
  /** CN-10: proposes to take over what a connected venue says where it differs from what is kept here; another user, a risk officer, approves it. */
  z.strictObject({ type: z.literal("proposeTakeOver"), reason: z.string().trim().min(3).max(300) }),
  z.strictObject({ type: z.literal("approveTakeOver"), proposalId: seqSchema }),
  z.strictObject({ type: z.literal("withdrawTakeOver"), proposalId: seqSchema }),
  z.strictObject({ type: z.literal("setMarketRunning"), running: z.boolean() }),
  /** Puts these faults in the place of those that are on; none ends them. */
  z.strictObject({ type: z.literal("setFaults"), faults: faultsSchema }),
]);
export type Operation = z.infer<typeof operationSchema>;

export const clientMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), version: z.number().int() }),
  /** Replaces the session's subscription. The host answers with a snapshot frame. */
  z.strictObject({
    type: z.literal("subscribe"),
    instrumentIds: z.array(instrumentIdSchema).max(200),
    depthLevels: z.number().int().min(1).max(1_000),
    /** Bars of these instruments and lengths arrive in frames as they change. */
    candles: z.array(z.strictObject({ instrumentId: instrumentIdSchema, intervalSeconds: candleInterval })).max(32),
    /**
     * A screen's frames are spaced so that a person can see them, which is what is meant where nothing is said; a hand's are too, but what a
     * commit changes of its own orders comes at once (GW-14). A gateway gets a frame with every commit.
     */
    pace: z.enum(["screen", "hand", "everyCommit"]).optional(),
    /** Frames carry the queue places of own resting orders. */
    queues: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal("resync") }),
  /** Every frame up to `toSeq` has been taken in. The host waits for a client that says so: when too many frames are unseen, it sends none until the client has caught up, and then a snapshot. */
  z.strictObject({ type: z.literal("seen"), toSeq: seqSchema }),
  /**
   * Puts the client at a past sequence, or (null) back to live. Answer: past, with a frame of that moment, or done and then a live snapshot
   * frame. In the past subscriptions, resyncs and queries are answered from there, and nothing can be submitted or operated.
   */
  z.strictObject({ type: z.literal("travel"), requestId, atSeq: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable() }),
  /** A person of the venue works at this client from now on, and is the actor of what it does. Answer: done. */
  z.strictObject({ type: z.literal("signIn"), requestId, user: z.string().min(1).max(40) }),
  z.strictObject({ type: z.literal("submit"), requestId, command: commandSchema }),
  z.strictObject({ type: z.literal("query"), requestId, query: querySchema }),
  z.strictObject({ type: z.literal("operate"), requestId, operation: operationSchema }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type Subscription = Omit<Extract<ClientMessage, { type: "subscribe" }>, "type">;

/** What became of a command, told only after its commit. */
export type Outcome = {
  readonly seq: Seq;
  readonly lastSeq: Seq;
  /** The accepted order, if the command was one. */
  readonly orderId: OrderId | null;
  /** Set when the engine denied the command. */
  readonly refusal: Refusal | null;
};

export type HostMessage =
  | {
      readonly type: "welcome";
      readonly version: number;
      readonly session: string;
      readonly owner: string;
      readonly operator: boolean;
      readonly venue: VenueLabel;
      /** Who may sign in here; nobody where the client may not operate the venue. */
      readonly users: readonly VenueUser[];
      readonly status: EngineStatus;
    }
  | { readonly type: "frame"; readonly frame: Frame }
  /** The picture at a past sequence; no other frames come until the client is live again. `requestId` is null after a subscription. */
  | { readonly type: "past"; readonly requestId: number | null; readonly past: PastMark; readonly frame: Frame }
  /** `frameSeq`: the last sequence that this client should stand at by now; null before its subscription and in the past. */
  | { readonly type: "status"; readonly status: EngineStatus; readonly frameSeq: Seq | null }
  | { readonly type: "outcome"; readonly requestId: number; readonly outcome: Outcome }
  | { readonly type: "result"; readonly requestId: number; readonly result: QueryResult }
  /** `note` is English, for logs; `told` is the same for windows, where the host has it. */
  | { readonly type: "done"; readonly requestId: number; readonly note: string; readonly told?: HostNote }
  /** `requestId` is null when the message could not even be read that far. */
  | { readonly type: "error"; readonly requestId: number | null; readonly error: TypedError };

/** Where a client in the past stands. */
export type PastMark = {
  readonly askedSeq: Seq;
  /** End of the command to which the sequence asked for belongs. */
  readonly seq: Seq;
  /** Venue time of that command. */
  readonly atUs: EpochUs;
  /** Last sequence in the journal's file when the state was opened. */
  readonly journalSeq: Seq;
  /** Hash of the whole state, the same as it had when it was live. */
  readonly stateHash: string;
  /** What opening it took. */
  readonly openedMs: number;
};

/** What every window, dialog and export shows about where its numbers come from. */
export type VenueLabel = {
  readonly mode: "simulated" | "live";
  readonly name: string;
  /** Address of the outside venue's interface that everything goes through; absent where this engine is the exchange. */
  readonly via?: string;
};
