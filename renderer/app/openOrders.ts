import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import type { Side } from "../../shared/orders.ts";
import { isOpen, isPending, placeOf, type OrderEntry, type OrderPlace } from "./orderEntry.ts";
import { TickLots } from "./tickLots.ts";

/** What one account has working on one side of one instrument. */
type SideTally = {
  readonly open: number;
  readonly pending: number;
  /** Limit price × open quantity of the open orders that have a limit. */
  readonly value: TickLots;
  /** Open orders without a limit, which `value` therefore leaves out. */
  readonly unpriced: number;
};

/** What one account has in one instrument. */
export type OrderTally = {
  readonly instrumentId: InstrumentId;
  readonly accountId: AccountId;
  /** Finished ones too. */
  readonly all: number;
  readonly buy: SideTally;
  readonly sell: SideTally;
};

/** Open and pending orders of one account and side at one price. A stop stands where it would fire. */
export type OrderLevel = OrderPlace & {
  readonly side: Side;
  readonly lots: number;
  readonly orders: number;
  readonly pending: number;
};

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };
type Book = Omit<Mutable<OrderTally>, "buy" | "sell"> & {
  readonly buy: Mutable<SideTally>;
  readonly sell: Mutable<SideTally>;
  readonly levels: Map<number, Mutable<OrderLevel>>;
};

/**
 * Sums over the orders of a window, kept by adding what each change adds and taking what it takes, so that a screen that shows a count, a
 * value or a line a price need not look at every order whenever one of them moves.
 */
export class OpenOrders {
  readonly #books = new Map<InstrumentId, Map<AccountId, Book>>();
  #working = 0;

  /** Open and pending orders of all accounts. */
  get working(): number {
    return this.#working;
  }

  clear(): void {
    this.#books.clear();
    this.#working = 0;
  }

  /** An entry took the place of another; undefined where there was or is none. */
  change(before: OrderEntry | undefined, after: OrderEntry | undefined): void {
    if (before !== undefined && after !== undefined && this.#changeLeaves(before, after)) return;
    if (before !== undefined) this.#add(before, -1);
    if (after !== undefined) this.#add(after, 1);
  }

  /** Takes in the most common change by far: an open order at its price with less or more left of it. False for any other, which it leaves alone. */
  #changeLeaves(before: OrderEntry, after: OrderEntry): boolean {
    if (isPending(before) || isPending(after) || !isOpen(before) || !isOpen(after)) return false;
    const { limitTicks, side } = after;
    if (limitTicks === null || limitTicks !== before.limitTicks || after.triggerTicks !== before.triggerTicks) return false;
    if (side !== before.side || after.accountId !== before.accountId || after.instrumentId !== before.instrumentId) return false;
    const lots = after.leavesLots - before.leavesLots;
    if (lots === 0) return true;
    const book = this.#bookOf(after);
    const level = book.levels.get(
      after.triggerTicks === null ? levelKey("limit", limitTicks, side) : levelKey("stop", after.triggerTicks, side),
    );
    if (level === undefined) return false;
    level.lots += lots;
    book[side].value.add(limitTicks, lots);
    return true;
  }

  /** Of one account or all, and of one instrument or (null) all. */
  *tallies(account: AccountId | "all", instrumentId: InstrumentId | null): Iterable<OrderTally> {
    yield* this.#booksOf(account, instrumentId);
  }

  /** Levels of one instrument, in no promised order. Accounts that stand at the same price have a level each. */
  *levels(account: AccountId | "all", instrumentId: InstrumentId): Iterable<OrderLevel> {
    for (const book of this.#booksOf(account, instrumentId)) yield* book.levels.values();
  }

  *#booksOf(account: AccountId | "all", instrumentId: InstrumentId | null): Iterable<Book> {
    const all = instrumentId === null ? this.#books.values() : [this.#books.get(instrumentId) ?? new Map<AccountId, Book>()];
    for (const books of all) {
      if (account === "all") yield* books.values();
      else {
        const book = books.get(account);
        if (book !== undefined) yield book;
      }
    }
  }

  #add(entry: OrderEntry, sign: 1 | -1): void {
    const book = this.#bookOf(entry);
    book.all += sign;
    const pending = isPending(entry);
    if (!pending && !isOpen(entry)) return;
    this.#working += sign;
    const side = book[entry.side];
    if (pending) side.pending += sign;
    else {
      side.open += sign;
      if (entry.limitTicks === null) side.unpriced += sign;
      else side.value.add(entry.limitTicks, sign * entry.leavesLots);
    }
    const place = placeOf(entry);
    if (place === null) return;
    const key = levelKey(place.kind, place.ticks, entry.side);
    let level = book.levels.get(key);
    if (level === undefined) {
      level = { ...place, side: entry.side, lots: 0, orders: 0, pending: 0 };
      book.levels.set(key, level);
    }
    level.orders += sign;
    level.lots += sign * (pending ? entry.lots : entry.leavesLots);
    if (pending) level.pending += sign;
    if (level.orders === 0) book.levels.delete(key);
  }

  #bookOf({ instrumentId, accountId }: OrderEntry): Book {
    let books = this.#books.get(instrumentId);
    if (books === undefined) this.#books.set(instrumentId, (books = new Map()));
    let book = books.get(accountId);
    if (book === undefined) {
      const side = (): Mutable<SideTally> => ({ open: 0, pending: 0, value: new TickLots(), unpriced: 0 });
      book = { instrumentId, accountId, all: 0, buy: side(), sell: side(), levels: new Map() };
      books.set(accountId, book);
    }
    return book;
  }
}

/** One number for a level's kind, price and side. */
export function levelKey(kind: OrderPlace["kind"], ticks: number, side: Side): number {
  return ticks * 4 + (kind === "stop" ? 2 : 0) + (side === "buy" ? 1 : 0);
}
