import type { Instrument } from "../../shared/catalog.ts";
import { MAX_AMOUNT } from "../../shared/money.ts";
import { opposite } from "./books.ts";
import type { Engine } from "./engineParts.ts";
import { feeFor } from "./fees.ts";
import { NO_OPERAND } from "./fields.ts";
import { balanceOf, valueOf, worstCaseOfBuy } from "./ledger.ts";
import { PASSED } from "./refused.ts";
import { isBuy, isMarket, sideBit } from "./terms.ts";

/** LG-2, LG-3 and LG-6: computes the hold, and refuses what is not available or could overflow. */
export function checkFunds(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { terms } = incoming;
  const isBuyer = isBuy(terms);
  incoming.held = holdOf(engine, instrument);
  if (incoming.held > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");
  const pays = balanceOf(state, incoming.accountId, isBuyer ? instrument.quoteAssetId : instrument.baseAssetId);
  const available = state.balances.available(pays) + incoming.alreadyHeld;
  if (incoming.held > available) return refused.with("LEDGER_INSUFFICIENT_FUNDS", NO_OPERAND, incoming.held, available);
  return checkRoom(engine, instrument);
}

/** LG-3: worst case of a limit order; exact cost of a market order's sweep. */
function holdOf(engine: Engine, instrument: Instrument): number {
  const { incoming } = engine;
  const { terms } = incoming;
  if (isMarket(terms)) {
    return isBuy(terms)
      ? incoming.sweptValue + feeFor(incoming.sweptValue, instrument.takerFeePpm, 0)
      : incoming.sweptLots * instrument.baseUnitsPerLot;
  }
  return isBuy(terms)
    ? worstCaseOfBuy(instrument, incoming.boundTicks, incoming.lots, incoming.feeCredit)
    : incoming.lots * instrument.baseUnitsPerLot;
}

/** LG-6: no fill of this order may lift the account's or the fee account's balance above the largest amount. */
export function checkRoom(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { balances } = state;
  const side = sideBit(incoming.terms);
  // A sell may fill above its limit, at most at the best price there is.
  const topTicks = isBuy(side)
    ? incoming.boundTicks
    : Math.max(incoming.boundTicks, state.books.bestTicks(incoming.instrumentId, opposite(side)));
  const value = isMarket(incoming.terms) ? incoming.sweptValue : valueOf(instrument, topTicks, incoming.lots);
  const receipts = isBuy(side) ? incoming.lots * instrument.baseUnitsPerLot : value;
  const gets = balanceOf(state, incoming.accountId, isBuy(side) ? instrument.baseAssetId : instrument.quoteAssetId);
  const more = receipts - incoming.alreadyCounted;
  if (balances.total(gets) + balances.incoming(gets) + more > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");
  const feeBalance = balanceOf(state, state.catalog.feeAccountId, instrument.quoteAssetId);
  const due = balances.total(feeBalance) + balances.incoming(feeBalance) + (gets === feeBalance ? more : 0);
  // Rates are at most a tenth, so with this margin no exact sum is needed.
  if (due + 4 * Math.max(value, incoming.lots) <= MAX_AMOUNT) return PASSED;
  const fees = feeFor(value, instrument.makerFeePpm + instrument.takerFeePpm, 0) + incoming.lots + 1;
  return due + fees > MAX_AMOUNT ? refused.because("LEDGER_OVERFLOW") : PASSED;
}
