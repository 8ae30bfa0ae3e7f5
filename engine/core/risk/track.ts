import { mulDivCeil } from "../../../shared/money.ts";
import { VENUE_NODE } from "../../../shared/risk.ts";
import { int } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { commandLayouts, commandSlots, eventLayouts } from "../records/layout.ts";
import { holdTicksOf, isFeeOffReceipts, valueOf } from "../ledger/ledger.ts";
import type { OpenList } from "../state/orderLists.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy, sideBit } from "../records/terms.ts";
import {
  COUNTS_DUPLICATES,
  COUNTS_FILLS,
  COUNTS_MESSAGES,
  DUPLICATES,
  EXECUTIONS,
  LIMITS_LOSSES,
  MESSAGES,
  NO_LIMIT,
  ORDER_TO_TRADE,
  PROTECTION_FILLS,
  PROTECTION_LOTS,
} from "./controls.ts";
import {
  EXECUTIONS_COUNT,
  EXECUTIONS_START,
  PROTECTION_COUNT,
  PROTECTION_START,
  RATIO_FILLS,
  RATIO_MESSAGES,
  RATIO_START,
  TOKENS_AT,
  TOKENS_USED,
} from "./nodes.ts";

/*
 * The evolving side of the risk stage: what commands, orders and fills do to exposures and counters. Each costs one step a level.
 */

const submit = commandLayouts.SubmitOrder;
const filled = eventLayouts.OrderFilled.slots;
/** Every command of an account has it in the same slot. */
const ACCOUNT_SLOT = submit.slots.accountId;

/** Tokens are counted in millionths, so that a microsecond refills whole numbers. */
export const TOKEN = 1_000_000;

/** A command has arrived: remembers who sent it, and counts it among the messages of its account (RK-13, RK-14). */
export function commandArrived(state: EngineState, kind: number, row: Float64Array, at: number, texts: readonly string[]): void {
  const { risk } = state;
  risk.actor = texts[row[at + commandSlots.actor]!]!;
  risk.asker = risk.actor;
  risk.isMessage = false;
  risk.suspectCount = 0;
  risk.keepsOnDisconnect = kind === commandKinds.SubmitOrder && row[at] === submit.header && row[at + submit.slots.keepOnDisconnect] === 1;
  // What is due takes effect before the command that it comes with, and may be the first thing that is set up.
  const isDueFirst = risk.dueUs <= state.lastAtUs;
  if (risk.isIdle && !isDueFirst) return;
  risk.throttledNode = 0;
  risk.uncountedAccount = 0;
  const mayBeThrottled = kind === commandKinds.SubmitOrder || kind === commandKinds.AmendOrder || kind === commandKinds.SubmitOrderList;
  if (!mayBeThrottled && kind !== commandKinds.CancelOrder && kind !== commandKinds.CancelAllOrders && kind !== commandKinds.MassCancel)
    return;
  risk.isMessage = true;
  const accountId = int(row[at + ACCOUNT_SLOT]);
  if (!state.accounts.exists(accountId)) return;
  if (isDueFirst) risk.uncountedAccount = mayBeThrottled ? accountId : -accountId;
  else if ((risk.limitedAnywhere & COUNTS_MESSAGES) !== 0) countMessage(state, risk.nodeOf(accountId), mayBeThrottled);
}

/** RK-29: what was due has taken effect, so the message that came with it is counted by what holds now. */
export function countWaitingMessage(state: EngineState): void {
  const { risk } = state;
  if (risk.uncountedAccount === 0 || risk.dueUs <= state.lastAtUs) return;
  countMessage(state, risk.nodeOf(Math.abs(risk.uncountedAccount)), risk.uncountedAccount > 0);
  risk.uncountedAccount = 0;
}

function countMessage(state: EngineState, account: number, mayBeThrottled: boolean): void {
  const { nodes } = state.risk;
  const now = state.lastAtUs;
  for (let node = account; node !== 0; node = nodes.parent(node)) {
    if ((nodes.limited(node) & COUNTS_MESSAGES) === 0) continue;
    const burst = nodes.hard(node, MESSAGES);
    if (burst !== NO_LIMIT) {
      const refilled = (now - nodes.counter(node, TOKENS_AT)) * nodes.parameter(node, MESSAGES);
      const used = Math.max(0, nodes.counter(node, TOKENS_USED) - refilled);
      const isLeft = used + TOKEN <= burst * TOKEN;
      nodes.setCounter(node, TOKENS_AT, now);
      nodes.setCounter(node, TOKENS_USED, isLeft ? used + TOKEN : used);
      if (!isLeft && mayBeThrottled && state.risk.throttledNode === 0) state.risk.throttledNode = node;
    }
    const window = nodes.parameter(node, ORDER_TO_TRADE);
    if (window !== 0) {
      if (now - nodes.counter(node, RATIO_START) >= window) {
        nodes.setCounter(node, RATIO_START, now);
        nodes.setCounter(node, RATIO_MESSAGES, 0);
        nodes.setCounter(node, RATIO_FILLS, 0);
      }
      nodes.addCounter(node, RATIO_MESSAGES, 1);
    }
  }
}

