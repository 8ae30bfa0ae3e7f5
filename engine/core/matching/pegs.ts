import { MAX_AMOUNT, MAX_TICKS } from "../../../shared/money.ts";
import { opposite } from "../state/books.ts";
import { emitOrderRepriced } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { incomingOf } from "../ledger/ledger.ts";
import { WATCHED_PEG } from "../state/specials.ts";
import type { EngineState } from "../state/state.ts";
import { BUY, PEG_ASK, PEG_BID, SELL, isBuy, pegBits, sideBit } from "../records/terms.ts";

/** Pegs stand in each other's way, so following is done in rounds, at most so many after a command. */
const MOST_ROUNDS = 3;

/** MT-34: where a peg belongs now; 0 if the prices do not say. */
export function pegTicks(state: EngineState, instrumentId: number, terms: number, offsetTicks: number, worstTicks: number): number {
  const base = followedTicks(state, instrumentId, terms);
  if (base === 0) return 0;
  const touch = state.books.bestTicks(instrumentId, opposite(sideBit(terms)));
  let ticks: number;
  if (isBuy(terms)) {
    ticks = Math.min(base - offsetTicks, worstTicks);
    if (touch !== 0) ticks = Math.min(ticks, touch - 1);
  } else {
    ticks = Math.max(base + offsetTicks, worstTicks);
    if (touch !== 0) ticks = Math.max(ticks, touch + 1);
  }
  return ticks >= 1 && ticks <= MAX_TICKS ? ticks : 0;
}

function followedTicks(state: EngineState, instrumentId: number, terms: number): number {
  const peg = pegBits(terms);
  if (peg === PEG_BID) return bestUnpegged(state, instrumentId, BUY);
  if (peg === PEG_ASK) return bestUnpegged(state, instrumentId, SELL);
  const bid = bestUnpegged(state, instrumentId, BUY);
  const ask = bestUnpegged(state, instrumentId, SELL);
  if (bid === 0 || ask === 0) return 0;
  // Rounded away from the other side.
  return isBuy(terms) ? Math.floor((bid + ask) / 2) : Math.ceil((bid + ask) / 2);
}

/** Best price of a side at which anything rests that is no peg: pegs do not follow each other. */
function bestUnpegged({ books, orders, specials }: EngineState, instrumentId: number, side: number): number {
  const { levels } = books;
  for (let level = books.best(instrumentId, side); level !== 0; level = levels.worse(level)) {
    for (let order = levels.first(level); order !== 0; order = orders.next(order)) {
      const special = orders.special(order);
      if (special === 0 || specials.watch(special) !== WATCHED_PEG) return levels.ticks(level);
    }
  }
  return 0;
}

/** MT-34: moves an instrument's pegs to where they belong, the oldest first. */
export function repricePegs(engine: Engine, instrumentId: number): void {
  for (let round = 0; round < MOST_ROUNDS; round += 1) if (!repriceOnce(engine, instrumentId)) return;
}

function repriceOnce(engine: Engine, instrumentId: number): boolean {
  const { state } = engine;
  const { orders, specials, watches } = state;
  let moved = false;
  for (let special = watches.first(instrumentId, WATCHED_PEG); special !== 0; special = specials.watchNext(special)) {
    const order = specials.order(special);
    const ticks = pegTicks(state, instrumentId, orders.terms(order), specials.offsetTicks(special), specials.worstTicks(special));
    if (ticks === 0 || ticks === orders.limitTicks(order) || !hasRoomAt(state, order, ticks)) continue;
    emitOrderRepriced(engine, order, ticks);
    moved = true;
  }
  return moved;
}

/** LG-6: a sell that moves up may come to bring in more than its account can have; it stays where it is then. */
function hasRoomAt({ balances, catalog, fees, orders }: EngineState, order: number, ticks: number): boolean {
  const terms = orders.terms(order);
  if (isBuy(terms)) return true;
  const instrument = catalog.instrument(orders.instrumentId(order));
  const key = orders.feeKey(order);
  const left = orders.leavesLots(order);
  const more =
    incomingOf(fees, instrument, key, terms, ticks, left) - incomingOf(fees, instrument, key, terms, orders.limitTicks(order), left);
  return balances.total(orders.gets(order)) + balances.incoming(orders.gets(order)) + more <= MAX_AMOUNT;
}
