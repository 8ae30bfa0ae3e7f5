import { RowPool } from "./rowPool.ts";

// Row: 1 double, then 14 integers (13 named, 1 spare).
const ROW_BYTES = 64;
const DOUBLES = 8;
const INTS = 16;
const HIGHEST_CLIENT_ID = 0;
const FIRST_ORDER = 2;
const LAST_ORDER = 3;
const OPEN_ORDERS = 4;
const FIRST_BALANCE = 5;
const RECENT_RING = 6;
const RECENT_COUNT = 7;
const RECENT_NEXT = 8;
const GROUP = 9;
const FIRM = 10;
const FIRST_RECENT = 11;
const PROFILE = 12;
const MASTER = 13;
const FIRST_VOLUME = 14;

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

  /** The oldest of its open orders whose client order id is still in the ring; those before it in the list have left it. */
  firstRecent(accountId: number): number {
    return this.ints[accountId * INTS + FIRST_RECENT]!;
  }
  setFirstRecent(accountId: number, order: number): void {
    this.ints[accountId * INTS + FIRST_RECENT] = order;
  }

  /** Ring of its recent client order ids, how many it holds, and the place that the next one takes; see clientOrderIds.ts. */
  recentRing(accountId: number): number {
    return this.ints[accountId * INTS + RECENT_RING]!;
  }
  setRecentRing(accountId: number, ring: number): void {
    this.ints[accountId * INTS + RECENT_RING] = ring;
  }
  recentCount(accountId: number): number {
    return this.ints[accountId * INTS + RECENT_COUNT]!;
  }
  setRecentCount(accountId: number, count: number): void {
    this.ints[accountId * INTS + RECENT_COUNT] = count;
  }
  recentNext(accountId: number): number {
    return this.ints[accountId * INTS + RECENT_NEXT]!;
  }
  setRecentNext(accountId: number, place: number): void {
    this.ints[accountId * INTS + RECENT_NEXT] = place;
  }
  /** No reserved client order id of the account is higher. */
  highestClientId(accountId: number): number {
    return this.doubles[accountId * DOUBLES + HIGHEST_CLIENT_ID]!;
  }
  setHighestClientId(accountId: number, clientOrderId: number): void {
    this.doubles[accountId * DOUBLES + HIGHEST_CLIENT_ID] = clientOrderId;
  }

  /** The group and the firm it belongs to; 0 for an account by itself. */
  groupId(accountId: number): number {
    return this.ints[accountId * INTS + GROUP]!;
  }
  setGroupId(accountId: number, groupId: number): void {
    this.ints[accountId * INTS + GROUP] = groupId;
  }
  firmId(accountId: number): number {
    return this.ints[accountId * INTS + FIRM]!;
  }
  setFirmId(accountId: number, firmId: number): void {
    this.ints[accountId * INTS + FIRM] = firmId;
  }

  /** First of the list of its balances. */
  firstBalance(accountId: number): number {
    return this.ints[accountId * INTS + FIRST_BALANCE]!;
  }
  setFirstBalance(accountId: number, balance: number): void {
    this.ints[accountId * INTS + FIRST_BALANCE] = balance;
  }

  /** Which client profile the rulebook knows it by. */
  profileId(accountId: number): number {
    return this.ints[accountId * INTS + PROFILE]!;
  }
  setProfileId(accountId: number, profileId: number): void {
    this.ints[accountId * INTS + PROFILE] = profileId;
  }
  /** The account whose volume and fee tier it shares: its master, or itself. */
  masterId(accountId: number): number {
    return this.ints[accountId * INTS + MASTER]!;
  }
  setMasterId(accountId: number, masterId: number): void {
    this.ints[accountId * INTS + MASTER] = masterId;
  }
  /** First of the list of its volumes by venue; only masters have any. */
  firstVolume(accountId: number): number {
    return this.ints[accountId * INTS + FIRST_VOLUME]!;
  }
  setFirstVolume(accountId: number, volume: number): void {
    this.ints[accountId * INTS + FIRST_VOLUME] = volume;
  }
}
