import { RowPool } from "./rowPool.ts";

// Row: no doubles, 8 integers (7 named, 1 spare).
const ROW_BYTES = 32;
const INTS = 8;
const FIRST_ORDER = 0;
const LAST_ORDER = 1;
const OPEN_ORDERS = 2;
const OLDEST_ID = 3;
const NEWEST_ID = 4;
const RECENT_IDS = 5;
const FIRST_BALANCE = 6;

/** What the engine keeps ready per account; the handle is the account id. Names and classes are in the catalog. */
export class AccountPool extends RowPool {
  constructor() {
    super(ROW_BYTES);
  }

  /** Opens the next account; ids are given in order. */
  open(): number {
    return this.allocate();
  }

  exists(accountId: number): boolean {
    return accountId >= 1 && accountId <= this.highestHandle;
  }

  /** Ends of the list of its open orders, oldest first. */
  firstOrder(accountId: number): number {
    return this.ints[accountId * INTS + FIRST_ORDER]!;
  }
  setFirstOrder(accountId: number, order: number): void {
    this.ints[accountId * INTS + FIRST_ORDER] = order;
  }
  lastOrder(accountId: number): number {
    return this.ints[accountId * INTS + LAST_ORDER]!;
  }
  setLastOrder(accountId: number, order: number): void {
    this.ints[accountId * INTS + LAST_ORDER] = order;
  }
  openOrders(accountId: number): number {
    return this.ints[accountId * INTS + OPEN_ORDERS]!;
  }
  addOpenOrders(accountId: number, change: number): void {
    this.ints[accountId * INTS + OPEN_ORDERS] = this.ints[accountId * INTS + OPEN_ORDERS]! + change;
  }

  /** Ends and length of the queue of its recent client order ids. */
  oldestId(accountId: number): number {
    return this.ints[accountId * INTS + OLDEST_ID]!;
  }
  setOldestId(accountId: number, id: number): void {
    this.ints[accountId * INTS + OLDEST_ID] = id;
  }
  newestId(accountId: number): number {
    return this.ints[accountId * INTS + NEWEST_ID]!;
  }
  setNewestId(accountId: number, id: number): void {
    this.ints[accountId * INTS + NEWEST_ID] = id;
  }
  recentIds(accountId: number): number {
    return this.ints[accountId * INTS + RECENT_IDS]!;
  }
  setRecentIds(accountId: number, count: number): void {
    this.ints[accountId * INTS + RECENT_IDS] = count;
  }

  /** First of the list of its balances. */
  firstBalance(accountId: number): number {
    return this.ints[accountId * INTS + FIRST_BALANCE]!;
  }
  setFirstBalance(accountId: number, balance: number): void {
    this.ints[accountId * INTS + FIRST_BALANCE] = balance;
  }
}
