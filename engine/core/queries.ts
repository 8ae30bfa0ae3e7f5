import { invariant } from "../../shared/assert.ts";
import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, InstrumentId, OrderId, TradeId } from "../../shared/ids.ts";
import { amount, MAX_LOTS, priceTicks, qtyLots, type Amount, type PriceTicks, type QtyLots } from "../../shared/money.ts";
import { sides, type OrderType, type Side, type TimeInForce } from "../../shared/orders.ts";
import type { Engine } from "./engineParts.ts";
import * as risk from "./risk.ts";
import { orderTypeOf, sideOf, timeInForceOf } from "./terms.ts";

/*
 * Read-only questions for the host's views. A pool hands its integers out under the brands they were stored with.
 */

export function assets(engine: Engine): readonly Asset[] {
  return engine.state.catalog.assets;
}

export function instruments(engine: Engine): readonly Instrument[] {
  return engine.state.catalog.instruments;
}

/** How many accounts there are, and all of them in order of ids. */
export function accounts(engine: Engine): Iterable<Account> & { readonly length: number } {
  return engine.state.catalog.accounts;
}

/** The account of this id; null if there is none. */
export function accountById(engine: Engine, accountId: AccountId): Account | null {
  const { accounts: directory } = engine.state.catalog;
  return directory.has(accountId) ? directory.get(accountId) : null;
}

const LEVEL_STRIDE = 3;

/** Writes ticks, lots and orders of up to `maxLevels` levels into `out`, best first. Answers how many levels it wrote. Lots beyond 31 bits show as the largest. */
export function depth(engine: Engine, instrumentId: InstrumentId, side: Side, out: Int32Array, maxLevels: number): number {
  const { books, catalog } = engine.state;
  if (!catalog.hasInstrument(instrumentId)) return 0;
  const { levels } = books;
  let written = 0;
  for (let level = books.best(instrumentId, sides.indexOf(side)); level !== 0 && written < maxLevels; level = levels.worse(level)) {
    out[written * LEVEL_STRIDE] = levels.ticks(level);
    out[written * LEVEL_STRIDE + 1] = Math.min(levels.lots(level), MAX_LOTS);
    out[written * LEVEL_STRIDE + 2] = levels.orders(level);
    written += 1;
  }
  return written;
}

/** An order that rests in a book. */
export type OpenOrder = {
  readonly orderId: OrderId;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly clientOrderId: ClientOrderId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots;
  readonly leavesLots: QtyLots;
  /** Held from the quote balance (buy) or base balance (sell). */
  readonly held: Amount;
};

/** The open orders of one account, or of all accounts, each account's oldest first. */
export function* openOrders(engine: Engine, accountId?: AccountId): Generator<OpenOrder> {
  const pool = engine.state.accounts;
  const first = accountId ?? 1;
  const last = accountId ?? pool.highestHandle;
  for (let account = first as number; account <= last; account += 1) {
    if (!pool.exists(account)) continue;
    for (let order = pool.firstOrder(account); order !== 0; order = engine.state.orders.accountNext(order)) yield orderAt(engine, order);
  }
}

/** The open order of this id; null if there is none. */
export function orderById(engine: Engine, orderId: OrderId): OpenOrder | null {
  const order = engine.state.orders.find(orderId);
  return order === 0 ? null : orderAt(engine, order);
}

/** Lots that fill before the order at its price level; null if the order does not rest. */
export function queueAhead(engine: Engine, orderId: OrderId): number | null {
  const { orders } = engine.state;
  const order = orders.find(orderId);
  if (order === 0 || orders.level(order) === 0) return null;
  let lots = 0;
  for (let ahead = orders.previous(order); ahead !== 0; ahead = orders.previous(ahead)) lots += orders.leavesLots(ahead);
  return lots;
}

export type Balance = { readonly total: Amount; readonly held: Amount; readonly available: Amount };

/** What the account has of the asset; zeros if it never had any. */
export function balance(engine: Engine, accountId: AccountId, assetId: AssetId): Balance {
  const { balances } = engine.state;
  const found = balances.find(accountId, assetId);
  return { total: amount(balances.total(found)), held: amount(balances.held(found)), available: amount(balances.available(found)) };
}

export type LastTrade = {
  readonly tradeId: TradeId;
  readonly atUs: EpochUs;
  readonly ticks: PriceTicks;
  readonly lots: QtyLots;
  readonly takerSide: Side;
};

/** The instrument's last trade; null before the first. */
export function lastTrade(engine: Engine, instrumentId: InstrumentId): LastTrade | null {
  const { markets } = engine.state;
  const ticks = markets.lastTicks(instrumentId);
  if (ticks === 0) return null;
  return {
    tradeId: markets.lastTradeId(instrumentId) as TradeId,
    atUs: markets.lastTradeAtUs(instrumentId) as EpochUs,
    ticks: priceTicks(ticks),
    lots: qtyLots(markets.lastLots(instrumentId)),
    takerSide: sideOf(markets.lastTakerSide(instrumentId)),
  };
}

/** RK-1: the price that orders are measured by; null while there is none. */
export function referencePrice(engine: Engine, instrumentId: InstrumentId): PriceTicks | null {
  const ticks = risk.referenceTicks(engine.state, instrumentId);
  return ticks === 0 ? null : priceTicks(ticks);
}

/** Sum of the asset over all accounts. */
export function totals(engine: Engine, assetId: AssetId): bigint {
  const { balances } = engine.state;
  let sum = 0n;
  for (let handle = 1; handle <= balances.highestHandle; handle += 1) {
    if (balances.assetId(handle) === assetId) sum += BigInt(balances.total(handle));
  }
  return sum;
}

function orderAt(engine: Engine, order: number): OpenOrder {
  const { orders } = engine.state;
  const terms = orders.terms(order);
  const limit = orders.limitTicks(order);
  invariant(order !== 0, "no such order");
  return {
    orderId: orders.id(order) as OrderId,
    accountId: orders.accountId(order) as AccountId,
    instrumentId: orders.instrumentId(order) as InstrumentId,
    clientOrderId: orders.clientOrderId(order) as ClientOrderId,
    side: sideOf(terms),
    orderType: orderTypeOf(terms),
    timeInForce: timeInForceOf(terms),
    limitTicks: limit === 0 ? null : priceTicks(limit),
    lots: qtyLots(orders.lots(order)),
    leavesLots: qtyLots(orders.leavesLots(order)),
    held: amount(orders.held(order)),
  };
}
