import { LevelPool } from "./levels.ts";
import type { OrderPool } from "./orders.ts";
import { PriceIndex } from "./priceIndex.ts";
import { RowPool } from "./rowPool.ts";
import { BUY, SELL, sideBit } from "./terms.ts";

// A row per book side: 4 integers (3 named, 1 spare).
const ROW_BYTES = 16;
const INTS = 4;
const BEST = 0;
const WORST = 1;
const ROOT = 2;

/** Best, worst and price tree of each book side. The sides of instrument n are the rows 2n-1 (bids) and 2n (asks). */
class BookSidePool extends RowPool {
  constructor() {
    super(ROW_BYTES);
  }
  create(root: number): void {
    this.ints[this.allocate() * INTS + ROOT] = root;
  }
  best(side: number): number {
    return this.ints[side * INTS + BEST]!;
  }
  setBest(side: number, level: number): void {
    this.ints[side * INTS + BEST] = level;
  }
  worst(side: number): number {
    return this.ints[side * INTS + WORST]!;
  }
  setWorst(side: number, level: number): void {
    this.ints[side * INTS + WORST] = level;
  }
  root(side: number): number {
    return this.ints[side * INTS + ROOT]!;
  }
}

/** The resting orders of every instrument in price-time priority (MT-1). */
export class Books {
  readonly levels = new LevelPool();
  readonly prices = new PriceIndex();
  readonly sides = new BookSidePool();
  private readonly orders: OrderPool;

  constructor(orders: OrderPool) {
    this.orders = orders;
  }

  /** Opens the two sides of the next instrument. */
  open(): void {
    this.sides.create(this.prices.createRoot());
    this.sides.create(this.prices.createRoot());
  }

  /** Best level of a side, 0 if the side is empty. */
  best(instrumentId: number, side: number): number {
    return this.sides.best(bookSideOf(instrumentId, side));
  }

  bestTicks(instrumentId: number, side: number): number {
    const level = this.best(instrumentId, side);
    return level === 0 ? 0 : this.levels.ticks(level);
  }

  /** Price of a side's worst level, 0 if the side is empty. */
  worstTicks(instrumentId: number, side: number): number {
    const level = this.sides.worst(bookSideOf(instrumentId, side));
    return level === 0 ? 0 : this.levels.ticks(level);
  }

  /** Puts an order at the end of the queue at its limit price. */
  enqueue(order: number): void {
    const orders = this.orders;
    const levels = this.levels;
    const ticks = orders.limitTicks(order);
    const side = sideBit(orders.terms(order));
    const bookSide = bookSideOf(orders.instrumentId(order), side);
    let level = levels.find(bookSide, ticks);
    if (level === 0) level = this.openLevel(bookSide, side, ticks);
    const last = levels.last(level);
    orders.setPrevious(order, last);
    orders.setLevel(order, level);
    if (last === 0) levels.setFirst(level, order);
    else orders.setNext(last, order);
    levels.setLast(level, order);
    levels.addOrders(level, 1);
    levels.addLots(level, orders.leavesLots(order));
  }

  /** Takes filled lots off a resting order, which keeps its place. */
  reduce(order: number, lots: number): void {
    this.orders.setLeavesLots(order, this.orders.leavesLots(order) - lots);
    this.levels.addLots(this.orders.level(order), -lots);
  }

  /** Takes an order out of its queue; a level that becomes empty closes. */
  dequeue(order: number): void {
    const orders = this.orders;
    const levels = this.levels;
    const level = orders.level(order);
    const previous = orders.previous(order);
    const next = orders.next(order);
    if (previous === 0) levels.setFirst(level, next);
    else orders.setNext(previous, next);
    if (next === 0) levels.setLast(level, previous);
    else orders.setPrevious(next, previous);
    orders.setPrevious(order, 0);
    orders.setNext(order, 0);
    orders.setLevel(order, 0);
    levels.addOrders(level, -1);
    levels.addLots(level, -orders.leavesLots(order));
    if (previous === 0 && next === 0) this.closeLevel(level);
  }

  private openLevel(bookSide: number, side: number, ticks: number): number {
    const { levels, sides, prices } = this;
    const level = levels.create(bookSide, ticks);
    const lowerTicks = prices.below(sides.root(bookSide), ticks);
    prices.add(sides.root(bookSide), ticks);
    // The tree finds the neighbour below; its links lead to the one above.
    const lower = lowerTicks === 0 ? 0 : levels.find(bookSide, lowerTicks);
    let better: number;
    let worse: number;
    if (side === BUY) {
      worse = lower;
      better = lower === 0 ? sides.worst(bookSide) : levels.better(lower);
    } else {
      better = lower;
      worse = lower === 0 ? sides.best(bookSide) : levels.worse(lower);
    }
    levels.setBetter(level, better);
    levels.setWorse(level, worse);
    if (better === 0) sides.setBest(bookSide, level);
    else levels.setWorse(better, level);
    if (worse === 0) sides.setWorst(bookSide, level);
    else levels.setBetter(worse, level);
    return level;
  }

  private closeLevel(level: number): void {
    const { levels, sides, prices } = this;
    const bookSide = levels.bookSide(level);
    const better = levels.better(level);
    const worse = levels.worse(level);
    if (better === 0) sides.setBest(bookSide, worse);
    else levels.setWorse(better, worse);
    if (worse === 0) sides.setWorst(bookSide, better);
    else levels.setBetter(worse, better);
    prices.remove(sides.root(bookSide), levels.ticks(level));
    levels.remove(level);
  }
}

function bookSideOf(instrumentId: number, side: number): number {
  return instrumentId * 2 - 1 + side;
}

/** The side that an order of this side trades against. */
export function opposite(side: number): number {
  return side === BUY ? SELL : BUY;
}
