import { emitOrderCancelled, emitOrderFilled } from "../records/emit.ts";
import { emitAuctionUncrossed } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { hasRoomForFill } from "../ledger/room.ts";
import { referenceTicks } from "./priceBand.ts";
import type { EngineState } from "../state/state.ts";
import { BUY, SELL } from "../records/terms.ts";

/** The price at which an auction would match, how much, and what would be left over there: above 0 on the buyers' side, below on the sellers'. */
export type Equilibrium = { readonly ticks: number; readonly lots: number; readonly surplusLots: number };

type Level = { readonly ticks: number; readonly lots: number };

/** MT-38: the price of greatest volume, then least surplus, then nearest to the reference, then lowest; null while the book is not crossed. */
export function equilibrium(state: EngineState, instrumentId: number): Equilibrium | null {
  const bids = levelsOf(state, instrumentId, BUY);
  const asks = levelsOf(state, instrumentId, SELL);
  const highest = bids[0]?.ticks ?? 0;
  const lowest = asks[0]?.ticks ?? Number.POSITIVE_INFINITY;
  if (highest < lowest) return null;
  const reference = referenceTicks(state, instrumentId);
  const candidates = new Set([reference]);
  // Between two prices of orders nothing changes, so the ticks beside them and the reference stand for all others.
  for (const { ticks } of [...bids, ...asks]) for (const near of [ticks - 1, ticks, ticks + 1]) candidates.add(near);
  const within = [...candidates].filter((ticks) => ticks >= lowest && ticks <= highest);
  let best: Equilibrium | null = null;
  // From the lowest price up, bids fall out and asks come in, each level once.
  let wanted = bids.reduce((sum, { lots }) => sum + lots, 0);
  let offered = 0;
  let worstBid = bids.length - 1;
  let nextAsk = 0;
  for (const ticks of within.toSorted((a, b) => a - b)) {
    for (; worstBid >= 0 && bids[worstBid]!.ticks < ticks; worstBid -= 1) wanted -= bids[worstBid]!.lots;
    for (; nextAsk < asks.length && asks[nextAsk]!.ticks <= ticks; nextAsk += 1) offered += asks[nextAsk]!.lots;
    const found = { ticks, lots: Math.min(wanted, offered), surplusLots: wanted - offered };
    if (best === null || isBetter(found, best, reference)) best = found;
  }
  return best;
}

function isBetter(a: Equilibrium, b: Equilibrium, reference: number): boolean {
  if (a.lots !== b.lots) return a.lots > b.lots;
  const surplus = Math.abs(a.surplusLots) - Math.abs(b.surplusLots);
  if (surplus !== 0) return surplus < 0;
  return Math.abs(a.ticks - reference) < Math.abs(b.ticks - reference);
}

/** All open lots of a side, hidden ones included, best price first. */
function levelsOf({ books, orders }: EngineState, instrumentId: number, side: number): Level[] {
  const found: Level[] = [];
  for (let level = books.best(instrumentId, side); level !== 0; level = books.levels.worse(level)) {
    let lots = 0;
    for (let order = books.levels.first(level); order !== 0; order = orders.next(order)) lots += orders.leavesLots(order);
    found.push({ ticks: books.levels.ticks(level), lots });
  }
  return found;
}

/**
 * MT-38 and MT-39: matches what the equilibrium allows, all at its price. An order that is cancelled for its receipts leaves others, which may
 * still meet at a price of their own: these are uncrossed in turn, until nobody meets.
 */
export function uncross(engine: Engine, instrumentId: number): void {
  let found = equilibrium(engine.state, instrumentId);
  emitAuctionUncrossed(engine, instrumentId, found);
  while (found !== null && matchAt(engine, instrumentId, found)) {
    found = equilibrium(engine.state, instrumentId);
    if (found !== null) emitAuctionUncrossed(engine, instrumentId, found);
  }
}

/** Answers whether an order had to be cancelled, so that the rest may not be what the equilibrium said. */
function matchAt(engine: Engine, instrumentId: number, { lots: allowed, ticks }: Equilibrium): boolean {
  const { books, orders } = engine.state;
  let hasCancelled = false;
  let left = allowed;
  while (left > 0) {
    const bid = firstOf(engine.state, instrumentId, BUY);
    const ask = firstOf(engine.state, instrumentId, SELL);
    if (bid === 0 || ask === 0 || orders.limitTicks(bid) < ticks || orders.limitTicks(ask) > ticks) break;
    const lots = Math.min(left, books.shownLots(bid), books.shownLots(ask));
    if (!hasRoomForFill(engine.state, { bid, ask, ticks, lots })) {
      emitOrderCancelled(engine, ask, "overflow");
      hasCancelled = true;
      continue;
    }
    const isBidOlder = orders.id(bid) < orders.id(ask);
    emitOrderFilled(engine, isBidOlder ? bid : ask, isBidOlder ? ask : bid, lots, ticks);
    left -= lots;
  }
  return hasCancelled;
}

function firstOf({ books }: EngineState, instrumentId: number, side: number): number {
  const level = books.best(instrumentId, side);
  return level === 0 ? 0 : books.levels.first(level);
}
