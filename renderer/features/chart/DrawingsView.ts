import type { IChartApi, IPrimitivePaneRenderer, IPrimitivePaneView, ISeriesApi, ISeriesPrimitive, Logical } from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import { messages } from "../../app/messages.ts";
import { priceAlerts } from "../../app/priceAlerts.ts";
import { readModel } from "../../app/readModel.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { formatPrice } from "../../ui/format.ts";
import { CANVAS_FONT, tokens } from "../../ui/tokens.ts";
import { chartTexts } from "./chartTexts.ts";
import {
  drawingsSchema,
  gripAt,
  MOST_DRAWINGS,
  moved,
  type Drawing,
  type DrawingGrip,
  type DrawingPoint,
  type Pixel,
} from "./drawingModel.ts";
import type { ShownBars } from "./shownBars.ts";

const SETTING = "chart.drawings";

export type DrawingTool = "none" | "level" | "trend" | "alert";

type Context = Parameters<Parameters<Parameters<IPrimitivePaneRenderer["draw"]>[0]["useMediaCoordinateSpace"]>[0]>[0];

/** Levels, trend lines and price alerts of one instrument: drawn by the chart, kept with the window's settings. */
export class DrawingsView implements ISeriesPrimitive {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #instrument: Instrument;
  readonly #bars: () => ShownBars;
  readonly #changed: () => void;
  readonly #stop: () => void;
  #requestUpdate: () => void = () => undefined;
  #drawings: readonly Drawing[];
  #selected: string | null = null;
  /** The first end of a trend line whose second end follows the pointer. */
  #begun: { readonly id: string } | null = null;
  #held: { readonly grip: DrawingGrip; readonly at: DrawingPoint; readonly drawing: Drawing | null } | null = null;

