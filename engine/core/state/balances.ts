import type { AccountPool } from "./accounts.ts";
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

/** Balances of accounts that have more of them than their own row takes. */
class FurtherBalancePool extends RowPool {
  private readonly byKey = new HandleTable();

  constructor() {
    super(ROW_BYTES);
  }

  find(accountId: number, assetId: number): number {
    const table = this.byKey;
    const hash = hashOfPair(accountId, assetId);
    for (let at = table.start(hash); ; at = table.next(at)) {
      const row = table.handleAt(at);
      if (row === 0) return 0;
      if (table.hashAt(at) === hash && this.accountId(row) === accountId && this.assetId(row) === assetId) return row;
    }
  }

  /** A new, empty balance that precedes `next` in its account's list. */
  create(accountId: number, assetId: number, next: number): number {
    const row = this.allocate();
    const at = row * INTS;
    this.ints[at + ACCOUNT] = accountId;
    this.ints[at + ASSET] = assetId;
    this.ints[at + NEXT_OF_ACCOUNT] = next;
    this.byKey.add(hashOfPair(accountId, assetId), row);
    return row;
  }

  total(row: number): number {
    return this.doubles[row * DOUBLES + TOTAL]!;
  }
  addTotal(row: number, change: number): void {
    this.doubles[row * DOUBLES + TOTAL] = this.doubles[row * DOUBLES + TOTAL]! + change;
  }
  held(row: number): number {
    return this.doubles[row * DOUBLES + HELD]!;
  }
  addHeld(row: number, change: number): void {
    this.doubles[row * DOUBLES + HELD] = this.doubles[row * DOUBLES + HELD]! + change;
  }
  incoming(row: number): number {
    return this.doubles[row * DOUBLES + INCOMING]!;
  }
  addIncoming(row: number, change: number): void {
    this.doubles[row * DOUBLES + INCOMING] = this.doubles[row * DOUBLES + INCOMING]! + change;
  }
  accountId(row: number): number {
    return this.ints[row * INTS + ACCOUNT]!;
  }
  assetId(row: number): number {
    return this.ints[row * INTS + ASSET]!;
  }
  nextOfAccount(row: number): number {
    return this.ints[row * INTS + NEXT_OF_ACCOUNT]!;
  }
}

/**
 * What each account has of each asset. An account's first two balances lie in its own row, where every order of it looks anyway; a third one
 * has a row elsewhere. A balance is never removed, so its handle stays good: twice the account's id and the place for one in the account's row,
 * less than 0 for any other; 0 is none and reads as empty.
 */
export class Balances {
  private readonly accounts: AccountPool;
  private readonly further = new FurtherBalancePool();

  constructor(accounts: AccountPool) {
    this.accounts = accounts;
  }

  /** Handle of the balance, 0 if the account never had to do with the asset. The account must exist, or be 0. */
  find(accountId: number, assetId: number): number {
    const { accounts } = this;
    if (accounts.ownAsset(accountId, 0) === assetId) return accountId * 2;
    if (accounts.ownAsset(accountId, 1) === assetId) return accountId * 2 + 1;
    // Not a bare minus, which would make a negative zero of none.
    return accounts.furtherBalance(accountId) === 0 ? 0 : 0 - this.further.find(accountId, assetId);
  }

  /** The balance of an account in an asset, opened at zero if need be. */
  open(accountId: number, assetId: number): number {
    const known = this.find(accountId, assetId);
    return known === 0 ? this.create(accountId, assetId) : known;
  }

  private create(accountId: number, assetId: number): number {
    const { accounts, further } = this;
    for (let place = 0; place < 2; place += 1) {
      if (accounts.ownAsset(accountId, place) !== 0) continue;
      accounts.setOwnAsset(accountId, place, assetId);
      return accountId * 2 + place;
    }
    const row = further.create(accountId, assetId, accounts.furtherBalance(accountId));
    accounts.setFurtherBalance(accountId, row);
    return -row;
  }

  /** Everything the account owns of the asset, holds included. */
  total(handle: number): number {
    return handle > 0 ? this.accounts.total(handle >> 1, handle & 1) : this.further.total(0 - handle);
  }
  addTotal(handle: number, change: number): void {
    if (handle > 0) this.accounts.addTotal(handle >> 1, handle & 1, change);
    else this.further.addTotal(0 - handle, change);
  }
  /** The part set aside for the worst case of open orders. */
  held(handle: number): number {
    return handle > 0 ? this.accounts.held(handle >> 1, handle & 1) : this.further.held(0 - handle);
  }
  addHeld(handle: number, change: number): void {
    if (handle > 0) this.accounts.addHeld(handle >> 1, handle & 1, change);
    else this.further.addHeld(0 - handle, change);
  }
  /** What the account's resting orders would bring in if all filled, fees not deducted. Room for it is kept below the largest balance. */
  incoming(handle: number): number {
    return handle > 0 ? this.accounts.incoming(handle >> 1, handle & 1) : this.further.incoming(0 - handle);
  }
  addIncoming(handle: number, change: number): void {
    if (handle > 0) this.accounts.addIncoming(handle >> 1, handle & 1, change);
    else this.further.addIncoming(0 - handle, change);
  }

  /** What new orders may use. */
  available(handle: number): number {
    return this.total(handle) - this.held(handle);
  }

  accountId(handle: number): number {
    return handle > 0 ? handle >> 1 : this.further.accountId(0 - handle);
  }
  assetId(handle: number): number {
    return handle > 0 ? this.accounts.ownAsset(handle >> 1, handle & 1) : this.further.assetId(0 - handle);
  }

  /** Handles of an account's balances, in no order. */
  *ofAccount(accountId: number): Generator<number> {
    const { accounts, further } = this;
    for (let place = 0; place < 2; place += 1) if (accounts.ownAsset(accountId, place) !== 0) yield accountId * 2 + place;
    for (let row = accounts.furtherBalance(accountId); row !== 0; row = further.nextOfAccount(row)) yield -row;
  }

  /** Handles of all balances, by account. */
  *[Symbol.iterator](): Generator<number> {
    for (let accountId = 1; accountId <= this.accounts.highestHandle; accountId += 1) yield* this.ofAccount(accountId);
  }
}
