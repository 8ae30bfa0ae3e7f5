import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  LineStyle,
  type CandlestickData,
  type HistogramData,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { CandleRow } from "../../../shared/views.ts";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { atMostEvery, type PacedRun } from "../../ui/atMostEvery.ts";
import { AdoptedStyles } from "../../ui/adoptedStyles.ts";
import { formatLotsShort, formatPrice } from "../../ui/format.ts";
import { tokens } from "../../ui/tokens.ts";
import { CandleSeries, PAGE_BARS } from "./candleModel.ts";
import { ChartHands, type ChartMove } from "./ChartHands.ts";
import { CompareView } from "./CompareView.ts";
import { DrawingsView, type DrawingTool } from "./DrawingsView.ts";
import { IndicatorsView, type ActiveIndicator, type IndicatorReading } from "./IndicatorsView.ts";
import { OwnMarksView } from "./OwnMarksView.ts";
import { shownBars, type ChartInterval, type ShownBars } from "./shownBars.ts";
import { barTimeText, chartOptions, chartSeconds, venueUs } from "./chartOptions.ts";

/** What the panel around the chart shows in words. */
export type ChartNews = {
  readonly bars: number;
  /** The past was reached and there is hardly any: bars of this length are finer than the history. */
  readonly sparse: boolean;
  /** A page of the past is on its way and nothing is drawn yet. */
  readonly loading: boolean;
  /** Why bars could not be fetched, or "". */
  readonly error: string;
  /** Lines of own orders that were left out because there are too many. */
  readonly hiddenOrders: number;
  /** The newest bar is in sight. */
  readonly atNewest: boolean;
};

/** What the chart tells the panel around it. */
export type ChartListener = {
  readonly news: (news: ChartNews) => void;
  /** The bar under the crosshair, or the newest, and what the indicators say of it. */
  readonly legend: (bar: CandleRow | undefined, readings: readonly IndicatorReading[]) => void;
  /** Own orders are to be moved and a person has to say yes; null when the question is over. */
  readonly move: (move: ChartMove | null) => void;
  /** The tool in hand has done its work. */
  readonly toolDone: () => void;
};

/** With fewer bars than this the chart says where more are. */
const SPARSE_BARS = 50;
/** Bars beyond the left edge at which the next page is asked for. */
const PAGE_AHEAD_BARS = 200;
/** Pace of live bars: the eye follows no more, and each repaint is of the whole chart. */
const LIVE_EVERY_MS = 50;
const KEYBOARD_FAR = 10;
const ZOOM_STEP = 1.2;

const styles = new AdoptedStyles();

/**
 * The chart of one instrument and bar length, outside React: past bars by pages, live bars from frames, own fills as markers, own open
 * orders as lines. Made anew for another instrument or length, so that nothing of the former can appear in it.
 */
export class ChartView {
  readonly #host: HTMLElement;
  readonly #instrument: Instrument;
  readonly #interval: ChartInterval;
  readonly #listener: ChartListener;
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #own: OwnMarksView;
  readonly #indicators: IndicatorsView;
  readonly #compare: CompareView;
  readonly #drawings: DrawingsView;
  readonly #hands: ChartHands;
  readonly #livePaced: PacedRun;
  readonly #stops: (() => void)[] = [];
  readonly #observer: ResizeObserver;
  readonly #logo: HTMLElement | null;
  #series: CandleSeries;
  #shown: ShownBars;
  /** Bars of another past that are on their way; the ones on view stay until they have come. */
  #next: CandleSeries | null = null;
  #sourceKey: string;
  /** Start of the newest bar that the chart was given, microseconds. */
  #drawnUs = 0;
  #error = "";
  #firstPage = true;
  #disposed = false;
  /** Start of the bar under the crosshair, microseconds; null: the newest. */
  #pointedUs: number | null = null;

