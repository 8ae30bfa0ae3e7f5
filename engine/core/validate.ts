import type { Instrument } from "../../shared/catalog.ts";
import type { Engine } from "./engineParts.ts";
import { NO_OPERAND } from "./fields.ts";
import { valueOf } from "./ledger.ts";
import { MAX_AMOUNT, MAX_LOTS, mulDivCeil } from "../../shared/money.ts";
import { PASSED } from "./refused.ts";
import { isGoodTillCancelled, isMarket } from "./terms.ts";

/** MT-10 and MT-11: do account and instrument exist, and is the client order id new? Answers a reject number, or PASSED. */
export function checkIdentity(engine: Engine): number {
  const { incoming, refused, state } = engine;
  if (!state.catalog.hasInstrument(incoming.instrumentId)) return refused.because("VALIDATE_UNKNOWN_INSTRUMENT");
  if (!state.accounts.exists(incoming.accountId)) return refused.because("VALIDATE_UNKNOWN_ACCOUNT");
  if (state.clientOrderIds.isTaken(incoming.accountId, incoming.clientOrderId)) {
    return refused.with("VALIDATE_DUPLICATE_CLIENT_ORDER_ID", NO_OPERAND, incoming.clientOrderId, NO_OPERAND);
  }
  return PASSED;
}

/** MT-12 to MT-14: do type, price, time in force and quantity fit together and the instrument? */
export function checkTerms(engine: Engine, instrument: Instrument): number {
  const { incoming, refused } = engine;
  const { terms, limitTicks, lots } = incoming;
  if (isMarket(terms)) {
    if (limitTicks !== 0) return refused.with("VALIDATE_LIMIT_PRICE_ON_MARKET", NO_OPERAND, limitTicks, NO_OPERAND);
    if (isGoodTillCancelled(terms)) return refused.because("VALIDATE_TIME_IN_FORCE");
  } else if (limitTicks === 0) {
    return refused.because("VALIDATE_LIMIT_PRICE_MISSING");
  }
  if (lots < instrument.minLots) {
    refused.with("VALIDATE_LOTS_BELOW_MINIMUM", instrument.minLots, lots, NO_OPERAND);
    return refused.unless(0, instrument.minLots);
  }
  const most = isMarket(terms) ? instrument.marketMaxLots : instrument.maxLots;
  if (lots <= most) return PASSED;
  refused.with("VALIDATE_LOTS_ABOVE_MAXIMUM", most, lots, most);
  return refused.unless(0, most);
}

/** MT-15: is the order, at its limit or at the reference price, worth enough? */
export function checkNotional(engine: Engine, instrument: Instrument): number {
  const { incoming, refused } = engine;
  const value = valueOf(instrument, incoming.valuationTicks, incoming.lots);
  if (value < instrument.minNotional) {
    refused.with("VALIDATE_NOTIONAL_BELOW_MINIMUM", instrument.minNotional, value, NO_OPERAND);
    const lots = mulDivCeil(instrument.minNotional, 1, valueOf(instrument, incoming.valuationTicks, 1));
    return refused.unless(0, Math.min(lots, MAX_LOTS));
  }
  return value > MAX_AMOUNT ? refused.because("LEDGER_OVERFLOW") : PASSED;
}
