import { invariant } from "../../../shared/assert.ts";
import type { Engine } from "../engineParts.ts";
import { incomingOf, worstCaseOf } from "../ledger/ledger.ts";
import { UNWATCHED, WATCHED_STOP, WATCHED_TRAIL } from "../state/specials.ts";
import { checkRiskInvariants } from "../risk/riskInvariants.ts";
import type { EngineState } from "../state/state.ts";
import { BUY, SELL, isBuy } from "../records/terms.ts";

/** Checks the laws of the rule book on the whole state; throws InvariantError with the first finding. For tests, soaks and after a restore: it visits everything. */
export function checkInvariants(engine: Engine): void {
  const { state } = engine;
  checkBooks(state);
  checkOrderHolds(state);
  checkBalances(state);
  checkConservation(state);
  checkRiskInvariants(state);
}

/** MT-1 and MT-2: levels strictly ordered, sums right, every resting order in its place, no bid at or above an ask. */
function checkBooks(state: EngineState): void {
  const { books, catalog, orders } = state;
  const { levels } = books;
  let resting = 0;
  for (const { instrumentId } of catalog.instruments) {
    for (const side of [BUY, SELL]) {
      let better = 0;
      for (let level = books.best(instrumentId, side); level !== 0; level = levels.worse(level)) {
        const ticks = levels.ticks(level);
        invariant(levels.better(level) === better, `instrument ${instrumentId}: level ${ticks} is wrongly linked`);
        invariant(
          better === 0 || isBuy(side) === levels.ticks(better) > ticks,
          `instrument ${instrumentId}: level ${ticks} is out of order`,
        );
        invariant(levels.first(level) !== 0, `instrument ${instrumentId}: level ${ticks} is empty`);
        let lots = 0;
        let count = 0;
        for (let order = levels.first(level); order !== 0; order = orders.next(order)) {
          const id = orders.id(order);
          invariant(orders.level(order) === level && orders.limitTicks(order) === ticks, `order ${id} is in the wrong queue`);
          invariant(
            orders.instrumentId(order) === instrumentId && isBuy(orders.terms(order)) === isBuy(side),
            `order ${id} is in the wrong book`,
          );
          invariant(
            orders.leavesLots(order) > 0 && orders.leavesLots(order) <= orders.lots(order),
            `order ${id} has an impossible open quantity`,
          );
          checkShown(state, order);
          lots += books.shownLots(order);
          count += 1;
        }
        invariant(
          levels.lots(level) === lots && levels.orders(level) === count,
          `instrument ${instrumentId}: level ${ticks} miscounts its orders`,
        );
        resting += count;
        better = level;
      }
    }
    const bid = books.bestTicks(instrumentId, BUY);
    const ask = books.bestTicks(instrumentId, SELL);
    const isCrossed = bid !== 0 && ask !== 0 && bid >= ask;
    invariant(
      !isCrossed || !state.markets.isContinuous(instrumentId),
      `instrument ${instrumentId}: the book is crossed at ${bid} and ${ask}`,
    );
  }
  const waiting = checkWaiting(state);
  invariant(resting + waiting === orders.live, `${orders.live} orders are open, but ${resting} rest in a book and ${waiting} wait`);
}

/** MT-30: an iceberg shows something, at most what it may and what it has. */
function checkShown({ orders, specials }: EngineState, order: number): void {
  const special = orders.special(order);
  if (special === 0) return;
  invariant(specials.order(special) === order, `order ${orders.id(order)} has another's special terms`);
  const display = specials.display(special);
  const shown = specials.shown(special);
  const isSound = display === 0 ? shown === 0 : shown > 0 && shown <= display && shown <= orders.leavesLots(order);
  invariant(isSound, `order ${orders.id(order)} shows ${shown} of ${orders.leavesLots(order)} lots`);
}

/** MT-32, MT-34 and CN-1: only stops, those of an outside venue too, and orders there wait outside the book, and every stop that waits and every peg is watched. Answers how many wait. */
function checkWaiting(state: EngineState): number {
  const { accounts, orders, specials } = state;
  let waiting = 0;
  let watched = 0;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
      const special = orders.special(order);
      const watch = special === 0 ? UNWATCHED : specials.watch(special);
      const isStop = watch === WATCHED_STOP || watch === WATCHED_TRAIL;
      const isWaiting = orders.level(order) === 0;
      const isThere = state.routes.has(orders.id(order));
      const goesThere = state.catalog.instrument(orders.instrumentId(order)).routed === true;
      invariant(goesThere ? isThere !== isStop : !isThere, `order ${orders.id(order)} lost its route`);
      invariant(isWaiting === (isStop || isThere), `order ${orders.id(order)} is lost between book and triggers`);
      invariant(!isStop || specials.triggerTicks(special) > 0, `order ${orders.id(order)} waits for nothing`);
      if (isWaiting) waiting += 1;
      if (watch !== UNWATCHED) watched += 1;
      const isLate = special !== 0 && specials.endsAtUs(special) !== 0 && specials.endsAtUs(special) <= state.lastAtUs;
      invariant(!isLate, `order ${orders.id(order)} has outlived its end`);
    }
  }
  invariant(watched === state.watches.count, `${watched} orders are watched, ${state.watches.count} are listed`);
  return waiting;
}

