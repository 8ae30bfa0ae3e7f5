import { HandleTable, hashOfPair } from "./handleTable.ts";
import { RowPool } from "./rowPool.ts";

/** MT-11: so many of an account's latest orders keep their client order id reserved after they closed. */
export const REMEMBERED_ORDERS = 1_024;

// Row: 1 double, then 4 integers (3 named, 1 spare).
const ROW_BYTES = 24;
const DOUBLES = 3;
const INTS = 6;
const CLIENT_ORDER_ID = 0;
const ACCOUNT = 2;
const NEWER = 3;
const STATE = 4;

const IS_OPEN = 1;
const IS_RECENT = 2;

/**
 * The client order ids that an account may not use again: those of its open orders and of its REMEMBERED_ORDERS latest ones.
 * The latest ones form a queue per account whose ends the account keeps, so memory grows with use and stops growing at the bound.
 */
export class ClientOrderIds extends RowPool {
  readonly byKey = new HandleTable();

  constructor() {
    super(ROW_BYTES);
  }

  /** Handle of a reserved id, 0 if the account may use it. */
  find(accountId: number, clientOrderId: number): number {
    const table = this.byKey;
    const hash = hashOfPair(accountId, clientOrderId);
    for (let at = table.start(hash); ; at = table.next(at)) {
      const handle = table.handleAt(at);
      if (handle === 0) return 0;
      if (table.hashAt(at) === hash && this.clientOrderId(handle) === clientOrderId && this.accountId(handle) === accountId) return handle;
    }
  }

  /** Reserves the id of an order that has just been accepted. It is open and recent. */
  reserve(accountId: number, clientOrderId: number): number {
    return this.create(accountId, clientOrderId, IS_OPEN | IS_RECENT);
  }

  /** From a snapshot: a recent id, whose order may turn out to be open. */
  restoreRecent(accountId: number, clientOrderId: number): number {
    return this.create(accountId, clientOrderId, IS_RECENT);
  }

  /** From a snapshot, after the recent ids: the id of an open order, recent or not. */
  restoreOpen(accountId: number, clientOrderId: number): number {
    const recent = this.find(accountId, clientOrderId);
    if (recent === 0) return this.create(accountId, clientOrderId, IS_OPEN);
    this.ints[recent * INTS + STATE] = IS_OPEN | IS_RECENT;
    return recent;
  }

  private create(accountId: number, clientOrderId: number, state: number): number {
    const handle = this.allocate();
    this.doubles[handle * DOUBLES + CLIENT_ORDER_ID] = clientOrderId;
    const at = handle * INTS;
    this.ints[at + ACCOUNT] = accountId;
    this.ints[at + STATE] = state;
    this.byKey.add(hashOfPair(accountId, clientOrderId), handle);
    return handle;
  }

  /** The order of this id has closed. */
  close(handle: number): void {
    this.clear(handle, IS_OPEN);
  }

  /** The id is no longer among its account's latest. Returns the next newer one. */
  retire(handle: number): number {
    const newer = this.newer(handle);
    this.clear(handle, IS_RECENT);
    return newer;
  }

  isOpen(handle: number): boolean {
    return (this.ints[handle * INTS + STATE]! & IS_OPEN) !== 0;
  }

  isRecent(handle: number): boolean {
    return (this.ints[handle * INTS + STATE]! & IS_RECENT) !== 0;
  }

  clientOrderId(handle: number): number {
    return this.doubles[handle * DOUBLES + CLIENT_ORDER_ID]!;
  }

  accountId(handle: number): number {
    return this.ints[handle * INTS + ACCOUNT]!;
  }

  /** The next newer id in its account's queue; 0 at the newest. */
  newer(handle: number): number {
    return this.ints[handle * INTS + NEWER]!;
  }

  setNewer(handle: number, newer: number): void {
    this.ints[handle * INTS + NEWER] = newer;
  }

  private clear(handle: number, flag: number): void {
    const at = handle * INTS + STATE;
    const state = this.ints[at]! & ~flag;
    this.ints[at] = state;
    if (state !== 0) return;
    this.byKey.remove(hashOfPair(this.accountId(handle), this.clientOrderId(handle)), handle);
    this.release(handle);
  }
}
