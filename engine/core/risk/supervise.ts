import { VENUE_NODE, type RiskLock } from "../../../shared/risk.ts";
import type { Engine } from "../engineParts.ts";
import { eventLayouts } from "../records/layout.ts";
import {
  DISABLED,
  EXECUTIONS,
  LIQUIDATING,
  LIQUIDATION,
  LOSS,
  LOSS_BLOCKED,
  LOSS_WARNING,
  NO_LIMIT,
  PROTECTED,
  PROTECTION_FILLS,
  PROTECTION_LOTS,
} from "./controls.ts";
import { emitJson, emitProposal, emitRiskLocked } from "./emitRisk.ts";
import { haveLossesAtStake, lossOf } from "./loss.ts";
import { COOLING_UNTIL, EXECUTIONS_COUNT, EXECUTIONS_START, PROTECTION_COUNT, PROTECTION_START } from "./nodes.ts";
import { countInWindow, protectedLots } from "./track.ts";
import { CLOCK_ACTOR, LIQUIDATION_ORDERS, cancelBelow, flattenBelow } from "./withdraw.ts";

/**
 * The look after a command: locks the nodes whose fills or losses have reached a hard bound. What it does may fill orders, and so bring
 * other nodes into view, or again those that it has looked at. Each lock comes once and each node trades back once, so this ends.
 */
export function supervise(engine: Engine): void {
  const { risk } = engine.state;
  for (let n = 0; n < risk.suspectCount; n += 1) {
    const node = risk.suspects[n]!;
    superviseNode(engine, node, wasLookedAt(risk.suspects, n, node));
    // What fills for it from here on calls for another look.
    risk.suspects[n] = -node;
  }
  risk.suspectCount = 0;
}

/** Those that were looked at stand in the list with a minus. */
function wasLookedAt(suspects: Int32Array, before: number, node: number): boolean {
  for (let n = 0; n < before; n += 1) if (suspects[n] === -node) return true;
  return false;
}

/** Looks at every node with a loss limit: prices move without its own trades. */
export function superviseLosses(engine: Engine): void {
  const { nodes } = engine.state.risk;
  for (let node = VENUE_NODE + 1; node <= nodes.highestHandle; node += 1) superviseLoss(engine, node, false);
  engine.state.risk.lossesMove = haveLossesAtStake(engine.state);
}

function superviseNode(engine: Engine, node: number, isAgain: boolean): void {
  const { nodes } = engine.state.risk;
  const executions = nodes.hard(node, EXECUTIONS);
  const executed = countInWindow(engine.state, node, EXECUTIONS, EXECUTIONS_START, EXECUTIONS_COUNT);
  if (executions !== NO_LIMIT && executed >= executions && (nodes.locks(node) & DISABLED) === 0) {
    emitRiskLocked(engine, node, "disabled", executions, executed, 0);
    cancelBelow(engine, node, "disabled");
  }
  const fills = nodes.hard(node, PROTECTION_FILLS);
  const filled = countInWindow(engine.state, node, PROTECTION_FILLS, PROTECTION_START, PROTECTION_COUNT);
  if (fills !== NO_LIMIT && filled >= fills) protect(engine, node, fills, filled);
  superviseProtectedLots(engine, node);
  superviseLoss(engine, node, isAgain);
}

function superviseProtectedLots(engine: Engine, node: number): void {
  const { catalog, risk } = engine.state;
  for (const { instrumentId } of catalog.instruments) {
    const row = risk.exposures.find(node, instrumentId);
    if (row === 0) continue;
    const lots = risk.exposures.hard(row, PROTECTION_LOTS);
    const filled = protectedLots(engine.state, row);
    if (lots !== NO_LIMIT && filled >= lots) protect(engine, node, lots, filled);
  }
}

/** RK-18: pulls the quotes and blocks until someone resets it. */
function protect(engine: Engine, node: number, limit: number, used: number): void {
  if ((engine.state.risk.nodes.locks(node) & PROTECTED) !== 0) return;
  emitRiskLocked(engine, node, "protected", limit, used, 0);
  cancelBelow(engine, node, "protected");
}

/**
 * RK-26: warns, blocks or liquidates. A partly liquidated position goes on being liquidated with every later look, but not with the same one
 * again: a node and the one above it, each liquidated and brought into view by the other, would sell everything into the book at once.
 */
function superviseLoss(engine: Engine, node: number, isAgain: boolean): void {
  const { lastAtUs, risk } = engine.state;
  const { nodes } = risk;
  const warnAt = nodes.soft(node, LOSS);
  const blockAt = nodes.hard(node, LOSS);
  const liquidateAt = nodes.hard(node, LIQUIDATION);
  if (warnAt === NO_LIMIT && liquidateAt === NO_LIMIT) return;
  if ((nodes.locks(node) & LIQUIDATING) !== 0) {
    if (!isAgain) flattenBelow(engine, node, LIQUIDATION_ORDERS);
    return;
  }
  const loss = lossOf(engine.state, node);
  if (Number.isNaN(loss)) return;
  if (loss >= liquidateAt) {
    emitRiskLocked(engine, node, "liquidating", liquidateAt, loss, lastAtUs + nodes.parameter(node, LIQUIDATION));
    cancelBelow(engine, node, "lossLimit");
    flattenBelow(engine, node, LIQUIDATION_ORDERS);
  } else if (loss >= blockAt) lockOnce(engine, node, "lossBlocked", LOSS_BLOCKED, blockAt, loss, lastAtUs + nodes.parameter(node, LOSS));
  else if (loss >= warnAt) lockOnce(engine, node, "lossWarning", LOSS_WARNING, warnAt, loss, 0);
}

function lockOnce(engine: Engine, node: number, lock: RiskLock, bit: number, limit: number, loss: number, untilUs: number): void {
  if ((engine.state.risk.nodes.locks(node) & bit) !== 0) return;
  emitRiskLocked(engine, node, lock, limit, loss, untilUs);
  if (lock === "lossBlocked") cancelBelow(engine, node, "lossLimit");
}

/** RK-28, RK-26: what has fallen due by venue time takes effect before the command that arrived at or after that time. */
export function releaseDue(engine: Engine): void {
  const { lastAtUs, risk } = engine.state;
  while (lastAtUs >= risk.dueUs) releaseFirst(engine);
}

/** Proposals before cooling-offs, each by its id. */
function releaseFirst(engine: Engine): void {
  const { lastAtUs, risk } = engine.state;
  for (const { proposalId, proposal, status } of [...risk.book.proposals.values()].sort((a, b) => a.proposalId - b.proposalId)) {
    if (status === "approved" && (proposal.effectiveUs ?? 0) <= lastAtUs)
      return emitProposal(engine, eventLayouts.LimitsApplied, proposalId);
    if (status === "applied" && proposal.expiresUs !== null && proposal.expiresUs <= lastAtUs) {
      return emitProposal(engine, eventLayouts.LimitsExpired, proposalId);
    }
  }
  for (let node = 1; node <= risk.nodes.highestHandle; node += 1) {
    const until = risk.nodes.counter(node, COOLING_UNTIL);
    if (until === 0 || until > lastAtUs) continue;
    const lock = (risk.nodes.locks(node) & LIQUIDATING) !== 0 ? "liquidating" : "lossBlocked";
    const release = { nodeId: node, lock, reason: "The cooling-off has ended.", by: CLOCK_ACTOR };
    return emitJson(engine, eventLayouts.RiskLockReleased, release);
  }
}
