import type {
  ConversionMark,
  Kill,
  KillScope,
  LockRelease,
  Rearm,
  ReferenceMark,
  RiskNode,
  Session,
  TradingStateChange,
} from "../../../shared/risk.ts";
import { VENUE_NODE, riskLevels } from "../../../shared/risk.ts";
import { emitCommandDenied } from "../records/emit.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { commandLayouts, commandSlots, eventLayouts } from "../records/layout.ts";
import { PASSED } from "../records/refused.ts";
import { KILLED, lockBit } from "./controls.ts";
import { emitJson, emitSessionClosed } from "./emitRisk.ts";
import { approveLimits, proposeLimits, rejectLimits } from "./limitCommands.ts";
import { cancelBelow, cancelOfActor, flattenBelow } from "./withdraw.ts";

/** Slot of the JSON text of a command that has one. */
const JSON_SLOT = commandLayouts.DefineRiskNode.slots.node;

/** Decides a command of the risk stage; false if it is none. */
export function decideRisk(engine: Engine, kind: number, at: number): boolean {
  const { log } = engine;
  // The texts were made from parsed objects by encodeCommands.
  const json = (): unknown => JSON.parse(log.texts.list[log.numbers[at + JSON_SLOT]!]!);
  const actor = log.texts.list[log.numbers[at + commandSlots.actor]!]!;
  let objection: number;
  switch (kind) {
    case commandKinds.DefineRiskNode:
      objection = defineNode(engine, json() as RiskNode);
      break;
    case commandKinds.ProposeLimits:
      objection = proposeLimits(engine, at, actor);
      break;
    case commandKinds.ApproveLimits:
      objection = approveLimits(engine, log.numbers[at + commandLayouts.ApproveLimits.slots.proposalId]!, actor);
      break;
    case commandKinds.RejectLimits:
      objection = rejectLimits(engine, at, actor);
      break;
    case commandKinds.SetTradingState:
      objection = setTradingState(engine, json() as TradingStateChange, actor);
      break;
    case commandKinds.EngageKillSwitch:
      objection = engageKillSwitch(engine, json() as Kill, actor);
      break;
    case commandKinds.RearmKillSwitch:
      objection = rearmKillSwitch(engine, json() as Rearm, actor);
      break;
    case commandKinds.OpenSession:
      objection = openSession(engine, json() as Session);
      break;
    case commandKinds.CloseSession:
      objection = closeSession(engine, log.numbers[at + commandLayouts.CloseSession.slots.session]!);
      break;
    case commandKinds.ReleaseRiskLock:
      objection = releaseLock(engine, json() as LockRelease, actor);
      break;
    case commandKinds.SetConversionMark:
      objection = setConversionMark(engine, json() as ConversionMark);
      break;
    case commandKinds.SetReferencePrice:
      objection = setReferencePrice(engine, json() as ReferenceMark);
      break;
    default:
      return false;
  }
  if (objection !== PASSED) emitCommandDenied(engine, kind);
  return true;
}

/** RK-4. */
function defineNode(engine: Engine, node: RiskNode): number {
  const { refused, state } = engine;
  const { catalog, risk } = state;
  const { nodes } = risk;
  if (!nodes.exists(node.parentId)) return refused.with("RISK_UNKNOWN_NODE", NO_OPERAND, node.parentId, NO_OPERAND);
  const parentLevel = levelOf(engine, node.parentId);
  const level = riskLevels.indexOf(node.level);
  const isAccount = node.level === "account";
  const placedAt = node.accountId === null ? VENUE_NODE : risk.nodeOf(node.accountId);
  const isPlaced = placedAt !== VENUE_NODE;
  // An account that a kill switch has put below the venue may move to its desk or firm, under the number it has.
  const isMove = isPlaced && placedAt === node.nodeId && nodes.parent(node.nodeId) === VENUE_NODE && parentLevel > 0;
  const fits =
    (isMove || (!isPlaced && node.nodeId === nodes.highestHandle + 1)) &&
    (isAccount ? parentLevel < level : parentLevel === level - 1) &&
    isAccount === (node.accountId !== null) &&
    (node.accountId === null || state.accounts.exists(node.accountId)) &&
    catalog.hasAsset(node.currencyAssetId) &&
    (node.parentId === VENUE_NODE || nodes.currency(node.parentId) === node.currencyAssetId);
  if (!fits) return refused.with("RISK_TREE", nodes.highestHandle + 1, node.nodeId, NO_OPERAND);
  emitJson(engine, eventLayouts.RiskNodeDefined, node);
  return PASSED;
}

function levelOf(engine: Engine, nodeId: number): number {
  if (nodeId === VENUE_NODE) return 0;
  return riskLevels.indexOf(engine.state.risk.definitions[nodeId - 2]!.level);
}

/** RK-19: a node that is halted also loses its open orders. */
function setTradingState(engine: Engine, change: TradingStateChange, actor: string): number {
  const { refused, state } = engine;
  if (!state.risk.nodes.exists(change.nodeId)) return refused.with("RISK_UNKNOWN_NODE", NO_OPERAND, change.nodeId, NO_OPERAND);
  emitJson(engine, eventLayouts.TradingStateSet, { ...change, by: actor });
  if (change.state === "halted") cancelBelow(engine, change.nodeId, "halted");
  return PASSED;
}

