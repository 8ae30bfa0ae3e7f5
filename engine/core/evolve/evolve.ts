import { accountSchema, assetSchema, instrumentSchema, type Account, type Asset, type Instrument } from "../../../shared/catalog.ts";
import { tradingPhases } from "../../../shared/orders.ts";
import { closeOrder } from "./closeOrder.ts";
import { keepAmendment } from "./evolveRoutes.ts";
import { noteCancel, noteFill } from "./evolveLists.ts";
import { evolveSpecial, isFollower, openSpecial } from "./evolveSpecials.ts";
import { fromJson, headerKind, headerLength, int } from "../records/fields.ts";
import { eventKinds, isCommandKind } from "../records/kinds.ts";
import { commandSlots, eventLayouts, plainLayouts } from "../records/layout.ts";
import { collectFees, countVolumeOf, feeKeyOf, settle } from "../ledger/ledger.ts";
import { changeIncoming, knownOrder } from "../ledger/openOrders.ts";
import { commandArrived, orderFilledAtRisk, orderOpened } from "../risk/track.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy } from "../records/terms.ts";

const accepted = eventLayouts.OrderAccepted.slots;
const rested = eventLayouts.OrderRested.slots;
const filled = eventLayouts.OrderFilled.slots;
const cancelled = eventLayouts.OrderCancelled.slots;
const deposited = eventLayouts.FundsDeposited.slots;

/**
 * The only code that changes state: applies the next record, be it decided a moment ago or read from a journal. It refuses nothing;
 * a record that cannot follow from the state (an unknown order, say) is an InvariantError.
 */
export function evolve(state: EngineState, row: Float64Array, at: number, texts: readonly string[]): void {
  state.lastSeq += 1;
  const kind = headerKind(row[at]!);
  if (isCommandKind(kind)) {
    state.lastAtUs = row[at + commandSlots.atUs]!;
    commandArrived(state, kind, row, at, texts);
    if (state.lists.hasTouched) state.lists.settled();
    return;
  }
  switch (kind) {
    case eventKinds.OrderAccepted:
      return orderAccepted(state, row, at);
    case eventKinds.OrderRested:
      return orderRested(state, row, at);
    case eventKinds.OrderFilled:
      return orderFilled(state, row, at);
    case eventKinds.OrderCancelled:
      return orderCancelled(state, row, at);
    case eventKinds.FundsDeposited:
      return fundsDeposited(state, row, at);
    case eventKinds.AssetDefined:
      return assetDefined(state, fromJson(assetSchema, texts[row[at + eventLayouts.AssetDefined.slots.asset]!]!));
    case eventKinds.InstrumentListed:
      return instrumentListed(state, fromJson(instrumentSchema, texts[row[at + eventLayouts.InstrumentListed.slots.instrument]!]!));
    case eventKinds.AccountOpened:
      return accountOpened(state, fromJson(accountSchema, texts[row[at + eventLayouts.AccountOpened.slots.account]!]!));
    case eventKinds.OrderDenied:
    case eventKinds.CancelDenied:
    case eventKinds.CommandDenied:
    case eventKinds.OperatorActionRecorded:
    case eventKinds.AllOrdersCancelled:
      return;
    default:
      return evolveSpecial(state, kind, row, at, texts);
  }
}

export function assetDefined(state: EngineState, asset: Asset): void {
  state.catalog.addAsset(asset);
  state.issued.push(0n);
}

export function instrumentListed(state: EngineState, instrument: Instrument): void {
  state.catalog.addInstrument(instrument);
  state.books.open();
  state.markets.open();
  state.markets.beginPhase(instrument.instrumentId, tradingPhases.indexOf(instrument.initialPhase), 0);
  state.fees.forget();
  state.balances.open(state.catalog.feeAccountId, instrument.quoteAssetId);
}

export function accountOpened(state: EngineState, account: Account): void {
  state.catalog.addAccount(account);
  const accountId = state.accounts.open();
  state.accounts.setGroupId(accountId, account.groupId ?? 0);
  state.accounts.setFirmId(accountId, account.firmId ?? 0);
  state.accounts.setMasterId(accountId, account.masterAccountId ?? accountId);
  state.accounts.setProfileId(accountId, state.rulebook.profileId(account));
}

function fundsDeposited(state: EngineState, row: Float64Array, at: number): void {
  const assetId = row[at + deposited.assetId]!;
  const amount = row[at + deposited.amount]!;
  state.balances.addTotal(state.balances.open(row[at + deposited.accountId]!, assetId), amount);
  state.issued[assetId - 1]! += BigInt(amount);
}

function orderAccepted(state: EngineState, row: Float64Array, at: number): void {
  const order = openOrder(state, state.lastSeq, row, at);
  const isWhole = headerLength(row[at]!) !== plainLayouts.OrderAccepted.length;
  if (isWhole) openSpecial(state, order, row, at);
  if (state.routes.isReplacement(int(row[at + accepted.accountId]), row[at + accepted.clientOrderId]!)) state.clientOrderIds.succeed(order);
  else if (isWhole && isFollower(state, order)) state.clientOrderIds.share(order);
  else state.clientOrderIds.reserve(order);
  orderOpened(state, order);
}

