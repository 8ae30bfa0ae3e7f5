import { z } from "zod";
import {
  accountIdSchema,
  assetIdSchema,
  instrumentIdSchema,
  MAX_CATALOG_ID,
  momentUsSchema,
  type AccountId,
  type EpochUs,
  type InstrumentId,
  type Seq,
} from "./ids.ts";
import { priceTicksSchema } from "./money.ts";

/** Levels of the risk tree, from the root down. Node 1 is the venue; it exists from the start. */
export const riskLevels = ["venue", "firm", "desk", "account"] as const;
export type RiskLevel = (typeof riskLevels)[number];
export const VENUE_NODE = 1;

/** What may still be sent, from everything to nothing. Cancels pass in every state. */
export const tradingStates = ["active", "reduceOnly", "cancelOnly", "halted"] as const;
export type TradingState = (typeof tradingStates)[number];

/** Controls that are set for one instrument: their limits count lots, or millionths of a price. */
export const instrumentControls = [
  "orderLots",
  "netLots",
  "grossLots",
  "collarPpm",
  "nearTouchPpm",
  "farTouchPpm",
  "protectionLots",
] as const;
/** Controls of a whole node: values in units of its currency, or bare counts. */
export const nodeControls = [
  "orderValue",
  "openValue",
  "messages",
  "orderToTrade",
  "executions",
  "duplicates",
  "protectionFills",
  "loss",
  "liquidation",
] as const;
export const riskControls = [...instrumentControls, ...nodeControls] as const;
export type RiskControl = (typeof riskControls)[number];

/** What the `parameter` of a control's limits means; controls that are not listed take none. */
export const controlParameters = {
  messages: "tokens a second",
  orderToTrade: "window in microseconds",
  executions: "window in microseconds",
  duplicates: "window in microseconds",
  protectionFills: "window in microseconds",
  protectionLots: "window in microseconds",
  loss: "cooling-off in microseconds",
  liquidation: "cooling-off in microseconds",
} as const satisfies Partial<Record<RiskControl, string>>;

/** Blocks that a control, and not a person, puts on a node. */
export const riskLocks = ["disabled", "protected", "lossWarning", "lossBlocked", "liquidating"] as const;
export type RiskLock = (typeof riskLocks)[number];
/** Locks that a person releases; the others end by themselves, and nobody can shorten them. */
const releasableLocks = ["disabled", "protected"] as const satisfies readonly RiskLock[];

const reason = z.string().trim().min(3).max(500);
const label = z.string().trim().min(1).max(64);
const bound = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER - 1);
const riskNodeIdSchema = z.number().int().min(1).max(MAX_CATALOG_ID);

/** A firm below the venue, a desk below a firm, or the place of an account: below a desk, a firm or the venue. */
export const riskNodeSchema = z.strictObject({
  nodeId: riskNodeIdSchema,
  level: z.enum(riskLevels),
  parentId: riskNodeIdSchema,
  name: label,
  /** Set exactly for an account. */
  accountId: accountIdSchema.nullable(),
  /** Values are counted in this asset; within a firm all nodes count in the firm's. */
  currencyAssetId: assetIdSchema,
});
export type RiskNode = z.infer<typeof riskNodeSchema>;

/** New bounds of one control; both null lift it. A breach of `soft` needs a confirmation, a breach of `hard` is refused. */
const limitChangeSchema = z.strictObject({
  control: z.enum(riskControls),
  instrumentId: instrumentIdSchema.nullable(),
  soft: bound.nullable(),
  hard: bound.nullable(),
  parameter: z
    .number()
    .int()
    .min(1)
    .max(10 ** 15)
    .nullable(),
});
export type LimitChange = z.infer<typeof limitChangeSchema>;

export const limitProposalSchema = z.strictObject({
  nodeId: riskNodeIdSchema,
  changes: z.array(limitChangeSchema).min(1).max(64),
  /** When the change takes effect; null for at once on approval. */
  effectiveUs: momentUsSchema.nullable(),
  /** When it ends and what was there before returns; null for never. */
  expiresUs: momentUsSchema.nullable(),
  reason,
});
export type LimitProposal = z.infer<typeof limitProposalSchema>;
export const recordedProposalSchema = limitProposalSchema.extend({ by: z.string() });
export type RecordedProposal = z.infer<typeof recordedProposalSchema>;

export const tradingStateChangeSchema = z.strictObject({ nodeId: riskNodeIdSchema, state: z.enum(tradingStates), reason });
export type TradingStateChange = z.infer<typeof tradingStateChangeSchema>;

