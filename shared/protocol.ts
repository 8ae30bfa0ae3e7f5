import { z } from "zod";
import { commandSchema } from "./commands.ts";
import type { TypedError } from "./errors.ts";
import { instrumentIdSchema, seqSchema, type OrderId, type Seq } from "./ids.ts";
import type { Refusal } from "./rejects.ts";
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
  /** Hash of the whole state at the last durable sequence. Answer: stateHash. */
  z.strictObject({ type: z.literal("stateHash") }),
]);
export type Query = z.infer<typeof querySchema>;

export type QueryResult =
  | { readonly type: "candles"; readonly candles: readonly CandleRow[] }
  | { readonly type: "orders"; readonly orders: readonly OrderRow[] }
  | { readonly type: "fills"; readonly fills: readonly FillRow[] }
  | { readonly type: "stateHash"; readonly seq: Seq; readonly hash: string };

/** Deeds of a person at the controls, apart from trading; only sessions marked as operator may ask for them. */
const operationSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("continueFromLastGoodRow"), reason: z.string().trim().min(3).max(500) }),
  z.strictObject({ type: z.literal("setClockSpeed"), speed: z.number().min(0.1).max(1_000) }),
  z.strictObject({ type: z.literal("setMarketRunning"), running: z.boolean() }),
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
    /** A screen's frames are spaced so that a person can see them; a gateway gets one with every commit. */
    pace: z.enum(["screen", "everyCommit"]).optional(),
  }),
  z.strictObject({ type: z.literal("resync") }),
  /** Every frame up to `toSeq` has been taken in. The host waits for a client that says so: when too many frames are unseen, it sends none until the client has caught up, and then a snapshot. */
  z.strictObject({ type: z.literal("seen"), toSeq: seqSchema }),
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
      readonly status: EngineStatus;
    }
  | { readonly type: "frame"; readonly frame: Frame }
  | { readonly type: "status"; readonly status: EngineStatus }
  | { readonly type: "outcome"; readonly requestId: number; readonly outcome: Outcome }
  | { readonly type: "result"; readonly requestId: number; readonly result: QueryResult }
  | { readonly type: "done"; readonly requestId: number; readonly note: string }
  /** `requestId` is null when the message could not even be read that far. */
  | { readonly type: "error"; readonly requestId: number | null; readonly error: TypedError };

/** What every window, dialog and export shows about where its numbers come from. */
export type VenueLabel = { readonly mode: "simulated" | "live"; readonly name: string };
