import { HandleTable, hashOfPair } from "./handleTable.ts";
import { RowPool } from "./rowPool.ts";

// Row: 3 doubles, then 4 integers (3 named, 1 spare).
const ROW_BYTES = 40;
const DOUBLES = 5;
const INTS = 10;
const TOTAL = 0;
const HELD = 1;
const INCOMING = 2;
const ACCOUNT = 6;
const ASSET = 7;
const NEXT_OF_ACCOUNT = 8;

/** What each account has of each asset. A row is never removed, so its handle stays good. */
export class BalancePool extends RowPool {
  readonly byKey = new HandleTable();

  constructor() {
    super(ROW_BYTES);
  }

  /** Handle of the balance, 0 if the account never had to do with the asset. */
  find(accountId: number, assetId: number): number {
    const table = this.byKey;
    const hash = hashOfPair(accountId, assetId);
    for (let at = table.start(hash); ; at = table.next(at)) {
      const handle = table.handleAt(at);
      if (handle === 0) return 0;
      if (table.hashAt(at) === hash && this.accountId(handle) === accountId && this.assetId(handle) === assetId) return handle;
    }
  }

  /** A new, empty balance that precedes `next` in its account's list. */
  create(accountId: number, assetId: number, next: number): number {
    const handle = this.allocate();
    const at = handle * INTS;
    this.ints[at + ACCOUNT] = accountId;
    this.ints[at + ASSET] = assetId;
    this.ints[at + NEXT_OF_ACCOUNT] = next;
    this.byKey.add(hashOfPair(accountId, assetId), handle);
    return handle;
  }

  /** Everything the account owns of the asset, holds included. */
  total(handle: number): number {
    return this.doubles[handle * DOUBLES + TOTAL]!;
  }
  addTotal(handle: number, change: number): void {
    this.doubles[handle * DOUBLES + TOTAL] = this.doubles[handle * DOUBLES + TOTAL]! + change;
  }
  /** The part set aside for the worst case of open orders. */
  held(handle: number): number {
    return this.doubles[handle * DOUBLES + HELD]!;
  }
  addHeld(handle: number, change: number): void {
    this.doubles[handle * DOUBLES + HELD] = this.doubles[handle * DOUBLES + HELD]! + change;
  }
  /** What the account's resting orders would bring in if all filled, fees not deducted. Room for it is kept below the largest balance. */
  incoming(handle: number): number {
    return this.doubles[handle * DOUBLES + INCOMING]!;
  }
  addIncoming(handle: number, change: number): void {
    this.doubles[handle * DOUBLES + INCOMING] = this.doubles[handle * DOUBLES + INCOMING]! + change;
  }

  /** What new orders may use; 0 for the handle 0. */
  available(handle: number): number {
    return this.total(handle) - this.held(handle);
  }

  accountId(handle: number): number {
    return this.ints[handle * INTS + ACCOUNT]!;
  }
  assetId(handle: number): number {
    return this.ints[handle * INTS + ASSET]!;
  }
  nextOfAccount(handle: number): number {
    return this.ints[handle * INTS + NEXT_OF_ACCOUNT]!;
  }
}
