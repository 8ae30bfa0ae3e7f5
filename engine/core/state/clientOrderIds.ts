import type { AccountPool } from "./accounts.ts";
import { HandleTable, hashOfPair } from "./handleTable.ts";
import type { OrderPool } from "./orders.ts";
import { RecentIds, REMEMBERED_ORDERS } from "./recentIds.ts";

/** Place of an order's client order id that has left the ring while the order is still open. */
const AMONG_ELDERS = -1;

/** Place of a client order id that the order shares with the first of its list. */
const SHARED = -2;

/** Place of the client order id of an order that has closed and that this one goes in for. */
const SUCCEEDED = -3;

/**
 * MT-11: the client order ids that an account may not use again: those of its REMEMBERED_ORDERS latest orders, in a ring, and those of
 * older orders, or of successors of closed ones, that are still open, in a table; and for an account that counts upwards all that it has passed. Most clients count upwards, and then a new id is known to be free without a search.
 */
export class ClientOrderIds {
  readonly recent = new RecentIds();
  readonly elders = new HandleTable();
  private readonly accounts: AccountPool;
  private readonly orders: OrderPool;

  constructor(accounts: AccountPool, orders: OrderPool) {
    this.accounts = accounts;
    this.orders = orders;
  }

  isTaken(accountId: number, clientOrderId: number): boolean {
    const { accounts } = this;
    if (clientOrderId > accounts.highestClientId(accountId)) return false;
    return (
      this.recent.includes(accounts.recentRing(accountId), accounts.recentCount(accountId), clientOrderId) ||
      this.isElder(accountId, clientOrderId) ||
      this.isPassed(accountId, clientOrderId)
    );
  }

  /** An id below all that are remembered, of an account that has counted up for as long as is remembered. */
  private isPassed(accountId: number, clientOrderId: number): boolean {
    const { accounts, recent } = this;
    if (accounts.recentCount(accountId) !== REMEMBERED_ORDERS) return false;
    const ring = accounts.recentRing(accountId);
    const oldest = accounts.recentNext(accountId);
    if (clientOrderId > recent.id(ring, oldest)) return false;
    for (let n = 1; n < REMEMBERED_ORDERS; n += 1) {
      const place = (oldest + n) % REMEMBERED_ORDERS;
      if (recent.id(ring, place) <= recent.id(ring, (oldest + n - 1) % REMEMBERED_ORDERS)) return false;
    }
    return true;
  }

