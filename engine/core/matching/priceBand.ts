import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_TICKS, PPM, mulDivFloor } from "../../../shared/money.ts";
import { collarReference } from "../risk/collar.ts";
import type { EngineState } from "../state/state.ts";
import { BUY, SELL, TRIGGER_INDEX, TRIGGER_MARK, isBuy, triggerBits } from "../records/terms.ts";

/** RK-1: the price that orders are measured by: the last trade, else the middle of the book, else the one side there is, else 0. */
export function referenceTicks(state: EngineState, instrumentId: number): number {
  const last = state.markets.lastTicks(instrumentId);
  if (last !== 0) return last;
  const bid = state.books.bestTicks(instrumentId, BUY);
  const ask = state.books.bestTicks(instrumentId, SELL);
  if (bid === 0 || ask === 0) return bid + ask;
  return mulDivFloor(bid + ask, 1, 2);
}

/** RK-2: the highest price a buy may have and the lowest a sell may have. */
export function bandEdge(instrument: Instrument, side: number, reference: number): number {
  const width = mulDivFloor(reference, instrument.priceBandPpm, PPM);
  return isBuy(side) ? Math.min(reference + width, MAX_TICKS) : Math.max(reference - width, 1);
}

/** The price that a stop with these terms watches, of an outside venue the price from there (CN-20); 0 while there is none. */
export function sourceTicks(state: EngineState, instrumentId: number, terms: number): number {
  if (state.catalog.instrument(instrumentId).routed === true) return Math.max(0, collarReference(state, instrumentId));
  const source = triggerBits(terms);
  if (source === TRIGGER_MARK) return state.markets.markTicks(instrumentId);
  return source === TRIGGER_INDEX ? state.markets.indexTicks(instrumentId) : state.markets.lastTicks(instrumentId);
}
