import type { MessagePort } from "node:worker_threads";
import type { Account } from "../../../shared/catalog.ts";
import { VenueClockEstimate } from "../../../shared/venueClockEstimate.ts";
import { PACKED_TRADE_STRIDE, packedTradeSlots, type EngineState, type EngineStatus } from "../../../shared/views.ts";
import { API_MARKET_OWNER } from "./apiMessages.ts";
import { EngineSession } from "./engineSession.ts";
import { MarketView, type PairMarket } from "./marketView.ts";
import { OwnerView } from "./ownerView.ts";

/** Levels of each side that a client can see at most, with some more for merging. */
const DEPTH_LEVELS = 1_000;
/** Trades in an answer, and the most that the engine keeps of a pair. */
const TRADES_AT_ONCE = 10_000;
const TRADES_KEPT_BY_ENGINE = 40_000;
/** An owner's line stands within this time, or its requests are answered as too early. */
const CONNECT_MS = 5_000;
/** A line that was cut and is needed is asked for again after so long. */
const RECONNECT_MS = 500;

/** One owner's line to the engine, and what it told. */
export type OwnerLine = { readonly session: EngineSession; readonly view: OwnerView };

/** The simulated exchange as the interface sees it: an ordinary client of the engine, one line for the market and one for each owner. */
export class Exchange {
  readonly market = new MarketView();
  #session: EngineSession;
  readonly #clock = new VenueClockEstimate();
  readonly #askForLine: (owner: string) => void;
  readonly #lines = new Map<string, OwnerLine>();
  readonly #waiting = new Map<string, ((line: OwnerLine) => void)[]>();
  #pairsWithPast = 0;
  #pastReadings = 0;
  readonly #heard = Promise.withResolvers<void>();
  #speed = 1;
  #state: EngineState = "recovering";

  constructor(marketPort: MessagePort, askForLine: (owner: string) => void) {
    this.#askForLine = askForLine;
    this.#session = this.#marketSession(marketPort, true);
    this.#subscribe();
  }

  /** The market's line at present. */
  get session(): EngineSession {
    return this.#session;
  }

  /** Once the engine has said how it stands: before, not even its time is known. */
  heard(): Promise<void> {
    return this.#heard.promise;
  }

  get clockSpeed(): number {
    return this.#speed;
  }

  get isRunning(): boolean {
    return this.#state === "running" && this.#clock.isFresh(performance.now());
  }

  /** Venue time in whole microseconds. */
  nowUs(): number {
    return this.#clock.venueTimeUs(performance.now());
  }

  /** Venue time in whole milliseconds, as the interface writes times. */
  nowMs(): number {
    return Math.floor(this.nowUs() / 1_000);
  }

  /** The owner's line, asked for at the first use of one of its keys; null when none came in time. */
  async line(owner: string): Promise<OwnerLine | null> {
    const known = this.#lines.get(owner);
    if (known?.view.isReady === true) return known;
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(owner) ?? [];
      this.#waiting.set(owner, waiting);
      const ready = (line: OwnerLine): void => {
        clearTimeout(timer);
        resolve(line);
      };
      // Whoever waits in vain leaves the queue, so that the next one asks for the line again.
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(ready), 1);
        resolve(null);
      }, CONNECT_MS);
      waiting.push(ready);
      if (known === undefined && waiting.length === 1) this.#askForLine(owner);
    });
  }

  /** The host opened the line that was asked for. */
  connected(owner: string, port: MessagePort): void {
    if (owner === API_MARKET_OWNER) {
      this.#session = this.#marketSession(port, false);
      this.#subscribe();
      return;
    }
    const view = new OwnerView();
    const session = new EngineSession(port, {
      frame: (frame) => {
        view.take(frame);
        for (const ready of this.#waiting.get(owner)?.splice(0) ?? []) ready({ session, view });
      },
      status: () => undefined,
      // Whoever uses a key of the owner next has the line asked for.
      lost: () => {
        if (this.#lines.get(owner)?.view === view) this.#lines.delete(owner);
        view.end();
        this.#askForAwaited(owner);
      },
    });
    this.#lines.set(owner, { session, view });
    session.subscribe([], 1);
  }

  /** A line that was cut before it stood has others waiting for it, and as long as some do nobody asks anew. */
  #askForAwaited(owner: string): void {
    const isAwaited = (): boolean => (this.#waiting.get(owner)?.length ?? 0) > 0 && !this.#lines.has(owner);
    if (isAwaited()) setTimeout(() => isAwaited() && this.#askForLine(owner), RECONNECT_MS).unref();
  }

  /** `isFirst` where nothing has been told before. */
  #marketSession(port: MessagePort, isFirst: boolean): EngineSession {
    let isWhole = isFirst;
    return new EngineSession(port, {
      frame: (frame, continues) => {
        if (!continues || !isWhole) {
          this.market.interrupt();
          this.#pastReadings += 1;
          this.#pairsWithPast = 0;
        }
        isWhole = true;
        if (this.market.take(frame)) this.#subscribe();
        for (const market of this.market.pairs.slice(this.#pairsWithPast)) void this.#readPast(market);
        this.#pairsWithPast = this.market.pairs.length;
      },
      status: (status) => this.#hear(status),
      lost: () => void setTimeout(() => this.#askForLine(API_MARKET_OWNER), RECONNECT_MS).unref(),
    });
  }

  /** GW-38: what traded before this thread began, as far as the engine keeps it. */
  async #readPast(market: PairMarket): Promise<void> {
    const reading = this.#pastReadings;
    const { instrumentId } = market.pair.instrument;
    const pages: Float64Array[] = [];
    for (let beforeId: number | null = null; ;) {
      const answer = await this.session.query({ type: "trades", instrumentId, beforeId, limit: TRADES_AT_ONCE });
      if (!answer.ok || answer.value.type !== "trades") return;
      // Another reading began when frames were lost meanwhile; many at once would keep requests waiting.
      if (reading !== this.#pastReadings) return;
      const { trades } = answer.value;
      pages.unshift(trades);
      if (trades.length < TRADES_AT_ONCE * PACKED_TRADE_STRIDE) break;
      beforeId = trades[packedTradeSlots.tradeId] ?? 1;
    }
    const rows = pages.reduce((sum, { length }) => sum + length, 0);
    const past = new Float64Array(rows);
    let at = 0;
    for (const page of pages) {
      past.set(page, at);
      at += page.length;
    }
    this.market.takePast(market, past, rows < TRADES_KEPT_BY_ENGINE * PACKED_TRADE_STRIDE);
  }

  #subscribe(): void {
    this.session.subscribe(
      this.market.pairs.map(({ pair }) => pair.instrument.instrumentId),
      DEPTH_LEVELS,
    );
  }

  #hear(status: EngineStatus): void {
    this.#clock.hear(status, performance.now());
    this.#speed = status.clockSpeed;
    this.#state = status.state;
    this.#heard.resolve();
  }
}

/** The account of a key, by its code. */
export function accountCalled(line: OwnerLine, code: string): Account | undefined {
  return line.view.accounts.find((account) => account.code === code);
}
