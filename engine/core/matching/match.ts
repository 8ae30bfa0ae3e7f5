import { opposite } from "../state/books.ts";
import { emitOrderCancelled, emitOrderFilled, emitOrderRested } from "../records/emit.ts";
import { emitOrderAdjusted } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { SWEPT_ALL, SWEPT_BOOK, SWEPT_TO_BOUND, SWEPT_TO_OWN_ORDER } from "../orders/incomingOrder.ts";
import { valueOf, worstCaseOf } from "../ledger/ledger.ts";
import { beginVolatilityAuction, heedVolatility } from "./phases.ts";
import { isOwn } from "./selfTrade.ts";
import { DECREMENT, EXPIRE_BOTH, EXPIRE_MAKER, EXPIRE_TAKER, isBuy, isMarket, mayRest, selfTradeBits, sideBit } from "../records/terms.ts";

/** MT-2: true when a resting price is within the incoming order's bound. */
export function isWithin(side: number, boundTicks: number, ticks: number): boolean {
  return isBuy(side) ? ticks <= boundTicks : ticks >= boundTicks;
}

/** Walks the book as matching would, without changing it, and notes in engine.incoming what the order can take at once. */
export function sweep(engine: Engine): void {
  const { incoming, state } = engine;
  const { books, orders } = state;
  const { levels } = books;
  const instrument = state.catalog.instrument(incoming.instrumentId);
  const side = sideBit(incoming.terms);
  const mode = selfTradeBits(incoming.terms);
  let wanted = incoming.lots;
  incoming.sweptLots = 0;
  incoming.sweptValue = 0;
  incoming.sweepEnd = SWEPT_ALL;
  for (let level = books.best(incoming.instrumentId, opposite(side)); level !== 0; level = levels.worse(level)) {
    const ticks = levels.ticks(level);
    if (!isWithin(side, incoming.matchTicks, ticks)) {
      incoming.sweepEnd = SWEPT_TO_BOUND;
      return;
    }
    // Hidden parts come after everything that the level shows (MT-30).
    let hidden = 0;
    for (let maker = levels.first(level); maker !== 0; maker = orders.next(maker)) {
      if (isOwn(state, incoming, maker)) {
        if (mode === EXPIRE_MAKER) continue;
        if (mode === DECREMENT) {
          wanted -= Math.min(wanted, orders.leavesLots(maker));
          if (wanted > 0) continue;
        }
        incoming.sweepEnd = SWEPT_TO_OWN_ORDER;
        return;
      }
      const shown = books.shownLots(maker);
      hidden += orders.leavesLots(maker) - shown;
      const lots = Math.min(wanted, shown);
      wanted -= lots;
      incoming.sweptLots += lots;
      incoming.sweptValue += valueOf(instrument, ticks, lots);
      if (wanted === 0) return;
    }
    const lots = Math.min(wanted, hidden);
    wanted -= lots;
    incoming.sweptLots += lots;
    incoming.sweptValue += valueOf(instrument, ticks, lots);
    if (wanted === 0) return;
  }
  incoming.sweepEnd = SWEPT_BOOK;
}

/** MT-1 to MT-5, MT-7 and MT-16: trades the accepted order against the book, then rests or cancels what is left of it. */
export function matchAndPlace(engine: Engine, taker: number): void {
  const { incoming, state } = engine;
  const { books } = state;
  const { levels } = books;
  const terms = incoming.terms;
  const side = sideBit(terms);
  // MT-36: outside continuous trading orders are only collected.
  if (!state.markets.isContinuous(incoming.instrumentId)) return emitOrderRested(engine, taker);
  const instrument = state.catalog.instrument(incoming.instrumentId);
  heedVolatility(engine, instrument);
  let left = incoming.lots;
  let end = SWEPT_BOOK;
  while (left > 0) {
    const level = books.best(incoming.instrumentId, opposite(side));
    if (level === 0) break;
    const ticks = levels.ticks(level);
    if (!isWithin(side, incoming.matchTicks, ticks)) {
      end = SWEPT_TO_BOUND;
      if (isWithin(side, incoming.boundTicks, ticks)) beginVolatilityAuction(engine, instrument);
      break;
    }
    const maker = levels.first(level);
    if (isOwn(state, incoming, maker)) {
      left = preventSelfTrade(engine, maker, taker, left);
      if (left >= 0) continue;
      return;
    }
    const lots = Math.min(left, books.shownLots(maker));
    emitOrderFilled(engine, maker, taker, lots, ticks);
    left -= lots;
  }
  if (left === 0) return;
  if (isMarket(terms) && end === SWEPT_TO_BOUND) emitOrderCancelled(engine, taker, "priceBand");
  else if (mayRest(terms)) emitOrderRested(engine, taker);
  else emitOrderCancelled(engine, taker, "immediateRemainder");
}

/** MT-16 and MT-23 to MT-25: what happens instead of a match. Answers the taker's open lots, or -1 if it is no longer open. */
function preventSelfTrade(engine: Engine, maker: number, taker: number, left: number): number {
  const { orders } = engine.state;
  const mode = selfTradeBits(engine.incoming.terms);
  if (mode === EXPIRE_MAKER || mode === EXPIRE_BOTH) emitOrderCancelled(engine, maker, "selfTrade");
  if (mode === EXPIRE_MAKER) return left;
  if (mode === EXPIRE_TAKER || mode === EXPIRE_BOTH) {
    emitOrderCancelled(engine, taker, "selfTrade");
    return -1;
  }
  const lots = Math.min(left, orders.leavesLots(maker));
  if (lots === orders.leavesLots(maker)) emitOrderCancelled(engine, maker, "selfTrade");
  else lessen(engine, maker, lots);
  if (lots === left) {
    emitOrderCancelled(engine, taker, "selfTrade");
    return -1;
  }
  lessen(engine, taker, lots);
  return left - lots;
}

/** Takes lots off an open order without a trade, and the part of its hold that they needed. */
function lessen(engine: Engine, order: number, lots: number): void {
  const { orders } = engine.state;
  const left = orders.leavesLots(order) - lots;
  // A market order holds what its sweep takes, and what is taken off here was no part of that.
  const held = isMarket(orders.terms(order)) ? orders.held(order) : worstCaseOf(engine.state, order, left);
  emitOrderAdjusted(engine, order, "selfTrade", { lots: orders.lots(order) - lots, left, held });
}