  constructor(
    chart: IChartApi,
    candles: ISeriesApi<"Candlestick">,
    instrument: Instrument,
    { bars, changed }: { readonly bars: () => ShownBars; readonly changed: () => void },
  ) {
    this.#chart = chart;
    this.#candles = candles;
    this.#instrument = instrument;
    this.#bars = bars;
    this.#changed = changed;
    this.#drawings = savedSetting(SETTING, drawingsSchema, {})[instrument.symbol] ?? [];
    this.#stop = readModel.subscribe("alerts", () => {
      this.#requestUpdate();
      changed();
    });
    candles.attachPrimitive(this);
  }

  dispose(): void {
    this.#stop();
  }

  attached({ requestUpdate }: { readonly requestUpdate: () => void }): void {
    this.#requestUpdate = requestUpdate;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [{ renderer: () => ({ draw: (target) => target.useMediaCoordinateSpace((scope) => this.#draw(scope)) }) }];
  }

  /** How many there are, alerts included; for whoever drives the window from outside. */
  get count(): number {
    return this.#drawings.length + priceAlerts.of(this.#instrument.symbol).length;
  }

  /** A press with a tool in hand. True when the tool has done its work. */
  place(tool: Exclude<DrawingTool, "none">, at: Pixel): boolean {
    const point = this.#pointAt(at);
    if (point === null) return false;
    const ticks = Math.max(1, Math.round(point.ticks));
    if (tool === "alert") {
      this.#selected = priceAlerts.add(this.#instrument, ticks);
      return true;
    }
    // SC-4: one more could not be read back, and all of them would be lost.
    if (this.#begun === null && this.#drawings.length >= MOST_DRAWINGS) {
      messages.post({ severity: "warning", text: chartTexts.tooManyDrawings(MOST_DRAWINGS) });
      return true;
    }
    const id = crypto.randomUUID();
    if (tool === "level") {
      this.#keep([...this.#drawings, { id, kind: "level", ticks }]);
      this.#selected = id;
      return true;
    }
    if (this.#begun !== null) {
      this.#begun = null;
      return true;
    }
    this.#begun = { id };
    this.#selected = id;
    this.#keep([...this.#drawings, { id, kind: "trend", from: point, to: point }]);
    return false;
  }

  /** Takes hold of what is under the pointer; false when nothing is. */
  grab(at: Pixel): boolean {
    const point = this.#pointAt(at);
    const grip = point === null ? null : this.#gripAt(at);
    this.#selected = grip?.id ?? null;
    this.#requestUpdate();
    if (grip === null || point === null) return false;
    this.#held = { grip, at: point, drawing: this.#drawings.find(({ id }) => id === grip.id) ?? null };
    return true;
  }

  hovers(at: Pixel): boolean {
    return this.#gripAt(at) !== null;
  }

  /** The pointer moved. */
  drag(at: Pixel): void {
    const point = this.#pointAt(at);
    if (point === null) return;
    if (this.#begun !== null) {
      const { id } = this.#begun;
      this.#keep(this.#drawings.map((drawing) => (drawing.id === id && drawing.kind === "trend" ? { ...drawing, to: point } : drawing)));
      return;
    }
    if (this.#held === null) return;
    const { grip, at: start, drawing } = this.#held;
    if (drawing === null) {
      priceAlerts.move(grip.id, this.#instrument, Math.max(1, Math.round(point.ticks)));
      return;
    }
    const changed = moved(drawing, grip.part, { by: { us: point.us - start.us, ticks: point.ticks - start.ticks }, to: point });
    this.#keep(this.#drawings.map((other) => (other.id === grip.id ? changed : other)));
  }

  drop(): void {
    this.#held = null;
  }

  /** Takes the selected drawing away; false when none is. */
  removeSelected(): boolean {
    const id = this.#selected;
    if (id === null) return false;
    this.#selected = null;
    this.#begun = null;
    priceAlerts.remove(id);
    this.#keep(this.#drawings.filter((drawing) => drawing.id !== id));
    return true;
  }

  /** Lets go of what is selected or begun; false when nothing was. */
  escape(): boolean {
    if (this.#begun !== null) {
      this.#selected = this.#begun.id;
      return this.removeSelected();
    }
    if (this.#selected === null) return false;
    this.#selected = null;
    this.#requestUpdate();
    return true;
  }

  #keep(drawings: readonly Drawing[]): void {
    this.#drawings = drawings;
    saveSetting(SETTING, { ...savedSetting(SETTING, drawingsSchema, {}), [this.#instrument.symbol]: drawings });
    this.#requestUpdate();
    this.#changed();
  }

  #gripAt(at: Pixel): DrawingGrip | null {
    const alerts = priceAlerts.of(this.#instrument.symbol).map(({ id, ticks }): Drawing => ({ id, kind: "level", ticks }));
    return gripAt([...this.#drawings, ...alerts], at, (point) => this.#toPixel(point));
  }

  #pointAt({ x, y }: Pixel): DrawingPoint | null {
    const ticks = this.#candles.coordinateToPrice(y);
    const logical = this.#chart.timeScale().coordinateToLogical(x);
    const us = logical === null ? null : this.#usOf(logical);
    return ticks === null || us === null ? null : { us, ticks };
  }

  #toPixel({ us, ticks }: DrawingPoint): Pixel | null {
    const y = this.#candles.priceToCoordinate(ticks);
    const logical = this.#logicalOf(us);
    const x = logical === null ? null : this.#chart.timeScale().logicalToCoordinate(logical);
    return x === null || y === null ? null : { x, y };
  }

  /** Bars lie at whole numbers; before the first and after the last the grid goes on. */
  #logicalOf(us: number): Logical | null {
    const { bars, indexOf } = this.#bars();
    const [first, last] = [bars[0], bars.at(-1)];
    if (first === undefined || last === undefined) return null;
    const width = this.#barUs();
    if (us <= first.openUs) return ((us - first.openUs) / width) as Logical;
    if (us >= last.openUs) return (bars.length - 1 + (us - last.openUs) / width) as Logical;
    const next = indexOf(us);
    const from = bars[next - 1]?.openUs ?? us;
    const to = bars[next]?.openUs ?? us;
    return (next - 1 + (to === from ? 0 : (us - from) / (to - from))) as Logical;
  }

  #usOf(logical: number): number | null {
    const { bars } = this.#bars();
    const [first, last] = [bars[0], bars.at(-1)];
    if (first === undefined || last === undefined) return null;
    const width = this.#barUs();
    if (logical <= 0) return first.openUs + logical * width;
    if (logical >= bars.length - 1) return last.openUs + (logical - bars.length + 1) * width;
    const from = bars[Math.floor(logical)]?.openUs ?? first.openUs;
    const to = bars[Math.floor(logical) + 1]?.openUs ?? from;
    return from + (logical - Math.floor(logical)) * (to - from);
  }

  #barUs(): number {
    const { bars } = this.#bars();
    const [before, last] = [bars.at(-2), bars.at(-1)];
    return before === undefined || last === undefined ? 60_000_000 : last.openUs - before.openUs;
  }

  #draw({ context, mediaSize }: Context): void {
    const colours = tokens();
    context.font = `10px ${CANVAS_FONT}`;
    context.textBaseline = "bottom";
    context.textAlign = "left";
    for (const drawing of this.#drawings) {
      const isSelected = drawing.id === this.#selected;
      context.strokeStyle = isSelected ? colours.bright : colours.text;
      context.fillStyle = colours.bright;
      context.lineWidth = isSelected ? 2 : 1;
      if (drawing.kind === "level") {
        this.#level(context, mediaSize.width, drawing.ticks, formatPrice(drawing.ticks, this.#instrument), []);
        continue;
      }
      const from = this.#toPixel(drawing.from);
      const to = this.#toPixel(drawing.to);
      if (from === null || to === null) continue;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
      if (isSelected) for (const { x, y } of [from, to]) context.fillRect(x - 3, y - 3, 6, 6);
    }
    for (const { id, ticks, from } of priceAlerts.of(this.#instrument.symbol)) {
      context.strokeStyle = id === this.#selected ? colours.bright : colours.warning;
      context.fillStyle = colours.warning;
      context.lineWidth = id === this.#selected ? 2 : 1;
      const text = `${from === "below" ? "▲" : "▼"} ${chartTexts.alert} ${formatPrice(ticks, this.#instrument)}`;
      this.#level(context, mediaSize.width, ticks, text, [6, 3]);
    }
  }

  #level(context: CanvasRenderingContext2D, width: number, ticks: number, text: string, dash: readonly number[]): void {
    const y = this.#candles.priceToCoordinate(ticks);
    if (y === null) return;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(0, Math.round(y) + 0.5);
    context.lineTo(width, Math.round(y) + 0.5);
    context.stroke();
    context.setLineDash([]);
    context.fillText(text, 8, y - 2);
  }
}
