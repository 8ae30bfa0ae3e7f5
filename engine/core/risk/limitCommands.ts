import {
  VENUE_NODE,
  controlParameters,
  nodeControls,
  type LimitChange,
  type LimitProposal,
  type RiskControl,
} from "../../../shared/risk.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { commandLayouts, eventLayouts } from "../records/layout.ts";
import { PASSED } from "../records/refused.ts";
import { hardAbove } from "./effectiveLimits.ts";
import { emitJson, emitProposal } from "./emitRisk.ts";

/** Controls that the venue itself may set: those that look at one order or one message. It adds up no exposures. */
const venueControls: ReadonlySet<RiskControl> = new Set([
  "orderLots",
  "collarPpm",
  "nearTouchPpm",
  "farTouchPpm",
  "orderValue",
  "messages",
]);
/** More tokens than this would not fit when counted in millionths. */
const MOST_TOKENS = 10 ** 9;

/** RK-28: the maker's part. */
export function proposeLimits(engine: Engine, at: number, actor: string): number {
  const { log } = engine;
  // The text was made from a parsed proposal by encodeCommands.
  const proposal = JSON.parse(log.texts.list[log.numbers[at + commandLayouts.ProposeLimits.slots.proposal]!]!) as LimitProposal;
  const objection = checkProposal(engine, proposal);
  if (objection !== PASSED) return objection;
  emitJson(engine, eventLayouts.LimitsProposed, { ...proposal, by: actor });
  return PASSED;
}

/** RK-28: the checker's part. What is not put off takes effect at once. */
export function approveLimits(engine: Engine, proposalId: number, actor: string): number {
  const { refused, state } = engine;
  const entry = state.risk.book.proposals.get(proposalId);
  if (entry?.status !== "proposed") return refused.with("RISK_UNKNOWN_PROPOSAL", NO_OPERAND, proposalId, NO_OPERAND);
  const { proposal } = entry;
  if (proposal.by === actor) return refused.because("RISK_SECOND_PERSON");
  const objection = checkProposal(engine, proposal);
  if (objection !== PASSED) return objection;
  emitProposal(engine, eventLayouts.LimitsApproved, proposalId, actor);
  if ((proposal.effectiveUs ?? 0) <= state.lastAtUs) emitProposal(engine, eventLayouts.LimitsApplied, proposalId);
  return PASSED;
}

/** RK-28: by anyone, also by the one who proposed, who so withdraws it. */
export function rejectLimits(engine: Engine, at: number, actor: string): number {
  const { log, refused, state } = engine;
  const { proposalId: idSlot, reason } = commandLayouts.RejectLimits.slots;
  const proposalId = log.numbers[at + idSlot]!;
  const entry = state.risk.book.proposals.get(proposalId);
  if (entry === undefined || entry.status === "applied") return refused.with("RISK_UNKNOWN_PROPOSAL", NO_OPERAND, proposalId, NO_OPERAND);
  emitProposal(engine, eventLayouts.LimitsRejected, proposalId, actor, log.texts.list[log.numbers[at + reason]!]!);
  return PASSED;
}

/** RK-5, RK-28. */
function checkProposal(engine: Engine, proposal: LimitProposal): number {
  const { refused, state } = engine;
  if (!state.risk.nodes.exists(proposal.nodeId)) return refused.with("RISK_UNKNOWN_NODE", NO_OPERAND, proposal.nodeId, NO_OPERAND);
  const { effectiveUs, expiresUs } = proposal;
  const now = state.lastAtUs;
  if (expiresUs !== null && (expiresUs <= now || expiresUs <= (effectiveUs ?? 0))) {
    return refused.with("RISK_PROPOSAL_LATE", now, expiresUs, NO_OPERAND);
  }
  for (const change of proposal.changes) {
    if (!isSound(engine, proposal, change)) return refused.because("RISK_LIMIT_INVALID");
    const above = hardAbove(state, proposal.nodeId, change);
    if (change.hard !== null && change.hard > above) return refused.with("RISK_LIMIT_ABOVE_PARENT", above, change.hard, above);
  }
  return PASSED;
}

function isSound({ state }: Engine, { nodeId, changes, expiresUs }: LimitProposal, change: LimitChange): boolean {
  const { control, instrumentId, soft, hard, parameter } = change;
  const isLifted = soft === null && hard === null;
  const needsInstrument = !nodeControls.some((one) => one === control);
  const isOnlyOne = changes.filter((other) => other.control === control && other.instrumentId === instrumentId).length === 1;
  return (
    isOnlyOne &&
    needsInstrument === (instrumentId !== null) &&
    (instrumentId === null || state.catalog.hasInstrument(instrumentId)) &&
    (soft === null || hard === null || soft <= hard) &&
    // A lifted limit has no parameter and no end of its own.
    (isLifted ? parameter === null && expiresUs === null : (parameter !== null) === control in controlParameters) &&
    // A bucket needs a size; its soft tier alone would never run out.
    (control !== "messages" || isLifted || (hard !== null && hard <= MOST_TOKENS)) &&
    (nodeId !== VENUE_NODE || venueControls.has(control))
  );
}