/** An order was accepted: it works from here on, at worst case. */
export function orderOpened(state: EngineState, order: number): void {
  const { orders, risk } = state;
  const node = risk.nodeOf(orders.accountId(order));
  const row = node === VENUE_NODE ? 0 : ensureExposure(state, node, orders.instrumentId(order));
  const list = listOf(state, order);
  // An order that a list calls for may come with anybody's command.
  orders.setSender(order, risk.actorNumber(list?.actor ?? risk.actor), risk.keepsOnDisconnect && list === undefined);
  if (row === 0) return;
  orders.setExposure(order, row);
  changeWorking(state, row, order, orders.leavesLots(order));
  if ((risk.limitedAnywhere & COUNTS_DUPLICATES) !== 0) noteForDuplicates(state, node, order);
}

function listOf({ lists, orders, specials }: EngineState, order: number): OpenList | undefined {
  const special = orders.special(order);
  return special === 0 ? undefined : lists.get(specials.listId(special));
}

function noteForDuplicates(state: EngineState, account: number, order: number): void {
  const { orders, risk } = state;
  for (let node = account; node !== 0; node = risk.nodes.parent(node)) {
    if (risk.nodes.parameter(node, DUPLICATES) === 0) continue;
    const instrumentSide = orders.instrumentId(order) * 2 + sideBit(orders.terms(order));
    risk.duplicates.note(account, state.lastAtUs, instrumentSide, duplicateTicksOf(state, order), orders.lots(order));
    return;
  }
}

/** RK-17: the price that tells an accepted order from another: a stop's trigger, a peg's worst, any other's limit. */
function duplicateTicksOf(state: EngineState, order: number): number {
  const special = state.orders.special(order);
  return (special === 0 ? 0 : state.specials.triggerTicks(special)) || holdTicksOf(state, order);
}

/** To be called before an open order's lots or worst price change, and orderChanged() after it. */
export function orderChanging(state: EngineState, order: number): void {
  const row = state.orders.exposure(order);
  if (row !== 0) changeWorking(state, row, order, -state.orders.leavesLots(order));
}

export function orderChanged(state: EngineState, order: number): void {
  const row = state.orders.exposure(order);
  if (row !== 0) changeWorking(state, row, order, state.orders.leavesLots(order));
}

/** An order closes with so many lots still open. */
export function orderClosed(state: EngineState, order: number): void {
  const row = state.orders.exposure(order);
  const leaves = state.orders.leavesLots(order);
  if (row !== 0 && leaves !== 0) changeWorking(state, row, order, -leaves);
}

/** Both sides of a fill; both orders still have their open lots of before. */
export function orderFilledAtRisk(state: EngineState, maker: number, taker: number, row: Float64Array, at: number): void {
  sideFilled(state, maker, row, at, row[at + filled.makerFee]!, true);
  sideFilled(state, taker, row, at, row[at + filled.takerFee]!, false);
}

/** Our side of a fill at an outside venue; the order still has its open lots of before. */
export function orderFilledThere(state: EngineState, order: number, row: Float64Array, at: number, isTaker: boolean): void {
  sideFilled(state, order, row, at, row[at + (isTaker ? filled.takerFee : filled.makerFee)]!, !isTaker);
}

function sideFilled(state: EngineState, order: number, row: Float64Array, at: number, charged: number, isMaker: boolean): void {
  const { catalog, orders, risk } = state;
  const { exposures, openValues } = risk;
  const account = orders.exposure(order);
  if (account === 0) return;
  const instrument = catalog.instrument(orders.instrumentId(order));
  const lots = int(row[at + filled.lots]);
  const terms = orders.terms(order);
  const isBuyer = isBuy(terms);
  const ticks = int(row[at + filled.ticks]);
  // A buyer's fee may come off the base units received: positions are counted before it, and the cash bears its worth at the fill's price.
  const isInBase = isBuyer && isFeeOffReceipts(instrument, terms);
  const fee = isInBase ? mulDivCeil(charged, valueOf(instrument, ticks, 1), instrument.baseUnitsPerLot) : charged;
  const cash = valueOf(instrument, ticks, lots);
  const open = valueOf(instrument, holdTicksOf(state, order), lots);
  const before = exposures.worstLots(account);
  exposures.fill(account, isBuyer, lots, cash, fee, 0);
  const change = exposures.worstLots(account) - before;
  exposures.addGross(account, change);
  openValues.add(exposures.openValue(account), -open);
  for (let above = exposures.up(account); above !== 0; above = exposures.up(above)) {
    exposures.fill(above, isBuyer, lots, cash, fee, change);
    openValues.add(exposures.openValue(above), -open);
  }
  for (let each = account; each !== 0; each = exposures.up(each)) {
    const node = exposures.node(each);
    const counts = (risk.nodes.limited(node) & COUNTS_FILLS) !== 0 || (exposures.limited(each) & (1 << PROTECTION_LOTS)) !== 0;
    if (counts) countFill(state, node, each, lots, isMaker);
  }
}

