import type { CancelReason } from "../../../shared/orders.ts";
import { VENUE_NODE } from "../../../shared/risk.ts";
import { emitOrderCancelled } from "../records/emit.ts";
import type { Engine } from "../engineParts.ts";
import { submitFlattening } from "../orders/submit.ts";
import { BUY, SELL, packTerms } from "../records/terms.ts";

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
  const number = risk.actorNumber(actor);
  let cancelled = 0;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    if (accounts.openOrders(accountId) !== 0) cancelled += cancelOfAccount(engine, accountId, number, spares, reason);
  }
  return cancelled;
}

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

const FLATTEN_SELL = packTerms({ side: "sell", orderType: "market", timeInForce: "ioc" });
const FLATTEN_BUY = packTerms({ side: "buy", orderType: "market", timeInForce: "ioc" });

/** RK-22: trades the positions of all accounts at and below a node back, as far as the market takes it now and the largest market order allows. */
export function flattenBelow(engine: Engine, node: number): void {
  const { accounts, catalog, risk } = engine.state;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const account = risk.nodeOf(accountId);
    if (account === VENUE_NODE || !isWithin(engine, accountId, node)) continue;
    for (const { instrumentId, marketMaxLots, minLots } of catalog.instruments) {
      const row = risk.exposures.find(account, instrumentId);
      const position = row === 0 ? 0 : risk.exposures.position(row);
      if (Math.abs(position) < minLots) continue;
      flatten(engine, accountId, instrumentId, position > 0 ? SELL : BUY, Math.min(Math.abs(position), marketMaxLots));
    }
  }
}

function flatten(engine: Engine, accountId: number, instrumentId: number, side: number, lots: number): void {
  const { incoming, state } = engine;
  incoming.clearSpecials();
  incoming.accountId = accountId;
  incoming.instrumentId = instrumentId;
  // Above every id that the account has used, so that it collides with none.
  incoming.clientOrderId = Math.min(state.accounts.highestClientId(accountId) + 1, Number.MAX_SAFE_INTEGER);
  incoming.terms = side === SELL ? FLATTEN_SELL : FLATTEN_BUY;
  incoming.limitTicks = 0;
  incoming.lots = lots;
  incoming.askedLots = lots;
  submitFlattening(engine);
}
