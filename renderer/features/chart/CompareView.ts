import { LineSeries, PriceScaleMode, type IChartApi, type ISeriesApi, type UTCTimestamp } from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import { preferences } from "../../app/preferences.ts";
import { atMostEvery } from "../../ui/atMostEvery.ts";
import { formatPrice } from "../../ui/format.ts";
import { tokens, type Tokens } from "../../ui/tokens.ts";
import { ChartBars } from "./ChartBars.ts";
import { chartSeconds } from "./chartOptions.ts";
import type { ChartInterval, ShownBars } from "./shownBars.ts";

const LIVE_EVERY_MS = 250;

type Other = {
  readonly instrument: Instrument;
  readonly bars: ChartBars;
  readonly line: ISeriesApi<"Line">;
  readonly stop: () => void;
};

/** Another instrument's close as a line on the candles' scale, which then shows per cent, as far back as the candles go. */
export class CompareView {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #interval: ChartInterval;
  readonly #own: () => ShownBars;
  readonly #changed: () => void;
  #drawn = 0;
  #other: Other | null = null;

  constructor(
    chart: IChartApi,
    candles: ISeriesApi<"Candlestick">,
    interval: ChartInterval,
    { own, changed }: { readonly own: () => ShownBars; readonly changed: () => void },
  ) {
    this.#chart = chart;
    this.#candles = candles;
    this.#interval = interval;
    this.#own = own;
    this.#changed = changed;
  }

  /** Bars of the other instrument that are drawn. */
  get bars(): number {
    return this.#drawn;
  }

  show(instrument: Instrument | null): void {
    if (instrument?.instrumentId === this.#other?.instrument.instrumentId) return;
    this.#clear();
    this.#candles.priceScale().applyOptions({ mode: instrument === null ? PriceScaleMode.Normal : PriceScaleMode.Percentage });
    if (instrument === null) return;
    const line = this.#chart.addSeries(LineSeries, {
      color: tokens()["series-1"],
      lineWidth: 2,
      priceLineVisible: false,
      title: instrument.symbol,
      priceFormat: { type: "custom", minMove: 1, formatter: (ticks: number) => formatPrice(Math.max(0, Math.round(ticks)), instrument) },
    });
    const paced = atMostEvery(LIVE_EVERY_MS, () => this.#draw());
    const bars = new ChartBars(instrument, this.#interval, {
      all: () => this.redraw(),
      tail: paced.request,
      state: () => undefined,
    });
    const stop = (): void => {
      paced.cancel();
      bars.dispose();
    };
    this.#other = { instrument, bars, line, stop };
    this.redraw();
  }

  /** Draws in these colours from now on. */
  applyLook(look: Tokens): void {
    this.#other?.line.applyOptions({ color: look["series-1"] });
  }

  dispose(): void {
    this.#other?.stop();
    this.#other = null;
  }

  /** After other bars have come on either side. */
  redraw(): void {
    this.#draw();
    this.#reachBack();
  }

  /** Bars of the other instrument where the candles have one: a time of its own would shift every bar. */
  #draw(): void {
    const other = this.#other;
    if (other === null) return;
    const own = this.#own();
    const { zone } = preferences;
    const points = other.bars
      .show()
      .bars.filter(({ openUs }) => own.barAt(openUs) !== undefined)
      // A whole number of seconds, as the library's type demands.
      .map(({ openUs, close }) => ({ time: chartSeconds(openUs, zone) as UTCTimestamp, value: close }));
    other.line.setData(points);
    this.#drawn = points.length;
    this.#changed();
  }

  /** Fetches a page unless the line goes back as far as the candles. What could not be fetched is tried again after the next snapshot. */
  #reachBack(): void {
    const first = this.#own().bars[0];
    if (first === undefined || this.#other === null || this.#other.bars.error !== "") return;
    const oldest = this.#other.bars.shown.bars[0];
    if (oldest === undefined || oldest.openUs > first.openUs) void this.#other.bars.loadPage();
  }

  #clear(): void {
    this.#other?.stop();
    if (this.#other !== null) this.#chart.removeSeries(this.#other.line);
    this.#other = null;
    this.#drawn = 0;
  }
}
