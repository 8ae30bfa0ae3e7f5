import type { IChartApi, ISeriesApi } from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import { isOpen, orderKey, placeOf } from "../../app/orderEntry.ts";
import { amendOrder } from "../../app/orders.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { markKey, type OrderMark } from "./chartMarks.ts";
import type { ChartListener, ChartMove } from "./chartNews.ts";
import type { DrawingsView, DrawingTool } from "./DrawingsView.ts";
import type { OwnMarksView } from "./OwnMarksView.ts";

type Surroundings = {
  readonly host: HTMLElement;
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<"Candlestick">;
  readonly instrument: Instrument;
  readonly selection: Selection;
};

const REACH_PIXELS = 5;

/** The pointer on the chart: draws with a tool in hand, drags own orders' lines and drawings; what it does not take moves the chart. */
export class ChartHands {
  readonly #around: Surroundings;
  readonly #own: OwnMarksView;
  readonly #drawings: DrawingsView;
  readonly #listener: ChartListener;
  readonly #stop = new AbortController();
  #tool: DrawingTool = "none";
  #dragged: { readonly mark: OrderMark; ticks: number } | null = null;
  #drawing = false;
  #asked: ChartMove | null = null;
  /** What has ended cannot be moved: a question about nothing else is over. */
  readonly #stopOrders = readModel.subscribe("orders", () => {
    const isOver = this.#asked?.orders.every((order) => !isOpen(readModel.orders.get(orderKey(order)) ?? order)) ?? false;
    if (isOver) this.#ask(null);
  });

  constructor(
    around: Surroundings,
    { own, drawings }: { readonly own: OwnMarksView; readonly drawings: DrawingsView },
    listener: ChartListener,
  ) {
    this.#around = around;
    this.#own = own;
    this.#drawings = drawings;
    this.#listener = listener;
    const { host } = around;
    // The chart hears mouse events; these come before them, so that it can be told to hold still.
    const options = { signal: this.#stop.signal, capture: true };
    host.addEventListener("pointerdown", (event) => this.#down(event), options);
    host.addEventListener("pointermove", (event) => this.#move(event), options);
    host.addEventListener("pointerup", () => this.#up(), options);
    host.addEventListener("pointercancel", () => this.#cancel(), options);
  }

  set tool(tool: DrawingTool) {
    if (tool === "none") this.#drawings.escape();
    this.#tool = tool;
    this.#around.host.dataset["tool"] = tool;
  }

  dispose(): void {
    this.#stop.abort();
    this.#stopOrders();
  }

  /** The answer to the question of onMove. */
  answer(yes: boolean): void {
    const move = this.#asked;
    this.#ask(null);
    if (!yes || move === null) return;
    const { ticks } = move;
    for (const order of move.orders) {
      void amendOrder(order, {
        limitTicks: move.mark.kind === "limit" ? ticks : null,
        triggerTicks: move.mark.kind === "stop" ? ticks : null,
        lots: null,
      });
    }
  }

  /** Lets go of what is in hand; false when nothing was. */
  escape(): boolean {
    if (this.#dragged !== null) {
      this.#cancel();
      return true;
    }
    if (this.#tool !== "none") {
      this.#drawings.escape();
      this.#tool = "none";
      this.#listener.toolDone();
      return true;
    }
    return this.#drawings.escape();
  }

  #at(event: MouseEvent): { readonly x: number; readonly y: number } {
    const box = this.#around.host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** Inside the candles' pane, beside the price scale. */
  #isOnCandles({ x, y }: { readonly x: number; readonly y: number }): boolean {
    const { chart } = this.#around;
    return x <= chart.timeScale().width() && y <= (chart.panes()[0]?.getHeight() ?? 0);
  }

  #down(event: PointerEvent): void {
    const at = this.#at(event);
    if (event.button !== 0 || !this.#isOnCandles(at)) return;
    if (this.#tool !== "none") {
      this.#holdChart(true);
      if (this.#drawings.place(this.#tool, at)) {
        this.#tool = "none";
        this.#listener.toolDone();
      }
      return;
    }
    const mark = this.#own.markAt(at.y, REACH_PIXELS);
    if (mark !== null) {
      this.#dragged = { mark, ticks: mark.ticks };
      this.#capture(event);
      return;
    }
    if (this.#drawings.grab(at)) {
      this.#drawing = true;
      this.#capture(event);
    }
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event);
    if (this.#dragged !== null) {
      const price = this.#around.candles.coordinateToPrice(at.y);
      if (price === null) return;
      this.#dragged.ticks = Math.max(1, Math.round(price));
      this.#own.showGhost(this.#dragged.mark, this.#dragged.ticks);
      return;
    }
    if (this.#drawing || this.#tool === "trend") this.#drawings.drag(at);
    const isOver = this.#isOnCandles(at) && (this.#own.markAt(at.y, REACH_PIXELS) !== null || this.#drawings.hovers(at));
    this.#around.host.dataset["over"] = isOver ? "grip" : "";
  }

  #up(): void {
    const dragged = this.#dragged;
    this.#dragged = null;
    if (this.#drawing) this.#drawings.drop();
    this.#drawing = false;
    this.#holdChart(false);
    if (dragged === null) return;
    if (dragged.ticks === dragged.mark.ticks) {
      this.#own.showGhost(null, 0);
      return;
    }
    const move = this.#moveOf(dragged.mark, dragged.ticks);
    // They may have ended in the hand.
    if (move.orders.length > 0) this.#ask(move);
    else this.#own.showGhost(null, 0);
  }

  #cancel(): void {
    this.#dragged = null;
    this.#drawing = false;
    this.#drawings.drop();
    this.#own.showGhost(null, 0);
    this.#holdChart(false);
  }

  #moveOf(mark: OrderMark, ticks: number): ChartMove {
    const { instrumentId } = this.#around.instrument;
    const { account } = this.#around.selection;
    const orders = [...readModel.orders.values()]
      .filter((entry) => isOpen(entry))
      .filter((order) => {
        if (order.instrumentId !== instrumentId || (account !== "all" && order.accountId !== account)) return false;
        const place = placeOf(order);
        return place !== null && markKey({ ...place, side: order.side }) === markKey(mark);
      });
    const ticker = readModel.ticker(instrumentId);
    const bid = ticker?.bidTicks ?? null;
    const ask = ticker?.askTicks ?? null;
    const beyond = mark.side === "buy" ? ask !== null && ticks >= ask : bid !== null && ticks <= bid;
    // A whole number of at least one; the engine looks at it again.
    return { mark, orders, ticks: ticks as PriceTicks, crosses: mark.kind === "limit" && beyond };
  }

  #ask(move: ChartMove | null): void {
    this.#asked = move;
    if (move === null) this.#own.showGhost(null, 0);
    this.#listener.move(move);
  }

  #capture(event: PointerEvent): void {
    this.#around.host.setPointerCapture(event.pointerId);
    this.#holdChart(true);
  }

  /** While something is dragged, the chart itself stays where it is. */
  #holdChart(held: boolean): void {
    this.#around.chart.applyOptions({ handleScroll: !held, handleScale: !held });
  }
}
