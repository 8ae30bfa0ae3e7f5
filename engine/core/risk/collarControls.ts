import { opposite } from "../state/books.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { priceAt } from "../orders/pricing.ts";
import { PASSED } from "../records/refused.ts";
import type { EngineState } from "../state/state.ts";
import { hasNoLimit, isBuy, isMarket, sideBit } from "../records/terms.ts";
import { COLLAR, FAR_TOUCH, NEAR_TOUCH, NO_LIMIT, instrumentControlNumber } from "./controls.ts";
import { STALE_REFERENCE, aggressiveEdge, collarReference, passiveEdge } from "./collar.ts";
import { judge } from "./objection.ts";

/*
 * How far from the market a level of the tree lets prices be.
 */

/** RK-6 and RK-7: the collar around the reference, for a stop around its trigger, and the distances from the best prices. */
export function checkCollars(engine: Engine, node: number, row: number): number {
  const { incoming, refused, state } = engine;
  const { exposures } = state.risk;
  const side = sideBit(incoming.terms);
  if (exposures.soft(row, COLLAR) !== NO_LIMIT) {
    const reference = incoming.stopTicks || collarReference(state, incoming.instrumentId);
    if (reference <= 0) return refused.because(reference === STALE_REFERENCE ? "RISK_MARK_STALE" : "RISK_NO_REFERENCE_PRICE");
    const objection = checkEdge(engine, node, row, COLLAR, reference);
    if (objection !== PASSED) return objection;
  }
  // A stop meets no book before it fires.
  if (incoming.stopTicks !== 0) return PASSED;
  const far = state.books.bestTicks(incoming.instrumentId, opposite(side));
  if (far !== 0 && exposures.soft(row, FAR_TOUCH) !== NO_LIMIT) {
    const objection = checkEdge(engine, node, row, FAR_TOUCH, far);
    if (objection !== PASSED) return objection;
  }
  const near = state.books.bestTicks(incoming.instrumentId, side);
  if (near === 0 || isMarket(incoming.terms) || exposures.soft(row, NEAR_TOUCH) === NO_LIMIT) return PASSED;
  return checkEdge(engine, node, row, NEAR_TOUCH, near);
}

/**
 * An order with a limit beyond an edge is an objection. An order without one stops at the edge instead: at the hard one if it is confirmed,
 * else at the soft one.
 */
function checkEdge(engine: Engine, node: number, row: number, control: number, from: number): number {
  const { assessment, incoming, state } = engine;
  const { exposures } = state.risk;
  const side = sideBit(incoming.terms);
  const edgeOf = control === NEAR_TOUCH ? passiveEdge : aggressiveEdge;
  // A buy must stay at or below an aggressive edge and at or above a passive one; a sell the other way round.
  const isCeiling = isBuy(side) === (control !== NEAR_TOUCH);
  const soft = edgeOf(side, from, exposures.soft(row, control));
  const hard = edgeOf(side, from, exposures.hard(row, control));
  const { instrumentId } = incoming;
  if (hasNoLimit(incoming.terms)) {
    const isConfirmed = incoming.confirmation !== 0 && soft !== hard;
    const edge = isConfirmed ? hard : soft;
    if (isConfirmed) assessment.confirm(node, instrumentControlNumber(control), instrumentId, soft, 0, hard);
    const bound = isCeiling ? Math.min(incoming.boundTicks, edge) : Math.max(incoming.boundTicks, edge);
    if (isMarket(incoming.terms)) {
      incoming.boundTicks = bound;
      // A volatility band may be nearer still.
      incoming.matchTicks = isCeiling ? Math.min(incoming.matchTicks, bound) : Math.max(incoming.matchTicks, bound);
    } else priceAt(incoming, bound);
    return PASSED;
  }
  // The worst price counts against what is too dear, the price at which it rests against what is too far behind.
  const ticks = control === NEAR_TOUCH ? incoming.workingTicks : incoming.boundTicks;
  if (isCeiling ? ticks <= soft : ticks >= soft) return PASSED;
  const isBeyondHard = isCeiling ? ticks > hard : ticks < hard;
  return judge(
    engine,
    node,
    instrumentControlNumber(control),
    instrumentId,
    isBeyondHard,
    isBeyondHard ? hard : soft,
    0,
    ticks,
    NO_OPERAND,
  );
}

/**
 * RK-6 for a stop without limit that fires: its bound, which has moved with its trigger, ends at the nearest collar. Nobody confirms then, so
 * the soft ones count.
 */
export function boundWithinCollars(
  state: EngineState,
  accountId: number,
  instrumentId: number,
  side: number,
  triggerTicks: number,
  boundTicks: number,
): number {
  const { exposures, isIdle, nodes } = state.risk;
  let bound = boundTicks;
  if (isIdle) return bound;
  for (let node = state.risk.nodeOf(accountId); node !== 0; node = nodes.parent(node)) {
    const row = exposures.find(node, instrumentId);
    if (row === 0 || exposures.soft(row, COLLAR) === NO_LIMIT) continue;
    const edge = aggressiveEdge(side, triggerTicks, exposures.soft(row, COLLAR));
    bound = isBuy(side) ? Math.min(bound, edge) : Math.max(bound, edge);
  }
  return bound;
}
