import { LineSeries, PriceScaleMode, type IChartApi, type ISeriesApi, type UTCTimestamp } from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { atMostEvery } from "../../ui/atMostEvery.ts";
import { formatPrice } from "../../ui/format.ts";
import { tokens, type Tokens } from "../../ui/tokens.ts";
import { CandleSeries, PAGE_BARS } from "./candleModel.ts";
import { chartSeconds } from "./chartOptions.ts";
import { shownBars, type ChartInterval, type ShownBars } from "./shownBars.ts";

const LIVE_EVERY_MS = 250;

/** Another instrument's close as a line on the candles' scale, which then shows per cent. */
export class CompareView {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #interval: ChartInterval;
  readonly #own: () => ShownBars;
  readonly #changed: () => void;
  #drawn = 0;
  #other: { readonly instrument: Instrument; readonly series: CandleSeries; readonly line: ISeriesApi<"Line"> } | null = null;
  #stop: () => void = () => undefined;

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
    const key = { instrumentId: instrument.instrumentId, intervalSeconds: this.#interval.seconds };
    const other = { instrument, line, series: new CandleSeries(key) };
    this.#other = other;
    const paced = atMostEvery(LIVE_EVERY_MS, () => this.redraw());
    const stops = [
      engineClient.subscribeCandles(key.instrumentId, key.intervalSeconds),
      readModel.onCandles((rows, reset) => {
        if (other.series.applyLive(rows).kind !== "none") paced.request();
        if (reset) void this.#load();
      }),
      paced.cancel,
    ];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
    void this.#load();
  }

  /** Draws in these colours from now on. */
  applyLook(look: Tokens): void {
    this.#other?.line.applyOptions({ color: look["series-1"] });
  }

  dispose(): void {
    this.#stop();
    this.#other = null;
  }

  /** Bars of the other instrument where the candles have one: a time of its own would shift every bar. */
  redraw(): void {
    const other = this.#other;
    if (other === null) return;
    const own = this.#own();
    const { zone } = preferences;
    const points = shownBars(other.series, this.#interval.unit)
      .bars.filter(({ openUs }) => own.barAt(openUs) !== undefined)
      // A whole number of seconds, as the library's type demands.
      .map(({ openUs, close }) => ({ time: chartSeconds(openUs, zone) as UTCTimestamp, value: close }));
    other.line.setData(points);
    this.#drawn = points.length;
    this.#changed();
  }

  async #load(): Promise<void> {
    const other = this.#other;
    if (other === null) return;
    try {
      const { candles } = await engineClient.query({ type: "candles", ...other.series.key, beforeUs: null, limit: PAGE_BARS });
      if (other !== this.#other) return;
      other.series.refresh(candles);
      this.redraw();
    } catch (cause) {
      // The connection dropped; its return brings a snapshot, and with it another attempt.
      if (!(cause instanceof RequestError)) throw cause;
    }
  }

  #clear(): void {
    this.#stop();
    this.#stop = () => undefined;
    if (this.#other !== null) this.#chart.removeSeries(this.#other.line);
    this.#other = null;
    this.#drawn = 0;
  }
}