  constructor(
    host: HTMLElement,
    { instrument, selection }: { readonly instrument: Instrument; readonly selection: Selection },
    interval: ChartInterval,
    listener: ChartListener,
  ) {
    this.#host = host;
    this.#instrument = instrument;
    this.#interval = interval;
    this.#listener = listener;
    this.#series = this.#freshSeries();
    this.#shown = shownBars(this.#series, interval.unit);
    this.#sourceKey = this.#readSourceKey();
    const box = document.createElement("div");
    box.className = "chart-box";
    const options = chartOptions(tokens());
    this.#chart = createChart(box, {
      ...options,
      layout: { ...options.layout, attributionLogo: true },
      width: host.clientWidth,
      height: host.clientHeight,
    });
    this.#candles = this.#chart.addSeries(CandlestickSeries);
    this.#volume = this.#chart.addSeries(HistogramSeries, { priceScaleId: "volume", priceLineVisible: false, lastValueVisible: false });
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.#own = new OwnMarksView(
      this.#candles,
      { instrument, selection },
      () => this.#shown,
      () => this.#chart.timeScale().options().barSpacing,
      () => this.#report(),
    );
    this.#indicators = new IndicatorsView(this.#chart, instrument);
    this.#compare = new CompareView(this.#chart, this.#candles, interval, { own: () => this.#shown, changed: () => this.#expose() });
    this.#drawings = new DrawingsView(this.#chart, this.#candles, instrument, { bars: () => this.#shown, changed: () => this.#expose() });
    this.#hands = new ChartHands(
      { host, chart: this.#chart, candles: this.#candles, instrument, selection },
      { own: this.#own, drawings: this.#drawings },
      listener,
    );
    this.#livePaced = atMostEvery(LIVE_EVERY_MS, () => this.#drawTail());
    this.#logo = keptLogo(this.#chart, box, host);
    this.#applyLook();
    host.append(box);
    this.#observer = new ResizeObserver(() => {
      // Repainted at once: a canvas that was resized and not painted is an empty frame.
      if (host.clientWidth > 0 && host.clientHeight > 0) this.#chart.resize(host.clientWidth, host.clientHeight, true);
    });
    this.#observer.observe(host);
    this.#listen();
    void this.#loadPage();
  }

  dispose(): void {
    this.#disposed = true;
    for (const stop of this.#stops) stop();
    this.#observer.disconnect();
    this.#livePaced.cancel();
    this.#own.dispose();
    this.#compare.dispose();
    this.#drawings.dispose();
    this.#hands.dispose();
    this.#chart.remove();
  }

  retry(): void {
    this.#error = "";
    this.#sourceChanged();
    void this.#loadPage();
  }

  goToNewest(): void {
    this.#chart.timeScale().scrollToRealTime();
  }

  showIndicators(active: readonly ActiveIndicator[]): void {
    this.#indicators.show(active);
    this.#showLegend();
  }

  /** Another instrument's close beside the candles, both in per cent; null for none. */
  compareWith(other: Instrument | null): void {
    this.#compare.show(other);
  }

  set tool(tool: DrawingTool) {
    this.#hands.tool = tool;
  }

  removeSelected(): void {
    this.#drawings.removeSelected();
  }

  answerMove(yes: boolean): void {
    this.#hands.answer(yes);
  }

  /** The chart as it is, without the crosshair. */
  picture(): HTMLCanvasElement {
    return this.#chart.takeScreenshot(true, false);
  }

  /** Keys of the chart. True when the key meant something. */
  key(key: string, shift: boolean): boolean {
    const scale = this.#chart.timeScale();
    switch (key) {
      case "ArrowLeft":
      case "ArrowRight":
        this.#movePointer((key === "ArrowLeft" ? -1 : 1) * (shift ? KEYBOARD_FAR : 1));
        return true;
      case "+":
      case "=":
        scale.applyOptions({ barSpacing: scale.options().barSpacing * ZOOM_STEP });
        return true;
      case "-":
        scale.applyOptions({ barSpacing: scale.options().barSpacing / ZOOM_STEP });
        return true;
      case "PageUp":
      case "PageDown": {
        const range = scale.getVisibleLogicalRange();
        const bars = range === null ? 0 : (range.to - range.from) * 0.8;
        scale.scrollToPosition(scale.scrollPosition() + (key === "PageUp" ? -bars : bars), false);
        return true;
      }
      case "End":
        this.goToNewest();
        return true;
      case "Delete":
      case "Backspace":
        return this.#drawings.removeSelected();
      case "Escape":
        if (this.#hands.escape()) return true;
        if (this.#pointedUs === null) return false;
        this.#chart.clearCrosshairPosition();
        this.#point(null);
        return true;
      default:
        return false;
    }
  }

  #freshSeries(): CandleSeries {
    return new CandleSeries({ instrumentId: this.#instrument.instrumentId, intervalSeconds: this.#interval.seconds });
  }

  #listen(): void {
    const { instrumentId } = this.#instrument;
    this.#stops.push(
      engineClient.subscribeCandles(instrumentId, this.#interval.seconds),
      readModel.onCandles((rows, reset) => {
        this.#applyLive(rows);
        if (reset) void this.#refresh();
      }),
      readModel.subscribe("preferences", () => {
        this.#applyLook();
        this.#drawAll();
      }),
      readModel.subscribe("catalog", () => this.#sourceChanged()),
    );
    this.#chart.subscribeCrosshairMove((event) => {
      this.#point(typeof event.time === "number" ? venueUs(event.time, preferences.zone) : null);
    });
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range !== null && range.from < PAGE_AHEAD_BARS && !this.#firstPage) void this.#loadPage();
      this.#own.rangeChanged();
      this.#report();
    });
  }

  #applyLook(): void {
    const colours = tokens();
    const instrument = this.#instrument;
    this.#logo?.toggleAttribute("data-dark", getComputedStyle(document.documentElement).colorScheme === "dark");
    this.#chart.applyOptions(chartOptions(colours));
    this.#chart.applyOptions({
      timeScale: { secondsVisible: this.#interval.seconds < 60, timeVisible: this.#interval.seconds < 86_400 },
      localization: { timeFormatter: (time: Time) => (typeof time === "number" ? barTimeText(time, this.#interval.seconds) : "") },
    });
    // Rising bars are hollow and falling ones filled: colour is left to the sides of own orders and fills.
    this.#candles.applyOptions({
      upColor: colours.panel,
      borderUpColor: colours.text,
      wickUpColor: colours.text,
      downColor: colours.secondary,
      borderDownColor: colours.secondary,
      wickDownColor: colours.secondary,
      priceLineColor: colours.secondary,
      priceLineStyle: LineStyle.Dotted,
      // The series holds ticks, so that no price is ever a fraction of a float.
      priceFormat: { type: "custom", minMove: 1, formatter: (ticks: number) => formatPrice(Math.round(ticks), instrument) },
    });
    this.#volume.applyOptions({
      priceFormat: { type: "custom", minMove: 1, formatter: (lots: number) => formatLotsShort(Math.round(lots), instrument) },
    });
    this.#own.invalidate();
  }

  // ---- bars ----

  async #loadPage(): Promise<void> {
    const series = this.#series;
    const page = series.beginPage();
    if (page === null) return;
    this.#report();
    try {
      const { candles } = await engineClient.query({ type: "candles", ...series.key, ...page });
      if (this.#disposed || series !== this.#series) return;
      series.endPage(candles);
      this.#error = "";
      this.#drawAll();
      if (this.#firstPage) this.goToNewest();
      this.#firstPage = false;
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      series.failPage();
      if (this.#disposed || series !== this.#series) return;
      this.#error = cause.typed.message;
    }
    this.#report();
  }

  /** Frames may have been missed: the newest bars are asked for again. */
  async #refresh(): Promise<void> {
    const series = this.#series;
    if (series.bars.length === 0) return this.#loadPage();
    try {
      const { candles } = await engineClient.query({ type: "candles", ...series.key, beforeUs: null, limit: PAGE_BARS });
      if (this.#disposed || series !== this.#series) return;
      series.refresh(candles);
      this.#drawAll();
    } catch (cause) {
      // The connection dropped again; its return brings another snapshot, and with it another attempt.
      if (!(cause instanceof RequestError)) throw cause;
    }
    this.#report();
  }

  #sourceChanged(): void {
    const key = this.#readSourceKey();
    if (key !== this.#sourceKey) void this.#replace(key);
  }

  /** Another file of past bars was imported: everything is fetched anew, and changes on the screen at once when it has come. */
  async #replace(sourceKey: string): Promise<void> {
    const next = this.#freshSeries();
    this.#next = next;
    const page = next.beginPage();
    if (page === null) return;
    try {
      const { candles } = await engineClient.query({ type: "candles", ...next.key, ...page });
      if (this.#disposed || next !== this.#next) return;
      next.endPage(candles);
      this.#next = null;
      this.#series = next;
      this.#sourceKey = sourceKey;
      this.#error = "";
      this.#firstPage = false;
      this.#drawAll();
      this.goToNewest();
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      if (this.#disposed || next !== this.#next) return;
      // The picture stays; the next snapshot, or a person, tries again.
      this.#next = null;
      this.#error = cause.typed.message;
    }
    this.#report();
  }

  #readSourceKey(): string {
    const source = readModel.source(this.#instrument.instrumentId);
    return source === null ? "" : `${source.kind} ${source.label} ${source.shiftUs}`;
  }

  #applyLive(rows: readonly CandleRow[]): void {
    this.#next?.applyLive(rows);
    const change = this.#series.applyLive(rows);
    if (change.kind === "all") this.#drawAll();
    if (change.kind === "tail") this.#livePaced.request();
  }

  /** Gives the chart the bars from the last drawn one on. */
  #drawTail(): void {
    const { zone } = preferences;
    this.#shown = shownBars(this.#series, this.#interval.unit);
    const { bars } = this.#shown;
    let from = bars.length;
    while (from > 0 && (bars[from - 1]?.openUs ?? 0) >= this.#drawnUs) from -= 1;
    for (const bar of bars.slice(from)) {
      this.#candles.update(candleOf(bar, zone));
      this.#volume.update(volumeOf(bar, zone));
    }
    this.#drawnUs = bars.at(-1)?.openUs ?? 0;
    this.#indicators.extend(bars);
    this.#showLegend();
    this.#report();
  }

  #drawAll(): void {
    const { zone } = preferences;
    this.#shown = shownBars(this.#series, this.#interval.unit);
    const { bars } = this.#shown;
    this.#candles.setData(bars.map((bar) => candleOf(bar, zone)));
    this.#volume.setData(bars.map((bar) => volumeOf(bar, zone)));
    this.#drawnUs = bars.at(-1)?.openUs ?? 0;
    this.#indicators.setBars(bars);
    this.#compare.redraw();
    this.#own.invalidate();
    this.#showLegend();
  }

  // ---- reading ----

  #point(us: number | null): void {
    if (us === this.#pointedUs) return;
    this.#pointedUs = us;
    this.#showLegend();
  }

  #movePointer(by: number): void {
    const { bars } = this.#shown;
    const from = this.#pointedUs === null ? bars.length : bars.findLastIndex((bar) => bar.openUs <= (this.#pointedUs ?? 0));
    const bar = bars[Math.max(0, Math.min(bars.length - 1, from + by))];
    if (bar === undefined) return;
    const time = chartSeconds(bar.openUs, preferences.zone) as UTCTimestamp;
    const scale = this.#chart.timeScale();
    const range = scale.getVisibleRange();
    // A bar outside the view is brought in before the crosshair goes there.
    if (range !== null && typeof range.from === "number" && time < range.from)
      scale.scrollToPosition(scale.scrollPosition() - Math.abs(by) - 5, false);
    if (range !== null && typeof range.to === "number" && time > range.to)
      scale.scrollToPosition(scale.scrollPosition() + Math.abs(by) + 5, false);
    this.#chart.setCrosshairPosition(bar.close, time, this.#candles);
    this.#point(bar.openUs);
  }

  #showLegend(): void {
    const bar = (this.#pointedUs === null ? undefined : this.#shown.barAt(this.#pointedUs)) ?? this.#shown.bars.at(-1);
    this.#listener.legend(bar, bar === undefined ? [] : this.#indicators.read(this.#shown.indexOf(bar.openUs)));
  }

  /** Where things are, for whoever drives the window from outside. */
  #expose(): void {
    set(this.#host, "drawings", String(this.#drawings.count));
    set(this.#host, "lines", this.#own.places());
    set(this.#host, "compared", String(this.#compare.bars));
    set(this.#host, "lastTicks", String(this.#shown.bars.at(-1)?.close ?? ""));
  }

  #report(): void {
    this.#expose();
    const { bars } = this.#shown;
    this.#listener.news({
      bars: bars.length,
      // Before the source of past bars is known, there being none says nothing.
      sparse: this.#sourceKey !== "" && this.#series.reachedBeginning && bars.length < SPARSE_BARS,
      loading: this.#firstPage && this.#error === "",
      error: this.#error,
      hiddenOrders: this.#own.hiddenOrders,
      atNewest: this.#chart.timeScale().scrollPosition() > -1,
    });
  }
}

