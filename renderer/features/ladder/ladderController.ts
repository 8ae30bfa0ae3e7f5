import { unreachable } from "../../../shared/assert.ts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { Side, TimeInForce } from "../../../shared/orders.ts";
import type { BookView } from "../../../shared/views.ts";
import { onAnimationFrame } from "../../app/frame.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { reducedMotion, tokens } from "../../ui/tokens.ts";
import { LadderFigures } from "./ladderFigures.ts";
import {
  bucketOf,
  fillRowSizes,
  hitTest,
  insideOf,
  LADDER_ROW_HEIGHT,
  ladderColumns,
  marketPlace,
  rowOfBucket,
  rowSizes,
  type LadderColumn,
  type LadderColumns,
  type LadderWindow,
  type MarketPlace,
  type OwnOrders,
} from "./ladderModel.ts";
import { ladderKey, type LadderKey } from "./ladderKeys.ts";
import { LadderMover } from "./ladderMover.ts";
import { groupAt, moveOf, movingGhosts, queueOf, type LadderMove } from "./ladderMoves.ts";
import { LadderOrders } from "./ladderOrders.ts";
import { perform } from "./ladderDeeds.ts";
import { LadderCursor } from "./ladderCursor.ts";
import { LadderRows, type LadderMarket } from "./ladderRows.ts";
import { exposeLadder, rowInWords, setData } from "./ladderWords.ts";
import { LadderPointer } from "./ladderPointer.ts";
import { LadderPainter, priceColumnWidth } from "./ladderPainter.ts";

const FLASH_MS = 120;

export type LadderCallbacks = {
  /** Told to screen readers. */
  readonly announce: (text: string) => void;
  /** The step in use changed by itself (first look at an instrument). */
  readonly onStep: (step: number) => void;
  readonly onColumns: (columns: LadderColumns) => void;
  /** Where the inside market is, seen from the rows on view. */
  readonly onMarket: (place: MarketPlace) => void;
  /** Own orders are to be moved and a person has to say yes; null when the question is over. */
  readonly onMove: (move: LadderMove | null) => void;
  /** The n-th quantity was chosen by its digit, from 0. */
  readonly onSize: (index: number) => void;
  /** Time of the oldest trade in the volume column. */
  readonly onVolumeSince: (us: number | null) => void;
};

/**
 * The ladder behind its canvas: window, pointer, keyboard and painting. The rows stand still: they move only when the person scrolls or
 * centres, or when the market passes a trigger line while neither the pointer nor the keyboard's row is on the ladder.
 */
export class LadderController {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #painter: LadderPainter;
  readonly #callbacks: LadderCallbacks;
  readonly #instrument: Instrument;
  readonly #selection: Selection;
  readonly #frame = onAnimationFrame(() => this.#paint());
  readonly #stops: (() => void)[] = [];
  readonly #orders: LadderOrders;
  readonly #figures: LadderFigures;
  readonly #mover: LadderMover;
  readonly #pointer: LadderPointer;
  readonly #rows: LadderRows;
  readonly #cursor: LadderCursor;
  #columns: LadderColumns = { own: 0, bid: 0, price: 0, ask: 0, right: 0, flow: 0, end: 0 };
  #sizes = rowSizes(0);
  #flashUntilMs = 0;
  #market: MarketPlace = "inView";
  #oneClick = false;
  #timeInForce: TimeInForce = "gtc";
  #width = 0;

