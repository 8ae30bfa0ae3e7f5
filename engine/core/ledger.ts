import type { Instrument } from "../../shared/catalog.ts";
import { creditAfter, feeFor } from "./fees.ts";
import { int } from "./fields.ts";
import { eventLayouts } from "./layout.ts";
import type { EngineState } from "./state.ts";
import { isBuy, isMarket } from "./terms.ts";

const filled = eventLayouts.OrderFilled.slots;

/** Quote units that change hands for so many lots at a price. Exact while it is at most the largest amount; larger results only compare as larger. */
export function valueOf(instrument: Instrument, ticks: number, lots: number): number {
  return ticks * lots * instrument.quoteUnitsPerTickLot;
}

/** LG-3: the rate that a buy's hold is computed with, so that it covers the order as maker and as taker. */
function holdFeePpm(instrument: Instrument): number {
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

// So many balances of an account are compared one by one before the table is asked; most accounts have no more.
const FIRST_BALANCES = 4;

/** Handle of the account's balance in an asset, 0 if it never had to do with the asset. The account must exist. */
export function balanceOf(state: EngineState, accountId: number, assetId: number): number {
  const { accounts, balances } = state;
  let balance = accounts.firstBalance(accountId);
  for (let left = FIRST_BALANCES; left > 0 && balance !== 0; left -= 1) {
    if (balances.assetId(balance) === assetId) return balance;
    balance = balances.nextOfAccount(balance);
  }
  return balance === 0 ? 0 : balances.find(accountId, assetId);
}

/** The balance of an account in an asset, opened at zero if need be. */
export function openBalance(state: EngineState, accountId: number, assetId: number): number {
  const known = balanceOf(state, accountId, assetId);
  if (known !== 0) return known;
  const opened = state.balances.create(accountId, assetId, state.accounts.firstBalance(accountId));
  state.accounts.setFirstBalance(accountId, opened);
  return opened;
}

/** LG-5: the resting order's side of the fill in the row. */
export function settleMaker(state: EngineState, order: number, instrument: Instrument, row: Float64Array, at: number): void {
  settle(state, order, instrument, row, at, filled.makerFee, instrument.makerFeePpm);
}

/** LG-5: the incoming order's side of the fill in the row. */
export function settleTaker(state: EngineState, order: number, instrument: Instrument, row: Float64Array, at: number): void {
  settle(state, order, instrument, row, at, filled.takerFee, instrument.takerFeePpm);
}

/** Moves the buyer's quote to base, or the seller's base to quote; adjusts hold and fee credit. The order's open lots are still those before the fill. */
function settle(
  state: EngineState,
  order: number,
  instrument: Instrument,
  row: Float64Array,
  at: number,
  feeSlot: number,
  feePpm: number,
): void {
  const { orders, balances } = state;
  const terms = orders.terms(order);
  const lots = int(row[at + filled.lots]);
  const value = valueOf(instrument, int(row[at + filled.ticks]), lots);
  const fee = row[at + feeSlot]!;
  const base = lots * instrument.baseUnitsPerLot;
  const held = orders.held(order);
  const credit = creditAfter(value, feePpm, orders.feeCredit(order));
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