/** RK-14, RK-15, RK-18: what a fill counts towards at one level. */
function countFill(state: EngineState, node: number, row: number, lots: number, isMaker: boolean): void {
  const { exposures, nodes } = state.risk;
  const now = state.lastAtUs;
  // Losses are looked at after the command.
  if ((nodes.limited(node) & LIMITS_LOSSES) !== 0) {
    state.risk.suspect(node);
    state.risk.lossesMove = true;
  }
  if (nodes.parameter(node, ORDER_TO_TRADE) !== 0) nodes.addCounter(node, RATIO_FILLS, 1);
  const window = nodes.parameter(node, EXECUTIONS);
  if (window !== 0) {
    if (now - nodes.counter(node, EXECUTIONS_START) >= window) {
      nodes.setCounter(node, EXECUTIONS_START, now);
      nodes.setCounter(node, EXECUTIONS_COUNT, 0);
    }
    nodes.addCounter(node, EXECUTIONS_COUNT, 1);
    state.risk.suspect(node);
  }
  if (!isMaker) return;
  const fillsWindow = nodes.parameter(node, PROTECTION_FILLS);
  if (fillsWindow !== 0) {
    if (now - nodes.counter(node, PROTECTION_START) >= fillsWindow) {
      nodes.setCounter(node, PROTECTION_START, now);
      nodes.setCounter(node, PROTECTION_COUNT, 0);
    }
    nodes.addCounter(node, PROTECTION_COUNT, 1);
    state.risk.suspect(node);
  }
  const lotsWindow = exposures.parameter(row, PROTECTION_LOTS);
  if (lotsWindow === 0) return;
  const isOver = now - exposures.protectionStart(row) >= lotsWindow;
  exposures.setProtection(row, isOver ? now : exposures.protectionStart(row), (isOver ? 0 : exposures.protectionLots(row)) + lots);
  state.risk.suspect(node);
}

/** Fills that a window control of a node counts now; none when the last window is over. */
export function countInWindow(
  { lastAtUs, risk: { nodes } }: EngineState,
  node: number,
  control: number,
  start: number,
  count: number,
): number {
  return lastAtUs - nodes.counter(node, start) >= nodes.parameter(node, control) ? 0 : nodes.counter(node, count);
}

/** RK-18: lots that have filled as maker in the present window of an exposure row. */
export function protectedLots({ lastAtUs, risk: { exposures } }: EngineState, row: number): number {
  return lastAtUs - exposures.protectionStart(row) >= exposures.parameter(row, PROTECTION_LOTS) ? 0 : exposures.protectionLots(row);
}

/** More or fewer lots of an order work, in every row from its account's up. A market order that is matched here has no price, so its value is not open. */
export function changeWorking(state: EngineState, account: number, order: number, lots: number): void {
  const { catalog, orders, risk } = state;
  const { exposures, openValues } = risk;
  const terms = orders.terms(order);
  const value = valueOf(catalog.instrument(orders.instrumentId(order)), holdTicksOf(state, order), lots);
  const isBuyer = isBuy(terms);
  const before = exposures.worstLots(account);
  exposures.work(account, isBuyer, lots, 0);
  const change = exposures.worstLots(account) - before;
  exposures.addGross(account, change);
  openValues.add(exposures.openValue(account), value);
  for (let above = exposures.up(account); above !== 0; above = exposures.up(above)) {
    exposures.work(above, isBuyer, lots, change);
    openValues.add(exposures.openValue(above), value);
  }
}

/** The exposure row of a node and an instrument, opened with those above it if need be. */
export function ensureExposure(state: EngineState, node: number, instrumentId: number): number {
  const { catalog, risk } = state;
  const { exposures, nodes } = risk;
  const known = exposures.find(node, instrumentId);
  if (known !== 0) return known;
  const row = exposures.create(node, instrumentId);
  if (node === VENUE_NODE) {
    risk.setVenueRow(instrumentId, row);
    return row;
  }
  const parent = nodes.parent(node);
  exposures.setUp(row, parent === VENUE_NODE ? 0 : ensureExposure(state, parent, instrumentId));
  exposures.setOpenValue(row, ensureOpenValue(state, node, catalog.instrument(instrumentId).quoteAssetId));
  return row;
}

function ensureOpenValue(state: EngineState, node: number, assetId: number): number {
  const { nodes, openValues } = state.risk;
  for (let row = nodes.firstOpenValue(node); row !== 0; row = openValues.next(row)) if (openValues.assetId(row) === assetId) return row;
  const row = openValues.create(node, assetId, nodes.firstOpenValue(node));
  nodes.setFirstOpenValue(node, row);
  return row;
}
