import interUrl from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";
import { unreachable } from "../../../shared/assert.ts";
import { HeatScale } from "./heatmapCells.ts";
import { HeatmapPainter, type HeatmapScene } from "./heatmapPainter.ts";
import { HeatmapPast, PackedTrades, type PastColumn } from "./heatmapPast.ts";
import type { HeatmapOrder, HeatmapReading, HeatmapReport } from "./heatmapProtocol.ts";
import { BARS_WIDTH, HeatmapView, plotOf } from "./heatmapView.ts";

/** The part of a worker's scope that is used; the project's types are those of a window. */
type Scope = {
  onmessage: ((event: MessageEvent<HeatmapOrder>) => void) | null;
  readonly postMessage: (report: HeatmapReport) => void;
  readonly fonts: FontFaceSet;
};
const scope = globalThis as unknown as Scope;

type Start = Extract<HeatmapOrder, { type: "start" }>;

/** One heatmap, drawn in a thread of its own: takes the panel's orders and paints at most once an animation frame. */
class HeatmapThread {
  readonly #past = new HeatmapPast();
  readonly #trades = new PackedTrades();
  readonly #view = new HeatmapView();
  readonly #scale = new HeatScale();
  readonly #painter: HeatmapPainter;
  readonly #instrument: HeatmapScene["instrument"];
  #size: HeatmapScene["size"];
  #look: HeatmapScene["look"];
  #orders: HeatmapScene["orders"] = [];
  #fills: HeatmapScene["fills"] = [];
  #cut = { low: 40, high: 97 };
  #bubbles = true;
  #newestUs = 0;
  /** The moment at which a window that shows the past stands; null while it is live. */
  #endUs: number | null = null;
  #pointer: HeatmapScene["pointer"] = null;
  #scheduled = false;

  constructor({ canvas, size, look, instrument }: Start) {
    this.#painter = new HeatmapPainter(canvas);
    this.#size = size;
    this.#look = look;
    this.#instrument = instrument;
    this.#setRamp();
    void this.#loadFont();
    this.#invalidate();
  }

  obey(order: Exclude<HeatmapOrder, Start>): void {
    const plot = plotOf(this.#size);
    const bounds = { firstUs: this.#past.firstUs ?? this.#nowUs, nowUs: this.#nowUs };
    switch (order.type) {
      case "size":
        this.#size = order.size;
        // A resized canvas is empty: painted before anybody sees it.
        this.#paint();
        return;
      case "look":
        this.#look = order.look;
        this.#setRamp();
        break;
      case "minutes":
        this.#past.addMinutes(order.minutes);
        this.#newestUs = Math.max(this.#newestUs, this.#past.lastUs ?? 0);
        break;
      case "column":
        this.#past.add(order.column);
        this.#newestUs = Math.max(this.#newestUs, order.column.atUs);
        break;
      case "end":
        this.#endUs = order.us;
        break;
      case "trades":
        this.#trades.add(order.trades, order.reset);
        break;
      case "own":
        this.#orders = order.orders;
        this.#fills = order.fills;
        break;
      case "cut":
        this.#cut = { low: order.low, high: order.high };
        // The new percentiles are known only after a paint: the second one shows them.
        this.#paint();
        break;
      case "bubbles":
        this.#bubbles = order.shown;
        break;
      case "pan":
        this.#view.pan(order.dx, order.dy, plot, bounds);
        break;
      case "zoom":
        if (order.axis === "time") this.#view.zoomTime(order.factor, order.x, plot, bounds);
        else this.#view.zoomPrice(order.factor, order.y, plot);
        break;
      case "follow":
        this.#view.follow(this.#midTicks());
        break;
      case "span":
        this.#view.setSpan(order.spanUs);
        break;
      case "pointer":
        this.#pointer = order.at;
        break;
      case "pick":
        this.#pick(order);
        return;
      default:
        unreachable(order);
    }
    this.#invalidate();
  }

  get #nowUs(): number {
    return this.#endUs ?? this.#newestUs;
  }

  /** The newest look at the book that may be shown. */
  get #newest(): PastColumn | undefined {
    return this.#past.columns[this.#past.indexAt(this.#nowUs)];
  }

