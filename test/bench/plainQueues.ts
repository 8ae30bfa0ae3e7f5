import { Dice } from "./dice.ts";
import { processorSecondsOf } from "./measure.ts";

/*
 * The plain limit of what memory allows: rows as wide as the engine's in the same queues, each order found by its id, its price's level by the
 * price and its client's id for the answer that it is new, and nothing else. Nothing is compared, searched, charged or told. What a deed costs
 * more with many rows than with few is what any book pays whose rows outgrow the caches; what a command costs more than that is the engine's own.
 */

const ORDER_INTS = 30;
const LEVEL_INTS = 10;
const ACCOUNT_INTS = 32;
const PLACES_PER_ORDER = 4;
const PREVIOUS = 2;
const NEXT = 3;
const LEVEL = 4;
const LEAVES = 5;
const ACCOUNT_PREVIOUS = 6;
const ACCOUNT_NEXT = 7;
const ACCOUNT = 8;
/** In the row's second line of memory. */
const PAYS = 14;
const LIMIT = 16;
const LOTS = 26;
const FIRST = 4;
const LAST = 5;
const ORDERS = 6;

export type QueuesShape = { readonly orders: number; readonly levels: number; readonly accounts: number };

/** Orders in queues of levels and of accounts; all handles count from 1. */
export class PlainQueues {
  private readonly orders: Int32Array;
  private readonly levels: Int32Array;
  private readonly accounts: Int32Array;
  private readonly places: Int32Array;
  private readonly clientPlaces: Int32Array;
  private readonly levelPlaces: Int32Array;
  private readonly mask: number;
  private readonly shape: QueuesShape;

  constructor(shape: QueuesShape, seed: number) {
    const dice = new Dice(seed);
    this.shape = shape;
    this.orders = new Int32Array((shape.orders + 1) * ORDER_INTS);
    this.levels = new Int32Array((shape.levels + 1) * LEVEL_INTS);
    this.accounts = new Int32Array((shape.accounts + 1) * ACCOUNT_INTS);
    this.places = new Int32Array(2 ** Math.ceil(Math.log2(shape.orders * PLACES_PER_ORDER)));
    this.clientPlaces = new Int32Array(this.places.length);
    this.levelPlaces = new Int32Array(2 ** Math.ceil(Math.log2(shape.levels * PLACES_PER_ORDER)));
    for (let level = 1; level <= shape.levels; level += 1) this.levelPlaces[this.placeOfLevel(level)] = level;
    this.mask = this.places.length - 1;
    for (let order = 1; order <= shape.orders; order += 1) {
      this.places[this.place(order)] = order;
      this.join(order, 1 + dice.below(shape.levels), 1 + dice.below(shape.accounts));
    }
  }

  /** Nanoseconds of processor time a deed: one takes a random order out of its queues, the next puts it at the end of two others. */
  nsPerDeed(steps: number, seed: number): number {
    const dice = new Dice(seed);
    const { accounts, levels, orders } = this.shape;
    const drawn = (most: number): Int32Array => Int32Array.from({ length: steps }, () => 1 + dice.below(most));
    const [ids, toLevels, toAccounts] = [drawn(orders), drawn(levels), drawn(accounts)];
    const seconds = processorSecondsOf(() => {
      for (let n = 0; n < steps; n += 1) {
        const at = this.place(ids[n]!);
        const order = this.places[at]!;
        this.places[at] = 0;
        this.leave(order);
        this.join(order, toLevels[n]!, toAccounts[n]!);
        this.places[at] = order;
      }
    });
    return (seconds * 1e9) / (2 * steps);
  }

  /** Where an id's handle is kept: each id has a place of its own, far from its neighbours'. */
  private place(id: number): number {
    return Math.imul(id, 0x9e3779b1) & this.mask;
  }

  private placeOfLevel(level: number): number {
    return Math.imul(level, 0x9e3779b1) & (this.levelPlaces.length - 1);
  }

  /** An account's ids lie nowhere near each other in it, as they come in between those of all the others. */
  private placeOfClientId(order: number): number {
    return Math.imul(order, 0x85ebca6b) & this.mask;
  }

  private join(order: number, price: number, account: number): void {
    const { accounts, levels, orders } = this;
    const level = this.levelPlaces[this.placeOfLevel(price)]!;
    this.clientPlaces[this.placeOfClientId(order)] = order;
    const at = order * ORDER_INTS;
    const last = levels[level * LEVEL_INTS + LAST]!;
    const lastOfAccount = accounts[account * ACCOUNT_INTS + LAST]!;
    orders[at + PREVIOUS] = last;
    orders[at + NEXT] = 0;
    orders[at + LEVEL] = level;
    orders[at + LEAVES] = 1;
    orders[at + ACCOUNT_PREVIOUS] = lastOfAccount;
    orders[at + ACCOUNT_NEXT] = 0;
    orders[at + ACCOUNT] = account;
    orders[at + PAYS] = account;
    orders[at + LIMIT] = price;
    orders[at + LOTS] = 1;
    if (last === 0) levels[level * LEVEL_INTS + FIRST] = order;
    else orders[last * ORDER_INTS + NEXT] = order;
    levels[level * LEVEL_INTS + LAST] = order;
    levels[level * LEVEL_INTS + ORDERS]! += 1;
    if (lastOfAccount === 0) accounts[account * ACCOUNT_INTS + FIRST] = order;
    else orders[lastOfAccount * ORDER_INTS + ACCOUNT_NEXT] = order;
    accounts[account * ACCOUNT_INTS + LAST] = order;
    accounts[account * ACCOUNT_INTS + ORDERS]! += 1;
  }

  private leave(order: number): void {
    const { accounts, levels, orders } = this;
    const at = order * ORDER_INTS;
    this.clientPlaces[this.placeOfClientId(order)] = 0;
    if (orders[at + LIMIT] !== orders[at + LEVEL]) throw new Error("an order rests at another price than its own");
    const level = orders[at + LEVEL]! * LEVEL_INTS;
    const account = orders[at + ACCOUNT]! * ACCOUNT_INTS;
    const [previous, next] = [orders[at + PREVIOUS]!, orders[at + NEXT]!];
    if (previous === 0) levels[level + FIRST] = next;
    else orders[previous * ORDER_INTS + NEXT] = next;
    if (next === 0) levels[level + LAST] = previous;
    else orders[next * ORDER_INTS + PREVIOUS] = previous;
    levels[level + ORDERS]! -= 1;
    const [older, younger] = [orders[at + ACCOUNT_PREVIOUS]!, orders[at + ACCOUNT_NEXT]!];
    if (older === 0) accounts[account + FIRST] = younger;
    else orders[older * ORDER_INTS + ACCOUNT_NEXT] = younger;
    if (younger === 0) accounts[account + LAST] = older;
    else orders[younger * ORDER_INTS + ACCOUNT_PREVIOUS] = older;
    accounts[account + ORDERS]! -= 1;
  }
}
