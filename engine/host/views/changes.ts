import type { AccountId, AssetId, InstrumentId } from "../../../shared/ids.ts";
import type { FillRow, TradeRow } from "../../../shared/views.ts";

/** Two catalog ids in one safe integer. */
const KEY_FACTOR = 2 ** 20;

export type AccountPair<Other> = { readonly accountId: AccountId; readonly other: Other };

/** What changed since the last frames went out, for one owner. */
export class OwnerChanges {
  /** Seqs of orders. */
  readonly orders = new Set<number>();
  readonly fills: FillRow[] = [];
  readonly #balances = new Set<number>();
  readonly #positions = new Set<number>();

  addBalance(accountId: number, assetId: number): void {
    this.#balances.add(accountId * KEY_FACTOR + assetId);
  }

  addPosition(accountId: number, instrumentId: number): void {
    this.#positions.add(accountId * KEY_FACTOR + instrumentId);
  }

  /** Takes in what another one collected after this one. */
  merge(later: OwnerChanges): void {
    for (const seq of later.orders) this.orders.add(seq);
    for (const fill of later.fills) this.fills.push(fill);
    for (const key of later.#balances) this.#balances.add(key);
    for (const key of later.#positions) this.#positions.add(key);
  }

  balances(): readonly AccountPair<AssetId>[] {
    return pairs<AssetId>(this.#balances);
  }

  positions(): readonly AccountPair<InstrumentId>[] {
    return pairs<InstrumentId>(this.#positions);
  }
}

/** What changed since the last frames went out. Owners that nobody watches are not recorded. */
export class Changes {
  catalogGrew = false;
  sourcesChanged = false;
  readonly books = new Set<InstrumentId>();
  /** Instruments that traded: their candles, tickers and marks moved. */
  readonly traded = new Set<InstrumentId>();
  readonly trades: TradeRow[] = [];
  readonly #owners = new Map<number, OwnerChanges>();
  readonly #watched: ReadonlySet<number>;

  constructor(watched: ReadonlySet<number>) {
    this.#watched = watched;
  }

  /** Takes in what another one collected after this one, as far as this one watches. */
  merge(later: Changes): void {
    this.catalogGrew ||= later.catalogGrew;
    this.sourcesChanged ||= later.sourcesChanged;
    for (const id of later.books) this.books.add(id);
    for (const id of later.traded) this.traded.add(id);
    // One by one: a command may fill more orders than a call takes arguments.
    for (const trade of later.trades) this.trades.push(trade);
    for (const [owner, own] of later.#owners) this.of(owner)?.merge(own);
  }

  /** Have orders of this owner changed? */
  hasOrders(owner: number): boolean {
    return (this.#owners.get(owner)?.orders.size ?? 0) > 0;
  }

  /** Where the owner's changes are kept; null when nobody watches it. */
  of(owner: number): OwnerChanges | null {
    const known = this.#owners.get(owner);
    if (known !== undefined) return known;
    if (!this.#watched.has(owner)) return null;
    const changes = new OwnerChanges();
    this.#owners.set(owner, changes);
    return changes;
  }
}

function pairs<Other extends AssetId | InstrumentId>(keys: ReadonlySet<number>): readonly AccountPair<Other>[] {
  // Made by the add methods from ids of the catalog.
  return [...keys].map((key) => ({ accountId: Math.floor(key / KEY_FACTOR) as AccountId, other: (key % KEY_FACTOR) as Other }));
}