  #invalidate(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#paint();
    });
  }

  #paint(): void {
    const startMs = performance.now();
    const plot = plotOf(this.#size);
    this.#view.settle(this.#midTicks(), this.#reachTicks(), plot, this.#pointer !== null);
    this.#painter.paint({
      size: this.#size,
      look: this.#look,
      instrument: this.#instrument,
      past: this.#past,
      trades: this.#trades,
      orders: this.#orders,
      fills: this.#fills,
      view: this.#view,
      scale: this.#scale,
      cut: this.#cut,
      bubbles: this.#bubbles,
      nowUs: this.#nowUs,
      pointer: this.#pointer,
    });
    scope.postMessage({
      type: "painted",
      columns: this.#past.columns.length,
      fromUs: this.#view.fromUs(this.#nowUs),
      toUs: this.#view.toUs(this.#nowUs),
      following: this.#view.following,
      cutLots: this.#scale.cutLots,
      paintMs: performance.now() - startMs,
    });
    scope.postMessage({ type: "reading", reading: this.#reading() });
  }

  #setRamp(): void {
    const { colours } = this.#look;
    this.#scale.setRamp([colours["heat-low"], colours["heat-mid"], colours["heat-high"]].map((colour) => this.#painter.rgbOf(colour)));
  }

  /** Fonts of the page are not those of a worker. */
  async #loadFont(): Promise<void> {
    const font = new FontFace("Inter Variable", `url(${interUrl})`, { weight: "100 900" });
    scope.fonts.add(font);
    await font.load();
    this.#invalidate();
  }

  #midTicks(): number | null {
    const last = this.#newest;
    if (last === undefined) return null;
    if (last.bid !== null && last.ask !== null) return (last.bid + last.ask) / 2;
    return last.bid ?? last.ask;
  }

  /** How far from the mid four fifths of the levels lie. */
  #reachTicks(): number {
    const mid = this.#midTicks();
    const last = this.#newest;
    if (mid === null || last === undefined) return 1;
    const distances: number[] = [];
    for (let at = 0; at < last.levels.length; at += 2) distances.push(Math.abs(Math.abs(last.levels[at] ?? 0) - mid));
    distances.sort((a, b) => a - b);
    return Math.max(5, distances[Math.floor(distances.length * 0.8)] ?? 5);
  }

  #reading(): HeatmapReading | null {
    const at = this.#pointer;
    const plot = plotOf(this.#size);
    if (at === null || at.x > plot.width + BARS_WIDTH || at.y > plot.height) return null;
    const atUs = Math.min(this.#view.usAt(at.x, plot, this.#nowUs), this.#view.toUs(this.#nowUs));
    const column = this.#past.columns[this.#past.indexAt(atUs)];
    if (column === undefined) return null;
    const step = this.#view.step();
    const ticks = Math.floor(this.#view.ticksAt(at.y, plot) / step) * step;
    const middle = ((column.bid ?? column.ask ?? 0) + (column.ask ?? column.bid ?? 0)) / 2;
    const side = ticks + step / 2 < middle ? "bid" : "ask";
    let lots = 0;
    let cumulativeLots = 0;
    for (let index = 0; index < column.levels.length; index += 2) {
      const key = column.levels[index] ?? 0;
      if (key > 0 !== (side === "bid")) continue;
      const price = Math.abs(key);
      const size = column.levels[index + 1] ?? 0;
      if (price >= ticks && price < ticks + step) lots += size;
      if (side === "bid" ? price >= ticks : price < ticks + step) cumulativeLots += size;
    }
    const [boughtLots, soldLots] = this.#tradedNear(at.x, ticks, step);
    return { atUs, ticks, side, lots, cumulativeLots, boughtLots, soldLots };
  }

  /** Lots that traded in the cell and within a few pixels of time. */
  #tradedNear(x: number, ticks: number, step: number): readonly [bought: number, sold: number] {
    const plot = plotOf(this.#size);
    const toUs = this.#view.usAt(x + 4, plot, this.#nowUs);
    let bought = 0;
    let sold = 0;
    for (let index = this.#trades.firstFrom(this.#view.usAt(x - 4, plot, this.#nowUs)); index < this.#trades.count; index += 1) {
      if (this.#trades.get(index, "atUs") > toUs) break;
      const price = this.#trades.get(index, "ticks");
      if (price < ticks || price >= ticks + step) continue;
      if (this.#trades.get(index, "takerSide") === 0) bought += this.#trades.get(index, "lots");
      else sold += this.#trades.get(index, "lots");
    }
    return [bought, sold];
  }

  #pick({ x, y }: { readonly x: number; readonly y: number }): void {
    const plot = plotOf(this.#size);
    const mid = this.#midTicks();
    if (x > plot.width + BARS_WIDTH || y > plot.height || mid === null) return;
    const ticks = Math.max(1, Math.round(this.#view.ticksAt(y, plot)));
    scope.postMessage({ type: "picked", ticks, side: ticks < mid ? "buy" : "sell" });
  }
}

let thread: HeatmapThread | null = null;
scope.onmessage = ({ data }) => {
  if (data.type === "start") thread = new HeatmapThread(data);
  else thread?.obey(data);
};
