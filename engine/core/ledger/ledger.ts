import type { Instrument } from "../../../shared/catalog.ts";
import { mulDivCeilCapped } from "../../../shared/money.ts";
import { OWN_RATES, volumeOf, type FeeBook } from "../state/feeBook.ts";
import { creditAfter, feeFor, rebateFor } from "./fees.ts";
import { dayOf } from "../state/feeVolumes.ts";
import { int } from "../records/fields.ts";
import { eventLayouts } from "../records/layout.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy, isMarket } from "../records/terms.ts";

const filled = eventLayouts.OrderFilled.slots;

/** Quote units that change hands for so many lots at a price. Exact while it is at most the largest amount; larger results only compare as larger. */
export function valueOf(instrument: Instrument, ticks: number, lots: number): number {
  return ticks * lots * instrument.quoteUnitsPerTickLot;
}

/** LG-12: does the fee come off what the order receives? Else it is paid on top of what a buy pays. */
export function isFeeOffReceipts(instrument: Instrument, terms: number): boolean {
  return !isBuy(terms) || instrument.pairType === "tokenToken";
}

/** The price that an order's hold is computed at: the worst it can come to. */
export function holdTicksOf(state: EngineState, order: number): number {
  const special = state.orders.special(order);
  const worst = special === 0 ? 0 : state.specials.worstTicks(special);
  return worst === 0 ? state.orders.limitTicks(order) : worst;
}

/**
 * LG-3: what a limit buy must hold for its open lots. `feeCredit` is what its earlier fees were rounded up by, `feePaid` what they came to.
 */
export function worstCaseOfBuy(
  fees: FeeBook,
  instrument: Instrument,
  feeKey: number,
  limitTicks: number,
  lots: number,
  feeCredit: number,
  feePaid: number,
): number {
  return worstCaseOfValue(fees, instrument, feeKey, valueOf(instrument, limitTicks, lots), lots, feeCredit, feePaid);
}

/** The same for a buy that may still move so much, in so many lots at the most. */
export function worstCaseOfValue(
  fees: FeeBook,
  instrument: Instrument,
  feeKey: number,
  value: number,
  lots: number,
  feeCredit: number,
  feePaid: number,
): number {
  if (instrument.pairType === "tokenToken") return value;
  return value + worstFeeOf(fees, instrument, feeKey, value, feeCredit, feePaid) + roundingElsewhere(instrument, value === 0 ? 0 : lots);
}

/** CN-6: another venue rounds the fee of each fill up by itself, and a fill is a lot at least: a unit for each lot covers every rounding. */
function roundingElsewhere({ routed }: Instrument, lots: number): number {
  return routed === true ? lots : 0;
}

function worstFeeOf(fees: FeeBook, instrument: Instrument, feeKey: number, value: number, feeCredit: number, feePaid: number): number {
  // The higher rate, so that the hold covers the order as maker and as taker.
  if (feeKey === OWN_RATES) return feeFor(value, Math.max(instrument.makerFeePpm, instrument.takerFeePpm), feeCredit);
  const fee = feeFor(value, Math.max(fees.makerPpm(feeKey, instrument), fees.takerPpm(feeKey, instrument)), feeCredit);
  const minimum = fees.minimum(feeKey, instrument);
  // Without a minimum a rebate is the client's to keep, whatever follows.
  return minimum === 0 ? fee : Math.max(fee, minimum - feePaid);
}

/** LG-3: what an open order that is no market order here must hold for so many open lots; CN-17: by amount, for what is left of it. */
export function worstCaseOf(state: EngineState, order: number, lots: number): number {
  const { catalog, fees, orders } = state;
  const instrument = catalog.instrument(orders.instrumentId(order));
  if (!isBuy(orders.terms(order))) return lots * instrument.baseUnitsPerLot;
  const left = state.routes.amountOf(orders.id(order))?.left;
  const value = left ?? valueOf(instrument, holdTicksOf(state, order), lots);
  return worstCaseOfValue(fees, instrument, orders.feeKey(order), value, lots, orders.feeCredit(order), orders.feePaid(order));
}

/** LG-6: what a resting order will bring in if all of it fills at its limit: before fees, but with the rebate. */
export function incomingOf(fees: FeeBook, instrument: Instrument, feeKey: number, terms: number, limitTicks: number, lots: number): number {
  if (isBuy(terms)) return lots * instrument.baseUnitsPerLot;
  return valueOf(instrument, limitTicks, lots) + rebateOn(fees, instrument, feeKey, limitTicks, lots);
}

