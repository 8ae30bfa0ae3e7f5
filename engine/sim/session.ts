import type { AccountId, AssetId, ClientOrderId, EpochUs, InstrumentId, Seq } from "../../shared/ids.ts";
import { plainTerms, type AccountCommand } from "../../shared/commands.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import { PROTOCOL_VERSION, type ClientMessage, type HostMessage, type Outcome } from "../../shared/protocol.ts";
import type { RejectCode } from "../../shared/rejects.ts";
import type { BookView, Catalog, EngineStatus, Frame, TradeRow } from "../../shared/views.ts";
import { Purse, wholeUnits, worstCase, type AgentView, type InstrumentNews, type InstrumentView, type Intent } from "./agent.ts";
import { HeldOrders, ownOrder } from "./heldOrders.ts";

/** Where a session writes; a MessagePort is one. */
export type ClientPort = { postMessage(message: ClientMessage): void };

/** Requests without an answer before a session stops sending: the engine is behind, and more would only wait. */
const UNANSWERED_MAX = 200;
/** Steps of silence after a refusal; doubled while refusals go on. */
const SILENCE_STEPS_MIN = 4;
const SILENCE_STEPS_MAX = 256;
/** Public trades that are kept for the next observation. */
const TRADES_MAX = 2_000;
const DEPTH_LEVELS = 5;
/** Ids skipped after a collision, which only a clock set back by hand can bring about. */
const CLIENT_ORDER_ID_LEAP = 1_000_000;
const EMPTY_BOOK: Pick<BookView, "bids" | "asks"> = { bids: new Int32Array(0), asks: new Int32Array(0) };

/** Refusals that are part of an ordinary day: the order was filled first, or the book was empty at that moment. */
const ORDINARY_REFUSALS: ReadonlySet<RejectCode> = new Set<RejectCode>(["BOOK_UNKNOWN_ORDER", "BOOK_NO_LIQUIDITY", "BOOK_FILL_OR_KILL"]);

type Request = { readonly type: "place"; readonly clientOrderId: ClientOrderId } | { readonly type: "cancel" };

/**
 * One simulated owner's client session: speaks shared/protocol.ts over its port, folds frames into what the participant sees, gives client
 * order ids, and falls silent while the engine is broken, busy or keeps refusing. Its state is a function of the messages received and of
 * the intents sent; it reads no clock.
 */
export class MarketSession {
  readonly #port: ClientPort;
  readonly #owner: string;
  #catalog: Catalog = { assets: [], instruments: [], accounts: [] };
  #accountId: AccountId | null = null;
  #subscribed = 0;
  #status: EngineStatus | null = null;
  #lastSeq: Seq | null = null;
  #lastClientOrderId: number | null = null;
  #newestOrderRequest: number | null = null;
  #newestOrderRefused = false;
  #isLost = false;
  #rested: (() => void)[] = [];
  readonly #orders = new HeldOrders();
  readonly #available = new Map<AssetId, number>();
  readonly #netLots = new Map<InstrumentId, number>();
  readonly #books = new Map<InstrumentId, BookView>();
  readonly #lastTicks = new Map<InstrumentId, number>();
  #trades: TradeRow[] = [];
  readonly #requests = new Map<number, Request>();
  #nextRequestId = 1;
  #answeredSeq = 0;
  #tradesSeen = 0;
  #silentSteps = 0;
  #silence = 0;

  constructor(port: ClientPort, owner: string) {
    this.#port = port;
    this.#owner = owner;
  }

  /** Introduces the client; call once the port listens. */
  start(): void {
    this.#port.postMessage({ type: "hello", version: PROTOCOL_VERSION });
  }

