import { invariant } from "../../../shared/assert.ts";
import { joinList, noteChange, orderListAccepted, orderListEnded } from "./evolveLists.ts";
import { evolveRoutes } from "./evolveRoutes.ts";
import { evolveRulesAndFees } from "./evolveRules.ts";
import { int } from "../records/fields.ts";
import { eventKinds } from "../records/kinds.ts";
import { eventLayouts } from "../records/layout.ts";
import { changeHeld, changeIncoming, knownOrder } from "../ledger/openOrders.ts";
import { evolveRisk } from "../risk/evolveRisk.ts";
import { orderChanging, orderChanged } from "../risk/track.ts";
import { UNWATCHED, WATCHED_PEG, WATCHED_STOP, WATCHED_TRAIL } from "../state/specials.ts";
import type { EngineState } from "../state/state.ts";
import { PEGGED, STOP, STOP_LIMIT, TRAILING_STOP, typeBits } from "../records/terms.ts";

const accepted = eventLayouts.OrderAccepted.slots;
const amended = eventLayouts.OrderAmended.slots;
const adjusted = eventLayouts.OrderAdjusted.slots;
const triggered = eventLayouts.OrderTriggered.slots;
const trailed = eventLayouts.TriggerMoved.slots;
const repriced = eventLayouts.OrderRepriced.slots;
const phased = eventLayouts.TradingPhaseChanged.slots;
const uncrossed = eventLayouts.AuctionUncrossed.slots;
const marked = eventLayouts.MarkPriceSet.slots;
const indexed = eventLayouts.IndexPriceSet.slots;

/** The part of evolve() for events that plain orders never cause. */
export function evolveSpecial(state: EngineState, kind: number, row: Float64Array, at: number, texts: readonly string[]): void {
  switch (kind) {
    case eventKinds.OrderAmended:
      return orderAmended(state, row, at);
    case eventKinds.OrderAdjusted:
      return orderAdjusted(state, row, at);
    case eventKinds.OrderTriggered:
      return orderTriggered(state, row, at);
    case eventKinds.TriggerMoved:
      return state.specials.setTriggerTicks(
        state.orders.special(knownOrder(state, row, at + trailed.orderId)),
        int(row[at + trailed.triggerTicks]),
      );
    case eventKinds.OrderRepriced:
      return orderRepriced(state, row, at);
    case eventKinds.TradingPhaseChanged:
      return state.markets.beginPhase(int(row[at + phased.instrumentId]), int(row[at + phased.phase]), row[at + phased.untilUs]!);
    case eventKinds.AuctionUncrossed:
      if (row[at + uncrossed.ticks] !== 0)
        state.markets.setAuctionTicks(int(row[at + uncrossed.instrumentId]), int(row[at + uncrossed.ticks]));
      return;
    case eventKinds.OrderListAccepted:
      return orderListAccepted(state, row, at, texts);
    case eventKinds.OrderListEnded:
      return orderListEnded(state, row[at + eventLayouts.OrderListEnded.slots.listId]!);
    case eventKinds.MarkPriceSet:
      return state.markets.setMarkTicks(int(row[at + marked.instrumentId]), int(row[at + marked.ticks]));
    case eventKinds.IndexPriceSet:
      return state.markets.setIndexTicks(int(row[at + indexed.instrumentId]), int(row[at + indexed.ticks]));
    case eventKinds.AmendDenied:
    case eventKinds.OrdersMassCancelled:
      return;
    default:
      if (
        !evolveRulesAndFees(state, kind, row, at, texts) &&
        !evolveRisk(state, kind, row, at, texts) &&
        !evolveRoutes(state, kind, row, at, texts)
      ) {
        invariant(false, `record ${state.lastSeq} has the unknown kind ${kind}`);
      }
  }
}

