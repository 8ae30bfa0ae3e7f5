import {
  createSeriesMarkers,
  LineStyle,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import { onAnimationFrame, type Painter } from "../../app/frame.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { atMostEvery, type PacedRun } from "../../ui/atMostEvery.ts";
import { formatLotsShort, formatSigned } from "../../ui/format.ts";
import { tokens } from "../../ui/tokens.ts";
import type { ShownBars } from "./shownBars.ts";
import { fillMarks, labelledPlaces, markKey, orderMarks, type MarkFilter, type OrderMark } from "./chartMarks.ts";
import { chartTexts } from "./chartTexts.ts";
import { chartSeconds } from "./chartOptions.ts";

/** Bars with quantities written beside their markers; more would be a carpet of text. */
const LABELLED_BARS = 40;
/** Width of a digit of the chart's font, CSS pixels. */
const LABEL_DIGIT = 7;
/** The first change shows in the next frame; a storm of changes is drawn at this pace. */
const MARKS_EVERY_MS = 100;

/** Own fills as markers and own open orders as lines on the candles of one instrument. */
export class OwnMarksView {
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #instrument: Instrument;
  readonly #selection: Selection;
  readonly #bars: () => ShownBars;
  readonly #barSpacing: () => number;
  readonly #changed: () => void;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  readonly #lines = new Map<string, { readonly line: IPriceLine; readonly look: string }>();
  readonly #fillPainter: Painter;
  readonly #orderPainter: Painter;
  readonly #paced: readonly PacedRun[];
  readonly #stops: readonly (() => void)[];
  #hidden = 0;
  #marks: readonly OrderMark[] = [];
  #average: IPriceLine | null = null;
  #ghost: IPriceLine | null = null;
  /** Pixels between bars when the fills were painted last. */
  #paintedSpacing = 0;

  /** `barSpacing`: CSS pixels from one bar to the next. */
  constructor(
    candles: ISeriesApi<"Candlestick">,
    { instrument, selection }: { readonly instrument: Instrument; readonly selection: Selection },
    bars: () => ShownBars,
    barSpacing: () => number,
    changed: () => void,
  ) {
    this.#candles = candles;
    this.#instrument = instrument;
    this.#selection = selection;
    this.#bars = bars;
    this.#barSpacing = barSpacing;
    this.#changed = changed;
    this.#markers = createSeriesMarkers(candles, []);
    this.#fillPainter = onAnimationFrame(() => this.#paintFills());
    this.#orderPainter = onAnimationFrame(() => this.#paintOrders());
    const fills = atMostEvery(MARKS_EVERY_MS, this.#fillPainter.invalidate);
    const orders = atMostEvery(MARKS_EVERY_MS, this.#orderPainter.invalidate);
    this.#paced = [fills, orders];
    this.#stops = [
      readModel.subscribe("fills", fills.request),
      readModel.subscribe("orders", orders.request),
      readModel.subscribe("positions", orders.request),
      readModel.subscribe("selection", () => this.invalidate()),
    ];
  }

  /** Lines that were left out because there are too many. */
  get hiddenOrders(): number {
    return this.#hidden;
  }

  /** The lines of own orders as they are drawn, the highest price first. */
  get marks(): readonly OrderMark[] {
    return this.#marks;
  }

  /** The line within reach of this height, and its distance; null when there is none. */
  markAt(y: number, reach: number): OrderMark | null {
    let nearest: OrderMark | null = null;
    let best = reach;
    for (const mark of this.#marks) {
      const at = this.#candles.priceToCoordinate(mark.ticks);
      if (at === null || mark.pending || Math.abs(at - y) > best) continue;
      best = Math.abs(at - y);
      nearest = mark;
    }
    return nearest;
  }

  /** Lines that can be dragged and their heights in pixels, "limitbuy6500000@123.0" each. */
  places(): string {
    const resting = this.#marks.filter(({ pending }) => !pending);
    return resting.map((mark) => `${markKey(mark)}@${this.#candles.priceToCoordinate(mark.ticks)?.toFixed(1) ?? ""}`).join(" ");
  }

  /** Where orders that are being moved would go; null when none are. */
  showGhost(mark: OrderMark | null, ticks: number): void {
    if (mark === null) {
      if (this.#ghost !== null) this.#candles.removePriceLine(this.#ghost);
      this.#ghost = null;
      return;
    }
    const colours = tokens();
    const colour = mark.side === "buy" ? colours.buy : colours.sell;
    const options = {
      price: ticks,
      color: colour,
      title: this.#title(mark),
      lineStyle: LineStyle.LargeDashed,
      lineWidth: 2 as const,
      axisLabelVisible: true,
      axisLabelColor: colour,
      axisLabelTextColor: colours.bg,
    };
    if (this.#ghost === null) this.#ghost = this.#candles.createPriceLine(options);
    else this.#ghost.applyOptions(options);
  }

  /** Everything is drawn again in the next frame. */
  invalidate(): void {
    this.#fillPainter.invalidate();
    this.#orderPainter.invalidate();
  }

  /** The visible range changed: how many labels fit depends on the zoom. */
  rangeChanged(): void {
    if (this.#barSpacing() !== this.#paintedSpacing) this.#fillPainter.invalidate();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    for (const run of this.#paced) run.cancel();
    this.#fillPainter.dispose();
    this.#orderPainter.dispose();
  }

  #filter(): MarkFilter {
    return { instrumentId: this.#instrument.instrumentId, accountId: this.#selection.account };
  }

  #paintFills(): void {
    const colours = tokens();
    const series = this.#bars();
    // A mark whose bar is not loaded would be drawn at the wrong one.
    const marks = fillMarks(readModel.fills, this.#filter(), (us) => series.openOf(us)).filter(
      (mark) => series.barAt(mark.openUs) !== undefined,
    );
    const quantities = marks.map((mark) => formatLotsShort(mark.lots, this.#instrument));
    const places = marks.map((mark) => series.indexOf(mark.openUs));
    const widest = LABEL_DIGIT * (1 + Math.max(0, ...quantities.map((text) => text.length)));
    this.#paintedSpacing = this.#barSpacing();
    const labelled = labelledPlaces(places, widest / this.#paintedSpacing, LABELLED_BARS);
    this.#markers.setMarkers(
      marks.map((mark, index): SeriesMarker<Time> => {
        const buy = mark.side === "buy";
        return {
          // A whole number of seconds, as the library's type demands.
          time: chartSeconds(mark.openUs, preferences.zone) as UTCTimestamp,
          // Clear of the candle and of the other side: at the price itself, both would be written over.
          position: buy ? "belowBar" : "aboveBar",
          shape: buy ? "arrowUp" : "arrowDown",
          color: buy ? colours.buy : colours.sell,
          size: 1,
          text: labelled.has(places[index] ?? -1) ? (quantities[index] ?? "") : "",
        };
      }),
    );
  }

  #paintOrders(): void {
    const near = this.#bars().bars.at(-1)?.close ?? null;
    const { marks, leftOut } = orderMarks(readModel.open.levels(this.#selection.account, this.#instrument.instrumentId), near);
    this.#marks = marks;
    this.#paintAverage();
    const wanted = new Set<string>();
    for (const mark of marks) {
      const key = markKey(mark);
      wanted.add(key);
      this.#paintLine(key, mark);
    }
    for (const [key, { line }] of this.#lines) {
      if (wanted.has(key)) continue;
      this.#candles.removePriceLine(line);
      this.#lines.delete(key);
    }
    this.#hidden = leftOut;
    this.#changed();
  }

  /** Makes the line, or changes it where it looks different now. */
  #paintLine(key: string, mark: OrderMark): void {
    const colours = tokens();
    const colour = mark.side === "buy" ? colours.buy : colours.sell;
    const title = this.#title(mark);
    const lineStyle = mark.pending ? LineStyle.Dashed : mark.kind === "stop" ? LineStyle.SparseDotted : LineStyle.Solid;
    const look = `${title} ${lineStyle} ${colour}`;
    const drawn = this.#lines.get(key);
    if (drawn?.look === look) return;
    const options = {
      price: mark.ticks,
      color: colour,
      title,
      lineStyle,
      lineWidth: 1 as const,
      axisLabelVisible: true,
      axisLabelColor: colour,
      axisLabelTextColor: colours.bg,
    };
    drawn?.line.applyOptions(options);
    this.#lines.set(key, { line: drawn?.line ?? this.#candles.createPriceLine(options), look });
  }

  #title(mark: OrderMark): string {
    const quantity = formatLotsShort(mark.leavesLots, this.#instrument);
    return `${chartTexts.sides[mark.kind][mark.side]} ${quantity}${mark.orders > 1 ? ` ×${mark.orders}` : ""}`;
  }

  /** Mean entry price of the selected account's position. */
  #paintAverage(): void {
    const { account } = this.#selection;
    const position = account === "all" ? null : readModel.position(account, this.#instrument.instrumentId);
    if (position === null || position.averageTicks === null || position.netLots === 0) {
      if (this.#average !== null) this.#candles.removePriceLine(this.#average);
      this.#average = null;
      return;
    }
    const colours = tokens();
    const options = {
      price: position.averageTicks,
      color: colours.bright,
      title: chartTexts.average(formatSigned(position.netLots, formatLotsShort(position.netLots, this.#instrument))),
      lineStyle: LineStyle.Dashed,
      lineWidth: 1 as const,
      axisLabelVisible: true,
      axisLabelColor: colours["line-strong"],
      axisLabelTextColor: colours.bright,
    };
    if (this.#average === null) this.#average = this.#candles.createPriceLine(options);
    else this.#average.applyOptions(options);
  }
}
