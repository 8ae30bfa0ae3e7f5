import { HandleTable, hashOfPair } from "./handleTable.ts";
import { RowPool } from "./rowPool.ts";

// Row: 1 double, then 8 integers (7 named, 1 spare).
const ROW_BYTES = 40;
const DOUBLES = 5;
const INTS = 10;
const LOTS = 0;
const TICKS = 2;
const BOOK_SIDE = 3;
const FIRST = 4;
const LAST = 5;
const ORDERS = 6;
const BETTER = 7;
const WORSE = 8;

/** The price levels of all books: a queue of orders each, linked to the next better and the next worse level of its side. */
export class LevelPool extends RowPool {
  readonly byPrice = new HandleTable();

  constructor() {
    super(ROW_BYTES);
  }

  /** Handle of the level at a price of a book side, 0 if nothing rests there. */
  find(bookSide: number, ticks: number): number {
    const table = this.byPrice;
    const hash = hashOfPair(bookSide, ticks);
    for (let at = table.start(hash); ; at = table.next(at)) {
      const handle = table.handleAt(at);
      if (handle === 0) return 0;
      if (table.hashAt(at) === hash && this.ticks(handle) === ticks && this.bookSide(handle) === bookSide) return handle;
    }
  }

  /** Reads where the table would have a price, so that it is at hand soon. */
  touchPrice(bookSide: number, ticks: number): number {
    return this.byPrice.handleAt(this.byPrice.start(hashOfPair(bookSide, ticks)));
  }

  create(bookSide: number, ticks: number): number {
    const handle = this.allocate();
    this.ints[handle * INTS + BOOK_SIDE] = bookSide;
    this.ints[handle * INTS + TICKS] = ticks;
    this.byPrice.add(hashOfPair(bookSide, ticks), handle);
    return handle;
  }

  remove(handle: number): void {
    this.byPrice.remove(hashOfPair(this.bookSide(handle), this.ticks(handle)), handle);
    this.release(handle);
  }

  ticks(handle: number): number {
    return this.ints[handle * INTS + TICKS]!;
  }
  bookSide(handle: number): number {
    return this.ints[handle * INTS + BOOK_SIDE]!;
  }

  /** Sum of what its orders show; may exceed 31 bits. */
  lots(handle: number): number {
    return this.doubles[handle * DOUBLES + LOTS]!;
  }
  addLots(handle: number, change: number): void {
    this.doubles[handle * DOUBLES + LOTS] = this.doubles[handle * DOUBLES + LOTS]! + change;
  }
  orders(handle: number): number {
    return this.ints[handle * INTS + ORDERS]!;
  }
  addOrders(handle: number, change: number): void {
    this.ints[handle * INTS + ORDERS] = this.ints[handle * INTS + ORDERS]! + change;
  }

  /** Ends of the queue: the order that fills next, and the one that fills last. */
  first(handle: number): number {
    return this.ints[handle * INTS + FIRST]!;
  }
  setFirst(handle: number, order: number): void {
    this.ints[handle * INTS + FIRST] = order;
  }
  last(handle: number): number {
    return this.ints[handle * INTS + LAST]!;
  }
  setLast(handle: number, order: number): void {
    this.ints[handle * INTS + LAST] = order;
  }

  /** Neighbouring levels of the side; 0 at the ends. */
  better(handle: number): number {
    return this.ints[handle * INTS + BETTER]!;
  }
  setBetter(handle: number, level: number): void {
    this.ints[handle * INTS + BETTER] = level;
  }
  worse(handle: number): number {
    return this.ints[handle * INTS + WORSE]!;
  }
  setWorse(handle: number, level: number): void {
    this.ints[handle * INTS + WORSE] = level;
  }
}
