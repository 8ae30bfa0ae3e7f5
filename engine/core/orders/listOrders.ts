import { invariant } from "../../../shared/assert.ts";
import type { OrderList, ListedOrder } from "../../../shared/orderLists.ts";
import { emitOrderAccepted, emitOrderCancelled } from "../records/emit.ts";
import { emitOrderAdjusted, emitOrderListAccepted, emitOrderListEnded } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { NO_TEXT, int, textAt } from "../records/fields.ts";
import { commandLayouts, plainLayouts } from "../records/layout.ts";
import { holdTicksOf, valueOf, worstCaseOf } from "../ledger/ledger.ts";
import type { OpenList } from "../state/orderLists.ts";
import { recall } from "./recall.ts";
import { PASSED } from "../records/refused.ts";
import { emitConfirmations } from "../risk/emitRisk.ts";
import { checkAll, checkStages, deny, place } from "./submit.ts";
import { LIMIT, STOP, STOP_LIMIT, TRAILING_STOP, mayStay, packTerms, typeBits } from "../records/terms.ts";

const slots = commandLayouts.SubmitOrderList.slots;

type ListHead = {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly clientOrderId: number;
  readonly parentListId: number;
  /** Index of the text of its confirmation; NO_TEXT without. */
  readonly confirmation: number;
};

/** MT-43 to MT-46: accepts a list and its first order or orders, or refuses it for the first order that any stage objects to. */
export function submitOrderList(engine: Engine, at: number): void {
  const { log } = engine;
  const row = log.numbers;
  const head = {
    accountId: int(row[at + slots.accountId]),
    instrumentId: int(row[at + slots.instrumentId]),
    clientOrderId: row[at + slots.clientOrderId]!,
    parentListId: 0,
    confirmation: textAt(row, at, slots.confirmation, plainLayouts.SubmitOrderList.length),
  };
  const jsonText = row[at + slots.list]!;
  // encodeCommands made the text from a parsed list.
  const list = JSON.parse(log.texts.list[jsonText]!) as OrderList;
  for (const order of firstOrders(list)) {
    load(engine, head, order);
    if (checkAll(engine) === PASSED && isSoundList(engine, list)) continue;
    return deny(engine, () => checkOthers(engine, head, list, order));
  }
  open(engine, head, list, jsonText);
}

/**
 * All stages for a list whose refused order is now the incoming one, with other lots or another limit. The orders of a pair have their
 * quantity in common. What a stage would have of another order than the refused one cannot be named.
 */
function checkOthers(engine: Engine, head: ListHead, list: OrderList, refused: ListedOrder): number {
  const { incoming } = engine;
  // The nearest order has a limit exactly where the refused one had, and its lots come from a stage's bounds.
  const changed = { ...refused, limitTicks: incoming.limitTicks === 0 ? null : incoming.limitTicks, lots: incoming.lots } as ListedOrder;
  let objection = PASSED;
  for (const order of firstOrders(list)) {
    load(engine, head, order === refused ? changed : { ...order, lots: changed.lots });
    objection = checkAll(engine) || (isSoundList(engine, list) ? PASSED : engine.refused.code);
    if (objection === PASSED) continue;
    if (order !== refused) engine.refused.unless(0, engine.refused.insteadLots);
    break;
  }
  load(engine, head, changed);
  return objection;
}

function firstOrders(list: OrderList): readonly ListedOrder[] {
  if (list.kind === "oco") return [list.limit, list.stop];
  return [list.kind === "oto" ? list.first : list.entry];
}

/** CN-2: the orders of a list hang together by fills and ends that another venue decides, so that none goes there. MT-43: an OCO is a limit order and a stop of one side and quantity, and both may stay. */
function isSoundList({ incoming, refused, state }: Engine, list: OrderList): boolean {
  if (state.catalog.instrument(incoming.instrumentId).routed === true) return refused.because("VALIDATE_ROUTED_TERMS") === PASSED;
  if (list.kind !== "oco") return true;
  const { limit, stop } = list;
  const limitTerms = packTerms(limit);
  const type = typeBits(packTerms(stop));
  const isSound =
    typeBits(limitTerms) === LIMIT &&
    mayStay(limitTerms) &&
    (type === STOP || type === STOP_LIMIT || type === TRAILING_STOP) &&
    limit.side === stop.side &&
    limit.lots === stop.lots;
  return isSound || refused.because("VALIDATE_ORDER_TERMS") === PASSED;
}

