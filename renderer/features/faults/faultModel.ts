import { faultSchema, faultsSchema, type Fault, type FaultKind } from "../../../shared/faults.ts";
import { failed, ok, type Result } from "../../../shared/result.ts";

/** What of a fault beside its odds is asked for. */
type FaultParameter = "ms" | "by" | "perSecond" | "code" | "cancelOnDisconnect" | "thread";

export type FaultEntry = {
  readonly kind: FaultKind;
  readonly group: "Market data" | "Session" | "Orders" | "Engine";
  readonly label: string;
  /** What befalls whom, one sentence. */
  readonly meaning: string;
  readonly parameters: readonly FaultParameter[];
};

/** Every fault there is, as the panel offers it. */
export const faultEntries: readonly FaultEntry[] = [
  { kind: "dropFrames", group: "Market data", label: "Drop", meaning: "A frame is lost.", parameters: [] },
  { kind: "duplicateFrames", group: "Market data", label: "Duplicate", meaning: "A frame comes twice.", parameters: [] },
  { kind: "reorderFrames", group: "Market data", label: "Reorder", meaning: "A frame comes after the next one.", parameters: [] },
  { kind: "delayFrames", group: "Market data", label: "Delay", meaning: "A frame comes so many milliseconds late.", parameters: ["ms"] },
  {
    kind: "sequenceGap",
    group: "Market data",
    label: "Sequence gap",
    meaning: "A frame claims to begin so many sequences later.",
    parameters: ["by"],
  },
  {
    kind: "staleSnapshot",
    group: "Market data",
    label: "Stale snapshot",
    meaning: "An earlier snapshot comes instead of a frame.",
    parameters: [],
  },
  { kind: "crossedSnapshot", group: "Market data", label: "Crossed book", meaning: "Books arrive with bids above asks.", parameters: [] },
  {
    kind: "disconnect",
    group: "Session",
    label: "Disconnect",
    meaning: "The line is cut at the next message.",
    parameters: ["cancelOnDisconnect"],
  },
  {
    kind: "slowConsumer",
    group: "Session",
    label: "Slow consumer",
    meaning: "The engine does not hear what has been taken in.",
    parameters: [],
  },
  {
    kind: "clockSkew",
    group: "Session",
    label: "Clock skew",
    meaning: "The venue's clock is told wrong by so many milliseconds.",
    parameters: ["ms"],
  },
  {
    kind: "loseAcknowledgement",
    group: "Orders",
    label: "Lost acknowledgement",
    meaning: "A command takes effect and its answer is lost.",
    parameters: [],
  },
  {
    kind: "lateFill",
    group: "Orders",
    label: "Late fill",
    meaning: "A fill is told so long after its order's cancel was acknowledged.",
    parameters: ["ms"],
  },
  {
    kind: "refuse",
    group: "Orders",
    label: "Refusal",
    meaning: "A command is answered with this code and goes nowhere.",
    parameters: ["code"],
  },
  {
    kind: "throttle",
    group: "Orders",
    label: "Throttle",
    meaning: "Commands beyond so many in a second are turned away.",
    parameters: ["perSecond"],
  },
  { kind: "slowFsync", group: "Engine", label: "Slow disk", meaning: "A commit takes so many milliseconds longer.", parameters: ["ms"] },
  { kind: "diskFull", group: "Engine", label: "Disk full", meaning: "A commit finds no space; the engine ends.", parameters: [] },
  {
    kind: "partialWrite",
    group: "Engine",
    label: "Partial write",
    meaning: "A commit is cut off half way, and the engine with it.",
    parameters: [],
  },
  {
    kind: "flippedByte",
    group: "Engine",
    label: "Flipped byte",
    meaning: "A byte of the newest row turns over; the engine dies and finds it.",
    parameters: [],
  },
  { kind: "workerCrash", group: "Engine", label: "Worker crash", meaning: "A thread of the engine dies.", parameters: ["thread"] },
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
      : group === "Engine"
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
  return failed(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not fit"}`);
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
  return failed(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not fit"}`);
}

/** A fault's particulars in words: whom it strikes and with what. */
export function particulars(fault: Fault): string {
  const parts: string[] = [];
  if (typeof fault.target === "string") parts.push(fault.kind === "workerCrash" ? `${fault.target} thread` : "journal");
  else parts.push(fault.target.session ?? fault.target.owner ?? "everyone");
  if ("ms" in fault) parts.push(`${fault.ms} ms`);
  if ("by" in fault) parts.push(`by ${fault.by}`);
  if ("perSecond" in fault) parts.push(`${fault.perSecond}/s`);
  if ("code" in fault) parts.push(fault.code);
  if ("cancelOnDisconnect" in fault) parts.push(fault.cancelOnDisconnect ? "orders cancelled" : "orders stay");
  return parts.join(" · ");
}

function number(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}
