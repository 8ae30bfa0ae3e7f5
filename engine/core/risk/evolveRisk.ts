import { invariant } from "../../../shared/assert.ts";
import {
  VENUE_NODE,
  riskControls,
  riskLocks,
  tradingStates,
  type ConversionMark,
  type RecordedKill,
  type RecordedProposal,
  type RecordedRearm,
  type RecordedRelease,
  type RecordedState,
  type ReferenceMark,
  type RiskNode,
  type Session,
} from "../../../shared/risk.ts";
import { eventKinds } from "../records/kinds.ts";
import { eventLayouts } from "../records/layout.ts";
import type { EngineState } from "../state/state.ts";
import { KILLED, LOSS_BLOCKED, LOSS_WARNING, LIQUIDATING, lockBit } from "./controls.ts";
import { writeEffectiveLimits } from "./effectiveLimits.ts";
import { keyOf } from "./limitBook.ts";
import { profitOf } from "./loss.ts";
import { COOLING_UNTIL, EXECUTIONS_COUNT, EXECUTIONS_START, PROFIT_BASE, PROTECTION_COUNT, PROTECTION_START } from "./nodes.ts";
import { changeWorking, countWaitingMessage, ensureExposure } from "./track.ts";

const breached = eventLayouts.RiskBreached.slots;
const confirmed = eventLayouts.SoftLimitConfirmed.slots;
const locked = eventLayouts.RiskLocked.slots;

/** Applies a record of the risk stage; false if it is none. The JSON of a record was made from a parsed object of its type. */
export function evolveRisk(state: EngineState, kind: number, row: Float64Array, at: number, texts: readonly string[]): boolean {
  const { risk } = state;
  const json = (): unknown => JSON.parse(texts[row[at + 1]!]!);
  switch (kind) {
    case eventKinds.RiskBreached:
      noteBreach(state, row, at, breached);
      return true;
    case eventKinds.SoftLimitConfirmed:
      noteBreach(state, row, at, confirmed);
      return true;
    case eventKinds.RiskNodeDefined:
      nodeDefined(state, json() as RiskNode);
      break;
    case eventKinds.LimitsProposed:
      risk.book.proposals.set(state.lastSeq, {
        proposalId: state.lastSeq,
        proposal: JSON.parse(texts[row[at + eventLayouts.LimitsProposed.slots.proposal]!]!) as RecordedProposal,
        status: "proposed",
        approver: "",
      });
      break;
    case eventKinds.LimitsApproved: {
      const entry = risk.book.proposal(row[at + eventLayouts.LimitsApproved.slots.proposalId]!);
      entry.status = "approved";
      entry.approver = texts[row[at + eventLayouts.LimitsApproved.slots.by]!]!;
      break;
    }
    case eventKinds.LimitsRejected:
      risk.book.proposals.delete(row[at + eventLayouts.LimitsRejected.slots.proposalId]!);
      break;
    case eventKinds.LimitsApplied: {
      const entry = risk.book.proposal(row[at + eventLayouts.LimitsApplied.slots.proposalId]!);
      risk.book.apply(entry.proposalId, state.lastAtUs);
      writeEffectiveLimits(state);
      // Losses are counted from when their limit came into force.
      if (entry.proposal.changes.some(({ control }) => control === "loss" || control === "liquidation")) {
        restartLosses(state, entry.proposal.nodeId);
      }
      break;
    }
    case eventKinds.LimitsExpired:
      risk.book.expire(row[at + eventLayouts.LimitsExpired.slots.proposalId]!, state.lastAtUs);
      writeEffectiveLimits(state);
      break;
    case eventKinds.TradingStateSet: {
      const change = json() as RecordedState;
      risk.nodes.setState(change.nodeId, tradingStates.indexOf(change.state));
      break;
    }
    case eventKinds.KillSwitchEngaged: {
      const kill = json() as RecordedKill;
      setKilled(state, kill, true);
      if (kill.flatten) flattenThere(state, kill);
      break;
    }
    case eventKinds.KillSwitchRearmed:
      setKilled(state, json() as RecordedRearm, false);
      break;
    case eventKinds.SessionOpened: {
      const { session, cancelOnDisconnect } = json() as Session;
      risk.sessions.set(session, cancelOnDisconnect);
      return true;
    }
    case eventKinds.SessionClosed:
      risk.sessions.delete(texts[row[at + eventLayouts.SessionClosed.slots.session]!]!);
      return true;
    case eventKinds.RiskLocked:
      nodeLocked(state, row, at);
      break;
    case eventKinds.RiskLockReleased:
      lockReleased(state, json() as RecordedRelease);
      break;
    case eventKinds.ConversionMarkSet: {
      const mark = json() as ConversionMark;
      risk.conversions.set(mark.fromAssetId, mark.toAssetId, mark.numerator, mark.denominator, state.lastAtUs, mark.goodForUs);
      return true;
    }
    case eventKinds.ReferencePriceSet: {
      const { instrumentId, ticks, goodForUs } = json() as ReferenceMark;
      risk.references.set(instrumentId, { ticks, atUs: state.lastAtUs, goodForUs });
      return true;
    }
    default:
      return false;
  }
  risk.refreshIdle();
  refreshDue(state);
  countWaitingMessage(state);
  return true;
}

