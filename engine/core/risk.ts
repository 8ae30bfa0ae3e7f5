import type { Instrument } from "../../shared/catalog.ts";
import { MAX_TICKS, PPM, mulDivFloor } from "../../shared/money.ts";
import type { Engine } from "./engineParts.ts";
import { PASSED } from "./refused.ts";
import type { EngineState } from "./state.ts";
import { NO_OPERAND } from "./fields.ts";
import { BUY, SELL, isBuy, isMarket } from "./terms.ts";

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
function bandEdge(instrument: Instrument, side: number, reference: number): number {
  const width = mulDivFloor(reference, instrument.priceBandPpm, PPM);
  return isBuy(side) ? Math.min(reference + width, MAX_TICKS) : Math.max(reference - width, 1);
}

/** Sets the incoming order's bound and the price that values it. Answers a reject number, or PASSED. */
export function checkPrice(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { terms, limitTicks } = incoming;
  if (isMarket(terms)) {
    const reference = referenceTicks(state, incoming.instrumentId);
    if (reference === 0) return refused.because("RISK_NO_REFERENCE_PRICE");
    incoming.boundTicks = bandEdge(instrument, terms, reference);
    incoming.valuationTicks = reference;
    return PASSED;
  }
  incoming.boundTicks = limitTicks;
  incoming.valuationTicks = limitTicks;
  // RK-3: before the first trade a limit order meets no band, so that an empty book can start; its own limit protects it.
  const last = state.markets.lastTicks(incoming.instrumentId);
  if (last === 0) return PASSED;
  const edge = bandEdge(instrument, terms, last);
  const isOutside = isBuy(terms) ? limitTicks > edge : limitTicks < edge;
  if (!isOutside) return PASSED;
  refused.with("RISK_PRICE_BAND", edge, limitTicks, NO_OPERAND);
  return refused.unless(edge, 0);
}
