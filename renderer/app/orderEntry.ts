import type { Instrument } from "../../shared/catalog.ts";
import type { AccountId, ClientOrderId, InstrumentId, OrderId, Seq } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderValues } from "../../shared/orderForms.ts";
import type { OrderType, Side, TimeInForce } from "../../shared/orders.ts";
import type { OrderRow } from "../../shared/views.ts";

/** What a person asks for; the client order id is added by the door in orders.ts. */
export type OrderRequest = {
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  /** Null for an order without a limit. */
  readonly limitTicks: PriceTicks | null;
  /** 0 for an order by amount, which becomes lots in the engine. */
  readonly lots: QtyLots;
  /** Everything that was filled in, where that is more than the above; for a list the above is its first order. */
  readonly values?: OrderValues;
};

/** An order that this window sent and of which no event has come yet. Exists on this screen only. */
export type PendingOrder = OrderRequest & {
  /** "sending": on its way. "unknown": the connection dropped before the outcome; only an event or the journal's silence ends it. */
  readonly pending: "sending" | "unknown";
  readonly clientOrderId: ClientOrderId;
  /** Wall clock of the gesture, milliseconds since 1970. */
  readonly sentMs: number;
  /** Sequence of the picture in which the gesture was made; the journal can hold the order only after it. */
  readonly sentSeq: Seq;
  /** Engine process that it was sent to, as far as the shell had told. */
  readonly enginePid: number | null;
};

/** One line of the orders blotter. */
export type OrderEntry = OrderRow | PendingOrder;

export function isPending(entry: OrderEntry): entry is PendingOrder {
  return "pending" in entry;
}

/** True while the order can still trade. */
export function isOpen(entry: OrderEntry): entry is OrderRow & { readonly orderId: OrderId } {
  return !isPending(entry) && entry.orderId !== null && (entry.status === "working" || entry.status === "partiallyFilled");
}

/** CN-20: a stop on an outside venue's price, which this terminal holds and the venue does not know. */
export function isHeldHere(entry: OrderEntry, instrument: Instrument | undefined): boolean {
  return instrument?.routed === true && isOpen(entry) && entry.triggerTicks !== null && entry.route === undefined;
}

/** Where an order stands among prices: a waiting stop where it would fire, any other at its limit. */
export type OrderPlace = { readonly kind: "limit" | "stop"; readonly ticks: number };

/** Null for an order that has neither trigger nor limit. */
export function placeOf(order: OrderEntry): OrderPlace | null {
  const triggerTicks = isPending(order) ? null : order.triggerTicks;
  if (triggerTicks !== null) return { kind: "stop", ticks: triggerTicks };
  return order.limitTicks === null ? null : { kind: "limit", ticks: order.limitTicks };
}

/**
 * Key of an entry, stable over its life: the order id, `d<seq>` for a denial, `c<account>:<clientOrderId>` while pending. A number is found
 * several times as fast as a text, and every change of every order is looked for in each table and on the ladder.
 */
export type OrderKey = OrderId | string;

export function orderKey(entry: OrderEntry): OrderKey {
  if (isPending(entry)) return pendingKey(entry.accountId, entry.clientOrderId);
  return entry.orderId ?? `d${entry.seq}`;
}

export function pendingKey(accountId: AccountId, clientOrderId: ClientOrderId): string {
  return `c${accountId}:${clientOrderId}`;
}

/** What changed among the orders. With `reset` the listener forgets all it had; `changed` is then everything. */
export type OrderDelta = {
  readonly reset: boolean;
  readonly changed: readonly OrderEntry[];
  /** Keys that are gone: a pending row whose event came, or a row beyond the bound. */
  readonly removed: readonly OrderKey[];
};
