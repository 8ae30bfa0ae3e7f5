import { RowPool } from "./rowPool.ts";

/*
 * Row: two lines of memory, the account's first balances among them, because with a million accounts the cost of an order is the number of
 * lines that it touches of rows that no cache holds. What is seldom asked for comes last.
 */
const ROW_BYTES = 128;
const DOUBLES = 16;
const INTS = 32;
const HIGHEST_CLIENT_ID = 0;
const FIRST_ORDER = 2;
const LAST_ORDER = 3;
const OPEN_ORDERS = 4;
const RECENT_RING = 5;
const RECENT_COUNT = 6;
const RECENT_NEXT = 7;
const FIRST_RECENT = 8;
const PROFILE = 9;
/** Asset of each own balance. */
const ASSETS = 10;
/** Total, held and incoming of each own balance. */
const BALANCES = 6;
const BALANCE_DOUBLES = 3;
const HELD = 1;
const INCOMING = 2;
const FURTHER_BALANCE = 24;
const MASTER = 25;
const FIRST_VOLUME = 26;
const GROUP = 27;
const FIRM = 28;

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

  /** Reads both lines of a row, of any id there may be, so that they are at hand soon. */
  touch(accountId: number): number {
    return this.exists(accountId) ? this.ints[accountId * INTS]! + this.ints[accountId * INTS + FURTHER_BALANCE]! : 0;
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

  /** Asset of the balance at a place of its row, 0 or 1; 0 while the place is free. See balances.ts. */
  ownAsset(accountId: number, place: number): number {
    return this.ints[accountId * INTS + ASSETS + place]!;
  }
  setOwnAsset(accountId: number, place: number, assetId: number): void {
    this.ints[accountId * INTS + ASSETS + place] = assetId;
  }
  total(accountId: number, place: number): number {
    return this.doubles[accountId * DOUBLES + BALANCES + place * BALANCE_DOUBLES]!;
  }
  addTotal(accountId: number, place: number, change: number): void {
    const at = accountId * DOUBLES + BALANCES + place * BALANCE_DOUBLES;
    this.doubles[at] = this.doubles[at]! + change;
  }
  held(accountId: number, place: number): number {
    return this.doubles[accountId * DOUBLES + BALANCES + HELD + place * BALANCE_DOUBLES]!;
  }
  addHeld(accountId: number, place: number, change: number): void {
    const at = accountId * DOUBLES + BALANCES + HELD + place * BALANCE_DOUBLES;
    this.doubles[at] = this.doubles[at]! + change;
  }
  incoming(accountId: number, place: number): number {
    return this.doubles[accountId * DOUBLES + BALANCES + INCOMING + place * BALANCE_DOUBLES]!;
  }
  addIncoming(accountId: number, place: number, change: number): void {
    const at = accountId * DOUBLES + BALANCES + INCOMING + place * BALANCE_DOUBLES;
    this.doubles[at] = this.doubles[at]! + change;
  }
  /** First of the list of its balances that have no place in its row. */
  furtherBalance(accountId: number): number {
    return this.ints[accountId * INTS + FURTHER_BALANCE]!;
  }
  setFurtherBalance(accountId: number, row: number): void {
    this.ints[accountId * INTS + FURTHER_BALANCE] = row;
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
