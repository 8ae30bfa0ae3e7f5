import { LevelPool } from "./levels.ts";
import type { OrderPool } from "./orders.ts";
import { PriceIndex } from "./priceIndex.ts";
import { RowPool } from "./rowPool.ts";
import type { SpecialPool } from "./specials.ts";
import { BUY, SELL, sideBit } from "../records/terms.ts";

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
  private readonly specials: SpecialPool;

  constructor(orders: OrderPool, specials: SpecialPool) {
    this.orders = orders;
    this.specials = specials;
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

  /** Puts an order at the end of the queue at its limit price; an iceberg shows as much as it may. */
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
    levels.addLots(level, orders.special(order) === 0 ? orders.leavesLots(order) : this.show(order));
  }

  /** Takes filled lots off a resting order, which keeps its place unless it is an iceberg that shows its next part (MT-30). */
  reduce(order: number, lots: number): void {
    const orders = this.orders;
    const left = orders.leavesLots(order) - lots;
    orders.setLeavesLots(order, left);
    this.levels.addLots(orders.level(order), -lots);
    if (orders.special(order) !== 0) this.hide(order, lots, left);
  }

  /** Sets the open quantity of a resting order to a lesser one. An iceberg's hidden part goes first. */
  cut(order: number, left: number): void {
    const { orders, specials } = this;
    const before = this.shownLots(order);
    orders.setLeavesLots(order, left);
    const special = orders.special(order);
    if (special !== 0 && specials.display(special) !== 0) specials.setShown(special, Math.min(before, left));
    this.levels.addLots(orders.level(order), this.shownLots(order) - before);
  }

  /** What an order shows: all that is open, unless it is an iceberg. */
  shownLots(order: number): number {
    const special = this.orders.special(order);
    return special === 0 || this.specials.display(special) === 0 ? this.orders.leavesLots(order) : this.specials.shown(special);
  }

  private show(order: number): number {
    const special = this.orders.special(order);
    const display = this.specials.display(special);
    const left = this.orders.leavesLots(order);
    if (display === 0) return left;
    this.specials.setShown(special, Math.min(display, left));
    return this.specials.shown(special);
  }

  private hide(order: number, lots: number, left: number): void {
    const special = this.orders.special(order);
    if (this.specials.display(special) === 0) return;
    this.specials.setShown(special, this.specials.shown(special) - lots);
    if (this.specials.shown(special) !== 0 || left === 0) return;
    this.dequeue(order);
    this.enqueue(order);
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
    levels.addLots(level, -this.shownLots(order));
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

/** The row of an instrument's side among all sides. */
export function bookSideOf(instrumentId: number, side: number): number {
  return instrumentId * 2 - 1 + side;
}

/** The side that an order of this side trades against. */
export function opposite(side: number): number {
  return side === BUY ? SELL : BUY;
}
