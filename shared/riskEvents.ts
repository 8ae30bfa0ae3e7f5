import type { AccountId, ClientOrderId, EpochUs, InstrumentId, Seq } from "./ids.ts";
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
type RiskBreached = {
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

/** The sender insisted on an order beyond a soft bound and said why; the OrderAccepted or OrderAmended that follows is that order. */
type SoftLimitConfirmed = Omit<RiskBreached, "type" | "tier" | "headroom"> & {
  readonly type: "SoftLimitConfirmed";
  readonly clientOrderId: ClientOrderId;
  readonly confirmation: string;
};

/** A control blocks a node from here on. */
type RiskLocked = {
  readonly type: "RiskLocked";
  readonly nodeId: number;
  readonly lock: RiskLock;
  readonly limit: number;
  readonly used: number;
  /** When it ends by itself; null if a person must release it. */
  readonly untilUs: EpochUs | null;
};