/** LG-14: the rebate on so many lots at a price, if all of them fill at once; 0 where the rate is none. */
export function rebateOn(fees: FeeBook, instrument: Instrument, feeKey: number, ticks: number, lots: number): number {
  const ppm = fees.makerPpm(feeKey, instrument);
  return ppm < 0 ? rebateFor(valueOf(instrument, ticks, lots), ppm) : 0;
}

/** LG-15: the least fee of an order that fills whole, in its fee asset, when its last fill is at a price; `minimum` is it in quote units. At most the largest amount. */
export function leastFeeOf(instrument: Instrument, terms: number, ticks: number, minimum: number): number {
  if (!isBuy(terms) || instrument.pairType !== "tokenToken") return minimum;
  return mulDivCeilCapped(minimum, instrument.baseUnitsPerLot, ticks * instrument.quoteUnitsPerTickLot);
}

/** LG-17: the fee key of an order that the account would have accepted in the instrument now. */
export function feeKeyOf(state: EngineState, accountId: number, { instrumentId, venueId }: Instrument): number {
  if (venueId === null) return OWN_RATES;
  const volume = volumeRow(state, state.accounts.masterId(accountId), venueId);
  return state.fees.keyFor(instrumentId, volume === 0 ? 0 : state.volumes.tier(volume), state.lastAtUs);
}

/** The account's volume at a venue; 0 if it never traded there. */
export function volumeRow(state: EngineState, masterId: number, venueId: number): number {
  const { accounts, volumes } = state;
  for (let row = accounts.firstVolume(masterId); row !== 0; row = volumes.nextOfAccount(row)) {
    if (volumes.venueId(row) === venueId) return row;
  }
  return 0;
}

/** LG-16: counts a trade in an instrument for one of its accounts. */
export function countVolumeOf(state: EngineState, instrument: Instrument, accountId: number, ticks: number, lots: number): void {
  const { venueId } = instrument;
  const quote = state.catalog.assets[instrument.quoteAssetId - 1];
  if (venueId === null || quote === undefined || quote.usdMillionths === 0) return;
  countVolume(state, accountId, venueId, volumeOf(quote, valueOf(instrument, ticks, lots)));
}

function countVolume(state: EngineState, accountId: number, venueId: number, volume: number): void {
  const { accounts, volumes } = state;
  const masterId = accounts.masterId(accountId);
  let row = volumeRow(state, masterId, venueId);
  if (row === 0) {
    row = volumes.create(masterId, venueId, accounts.firstVolume(masterId));
    accounts.setFirstVolume(masterId, row);
  }
  volumes.add(row, dayOf(state.lastAtUs), volume);
}

/** LG-4 and LG-15: writes the fee of one side into the fill's row, whose price and quantity are there. The order's open lots are still those before. */
export function chargeFee(
  state: EngineState,
  order: number,
  instrument: Instrument,
  row: Float64Array,
  at: number,
  isTaker: boolean,
): void {
  const { fees, orders } = state;
  const terms = orders.terms(order);
  const key = orders.feeKey(order);
  const lots = int(row[at + filled.lots]);
  const ticks = int(row[at + filled.ticks]);
  const basis = feeBasis(instrument, terms, ticks, lots);
  const ppm = isTaker ? fees.takerPpm(key, instrument) : fees.makerPpm(key, instrument);
  let fee = feeFor(basis, ppm, orders.feeCredit(order));
  const minimum = fees.minimum(key, instrument);
  if (minimum !== 0 && orders.leavesLots(order) === lots) {
    const short = leastFeeOf(instrument, terms, ticks, minimum) - orders.feePaid(order) - fee;
    if (short > 0) fee += isFeeOffReceipts(instrument, terms) ? Math.min(short, orders.reserved(order) + basis - fee) : short;
  }
  row[at + (isTaker ? filled.takerFee : filled.makerFee)] = fee;
}

/** What a fill's fee is a part of: the receipts where it comes off them, else the value. */
function feeBasis(instrument: Instrument, terms: number, ticks: number, lots: number): number {
  return isBuy(terms) && instrument.pairType === "tokenToken" ? lots * instrument.baseUnitsPerLot : valueOf(instrument, ticks, lots);
}

/** Places of the figures that settlementOf() finds out. */
export const settled = { paid: 0, received: 1, held: 2, reserved: 3, feePaid: 4, feeCredit: 5 } as const;

/**
 * LG-5: what one side of the fill in the row comes to: what the order pays and receives (fee and rebate included), and what is then held,
 * reserved and booked as fee and credit. The order's open lots are still those before the fill.
 */