/** LG-3: each order holds exactly its worst case, each account lists exactly its open orders. */
function checkOrderHolds(state: EngineState): void {
  const { accounts, clientOrderIds, orders } = state;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    let count = 0;
    let previousId = 0;
    let isRecent = false;
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
      const id = orders.id(order);
      const worst = worstCaseOf(state, order, orders.leavesLots(order)) - sharedHold(state, order);
      invariant(orders.held(order) === worst, `order ${id} holds ${orders.held(order)} instead of ${worst}`);
      invariant(orders.accountId(order) === accountId && id > previousId, `order ${id} is out of place in account ${accountId}`);
      isRecent ||= order === accounts.firstRecent(accountId);
      invariant(
        isRecent === clientOrderIds.isInRing(order) || clientOrderIds.isShared(order),
        `order ${id} is on the wrong side of account ${accountId}'s oldest recent order`,
      );
      const isReserved = clientOrderIds.isShared(order) || clientOrderIds.isTaken(accountId, orders.clientOrderId(order));
      invariant(isReserved, `order ${id} has given up its client order id`);
      previousId = id;
      count += 1;
    }
    invariant(accounts.openOrders(accountId) === count, `account ${accountId} miscounts its open orders`);
  }
}

/** MT-44: what the waiting order of a pair need not hold, because its sibling does. */
function sharedHold(state: EngineState, order: number): number {
  const { lists, orders, specials } = state;
  const list = orders.special(order) === 0 ? undefined : lists.get(specials.listId(orders.special(order)));
  if (list?.list.kind !== "oco" || list.orders.length < 2 || list.orders[0] === orders.id(order)) return 0;
  const sibling = orders.find(list.orders[0]!);
  invariant(orders.leavesLots(sibling) === orders.leavesLots(order), `list ${list.listId} has siblings of different quantity`);
  return Math.min(worstCaseOf(state, order, orders.leavesLots(order)), worstCaseOf(state, sibling, orders.leavesLots(sibling)));
}

/** LG-2 and LG-6: holds and expected receipts of a balance are the sums over its account's orders; nothing is below zero. */
function checkBalances(state: EngineState): void {
  const { balances, catalog, orders, accounts } = state;
  const held = new Map<number, number>();
  const incoming = new Map<number, number>();
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
      const instrument = catalog.instrument(orders.instrumentId(order));
      const key = orders.feeKey(order);
      const isCounted = orders.level(order) !== 0;
      const due = isCounted
        ? incomingOf(state.fees, instrument, key, orders.terms(order), orders.limitTicks(order), orders.leavesLots(order))
        : 0;
      held.set(orders.pays(order), (held.get(orders.pays(order)) ?? 0) + orders.held(order));
      held.set(orders.gets(order), (held.get(orders.gets(order)) ?? 0) + orders.reserved(order));
      incoming.set(orders.gets(order), (incoming.get(orders.gets(order)) ?? 0) + due);
    }
  }
  for (const handle of balances) {
    const name = `balance of account ${balances.accountId(handle)} in asset ${balances.assetId(handle)}`;
    invariant(
      balances.held(handle) === (held.get(handle) ?? 0),
      `${name} holds ${balances.held(handle)}, its orders ${held.get(handle) ?? 0}`,
    );
    invariant(
      balances.incoming(handle) === (incoming.get(handle) ?? 0),
      `${name} expects ${balances.incoming(handle)}, its orders ${incoming.get(handle) ?? 0}`,
    );
    invariant(balances.held(handle) >= 0 && balances.available(handle) >= 0, `${name} is overdrawn`);
    invariant(Number.isSafeInteger(balances.total(handle) + balances.incoming(handle)), `${name} exceeds the largest amount`);
  }
}

/** LG-1: all balances of an asset sum to what was deposited. */
function checkConservation(state: EngineState): void {
  const { balances, issued } = state;
  const sums = issued.map(() => 0n);
  for (const handle of balances) sums[balances.assetId(handle) - 1]! += BigInt(balances.total(handle));
  for (const [index, sum] of sums.entries()) {
    invariant(sum === issued[index], `asset ${index + 1}: balances sum to ${sum}, deposits to ${issued[index]}`);
  }
}
