import { invariant } from "../../shared/assert.ts";
import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import { REMEMBERED_ORDERS } from "./clientOrderIds.ts";
import { headerKind } from "./fields.ts";
import { commandSlots, eventKinds, eventLayouts, isCommandKind } from "./layout.ts";
import { incomingOf, openBalance, settle, valueOf } from "./ledger.ts";
import type { EngineState } from "./state.ts";
import { isBuy } from "./terms.ts";

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
    // The three below hold what encodeCommands wrote from a parsed object of that type.
    case eventKinds.AssetDefined:
      return assetDefined(state, JSON.parse(texts[row[at + eventLayouts.AssetDefined.slots.asset]!]!) as Asset);
    case eventKinds.InstrumentListed:
      return instrumentListed(state, JSON.parse(texts[row[at + eventLayouts.InstrumentListed.slots.instrument]!]!) as Instrument);
    case eventKinds.AccountOpened:
      return accountOpened(state, JSON.parse(texts[row[at + eventLayouts.AccountOpened.slots.account]!]!) as Account);
    case eventKinds.OrderDenied:
    case eventKinds.CancelDenied:
    case eventKinds.CommandDenied:
    case eventKinds.OperatorActionRecorded:
    case eventKinds.AllOrdersCancelled:
      return;
    default:
      invariant(false, `record ${state.lastSeq} has the unknown kind ${kind}`);
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
  openBalance(state, state.catalog.feeAccountId, instrument.quoteAssetId);
}

export function accountOpened(state: EngineState, account: Account): void {
  state.catalog.addAccount(account);
  state.accounts.open();
}

function fundsDeposited(state: EngineState, row: Float64Array, at: number): void {
  const assetId = row[at + deposited.assetId]!;
  const amount = row[at + deposited.amount]!;
  state.balances.addTotal(openBalance(state, row[at + deposited.accountId]!, assetId), amount);
  state.issued[assetId - 1]! += BigInt(amount);
}

function orderAccepted(state: EngineState, row: Float64Array, at: number): void {
  const order = openOrder(state, {
    orderId: state.lastSeq,
    accountId: row[at + accepted.accountId]!,
    instrumentId: row[at + accepted.instrumentId]!,
    terms: row[at + accepted.terms]!,
    limitTicks: row[at + accepted.limitTicks]!,
    lots: row[at + accepted.lots]!,
    leavesLots: row[at + accepted.lots]!,
    held: row[at + accepted.held]!,
  });
  state.orders.setClientId(order, reserveClientOrderId(state, row[at + accepted.accountId]!, row[at + accepted.clientOrderId]!));
}

/** Puts an open order into the pool and its account's list and sets its hold aside; it does not rest yet. */
export function openOrder(
  state: EngineState,
  opening: { orderId: number; accountId: number; instrumentId: number; terms: number; limitTicks: number; lots: number; leavesLots: number; held: number },
): number {
  const { orders, accounts } = state;
  const instrument = state.catalog.instrument(opening.instrumentId);
  const order = orders.create(opening.orderId);
  orders.setAccountId(order, opening.accountId);
  orders.setInstrumentId(order, opening.instrumentId);
  orders.setTerms(order, opening.terms);
  orders.setLimitTicks(order, opening.limitTicks);
  orders.setLots(order, opening.lots);
  orders.setLeavesLots(order, opening.leavesLots);
  orders.setHeld(order, opening.held);
  const base = openBalance(state, opening.accountId, instrument.baseAssetId);
  const quote = openBalance(state, opening.accountId, instrument.quoteAssetId);
  const pays = isBuy(opening.terms) ? quote : base;
  orders.setPays(order, pays);
  orders.setGets(order, isBuy(opening.terms) ? base : quote);
  state.balances.addHeld(pays, opening.held);

  const last = accounts.lastOrder(opening.accountId);
  orders.setAccountPrevious(order, last);
  if (last === 0) accounts.setFirstOrder(opening.accountId, order);
  else orders.setAccountNext(last, order);
  accounts.setLastOrder(opening.accountId, order);
  accounts.addOpenOrders(opening.accountId, 1);
  return order;
}

