import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import type { AccountId, AssetId, EpochUs, InstrumentId, OrderId, Seq } from "../../shared/ids.ts";
import type { PastMark, VenueLabel } from "../../shared/protocol.ts";
import type { VenueUser } from "../../shared/users.ts";
import type {
  BalanceRow,
  BookView,
  CandleRow,
  Catalog,
  EngineStatus,
  FillRow,
  Frame,
  PositionRow,
  PriceSource,
  QueuePlace,
  TickerRow,
  TradeRow,
} from "../../shared/views.ts";
import type { ConnectionState } from "./connection.ts";
import { appTexts } from "./appTexts.ts";
import type { OpenOrders } from "./openOrders.ts";
import type { OrderDelta, OrderEntry, OrderKey, PendingOrder } from "./orderEntry.ts";
import { OwnOrders } from "./ownOrders.ts";
import { topics, type Topic, type TopicHub } from "./topics.ts";

/** Rows kept in memory; older ones are asked of the host when somebody scrolls there. See OwnOrders for orders. */
const MAX_TRADES = 5_000;
const MAX_FILLS = 20_000;
/** Arrays are cut only when a tenth beyond their bound, so that a cut is rare. */
const SLACK = 1.1;

/** Who this window is to the engine. */
export type Session = {
  readonly session: string;
  readonly owner: string;
  readonly operator: boolean;
  readonly venue: VenueLabel;
  /** Who may sign in here, and who has. */
  readonly users: readonly VenueUser[];
  readonly user: VenueUser | null;
};

const emptyCatalog: Catalog = { assets: [], instruments: [], accounts: [] };

/**
 * Replica of what the host sends. Knows no React and paints nothing: it applies frames in sequence, keeps the newest picture, and tells
 * topics and delta listeners. A frame that does not continue the sequence is refused with "gap"; a snapshot replaces everything.
 */
export class ReadModel {
  readonly #topics: TopicHub;
  readonly #now: () => number;
  #seq: Seq | null = null;
  #atUs: EpochUs | null = null;
  #catalog: Catalog = emptyCatalog;
  #instruments = new Map<number, Instrument>();
  #instrumentsBySymbol = new Map<string, Instrument>();
  #accounts = new Map<number, Account>();
  #assets = new Map<number, Asset>();
  #status: EngineStatus | null = null;
  #dueSeq: Seq | null = null;
  #session: Session | null = null;
  #past: PastMark | null = null;
  #connection: ConnectionState;
  readonly #books = new Map<number, BookView>();
  readonly #tickers = new Map<number, TickerRow>();
  readonly #trades = new Map<number, TradeRow[]>();
  readonly #sources = new Map<number, PriceSource>();
  readonly #own = new OwnOrders();
  readonly #fills: FillRow[] = [];
  readonly #balances = new Map<string, BalanceRow>();
  readonly #positions = new Map<string, PositionRow>();
  readonly #orderListeners = new Set<(delta: OrderDelta) => void>();
  readonly #fillListeners = new Set<(fills: readonly FillRow[], reset: boolean) => void>();
  readonly #tradeListeners = new Map<number, Set<(trades: readonly TradeRow[], reset: boolean) => void>>();
  readonly #lateFillListeners = new Set<(fills: readonly FillRow[]) => void>();
  readonly #candleListeners = new Set<(candles: readonly CandleRow[], reset: boolean) => void>();

  /** `now` is the wall clock in milliseconds. */
  constructor(hub: TopicHub, now: () => number) {
    this.#topics = hub;
    this.#now = now;
    this.#connection = { state: "connecting", sinceMs: now(), note: appTexts.connecting, lastHeardMs: null };
  }

  // ---- reading ----