/** Remembers when the next proposal or cooling-off falls due. */
export function refreshDue(state: EngineState): void {
  const { book, nodes } = state.risk;
  let due = Number.POSITIVE_INFINITY;
  for (const { proposal, status } of book.proposals.values()) {
    if (status === "approved") due = Math.min(due, proposal.effectiveUs ?? 0);
    if (status === "applied") due = Math.min(due, proposal.expiresUs ?? due);
  }
  for (let node = 1; node <= nodes.highestHandle; node += 1) {
    const until = nodes.counter(node, COOLING_UNTIL);
    if (until !== 0) due = Math.min(due, until);
  }
  state.risk.dueUs = due;
}

/** RK-4: a new place in the tree, or a place by an account that so far hung on the venue. */
function nodeDefined(state: EngineState, node: RiskNode): void {
  const { risk } = state;
  const { nodes } = risk;
  if (node.nodeId <= nodes.highestHandle) {
    risk.definitions[node.nodeId - 2] = node;
    nodes.setParent(node.nodeId, node.parentId);
    nodes.setCurrency(node.nodeId, node.currencyAssetId);
    moveExposures(state, node.nodeId);
    writeEffectiveLimits(state);
    return;
  }
  risk.definitions.push(node);
  invariant(
    nodes.create(node.parentId, node.accountId ?? 0, node.currencyAssetId) === node.nodeId,
    `risk node ${node.nodeId} is out of order`,
  );
  if (node.accountId === null) return;
  risk.place(node.accountId, node.nodeId);
  countOpenOrders(state, node.accountId);
}

/** Counts an account's open orders in the exposure rows of its node. */
function countOpenOrders(state: EngineState, accountId: number): void {
  const { accounts, orders, risk } = state;
  const node = risk.nodeOf(accountId);
  if (node === VENUE_NODE) return;
  for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
    const row = ensureExposure(state, node, orders.instrumentId(order));
    orders.setExposure(order, row);
    changeWorking(state, row, order, orders.leavesLots(order));
  }
}

/** The rows of an account that hung on the venue now add up in its desk and firm as well. */
function moveExposures(state: EngineState, account: number): void {
  const { catalog, risk } = state;
  const { exposures, nodes, openValues } = risk;
  const parent = nodes.parent(account);
  if (parent === VENUE_NODE) return;
  for (const { instrumentId } of catalog.instruments) {
    const row = exposures.find(account, instrumentId);
    if (row === 0) continue;
    exposures.setUp(row, ensureExposure(state, parent, instrumentId));
    for (let above = exposures.up(row); above !== 0; above = exposures.up(above)) {
      exposures.addPosition(above, exposures.position(row));
      exposures.addBuyLots(above, exposures.buyLots(row));
      exposures.addSellLots(above, exposures.sellLots(row));
      exposures.addGross(above, exposures.gross(row));
      exposures.addExactCash(above, exposures.cash(row));
    }
  }
  // Every row of the parent has an open value, and each asset's is added once.
  for (let node = parent; node !== VENUE_NODE; node = nodes.parent(node)) {
    for (let own = nodes.firstOpenValue(account); own !== 0; own = openValues.next(own)) {
      for (let above = nodes.firstOpenValue(node); above !== 0; above = openValues.next(above)) {
        if (openValues.assetId(above) === openValues.assetId(own)) openValues.addRow(above, own);
      }
    }
  }
}

