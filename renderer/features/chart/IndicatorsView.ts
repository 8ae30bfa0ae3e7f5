import { HistogramSeries, LineSeries, LineStyle, type IChartApi, type ISeriesApi, type UTCTimestamp } from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { CandleRow } from "../../../shared/views.ts";
import { preferences } from "../../app/preferences.ts";
import { formatPrice } from "../../ui/format.ts";
import { tokens, type Tokens } from "../../ui/tokens.ts";
import { chartSeconds } from "./chartOptions.ts";
import { indicatorById, type Calculation, type IndicatorDefinition } from "./indicators.ts";

/** An indicator on view. */
export type ActiveIndicator = { readonly id: string; readonly period: number };

/** An indicator's numbers at one bar, as text. */
export type IndicatorReading = { readonly id: string; readonly values: readonly string[] };

type Drawn = {
  readonly definition: IndicatorDefinition;
  readonly period: number;
  readonly series: readonly ISeriesApi<"Line" | "Histogram">[];
  /** Of each series. */
  readonly colours: readonly LineColour[];
  next: Calculation;
  /** Values by bar; the last one may change. */
  values: (readonly (number | null)[])[];
};

const LINE_COLOURS = ["series-1", "series-2", "series-3", "series-4", "series-5"] as const;
type LineColour = (typeof LINE_COLOURS)[number] | "line-strong";
/** Height of an indicator's pane, the candles' pane being 1. */
const PANE_SHARE = 0.28;

/** Indicators as lines over the candles or in panes below them. */
export class IndicatorsView {
  readonly #chart: IChartApi;
  readonly #instrument: Instrument;
  #drawn: Drawn[] = [];
  #bars: readonly CandleRow[] = [];

  constructor(chart: IChartApi, instrument: Instrument) {
    this.#chart = chart;
    this.#instrument = instrument;
  }

  /** Draws exactly these. */
  show(active: readonly ActiveIndicator[]): void {
    for (const { series } of this.#drawn) for (const line of series) this.#chart.removeSeries(line);
    let pane = 0;
    let colour = 0;
    this.#drawn = active.flatMap(({ id, period }) => {
      const definition = indicatorById(id);
      if (definition === undefined) return [];
      const into = definition.pane === "price" ? 0 : (pane += 1);
      const colours = definition.lines.map((kind): LineColour => {
        const next = LINE_COLOURS[colour % LINE_COLOURS.length] ?? "series-1";
        // The bands of one indicator share a colour.
        if (definition.pane === "own") colour += 1;
        return kind === "columns" ? "line-strong" : next;
      });
      const series = definition.lines.map((kind, line) => this.#addSeries(definition, kind, into, colours[line] ?? "series-1"));
      if (definition.pane === "price") colour += 1;
      if (into > 0) this.#chart.panes()[into]?.setStretchFactor(PANE_SHARE);
      return [{ definition, period, series, colours, next: definition.start(period), values: [] }];
    });
    this.#chart.panes()[0]?.setStretchFactor(1);
    this.setBars(this.#bars);
  }

  /** Draws in these colours from now on. */
  applyLook(look: Tokens): void {
    for (const { series, colours } of this.#drawn)
      series.forEach((line, at) => line.applyOptions({ color: look[colours[at] ?? "series-1"] }));
  }

  /** Calculates everything anew. */
  setBars(bars: readonly CandleRow[]): void {
    this.#bars = bars;
    const { zone } = preferences;
    for (const drawn of this.#drawn) {
      drawn.next = drawn.definition.start(drawn.period);
      drawn.values = bars.map((bar) => drawn.next(bar, false));
      drawn.series.forEach((series, line) => {
        series.setData(
          bars.map((bar, index) => {
            // A whole number of seconds, as the library's type demands.
            const time = chartSeconds(bar.openUs, zone) as UTCTimestamp;
            const value = drawn.values[index]?.[line] ?? null;
            return value === null ? { time } : { time, value };
          }),
        );
      });
    }
  }

  /** The newest bar changed, or bars followed it. */
  extend(bars: readonly CandleRow[]): void {
    const known = this.#bars.length;
    // Bars were replaced or put before: a calculation cannot go back further than one bar.
    if (bars.length < known || (known > 0 && bars[known - 1]?.openUs !== this.#bars.at(-1)?.openUs)) {
      this.setBars(bars);
      return;
    }
    this.#bars = [...bars];
    const { zone } = preferences;
    for (const drawn of this.#drawn) {
      for (let index = Math.max(0, known - 1); index < bars.length; index += 1) {
        const bar = bars[index];
        if (bar === undefined) continue;
        const values = drawn.next(bar, index < known);
        drawn.values[index] = values;
        drawn.series.forEach((series, line) => {
          const value = values[line] ?? null;
          if (value !== null) series.update({ time: chartSeconds(bar.openUs, zone) as UTCTimestamp, value });
        });
      }
    }
  }

  /** The numbers at this bar, by index. */
  read(index: number): readonly IndicatorReading[] {
    return this.#drawn.map(({ definition, values }) => ({
      id: definition.id,
      values: (values[index] ?? []).map((value) => (value === null ? "–" : this.#text(definition, value))),
    }));
  }

  #text(definition: IndicatorDefinition, value: number): string {
    if (definition.unit === "price") return formatPrice(Math.round(value), this.#instrument);
    return value.toFixed(definition.unit.decimals);
  }

  #addSeries(
    definition: IndicatorDefinition,
    kind: IndicatorDefinition["lines"][number],
    pane: number,
    colour: LineColour,
  ): ISeriesApi<"Line" | "Histogram"> {
    const color = tokens()[colour];
    const priceFormat = {
      type: "custom" as const,
      minMove: definition.unit === "price" ? 1 : 10 ** -definition.unit.decimals,
      formatter: (v: number) => this.#text(definition, v),
    };
    const quiet = { priceLineVisible: false, lastValueVisible: pane > 0, priceFormat };
    if (kind === "columns") return this.#chart.addSeries(HistogramSeries, { ...quiet, color, lastValueVisible: false }, pane);
    return this.#chart.addSeries(
      LineSeries,
      {
        ...quiet,
        color,
        lineWidth: 1,
        lineStyle: LineStyle.Solid,
        lineVisible: kind === "line",
        pointMarkersVisible: kind === "dots",
        pointMarkersRadius: 1.5,
        crosshairMarkerVisible: false,
      },
      pane,
    );
  }
}