  /** Sequence this picture stands at; null before the first snapshot. */
  get seq(): Seq | null {
    return this.#seq;
  }
  /** Venue time of the newest frame; null before the first snapshot. */
  get atUs(): EpochUs | null {
    return this.#atUs;
  }
  get catalog(): Catalog {
    return this.#catalog;
  }
  get status(): EngineStatus | null {
    return this.#status;
  }
  /** Where this picture should stand by the engine's last word; null in the past and before the first frame. */
  get dueSeq(): Seq | null {
    return this.#dueSeq;
  }
  get session(): Session | null {
    return this.#session;
  }
  /** The past sequence that everything here shows; null while it is the present. */
  get past(): PastMark | null {
    return this.#past;
  }
  get connection(): ConnectionState {
    return this.#connection;
  }
  instrument(id: InstrumentId): Instrument | undefined {
    return this.#instruments.get(id);
  }
  instrumentBySymbol(symbol: string): Instrument | undefined {
    return this.#instrumentsBySymbol.get(symbol);
  }
  account(id: AccountId): Account | undefined {
    return this.#accounts.get(id);
  }
  asset(id: AssetId): Asset | undefined {
    return this.#assets.get(id);
  }
  /** The name of who does things under this code; the code itself where nobody who may sign in has it. */
  userName(code: string): string {
    return this.session?.users.find((user) => user.code === code)?.name ?? code;
  }
  /** Accounts this window may act for, in catalog order. */
  ownAccounts(): readonly Account[] {
    const owner = this.#session?.owner;
    return this.#catalog.accounts.filter((account) => account.owner === owner);
  }
  book(id: InstrumentId): BookView | null {
    return this.#books.get(id) ?? null;
  }
  ticker(id: InstrumentId): TickerRow | null {
    return this.#tickers.get(id) ?? null;
  }
  /** Newest last, at most about 5,000. The array is the model's own: read it, do not keep it. */
  recentTrades(id: InstrumentId): readonly TradeRow[] {
    return this.#trades.get(id) ?? [];
  }
  source(id: InstrumentId): PriceSource | null {
    return this.#sources.get(id) ?? null;
  }
  /** Orders by key (see orderKey), oldest first, pending ones included. */
  get orders(): ReadonlyMap<OrderKey, OrderEntry> {
    return this.#own.all;
  }
  /** Sums over the orders; the index is the model's own: read it, do not keep what it gives. */
  get open(): Pick<OpenOrders, "tallies" | "levels"> {
    return this.#own.open;
  }
  /** Where an own resting order stands in its queue; null when it does not rest or is not known to. */
  queuePlace(orderId: OrderId): QueuePlace | null {
    return this.#own.queuePlace(orderId);
  }
  /** A cancel was sent for this order and its outcome has not come. */
  isCancelling(orderId: OrderId): boolean {
    return this.#own.isCancelling(orderId);
  }
  /** Newest last. The array is the model's own: read it, do not keep it. */
  get fills(): readonly FillRow[] {
    return this.#fills;
  }
  balance(accountId: AccountId, assetId: AssetId): BalanceRow | null {
    return this.#balances.get(`${accountId}:${assetId}`) ?? null;
  }
  balances(): Iterable<BalanceRow> {
    return this.#balances.values();
  }
  position(accountId: AccountId, instrumentId: InstrumentId): PositionRow | null {
    return this.#positions.get(`${accountId}:${instrumentId}`) ?? null;
  }
  positions(): Iterable<PositionRow> {
    return this.#positions.values();
  }

  // ---- listening ----