/** Puts the accepted order of the row into the pool and its account's list and sets its hold aside; it does not rest yet. */
export function openOrder(state: EngineState, orderId: number, row: Float64Array, at: number): number {
  const { accounts, balances, orders } = state;
  const accountId = int(row[at + accepted.accountId]);
  const instrumentId = int(row[at + accepted.instrumentId]);
  const terms = int(row[at + accepted.terms]);
  const held = row[at + accepted.held]!;
  const order = orders.create(orderId);
  orders.setClientOrderId(order, row[at + accepted.clientOrderId]!);
  orders.setAccountId(order, accountId);
  orders.setInstrumentId(order, instrumentId);
  orders.setTerms(order, terms);
  orders.setLimitTicks(order, int(row[at + accepted.limitTicks]));
  orders.setLots(order, int(row[at + accepted.lots]));
  orders.setLeavesLots(order, int(row[at + accepted.lots]));
  orders.setHeld(order, held);
  const instrument = state.catalog.instrument(instrumentId);
  orders.setFeeKey(order, feeKeyOf(state, accountId, instrument));
  const base = state.balances.open(accountId, instrument.baseAssetId);
  const quote = state.balances.open(accountId, instrument.quoteAssetId);
  const pays = isBuy(terms) ? quote : base;
  orders.setPays(order, pays);
  orders.setGets(order, isBuy(terms) ? base : quote);
  balances.addHeld(pays, held);

  const last = accounts.lastOrder(accountId);
  orders.setAccountPrevious(order, last);
  if (last === 0) accounts.setFirstOrder(accountId, order);
  else orders.setAccountNext(last, order);
  accounts.setLastOrder(accountId, order);
  accounts.addOpenOrders(accountId, 1);
  return order;
}

function orderRested(state: EngineState, row: Float64Array, at: number): void {
  restOrder(state, knownOrder(state, row, at + rested.orderId));
}

/** Puts an order into its book; from here on its receipts count as incoming (LG-6). */
export function restOrder(state: EngineState, order: number): void {
  state.books.enqueue(order);
  changeIncoming(state, order, 0, state.orders.leavesLots(order));
}

function orderFilled(state: EngineState, row: Float64Array, at: number): void {
  const { markets, orders } = state;
  const instrumentId = int(row[at + filled.instrumentId]);
  const lots = int(row[at + filled.lots]);
  const instrument = state.catalog.instrument(instrumentId);
  const maker = knownOrder(state, row, at + filled.makerOrderId);
  const taker = knownOrder(state, row, at + filled.takerOrderId);
  orderFilledAtRisk(state, maker, taker, row, at);
  if (orders.special(maker) !== 0) noteFill(state, maker, lots);
  if (orders.special(taker) !== 0) noteFill(state, taker, lots);
  settle(state, maker, instrument, row, at, false);
  settle(state, taker, instrument, row, at, true);
  collectFees(state, instrument, row, at);
  if (instrument.venueId !== null) countTrade(state, instrument, row, at);

  reduceResting(state, maker, lots);
  if (orders.level(taker) !== 0) reduceResting(state, taker, lots);
  else {
    orders.setLeavesLots(taker, orders.leavesLots(taker) - lots);
    if (orders.leavesLots(taker) === 0) closeOrder(state, taker);
  }

  markets.setLastTrade(instrumentId, int(row[at + filled.ticks]), lots, int(row[at + filled.takerSide]));
  markets.setLastTradeId(instrumentId, state.lastSeq);
  markets.setLastTradeAtUs(instrumentId, state.lastAtUs);
}

function reduceResting(state: EngineState, order: number, lots: number): void {
  const left = state.orders.leavesLots(order);
  changeIncoming(state, order, left, left - lots);
  state.books.reduce(order, lots);
  if (left !== lots) return;
  state.books.dequeue(order);
  closeOrder(state, order);
}

/** LG-16: the trade counts for both sides' 30-day volume. */
function countTrade(state: EngineState, instrument: Instrument, row: Float64Array, at: number): void {
  const ticks = int(row[at + filled.ticks]);
  const lots = int(row[at + filled.lots]);
  countVolumeOf(state, instrument, int(row[at + filled.makerAccountId]), ticks, lots);
  countVolumeOf(state, instrument, int(row[at + filled.takerAccountId]), ticks, lots);
}

function orderCancelled(state: EngineState, row: Float64Array, at: number): void {
  const order = knownOrder(state, row, at + cancelled.orderId);
  if (state.routes.open.size !== 0) keepAmendment(state, order, int(row[at + cancelled.reason]));
  if (state.orders.special(order) !== 0) noteCancel(state, order, int(row[at + cancelled.reason]));
  if (state.orders.level(order) !== 0) {
    changeIncoming(state, order, state.orders.leavesLots(order), 0);
    state.books.dequeue(order);
  }
  closeOrder(state, order);
}