  /** `step` 0 chooses one that shows a dozen levels a side. */
  constructor(
    canvas: HTMLCanvasElement,
    { instrument, selection }: { readonly instrument: Instrument; readonly selection: Selection },
    step: number,
    callbacks: LadderCallbacks,
  ) {
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("This canvas has no 2D context.");
    this.#canvas = canvas;
    this.#context = context;
    this.#painter = new LadderPainter(context);
    this.#callbacks = callbacks;
    this.#instrument = instrument;
    this.#selection = selection;
    this.#rows = new LadderRows(step, callbacks.onStep);
    this.#cursor = new LadderCursor(
      this.#rows,
      () => insideOf(this.#book()).bid,
      (ticks) => this.#cursorMoved(ticks),
    );
    this.#mover = new LadderMover(callbacks.onMove, () => this.#frame.invalidate());
    this.#orders = new LadderOrders(instrument.instrumentId, selection, () => {
      this.#mover.recheck((order) => this.#orders.has(order));
      this.#frame.invalidate();
    });
    this.#figures = new LadderFigures(instrument.instrumentId, () => this.#frame.invalidate(), callbacks.onVolumeSince);
    this.#pointer = this.#point();
    this.#listen();
  }

  set oneClick(on: boolean) {
    this.#oneClick = on;
  }

  set timeInForce(timeInForce: TimeInForce) {
    this.#timeInForce = timeInForce;
  }

  /** The answer to the question of onMove. */
  answerMove(yes: boolean): void {
    this.#mover.answer(yes);
    this.#canvas.focus({ preventScroll: true });
  }

  setStep(step: number): void {
    if (this.#rows.setStep(step)) this.centre();
  }

  centre(): void {
    this.#rows.centre(this.#marketNow());
    this.#rowsMoved();
  }

  dispose(): void {
    this.#frame.dispose();
    for (const stop of this.#stops) stop();
  }

  #listen(): void {
    const { instrumentId } = this.#instrument;
    const invalidate = (): void => this.#frame.invalidate();
    const observer = new ResizeObserver(([entry]) => {
      const size = entry?.devicePixelContentBoxSize[0];
      if (entry !== undefined && size !== undefined) this.#resize(entry.contentRect, size);
    });
    observer.observe(this.#canvas, { box: "device-pixel-content-box" });
    // A font that arrives late, or another theme, makes every row look different.
    const repaint = (): void => {
      this.#painter.forget();
      invalidate();
    };
    document.fonts.addEventListener("loadingdone", repaint);
    this.#stops.push(
      () => observer.disconnect(),
      () => document.fonts.removeEventListener("loadingdone", repaint),
      readModel.subscribe(`book:${instrumentId}`, invalidate),
      readModel.subscribe("amendments", invalidate),
      readModel.subscribe("tickers", invalidate),
      readModel.subscribe("preferences", repaint),
      readModel.onTrades(instrumentId, (trades, reset) => this.#traded(trades.length > 0 && !reset)),
      () => this.#figures.dispose(),
      () => this.#orders.dispose(),
      () => this.#pointer.dispose(),
    );
    this.#on("keydown", (event) => this.#key(event));
    this.#on("blur", () => this.#cursor.set(null));
  }

  #on<T extends keyof HTMLElementEventMap>(type: T, listener: (event: HTMLElementEventMap[T]) => void): void {
    this.#canvas.addEventListener(type, listener);
    this.#stops.push(() => this.#canvas.removeEventListener(type, listener));
  }

  // ---- what is shown ----

  #book(): BookView | null {
    return readModel.book(this.#instrument.instrumentId);
  }

  #last(): number | null {
    return readModel.ticker(this.#instrument.instrumentId)?.lastTicks ?? null;
  }

  #marketNow(): LadderMarket {
    return { book: this.#book(), last: this.#last() };
  }

  get #window(): LadderWindow {
    return this.#rows.window;
  }

  #resize(css: { readonly width: number; readonly height: number }, device: ResizeObserverSize): void {
    if (css.width === 0 || css.height === 0) return;
    this.#width = css.width;
    const rows = Math.max(1, Math.floor(css.height / LADDER_ROW_HEIGHT));
    this.#rows.resize(rows);
    this.#sizes = rowSizes(rows);
    this.#figures.resize(rows);
    this.#painter.resize(device.inlineSize, device.blockSize, device.inlineSize / css.width);
    // Painted at once: a resized canvas is empty until it is drawn.
    this.#paint();
  }

  #traded(flash: boolean): void {
    if (flash && !reducedMotion()) {
      this.#flashUntilMs = performance.now() + FLASH_MS;
      setTimeout(() => this.#frame.invalidate(), FLASH_MS + 1);
    }
    this.#frame.invalidate();
  }

  #paint(): void {
    if (this.#width === 0) return;
    const isHeld = this.#pointer.holds || this.#cursor.ticks !== null || this.#mover.isAsking;
    this.#rows.settle(this.#marketNow(), isHeld);
    if (this.#window.step === 0) {
      this.#context.setTransform(1, 0, 0, 1, 0, 0);
      this.#context.fillStyle = tokens().panel;
      this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
      return;
    }
    const { step } = this.#window;
    const book = this.#book();
    const inside = insideOf(book);
    const last = this.#last();
    fillRowSizes(this.#sizes, book, this.#window);
    this.#columns = ladderColumns(this.#width, priceColumnWidth(this.#context, this.#instrument, (this.#window.topBucket + 1) * step));
    this.#painter.paint({
      instrument: this.#instrument,
      window: this.#window,
      columns: this.#columns,
      sizes: this.#sizes,
      ...this.#figures.read(this.#window),
      queueOf: (group) => queueOf(group, book),
      ghosts: movingGhosts(this.#orders.open(), this.#mover.moves, this.#window),
      own: this.#orders.byBucket(step),
      bidRow: inside.bid === null ? null : rowOfBucket(this.#window, bucketOf(inside.bid, step, "buy")),
      askRow: inside.ask === null ? null : rowOfBucket(this.#window, bucketOf(inside.ask, step, "sell")),
      last: this.#lastRow(last),
      hover: this.#pointer.hover,
      cursorRow: this.#cursor.row,
      tokens: tokens(),
    });
    this.#expose(inside);
  }

  #lastRow(last: number | null): { row: number; side: Side | null; flashing: boolean } | null {
    if (last === null) return null;
    const side = readModel.ticker(this.#instrument.instrumentId)?.lastSide ?? null;
    // A trade that lifted an ask stands where asks are drawn.
    const row = rowOfBucket(this.#window, bucketOf(last, this.#window.step, side === "buy" ? "sell" : "buy"));
    return { row, side, flashing: performance.now() < this.#flashUntilMs };
  }

  /** Tells the panel what changed around the rows, and writes it down for whoever drives the window from outside. */
  #expose(inside: { readonly bid: number | null; readonly ask: number | null }): void {
    const before = this.#canvas.dataset["columns"];
    exposeLadder(this.#canvas, {
      symbol: this.#instrument.symbol,
      window: this.#window,
      columns: this.#columns,
      book: this.#book(),
      orders: this.#orders,
    });
    if (this.#canvas.dataset["columns"] !== before) this.#callbacks.onColumns(this.#columns);
    const market = marketPlace(this.#window, inside);
    if (market !== this.#market) this.#callbacks.onMarket(market);
    this.#market = market;
  }

  // ---- pointer ----

  #point(): LadderPointer {
    return new LadderPointer(this.#canvas, this.#mover, {
      hitAt: ({ offsetX, offsetY }) => (this.#window.step === 0 ? null : hitTest(offsetX, offsetY, this.#window, this.#columns)),
      groupAt: ({ column, ticks }, x) => (column === "own" ? groupAt(this.#ownAt(ticks), x, this.#columns.bid) : null),
      inside: () => insideOf(this.#book()),
      wordsOf: (hit) => (hit?.column === "own" && this.#ownAt(hit.ticks).length > 0 ? this.#describeRow(hit.ticks) : ""),
      isOneClick: () => this.#oneClick,
      down: () => this.#cursor.set(null),
      act: ({ ticks, column }, preset) => this.#act(ticks, column, preset),
      wheel: (rows) => {
        this.#rows.scroll(rows);
        this.#rowsMoved();
      },
      changed: () => this.#frame.invalidate(),
    });
  }

  #rowsMoved(): void {
    this.#pointer.rowsMoved();
    this.#frame.invalidate();
  }

  // ---- keyboard ----

  #key(event: KeyboardEvent): void {
    const key = ladderKey(event);
    if (key === null || !this.#obey(key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #obey(key: LadderKey): boolean {
    switch (key.kind) {
      case "move":
        return this.#cursor.move(key.rows);
      case "centre":
        this.#cursor.set(null);
        this.centre();
        return true;
      case "shift":
        return this.#shift(key.rows);
      case "size":
        this.#callbacks.onSize(key.index);
        return true;
      case "leave":
        if (this.#pointer.letGo()) return true;
        if (this.#cursor.ticks === null) return false;
        this.#cursor.set(null);
        return true;
      case "act":
        if (this.#cursor.ticks === null) return false;
        this.#act(this.#cursor.ticks, key.column, key.preset);
        return true;
      case "swallow":
        return true;
      default:
        return unreachable(key);
    }
  }

  #cursorMoved(ticks: number | null): void {
    setData(this.#canvas, "cursorTicks", ticks === null ? "" : String(ticks));
    if (ticks !== null) {
      this.#callbacks.announce(this.#describeRow(ticks));
      this.#pointer.rowsMoved();
    }
    this.#frame.invalidate();
  }

  #describeRow(ticks: number): string {
    const row = rowOfBucket(this.#window, Math.round(ticks / this.#window.step));
    return rowInWords({
      instrument: this.#instrument,
      ticks,
      bidLots: this.#sizes.bids[row] ?? 0,
      askLots: this.#sizes.asks[row] ?? 0,
      own: this.#ownAt(ticks),
      book: this.#book(),
    });
  }

  // ---- deeds ----

  #ownAt(ticks: number): readonly OwnOrders[] {
    const { step } = this.#window;
    return this.#orders.byBucket(step).get(Math.round(ticks / step)) ?? [];
  }

  #act(ticks: number, column: LadderColumn, preset: "first" | "second"): void {
    const { instrumentId } = this.#instrument;
    perform(
      { instrumentId, column, ticks, preset, isOneClick: this.#oneClick, timeInForce: this.#timeInForce, own: this.#ownAt(ticks) },
      this.#selection,
    );
  }

  /** The own orders of the keyboard's row go one row up or down, and the row with them. */
  #shift(rows: number): boolean {
    const from = this.#cursor.ticks;
    if (from === null) return false;
    const [group] = this.#ownAt(from);
    const ticks = from + rows * this.#window.step;
    if (group === undefined || ticks < 1) return true;
    const move = moveOf(group, ticks, insideOf(this.#book()));
    if (move === null) return true;
    this.#cursor.move(rows);
    this.#mover.move(move, this.#oneClick);
    return true;
  }
}
