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
  beyondTrigger,
  bucketOf,
  centred,
  fillRowSizes,
  fittingStep,
  hitTest,
  insideOf,
  LADDER_ROW_HEIGHT,
  ladderColumns,
  marketPlace,
  rescaled,
  rowOfBucket,
  rowSizes,
  sameHit,
  ticksOfRow,
  type LadderColumn,
  type LadderColumns,
  type LadderHit,
  type LadderWindow,
  type MarketPlace,
  type OwnOrders,
} from "./ladderModel.ts";
import { ladderKey, type LadderKey } from "./ladderKeys.ts";
import { LadderMover } from "./ladderMover.ts";
import { groupAt, moveOf, movingGhosts, queueOf, type LadderMove } from "./ladderMoves.ts";
import { LadderOrders } from "./ladderOrders.ts";
import { perform } from "./ladderDeeds.ts";
import { exposeLadder, rowInWords, setData } from "./ladderWords.ts";
import { LadderPainter, priceColumnWidth } from "./ladderPainter.ts";

const FLASH_MS = 120;
const WHEEL_ROWS = 3;
/** A book that has just opened is still filling: so long the step that was not chosen by a person follows it. */
const FITTING_MS = 4_000;

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
  #window: LadderWindow;
  #columns: LadderColumns = { own: 0, bid: 0, price: 0, ask: 0, right: 0, flow: 0, end: 0 };
  #sizes = rowSizes(0);
  #isPlaced = false;
  #fitUntilMs: number;
  #hover: LadderHit | null = null;
  #isInside = false;
  #pressed: { readonly hit: LadderHit; readonly button: number } | null = null;
  #cursorTicks: number | null = null;
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
    this.#window = { topBucket: 0, step, rows: 0 };
    this.#fitUntilMs = step === 0 ? Infinity : 0;
    this.#orders = new LadderOrders(instrument.instrumentId, selection, () => this.#frame.invalidate());
    this.#figures = new LadderFigures(instrument.instrumentId, () => this.#frame.invalidate(), callbacks.onVolumeSince);
    this.#mover = new LadderMover(callbacks.onMove, () => this.#frame.invalidate());
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
    this.#fitUntilMs = 0;
    if (step === this.#window.step) return;
    this.#window = rescaled(this.#window, { step });
    this.centre();
  }

  centre(): void {
    this.#window = centred(this.#window, insideOf(this.#book()), this.#last());
    this.#hover = null;
    this.#frame.invalidate();
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
    );
    this.#on("pointermove", (event) => this.#pointerMoved(event));
    this.#on("pointerleave", () => this.#pointerLeft());
    this.#on("pointerdown", (event) => this.#pointerDown(event));
    this.#on("pointerup", (event) => this.#pointerUp(event));
    this.#on("pointercancel", () => this.#pointerLeft());
    this.#on("contextmenu", (event) => event.preventDefault());
    this.#on("wheel", (event) => this.#wheel(event), { passive: false });
    this.#on("keydown", (event) => this.#key(event));
    this.#on("blur", () => this.#setCursor(null));
  }

  #on<T extends keyof HTMLElementEventMap>(
    type: T,
    listener: (event: HTMLElementEventMap[T]) => void,
    options?: AddEventListenerOptions,
  ): void {
    this.#canvas.addEventListener(type, listener, options);
    this.#stops.push(() => this.#canvas.removeEventListener(type, listener, options));
  }

  // ---- what is shown ----

  #book(): BookView | null {
    return readModel.book(this.#instrument.instrumentId);
  }

  #last(): number | null {
    return readModel.ticker(this.#instrument.instrumentId)?.lastTicks ?? null;
  }

  #resize(css: { readonly width: number; readonly height: number }, device: ResizeObserverSize): void {
    if (css.width === 0 || css.height === 0) return;
    this.#width = css.width;
    const rows = Math.max(1, Math.floor(css.height / LADDER_ROW_HEIGHT));
    this.#window = rescaled(this.#window, { rows });
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

  /** Brings the market into view where that is allowed. */
  #settleWindow(): void {
    const book = this.#book();
    const inside = insideOf(book);
    const last = this.#last();
    const isHeld = this.#isInside || this.#pressed !== null || this.#cursorTicks !== null || this.#mover.isAsking;
    if (book !== null && performance.now() < this.#fitUntilMs && !(isHeld && this.#isPlaced)) this.#fit(book);
    if (this.#window.step === 0) return;
    const isLost = !this.#isPlaced || (!isHeld && beyondTrigger(this.#window, inside, last));
    if (!isLost) return;
    this.#window = centred(this.#window, inside, last);
    this.#isPlaced = inside.bid !== null || inside.ask !== null || last !== null;
  }

  #fit(book: BookView): void {
    if (book.bids.length === 0 || book.asks.length === 0) return;
    if (this.#fitUntilMs === Infinity) this.#fitUntilMs = performance.now() + FITTING_MS;
    const step = fittingStep(book, this.#window.rows);
    if (step === this.#window.step) return;
    this.#window = { ...this.#window, step };
    this.#isPlaced = false;
    this.#callbacks.onStep(step);
  }

  #paint(): void {
    if (this.#width === 0) return;
    this.#settleWindow();
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
      hover: this.#hover,
      cursorRow: this.#cursorTicks === null ? null : rowOfBucket(this.#window, Math.round(this.#cursorTicks / step)),
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

  #hitAt(event: PointerEvent): LadderHit | null {
    return this.#window.step === 0 ? null : hitTest(event.offsetX, event.offsetY, this.#window, this.#columns);
  }

  #pointerMoved(event: PointerEvent): void {
    this.#isInside = true;
    this.#hover = this.#hitAt(event);
    this.#mover.drag(this.#hover, insideOf(this.#book()));
    this.#tooltip();
    this.#canvas.style.cursor = this.#hover === null || this.#hover.column === "price" ? "default" : "pointer";
    this.#frame.invalidate();
  }

  #pointerLeft(): void {
    this.#isInside = false;
    this.#hover = null;
    this.#pressed = null;
    this.#mover.cancelDrag();
    this.#frame.invalidate();
  }

  #tooltip(): void {
    const hit = this.#hover;
    const text = hit === null || hit.column !== "own" || this.#ownAt(hit.ticks).length === 0 ? "" : this.#describeRow(hit.ticks);
    if (this.#canvas.title !== text) this.#canvas.title = text;
  }

  #pointerDown(event: PointerEvent): void {
    this.#canvas.focus({ preventScroll: true });
    const hit = this.#hitAt(event);
    if (hit === null || (event.button !== 0 && event.button !== 2)) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    const group = hit.column === "own" ? groupAt(this.#ownAt(hit.ticks), event.offsetX, this.#columns.bid) : null;
    this.#pressed = { hit, button: event.button };
    this.#mover.press(event.button === 0 ? group : null, hit.ticks);
    this.#setCursor(null);
  }

  /** A press and release in the same cell is a deed; leaving the cell before letting go takes it back. */
  #pointerUp(event: PointerEvent): void {
    const pressed = this.#pressed;
    this.#pressed = null;
    if (this.#mover.drop(this.#oneClick)) return;
    if (pressed === null || event.button !== pressed.button) return;
    if (sameHit(this.#hitAt(event), pressed.hit))
      this.#act(pressed.hit.ticks, pressed.hit.column, pressed.button === 2 ? "second" : "first");
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (this.#pressed !== null || event.deltaY === 0) return;
    this.#scroll(event.deltaY < 0 ? WHEEL_ROWS : -WHEEL_ROWS);
  }

  #scroll(rows: number): void {
    this.#window = { ...this.#window, topBucket: Math.max(1, this.#window.topBucket + rows) };
    this.#hover = null;
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
        return this.#moveCursor(key.rows);
      case "centre":
        this.#setCursor(null);
        this.centre();
        return true;
      case "shift":
        return this.#shift(key.rows);
      case "size":
        this.#callbacks.onSize(key.index);
        return true;
      case "leave":
        if (this.#mover.cancelDrag()) {
          this.#pressed = null;
          return true;
        }
        if (this.#cursorTicks === null) return false;
        this.#setCursor(null);
        return true;
      case "act":
        if (this.#cursorTicks === null) return false;
        this.#act(this.#cursorTicks, key.column, key.preset);
        return true;
      case "swallow":
        return true;
      default:
        return unreachable(key);
    }
  }

  #moveCursor(rows: number): boolean {
    const { step } = this.#window;
    if (step === 0) return false;
    const inside = insideOf(this.#book());
    const start = this.#cursorTicks ?? this.#startOfCursor(inside, step);
    const ticks = this.#cursorTicks === null ? start : Math.max(step, start + rows * step);
    const row = rowOfBucket(this.#window, Math.round(ticks / step));
    if (row < 0) this.#scroll(-row);
    if (row >= this.#window.rows) this.#scroll(this.#window.rows - 1 - row);
    this.#setCursor(ticks);
    return true;
  }

  /** The keyboard's row begins at the best bid, else in the middle of the window. */
  #startOfCursor(inside: { readonly bid: number | null }, step: number): number {
    if (inside.bid !== null) return bucketOf(inside.bid, step, "buy") * step;
    return ticksOfRow(this.#window, Math.floor(this.#window.rows / 2)) ?? step;
  }

  #setCursor(ticks: number | null): void {
    if (ticks === this.#cursorTicks) return;
    this.#cursorTicks = ticks;
    setData(this.#canvas, "cursorTicks", ticks === null ? "" : String(ticks));
    if (ticks !== null) this.#callbacks.announce(this.#describeRow(ticks));
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
    const from = this.#cursorTicks;
    if (from === null) return false;
    const [group] = this.#ownAt(from);
    const ticks = from + rows * this.#window.step;
    if (group === undefined || ticks < 1) return true;
    const move = moveOf(group, ticks, insideOf(this.#book()));
    if (move === null) return true;
    this.#moveCursor(rows);
    this.#mover.move(move, this.#oneClick);
    return true;
  }
}
