import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_AMOUNT, PPM } from "../../../shared/money.ts";
import { opposite } from "../state/books.ts";
import type { Engine } from "../engineParts.ts";
import { OWN_RATES } from "../state/feeBook.ts";
import { feeFor, rebateFor } from "./fees.ts";
import { leastFeeOf, rebateOn, valueOf } from "./ledger.ts";
import { PASSED } from "../records/refused.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy, isMarket, sideBit } from "../records/terms.ts";

/*
 * LG-6: a fill, once matched, always settles, because room for what it brings is looked at before.
 */

/** Largest sum of maker's and taker's rate that any schedule has. */
const MOST_RATES_PPM = PPM / 5;

/** LG-6: no fill of this order may lift the account's or the fee account's balance above the largest amount. */
export function checkRoom(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { balances, books, fees } = state;
  const { feeKey, instrumentId, lots, terms } = incoming;
  const side = sideBit(terms);
  // A sell may fill above its limit, at most at the best price there is.
  const topTicks = isBuy(side) ? incoming.boundTicks : Math.max(incoming.boundTicks, books.bestTicks(instrumentId, opposite(side)));
  const value = isMarket(terms) ? incoming.sweptValue : valueOf(instrument, topTicks, lots);
  const base = lots * instrument.baseUnitsPerLot;
  let receipts = isBuy(side) ? base : value;
  if (feeKey !== OWN_RATES && !isBuy(side)) receipts += rebateFor(Math.min(value, MAX_AMOUNT), fees.makerPpm(feeKey, instrument));
  // What an open order counts already is free for its new terms.
  receipts -= incoming.alreadyCounted;
  const gets = state.balances.find(incoming.accountId, isBuy(side) ? instrument.baseAssetId : instrument.quoteAssetId);
  if (balances.total(gets) + balances.incoming(gets) + receipts > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");

  const quoteFees = state.balances.find(state.catalog.feeAccountId, instrument.quoteAssetId);
  const quoteDue = balances.total(quoteFees) + balances.incoming(quoteFees) + (gets === quoteFees ? receipts : 0);
  // Each lot may complete a maker that owes its minimum fee.
  const minimum = instrument.venueId === null ? 0 : fees.highestMinimum(instrumentId, state.lastAtUs);
  // A market order causes fees for what it sweeps, and for nothing if that is nothing.
  const filling = isMarket(terms) ? incoming.sweptLots : lots;
  // Rates are at most a tenth and a lot is worth at least a unit, so with this margin no exact sum is needed.
  const isAmple = filling === 0 || quoteDue + 4 * value + minimum * (filling + 1) <= MAX_AMOUNT;
  if (!isAmple && !hasRoom(quoteDue, value, filling, minimum, ratesOf(instrument))) return refused.because("LEDGER_OVERFLOW");
  if (instrument.pairType !== "tokenToken") return PASSED;

  const baseFees = state.balances.find(state.catalog.feeAccountId, instrument.baseAssetId);
  const baseDue = balances.total(baseFees) + balances.incoming(baseFees) + (gets === baseFees ? receipts : 0);
  // A taker pays no more than it receives; makers pay most for the least price there is.
  const lowTicks = Math.max(incoming.boundTicks, books.worstTicks(instrumentId, opposite(side)), 1);
  const least = isBuy(side) || minimum === 0 ? 0 : leastFeeOf(instrument, opposite(side), lowTicks, minimum);
  return hasRoom(baseDue, base, lots, least, ratesOf(instrument)) ? PASSED : refused.because("LEDGER_OVERFLOW");
}

/** Both rates together: the instrument's own where no schedule can apply, else the most that schedules allow. */
function ratesOf(instrument: Instrument): number {
  return instrument.venueId === null ? instrument.makerFeePpm + instrument.takerFeePpm : MOST_RATES_PPM;
}

/** Does the fee account have room for the fees on a basis, given what it has and expects? */
function hasRoom(due: number, basis: number, lots: number, leastFee: number, ratesPpm: number): boolean {
  return basis <= MAX_AMOUNT && due + feeFor(basis, ratesPpm, 0) + lots + 1 + leastFee * (lots + 1) <= MAX_AMOUNT;
}

/** LG-6: an auction's price may be above a sell's limit, so room for what a fill brings is looked at again, for fees by a wide margin. */
export function hasRoomForFill(
  state: EngineState,
  { ask, bid, lots, ticks }: { readonly ask: number; readonly bid: number; readonly lots: number; readonly ticks: number },
): boolean {
  const { catalog, fees, orders } = state;
  const instrument = catalog.instrument(orders.instrumentId(ask));
  const value = valueOf(instrument, ticks, lots);
  const base = lots * instrument.baseUnitsPerLot;
  const rebate = rebateOn(fees, instrument, orders.feeKey(ask), ticks, lots);
  // Both sides may owe their minimum fee.
  const minima = fees.minimum(orders.feeKey(ask), instrument) + fees.minimum(orders.feeKey(bid), instrument);
  return (
    fits(state, orders.gets(ask), value + rebate) &&
    fits(state, state.balances.open(catalog.feeAccountId, instrument.quoteAssetId), value + 2 * lots + minima) &&
    (instrument.pairType !== "tokenToken" || fits(state, state.balances.find(catalog.feeAccountId, instrument.baseAssetId), base))
  );
}

/** Is there room in a balance for so much more than what its orders may bring in? */
function fits({ balances }: EngineState, balance: number, more: number): boolean {
  return balances.total(balance) + balances.incoming(balance) + more <= MAX_AMOUNT;
}
