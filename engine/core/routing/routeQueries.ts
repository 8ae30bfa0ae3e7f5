import type { InstrumentId, OrderId } from "../../../shared/ids.ts";
import type { RoutedOrder, VenueLink } from "../../../shared/venueReports.ts";
import type { Engine } from "../engineParts.ts";
import { isAwaited } from "../matching/stops.ts";
import { hasNoLimit, namedTerms } from "../records/terms.ts";
import type { Routes } from "../state/routes.ts";

/*
 * Read-only questions about the outside venue and the orders there.
 */

/** Null for a journal whose orders are matched here. */
export function venueLink(engine: Engine): VenueLink | null {
  return engine.state.routes.link;
}

/** Link, last fill, discrepancies and what is proposed about them as they stand; for reading. */
export function routesOf(engine: Engine): Pick<Routes, "isLive" | "lastFillId" | "fills" | "discrepancies" | "takeOver"> {
  return engine.state.routes;
}

/** CN-20: is a stop of the instrument held here for which such a price means something? */
export function isPriceAwaited({ state }: Engine, instrumentId: InstrumentId, ticks: number): boolean {
  return state.routes.isLive && isAwaited(state, instrumentId, ticks);
}

/** Oldest first. */
export function routedOrders(engine: Engine): readonly RoutedOrder[] {
  return [...engine.state.routes.open.keys()].toSorted((a, b) => a - b).flatMap((orderId) => routedOrder(engine, orderId) ?? []);
}

/** Null if the order is not open at the venue. */
export function routedOrder({ state }: Engine, orderId: number): RoutedOrder | null {
  const { catalog, orders, routes } = state;
  const route = routes.open.get(orderId);
  const order = orders.find(orderId);
  if (route === undefined || order === 0) return null;
  const terms = orders.terms(order);
  const { orderType, postOnly, selfTradeMode, side, timeInForce } = namedTerms(terms);
  return {
    // A key of the routes is the id of an open order.
    orderId: orderId as OrderId,
    instrument: catalog.instrument(orders.instrumentId(order)),
    side,
    // A stop that became a market order stays for nothing.
    timeInForce: hasNoLimit(terms) ? "ioc" : timeInForce,
    postOnly,
    selfTradeMode,
    orderType,
    limitTicks: hasNoLimit(terms) ? route.boundTicks || null : orders.limitTicks(order),
    quoteAmount: route.amount?.asked ?? null,
    lots: orders.lots(order),
    filledLots: orders.lots(order) - orders.leavesLots(order),
    standing: route.standing,
    venueOrderId: route.venueOrderId,
    isCancelAsked: route.cancelReason !== null,
    isChanging: route.amendment !== null,
  };
}
