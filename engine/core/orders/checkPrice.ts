import type { Instrument } from "../../../shared/catalog.ts";
import type { Engine } from "../engineParts.ts";
import { bandEdge, referenceTicks } from "../matching/priceBand.ts";
import { checkBand, priceAt, priceSpecial } from "./pricing.ts";
import { PASSED } from "../records/refused.ts";
import { isMarket } from "../records/terms.ts";
import { isRoutedMarket, priceRouted } from "../routing/routePrice.ts";

/** Sets the incoming order's bound and the price that values it. Answers a reject number, or PASSED. */
export function checkPrice(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { terms, limitTicks } = incoming;
  if (isRoutedMarket(terms, instrument)) return priceRouted(engine, instrument);
  if (isMarket(terms)) {
    const reference = referenceTicks(state, incoming.instrumentId);
    if (reference === 0) return refused.because("RISK_NO_REFERENCE_PRICE");
    incoming.workingTicks = 0;
    incoming.boundTicks = bandEdge(instrument, terms, reference);
    incoming.matchTicks = incoming.boundTicks;
    incoming.valuationTicks = reference;
    return PASSED;
  }
  if (incoming.isSpecial) return priceSpecial(engine, instrument);
  priceAt(incoming, limitTicks);
  return checkBand(engine, instrument, limitTicks);
}
