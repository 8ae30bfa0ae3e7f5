import type { Instrument } from "../../shared/catalog.ts";
import { creditAfter, feeFor } from "./fees.ts";
import type { EngineState } from "./state.ts";
import { isBuy, isMarket } from "./terms.ts";

/** Quote units that change hands for so many lots at a price. Exact while it is at most the largest amount; larger results only compare as larger. */
export function valueOf(instrument: Instrument, ticks: number, lots: number): number {
  return ticks * lots * instrument.quoteUnitsPerTickLot;
}

/** LG-3: the rate that a buy's hold is computed with, so that it covers the order as maker and as taker. */
export function holdFeePpm(instrument: Instrument): number {
  return Math.max(instrument.makerFeePpm, instrument.takerFeePpm);
}

/** LG-3: what a limit buy must hold for its open lots. `feeCredit` is what its earlier fees were rounded up by. */
export function worstCaseOfBuy(instrument: Instrument, limitTicks: number, lots: number, feeCredit: number): number {
  const value = valueOf(instrument, limitTicks, lots);
  return value + feeFor(value, holdFeePpm(instrument), feeCredit);
}

/** What a resting order will bring in if all of it fills at its limit, before fees. */
export function incomingOf(instrument: Instrument, terms: number, limitTicks: number, lots: number): number {
  return isBuy(terms) ? lots * instrument.baseUnitsPerLot : valueOf(instrument, limitTicks, lots);
}

/** The balance of an account in an asset, opened at zero if need be. */
export function openBalance(state: EngineState, accountId: number, assetId: number): number {
  const known = state.balances.find(accountId, assetId);
  if (known !== 0) return known;
  const opened = state.balances.create(accountId, assetId, state.accounts.firstBalance(accountId));
  state.accounts.setFirstBalance(accountId, opened);
  return opened;
}

/** LG-5: moves one side of a trade: the buyer's quote to base, or the seller's base to quote; adjusts hold and fee credit. */
export function settle(state: EngineState, fill: { order: number; instrument: Instrument; value: number; lots: number; fee: number; feePpm: number }): void {
  const { orders, balances } = state;
  const { order, instrument, value, lots, fee } = fill;
  const terms = orders.terms(order);
  const base = lots * instrument.baseUnitsPerLot;
  const held = orders.held(order);
  const credit = creditAfter(value, fill.feePpm, orders.feeCredit(order));
  orders.setFeeCredit(order, credit);
  let stillHeld: number;
  if (!isBuy(terms)) {
    balances.addTotal(orders.pays(order), -base);
    balances.addTotal(orders.gets(order), value - fee);
    stillHeld = held - base;
  } else {
    balances.addTotal(orders.pays(order), -(value + fee));
    balances.addTotal(orders.gets(order), base);
    // A market buy holds the exact cost of its sweep; a limit buy holds the worst case of what is left, so any
    // better price or lower fee is released at once.
    stillHeld = isMarket(terms)
      ? held - value - fee
      : worstCaseOfBuy(instrument, orders.limitTicks(order), orders.leavesLots(order) - lots, credit);
  }
  balances.addHeld(orders.pays(order), stillHeld - held);
  orders.setHeld(order, stillHeld);
}