  subscribe(topic: Topic, listener: () => void): () => void {
    return this.#topics.subscribe(topic, listener);
  }
  revision(topic: Topic): number {
    return this.#topics.revision(topic);
  }
  onOrders(listener: (delta: OrderDelta) => void): () => void {
    this.#orderListeners.add(listener);
    return () => void this.#orderListeners.delete(listener);
  }
  /** `reset`: a snapshot replaced what was there; `fills` is then everything. */
  onFills(listener: (fills: readonly FillRow[], reset: boolean) => void): () => void {
    this.#fillListeners.add(listener);
    return () => void this.#fillListeners.delete(listener);
  }
  /** Fills of orders that were shown as cancelled before. */
  onLateFills(listener: (fills: readonly FillRow[]) => void): () => void {
    this.#lateFillListeners.add(listener);
    return () => void this.#lateFillListeners.delete(listener);
  }
  onTrades(id: InstrumentId, listener: (trades: readonly TradeRow[], reset: boolean) => void): () => void {
    const listeners = this.#tradeListeners.get(id) ?? new Set();
    this.#tradeListeners.set(id, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }
  /** Changed bars of every subscribed length. `reset`: bars may have been missed; ask for them again. */
  onCandles(listener: (candles: readonly CandleRow[], reset: boolean) => void): () => void {
    this.#candleListeners.add(listener);
    return () => void this.#candleListeners.delete(listener);
  }

  // ---- writing: engineClient.ts and orders.ts only ----

  setSession(session: Session): void {
    this.#session = session;
    this.#topics.bump("catalog");
  }

  /** `dueSeq`: where this picture should stand by then; null when the engine does not say. */
  setStatus(status: EngineStatus, dueSeq: Seq | null): void {
    this.#status = status;
    this.#dueSeq = dueSeq;
    this.#topics.bump("status");
  }

  setConnection(connection: ConnectionState): void {
    this.#connection = connection;
    this.#topics.bump("connection");
  }

  setPast(past: PastMark | null): void {
    if (past === this.#past) return;
    this.#past = past;
    this.#topics.bump("past");
  }

  /** Applies a frame, or answers "gap" and changes nothing when it does not continue the sequence. */
  applyFrame(frame: Frame): "applied" | "gap" {
    if (!frame.snapshot && frame.fromSeq !== this.#seq) return "gap";
    this.#seq = frame.toSeq;
    this.#atUs = frame.atUs;
    if (frame.snapshot) this.#clear();
    if (frame.catalog !== null) this.#setCatalog(frame.catalog);
    for (const source of frame.sources) this.#sources.set(source.instrumentId, source);
    for (const book of frame.books) this.#books.set(book.instrumentId, book);
    for (const ticker of frame.tickers) this.#tickers.set(ticker.instrumentId, ticker);
    for (const row of frame.balances) this.#balances.set(`${row.accountId}:${row.assetId}`, row);
    for (const row of frame.positions) this.#positions.set(`${row.accountId}:${row.instrumentId}`, row);
    this.#own.place(frame.queues ?? []);
    const late = frame.snapshot ? [] : frame.fills.filter(({ orderId }) => this.#own.isCancelled(orderId));
    const orders = this.#own.merge(frame.orders, frame.snapshot);
    const tradesOf = this.#mergeTrades(frame.trades);
    appendBounded(this.#fills, frame.fills, MAX_FILLS);
    this.#notify(frame, orders, tradesOf);
    if (late.length > 0) for (const listener of this.#lateFillListeners) listener(late);
    return "applied";
  }

  addPending(order: PendingOrder): void {
    this.#emitOrders(this.#own.addPending(order));
  }

  /** Takes a pending row off: the edge refused it, or the journal shows that it never arrived. */
  removePending(key: OrderKey): void {
    this.#emitOrders(this.#own.removePending(key));
  }

  /** The connection dropped: what was being sent is now unknown. Cancels in flight lose their mark, since the order may well be open. */
  markPendingUnknown(): readonly PendingOrder[] {
    const { unknown, delta } = this.#own.markAllUnknown();
    this.#emitOrders(delta);
    return unknown;
  }

  /** Nobody answered in time: only an event, a late answer or the journal's silence will tell. */
  markUnknown(key: OrderKey): void {
    this.#emitOrders(this.#own.markUnknown(key));
  }

  pendingOrders(): readonly PendingOrder[] {
    return this.#own.pending;
  }

  setCancelling(orderId: OrderId, cancelling: boolean): void {
    this.#emitOrders(this.#own.setCancelling(orderId, cancelling));
  }

  // ---- inside ----

  #clear(): void {
    // Sources stay: an engine that has just restarted reads its history after the first snapshot, and the bars on view are still of these.
    this.#books.clear();
    this.#tickers.clear();
    this.#trades.clear();
    this.#balances.clear();
    this.#positions.clear();
    this.#own.clear();
    this.#fills.length = 0;
  }

  #setCatalog(catalog: Catalog): void {
    this.#catalog = catalog;
    this.#instruments = new Map(catalog.instruments.map((row) => [row.instrumentId, row]));
    this.#instrumentsBySymbol = new Map(catalog.instruments.map((row) => [row.symbol, row]));
    this.#accounts = new Map(catalog.accounts.map((row) => [row.accountId, row]));
    this.#assets = new Map(catalog.assets.map((row) => [row.assetId, row]));
  }

  #mergeTrades(trades: readonly TradeRow[]): ReadonlyMap<number, readonly TradeRow[]> {
    const byInstrument = new Map<number, TradeRow[]>();
    for (const trade of trades) {
      const rows = byInstrument.get(trade.instrumentId);
      if (rows === undefined) byInstrument.set(trade.instrumentId, [trade]);
      else rows.push(trade);
    }
    for (const [id, rows] of byInstrument) {
      const kept = this.#trades.get(id) ?? [];
      this.#trades.set(id, kept);
      appendBounded(kept, rows, MAX_TRADES);
    }
    return byInstrument;
  }

  #notify(frame: Frame, orders: OrderDelta | null, tradesOf: ReadonlyMap<number, readonly TradeRow[]>): void {
    if (orders !== null) for (const listener of this.#orderListeners) listener(orders);
    if (frame.fills.length > 0 || frame.snapshot) for (const listener of this.#fillListeners) listener(frame.fills, frame.snapshot);
    if (frame.snapshot) {
      for (const [id, listeners] of this.#tradeListeners) for (const listener of listeners) listener(tradesOf.get(id) ?? [], true);
    } else {
      for (const [id, rows] of tradesOf) for (const listener of this.#tradeListeners.get(id) ?? []) listener(rows, false);
    }
    if (frame.candles.length > 0 || frame.snapshot) for (const listener of this.#candleListeners) listener(frame.candles, frame.snapshot);
    if (frame.snapshot) this.#topics.bumpAll();
    else for (const topic of changedTopics(frame, tradesOf)) this.#topics.bump(topic);
    this.#topics.bump("seq");
  }

  #emitOrders(delta: OrderDelta | null): void {
    if (delta === null) return;
    for (const listener of this.#orderListeners) listener(delta);
    this.#topics.bump("orders");
  }

  /** Wall clock of this model, milliseconds. */
  nowMs(): number {
    return this.#now();
  }
}

function changedTopics(frame: Frame, tradesOf: ReadonlyMap<number, readonly TradeRow[]>): ReadonlySet<Topic> {
  const changed = new Set<Topic>();
  if (frame.catalog !== null || frame.sources.length > 0) changed.add("catalog");
  for (const book of frame.books) changed.add(`book:${book.instrumentId}`);
  for (const id of tradesOf.keys()) changed.add(`trades:${id}`);
  for (const bar of frame.candles) changed.add(`candles:${bar.instrumentId}:${bar.intervalSeconds}`);
  if (frame.tickers.length > 0) changed.add("tickers");
  if (frame.orders.length > 0) changed.add("orders");
  if (frame.fills.length > 0) changed.add("fills");
  if (frame.balances.length > 0) changed.add("balances");
  if (frame.positions.length > 0) changed.add("positions");
  return changed;
}

function appendBounded<T>(rows: T[], added: readonly T[], bound: number): void {
  for (const row of added) rows.push(row);
  if (rows.length > bound * SLACK) rows.splice(0, rows.length - bound);
}

/** The window's read model. */
export const readModel = new ReadModel(topics, () => Date.now());
