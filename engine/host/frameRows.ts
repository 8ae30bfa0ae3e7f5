import type { EpochUs, InstrumentId, Seq } from "../../shared/ids.ts";
import type { PriceTicks } from "../../shared/money.ts";
import type { Subscription } from "../../shared/protocol.ts";
import {
  LEVEL_STRIDE,
  type BalanceRow,
  type BookView,
  type Catalog,
  type Frame,
  type PositionRow,
  type QueuePlace,
  type TickerRow,
} from "../../shared/views.ts";
import { lastAtUs, lastSeq } from "../core/engine.ts";
import { accountById, assets, balance, depth, instruments, queuePlaces } from "../core/queries.ts";
import { OwnerChanges } from "./views/changes.ts";
import type { Views } from "./views/views.ts";

/** How much of the past a snapshot frame holds; the rest is asked for by queries. */
const SNAPSHOT_TERMINAL_ORDERS = 1_000;
const SNAPSHOT_FILLS = 1_000;
const SNAPSHOT_TRADES = 500;
const MOST_ORDERS = Number.MAX_SAFE_INTEGER;

/** The rows of frames, as the views stand: the live ones or those of a past sequence. */
export class FrameRows {
  readonly #views: () => Views;
  /** Where depth is written before it is cut to size. */
  #levels = new Int32Array(0);

  constructor(views: () => Views) {
    this.#views = views;
  }

  /** Everything that a client of this owner sees; the newest bar of each series. `books` keeps what several clients share. */
  snapshot(ownerName: string, subscription: Subscription | null, books: Map<string, BookView> = new Map()): Frame {
    const views = this.#views();
    const instrumentIds = (subscription?.instrumentIds ?? []).filter((id) => this.exists(id));
    const owner = views.owners.number(ownerName);
    const everything = new OwnerChanges();
    for (const accountId of views.owners.accounts(owner)) {
      for (const { assetId } of assets(views.replica)) everything.addBalance(accountId, assetId);
      for (const { instrumentId } of instruments(views.replica)) everything.addPosition(accountId, instrumentId);
    }
    return {
      ...this.head(),
      fromSeq: 0 as Seq,
      snapshot: true,
      catalog: this.catalog(owner),
      sources: views.candles.sources(),
      books: instrumentIds.map((id) => this.book(id, subscription?.depthLevels ?? 0, books)),
      tickers: instrumentIds.map((id) => this.ticker(id)),
      candles: [],
      orders: views.orders.newest(owner, { beforeSeq: MOST_ORDERS, limit: MOST_ORDERS, terminalLimit: SNAPSHOT_TERMINAL_ORDERS }).reverse(),
      balances: this.balances(everything),
      positions: this.positions(everything),
      trades: instrumentIds.flatMap((id) => views.trades.newest(id, SNAPSHOT_TRADES)),
      fills: views.fills.newest(owner, { beforeSeq: MOST_ORDERS, limit: SNAPSHOT_FILLS }).reverse(),
    };
  }

  head(): Pick<Frame, "toSeq" | "atUs"> {
    const { replica } = this.#views();
    const atUs: EpochUs = lastAtUs(replica);
    return { toSeq: lastSeq(replica), atUs };
  }

  exists(id: InstrumentId): boolean {
    return id <= instruments(this.#views().replica).length;
  }

  catalog(owner: number): Catalog {
    const { replica, owners } = this.#views();
    return {
      assets: assets(replica),
      instruments: instruments(replica),
      accounts: owners.accounts(owner).flatMap((accountId) => accountById(replica, accountId) ?? []),
    };
  }

  book(instrumentId: InstrumentId, levels: number, made: Map<string, BookView>): BookView {
    const key = `${instrumentId}:${levels}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const book = { instrumentId, bids: this.#side(instrumentId, "buy", levels), asks: this.#side(instrumentId, "sell", levels) };
    made.set(key, book);
    return book;
  }

  #side(instrumentId: InstrumentId, side: "buy" | "sell", levels: number): Int32Array {
    const outside = this.#views().outsideLevels(instrumentId, side);
    if (outside !== undefined) return outside.slice(0, levels * LEVEL_STRIDE);
    if (this.#levels.length < levels * LEVEL_STRIDE) this.#levels = new Int32Array(levels * LEVEL_STRIDE);
    const written = depth(this.#views().replica, instrumentId, side, this.#levels, levels);
    return this.#levels.slice(0, written * LEVEL_STRIDE);
  }

  ticker(instrumentId: InstrumentId): TickerRow {
    const views = this.#views();
    const touch = (side: "buy" | "sell"): PriceTicks | null => {
      const best = this.#side(instrumentId, side, 1)[0];
      // A price of the replica's own book.
      return best === undefined ? null : (best as PriceTicks);
    };
    return views.trades.ticker(instrumentId, { bidTicks: touch("buy"), askTicks: touch("sell"), nowUs: lastAtUs(views.replica) });
  }

  /** Places of the owner's resting orders in their prices' queues. */
  queues(ownerName: string, instrumentId: InstrumentId): Iterable<QueuePlace> {
    const { replica, owners } = this.#views();
    return queuePlaces(replica, owners.accounts(owners.number(ownerName)), instrumentId);
  }

  balances(changed: OwnerChanges): BalanceRow[] {
    const { replica } = this.#views();
    return changed.balances().map(({ accountId, other: assetId }) => ({ accountId, assetId, ...balance(replica, accountId, assetId) }));
  }

  positions(changed: OwnerChanges): PositionRow[] {
    const views = this.#views();
    return changed.positions().flatMap(({ accountId, other: instrumentId }) => {
      const { quoteUnitsPerTickLot } = views.instrument(instrumentId);
      return views.positions.row(accountId, instrumentId, { ticks: views.trades.lastTicks(instrumentId), quoteUnitsPerTickLot }) ?? [];
    });
  }
}
