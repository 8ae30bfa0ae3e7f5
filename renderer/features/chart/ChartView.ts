import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { atMostEvery, type PacedRun } from "../../ui/atMostEvery.ts";
import { formatLotsShort } from "../../ui/format.ts";
import { tokens } from "../../ui/tokens.ts";
import { ChartBars } from "./ChartBars.ts";
import { ChartHands } from "./ChartHands.ts";
import type { ChartListener } from "./chartNews.ts";
import { barTimeText, chartOptions, chartSeconds, venueUs } from "./chartOptions.ts";
import { keptLogo } from "./chartLogo.ts";
import { candleLook, candleOf, volumeOf } from "./chartSeries.ts";
import { CompareView } from "./CompareView.ts";
import { DrawingsView, type DrawingTool } from "./DrawingsView.ts";
import { IndicatorsView, type ActiveIndicator } from "./IndicatorsView.ts";
import { OwnMarksView } from "./OwnMarksView.ts";
import { PriceScaleView } from "./PriceScaleView.ts";
import type { ChartInterval } from "./shownBars.ts";

/** With fewer bars than this the chart says where more are. */
const SPARSE_BARS = 50;
/** Bars beyond the left edge at which the next page is asked for. */
const PAGE_AHEAD_BARS = 200;
/** Pace of live bars: the eye follows no more, and each repaint is of the whole chart. */
const LIVE_EVERY_MS = 50;
const KEYBOARD_FAR = 10;
const ZOOM_STEP = 1.2;

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
  readonly #scale: PriceScaleView;
  readonly #bars: ChartBars;
  readonly #indicators: IndicatorsView;
  readonly #compare: CompareView;
  readonly #drawings: DrawingsView;
  readonly #hands: ChartHands;
  readonly #livePaced: PacedRun;
  readonly #stops: (() => void)[] = [];
  readonly #observer: ResizeObserver;
  readonly #logo: HTMLElement | null;
  /** Start of the newest bar that the chart was given, microseconds. */
  #drawnUs = 0;
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
    this.#bars = new ChartBars(instrument, interval, {
      all: (toNewest) => {
        this.#drawAll();
        if (toNewest) this.goToNewest();
      },
      tail: () => this.#livePaced.request(),
      state: () => this.#report(),
    });
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
      () => this.#bars.shown,
      () => this.#chart.timeScale().options().barSpacing,
      () => {
        this.#scale.marksChanged();
        this.#report();
      },
    );
    this.#scale = new PriceScaleView(this.#chart, this.#candles, () => this.#own.marks, listener.scale);
    this.#indicators = new IndicatorsView(this.#chart, instrument);
    this.#compare = new CompareView(this.#chart, this.#candles, interval, { own: () => this.#bars.shown, changed: () => this.#expose() });
    this.#drawings = new DrawingsView(this.#chart, this.#candles, instrument, {
      bars: () => this.#bars.shown,
      changed: () => this.#expose(),
    });
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
    void this.#bars.loadPage();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#bars.dispose();
    this.#observer.disconnect();
    this.#livePaced.cancel();
    this.#own.dispose();
    this.#scale.dispose();
    this.#compare.dispose();
    this.#drawings.dispose();
    this.#hands.dispose();
    this.#chart.remove();
  }

  retry(): void {
    this.#bars.retry();
  }

  goToNewest(): void {
    this.#chart.timeScale().scrollToRealTime();
  }

  /** Brings every own order onto the price scale. */
  showAllOrders(): void {
    this.#scale.holdAll();
  }

  /** Lets the price scale follow the bars again. */
  resetScale(): void {
    this.#scale.reset();
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

  #listen(): void {
    this.#stops.push(
      readModel.subscribe("preferences", () => {
        this.#applyLook();
        this.#drawAll();
      }),
    );
    this.#chart.subscribeCrosshairMove((event) => {
      this.#point(typeof event.time === "number" ? venueUs(event.time, preferences.zone) : null);
    });
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range !== null && range.from < PAGE_AHEAD_BARS && !this.#bars.isFirst) void this.#bars.loadPage();
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
    this.#candles.applyOptions(candleLook(colours, instrument));
    this.#volume.applyOptions({
      priceFormat: { type: "custom", minMove: 1, formatter: (lots: number) => formatLotsShort(Math.round(lots), instrument) },
    });
    this.#indicators.applyLook(colours);
    this.#compare.applyLook(colours);
    this.#own.invalidate();
  }

  /** Gives the chart the bars from the last drawn one on. */
  #drawTail(): void {
    const { zone } = preferences;
    const { bars } = this.#bars.show();
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
    const { bars } = this.#bars.show();
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
    const { bars } = this.#bars.shown;
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
    const bar = (this.#pointedUs === null ? undefined : this.#bars.shown.barAt(this.#pointedUs)) ?? this.#bars.shown.bars.at(-1);
    this.#listener.legend(bar, bar === undefined ? [] : this.#indicators.read(this.#bars.shown.indexOf(bar.openUs)));
  }

  /** Where things are, for whoever drives the window from outside. */
  #expose(): void {
    set(this.#host, "drawings", String(this.#drawings.count));
    set(this.#host, "lines", this.#own.places());
    set(this.#host, "compared", String(this.#compare.bars));
    set(this.#host, "lastTicks", String(this.#bars.shown.bars.at(-1)?.close ?? ""));
  }

  #report(): void {
    this.#expose();
    const { bars } = this.#bars.shown;
    this.#listener.news({
      bars: bars.length,
      sparse: this.#bars.reachedBeginning && bars.length < SPARSE_BARS,
      loading: this.#bars.isFirst && this.#bars.error === "",
      error: this.#bars.error,
      hiddenOrders: this.#own.hiddenOrders,
      atNewest: this.#chart.timeScale().scrollPosition() > -1,
    });
  }
}

function set(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}