/** MT-11: the new id joins its account's recent ones; beyond the bound the oldest leaves. */
function reserveClientOrderId(state: EngineState, accountId: number, clientOrderId: number): number {
  const { accounts, clientOrderIds } = state;
  const reserved = clientOrderIds.reserve(accountId, clientOrderId);
  appendRecentId(state, accountId, reserved);
  const recent = accounts.recentIds(accountId);
  if (recent > REMEMBERED_ORDERS) {
    accounts.setOldestId(accountId, clientOrderIds.retire(accounts.oldestId(accountId)));
    accounts.setRecentIds(accountId, recent - 1);
  }
  return reserved;
}

/** Makes the reserved id the newest of its account. */
export function appendRecentId(state: EngineState, accountId: number, reserved: number): void {
  const { accounts, clientOrderIds } = state;
  const newest = accounts.newestId(accountId);
  if (newest === 0) accounts.setOldestId(accountId, reserved);
  else clientOrderIds.setNewer(newest, reserved);
  accounts.setNewestId(accountId, reserved);
  accounts.setRecentIds(accountId, accounts.recentIds(accountId) + 1);
}

function orderRested(state: EngineState, row: Float64Array, at: number): void {
  restOrder(state, knownOrder(state, row[at + rested.orderId]!));
}

/** Puts an order into its book; from here on its receipts count as incoming (LG-6). */
export function restOrder(state: EngineState, order: number): void {
  state.books.enqueue(order);
  changeIncoming(state, order, state.orders.leavesLots(order));
}

function orderFilled(state: EngineState, row: Float64Array, at: number): void {
  const { orders } = state;
  const instrumentId = row[at + filled.instrumentId]!;
  const ticks = row[at + filled.ticks]!;
  const lots = row[at + filled.lots]!;
  const instrument = state.catalog.instrument(instrumentId);
  const value = valueOf(instrument, ticks, lots);
  const maker = knownOrder(state, row[at + filled.makerOrderId]!);
  const taker = knownOrder(state, row[at + filled.takerOrderId]!);
  const makerFee = row[at + filled.makerFee]!;
  const takerFee = row[at + filled.takerFee]!;

  settle(state, { order: maker, instrument, value, lots, fee: makerFee, feePpm: instrument.makerFeePpm });
  settle(state, { order: taker, instrument, value, lots, fee: takerFee, feePpm: instrument.takerFeePpm });
  state.balances.addTotal(openBalance(state, state.catalog.feeAccountId, instrument.quoteAssetId), makerFee + takerFee);

  changeIncoming(state, maker, -lots);
  const makerLeaves = orders.leavesLots(maker) - lots;
  state.books.reduce(maker, lots);
  if (makerLeaves === 0) {
    state.books.dequeue(maker);
    closeOrder(state, maker);
  }
  const takerLeaves = orders.leavesLots(taker) - lots;
  orders.setLeavesLots(taker, takerLeaves);
  if (takerLeaves === 0) closeOrder(state, taker);

  state.markets.recordTrade({ instrumentId, ticks, lots, takerSide: row[at + filled.takerSide]!, tradeId: state.lastSeq, atUs: state.lastAtUs });
}

function orderCancelled(state: EngineState, row: Float64Array, at: number): void {
  const order = knownOrder(state, row[at + cancelled.orderId]!);
  if (state.orders.level(order) !== 0) {
    changeIncoming(state, order, -state.orders.leavesLots(order));
    state.books.dequeue(order);
  }
  closeOrder(state, order);
}

/** Releases what is still held and forgets the order. */
function closeOrder(state: EngineState, order: number): void {
  const { orders, accounts } = state;
  const accountId = orders.accountId(order);
  state.balances.addHeld(orders.pays(order), -orders.held(order));
  const previous = orders.accountPrevious(order);
  const next = orders.accountNext(order);
  if (previous === 0) accounts.setFirstOrder(accountId, next);
  else orders.setAccountNext(previous, next);
  if (next === 0) accounts.setLastOrder(accountId, previous);
  else orders.setAccountPrevious(next, previous);
  accounts.addOpenOrders(accountId, -1);
  state.clientOrderIds.close(orders.clientId(order));
  orders.remove(order);
}

function changeIncoming(state: EngineState, order: number, lots: number): void {
  const { orders } = state;
  const instrument = state.catalog.instrument(orders.instrumentId(order));
  state.balances.addIncoming(orders.gets(order), incomingOf(instrument, orders.terms(order), orders.limitTicks(order), lots));
}

function knownOrder(state: EngineState, orderId: number): number {
  const order = state.orders.find(orderId);
  invariant(order !== 0, `record ${state.lastSeq} names order ${orderId}, which is not open`);
  return order;
}