/** Makes an order of a list the incoming one. */
function load({ incoming }: Engine, head: ListHead, order: ListedOrder): void {
  incoming.clearSpecials();
  incoming.accountId = head.accountId;
  incoming.instrumentId = head.instrumentId;
  incoming.clientOrderId = head.clientOrderId;
  incoming.terms = packTerms(order);
  incoming.limitTicks = order.limitTicks ?? 0;
  incoming.lots = order.lots;
  incoming.askedLots = order.lots;
  incoming.isSpecial = true;
  incoming.expireAtUs = order.expireAtUs ?? 0;
  incoming.triggerTicks = order.triggerTicks ?? 0;
  incoming.offsetTicks = order.offsetTicks ?? 0;
  incoming.confirmation = head.confirmation - NO_TEXT;
}

/** Accepts the list, then its first orders, and then lets the first of them be matched. */
function open(engine: Engine, head: ListHead, list: OrderList, jsonText: number): void {
  const { incoming, state } = engine;
  emitOrderListAccepted(engine, head, jsonText);
  const listId = state.lastSeq;
  const isExit = head.parentListId !== 0;
  if (isExit && !arePossible(engine, head, list)) return deny(engine, null);
  let firstId = 0;
  let firstHeld = 0;
  for (const order of firstOrders(list)) {
    load(engine, head, order);
    incoming.isExit = isExit;
    // The orders of a list come in pairs of which only one can fill, so the second holds only what it needs beyond the first.
    incoming.alreadyHeld = firstHeld;
    if (firstId !== 0) discount(engine, state.orders.find(firstId));
    const objection = checkStages(engine);
    invariant(objection === PASSED, `an order of list ${listId} is refused with ${objection} after it has passed`);
    if (engine.assessment.confirmed > 0) emitConfirmations(engine);
    incoming.listId = listId;
    incoming.held = Math.max(0, incoming.held - firstHeld);
    emitOrderAccepted(engine);
    if (firstId !== 0) continue;
    firstId = state.lastSeq;
    firstHeld = incoming.held;
  }
  incoming.isExit = false;
  if (list.kind === "oco") recall(engine, state.orders.find(firstId));
  place(engine, state.orders.find(firstId));
}

/** Each order of a pair is asked about without the other: to the risk stage, what the first one has open is not used. */
function discount({ incoming, state }: Engine, first: number): void {
  const { catalog, orders } = state;
  incoming.openLots = orders.leavesLots(first);
  incoming.openValue = valueOf(catalog.instrument(incoming.instrumentId), holdTicksOf(state, first), incoming.openLots);
}

/** Exits are looked at before either is accepted; when only one could be, none is. */
function arePossible(engine: Engine, head: ListHead, list: OrderList): boolean {
  for (const order of firstOrders(list)) {
    load(engine, head, order);
    engine.incoming.isExit = true;
    const objection = checkStages(engine);
    engine.incoming.isExit = false;
    if (objection !== PASSED) return false;
  }
  return true;
}

/** Does what changes of lists' orders call for, the oldest list first, until nothing is left to do. */
export function settleLists(engine: Engine): void {
  const { lists } = engine.state;
  for (let listId = lists.takeTouched(); listId !== 0; listId = lists.takeTouched()) {
    const list = lists.get(listId);
    if (list !== undefined) settle(engine, list);
  }
  lists.settled();
}

