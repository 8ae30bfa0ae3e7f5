import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_AMOUNT, MAX_LOTS, mulDivCeil } from "../../../shared/money.ts";
import type { Engine } from "../engineParts.ts";
import { valueOf } from "../ledger/ledger.ts";
import { bandEdge } from "../matching/priceBand.ts";
import { checkLots } from "../orders/validate.ts";
import { PASSED } from "../records/refused.ts";
import { BUY, SELL, hasNoLimit, isMarket, sideBit } from "../records/terms.ts";
import { boundWithinCollars } from "../risk/collarControls.ts";
import { STALE_REFERENCE, collarReference } from "../risk/collar.ts";

/*
 * CN-17: a market order that goes to an outside venue meets no book here. It is valued and held at worst case by the price from outside.
 */

/** Is it a market order whose fills another venue decides? */
export function isRoutedMarket(terms: number, { routed }: Instrument): boolean {
  return routed === true && isMarket(terms);
}

/** Reference, bound and value of a market order that leaves; the venue stops it at the band around its own last trade. */
export function priceRouted(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const reference = collarReference(state, instrument.instrumentId);
  if (reference <= 0) return refused.because(reference === STALE_REFERENCE ? "RISK_MARK_STALE" : "RISK_NO_REFERENCE_PRICE");
  incoming.isSpecial = true;
  incoming.boundTicks = bandEdge(instrument, incoming.terms, reference);
  incoming.matchTicks = incoming.boundTicks;
  incoming.workingTicks = incoming.boundTicks;
  incoming.valuationTicks = reference;
  return PASSED;
}

/**
 * An order by amount has the most lots that the amount can come to, which is at the lowest price of the band, and is valued there: lots and
 * value are both at worst case then. The interface takes no limit with an amount, so that no collar could be kept.
 */
export function sizeRoutedAmount(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { accountId, instrumentId, quoteAmount, terms, valuationTicks } = incoming;
  const edge = bandEdge(instrument, terms, valuationTicks);
  incoming.lots = Math.min(Math.floor(quoteAmount / valueOf(instrument, valuationTicks, 1)), MAX_LOTS);
  const wrongLots = checkLots(engine, instrument);
  if (wrongLots !== PASSED) return wrongLots;
  if (boundWithinCollars(state, accountId, instrumentId, sideBit(terms), valuationTicks, edge) !== edge) {
    refused.because("VALIDATE_ROUTED_AMOUNT");
    return refused.unless(0, incoming.lots);
  }
  const low = bandEdge(instrument, SELL, valuationTicks);
  const lots = mulDivCeil(quoteAmount, 1, valueOf(instrument, low, 1));
  if (lots > MAX_LOTS) return refused.because("LEDGER_OVERFLOW");
  incoming.lots = lots;
  incoming.boundTicks = low;
  incoming.matchTicks = low;
  incoming.valuationTicks = low;
  return PASSED;
}

/** The last word before the hold: what a collar has left of the bound is what the order works at, and it takes all it asks for. */
export function boundRouted({ incoming }: Engine, instrument: Instrument): void {
  incoming.workingTicks = incoming.boundTicks;
  incoming.sweptLots = incoming.lots;
  // What a sell may bring in at the most.
  const top = bandEdge(instrument, BUY, incoming.valuationTicks);
  incoming.sweptValue = incoming.quoteAmount === 0 ? Math.min(valueOf(instrument, top, incoming.lots), MAX_AMOUNT) : incoming.quoteAmount;
}

/**
 * The limit under which an order without one leaves: a collar's, where that is nearer than the venue's own bound; 0 for none. A stop's bound is
 * measured from its trigger.
 */
export function routedBound({ incoming }: Engine, instrument: Instrument): number {
  const { boundTicks, quoteAmount, stopTicks, terms, valuationTicks } = incoming;
  if (!hasNoLimit(terms) || quoteAmount !== 0 || boundTicks === bandEdge(instrument, terms, stopTicks || valuationTicks)) return 0;
  return boundTicks;
}
