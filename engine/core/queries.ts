import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, InstrumentId, OrderId, TradeId } from "../../shared/ids.ts";
import { amount, MAX_LOTS, priceTicks, qtyLots, type Amount, type PriceTicks, type QtyLots } from "../../shared/money.ts";
import { LEVEL_STRIDE, type QueuePlace } from "../../shared/views.ts";
import { sides, tradingPhases, type OrderType, type Side, type TimeInForce, type TradingPhase } from "../../shared/orders.ts";
import { equilibrium } from "./matching/auction.ts";
import type { Engine } from "./engineParts.ts";
import { referenceTicks } from "./matching/priceBand.ts";
import { orderTypeOf, sideOf, timeInForceOf } from "./records/terms.ts";

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

/** An order that rests in a book, waits for its trigger, or is at an outside venue. */
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
  /** What the book shows of it. */
  readonly shownLots: QtyLots;
  /** Where a waiting stop fires; null for any other order. */
  readonly triggerTicks: PriceTicks | null;
  /** When it ends by itself. */
  readonly expireAtUs: EpochUs | null;
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

/** GW-63: how many orders, and how many shown lots, fill before a resting order at its price. Hidden parts come after what is shown (MT-30). */
export function placeInQueue({ state }: Engine, order: number): Pick<QueuePlace, "aheadOrders" | "aheadLots"> {
  const { books, orders } = state;
  let aheadOrders = 0;
  let aheadLots = 0;
  for (let ahead = orders.previous(order); ahead !== 0; ahead = orders.previous(ahead)) {
    aheadOrders += 1;
    aheadLots += books.shownLots(ahead);
  }
  return { aheadOrders, aheadLots };
}

/** Lots that fill before the order at its price level; null if the order does not rest. */
export function queueAhead(engine: Engine, orderId: OrderId): number | null {
  const { orders } = engine.state;
  const order = orders.find(orderId);
  return order === 0 || orders.level(order) === 0 ? null : placeInQueue(engine, order).aheadLots;
}

/** Places of the accounts' resting orders in one book; each price level that holds one of them is walked once, from its front. */
export function queuePlaces(engine: Engine, accountIds: readonly AccountId[], instrumentId: InstrumentId): readonly QueuePlace[] {
  const { accounts: pool, books, orders } = engine.state;
  const own = new Set<number>(accountIds);
  const levels = new Set<number>();
  for (const account of accountIds) {
    if (!pool.exists(account)) continue;
    for (let order = pool.firstOrder(account); order !== 0; order = orders.accountNext(order)) {
      if (orders.instrumentId(order) === instrumentId && orders.level(order) !== 0) levels.add(orders.level(order));
    }
  }
  const places: QueuePlace[] = [];
  for (const level of levels) {
    let aheadOrders = 0;
    let aheadLots = 0;
    for (let order = books.levels.first(level); order !== 0; order = orders.next(order)) {
      if (own.has(orders.accountId(order))) places.push({ orderId: orders.id(order) as OrderId, aheadOrders, aheadLots });
      aheadOrders += 1;
      aheadLots += books.shownLots(order);
    }
  }
  return places;
}

export type Balance = { readonly total: Amount; readonly held: Amount; readonly available: Amount };

/** What the account has of the asset; zeros if it never had any. */
export function balance(engine: Engine, accountId: AccountId, assetId: AssetId): Balance {
  const { balances } = engine.state;
  const found = engine.state.accounts.exists(accountId) ? balances.find(accountId, assetId) : 0;
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
  const ticks = referenceTicks(engine.state, instrumentId);
  return ticks === 0 ? null : priceTicks(ticks);
}

/** Sum of the asset over all accounts. */
export function totals(engine: Engine, assetId: AssetId): bigint {
  const { balances } = engine.state;
  let sum = 0n;
  for (const handle of balances) if (balances.assetId(handle) === assetId) sum += BigInt(balances.total(handle));
  return sum;
}

function orderAt(engine: Engine, order: number): OpenOrder {
  const { books, orders, routes, specials } = engine.state;
  const special = orders.special(order);
  const rests = orders.level(order) !== 0;
  const isWaiting = !rests && !routes.has(orders.id(order));
  const terms = orders.terms(order);
  const limit = orders.limitTicks(order);
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
    shownLots: qtyLots(rests ? books.shownLots(order) : 0),
    triggerTicks: isWaiting ? priceTicks(specials.triggerTicks(special)) : null,
    expireAtUs: special === 0 || specials.endsAtUs(special) === 0 ? null : (specials.endsAtUs(special) as EpochUs),
  };
}

/** What an auction would come to now (MT-38). */
export type Indication = { readonly ticks: PriceTicks; readonly lots: number; readonly surplusLots: number };

/** The indicative price of the instrument's auction; null outside auctions and while nothing could be matched. */
export function indicativePrice(engine: Engine, instrumentId: InstrumentId): Indication | null {
  const { catalog, markets } = engine.state;
  if (!catalog.hasInstrument(instrumentId) || markets.isContinuous(instrumentId)) return null;
  const found = equilibrium(engine.state, instrumentId);
  return found === null ? null : { ...found, ticks: priceTicks(found.ticks) };
}

/** The instrument's trading phase, and when it ends by itself. */
export function tradingPhase(
  engine: Engine,
  instrumentId: InstrumentId,
): { readonly phase: TradingPhase; readonly untilUs: EpochUs | null } {
  const { markets } = engine.state;
  const untilUs = markets.phaseUntilUs(instrumentId);
  return { phase: tradingPhases[markets.phase(instrumentId)]!, untilUs: untilUs === 0 ? null : (untilUs as EpochUs) };
}
