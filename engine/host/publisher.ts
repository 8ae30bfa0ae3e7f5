import type { InstrumentId, Seq } from "../../shared/ids.ts";
import type { BookView, CandleRow, Frame, QueuePlace } from "../../shared/views.ts";
import { lastSeq } from "../core/engine.ts";
import type { ClientPort } from "./clientPort.ts";
import { Changes, OwnerChanges } from "./views/changes.ts";
import { FrameRows } from "./frameRows.ts";
import { wallPace, type Pace } from "./pace.ts";
import type { Views } from "./views/views.ts";

/** Bars of one series in a frame: as many as can pass at the highest clock speed between two frames, and then some. */
const MOST_BARS_IN_FRAME = 64;
/** A client that says which frames it has seen is spared further ones while so many are unseen, or one for so long. */
const MOST_UNSEEN_FRAMES = 125;
const UNSEEN_FOR_MS = 2_000;

type Place = {
  /** The client stands at this sequence. */
  seq: number;
  needsSnapshot: boolean;
  /** Start of the newest bar sent, by place in the subscription. */
  readonly barsSentUs: number[];
  /** Queue places as they were sent last, by instrument and order, for clients that asked for them. */
  readonly queuesSent: Map<number, ReadonlyMap<number, QueuePlace>>;
  /** When a frame with its own orders went to it last. */
  ordersSentMs: number;
  /** The frames that the client has not called seen, by last sequence and time of sending; null for a client that never does. */
  unseen: { readonly seq: number; readonly sentMs: number }[] | null;
};

/** Makes frames out of what changed, for each client of one pace at its own place. */
export class Publisher {
  readonly #views: () => Views;
  readonly #frameMs: number;
  readonly #sent: () => void;
  readonly #rows: FrameRows;
  readonly #places = new Map<ClientPort, Place>();
  readonly #watched = new Set<number>();
  #changes: Changes;
  #sentMs = Number.NEGATIVE_INFINITY;
  readonly #pace: Pace;
  #callOff: (() => void) | null = null;

  /** A client gets at most one frame in `frameMs`, a hand one more for its orders, and the first one at once; `sent` is called once all have theirs. */
  constructor(
    views: () => Views,
    { frameMs, sent, pace = wallPace }: { readonly frameMs: number; readonly sent: () => void; readonly pace?: Pace | undefined },
  ) {
    this.#views = views;
    this.#frameMs = frameMs;
    this.#sent = sent;
    this.#pace = pace;
    this.#rows = new FrameRows(views);
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
    return this.#callOff !== null;
  }

  /** The client subscribed, or asked for its place again: its next frame is a snapshot. */
  wantSnapshot(port: ClientPort): void {
    const unseen = this.#places.get(port)?.unseen ?? null;
    this.#places.set(port, { seq: 0, needsSnapshot: true, barsSentUs: [], queuesSent: new Map(), ordersSentMs: -Infinity, unseen });
    this.#watched.add(this.#views().owners.number(port.identity.owner));
    this.schedule();
  }