  /** An id above all that the account may not use. It goes by what a snapshot tells, so that a restored engine finds the same (JR-3). */
  nextFree(accountId: number): number {
    const { accounts, orders, recent } = this;
    let highest = 0;
    for (let place = 0; place < accounts.recentCount(accountId); place += 1)
      highest = Math.max(highest, recent.id(accounts.recentRing(accountId), place));
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order))
      highest = Math.max(highest, orders.clientOrderId(order));
    return Math.min(highest + 1, Number.MAX_SAFE_INTEGER);
  }

  /** Reserves the id of an open order, which becomes its account's latest; the oldest leaves the ring. */
  reserve(order: number): void {
    const clientOrderId = this.orders.clientOrderId(order);
    this.append(this.orders.accountId(order), clientOrderId, order);
  }

  /** The order goes under the id of another one of its list. */
  share(order: number): void {
    this.orders.setRecentPlace(order, SHARED);
  }

  /** The order goes under the id of a closed one, which nothing else may use while it is open, whatever becomes of the ring (CN-19). */
  succeed(order: number): void {
    this.addElder(order, SUCCEEDED);
    this.noteHighest(this.orders.accountId(order), this.orders.clientOrderId(order));
  }

  isShared(order: number): boolean {
    return this.orders.recentPlace(order) <= SHARED;
  }

  /** From a snapshot: an id of the ring whose order is not known to be open. */
  remember(accountId: number, clientOrderId: number): void {
    this.append(accountId, clientOrderId, 0);
  }

  /** From a snapshot, after the ring: finds an open order's id there, or takes it for an elder. */
  reattach(order: number): void {
    const { accounts, orders, recent } = this;
    const accountId = orders.accountId(order);
    const ring = accounts.recentRing(accountId);
    const count = accounts.recentCount(accountId);
    for (let place = 0; place < count; place += 1) {
      if (recent.id(ring, place) !== orders.clientOrderId(order)) continue;
      this.enterRing(order, place);
      return;
    }
    this.addElder(order);
    this.noteHighest(accountId, orders.clientOrderId(order));
  }

  /** The order has closed; its id stays reserved as long as it is in the ring. */
  close(order: number): void {
    const { accounts, orders } = this;
    const accountId = orders.accountId(order);
    const place = orders.recentPlace(order);
    if (place === SHARED) return;
    if (place < 0) this.elders.remove(hashOfPair(accountId, orders.clientOrderId(order)), order);
    else if (accounts.firstRecent(accountId) === order) accounts.setFirstRecent(accountId, this.nextOwn(order));
  }

  /** The next order of the account that has an id of its own; 0 if there is none. */
  private nextOwn(order: number): number {
    let next = this.orders.accountNext(order);
    while (next !== 0 && this.isShared(next)) next = this.orders.accountNext(next);
    return next;
  }

  /** False for an open order whose id has left the ring. */
  isInRing(order: number): boolean {
    return this.orders.recentPlace(order) !== AMONG_ELDERS;
  }

  /** The ring's ids, oldest first. */
  *recentOf(accountId: number): Generator<number> {
    const { accounts, recent } = this;
    const ring = accounts.recentRing(accountId);
    const count = accounts.recentCount(accountId);
    const next = accounts.recentNext(accountId);
    for (let n = 0; n < count; n += 1) yield recent.id(ring, (next - count + n + REMEMBERED_ORDERS) % REMEMBERED_ORDERS);
  }

  private append(accountId: number, clientOrderId: number, order: number): void {
    const { accounts, recent } = this;
    const count = accounts.recentCount(accountId);
    const ring = recent.withRoom(accounts.recentRing(accountId), count);
    const place = accounts.recentNext(accountId);
    if (count === REMEMBERED_ORDERS) {
      this.leavePlace(accountId, place);
    } else {
      accounts.setRecentRing(accountId, ring);
      accounts.setRecentCount(accountId, count + 1);
    }
    recent.write(ring, place, clientOrderId);
    if (order !== 0) this.enterRing(order, place);
    accounts.setRecentNext(accountId, place + 1 === REMEMBERED_ORDERS ? 0 : place + 1);
    this.noteHighest(accountId, clientOrderId);
  }

  private enterRing(order: number, place: number): void {
    const { accounts, orders } = this;
    const accountId = orders.accountId(order);
    orders.setRecentPlace(order, place);
    if (accounts.firstRecent(accountId) === 0) accounts.setFirstRecent(accountId, order);
  }

  /** The id at the place leaves the ring. Orders leave it in the order in which they came, so only the oldest open one there can be its order. */
  private leavePlace(accountId: number, place: number): void {
    const { accounts, orders } = this;
    const oldest = accounts.firstRecent(accountId);
    if (oldest === 0 || orders.recentPlace(oldest) !== place) return;
    accounts.setFirstRecent(accountId, this.nextOwn(oldest));
    this.addElder(oldest);
  }

  private noteHighest(accountId: number, clientOrderId: number): void {
    if (clientOrderId > this.accounts.highestClientId(accountId)) this.accounts.setHighestClientId(accountId, clientOrderId);
  }

  private addElder(order: number, place = AMONG_ELDERS): void {
    const { elders, orders } = this;
    orders.setRecentPlace(order, place);
    elders.add(hashOfPair(orders.accountId(order), orders.clientOrderId(order)), order);
  }

  private isElder(accountId: number, clientOrderId: number): boolean {
    const { elders, orders } = this;
    const hash = hashOfPair(accountId, clientOrderId);
    for (let at = elders.start(hash); ; at = elders.next(at)) {
      const order = elders.handleAt(at);
      if (order === 0) return false;
      if (elders.hashAt(at) === hash && orders.clientOrderId(order) === clientOrderId && orders.accountId(order) === accountId) return true;
    }
  }
}
