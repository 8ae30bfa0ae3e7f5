import type { CommandType } from "./commands.ts";
import type { Event, EventType } from "./events.ts";
import type { EpochUs, Seq } from "./ids.ts";

/** The two lists that a risk officer proves things from: what was decided about limits and stops, and what the controls objected to. */
export const riskLists = ["deeds", "breaches"] as const;
export type RiskList = (typeof riskLists)[number];

/** What counts as a deed. A refused command is one where it asked for a deed. */
export const riskDeedTypes = [
  "RiskNodeDefined",
  "LimitsProposed",
  "LimitsApproved",
  "LimitsRejected",
  "LimitsApplied",
  "LimitsExpired",
  "SoftLimitConfirmed",
  "TradingStateSet",
  "KillSwitchEngaged",
  "KillSwitchRearmed",
  "RiskLocked",
  "RiskLockReleased",
  "OperatorActionRecorded",
  "CommandDenied",
] as const satisfies readonly EventType[];

/** Commands whose refusal is a deed. */
export const riskCommandTypes: readonly CommandType[] = [
  "DefineRiskNode",
  "ProposeLimits",
  "ApproveLimits",
  "RejectLimits",
  "SetTradingState",
  "EngageKillSwitch",
  "RearmKillSwitch",
  "ReleaseRiskLock",
];

export type RiskRecordEvent = Extract<Event, { type: (typeof riskDeedTypes)[number] | "RiskBreached" }>;

/** One entry, as the journal has it. */
export type RiskRecord = {
  readonly seq: Seq;
  /** Sequence of the command that brought it about. */
  readonly causeSeq: Seq;
  /** Venue time of that command. */
  readonly atUs: EpochUs;
  /** Whose command it was: a user's code, or a session. */
  readonly by: string;
  readonly event: RiskRecordEvent;
  /** Orders that it took off the book. */
  readonly cancelled: number;
};

/** Entries that one answer holds at most, and that memory keeps of each list. */
export const MOST_RISK_RECORDS = 5_000;
