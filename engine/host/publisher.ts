import type { EpochUs, InstrumentId, Seq } from "../../shared/ids.ts";
import type { PriceTicks } from "../../shared/money.ts";
import {
  LEVEL_STRIDE,
  type BalanceRow,
  type BookView,
  type CandleRow,
  type Catalog,
  type Frame,
  type PositionRow,
  type TickerRow,
} from "../../shared/views.ts";
import { lastAtUs, lastSeq } from "../core/engine.ts";
import { accountById, assets, balance, depth, instruments } from "../core/queries.ts";
import type { ClientPort } from "./clientPort.ts";
import { Changes, OwnerChanges } from "./views/changes.ts";
import type { Views } from "./views/views.ts";

/** How much of the past a snapshot frame holds; the rest is asked for by queries. */
const SNAPSHOT_TERMINAL_ORDERS = 1_000;
const SNAPSHOT_FILLS = 1_000;
const SNAPSHOT_TRADES = 500;
/** Bars of one series in a frame: as many as can pass at the highest clock speed between two frames, and then some. */
const MOST_BARS_IN_FRAME = 64;
/** A client that says which frames it has seen is spared further ones when it is two seconds behind. */
const MOST_UNSEEN_FRAMES = 125;
const MOST_ORDERS = Number.MAX_SAFE_INTEGER;

type Place = {
  /** The client stands at this sequence. */
  seq: number;
  needsSnapshot: boolean;
  /** Start of the newest bar sent, by place in the subscription. */
  readonly barsSentUs: number[];
  /** Last sequences of the frames that the client has not called seen; null for a client that never does. */
  unseen: number[] | null;
};

/** Makes frames out of what changed, for each client of one pace at its own place. */
export class Publisher {
  readonly #views: () => Views;
  readonly #frameMs: number;
  readonly #sent: () => void;
  readonly #places = new Map<ClientPort, Place>();
  readonly #watched = new Set<number>();
  #changes: Changes;
  #sentMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  /** Where depth is written before it is cut to size. */
  #levels = new Int32Array(0);

  /** A client gets at most one frame in `frameMs`, and the first one at once; `sent` is called once all have theirs. */
  constructor(views: () => Views, { frameMs, sent }: { readonly frameMs: number; readonly sent: () => void }) {
    this.#views = views;
    this.#frameMs = frameMs;
    this.#sent = sent;
    this.#changes = new Changes(this.#watched);
  }

  /** Collects what changes until the next frames; null while nobody listens. */
  get changes(): Changes | null {
    return this.#places.size === 0 ? null : this.#changes;
  }

  /** Owners that somebody here listens for. */
  get watched(): ReadonlySet<number> {
    return this.#watched;
  }

  /** Do clients wait for a frame with what has changed already? */
  get isDue(): boolean {
    return this.#timer !== null;
  }

  /** The client subscribed, or asked for its place again: its next frame is a snapshot. */
  wantSnapshot(port: ClientPort): void {
    const unseen = this.#places.get(port)?.unseen ?? null;
    this.#places.set(port, { seq: 0, needsSnapshot: true, barsSentUs: [], unseen });
    this.#watched.add(this.#views().owners.number(port.identity.owner));
    this.schedule();
  }

  /** GW-8: the client has taken in its frames up to this sequence. */
  seen(port: ClientPort, toSeq: number): void {
    const place = this.#places.get(port);
    if (place === undefined) return;
    place.unseen = (place.unseen ?? []).filter((seq) => seq > toSeq);
    if (place.needsSnapshot) this.schedule();
  }

  remove(port: ClientPort): void {
    this.#places.delete(port);
    this.#watch();
  }