export function settlementOf(
  state: EngineState,
  order: number,
  instrument: Instrument,
  row: Float64Array,
  at: number,
  isTaker: boolean,
  out: Float64Array,
): void {
  const { fees, orders } = state;
  const terms = orders.terms(order);
  const key = orders.feeKey(order);
  const lots = int(row[at + filled.lots]);
  const ticks = int(row[at + filled.ticks]);
  const leaves = orders.leavesLots(order) - lots;
  const fee = row[at + (isTaker ? filled.takerFee : filled.makerFee)]!;
  const value = valueOf(instrument, ticks, lots);
  const base = lots * instrument.baseUnitsPerLot;
  const isBuyer = isBuy(terms);
  const isOffReceipts = isFeeOffReceipts(instrument, terms);
  const ppm = isTaker ? fees.takerPpm(key, instrument) : fees.makerPpm(key, instrument);
  const credit = creditAfter(feeBasis(instrument, terms, ticks, lots), ppm, orders.feeCredit(order));
  const feePaid = orders.feePaid(order) + fee;
  const paid = isBuyer ? (isOffReceipts ? value : value + fee) : base;
  const received = isBuyer ? (isOffReceipts ? base - fee : base) : value - fee;
  out[settled.paid] = paid;
  out[settled.received] = received;
  out[settled.feePaid] = feePaid;
  out[settled.feeCredit] = credit;
  out[settled.held] =
    !isBuyer || isSwept(state, order)
      ? orders.held(order) - paid
      : worstCaseOfValue(fees, instrument, key, valueLeft(state, order, instrument, leaves, value), leaves, credit, feePaid);
  const minimum = isOffReceipts && leaves > 0 ? fees.minimum(key, instrument) : 0;
  out[settled.reserved] =
    minimum === 0 ? 0 : Math.max(0, Math.min(leastFeeOf(instrument, terms, ticks, minimum) - feePaid, orders.reserved(order) + received));
}

/**
 * A market order that is matched here holds the exact cost of its sweep, and has no price. All others hold the worst case of what is left,
 * so any better price or lower fee is released at once.
 */
function isSwept({ orders }: EngineState, order: number): boolean {
  return isMarket(orders.terms(order)) && orders.limitTicks(order) === 0;
}

/** What a buy may still move after a fill of a value that leaves so many lots. */
function valueLeft(state: EngineState, order: number, instrument: Instrument, leaves: number, value: number): number {
  const amount = state.routes.amountOf(state.orders.id(order));
  return amount === null ? valueOf(instrument, holdTicksOf(state, order), leaves) : Math.max(0, amount.left - value);
}

const settlement = new Float64Array(Object.keys(settled).length);

/** LG-5: settles one side of the fill in the row. */
export function settle(state: EngineState, order: number, instrument: Instrument, row: Float64Array, at: number, isTaker: boolean): void {
  const { balances, orders } = state;
  settlementOf(state, order, instrument, row, at, isTaker, settlement);
  const pays = orders.pays(order);
  const gets = orders.gets(order);
  balances.addTotal(pays, -settlement[settled.paid]!);
  balances.addTotal(gets, settlement[settled.received]!);
  balances.addHeld(pays, settlement[settled.held]! - orders.held(order));
  orders.setHeld(order, settlement[settled.held]!);
  orders.setFeeCredit(order, settlement[settled.feeCredit]!);
  orders.setFeePaid(order, settlement[settled.feePaid]!);
  const reserved = settlement[settled.reserved]!;
  if (reserved !== orders.reserved(order)) {
    balances.addHeld(gets, reserved - orders.reserved(order));
    orders.setReserved(order, reserved);
  }
}

/** LG-1 and LG-12: pays the fees of the fill in the row into the fee account, each in its asset. */
export function collectFees(state: EngineState, instrument: Instrument, row: Float64Array, at: number): void {
  const { balances, catalog } = state;
  const quote = state.balances.open(catalog.feeAccountId, instrument.quoteAssetId);
  if (instrument.pairType !== "tokenToken") {
    balances.addTotal(quote, row[at + filled.makerFee]! + row[at + filled.takerFee]!);
    return;
  }
  const isTakerBuyer = isBuy(int(row[at + filled.takerSide]));
  const base = state.balances.open(catalog.feeAccountId, instrument.baseAssetId);
  balances.addTotal(base, row[at + (isTakerBuyer ? filled.takerFee : filled.makerFee)]!);
  balances.addTotal(quote, row[at + (isTakerBuyer ? filled.makerFee : filled.takerFee)]!);
}
