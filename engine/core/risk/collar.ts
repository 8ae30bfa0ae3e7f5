import { MAX_TICKS, PPM, mulDivFloor } from "../../../shared/money.ts";
import type { EngineState } from "../state/state.ts";
import { BUY, SELL, isBuy } from "../records/terms.ts";

/** What the chain answers when it has no price. */
const NO_REFERENCE = 0;
export const STALE_REFERENCE = -1;

/**
 * RK-6: the price that collars are measured from. The last trade while it lies within the best prices, else their middle, else the one
 * side there is, else the price from outside. `last`, `bid` and `ask` are 0 where there is none. A crossed book tells nothing, so that only
 * the last trade counts then.
 */
export function chainOfReferences(last: number, bid: number, ask: number, outside: number): number {
  if (bid !== 0 && ask !== 0 && bid >= ask) return last !== 0 ? last : outside;
  const isWithin = last !== 0 && last >= bid && (ask === 0 || last <= ask);
  if (isWithin) return last;
  if (bid !== 0 && ask !== 0) return mulDivFloor(bid + ask, 1, 2);
  if (bid !== 0 || ask !== 0) return bid + ask;
  return outside;
}

/** The chain for an instrument's present market; NO_REFERENCE or STALE_REFERENCE if it ends without a price. */
export function collarReference(state: EngineState, instrumentId: number): number {
  const { books, markets, risk } = state;
  const last = markets.lastTicks(instrumentId);
  const reference = chainOfReferences(last, books.bestTicks(instrumentId, BUY), books.bestTicks(instrumentId, SELL), 0);
  if (reference !== 0) return reference;
  const outside = risk.references.get(instrumentId);
  if (outside === undefined) return NO_REFERENCE;
  return state.lastAtUs - outside.atUs > outside.goodForUs ? STALE_REFERENCE : outside.ticks;
}

/** The highest price a buy may have, or the lowest a sell may have, so many millionths from a price. */
export function aggressiveEdge(side: number, ticks: number, ppm: number): number {
  return isBuy(side) ? above(ticks, ppm) : below(ticks, ppm);
}

/** The lowest price a buy may have, or the highest a sell may have, so many millionths behind a price. */
export function passiveEdge(side: number, ticks: number, ppm: number): number {
  return isBuy(side) ? below(ticks, ppm) : above(ticks, ppm);
}

function above(ticks: number, ppm: number): number {
  return ppm >= PPM * PPM ? MAX_TICKS : Math.min(MAX_TICKS, ticks + mulDivFloor(ticks, ppm, PPM));
}

function below(ticks: number, ppm: number): number {
  return ppm >= PPM ? 1 : Math.max(1, ticks - mulDivFloor(ticks, ppm, PPM));
}