/** RK-20, RK-22: blocks, cancels, and flattens if asked to. */
function engageKillSwitch(engine: Engine, kill: Kill, actor: string): number {
  const unknown = checkScope(engine, kill.scope);
  if (unknown !== PASSED) return unknown;
  if (isKilled(engine, kill.scope)) return engine.refused.because("RISK_ALREADY_ENGAGED");
  placeAccount(engine, kill.scope);
  emitJson(engine, eventLayouts.KillSwitchEngaged, { ...kill, by: actor });
  if (kill.scope.kind === "user") cancelOfActor(engine, kill.scope.actor, false, "killSwitch");
  else cancelBelow(engine, nodeOfScope(engine, kill.scope), "killSwitch");
  // A user has no positions of their own; those of an account or node are traded back.
  if (kill.flatten && kill.scope.kind !== "user")
    flattenBelow(engine, nodeOfScope(engine, kill.scope), { reason: "killSwitch", by: actor });
  return PASSED;
}

/** RK-21: by another person. */
function rearmKillSwitch(engine: Engine, rearm: Rearm, actor: string): number {
  const { refused, state } = engine;
  const unknown = checkScope(engine, rearm.scope);
  if (unknown !== PASSED) return unknown;
  if (!isKilled(engine, rearm.scope)) return refused.because("RISK_NOT_ENGAGED");
  const { killedActors, killedNodes } = state.risk;
  const engaged = rearm.scope.kind === "user" ? killedActors.get(rearm.scope.actor) : killedNodes.get(nodeOfScope(engine, rearm.scope));
  if (engaged === actor) return refused.because("RISK_SECOND_PERSON");
  emitJson(engine, eventLayouts.KillSwitchRearmed, { ...rearm, by: actor });
  return PASSED;
}

function checkScope({ refused, state }: Engine, scope: KillScope): number {
  if (scope.kind === "account" && !state.accounts.exists(scope.accountId)) return refused.because("CATALOG_UNKNOWN_ACCOUNT");
  if (scope.kind === "node" && !state.risk.nodes.exists(scope.nodeId)) {
    return refused.with("RISK_UNKNOWN_NODE", NO_OPERAND, scope.nodeId, NO_OPERAND);
  }
  return PASSED;
}

function isKilled(engine: Engine, scope: KillScope): boolean {
  const { risk } = engine.state;
  if (scope.kind === "user") return risk.killedActors.has(scope.actor);
  if (scope.kind === "account" && risk.nodeOf(scope.accountId) === VENUE_NODE) return false;
  return (risk.nodes.locks(nodeOfScope(engine, scope)) & KILLED) !== 0;
}

function nodeOfScope(engine: Engine, scope: Exclude<KillScope, { kind: "user" }>): number {
  return scope.kind === "account" ? engine.state.risk.nodeOf(scope.accountId) : scope.nodeId;
}

/** An account that has no place in the tree yet gets one below the venue, so that it can be blocked by itself. */
function placeAccount(engine: Engine, scope: KillScope): void {
  const { catalog, risk } = engine.state;
  if (scope.kind !== "account" || risk.nodeOf(scope.accountId) !== VENUE_NODE) return;
  const node: RiskNode = {
    nodeId: risk.nodes.highestHandle + 1,
    level: "account",
    parentId: VENUE_NODE,
    name: catalog.accounts.get(scope.accountId).code,
    accountId: scope.accountId,
    currencyAssetId: catalog.assets[0]!.assetId,
  };
  emitJson(engine, eventLayouts.RiskNodeDefined, node);
}

/** RK-23. */
function openSession(engine: Engine, session: Session): number {
  if (engine.state.risk.sessions.has(session.session)) return engine.refused.because("RISK_ALREADY_ENGAGED");
  emitJson(engine, eventLayouts.SessionOpened, session);
  return PASSED;
}

function closeSession(engine: Engine, textIndex: number): number {
  const { log, refused, state } = engine;
  const session = log.texts.list[textIndex]!;
  const cancels = state.risk.sessions.get(session);
  if (cancels === undefined) return refused.because("RISK_UNKNOWN_SESSION");
  emitSessionClosed(engine, textIndex, cancels ? cancelOfActor(engine, session, true, "disconnected") : 0);
  return PASSED;
}

/** RK-16, RK-18. */
function releaseLock(engine: Engine, release: LockRelease, actor: string): number {
  const { refused, state } = engine;
  const { nodes } = state.risk;
  if (!nodes.exists(release.nodeId)) return refused.with("RISK_UNKNOWN_NODE", NO_OPERAND, release.nodeId, NO_OPERAND);
  if ((nodes.locks(release.nodeId) & lockBit(release.lock)) === 0) return refused.because("RISK_NOT_ENGAGED");
  emitJson(engine, eventLayouts.RiskLockReleased, { ...release, by: actor });
  return PASSED;
}

function setConversionMark(engine: Engine, mark: ConversionMark): number {
  const { catalog } = engine.state;
  if (!catalog.hasAsset(mark.fromAssetId) || !catalog.hasAsset(mark.toAssetId) || mark.fromAssetId === mark.toAssetId) {
    return engine.refused.because("CATALOG_UNKNOWN_ASSET");
  }
  emitJson(engine, eventLayouts.ConversionMarkSet, mark);
  return PASSED;
}

function setReferencePrice(engine: Engine, mark: ReferenceMark): number {
  if (!engine.state.catalog.hasInstrument(mark.instrumentId)) return engine.refused.because("VALIDATE_UNKNOWN_INSTRUMENT");
  emitJson(engine, eventLayouts.ReferencePriceSet, mark);
  return PASSED;
}
