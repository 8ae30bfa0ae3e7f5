import type { Instrument } from "../../../shared/catalog.ts";
import type { CancelReason } from "../../../shared/orders.ts";
import { VENUE_NODE } from "../../../shared/risk.ts";
import { emitOrderCancelled } from "../records/emit.ts";
import type { Engine } from "../engineParts.ts";
import { feeKeyOf, valueOf, worstCaseOfBuy } from "../ledger/ledger.ts";
import { bandEdge } from "../matching/priceBand.ts";
import { dropReplacements } from "../routing/replace.ts";
import { submitFlattening } from "../orders/submit.ts";
import { BUY, SELL, hasNoLimit, packTerms } from "../records/terms.ts";
import type { EngineState } from "../state/state.ts";
import { collarReference } from "./collar.ts";
import { LIQUIDATING } from "./controls.ts";

/** True for the node itself and everything below it. */
function isWithin(engine: Engine, accountId: number, node: number): boolean {
  const { nodes } = engine.state.risk;
  for (let at = engine.state.risk.nodeOf(accountId); at !== 0; at = nodes.parent(at)) if (at === node) return true;
  return false;
}

/** Takes off all open orders at and below a node, account by account, oldest first. Answers how many there were. */
export function cancelBelow(engine: Engine, node: number, reason: CancelReason): number {
  const { accounts } = engine.state;
  const only = engine.state.risk.nodes.accountId(node);
  dropReplacements(engine, (waiting) => node === VENUE_NODE || isWithin(engine, waiting.accountId, node));
  let cancelled = 0;
  for (let accountId = only === 0 ? 1 : only; accountId <= (only === 0 ? accounts.highestHandle : only); accountId += 1) {
    if (accounts.openOrders(accountId) === 0 || !(node === VENUE_NODE || isWithin(engine, accountId, node))) continue;
    cancelled += cancelOfAccount(engine, accountId, 0, false, reason);
  }
  return cancelled;
}

/** Takes off the open orders that an actor sent, but not those that were to stay when `spares` is set. Answers how many there were. */
export function cancelOfActor(engine: Engine, actor: string, spares: boolean, reason: CancelReason): number {
  const { accounts, risk } = engine.state;
  dropReplacements(engine, (waiting) => waiting.sender === actor && !(spares && waiting.keepsOnDisconnect));
  const number = risk.knownActorNumber(actor);
  if (number === 0) return 0;
  let cancelled = 0;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    if (accounts.openOrders(accountId) !== 0) cancelled += cancelOfAccount(engine, accountId, number, spares, reason);
  }
  return cancelled;
}

/** `actorNumber` 0: whoever sent them. */
function cancelOfAccount(engine: Engine, accountId: number, actorNumber: number, spares: boolean, reason: CancelReason): number {
  const { accounts, orders } = engine.state;
  let cancelled = 0;
  let order = accounts.firstOrder(accountId);
  while (order !== 0) {
    // The cancellation frees the row, so the way on is read before it.
    const next = orders.accountNext(order);
    if ((actorNumber === 0 || orders.actor(order) === actorNumber) && !(spares && orders.keepsOnDisconnect(order))) {
      emitOrderCancelled(engine, order, reason);
      cancelled += 1;
    }
    order = next;
  }
  return cancelled;
}

/** Who is recorded when time does something. */
export const CLOCK_ACTOR = "venue clock";
export const LIQUIDATION_ORDERS: Flattening = { reason: "lossLimit", by: CLOCK_ACTOR };

const FLATTEN_SELL = packTerms({ side: "sell", orderType: "market", timeInForce: "ioc" });
const FLATTEN_BUY = packTerms({ side: "buy", orderType: "market", timeInForce: "ioc" });

/** Why a node's positions are traded back: the reason of the cancellations that come first, and who wants it. */
type Flattening = { readonly reason: CancelReason; readonly by: string };

/**
 * RK-22: trades the positions of all accounts at and below a node back, as far as the market takes it now and the largest market order allows.
 * At an outside venue it goes on with later calls (CN-18).
 */
