import { Dice } from "../dice.ts";
import { BUY, PlainBook, SELL, type Outcome } from "./plainBook.ts";

/*
 * The three workloads, made beforehand and judged by the plain book:
 * a  limit orders that never cross, uniformly within 5,000 ticks of the middle on each side;
 * b  `resting` orders at exponential distance, then 48 % passive adds, 45 % cancels of a random open order, 7 % aggressive ones
 *    (half market, half limit up to 3 ticks through), the middle walks a tick in 2 % of the steps, feedback keeps about `resting` orders;
 * c  one of the 200 youngest orders is replaced, half at the same price, half within 10 ticks of the middle, never crossing.
 */

const LIMIT = 0;
export const MARKET = 1;
export const CANCEL = 2;
/** Cancel `replacedId` and add the order of this row: one operation. */
export const REPLACE = 3;

/** Operations in columns; the first `setup` of them fill the book before the clock starts. */
export type Mix = {
  readonly name: string;
  readonly setup: number;
  readonly count: number;
  readonly kind: Uint8Array;
  /** Of the order added or cancelled; ids count from 1. */
  readonly id: Int32Array;
  readonly replacedId: Int32Array;
  readonly side: Uint8Array;
  readonly ticks: Int32Array;
  readonly lots: Int32Array;
  /** Makers that each operation met, for flows that must avoid meeting an account's own orders. */
  readonly met: ReadonlyMap<number, readonly number[]>;
  /** Ids of the orders that rest at the end. */
  readonly open: readonly number[];
  readonly expected: Outcome;
};

const MID = 1_000_000;

class MixMaker {
  readonly book = new PlainBook();
  readonly dice: Dice;
  /** Ids of open orders, for drawing one; the order of the array has no meaning. */
  readonly open: number[] = [];
  private readonly places = new Map<number, number>();
  private readonly kind: Uint8Array;
  private readonly id: Int32Array;
  private readonly replacedId: Int32Array;
  private readonly side: Uint8Array;
  private readonly ticks: Int32Array;
  private readonly lots: Int32Array;
  private readonly met = new Map<number, readonly number[]>();
  private count = 0;
  private lastId = 0;

  constructor(operations: number, seed: number) {
    this.dice = new Dice(seed);
    this.kind = new Uint8Array(operations);
    this.id = new Int32Array(operations);
    this.replacedId = new Int32Array(operations);
    this.side = new Uint8Array(operations);
    this.ticks = new Int32Array(operations);
    this.lots = new Int32Array(operations);
  }

  add(kind: typeof LIMIT | typeof MARKET | typeof REPLACE, side: number, ticks: number, lots: number, replacedId = 0): number {
    this.lastId += 1;
    const id = this.lastId;
    if (replacedId !== 0) {
      this.book.cancel(replacedId);
      this.forget(replacedId);
    }
    this.write(kind, id, side, ticks, lots, replacedId);
    const met = this.book.take({ id, side, ticks, left: lots }, kind === MARKET);
    if (met.length > 0) this.met.set(this.count - 1, met);
    for (const maker of met) if (!this.book.open.has(maker)) this.forget(maker);
    if (this.book.open.has(id)) {
      this.places.set(id, this.open.length);
      this.open.push(id);
    }
    return id;
  }

  cancelAny(): void {
    const id = this.open[this.dice.below(this.open.length)]!;
    this.book.cancel(id);
    this.forget(id);
    this.write(CANCEL, id, 0, 0, 0, 0);
  }

  finish(name: string, setup: number): Mix {
    const { kind, id, replacedId, side, ticks, lots, met, count } = this;
    return { name, setup, count, kind, id, replacedId, side, ticks, lots, met, open: this.open, expected: this.book.outcome() };
  }

  private forget(id: number): void {
    const place = this.places.get(id)!;
    const last = this.open.pop()!;
    this.places.delete(id);
    if (last === id) return;
    this.open[place] = last;
    this.places.set(last, place);
  }

  private write(kind: number, id: number, side: number, ticks: number, lots: number, replacedId: number): void {
    this.kind[this.count] = kind;
    this.id[this.count] = id;
    this.replacedId[this.count] = replacedId;
    this.side[this.count] = side;
    this.ticks[this.count] = ticks;
    this.lots[this.count] = lots;
    this.count += 1;
  }
}

export function addOnly(operations: number, seed: number): Mix {
  const maker = new MixMaker(operations, seed);
  for (let n = 0; n < operations; n += 1) {
    const side = maker.dice.below(2);
    const distance = 1 + maker.dice.below(5_000);
    maker.add(LIMIT, side, side === BUY ? MID - distance : MID + distance, 1 + maker.dice.below(100));
  }
  return maker.finish("a", 0);
}

export type RealisticOptions = { readonly operations: number; readonly resting: number; readonly meanTicks: number; readonly seed: number };

export function realistic({ operations, resting, meanTicks, seed }: RealisticOptions): Mix {
  const maker = new MixMaker(operations + resting, seed);
  const { dice } = maker;
  let mid = MID;
  const passive = (): void => {
    const side = dice.below(2);
    const distance = 1 + dice.exponential(meanTicks);
    maker.add(LIMIT, side, Math.max(1, side === BUY ? mid - distance : mid + distance), 1 + dice.below(100));
  };
  const aggressive = (): void => {
    const side = dice.below(2);
    const lots = 1 + dice.below(43);
    if (dice.below(2) === 0) maker.add(MARKET, side, 0, lots);
    else maker.add(LIMIT, side, side === BUY ? mid + dice.below(4) : mid - dice.below(4), lots);
  };
  for (let n = 0; n < resting; n += 1) passive();
  for (let n = 0; n < operations; n += 1) {
    if (dice.below(100) < 2) mid += dice.below(2) === 0 ? 1 : -1;
    const roll = dice.below(100);
    const correction = maker.open.length > resting ? -5 : 5;
    if (roll < 48 + correction) passive();
    else if (roll < 93 && maker.open.length > 0) maker.cancelAny();
    else aggressive();
  }
  return maker.finish("b", resting);
}

const YOUNGEST = 200;

export function hotReplace(operations: number, resting: number, seed: number): Mix {
  const maker = new MixMaker(operations + resting, seed);
  const { dice, book } = maker;
  const young: number[] = [];
  const near = (side: number): number => (side === BUY ? MID - 1 - dice.below(10) : MID + dice.below(10));
  for (let n = 0; n < resting; n += 1) {
    const side = dice.below(2);
    const distance = 1 + dice.exponential(40);
    young.push(maker.add(LIMIT, side, side === BUY ? MID - distance : MID + distance, 1 + dice.below(100)));
  }
  young.splice(0, young.length - YOUNGEST);
  for (let n = 0; n < operations; n += 1) {
    const place = dice.below(YOUNGEST);
    const replaced = book.open.get(young[place]!)!;
    const ticks = dice.below(2) === 0 ? replaced.ticks : near(replaced.side);
    const id = maker.add(REPLACE, replaced.side, ticks, 1 + dice.below(100), replaced.id);
    young.splice(place, 1);
    young.push(id);
  }
  return maker.finish("c", resting);
}

export { BUY, SELL };