const killScopeSchema = z.discriminatedUnion("kind", [
  /** Everything that the named actor sent or sends. */
  z.strictObject({ kind: z.literal("user"), actor: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal("account"), accountId: accountIdSchema }),
  /** A desk, a firm or the venue. */
  z.strictObject({ kind: z.literal("node"), nodeId: riskNodeIdSchema }),
]);
export type KillScope = z.infer<typeof killScopeSchema>;
export const killSchema = z.strictObject({
  scope: killScopeSchema,
  /** Also trade the positions back to nothing. */
  flatten: z.boolean(),
  reason,
});
export type Kill = z.infer<typeof killSchema>;
export const rearmSchema = z.strictObject({ scope: killScopeSchema, reason });
export type Rearm = z.infer<typeof rearmSchema>;

/** A session is named by the actor under which its commands are journaled. */
export const sessionSchema = z.strictObject({
  session: z.string().min(1).max(200),
  cancelOnDisconnect: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;

/** One unit of `fromAssetId` is worth numerator / denominator units of `toAssetId`. Later marks of the pair replace it. */
export const conversionMarkSchema = z.strictObject({
  fromAssetId: assetIdSchema,
  toAssetId: assetIdSchema,
  numerator: z
    .number()
    .int()
    .min(1)
    .max(10 ** 9),
  denominator: z
    .number()
    .int()
    .min(1)
    .max(10 ** 6),
  /** The mark serves so long after its command. */
  goodForUs: z
    .number()
    .int()
    .min(1)
    .max(10 ** 15),
});
export type ConversionMark = z.infer<typeof conversionMarkSchema>;

/** A price from outside (yesterday's close, say) that collars fall back on when the market itself has none. */
export const referenceMarkSchema = z.strictObject({
  instrumentId: instrumentIdSchema,
  ticks: priceTicksSchema,
  goodForUs: z
    .number()
    .int()
    .min(1)
    .max(10 ** 15),
});
export type ReferenceMark = z.infer<typeof referenceMarkSchema>;

export const lockReleaseSchema = z.strictObject({ nodeId: riskNodeIdSchema, lock: z.enum(releasableLocks), reason });
export type LockRelease = z.infer<typeof lockReleaseSchema>;

/** Who did it: added by the engine to what it records of an operator's deed. */
const by = { by: z.string() };
export const recordedStateSchema = tradingStateChangeSchema.extend(by);
export const recordedKillSchema = killSchema.extend(by);
export const recordedRearmSchema = rearmSchema.extend(by);
export const recordedReleaseSchema = z.strictObject({ nodeId: riskNodeIdSchema, lock: z.enum(riskLocks), reason: z.string(), ...by });
export type RecordedState = z.infer<typeof recordedStateSchema>;
export type RecordedKill = z.infer<typeof recordedKillSchema>;
export type RecordedRearm = z.infer<typeof recordedRearmSchema>;
export type RecordedRelease = z.infer<typeof recordedReleaseSchema>;

export const breachTiers = ["soft", "hard"] as const;
export type BreachTier = (typeof breachTiers)[number];

/** One control at one level, as a risk officer reads it. Amounts in the control's own units. */
export type RiskControlView = {
  readonly control: RiskControl;
  readonly instrumentId: InstrumentId | null;
  readonly nodeId: number;
  readonly level: RiskLevel;
  /** Who approved the bounds in force. */
  readonly owner: string;
  readonly soft: number | null;
  readonly hard: number | null;
  readonly parameter: number | null;
  /** Null where use has no meaning before an order is known (collars, order size). */
  readonly used: number | null;
  readonly headroom: number | null;
  readonly changedUs: EpochUs;
  readonly breachedUs: EpochUs | null;
  readonly breachedSeq: Seq | null;
};

/** Limits that were proposed and are not in force: nobody approved them, or their time has not come. */
export type OpenProposal = {
  readonly proposalId: Seq;
  readonly status: "proposed" | "approved";
  readonly proposal: RecordedProposal;
};

/** The whole risk tree as a risk officer reads it. */
export type RiskTree = {
  readonly nodes: readonly RiskView[];
  readonly proposals: readonly OpenProposal[];
  /** `isFlattening`: as long as the switch is engaged, positions at the outside venue are traded back. */
  readonly killedNodes: readonly { readonly nodeId: number; readonly by: string; readonly isFlattening: boolean }[];
  readonly killedActors: readonly { readonly actor: string; readonly by: string }[];
};

export type RiskView = {
  readonly node: RiskNode;
  readonly accountId: AccountId | null;
  /** Of the node itself, and the strictest from here to the root. */
  readonly state: TradingState;
  readonly effectiveState: TradingState;
  readonly isKilled: boolean;
  readonly locks: readonly RiskLock[];
  /** When a cooling-off ends; null if there is none. */
  readonly untilUs: EpochUs | null;
  /** Controls of the node and of those above it. */
  readonly controls: readonly RiskControlView[];
};
