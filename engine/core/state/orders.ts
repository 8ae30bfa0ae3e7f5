import { OrderIdTable } from "./orderIdTable.ts";
import { RowPool } from "./rowPool.ts";

/*
 * Row: the first 48 bytes are what a neighbour's coming and going touches, the next 40 what the order's own does; fills touch the rest, but
 * for the client order id, which is only read when somebody looks at the order.
 */
const ROW_BYTES = 120;
const DOUBLES = 15;
const INTS = 30;
const ID = 0;
const PREVIOUS = 2;
const NEXT = 3;
const LEVEL = 4;
const LEAVES = 5;
const ACCOUNT_PREVIOUS = 6;
const ACCOUNT_NEXT = 7;
const ACCOUNT = 8;
const INSTRUMENT = 9;
const TERMS = 10;
const SPECIAL = 11;
const HELD = 6;
const PAYS = 14;
const GETS = 15;
const LIMIT = 16;
const FEE_KEY = 17;
const RECENT_PLACE = 18;
const EXPOSURE = 19;
const RESERVED = 10;
const FEE_PAID = 11;
const FEE_CREDIT = 24;
const SENDER = 25;
const LOTS = 26;
const CLIENT_ORDER_ID = 14;

/** Every open order of the venue. A closed order leaves the pool; what remains of it is in the journal. */
export class OrderPool extends RowPool {
  private readonly byId = new OrderIdTable(DOUBLES);

  constructor() {
    super(ROW_BYTES);
  }

  /** Handle of an open order, 0 if there is none of this id. */
  find(id: number): number {
    return this.byId.find(this.doubles, id);
  }

  /** Like find(), with the id in a row: a number read inside the callee need not be boxed for the call. */
  findIn(row: Float64Array, slot: number): number {
    return this.byId.find(this.doubles, row[slot]!);
  }

  /** Reads where the table would have an id, or what of a row is often asked for, so that it is at hand soon. */
  touchId(row: Float64Array, slot: number): number {
    return this.byId.touch(row[slot]!);
  }
  touch(handle: number): number {
    return this.ints[handle * INTS + NEXT]! + this.ints[handle * INTS + RECENT_PLACE]!;
  }

  create(id: number): number {
    const handle = this.allocate();
    this.doubles[handle * DOUBLES + ID] = id;
    this.byId.add(this.doubles, handle);
    return handle;
  }

  remove(handle: number): void {
    this.byId.remove(this.doubles, handle);
    this.release(handle);
  }

  /** Sequence number of its OrderAccepted event. */
  id(handle: number): number {
    return this.doubles[handle * DOUBLES + ID]!;
  }
  /** What its account has set aside for it: quote units with fees for a buy, base units for a sell. */
  held(handle: number): number {
    return this.doubles[handle * DOUBLES + HELD]!;
  }
  setHeld(handle: number, amount: number): void {
    this.doubles[handle * DOUBLES + HELD] = amount;
  }

  /** Neighbours in the queue of its price level; 0 at the ends. */
  previous(handle: number): number {
    return this.ints[handle * INTS + PREVIOUS]!;
  }
  setPrevious(handle: number, other: number): void {
    this.ints[handle * INTS + PREVIOUS] = other;
  }
  next(handle: number): number {
    return this.ints[handle * INTS + NEXT]!;
  }
  setNext(handle: number, other: number): void {
    this.ints[handle * INTS + NEXT] = other;
  }
  /** Its price level in the book; 0 while it does not rest. */
  level(handle: number): number {
    return this.ints[handle * INTS + LEVEL]!;
  }
  setLevel(handle: number, level: number): void {
    this.ints[handle * INTS + LEVEL] = level;
  }

  /** The price at which it rests or matches; 0 for a market order. */
  limitTicks(handle: number): number {
    return this.ints[handle * INTS + LIMIT]!;
  }
  setLimitTicks(handle: number, ticks: number): void {
    this.ints[handle * INTS + LIMIT] = ticks;
  }
  leavesLots(handle: number): number {
    return this.ints[handle * INTS + LEAVES]!;
  }
  setLeavesLots(handle: number, lots: number): void {
    this.ints[handle * INTS + LEAVES] = lots;
  }
  lots(handle: number): number {
    return this.ints[handle * INTS + LOTS]!;
  }
  setLots(handle: number, lots: number): void {
    this.ints[handle * INTS + LOTS] = lots;
  }
  accountId(handle: number): number {
    return this.ints[handle * INTS + ACCOUNT]!;
  }
  setAccountId(handle: number, accountId: number): void {
    this.ints[handle * INTS + ACCOUNT] = accountId;
  }
  instrumentId(handle: number): number {
    return this.ints[handle * INTS + INSTRUMENT]!;
  }
  setInstrumentId(handle: number, instrumentId: number): void {
    this.ints[handle * INTS + INSTRUMENT] = instrumentId;
  }
  /** Side, type and time in force; see terms.ts. */
  terms(handle: number): number {
    return this.ints[handle * INTS + TERMS]!;
  }
  setTerms(handle: number, terms: number): void {
    this.ints[handle * INTS + TERMS] = terms;
  }

