import { invariant } from "../../../shared/assert.ts";
import { MAX_AMOUNT, MAX_LOTS, MAX_TICKS } from "../../../shared/money.ts";
import type { ByteReader, ByteWriter } from "./canonicalBytes.ts";
import { openOrder, restOrder } from "../evolve/evolve.ts";
import { enlist, watchOf } from "../evolve/evolveSpecials.ts";
import { plainLayouts } from "../records/layout.ts";
import { UNWATCHED } from "../state/specials.ts";
import type { EngineState } from "../state/state.ts";
import { BUY, SELL, areTerms, typeBits } from "../records/terms.ts";

const accepted = plainLayouts.OrderAccepted.slots;

/** Every open order: those in the books in priority, then the waiting ones by id. */
export function writeOrders(state: EngineState, out: ByteWriter): void {
  const { books, catalog, orders } = state;
  out.number(orders.live);
  for (const { instrumentId } of catalog.instruments) {
    for (const side of [BUY, SELL]) {
      for (let level = books.best(instrumentId, side); level !== 0; level = books.levels.worse(level)) {
        for (let order = books.levels.first(level); order !== 0; order = orders.next(order)) writeOrder(state, order, out);
      }
    }
  }
  for (const order of waitingOrders(state)) writeOrder(state, order, out);
}

function waitingOrders({ accounts, orders }: EngineState): number[] {
  const waiting: number[] = [];
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
      if (orders.level(order) === 0) waiting.push(order);
    }
  }
  return waiting.toSorted((a, b) => orders.id(a) - orders.id(b));
}

function writeOrder({ clientOrderIds, orders, routes, specials }: EngineState, order: number, out: ByteWriter): void {
  out.number(orders.id(order));
  out.number(orders.accountId(order));
  out.number(orders.instrumentId(order));
  out.number(orders.clientOrderId(order));
  out.number(orders.terms(order));
  out.number(orders.limitTicks(order));
  out.number(orders.lots(order));
  out.number(orders.leavesLots(order));
  out.number(orders.held(order));
  out.number(orders.feeCredit(order));
  out.number(orders.feeKey(order));
  out.number(orders.feePaid(order));
  out.number(orders.reserved(order));
  const special = orders.special(order);
  const isRouted = routes.has(orders.id(order));
  if (isRouted) out.number(special !== 0 ? ROUTED_SPECIAL : clientOrderIds.isShared(order) ? ROUTED_SHARING : ROUTED);
  else out.number(special === 0 ? PLAIN : orders.level(order) === 0 ? WAITING : RESTING);
  if (special === 0) return;
  out.number(specials.endsAtUs(special));
  out.number(specials.display(special));
  out.number(specials.shown(special));
  out.number(specials.triggerTicks(special));
  out.number(specials.offsetTicks(special));
  out.number(specials.worstTicks(special));
  out.number(specials.watch(special) === UNWATCHED ? 0 : 1);
  out.number(specials.listId(special));
  out.number(clientOrderIds.isShared(order) ? 1 : 0);
}

const PLAIN = 0;
const RESTING = 1;
const WAITING = 2;
/** At an outside venue, in no book: without anything special, or with. */
const ROUTED = 3;
const ROUTED_SPECIAL = 4;
/** The same as ROUTED, under the client order id of the order that it replaces (CN-19). */
const ROUTED_SHARING = 5;

type SavedSpecial = {
  readonly endsAtUs: number;
  readonly display: number;
  readonly shown: number;
  readonly triggerTicks: number;
  readonly offsetTicks: number;
  readonly worstTicks: number;
  readonly isWatched: boolean;
  readonly listId: number;
  readonly sharesId: boolean;
};
type SavedOrder = {
  readonly orderId: number;
  readonly accepted: Float64Array;
  readonly leavesLots: number;
  readonly feeCredit: number;
  readonly feeKey: number;
  readonly feePaid: number;
  readonly reserved: number;
  readonly standing: number;
  readonly special: SavedSpecial | null;
};

