import {
  LineStyle,
  type CandlestickData,
  type CandlestickSeriesPartialOptions,
  type HistogramData,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { CandleRow } from "../../../shared/views.ts";
import { formatPrice, type TimeZone } from "../../ui/format.ts";
import { tokens, type Tokens } from "../../ui/tokens.ts";
import { chartSeconds } from "./chartOptions.ts";

/** Rising bars are hollow and falling ones filled: colour is left to the sides of own orders and fills. */
export function candleLook(colours: Tokens, instrument: Instrument): CandlestickSeriesPartialOptions {
  return {
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
  };
}

export function candleOf(bar: CandleRow, zone: TimeZone): CandlestickData<UTCTimestamp> {
  // A whole number of seconds, as the library's type demands.
  return { time: chartSeconds(bar.openUs, zone) as UTCTimestamp, open: bar.open, high: bar.high, low: bar.low, close: bar.close };
}

export function volumeOf(bar: CandleRow, zone: TimeZone): HistogramData<UTCTimestamp> {
  const colours = tokens();
  return {
    time: chartSeconds(bar.openUs, zone) as UTCTimestamp,
    value: bar.volumeLots,
    color: bar.close >= bar.open ? colours["line-strong"] : colours.line,
  };
}