  /** Resolves once the host has taken in everything that was sent before, or the line is gone: the answer to a question sent last tells. */
  rest(): Promise<void> {
    if (this.#isLost) return Promise.resolve();
    this.#askNewestOrder();
    return new Promise((resolve) => this.#rested.push(resolve));
  }

  /** The line is gone. */
  lost(): void {
    this.#isLost = true;
    this.#tellRested();
  }

  /** Takes a message from the host. */
  receive(message: HostMessage): void {
    switch (message.type) {
      case "welcome":
        this.#status = message.status;
        this.#subscribe();
        this.#askNewestOrder();
        return;
      case "frame":
        this.#applyFrame(message.frame);
        // Should this thread fall behind, the host waits instead of piling frames up.
        this.#port.postMessage({ type: "seen", toSeq: message.frame.toSeq });
        return;
      case "status":
        this.#status = message.status;
        if (this.#newestOrderRefused) this.#askNewestOrder();
        return;
      case "outcome":
        this.#applyOutcome(message.requestId, message.outcome);
        return;
      case "result":
        if (message.result.type === "orders")
          this.#lastClientOrderId = Math.max(this.#lastClientOrderId ?? 0, message.result.orders[0]?.clientOrderId ?? 0);
        if (message.requestId === this.#newestOrderRequest) this.#tellRested();
        return;
      case "error":
        this.#applyError(message.requestId);
        return;
      case "done":
      // A participant never travels.
      case "past":
    }
  }

  /** The newest word of the engine on its clock and health; null before the first. */
  get status(): EngineStatus | null {
    return this.#status;
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Requests on their way. */
  get unanswered(): number {
    return this.#requests.size;
  }

  /** Have frames shown what the answered requests brought about? */
  get isCurrent(): boolean {
    return this.#lastSeq !== null && this.#lastSeq >= this.#answeredSeq;
  }

  /** Public trades that frames have told of. */
  get tradesSeen(): number {
    return this.#tradesSeen;
  }

  lastTicks(instrumentId: InstrumentId): number | null {
    return this.#lastTicks.get(instrumentId) ?? null;
  }

  /** Knows its account and books, and stands on a gapless sequence of frames. */
  get ready(): boolean {
    return this.#accountId !== null && this.#lastSeq !== null && this.#lastClientOrderId !== null && this.#subscribed > 0;
  }

  /** Counts one step; false while the participant must be silent. */
  mayAct(): boolean {
    if (this.#silentSteps > 0) {
      this.#silentSteps -= 1;
      return false;
    }
    return this.ready && this.#status?.state === "running" && this.#requests.size < UNANSWERED_MAX;
  }

  /** What the participant sees now. Takes the trades that have come in, so each is seen once. */
  view(venueTimeUs: EpochUs, newsOf: (instrument: Instrument) => InstrumentNews): AgentView {
    const trades = this.#trades;
    this.#trades = [];
    const orders = this.#orders.byInstrument();
    const instruments = this.#catalog.instruments.map((instrument): InstrumentView => {
      const { instrumentId } = instrument;
      const { bids, asks } = this.#books.get(instrumentId) ?? EMPTY_BOOK;
      return {
        instrument,
        quoteUnits: wholeUnits(this.#asset(instrument.quoteAssetId)?.decimals ?? 0),
        bidTicks: bids[0] ?? null,
        askTicks: asks[0] ?? null,
        bids,
        asks,
        lastTicks: this.lastTicks(instrumentId),
        trades: trades.filter((trade) => trade.instrumentId === instrumentId),
        orders: (orders.get(instrumentId) ?? []).map(ownOrder),
        netLots: this.#netLots.get(instrumentId) ?? 0,
        ...newsOf(instrument),
      };
    });
    return { venueTimeUs, instruments, purse: this.#purse() };
  }

  /** Sends the participant's intents in order; answers the commands that they became. */
  send(intents: readonly Intent[], venueTimeUs: EpochUs): readonly AccountCommand[] {
    return intents.map((intent) => {
      const requestId = this.#takeRequestId();
      const command = this.#commandFor(intent, { requestId, venueTimeUs });
      this.#port.postMessage({ type: "submit", requestId, command });
      return command;
    });
  }

  #commandFor(intent: Intent, at: { readonly requestId: number; readonly venueTimeUs: EpochUs }): AccountCommand {
    const accountId = this.#accountId;
    if (accountId === null) throw new Error(`${this.#owner} has no account yet`);
    if (intent.type === "place") {
      const clientOrderId = this.#takeClientOrderId(at.venueTimeUs);
      const { instrumentId, side, limitTicks } = intent;
      this.#requests.set(at.requestId, { type: "place", clientOrderId });
      this.#orders.sent({ clientOrderId, instrumentId, side, limitTicks, createdUs: at.venueTimeUs, leavesLots: intent.lots });
      const { orderType, timeInForce } = intent;
      // Participants compute whole ticks and lots; the host parses every message against its schema again.
      return {
        type: "SubmitOrder",
        accountId,
        instrumentId,
        clientOrderId,
        side,
        orderType,
        timeInForce,
        limitTicks: limitTicks as PriceTicks | null,
        lots: intent.lots as QtyLots,
        ...plainTerms,
        displayLots: (intent.displayLots ?? null) as QtyLots | null,
        postOnly: intent.postOnly === true ? "reject" : null,
      };
    }
    this.#requests.set(at.requestId, { type: "cancel" });
    this.#orders.cancelling(at.requestId, ({ orderId, instrumentId }) =>
      intent.type === "cancel" ? orderId === intent.orderId : instrumentId === intent.instrumentId,
    );
    if (intent.type === "cancel") return { type: "CancelOrder", accountId, orderId: intent.orderId };
    return { type: "CancelAllOrders", accountId, instrumentId: intent.instrumentId };
  }

  #applyFrame(frame: Frame): void {
    if (!frame.snapshot && frame.fromSeq !== this.#lastSeq) {
      if (this.#lastSeq !== null) this.#port.postMessage({ type: "resync" });
      this.#lastSeq = null;
      return;
    }
    if (frame.snapshot) this.#forget();
    this.#lastSeq = frame.toSeq;
    if (frame.catalog !== null) this.#takeCatalog(frame.catalog);
    for (const row of frame.orders) if (row.accountId === this.#accountId) this.#orders.take(row);
    for (const row of frame.balances) if (row.accountId === this.#accountId) this.#available.set(row.assetId, row.available);
    for (const row of frame.positions) if (row.accountId === this.#accountId) this.#netLots.set(row.instrumentId, row.netLots);
    for (const book of frame.books) this.#books.set(book.instrumentId, book);
    for (const ticker of frame.tickers) if (ticker.lastTicks !== null) this.#lastTicks.set(ticker.instrumentId, ticker.lastTicks);
    for (const trade of frame.trades) this.#lastTicks.set(trade.instrumentId, trade.ticks);
    // A snapshot's trades are the past, which was seen before or by nobody.
    if (!frame.snapshot) {
      this.#trades = [...this.#trades, ...frame.trades].slice(-TRADES_MAX);
      this.#tradesSeen += frame.trades.length;
    }
    this.#dropSettled();
  }

  /** Before a snapshot: all that it will tell again. */
  #forget(): void {
    this.#orders.forgetKnown();
    this.#available.clear();
    this.#netLots.clear();
    this.#books.clear();
  }

  #takeCatalog(catalog: Catalog): void {
    this.#catalog = catalog;
    this.#accountId = catalog.accounts.find((account) => account.owner === this.#owner)?.accountId ?? null;
    if (catalog.instruments.length > this.#subscribed) this.#subscribe();
  }

  /** Client order ids only grow, so the newest order of an earlier session tells where to go on. */
  #askNewestOrder(): void {
    this.#newestOrderRequest = this.#takeRequestId();
    this.#newestOrderRefused = false;
    this.#port.postMessage({ type: "query", requestId: this.#newestOrderRequest, query: { type: "orders", beforeSeq: null, limit: 1 } });
  }

  #tellRested(): void {
    for (const resolve of this.#rested.splice(0)) resolve();
  }

  #subscribe(): void {
    this.#subscribed = this.#catalog.instruments.length;
    const instrumentIds = this.#catalog.instruments.map((instrument) => instrument.instrumentId);
    this.#port.postMessage({ type: "subscribe", instrumentIds, depthLevels: DEPTH_LEVELS, candles: [] });
  }

  #applyOutcome(requestId: number, outcome: Outcome): void {
    const request = this.#requests.get(requestId);
    this.#requests.delete(requestId);
    this.#answeredSeq = outcome.lastSeq;
    if (outcome.refusal === null) this.#silence = 0;
    else this.#refused(outcome.refusal.code);
    if (request === undefined) return;
    if (request.type === "cancel") this.#orders.cancelled(requestId, outcome.lastSeq);
    else if (outcome.refusal === null) this.#orders.placed(request.clientOrderId, outcome.lastSeq);
    else this.#orders.refused(request.clientOrderId);
    this.#dropSettled();
  }

  #applyError(requestId: number | null): void {
    if (requestId !== null && requestId === this.#newestOrderRequest) {
      this.#newestOrderRefused = true;
      this.#tellRested();
      return;
    }
    this.#refused(null);
    const request = requestId === null ? undefined : this.#requests.get(requestId);
    if (requestId === null || request === undefined) return;
    this.#requests.delete(requestId);
    if (request.type === "place") this.#orders.refused(request.clientOrderId);
    else this.#orders.cancelFailed(requestId);
  }

  #dropSettled(): void {
    if (this.#lastSeq !== null) this.#orders.dropSettled(this.#lastSeq);
  }

  #refused(code: RejectCode | null): void {
    if (code !== null && ORDINARY_REFUSALS.has(code)) return;
    if (code === "VALIDATE_DUPLICATE_CLIENT_ORDER_ID") this.#lastClientOrderId = (this.#lastClientOrderId ?? 0) + CLIENT_ORDER_ID_LEAP;
    // Several commands of one step are refused together; they count once.
    if (this.#silentSteps > 0) return;
    this.#silence = Math.min(SILENCE_STEPS_MAX, Math.max(SILENCE_STEPS_MIN, this.#silence * 2));
    this.#silentSteps = this.#silence;
  }

  #purse(): Purse {
    const available = new Map(this.#available);
    const purse = new Purse(available);
    for (const order of this.#orders.values()) {
      const instrument = this.#catalog.instruments.find((one) => one.instrumentId === order.instrumentId);
      if (order.orderId !== null || instrument === undefined) continue;
      const ticks = order.limitTicks ?? this.#books.get(order.instrumentId)?.asks[0] ?? 0;
      const tied = worstCase(instrument, { side: order.side, ticks, lots: order.leavesLots });
      available.set(tied.assetId, (available.get(tied.assetId) ?? 0) - tied.amount);
    }
    return purse;
  }

  #asset(assetId: AssetId): Asset | undefined {
    return this.#catalog.assets.find((asset) => asset.assetId === assetId);
  }

  #takeRequestId(): number {
    const requestId = this.#nextRequestId;
    this.#nextRequestId += 1;
    return requestId;
  }

  /** Follows venue time, which goes on over restarts, and never goes back where this one's estimate of it does: no id is given twice. */
  #takeClientOrderId(venueTimeUs: EpochUs): ClientOrderId {
    this.#lastClientOrderId = Math.max((this.#lastClientOrderId ?? 0) + 1, venueTimeUs);
    return this.#lastClientOrderId as ClientOrderId;
  }
}
