import { invariant } from "../../../shared/assert.ts";
import { orderListSchema } from "../../../shared/orderLists.ts";
import { cancelReasons } from "../../../shared/orders.ts";
import { NO_TEXT, fromJson, int, textAt } from "../records/fields.ts";
import { eventLayouts, plainLayouts } from "../records/layout.ts";
import type { Ending, OpenList } from "../state/orderLists.ts";
import type { EngineState } from "../state/state.ts";

const listed = eventLayouts.OrderListAccepted.slots;

export function orderListAccepted(state: EngineState, row: Float64Array, at: number, texts: readonly string[]): void {
  const list = fromJson(orderListSchema, texts[row[at + listed.list]!]!);
  const parentListId = row[at + listed.parentListId]!;
  const parent = state.lists.get(parentListId);
  const confirmation = textAt(row, at, listed.confirmation, plainLayouts.OrderListAccepted.length);
  addList(state, {
    listId: state.lastSeq,
    accountId: int(row[at + listed.accountId]),
    instrumentId: int(row[at + listed.instrumentId]),
    clientOrderId: row[at + listed.clientOrderId]!,
    parentListId,
    list,
    confirmation: confirmation === NO_TEXT ? null : texts[confirmation]!,
    actor: parent?.actor ?? state.risk.actor,
    orders: [],
    accepted: 0,
    filledLots: 0,
    coveredLots: 0,
    ending: "none",
  });
  if (parent !== undefined && list.kind === "oco") parent.coveredLots += list.limit.lots;
}

function addList({ lists }: EngineState, list: OpenList): void {
  lists.open.set(list.listId, list);
  lists.touch(list.listId);
}

export function orderListEnded({ lists }: EngineState, listId: number): void {
  invariant(lists.open.delete(listId), `list ${listId} ends twice`);
}

/** Enters an accepted order in its list. */
export function joinList({ lists, orders, specials }: EngineState, order: number): void {
  const list = lists.get(specials.listId(orders.special(order)));
  if (list === undefined) return;
  list.orders.push(orders.id(order));
  list.accepted += 1;
}

/** A fill of a special order, before its quantity changes. */
export function noteFill(state: EngineState, order: number, lots: number): void {
  const list = listOf(state, order);
  if (list === undefined) return;
  list.filledLots += lots;
  if (state.orders.leavesLots(order) === lots) leave(state, list, order, "filled");
}

/** A cancellation of a special order; `reason` is its place in cancelReasons. */
export function noteCancel(state: EngineState, order: number, reason: number): void {
  const list = listOf(state, order);
  if (list !== undefined) leave(state, list, order, cancelReasons[reason] === "selfTrade" ? "prevented" : "withdrawn");
}

/** Any other change of a special order. */
export function noteChange(state: EngineState, order: number): void {
  listOf(state, order);
}

function listOf({ lists, orders, specials }: EngineState, order: number): OpenList | undefined {
  const listId = specials.listId(orders.special(order));
  if (listId === 0) return undefined;
  lists.touch(listId);
  return lists.get(listId);
}

function leave({ orders }: EngineState, list: OpenList, order: number, ending: Ending): void {
  const id = orders.id(order);
  list.orders = list.orders.filter((other) => other !== id);
  list.ending = ending;
}