  /** The views are others than before: everybody begins anew. */
  restart(): void {
    for (const port of this.#places.keys()) this.wantSnapshot(port);
    this.#watch();
  }

  /** Sends frames now, or as soon as the time between frames has passed. */
  schedule(): void {
    if (this.#timer !== null || this.#places.size === 0) return;
    const waitMs = this.#sentMs + this.#frameMs - performance.now();
    if (waitMs <= 0) this.#send();
    else this.#timer = setTimeout(() => this.#send(), Math.ceil(waitMs));
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#places.clear();
  }

  #watch(): void {
    this.#watched.clear();
    for (const { identity } of this.#places.keys()) this.#watched.add(this.#views().owners.number(identity.owner));
  }

  #send(): void {
    this.#timer = null;
    this.#sentMs = performance.now();
    const changes = this.#changes;
    this.#changes = new Changes(this.#watched);
    const books = new Map<string, BookView>();
    for (const [port, place] of this.#places) {
      if (place.unseen !== null && place.unseen.length >= MOST_UNSEEN_FRAMES) {
        place.needsSnapshot = true;
        continue;
      }
      const frame = place.needsSnapshot ? this.#snapshot(port, place, books) : this.#delta(port, place, { changes, books });
      if (frame === null) continue;
      place.seq = frame.toSeq;
      place.needsSnapshot = false;
      place.unseen?.push(frame.toSeq);
      port.send({ type: "frame", frame });
    }
    this.#sent();
  }

  #snapshot(port: ClientPort, place: Place, books: Map<string, BookView>): Frame {
    const views = this.#views();
    const { subscription, identity } = port;
    const instrumentIds = (subscription?.instrumentIds ?? []).filter((id) => this.#exists(id));
    const owner = views.owners.number(identity.owner);
    const everything = new OwnerChanges();
    for (const accountId of views.owners.accounts(owner)) {
      for (const { assetId } of assets(views.replica)) everything.addBalance(accountId, assetId);
      for (const { instrumentId } of instruments(views.replica)) everything.addPosition(accountId, instrumentId);
    }
    return {
      ...this.#head(place, true),
      catalog: this.#catalog(owner),
      sources: views.candles.sources(),
      books: instrumentIds.map((id) => this.#book(id, subscription?.depthLevels ?? 0, books)),
      tickers: instrumentIds.map((id) => this.#ticker(id)),
      candles: this.#bars(port, place, null),
      orders: views.orders.newest(owner, { beforeSeq: MOST_ORDERS, limit: MOST_ORDERS, terminalLimit: SNAPSHOT_TERMINAL_ORDERS }).reverse(),
      balances: this.#balances(everything),
      positions: this.#positions(everything),
      trades: instrumentIds.flatMap((id) => views.trades.newest(id, SNAPSHOT_TRADES)),
      fills: views.fills.newest(owner, { beforeSeq: MOST_ORDERS, limit: SNAPSHOT_FILLS }).reverse(),
    };
  }

  /** What changed for this client; null when nothing did. */
  #delta(
    port: ClientPort,
    place: Place,
    { changes, books }: { readonly changes: Changes; readonly books: Map<string, BookView> },
  ): Frame | null {
    const views = this.#views();
    const { subscription, identity } = port;
    if (subscription === null) return null;
    const owner = views.owners.number(identity.owner);
    const own = changes.of(owner) ?? new OwnerChanges();
    const watched = subscription.instrumentIds.filter((id) => this.#exists(id));
    const touched = watched.filter((id) => changes.books.has(id));
    for (const id of changes.traded) {
      for (const accountId of views.positions.holders(id)) if (views.owners.of(accountId) === owner) own.addPosition(accountId, id);
    }
    const frame: Frame = {
      ...this.#head(place, false),
      catalog: changes.catalogGrew ? this.#catalog(owner) : null,
      sources: changes.sourcesChanged ? views.candles.sources() : [],
      books: touched.map((id) => this.#book(id, subscription.depthLevels, books)),
      tickers: touched.map((id) => this.#ticker(id)),
      candles: this.#bars(port, place, changes),
      orders: [...own.orders].toSorted((a, b) => a - b).flatMap((seq) => views.orders.row(seq) ?? []),
      balances: this.#balances(own),
      positions: this.#positions(own),
      trades: changes.trades.filter(({ instrumentId }) => watched.includes(instrumentId)),
      fills: own.fills,
    };
    return isEmpty(frame) ? null : frame;
  }

  #head(place: Place, snapshot: boolean): Pick<Frame, "fromSeq" | "toSeq" | "snapshot" | "atUs"> {
    const { replica } = this.#views();
    const atUs: EpochUs = lastAtUs(replica);
    // The place is the last sequence that a frame to this client named.
    return { fromSeq: place.seq as Seq, toSeq: lastSeq(replica), snapshot, atUs };
  }

  #exists(id: InstrumentId): boolean {
    return id <= instruments(this.#views().replica).length;
  }

  #catalog(owner: number): Catalog {
    const { replica, owners } = this.#views();
    return {
      assets: assets(replica),
      instruments: instruments(replica),
      accounts: owners.accounts(owner).flatMap((accountId) => accountById(replica, accountId) ?? []),
    };
  }

  #book(instrumentId: InstrumentId, levels: number, made: Map<string, BookView>): BookView {
    const key = `${instrumentId}:${levels}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const book = { instrumentId, bids: this.#side(instrumentId, "buy", levels), asks: this.#side(instrumentId, "sell", levels) };
    made.set(key, book);
    return book;
  }

  #side(instrumentId: InstrumentId, side: "buy" | "sell", levels: number): Int32Array {
    if (this.#levels.length < levels * LEVEL_STRIDE) this.#levels = new Int32Array(levels * LEVEL_STRIDE);
    const written = depth(this.#views().replica, instrumentId, side, this.#levels, levels);
    return this.#levels.slice(0, written * LEVEL_STRIDE);
  }

  #ticker(instrumentId: InstrumentId): TickerRow {
    const views = this.#views();
    const touch = (side: "buy" | "sell"): PriceTicks | null => {
      const best = this.#side(instrumentId, side, 1)[0];
      // A price of the replica's own book.
      return best === undefined ? null : (best as PriceTicks);
    };
    return views.trades.ticker(instrumentId, { bidTicks: touch("buy"), askTicks: touch("sell"), nowUs: lastAtUs(views.replica) });
  }

  /** Bars that changed since the last ones were sent; all series when `changes` is null. */
  #bars(port: ClientPort, place: Place, changes: Changes | null): CandleRow[] {
    const { candles } = this.#views();
    return (port.subscription?.candles ?? []).flatMap(({ instrumentId, intervalSeconds }, index) => {
      if (!this.#exists(instrumentId) || (changes !== null && !changes.traded.has(instrumentId))) return [];
      const sentUs = place.barsSentUs[index];
      const limit = sentUs === undefined ? 1 : MOST_BARS_IN_FRAME;
      const newest = candles.bars(instrumentId, intervalSeconds, { beforeUs: Number.MAX_SAFE_INTEGER, limit });
      const rows = newest.filter(({ openUs }) => openUs >= (sentUs ?? 0));
      place.barsSentUs[index] = rows.at(-1)?.openUs ?? sentUs ?? 0;
      return rows;
    });
  }

  #balances(changed: OwnerChanges): BalanceRow[] {
    const { replica } = this.#views();
    return changed.balances().map(({ accountId, other: assetId }) => ({ accountId, assetId, ...balance(replica, accountId, assetId) }));
  }

  #positions(changed: OwnerChanges): PositionRow[] {
    const views = this.#views();
    return changed.positions().flatMap(({ accountId, other: instrumentId }) => {
      const { quoteUnitsPerTickLot } = views.instrument(instrumentId);
      return views.positions.row(accountId, instrumentId, { ticks: views.trades.lastTicks(instrumentId), quoteUnitsPerTickLot }) ?? [];
    });
  }
}

function isEmpty(frame: Frame): boolean {
  const { catalog, sources, books, tickers, candles, orders, balances, positions, trades, fills } = frame;
  return (
    catalog === null && [sources, books, tickers, candles, orders, balances, positions, trades, fills].every((rows) => rows.length === 0)
  );
}