export function readOrders(state: EngineState, from: ByteReader): void {
  const inBookOrder: SavedOrder[] = [];
  for (let left = from.integer(0); left > 0; left -= 1) inBookOrder.push(readOrder(state, from));
  // An account's list of open orders is in order of acceptance, a book's queue need not be: so first the lists, then the queues.
  for (const saved of inBookOrder.toSorted((a, b) => a.orderId - b.orderId)) {
    const order = openOrder(state, saved.orderId, saved.accepted, 0);
    state.orders.setLeavesLots(order, saved.leavesLots);
    state.orders.setFeeCredit(order, saved.feeCredit);
    state.orders.setFeeKey(order, saved.feeKey);
    state.orders.setFeePaid(order, saved.feePaid);
    state.orders.setReserved(order, saved.reserved);
    state.balances.addHeld(state.orders.gets(order), saved.reserved);
    if (saved.special !== null) restoreSpecial(state, order, saved.special);
    if (saved.standing === ROUTED_SHARING) state.clientOrderIds.succeed(order);
    else if (saved.special?.sharesId === true) state.clientOrderIds.share(order);
    else state.clientOrderIds.reattach(order);
  }
  for (const saved of inBookOrder) {
    if (saved.standing >= WAITING) continue;
    const order = state.orders.find(saved.orderId);
    restOrder(state, order);
    // Coming to rest shows a full part; what had been shown before goes on.
    if (saved.special === null || saved.special.display === 0) continue;
    const fresh = state.books.shownLots(order);
    state.specials.setShown(state.orders.special(order), saved.special.shown);
    state.books.levels.addLots(state.orders.level(order), saved.special.shown - fresh);
  }
}

function readOrder(state: EngineState, from: ByteReader): SavedOrder {
  const orderId = from.integer(1);
  const row = new Float64Array(plainLayouts.OrderAccepted.length);
  row[accepted.accountId] = from.integer(1);
  row[accepted.instrumentId] = from.integer(1);
  row[accepted.clientOrderId] = from.integer(1);
  row[accepted.terms] = from.integer(0);
  row[accepted.limitTicks] = within(from.integer(1), MAX_TICKS);
  row[accepted.lots] = within(from.integer(1), MAX_LOTS);
  const leavesLots = from.integer(1);
  row[accepted.held] = from.integer(0);
  invariant(
    state.accounts.exists(row[accepted.accountId]!) &&
      state.catalog.hasInstrument(row[accepted.instrumentId]!) &&
      areTerms(row[accepted.terms]!),
    "snapshot has an order of nobody, of nothing or with impossible terms",
  );
  const feeCredit = from.integer(0);
  const feeKey = from.integer(0);
  invariant(state.fees.hasKey(feeKey), `snapshot has order ${orderId} under fees that do not exist`);
  const feePaid = from.integer(-MAX_AMOUNT);
  const reserved = from.integer(0);
  const standing = within(from.integer(0), ROUTED_SHARING);
  const special = standing === PLAIN || standing === ROUTED || standing === ROUTED_SHARING ? null : readSpecial(from);
  return { orderId, accepted: row, leavesLots, feeCredit, feeKey, feePaid, reserved, standing, special };
}

function readSpecial(from: ByteReader): SavedSpecial {
  return {
    endsAtUs: from.integer(0),
    display: within(from.integer(0), MAX_LOTS),
    shown: within(from.integer(0), MAX_LOTS),
    triggerTicks: within(from.integer(0), MAX_TICKS),
    offsetTicks: within(from.integer(0), MAX_TICKS),
    worstTicks: within(from.integer(0), MAX_TICKS),
    isWatched: within(from.integer(0), 1) === 1,
    listId: from.integer(0),
    sharesId: within(from.integer(0), 1) === 1,
  };
}

function within(n: number, most: number): number {
  invariant(n <= most, `snapshot holds ${n} where at most ${most} is possible`);
  return n;
}

function restoreSpecial(state: EngineState, order: number, saved: SavedSpecial): void {
  const { orders, specials } = state;
  const special = specials.create(order);
  orders.setSpecial(order, special);
  specials.setEndsAtUs(special, saved.endsAtUs);
  specials.setDisplay(special, saved.display);
  specials.setShown(special, saved.shown);
  specials.setTriggerTicks(special, saved.triggerTicks);
  specials.setOffsetTicks(special, saved.offsetTicks);
  specials.setWorstTicks(special, saved.worstTicks);
  specials.setListId(special, saved.listId);
  enlist(state, order, saved.isWatched ? watchOf(typeBits(orders.terms(order))) : UNWATCHED);
}
