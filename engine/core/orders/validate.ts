import type { Instrument } from "../../../shared/catalog.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { valueOf } from "../ledger/ledger.ts";
import { MAX_AMOUNT, MAX_LOTS, mulDivCeil } from "../../../shared/money.ts";
import { PASSED } from "../records/refused.ts";
import { checkSpecialTerms } from "./specialTerms.ts";
import { isMarket, mayStay } from "../records/terms.ts";

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

/** MT-12 to MT-14, MT-18 and MT-29: do type, price, time in force and quantity fit together and the instrument? */
export function checkTerms(engine: Engine, instrument: Instrument): number {
  const { incoming, refused } = engine;
  if (incoming.isSpecial) {
    const misfit = checkSpecialTerms(engine, instrument);
    if (misfit !== PASSED) return misfit;
  } else if (isMarket(incoming.terms)) {
    if (incoming.limitTicks !== 0) return refused.with("VALIDATE_LIMIT_PRICE_ON_MARKET", NO_OPERAND, incoming.limitTicks, NO_OPERAND);
    if (mayStay(incoming.terms)) return refused.because("VALIDATE_TIME_IN_FORCE");
  } else if (incoming.limitTicks === 0) {
    return refused.because("VALIDATE_LIMIT_PRICE_MISSING");
  }
  return incoming.quoteAmount === 0 ? checkLots(engine, instrument) : PASSED;
}

/** MT-14: least and most lots. */
export function checkLots(engine: Engine, instrument: Instrument): number {
  const { incoming, refused } = engine;
  const { lots, terms } = incoming;
  if (lots < instrument.minLots && !incoming.isExit) {
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
  const unit = valueOf(instrument, incoming.valuationTicks, 1);
  // What an order by amount moves at another venue is the amount, whatever lots that comes to.
  const isAmount = incoming.quoteAmount !== 0 && instrument.routed === true;
  const value = isAmount ? incoming.quoteAmount : valueOf(instrument, incoming.valuationTicks, incoming.lots);
  if (value < instrument.minNotional && !incoming.isExit) {
    refused.with("VALIDATE_NOTIONAL_BELOW_MINIMUM", instrument.minNotional, value, NO_OPERAND);
    return refused.unless(0, Math.min(mulDivCeil(instrument.minNotional, 1, unit), MAX_LOTS));
  }
  if (value > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");
  const most = isMarket(incoming.terms) ? instrument.marketMaxNotional : instrument.maxNotional;
  if (most === null || value <= most) return PASSED;
  refused.with("VALIDATE_AMOUNT_ABOVE_MAXIMUM", most, value, most);
  return refused.unless(0, Math.floor(most / unit));
}

/** MT-42: an account has at most so many orders open in an instrument; exits of a bracket are not counted against it when they come. */
export function checkOpenOrders({ incoming, refused, state }: Engine, { maxOpenOrders }: Instrument): number {
  if (maxOpenOrders === null || incoming.isExit || !mayStay(incoming.terms)) return PASSED;
  const { accounts, orders } = state;
  if (accounts.openOrders(incoming.accountId) < maxOpenOrders) return PASSED;
  let open = 0;
  for (let order = accounts.firstOrder(incoming.accountId); order !== 0; order = orders.accountNext(order)) {
    if (orders.instrumentId(order) === incoming.instrumentId) open += 1;
  }
  return open < maxOpenOrders ? PASSED : refused.with("RISK_OPEN_ORDERS", maxOpenOrders, open, 0);
}
