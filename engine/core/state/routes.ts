import { invariant } from "../../../shared/assert.ts";
import type { CancelReason } from "../../../shared/orders.ts";
import { isLaterId, type Discrepancy, type RouteStanding, type TakeOver, type VenueLink } from "../../../shared/venueReports.ts";

/** Ids of the venue's fills that are remembered, the newest: a report of one of them is a repetition (CN-6). */
const REMEMBERED_FILLS = 65_536;
/** Orders that are remembered after their end, the newest: what is told of them again is no news. */
const REMEMBERED_ORDERS = 4_096;
/** Discrepancies that wait for a person; the newest are kept. */
const DISCREPANCIES_KEPT = 100;

/** What is known of an open order at the outside venue. */
export type Route = {
  readonly standing: RouteStanding;
  /** Empty until the venue has told it. */
  readonly venueOrderId: string;
  /** Why its cancellation was asked for; null if it was not. */
  readonly cancelReason: CancelReason | null;
  /** The limit under which a market order left; 0 if it left without one, or has one of its own. */
  readonly boundTicks: number;
  /** What an order by amount was to move, in quote units, and what is left of that; null for an order by quantity. */
  readonly amount: { readonly asked: number; readonly left: number } | null;
  /** What it is to become once it has come off there; null if it is not to change. */
  readonly amendment: Amendment | null;
};

/** CN-19: a change of an order at the venue. */
export type Amendment = {
  readonly limitTicks: number;
  /** The whole order's, what has filled included. */
  readonly lots: number;
  /** What does not leave until then does not leave. */
  readonly untilUs: number;
  readonly confirmation: string | null;
};

/** What goes in anew for an order that has come off, in the name and under the client order id of that one. */
export type Replacement = Omit<Amendment, "lots"> & {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly clientOrderId: number;
  readonly terms: number;
  /** What remains of it. */
  readonly lots: number;
  readonly sender: string;
  readonly keepsOnDisconnect: boolean;
};

/** CN rules: the link to an outside venue and what is known of the orders there. Empty in an engine that matches all its orders itself. */
export class Routes {
  /** Null before the link was recorded. */
  link: VenueLink | null = null;
  /** Have orders, fills and balances been compared since the connection was made? */
  isLive = false;
  /** By order id. Entries are frozen and replaced as a whole. */
  readonly open = new Map<number, Route>();
  /** The venue's last fill that was taken in. */
  lastFillId = "0";
  /** In order of arrival. */
  readonly fills = new Set<string>();
  /** Ids of orders that have ended, in order of their ends. */
  readonly closed = new Set<number>();
  readonly discrepancies: Discrepancy[] = [];
  /** By the id of the order that has come off. Entries are frozen. */
  readonly replacements = new Map<number, Replacement>();
  /** Risk nodes whose positions are traded back there while their kill switch is engaged, and who engaged it (CN-18). */
  readonly flattening = new Map<number, string>();
  /** What somebody proposed to do about them; null while nothing waits for approval. */
  takeOver: TakeOver | null = null;

  has(orderId: number): boolean {
    return this.open.size !== 0 && this.open.has(orderId);
  }

  /** The route of an open order. Throws InvariantError if it has none. */
  known(orderId: number): Route {
    const route = this.open.get(orderId);
    invariant(route !== undefined, `order ${orderId} went to no venue`);
    return route;
  }

  set(orderId: number, route: Route): void {
    this.open.set(orderId, Object.freeze({ ...route }));
  }

  /** The amount of an order by amount; null for any other. */
  amountOf(orderId: number): Route["amount"] {
    return this.open.size === 0 ? null : (this.open.get(orderId)?.amount ?? null);
  }

  /** When the first of what waits to go in is too late to; Infinity while nothing waits. */
  firstTooLateUs(): number {
    let untilUs = Number.POSITIVE_INFINITY;
    if (this.replacements.size !== 0) for (const waiting of this.replacements.values()) untilUs = Math.min(untilUs, waiting.untilUs);
    return untilUs + 1;
  }

  /** Does an order that has just been accepted go in for one that has come off, under its client order id? */
  isReplacement(accountId: number, clientOrderId: number): boolean {
    if (this.replacements.size === 0) return false;
    for (const waiting of this.replacements.values())
      if (waiting.accountId === accountId && waiting.clientOrderId === clientOrderId) return true;
    return false;
  }

  /** The order is no longer open; nothing if it was matched here. */
  close(orderId: number): void {
    if (this.open.size === 0 || !this.open.delete(orderId)) return;
    this.closed.add(orderId);
    dropOldest(this.closed, REMEMBERED_ORDERS);
  }

  rememberFill(venueTradeId: string): void {
    this.fills.add(venueTradeId);
    if (isLaterId(venueTradeId, this.lastFillId)) this.lastFillId = venueTradeId;
    dropOldest(this.fills, REMEMBERED_FILLS);
  }

  /** What was proposed knew nothing of it, and is over. */
  addDiscrepancy(found: Discrepancy): void {
    this.takeOver = null;
    this.discrepancies.push(Object.freeze({ ...found }));
    if (this.discrepancies.length > DISCREPANCIES_KEPT) this.discrepancies.shift();
  }
}

/** Sets keep the order in which their members came. */
function dropOldest<T>(set: Set<T>, most: number): void {
  if (set.size <= most) return;
  for (const oldest of set) {
    set.delete(oldest);
    return;
  }
}