function noteBreach(
  state: EngineState,
  row: Float64Array,
  at: number,
  slots: { readonly nodeId: number; readonly control: number; readonly instrumentId: number },
): void {
  const instrumentId = row[at + slots.instrumentId]!;
  const key = keyOf(row[at + slots.nodeId]!, riskControls[row[at + slots.control]!]!, instrumentId === 0 ? null : instrumentId);
  const entry = state.risk.book.entries.get(key);
  if (entry === undefined) return;
  entry.breachedUs = state.lastAtUs;
  entry.breachedSeq = state.lastSeq;
}

function setKilled(state: EngineState, { scope, by }: RecordedKill | RecordedRearm, isKilled: boolean): void {
  const { risk } = state;
  if (scope.kind === "user") {
    if (isKilled) risk.killedActors.set(scope.actor, by);
    else risk.killedActors.delete(scope.actor);
    return;
  }
  const node = scope.kind === "account" ? risk.nodeOf(scope.accountId) : scope.nodeId;
  const locks = risk.nodes.locks(node);
  risk.nodes.setLocks(node, isKilled ? locks | KILLED : locks & ~KILLED);
  if (isKilled) risk.killedNodes.set(node, by);
  else risk.killedNodes.delete(node);
  if (!isKilled) state.routes.flattening.delete(node);
}

/** CN-18: positions at an outside venue are traded back for as long as the switch is engaged. */
function flattenThere({ risk, routes }: EngineState, { by, scope }: RecordedKill): void {
  if (routes.link === null || scope.kind === "user") return;
  routes.flattening.set(scope.kind === "account" ? risk.nodeOf(scope.accountId) : scope.nodeId, by);
}

function nodeLocked(state: EngineState, row: Float64Array, at: number): void {
  const { nodes } = state.risk;
  const node = row[at + locked.nodeId]!;
  nodes.setLocks(node, nodes.locks(node) | lockBit(riskLocks[row[at + locked.lock]!]!));
  const until = row[at + locked.untilUs]!;
  if (until > nodes.counter(node, COOLING_UNTIL)) nodes.setCounter(node, COOLING_UNTIL, until);
}

function lockReleased(state: EngineState, release: RecordedRelease): void {
  const { nodes } = state.risk;
  const node = release.nodeId;
  let freed = lockBit(release.lock);
  if (release.lock === "disabled") {
    nodes.setCounter(node, EXECUTIONS_START, 0);
    nodes.setCounter(node, EXECUTIONS_COUNT, 0);
  } else if (release.lock === "protected") {
    nodes.setCounter(node, PROTECTION_START, 0);
    nodes.setCounter(node, PROTECTION_COUNT, 0);
    const { exposures } = state.risk;
    for (const { instrumentId } of state.catalog.instruments) {
      const row = exposures.find(node, instrumentId);
      if (row !== 0) exposures.setProtection(row, 0, 0);
    }
  } else {
    // The end of a cooling-off frees everything that the loss brought about, and losses are counted anew.
    freed = LOSS_WARNING | LOSS_BLOCKED | LIQUIDATING;
    nodes.setCounter(node, COOLING_UNTIL, 0);
    restartLosses(state, node);
  }
  nodes.setLocks(node, nodes.locks(node) & ~freed);
}

function restartLosses(state: EngineState, node: number): void {
  const profit = profitOf(state, node);
  state.risk.nodes.setCounter(node, PROFIT_BASE, Number.isSafeInteger(profit) ? profit : 0);
}