export function flattenBelow(engine: Engine, node: number, why: Flattening): void {
  const { accounts, catalog, risk } = engine.state;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const account = risk.nodeOf(accountId);
    if (account === VENUE_NODE || !isWithin(engine, accountId, node)) continue;
    for (const instrument of catalog.instruments) {
      const { instrumentId, marketMaxLots, minLots } = instrument;
      if (instrument.routed === true && !isClear(engine, accountId, instrumentId, why.reason)) continue;
      const row = risk.exposures.find(account, instrumentId);
      const position = row === 0 ? 0 : risk.exposures.position(row);
      if (Math.abs(position) < minLots) continue;
      const side = position > 0 ? SELL : BUY;
      const most = Math.min(Math.abs(position), marketMaxLots);
      const lots = side === SELL ? mostSold(engine.state, accountId, instrument, most) : most;
      if (instrument.routed !== true) {
        if (lots >= minLots) flatten(engine, { accountId, instrumentId, side, lots, sender: null });
        continue;
      }
      const paid = side === SELL ? lots : mostPaid(engine.state, accountId, instrument, lots);
      if (isTaken(engine, instrument, paid)) flatten(engine, { accountId, instrumentId, side, lots: paid, sender: why.by });
    }
  }
}

/**
 * CN-18: at an outside venue a position is traded back once the link is live, its price is known and none of the account's orders in the
 * instrument is open: what is there may still fill, and holds what the trade needs. Asks for their cancellation where the venue refused it before.
 */
function isClear(engine: Engine, accountId: number, instrumentId: number, reason: CancelReason): boolean {
  const { accounts, orders, routes } = engine.state;
  if (!routes.isLive) return false;
  let isOpen = false;
  let order = accounts.firstOrder(accountId);
  while (order !== 0) {
    // The end of a stop that is held here frees its row, so the way on is read before it.
    const next = orders.accountNext(order);
    if (orders.instrumentId(order) === instrumentId) {
      const route = routes.open.get(orders.id(order));
      isOpen ||= route !== undefined;
      // A market order ends by itself. An order there goes on being open when its cancellation has been asked for.
      const isEnding = route !== undefined && (hasNoLimit(orders.terms(order)) || route.cancelReason !== null);
      if (!isEnding) emitOrderCancelled(engine, order, reason);
    }
    order = next;
  }
  return !isOpen && collarReference(engine.state, instrumentId) > 0;
}

/** A position is counted before fees that came off what was bought, so that a little less may be there to sell. */
function mostSold({ balances }: EngineState, accountId: number, instrument: Instrument, lots: number): number {
  const available = balances.available(balances.find(accountId, instrument.baseAssetId));
  return Math.min(lots, Math.floor(available / instrument.baseUnitsPerLot));
}

/** CN-18: a buy has to be paid for: the most lots whose hold as a market order there (CN-17) is available. */
function mostPaid(state: EngineState, accountId: number, instrument: Instrument, lots: number): number {
  const edge = bandEdge(instrument, BUY, collarReference(state, instrument.instrumentId));
  const feeKey = feeKeyOf(state, accountId, instrument);
  const available = state.balances.available(state.balances.find(accountId, instrument.quoteAssetId));
  let paid = 0;
  let tooMany = lots + 1;
  while (tooMany - paid > 1) {
    const middle = Math.floor((paid + tooMany) / 2);
    if (worstCaseOfBuy(state.fees, instrument, feeKey, edge, middle, 0, 0) <= available) paid = middle;
    else tooMany = middle;
  }
  return paid;
}

/** What the venue takes no order for is not asked for with every look. */
function isTaken({ state }: Engine, instrument: Instrument, lots: number): boolean {
  const value = valueOf(instrument, collarReference(state, instrument.instrumentId), lots);
  return lots >= instrument.minLots && value >= instrument.minNotional;
}

/** CN-18: positions at the outside venue that are still to be traded back, by a kill switch or a loss limit. */
export function flattenDue(engine: Engine): void {
  const { risk, routes } = engine.state;
  if (routes.link === null) return;
  // By node, so that a restored engine does the same.
  for (const [node, by] of [...routes.flattening].sort(([a], [b]) => a - b)) flattenBelow(engine, node, { reason: "killSwitch", by });
  for (let node = VENUE_NODE + 1; node <= risk.nodes.highestHandle; node += 1) {
    if ((risk.nodes.locks(node) & LIQUIDATING) !== 0) flattenBelow(engine, node, LIQUIDATION_ORDERS);
  }
}

type FlatteningOrder = {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly side: number;
  readonly lots: number;
  /** Null for who sent the command. */
  readonly sender: string | null;
};

function flatten(engine: Engine, { accountId, instrumentId, lots, sender, side }: FlatteningOrder): void {
  const { incoming, state } = engine;
  incoming.clearSpecials();
  incoming.accountId = accountId;
  incoming.instrumentId = instrumentId;
  incoming.clientOrderId = state.clientOrderIds.nextFree(accountId);
  incoming.terms = side === SELL ? FLATTEN_SELL : FLATTEN_BUY;
  incoming.limitTicks = 0;
  incoming.lots = lots;
  incoming.askedLots = lots;
  submitFlattening(engine, sender);
}
