import type { Instrument } from "../../shared/catalog.ts";
import { MAX_AMOUNT, PPM } from "../../shared/money.ts";
import { opposite } from "./books.ts";
import type { Engine } from "./engineParts.ts";
import { OWN_RATES } from "./feeBook.ts";
import { feeFor, rebateFor } from "./fees.ts";
import { balanceOf, feeKeyOf, leastFeeOf, valueOf, worstCaseOfBuy } from "./ledger.ts";
import { sweep } from "./match.ts";
import { PASSED } from "./refused.ts";
import { isBuy, isMarket, sideBit } from "./terms.ts";

/** LG-2, LG-3 and LG-6: computes the hold, and refuses what is not available or could overflow. */
export function checkFunds(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  incoming.feeKey = feeKeyOf(state, incoming.accountId, instrument);
  incoming.held = holdOf(engine, instrument);
  if (incoming.held > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");
  const pays = balanceOf(state, incoming.accountId, isBuy(incoming.terms) ? instrument.quoteAssetId : instrument.baseAssetId);
  const available = state.balances.available(pays);
  if (incoming.held > available) {
    const needed = incoming.held;
    const affordable = affordableLots(engine, instrument, available);
    refused.exceeding("LEDGER_INSUFFICIENT_FUNDS", state.balances.total(pays), state.balances.held(pays), needed, available);
    return refused.unless(0, affordable);
  }
  return checkRoom(engine, instrument);
}

/** LG-3: worst case of a limit order; exact cost of a market order's sweep. */
function holdOf(engine: Engine, instrument: Instrument): number {
  const { incoming, state } = engine;
  const { fees } = state;
  const { feeKey, lots, sweptLots, sweptValue, terms } = incoming;
  if (!isBuy(terms)) return (isMarket(terms) ? sweptLots : lots) * instrument.baseUnitsPerLot;
  if (!isMarket(terms)) return worstCaseOfBuy(fees, instrument, feeKey, incoming.limitTicks, lots, 0, 0);
  if (instrument.pairType === "tokenToken") return sweptValue;
  const fee = feeFor(sweptValue, fees.takerPpm(feeKey, instrument), 0);
  // The minimum fee is due only if the order fills whole.
  return sweptValue + (sweptLots === lots ? Math.max(fee, fees.minimum(feeKey, instrument)) : fee);
}

/** The most lots, fewer than asked for, whose hold is available. */
function affordableLots(engine: Engine, instrument: Instrument, available: number): number {
  const { incoming } = engine;
  const asked = incoming.lots;
  let affordable = 0;
  let tooMany = asked;
  while (tooMany - affordable > 1) {
    incoming.lots = Math.floor((affordable + tooMany) / 2);
    if (isMarket(incoming.terms)) sweep(engine);
    if (holdOf(engine, instrument) <= available) affordable = incoming.lots;
    else tooMany = incoming.lots;
  }
  incoming.lots = asked;
  return affordable;
}

/** Largest sum of maker's and taker's rate that any schedule has. */
const MOST_RATES_PPM = PPM / 5;

/** LG-6: no fill of this order may lift the account's or the fee account's balance above the largest amount. */
function checkRoom(engine: Engine, instrument: Instrument): number {
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
  const gets = balanceOf(state, incoming.accountId, isBuy(side) ? instrument.baseAssetId : instrument.quoteAssetId);
  if (balances.total(gets) + balances.incoming(gets) + receipts > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");

  const quoteFees = balanceOf(state, state.catalog.feeAccountId, instrument.quoteAssetId);
  const quoteDue = balances.total(quoteFees) + balances.incoming(quoteFees) + (gets === quoteFees ? receipts : 0);
  // Each lot may complete a maker that owes its minimum fee.
  const minimum = instrument.venueId === null ? 0 : fees.highestMinimum(instrumentId);
  // Rates are at most a tenth and a lot is worth at least a unit, so with this margin no exact sum is needed.
  const isAmple = quoteDue + 4 * value + minimum * (lots + 1) <= MAX_AMOUNT;
  if (!isAmple && !hasRoom(quoteDue, value, lots, minimum, ratesOf(instrument))) return refused.because("LEDGER_OVERFLOW");
  if (instrument.pairType !== "tokenToken") return PASSED;

  const baseFees = balanceOf(state, state.catalog.feeAccountId, instrument.baseAssetId);
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