function settle(engine: Engine, list: OpenList): void {
  switch (list.list.kind) {
    case "oco":
      return settlePair(engine, list);
    case "oto":
      if (list.orders.length > 0) return;
      if (list.ending === "filled") openSecond(engine, list, list.list.second);
      return emitOrderListEnded(engine, list.listId);
    case "bracket": {
      const uncovered = list.filledLots - list.coveredLots;
      if (uncovered > 0) openExits(engine, list, uncovered);
      if (list.orders.length === 0) emitOrderListEnded(engine, list.listId);
    }
  }
}

/** MT-44: the siblings' quantities stay equal, and one takes the other with it, unless that was prevented from trading with itself. */
function settlePair(engine: Engine, { ending, listId, orders: ids }: OpenList): void {
  const { orders } = engine.state;
  const [first = 0, second = 0] = ids.map((id) => orders.find(id));
  if (first === 0) return emitOrderListEnded(engine, listId);
  if (second !== 0) {
    const left = Math.min(orders.leavesLots(first), orders.leavesLots(second));
    const held = worstCaseOf(engine.state, first, left);
    adjust(engine, first, left, held);
    return adjust(engine, second, left, Math.max(0, worstCaseOf(engine.state, second, left) - held));
  }
  const isWaiting = orders.level(first) === 0;
  const isLimit = typeBits(orders.terms(first)) === LIMIT;
  // A stop that has fired goes its own way.
  if (!isLimit && !isWaiting) return;
  if (ending !== "prevented") return emitOrderCancelled(engine, first, "listSibling");
  adjust(engine, first, orders.leavesLots(first), worstCaseOf(engine.state, first, orders.leavesLots(first)));
}

function adjust(engine: Engine, order: number, left: number, held: number): void {
  const { balances, orders } = engine.state;
  const less = orders.leavesLots(order) - left;
  if (less === 0 && held === orders.held(order)) return;
  // What its sibling held may have gone to an older list's order within this very command.
  if (held - orders.held(order) > balances.available(orders.pays(order))) return emitOrderCancelled(engine, order, "listSibling");
  emitOrderAdjusted(engine, order, "listSibling", { lots: orders.lots(order) - less, left, held });
}

/** MT-45: the second order of an OTO comes like any new one, under the client order id of its list. */
function openSecond(engine: Engine, head: OpenList, order: ListedOrder): void {
  const { incoming, state } = engine;
  load(engine, { ...head, parentListId: 0, confirmation: confirmationOf(engine, head) }, order);
  state.risk.asker = head.actor;
  if (checkStages(engine) !== PASSED) return deny(engine, null);
  if (engine.assessment.confirmed > 0) emitConfirmations(engine);
  incoming.listId = head.listId;
  emitOrderAccepted(engine);
  place(engine, state.orders.find(state.lastSeq));
}

/** MT-46: a pair of exits for what has filled of a bracket's entry and has none yet. */
function openExits(engine: Engine, bracket: OpenList, lots: number): void {
  const { accountId, clientOrderId, instrumentId, list, listId } = bracket;
  if (list.kind !== "bracket") return;
  const side = list.entry.side === "buy" ? "sell" : "buy";
  const common = { side, timeInForce: "gtc", lots, expireAtUs: null, offsetTicks: null } as const;
  const exits = {
    kind: "oco",
    limit: { ...common, orderType: "limit", limitTicks: list.profitTicks, trigger: null, triggerTicks: null },
    stop: {
      ...common,
      orderType: list.stopLimitTicks === null ? "stop" : "stopLimit",
      limitTicks: list.stopLimitTicks,
      trigger: list.trigger,
      triggerTicks: list.stopTicks,
    },
  };
  const text = JSON.stringify(exits);
  engine.state.risk.asker = bracket.actor;
  // The lots are a part of the entry's, so the object is a sound list.
  open(
    engine,
    { accountId, instrumentId, clientOrderId, parentListId: listId, confirmation: confirmationOf(engine, bracket) },
    JSON.parse(text) as OrderList,
    engine.log.texts.indexOf(text),
  );
}

/** What a list was confirmed with goes for its later orders too. */
function confirmationOf({ log }: Engine, { confirmation }: OpenList): number {
  return confirmation === null ? NO_TEXT : log.texts.indexOf(confirmation);
}
