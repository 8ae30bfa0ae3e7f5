import type { Engine } from "../engineParts.ts";
import { holdTicksOf, incomingOf, valueOf } from "../ledger/ledger.ts";
import { priceAt } from "./pricing.ts";

/** Makes an open order the incoming one, with its present terms and open lots, so that the stages can look at it anew. */
export function recall(engine: Engine, order: number): void {
  const { incoming, state } = engine;
  const { orders } = state;
  incoming.clearSpecials();
  incoming.accountId = orders.accountId(order);
  incoming.instrumentId = orders.instrumentId(order);
  incoming.clientOrderId = orders.clientOrderId(order);
  incoming.terms = orders.terms(order);
  incoming.limitTicks = orders.limitTicks(order);
  incoming.lots = orders.leavesLots(order);
  incoming.askedLots = incoming.lots;
  incoming.isSpecial = true;
  incoming.openLots = incoming.lots;
  incoming.openValue = valueOf(state.catalog.instrument(incoming.instrumentId), holdTicksOf(state, order), incoming.lots);
  incoming.feeKey = orders.feeKey(order);
  incoming.feeCredit = orders.feeCredit(order);
  incoming.feePaid = orders.feePaid(order);
  incoming.alreadyHeld = orders.held(order);
  if (orders.level(order) !== 0) {
    incoming.alreadyCounted = incomingOf(
      state.fees,
      state.catalog.instrument(incoming.instrumentId),
      incoming.feeKey,
      incoming.terms,
      incoming.limitTicks,
      incoming.lots,
    );
  }
  priceAt(incoming, incoming.limitTicks);
}
