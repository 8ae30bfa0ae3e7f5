import type { z } from "zod";
import { faultSchema, faultsSchema, type Fault, type FaultKind } from "../../../shared/faults.ts";
import { failed, ok, type Result } from "../../../shared/result.ts";
import { faultTexts } from "./faultTexts.ts";

/** What of a fault beside its odds is asked for. */
type FaultParameter = "ms" | "by" | "perSecond" | "code" | "cancelOnDisconnect" | "thread";

/** Where a fault strikes. */
export const faultGroups = ["market", "session", "orders", "engine"] as const;
type FaultGroup = (typeof faultGroups)[number];

export type FaultEntry = {
  readonly kind: FaultKind;
  readonly group: FaultGroup;
  readonly parameters: readonly FaultParameter[];
};

/** Every fault there is, as the panel offers it. */
export const faultEntries: readonly FaultEntry[] = [
  { kind: "dropFrames", group: "market", parameters: [] },
  { kind: "duplicateFrames", group: "market", parameters: [] },
  { kind: "reorderFrames", group: "market", parameters: [] },
  { kind: "delayFrames", group: "market", parameters: ["ms"] },
  { kind: "sequenceGap", group: "market", parameters: ["by"] },
  { kind: "staleSnapshot", group: "market", parameters: [] },
  { kind: "crossedSnapshot", group: "market", parameters: [] },
  { kind: "disconnect", group: "session", parameters: ["cancelOnDisconnect"] },
  { kind: "slowConsumer", group: "session", parameters: [] },
  { kind: "clockSkew", group: "session", parameters: ["ms"] },
  { kind: "loseAcknowledgement", group: "orders", parameters: [] },
  { kind: "lateFill", group: "orders", parameters: ["ms"] },
  { kind: "refuse", group: "orders", parameters: ["code"] },
  { kind: "throttle", group: "orders", parameters: ["perSecond"] },
  { kind: "slowFsync", group: "engine", parameters: ["ms"] },
  { kind: "diskFull", group: "engine", parameters: [] },
  { kind: "partialWrite", group: "engine", parameters: [] },
  { kind: "flippedByte", group: "engine", parameters: [] },
  { kind: "workerCrash", group: "engine", parameters: ["thread"] },
];

export type FaultDraft = {
  readonly kind: FaultKind;
  /** Whose line: this window's or everyone's. */
  readonly where: "window" | "everyone";
  readonly probability: string;
  readonly seed: string;
  /** Empty: without end. */
  readonly times: string;
  readonly ms: string;
  readonly by: string;
  readonly perSecond: string;
  readonly code: string;
  readonly cancelOnDisconnect: boolean;
  readonly thread: string;
};

export const firstDraft: FaultDraft = {
  kind: "dropFrames",
  where: "window",
  probability: "1",
  seed: "1",
  times: "1",
  ms: "500",
  by: "1",
  perSecond: "2",
  code: "BOOK_NO_LIQUIDITY",
  cancelOnDisconnect: false,
  thread: "engine",
};

export function faultEntry(kind: FaultKind): FaultEntry {
  // There is an entry for each kind; a test holds that.
  return faultEntries.find((entry) => entry.kind === kind) as FaultEntry;
}

/** The fault that the draft describes, or what is wrong with which field. */
export function faultOf(draft: FaultDraft, session: string): Result<Fault, string> {
  const { group, parameters } = faultEntry(draft.kind);
  const target =
    draft.kind === "workerCrash"
      ? draft.thread
      : group === "engine"
        ? "journal"
        : { owner: null, session: draft.where === "window" ? session : null };
  const given: Readonly<Record<Exclude<FaultParameter, "thread">, unknown>> = {
    ms: number(draft.ms),
    by: number(draft.by),
    perSecond: number(draft.perSecond),
    code: draft.code,
    cancelOnDisconnect: draft.cancelOnDisconnect,
  };
  const parsed = faultSchema.safeParse({
    kind: draft.kind,
    target,
    probability: number(draft.probability),
    seed: number(draft.seed),
    times: draft.times.trim() === "" ? null : number(draft.times),
    ...Object.fromEntries(parameters.flatMap((name) => (name === "thread" ? [] : [[name, given[name]]]))),
  });
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const field = fields.find((name) => name === issue?.path[0]);
  return failed(`${field === undefined ? faultTexts.fault : faultTexts[field]}: ${ruleOf(issue)}`);
}

/** Fields of the form in which a number is typed. */
const fields = ["probability", "seed", "times", "ms", "by", "perSecond"] as const;

/** What a value breaks, in signs or in words of the window's language. */
function ruleOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "too_big") return `${issue.inclusive === true ? "≤" : "<"} ${issue.maximum}`;
  if (issue?.code === "too_small") return `${issue.inclusive === true ? "≥" : ">"} ${issue.minimum}`;
  return faultTexts.doesNotFit;
}

/** The faults of a file's text, or what is wrong with which of them. */
export function faultsOfText(text: string): Result<readonly Fault[], string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
  const parsed = faultsSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return failed(`${issue?.path.join(".") ?? ""}: ${ruleOf(issue)}`);
}

/** A fault's particulars in words: whom it strikes and with what; `session` is the window's own. */
export function particulars(fault: Fault, session: string): string {
  const parts: string[] = [];
  if (typeof fault.target === "string")
    parts.push(fault.kind === "workerCrash" ? faultTexts.threadOf(faultTexts.threads[fault.target]) : faultTexts.journal);
  else if (fault.target.session === session) parts.push(faultTexts.window);
  else parts.push(fault.target.session ?? fault.target.owner ?? faultTexts.everybody);
  if ("ms" in fault) parts.push(faultTexts.milliseconds(fault.ms));
  if ("by" in fault) parts.push(faultTexts.sequences(fault.by));
  if ("perSecond" in fault) parts.push(faultTexts.rate(fault.perSecond));
  if ("code" in fault) parts.push(fault.code);
  if ("cancelOnDisconnect" in fault) parts.push(fault.cancelOnDisconnect ? faultTexts.ordersCancelled : faultTexts.ordersStay);
  return parts.join(" · ");
}

function number(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
