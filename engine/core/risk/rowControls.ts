import type { Instrument } from "../../../shared/catalog.ts";
import type { Engine } from "../engineParts.ts";
import { PASSED } from "../records/refused.ts";
import { isBuy } from "../records/terms.ts";
import { GROSS_LOTS, NET_LOTS, NO_LIMIT, ORDER_LOTS, PROTECTION_LOTS, instrumentControlNumber } from "./controls.ts";
import { protectedLots } from "./track.ts";
import { checkCollars } from "./collarControls.ts";
import { wholeLots, object } from "./objection.ts";

/*
 * What a level of the tree limits of one instrument: the size of an order, positions and protection.
 */

export function checkRow(engine: Engine, node: number, account: number, row: number, instrument: Instrument): number {
  const { exposures } = engine.state.risk;
  if (exposures.limited(row) === 0) return PASSED;
  const lots = wholeLots(engine);
  const { instrumentId } = instrument;
  const orderLots = exposures.soft(row, ORDER_LOTS);
  if (lots > orderLots) {
    const objection = object(
      engine,
      node,
      instrumentControlNumber(ORDER_LOTS),
      instrumentId,
      orderLots,
      exposures.hard(row, ORDER_LOTS),
      0,
      lots,
    );
    if (objection !== PASSED) return objection;
  }
  return (
    (engine.incoming.isPriceNew ? checkCollars(engine, node, row) : PASSED) ||
    checkNet(engine, node, row) ||
    checkGross(engine, node, account, row) ||
    checkProtection(engine, node, row)
  );
}

/** RK-10: the position that would come about if this order and all others of its side filled, and none of the other side. */
function checkNet(engine: Engine, node: number, row: number): number {
  const { incoming, state } = engine;
  const { exposures } = state.risk;
  const soft = exposures.soft(row, NET_LOTS);
  if (soft === NO_LIMIT) return PASSED;
  const position = exposures.position(row);
  const worst = (isBuy(incoming.terms) ? position + exposures.buyLots(row) : exposures.sellLots(row) - position) - incoming.openLots;
  if (worst + incoming.lots <= soft) return PASSED;
  return object(
    engine,
    node,
    instrumentControlNumber(NET_LOTS),
    incoming.instrumentId,
    soft,
    exposures.hard(row, NET_LOTS),
    worst,
    incoming.lots,
  );
}

/** RK-11: what this order adds to the sum of the accounts' largest possible positions. */
function checkGross(engine: Engine, node: number, account: number, row: number): number {
  const { incoming, state } = engine;
  const { exposures } = state.risk;
  const soft = exposures.soft(row, GROSS_LOTS);
  if (soft === NO_LIMIT) return PASSED;
  const own = exposures.find(account, incoming.instrumentId);
  const position = own === 0 ? 0 : exposures.position(own);
  const working = own === 0 ? 0 : isBuy(incoming.terms) ? exposures.buyLots(own) : exposures.sellLots(own);
  const worst = (isBuy(incoming.terms) ? position : -position) + working - incoming.openLots + incoming.lots;
  const present = own === 0 ? 0 : exposures.worstLots(own);
  // What an order goes in for has come off by then, and counts no more.
  const before = incoming.isReplacement && own !== 0 ? Math.max(worst - incoming.lots, worstOfOtherSide(engine, own)) : present;
  const added = worst - before;
  const used = exposures.gross(row) - present + before;
  if (added <= 0 || used + added <= soft) return PASSED;
  const hard = exposures.hard(row, GROSS_LOTS);
  return object(engine, node, instrumentControlNumber(GROSS_LOTS), incoming.instrumentId, soft, hard, used, added);
}

function worstOfOtherSide({ incoming, state }: Engine, row: number): number {
  const { exposures } = state.risk;
  const position = exposures.position(row);
  return isBuy(incoming.terms) ? exposures.sellLots(row) - position : position + exposures.buyLots(row);
}

/** RK-18, soft tier of the quantity. */
function checkProtection(engine: Engine, node: number, row: number): number {
  const { incoming, state } = engine;
  const { exposures } = state.risk;
  const soft = exposures.soft(row, PROTECTION_LOTS);
  if (soft === NO_LIMIT || soft === exposures.hard(row, PROTECTION_LOTS)) return PASSED;
  const used = protectedLots(state, row);
  return used < soft
    ? PASSED
    : object(engine, node, instrumentControlNumber(PROTECTION_LOTS), incoming.instrumentId, soft, NO_LIMIT, used, incoming.lots);
}