/**
 * The library moves its logo from pane to pane, each time with a <style> element of its own, which the page's policy refuses. The logo that
 * it made is kept beside the chart instead, its style is adopted once, and the library is told to make no other.
 */
function keptLogo(chart: IChartApi, box: HTMLElement, host: HTMLElement): HTMLElement | null {
  const logo = box.querySelector<HTMLElement>("#tv-attr-logo")?.cloneNode(true) ?? null;
  const style = box.querySelector("style")?.cloneNode(true);
  chart.applyOptions({ layout: { attributionLogo: false } });
  // Only a repaint takes its own one away, and only another size repaints at once; the box is not in the document yet.
  chart.resize(host.clientWidth + 1, host.clientHeight, true);
  chart.resize(host.clientWidth, host.clientHeight, true);
  if (!(logo instanceof HTMLElement) || style === undefined) return null;
  const holder = document.createElement("div");
  holder.append(style);
  styles.extractFrom(holder);
  box.append(logo);
  return logo;
}

function candleOf(bar: CandleRow, zone: typeof preferences.zone): CandlestickData<UTCTimestamp> {
  // A whole number of seconds, as the library's type demands.
  return { time: chartSeconds(bar.openUs, zone) as UTCTimestamp, open: bar.open, high: bar.high, low: bar.low, close: bar.close };
}

function set(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

function volumeOf(bar: CandleRow, zone: typeof preferences.zone): HistogramData<UTCTimestamp> {
  const colours = tokens();
  return {
    time: chartSeconds(bar.openUs, zone) as UTCTimestamp,
    value: bar.volumeLots,
    color: bar.close >= bar.open ? colours["line-strong"] : colours.line,
  };
}
