import { opposite } from "./books.ts";
import { emitOrderCancelled, emitOrderFilled, emitOrderRested } from "./emit.ts";
import type { Engine } from "./engineParts.ts";
import { SWEPT_ALL, SWEPT_BOOK, SWEPT_TO_BOUND, SWEPT_TO_OWN_ORDER } from "./incomingOrder.ts";
import { valueOf } from "./ledger.ts";
import { isBuy, isGoodTillCancelled, isMarket, sideBit } from "./terms.ts";

/** MT-2: true when a resting price is within the incoming order's bound. */
function isWithin(side: number, boundTicks: number, ticks: number): boolean {
  return isBuy(side) ? ticks <= boundTicks : ticks >= boundTicks;
}

/** Walks the book as matching would, without changing it, and notes in engine.incoming what the order can take at once. */
export function sweep(engine: Engine): void {
  const { incoming } = engine;
  const { books, orders } = engine.state;
  const { levels } = books;
  const instrument = engine.state.catalog.instrument(incoming.instrumentId);
  const side = sideBit(incoming.terms);
  incoming.sweptLots = 0;
  incoming.sweptValue = 0;
  incoming.sweepEnd = SWEPT_ALL;
  for (let level = books.best(incoming.instrumentId, opposite(side)); level !== 0; level = levels.worse(level)) {
    const ticks = levels.ticks(level);
    if (!isWithin(side, incoming.boundTicks, ticks)) {
      incoming.sweepEnd = SWEPT_TO_BOUND;
      return;
    }
    for (let maker = levels.first(level); maker !== 0; maker = orders.next(maker)) {
      if (orders.accountId(maker) === incoming.accountId) {
        incoming.sweepEnd = SWEPT_TO_OWN_ORDER;
        return;
      }
      const lots = Math.min(incoming.lots - incoming.sweptLots, orders.leavesLots(maker));
      incoming.sweptLots += lots;
      incoming.sweptValue += valueOf(instrument, ticks, lots);
      if (incoming.sweptLots === incoming.lots) return;
    }
  }
  incoming.sweepEnd = SWEPT_BOOK;
}

/** MT-1 to MT-5, MT-7 and MT-16: trades the accepted order against the book, then rests or cancels what is left of it. */
export function matchAndPlace(engine: Engine, taker: number): void {
  const { books, orders } = engine.state;
  const { levels } = books;
  const { incoming } = engine;
  const terms = incoming.terms;
  const side = sideBit(terms);
  let left = incoming.lots;
  let end = SWEPT_BOOK;
  while (left > 0) {
    const level = books.best(incoming.instrumentId, opposite(side));
    if (level === 0) break;
    const ticks = levels.ticks(level);
    if (!isWithin(side, incoming.boundTicks, ticks)) {
      end = SWEPT_TO_BOUND;
      break;
    }
    const maker = levels.first(level);
    if (orders.accountId(maker) === incoming.accountId) {
      end = SWEPT_TO_OWN_ORDER;
      break;
    }
    const lots = Math.min(left, orders.leavesLots(maker));
    emitOrderFilled(engine, maker, taker, lots);
    left -= lots;
  }
  if (left === 0) return;
  if (end === SWEPT_TO_OWN_ORDER) emitOrderCancelled(engine, taker, "selfTrade");
  else if (isMarket(terms) && end === SWEPT_TO_BOUND) emitOrderCancelled(engine, taker, "priceBand");
  else if (isGoodTillCancelled(terms)) emitOrderRested(engine, taker);
  else emitOrderCancelled(engine, taker, "immediateRemainder");
}
