import { z } from "zod";
import { rejectTable, type RejectCode } from "./rejects.ts";

/*
 * Faults that a tester switches on: in the panel, in a file, or through any operator's session. They strike at the edges of a simulated
 * venue (a client's line, the journal's writer, the engine's threads), never in the rules, and never at a venue that is not simulated.
 */

/** Whose line a fault strikes: clients of this owner, this session, or (null) any. */
const client = z.strictObject({
  owner: z.string().min(1).max(24).nullable(),
  session: z.string().min(1).max(64).nullable(),
});

/** What every fault says: how likely each opportunity is taken, the seed of its dice, and after how many strikes it is over (null: never). */
const odds = {
  probability: z.number().gt(0).max(1),
  seed: z.number().int().min(0).max(2_147_483_647),
  times: z.number().int().min(1).max(1_000_000).nullable(),
};

const milliseconds = z.number().int().min(1).max(60_000);
/** Keys of the table of refusals. */
const rejectCodes = Object.keys(rejectTable) as [RejectCode, ...RejectCode[]];

function ofClient<Kind extends string, Shape extends z.ZodRawShape>(
  kind: Kind,
  shape: Shape,
): z.ZodObject<{ kind: z.ZodLiteral<Kind>; target: typeof client } & typeof odds & Shape, z.core.$strict> {
  return z.strictObject({ kind: z.literal(kind), target: client, ...odds, ...shape });
}

function ofJournal<Kind extends string, Shape extends z.ZodRawShape>(
  kind: Kind,
  shape: Shape,
): z.ZodObject<{ kind: z.ZodLiteral<Kind>; target: z.ZodLiteral<"journal"> } & typeof odds & Shape, z.core.$strict> {
  return z.strictObject({ kind: z.literal(kind), target: z.literal("journal"), ...odds, ...shape });
}

export const faultSchema = z.discriminatedUnion("kind", [
  /** Each frame may be lost, come twice, change places with the next one, or come later. */
  ofClient("dropFrames", {}),
  ofClient("duplicateFrames", {}),
  ofClient("reorderFrames", {}),
  ofClient("delayFrames", { ms: milliseconds }),
  /** A frame claims to begin so many sequences later than it does. */
  ofClient("sequenceGap", { by: z.number().int().min(1).max(1_000_000) }),
  /** Instead of a frame comes the snapshot of some time ago. */
  ofClient("staleSnapshot", {}),
  /** The books of a frame arrive with bids above asks. */
  ofClient("crossedSnapshot", {}),
  /** The line is cut at a message; with cancelOnDisconnect all open orders of the owner are then cancelled. */
  ofClient("disconnect", { cancelOnDisconnect: z.boolean() }),
  /** The host does not hear what the client has taken in. */
  ofClient("slowConsumer", {}),
  /** The answer to a command is lost; what the command did is not. */
  ofClient("loseAcknowledgement", {}),
  /** A fill is told only so long after its order's cancel was acknowledged. */
  ofClient("lateFill", { ms: milliseconds }),
  /** A command does not reach the engine and is answered with this refusal. */
  ofClient("refuse", { code: z.enum(rejectCodes) }),
  /** Commands beyond so many in a second are answered ENGINE_BUSY. */
  ofClient("throttle", { perSecond: z.number().int().min(1).max(100_000) }),
  /** The venue's clock, as the client is told it, is wrong by so much. */
  ofClient("clockSkew", { ms: z.number().int().min(-3_600_000).max(3_600_000) }),
  /** A commit takes so much longer. */
  ofJournal("slowFsync", { ms: milliseconds }),
  /** A commit fails for want of space. */
  ofJournal("diskFull", {}),
  /** A commit is cut off in the middle of its last page, and the process with it. */
  ofJournal("partialWrite", {}),
  /** A byte of the newest row turns over on the disk, and the process dies: the next start finds it. */
  ofJournal("flippedByte", {}),
  /** A thread of the engine process dies at a commit. */
  z.strictObject({ kind: z.literal("workerCrash"), target: z.enum(["engine", "journal", "market"]), ...odds }),
]);
export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault["kind"];
export const faultKinds: readonly FaultKind[] = faultSchema.options.map(({ shape }) => shape.kind.value);
export type ClientFault = Extract<Fault, { target: object }>;
export type JournalFault = Exclude<Extract<Fault, { target: "journal" }>, { kind: "workerCrash" }>;

export function isJournalFault(fault: Fault): fault is JournalFault {
  return fault.target === "journal" && fault.kind !== "workerCrash";
}

/** All faults that are on at once; a file of faults is a list like this in JSON. */
export const faultsSchema = z.array(faultSchema).max(32);

/** A fault that is on, and how often it has struck. */
export type FaultStatus = { readonly fault: Fault; readonly strikes: number };