/** Notes what an accepted order has beyond a plain one; the row is a whole one. */
export function openSpecial(state: EngineState, order: number, row: Float64Array, at: number): void {
  const { orders, specials } = state;
  const special = specials.create(order);
  orders.setSpecial(order, special);
  const type = typeBits(orders.terms(order));
  const working = int(row[at + accepted.workingTicks]);
  if (working !== 0) orders.setLimitTicks(order, working);
  if (type === PEGGED) specials.setWorstTicks(special, int(row[at + accepted.limitTicks]));
  specials.setDisplay(special, int(row[at + accepted.displayLots]));
  specials.setTriggerTicks(special, int(row[at + accepted.triggerTicks]));
  specials.setOffsetTicks(special, int(row[at + accepted.offsetTicks]));
  specials.setEndsAtUs(special, row[at + accepted.expireAtUs]!);
  specials.setListId(special, row[at + accepted.listId]!);
  enlist(state, order, watchOf(type));
  joinList(state, order);
}

/** True for an order that came after the first of its list, or with a bracket's exits: it goes under an id that is reserved already. */
export function isFollower({ lists, orders, specials }: EngineState, order: number): boolean {
  const list = lists.get(specials.listId(orders.special(order)));
  return list !== undefined && (list.accepted > 1 || list.parentListId !== 0);
}

/** How an order of a type is followed from its acceptance on. */
export function watchOf(type: number): number {
  if (type === STOP || type === STOP_LIMIT) return WATCHED_STOP;
  if (type === TRAILING_STOP) return WATCHED_TRAIL;
  return type === PEGGED ? WATCHED_PEG : UNWATCHED;
}

/** Puts a special order on the lists that its end and its type ask for. */
export function enlist(state: EngineState, order: number, watch: number): void {
  const special = state.orders.special(order);
  if (watch !== UNWATCHED) state.watches.add(special, state.orders.instrumentId(order), watch);
  if (state.specials.endsAtUs(special) !== 0) state.dueOrders.add(special);
}

function orderAmended(state: EngineState, row: Float64Array, at: number): void {
  const { books, orders, specials } = state;
  const order = knownOrder(state, row, at + amended.orderId);
  orderChanging(state, order);
  const left = int(row[at + amended.leavesLots]);
  const limit = int(row[at + amended.limitTicks]);
  const trigger = int(row[at + amended.triggerTicks]);
  if (orders.level(order) !== 0) {
    if (row[at + amended.keepsPlace] === 1) {
      changeIncoming(state, order, orders.leavesLots(order), left);
      books.cut(order, left);
    } else {
      changeIncoming(state, order, orders.leavesLots(order), 0);
      books.dequeue(order);
    }
  }
  orders.setLots(order, int(row[at + amended.lots]));
  orders.setLeavesLots(order, left);
  if (limit !== 0) orders.setLimitTicks(order, limit);
  if (trigger !== 0) specials.setTriggerTicks(orders.special(order), trigger);
  changeHeld(state, order, row[at + amended.held]!);
  orderChanged(state, order);
}

function orderAdjusted(state: EngineState, row: Float64Array, at: number): void {
  const { books, orders } = state;
  const order = knownOrder(state, row, at + adjusted.orderId);
  orderChanging(state, order);
  if (orders.special(order) !== 0) noteChange(state, order);
  const left = int(row[at + adjusted.leavesLots]);
  if (orders.level(order) !== 0) {
    changeIncoming(state, order, orders.leavesLots(order), left);
    books.cut(order, left);
  }
  orders.setLots(order, int(row[at + adjusted.lots]));
  orders.setLeavesLots(order, left);
  changeHeld(state, order, row[at + adjusted.held]!);
  orderChanged(state, order);
}

function orderTriggered(state: EngineState, row: Float64Array, at: number): void {
  const { orders, watches } = state;
  const order = knownOrder(state, row, at + triggered.orderId);
  orderChanging(state, order);
  watches.remove(orders.special(order), orders.instrumentId(order));
  orders.setLimitTicks(order, int(row[at + triggered.workingTicks]));
  changeHeld(state, order, row[at + triggered.held]!);
  orderChanged(state, order);
}

function orderRepriced(state: EngineState, row: Float64Array, at: number): void {
  const { books, orders } = state;
  const order = knownOrder(state, row, at + repriced.orderId);
  const left = orders.leavesLots(order);
  changeIncoming(state, order, left, 0);
  books.dequeue(order);
  orders.setLimitTicks(order, int(row[at + repriced.workingTicks]));
  books.enqueue(order);
  changeIncoming(state, order, 0, left);
}
