import type { Instrument } from "../../../shared/catalog.ts";
import { VENUE_NODE } from "../../../shared/risk.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { PASSED } from "../records/refused.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy } from "../records/terms.ts";
import {
  CANCEL_ONLY,
  DISABLED,
  HALTED,
  KILLED,
  LIQUIDATING,
  LOSS_BLOCKED,
  MESSAGES,
  PROTECTED,
  REDUCE_ONLY,
  nodeControlNumber,
} from "./controls.ts";
import { checkNode } from "./nodeControls.ts";
import { worstValue, object } from "./objection.ts";
import { checkRow } from "./rowControls.ts";

/**
 * RK-4 to RK-30: asks every level from the account up to the venue about the incoming order. The first objection ends it. An order that
 * is confirmed passes the soft bounds, each of which is noted for the audit. Answers a reject number, or PASSED.
 */
export function checkRisk(engine: Engine, instrument: Instrument): number {
  const { assessment, incoming, state } = engine;
  const { risk } = state;
  assessment.clear();
  const unsound = checkFigures(engine);
  if (unsound !== PASSED || risk.isIdle) return unsound;
  const account = risk.nodeOf(incoming.accountId);
  if (risk.killedActors.size !== 0 && risk.killedActors.has(risk.asker)) return engine.refused.because("RISK_KILLED");
  const unsettled = checkStanding(engine, account) || checkThrottle(engine);
  if (unsettled !== PASSED) return unsettled;
  const value = worstValue(engine, instrument, incoming.lots);
  // Rows are linked upwards from the account's, if that has one; else each level's is looked up.
  let row = account === VENUE_NODE ? 0 : risk.exposures.find(account, instrument.instrumentId);
  for (let node = account; node !== 0; node = risk.nodes.parent(node)) {
    if (node === VENUE_NODE) row = risk.venueRow(instrument.instrumentId);
    const objection =
      checkNode(engine, node, account, instrument, value) || (row === 0 ? PASSED : checkRow(engine, node, account, row, instrument));
    if (objection !== PASSED) return objection;
    const parent = risk.nodes.parent(node);
    if (row !== 0) row = risk.exposures.up(row);
    if (row === 0 && parent > VENUE_NODE) row = risk.exposures.find(parent, instrument.instrumentId);
  }
  return PASSED;
}

/** RK-30: the stage judges whole numbers only, whatever came through the door. */
function checkFigures({ incoming, refused }: Engine): number {
  const { boundTicks, clientOrderId, isExact, limitTicks, lots, valuationTicks } = incoming;
  const areInRange = lots >= 1 && limitTicks >= 0 && boundTicks >= 1 && valuationTicks >= 1 && clientOrderId >= 1;
  return isExact && areInRange ? PASSED : refused.because("RISK_NOT_A_NUMBER");
}

/** MT-32: may a stop that has waited become active, as its account stands now? */
export function mayFire({ risk }: EngineState, engine: Engine): boolean {
  return risk.isIdle || checkStanding(engine, risk.nodeOf(engine.incoming.accountId)) === PASSED;
}

/** RK-16, RK-19, RK-20, RK-26: kill switches, locks and trading states of every level. */
function checkStanding(engine: Engine, account: number): number {
  const { incoming, refused, state } = engine;
  const { nodes } = state.risk;
  let locks = 0;
  let tradingState = 0;
  for (let node = account; node !== 0; node = nodes.parent(node)) {
    locks |= nodes.locks(node);
    tradingState = Math.max(tradingState, nodes.state(node));
  }
  if (locks === 0 && tradingState === 0) return PASSED;
  if ((locks & KILLED) !== 0) return refused.because("RISK_KILLED");
  if (tradingState === HALTED) return refused.because("RISK_STATE_HALTED");
  if (tradingState === CANCEL_ONLY) return refused.because("RISK_STATE_CANCEL_ONLY");
  if ((locks & (DISABLED | PROTECTED)) !== 0) return refused.because("RISK_NODE_LOCKED");
  if ((locks & LIQUIDATING) !== 0) return refused.with("RISK_COOLING_OFF", NO_OPERAND, incoming.lots, 0);
  const isCooling = (locks & LOSS_BLOCKED) !== 0;
  if (!isCooling && tradingState !== REDUCE_ONLY) return PASSED;
  const room = reducingRoom(engine, account);
  return incoming.lots <= room
    ? PASSED
    : refused.with(isCooling ? "RISK_COOLING_OFF" : "RISK_STATE_REDUCE_ONLY", room, incoming.lots, room);
}

/** RK-19: lots by which an order of this side can only reduce the account's position, whatever else fills. 0 for an account outside the tree. */
function reducingRoom({ incoming, state }: Engine, account: number): number {
  const { exposures } = state.risk;
  const row = account === VENUE_NODE ? 0 : exposures.find(account, incoming.instrumentId);
  if (row === 0) return 0;
  const position = exposures.position(row);
  const room = isBuy(incoming.terms) ? -position - exposures.buyLots(row) : position - exposures.sellLots(row);
  return Math.max(0, room + incoming.openLots);
}

/** RK-13: the message found no token left at some level. */
function checkThrottle(engine: Engine): number {
  const { nodes, throttledNode } = engine.state.risk;
  if (throttledNode === 0) return PASSED;
  const burst = nodes.hard(throttledNode, MESSAGES);
  return object(engine, throttledNode, nodeControlNumber(MESSAGES), 0, burst, burst, burst, 1);
}