  /** GW-60: where the client should stand by now; null when it gets no frames. */
  placeOf(port: ClientPort): Seq | null {
    const place = this.#places.get(port);
    if (place === undefined) return null;
    // What it is not sent because it is behind, it does not know either. The place is the last sequence that a frame to it named.
    return place.needsSnapshot ? lastSeq(this.#views().replica) : (place.seq as Seq);
  }

  /** GW-8: the client has taken in its frames up to this sequence. */
  seen(port: ClientPort, toSeq: number): void {
    const place = this.#places.get(port);
    if (place === undefined) return;
    place.unseen = (place.unseen ?? []).filter(({ seq }) => seq > toSeq);
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
    if (this.#places.size === 0) return;
    if (this.#isAHandWaiting()) {
      this.#callOff?.();
      this.#send();
      return;
    }
    if (this.#callOff !== null) return;
    const waitMs = this.#sentMs + this.#frameMs - this.#pace.nowMs();
    if (waitMs <= 0) this.#send();
    else this.#callOff = this.#pace.after(Math.ceil(waitMs), () => this.#send());
  }

  /** Sends at once what clients wait for. */
  flush(): void {
    if (this.#callOff === null) return;
    this.#callOff();
    this.#send();
  }

  stop(): void {
    this.#callOff?.();
    this.#places.clear();
  }

  /** GW-14: has something become of the orders of a client that does not wait for it? Not sooner after the last such frame than any frame. */
  #isAHandWaiting(): boolean {
    const nowMs = this.#pace.nowMs();
    for (const [{ identity, subscription }, { ordersSentMs, needsSnapshot }] of this.#places) {
      if (subscription?.pace !== "hand" || needsSnapshot || nowMs - ordersSentMs < this.#frameMs) continue;
      if (this.#changes.hasOrders(this.#views().owners.number(identity.owner))) return true;
    }
    return false;
  }

  #watch(): void {
    this.#watched.clear();
    for (const { identity } of this.#places.keys()) this.#watched.add(this.#views().owners.number(identity.owner));
  }

  #send(): void {
    this.#callOff = null;
    this.#sentMs = this.#pace.nowMs();
    const changes = this.#changes;
    this.#changes = new Changes(this.#watched);
    const books = new Map<string, BookView>();
    for (const [port, place] of this.#places) {
      if (isBehind(place, this.#sentMs)) {
        place.needsSnapshot = true;
        continue;
      }
      const frame = place.needsSnapshot ? this.#snapshot(port, place, books) : this.#delta(port, place, { changes, books });
      if (frame === null) continue;
      place.seq = frame.toSeq;
      place.needsSnapshot = false;
      if (frame.orders.length > 0) place.ordersSentMs = this.#sentMs;
      place.unseen?.push({ seq: frame.toSeq, sentMs: this.#sentMs });
      port.send({ type: "frame", frame });
    }
    this.#sent();
  }

  #snapshot(port: ClientPort, place: Place, books: Map<string, BookView>): Frame {
    const { subscription, identity } = port;
    const frame = this.#rows.snapshot(identity.owner, subscription, books);
    const instrumentIds = (subscription?.instrumentIds ?? []).filter((id) => this.#rows.exists(id));
    // The place is the last sequence that a frame to this client named.
    return { ...frame, fromSeq: place.seq as Seq, candles: this.#bars(port, place, null), ...this.#queues(port, place, instrumentIds) };
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
    const watched = subscription.instrumentIds.filter((id) => this.#rows.exists(id));
    const touched = watched.filter((id) => changes.books.has(id));
    for (const id of changes.traded) {
      for (const accountId of views.positions.holders(id)) if (views.owners.of(accountId) === owner) own.addPosition(accountId, id);
    }
    const frame: Frame = {
      ...this.#rows.head(),
      fromSeq: place.seq as Seq,
      snapshot: false,
      catalog: changes.catalogGrew ? this.#rows.catalog(owner) : null,
      sources: changes.sourcesChanged ? views.candles.sources() : [],
      books: touched.map((id) => this.#rows.book(id, subscription.depthLevels, books)),
      tickers: touched.map((id) => this.#rows.ticker(id)),
      candles: this.#bars(port, place, changes),
      orders: [...own.orders].toSorted((a, b) => a - b).flatMap((seq) => views.orders.row(seq) ?? []),
      balances: this.#rows.balances(own),
      positions: this.#rows.positions(own),
      ...this.#queues(port, place, touched),
      trades: changes.trades.filter(({ instrumentId }) => watched.includes(instrumentId)),
      fills: own.fills,
    };
    return isEmpty(frame) ? null : frame;
  }

  /** Bars that changed since the last ones were sent; all series when `changes` is null. */
  #bars(port: ClientPort, place: Place, changes: Changes | null): CandleRow[] {
    const { candles } = this.#views();
    return (port.subscription?.candles ?? []).flatMap(({ instrumentId, intervalSeconds }, index) => {
      if (!this.#rows.exists(instrumentId) || (changes !== null && !changes.traded.has(instrumentId))) return [];
      const sentUs = place.barsSentUs[index];
      const limit = sentUs === undefined ? 1 : MOST_BARS_IN_FRAME;
      const newest = candles.bars(instrumentId, intervalSeconds, { beforeUs: Number.MAX_SAFE_INTEGER, limit });
      const rows = newest.filter(({ openUs }) => openUs >= (sentUs ?? 0));
      place.barsSentUs[index] = rows.at(-1)?.openUs ?? sentUs ?? 0;
      return rows;
    });
  }

  /** Places that differ from what the client was told, in books that changed; nothing for a client that did not ask. */
  #queues(port: ClientPort, place: Place, instrumentIds: readonly InstrumentId[]): Pick<Frame, "queues"> {
    if (port.subscription?.queues !== true) return {};
    const changed: QueuePlace[] = [];
    for (const instrumentId of instrumentIds) {
      const sent = place.queuesSent.get(instrumentId);
      const now = new Map<number, QueuePlace>();
      for (const queue of this.#rows.queues(port.identity.owner, instrumentId)) {
        now.set(queue.orderId, queue);
        const before = sent?.get(queue.orderId);
        if (before?.aheadOrders !== queue.aheadOrders || before.aheadLots !== queue.aheadLots) changed.push(queue);
      }
      place.queuesSent.set(instrumentId, now);
    }
    return { queues: changed };
  }
}

/** GW-8: has the client not seen what it was sent? */
function isBehind({ unseen }: Place, nowMs: number): boolean {
  const oldest = unseen?.[0];
  return unseen !== null && oldest !== undefined && (unseen.length >= MOST_UNSEEN_FRAMES || nowMs - oldest.sentMs > UNSEEN_FOR_MS);
}

function isEmpty(frame: Frame): boolean {
  const { catalog, sources, books, tickers, candles, orders, balances, positions, trades, fills, queues = [] } = frame;
  return (
    catalog === null &&
    [sources, books, tickers, candles, orders, balances, positions, trades, fills, queues].every((rows) => rows.length === 0)
  );
}