  /** Neighbours among the open orders of its account, oldest first; 0 at the ends. */
  accountPrevious(handle: number): number {
    return this.ints[handle * INTS + ACCOUNT_PREVIOUS]!;
  }
  setAccountPrevious(handle: number, other: number): void {
    this.ints[handle * INTS + ACCOUNT_PREVIOUS] = other;
  }
  accountNext(handle: number): number {
    return this.ints[handle * INTS + ACCOUNT_NEXT]!;
  }
  setAccountNext(handle: number, other: number): void {
    this.ints[handle * INTS + ACCOUNT_NEXT] = other;
  }

  clientOrderId(handle: number): number {
    return this.doubles[handle * DOUBLES + CLIENT_ORDER_ID]!;
  }
  setClientOrderId(handle: number, clientOrderId: number): void {
    this.doubles[handle * DOUBLES + CLIENT_ORDER_ID] = clientOrderId;
  }
  /** Where its client order id is kept; see clientOrderIds.ts. */
  recentPlace(handle: number): number {
    return this.ints[handle * INTS + RECENT_PLACE]!;
  }
  setRecentPlace(handle: number, place: number): void {
    this.ints[handle * INTS + RECENT_PLACE] = place;
  }
  /** Handle of the balance that it pays from and that holds for it. */
  pays(handle: number): number {
    return this.ints[handle * INTS + PAYS]!;
  }
  setPays(handle: number, balance: number): void {
    this.ints[handle * INTS + PAYS] = balance;
  }
  /** Handle of the balance that its fills are paid into. */
  gets(handle: number): number {
    return this.ints[handle * INTS + GETS]!;
  }
  setGets(handle: number, balance: number): void {
    this.ints[handle * INTS + GETS] = balance;
  }
  /** Millionths of a unit of its fee asset by which its fees so far were rounded up; see fees.ts. */
  feeCredit(handle: number): number {
    return this.ints[handle * INTS + FEE_CREDIT]!;
  }
  setFeeCredit(handle: number, credit: number): void {
    this.ints[handle * INTS + FEE_CREDIT] = credit;
  }
  /** Its row among the special orders; 0 for a plain one. */
  special(handle: number): number {
    return this.ints[handle * INTS + SPECIAL]!;
  }
  setSpecial(handle: number, special: number): void {
    this.ints[handle * INTS + SPECIAL] = special;
  }

  /** Which rates it was accepted under; see feeBook.ts. */
  feeKey(handle: number): number {
    return this.ints[handle * INTS + FEE_KEY]!;
  }
  setFeeKey(handle: number, key: number): void {
    this.ints[handle * INTS + FEE_KEY] = key;
  }
  /** Fees so far less rebates, in its fee asset. */
  feePaid(handle: number): number {
    return this.doubles[handle * DOUBLES + FEE_PAID]!;
  }
  setFeePaid(handle: number, amount: number): void {
    this.doubles[handle * DOUBLES + FEE_PAID] = amount;
  }
  /** What is held of its receipts for the minimum fee (LG-15). */
  reserved(handle: number): number {
    return this.doubles[handle * DOUBLES + RESERVED]!;
  }
  setReserved(handle: number, amount: number): void {
    this.doubles[handle * DOUBLES + RESERVED] = amount;
  }

  /** Number by which the risk state knows the actor who sent it; does it stay when his session is lost? */
  actor(handle: number): number {
    return Math.abs(this.ints[handle * INTS + SENDER]!);
  }
  keepsOnDisconnect(handle: number): boolean {
    return this.ints[handle * INTS + SENDER]! < 0;
  }
  setSender(handle: number, actor: number, keepsOnDisconnect: boolean): void {
    this.ints[handle * INTS + SENDER] = keepsOnDisconnect ? -actor : actor;
  }
  /** The exposure row that it counts in; 0 for none. */
  exposure(handle: number): number {
    return this.ints[handle * INTS + EXPOSURE]!;
  }
  setExposure(handle: number, row: number): void {
    this.ints[handle * INTS + EXPOSURE] = row;
  }
}
