import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_TICKS } from "../../../shared/money.ts";
import { emitOrderCancelled } from "../records/emit.ts";
import { emitOrderTriggered, emitTriggerMoved } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { checkRoom } from "../ledger/room.ts";
import { worstCaseOfBuy } from "../ledger/ledger.ts";
import { settleLists } from "../orders/listOrders.ts";
import { depart } from "../orders/submit.ts";
import { matchAndPlace } from "./match.ts";
import { bandEdge, sourceTicks } from "./priceBand.ts";
import { priceAt } from "../orders/pricing.ts";
import { recall } from "../orders/recall.ts";
import { PASSED } from "../records/refused.ts";
import { mayFire } from "../risk/check.ts";
import { boundWithinCollars } from "../risk/collarControls.ts";
import { WATCHED_STOP, WATCHED_TRAIL } from "../state/specials.ts";
import type { EngineState } from "../state/state.ts";
import { TRAILING_STOP, isBuy, sideBit, typeBits } from "../records/terms.ts";

/** MT-32 and MT-33: lets trailing stops follow and fires what is reached, one stop at a time, until no further one is. */
export function fireStops(engine: Engine, instrumentId: number): void {
  const { catalog, markets, routes } = engine.state;
  // CN-20: what cannot leave does not fire.
  if (catalog.instrument(instrumentId).routed === true && !routes.isLive) return;
  while (markets.isContinuous(instrumentId)) {
    settleLists(engine);
    followPrices(engine, instrumentId);
    const order = oldestReached(engine.state, instrumentId);
    if (order === 0) return;
    fire(engine, order);
  }
}

function followPrices(engine: Engine, instrumentId: number): void {
  const { orders, specials, watches } = engine.state;
  for (let special = watches.first(instrumentId, WATCHED_TRAIL); special !== 0; special = specials.watchNext(special)) {
    const order = specials.order(special);
    const terms = orders.terms(order);
    const source = sourceTicks(engine.state, instrumentId, terms);
    if (source === 0) continue;
    const offset = specials.offsetTicks(special);
    const trigger = specials.triggerTicks(special);
    const nearer = isBuy(terms) ? Math.min(source + offset, MAX_TICKS) : Math.max(source - offset, 1);
    if (isBuy(terms) ? nearer < trigger : nearer > trigger) emitTriggerMoved(engine, order, nearer);
  }
}

/** The stop of lowest id whose trigger is reached; 0 if there is none. */
function oldestReached(state: EngineState, instrumentId: number): number {
  const stop = firstReached(state, instrumentId, WATCHED_STOP);
  const trail = firstReached(state, instrumentId, WATCHED_TRAIL);
  if (stop === 0 || trail === 0) return stop + trail;
  return state.orders.id(stop) < state.orders.id(trail) ? stop : trail;
}

function firstReached(state: EngineState, instrumentId: number, kind: number): number {
  const { orders, specials, watches } = state;
  for (let special = watches.first(instrumentId, kind); special !== 0; special = specials.watchNext(special)) {
    const order = specials.order(special);
    const terms = orders.terms(order);
    const source = sourceTicks(state, instrumentId, terms);
    if (source === 0) continue;
    const trigger = specials.triggerTicks(special);
    if (isBuy(terms) ? source >= trigger : source <= trigger) return order;
  }
  return 0;
}

/** A stop becomes an active order and is matched; one whose account may not trade now or whose receipts would no longer fit is cancelled. */
function fire(engine: Engine, order: number): void {
  const { incoming, state } = engine;
  const { catalog, orders, specials } = state;
  const instrument = catalog.instrument(orders.instrumentId(order));
  const terms = orders.terms(order);
  cancelSibling(engine, order);
  recall(engine, order);
  const isTrailing = typeBits(terms) === TRAILING_STOP;
  const trigger = specials.triggerTicks(orders.special(order));
  priceAt(
    incoming,
    isTrailing
      ? boundWithinCollars(state, incoming.accountId, incoming.instrumentId, sideBit(terms), trigger, bandEdge(instrument, terms, trigger))
      : orders.limitTicks(order),
  );
  if (!mayFire(state, engine)) return emitOrderCancelled(engine, order, "halted");
  if (checkRoom(engine, instrument) !== PASSED) return emitOrderCancelled(engine, order, "overflow");
  emitOrderTriggered(engine, order, {
    ticks: sourceTicks(state, incoming.instrumentId, terms),
    workingTicks: incoming.workingTicks,
    held: heldOnceFired(engine, instrument),
  });
  if (instrument.routed !== true) return matchAndPlace(engine, order);
  incoming.stopTicks = trigger;
  depart(engine, order, instrument, { sender: state.risk.actorNames[orders.actor(order)]!, replaces: 0 });
}

/** MT-44: a stop that fires takes the other order of its pair off first, and what that held is there for it. */
function cancelSibling(engine: Engine, order: number): void {
  const { lists, orders, specials } = engine.state;
  const list = lists.get(specials.listId(orders.special(order)));
  if (list?.list.kind !== "oco") return;
  const sibling = list.orders.find((id) => id !== orders.id(order));
  if (sibling !== undefined) emitOrderCancelled(engine, orders.find(sibling), "listSibling");
}

function heldOnceFired({ incoming, state }: Engine, instrument: Instrument): number {
  const { boundTicks, feeCredit, feeKey, feePaid, lots, terms } = incoming;
  if (!isBuy(terms)) return lots * instrument.baseUnitsPerLot;
  return worstCaseOfBuy(state.fees, instrument, feeKey, boundTicks, lots, feeCredit, feePaid);
}

/** CN-20: would a price fire a stop of the instrument, or move the trigger of one that trails? */
export function isAwaited({ orders, specials, watches }: EngineState, instrumentId: number, ticks: number): boolean {
  for (const kind of [WATCHED_STOP, WATCHED_TRAIL]) {
    for (let special = watches.first(instrumentId, kind); special !== 0; special = specials.watchNext(special)) {
      const trigger = specials.triggerTicks(special);
      const isBuyer = isBuy(orders.terms(specials.order(special)));
      if (isBuyer ? ticks >= trigger : ticks <= trigger) return true;
      const offset = specials.offsetTicks(special);
      if (kind === WATCHED_TRAIL && (isBuyer ? ticks + offset < trigger : ticks - offset > trigger)) return true;
    }
  }
  return false;
}
