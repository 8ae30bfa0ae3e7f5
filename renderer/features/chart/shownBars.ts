import type { EpochUs } from "../../../shared/ids.ts";
import { candleIntervals, type CandleInterval, type CandleRow } from "../../../shared/views.ts";
import { intervalName, type CandleSeries } from "./candleModel.ts";

/** Weeks begin on Monday and months on the first, both at midnight UTC; their bars are summed up from days. */
export type CalendarUnit = "week" | "month";

/** A bar length that a person can choose. */
export type ChartInterval = { readonly name: string; readonly seconds: CandleInterval; readonly unit: CalendarUnit | null };

export const chartIntervals: readonly ChartInterval[] = [
  ...candleIntervals.map((seconds) => ({ name: intervalName(seconds), seconds, unit: null })),
  { name: "1W", seconds: 86_400, unit: "week" },
  { name: "1M", seconds: 86_400, unit: "month" },
];

/** Bars as the chart shows them, ascending. */
export type ShownBars = {
  readonly bars: readonly CandleRow[];
  /** The bar that began at this time, if any. */
  readonly barAt: (openUs: number) => CandleRow | undefined;
  /** Index of the first bar that does not begin before `openUs`. */
  readonly indexOf: (openUs: number) => number;
  /** Start of the bar that a moment falls into. */
  readonly openOf: (atUs: number) => EpochUs;
};

/** The series as it is, or summed up by calendar. */
export function shownBars(series: CandleSeries, unit: CalendarUnit | null): ShownBars {
  if (unit === null) {
    return {
      bars: series.bars,
      barAt: (openUs) => series.barAt(openUs),
      indexOf: (openUs) => series.indexOf(openUs),
      openOf: (atUs) => series.openOf(atUs),
    };
  }
  const bars = calendarBars(series.bars, unit);
  const indexOf = (openUs: number): number => {
    const at = bars.findIndex((bar) => bar.openUs >= openUs);
    return at === -1 ? bars.length : at;
  };
  return {
    bars,
    barAt: (openUs) => bars.find((bar) => bar.openUs === openUs),
    indexOf,
    openOf: (atUs) => calendarStart(atUs, unit),
  };
}

/** Ascending bars of days as bars of weeks or months; the source is that of the newest day. */
export function calendarBars(days: readonly CandleRow[], unit: CalendarUnit): readonly CandleRow[] {
  const bars: CandleRow[] = [];
  for (const day of days) {
    const openUs = calendarStart(day.openUs, unit);
    const last = bars.at(-1);
    if (last === undefined || last.openUs !== openUs) bars.push({ ...day, openUs });
    else {
      bars[bars.length - 1] = {
        ...last,
        // The larger of two prices is a price.
        high: day.high > last.high ? day.high : last.high,
        low: day.low < last.low ? day.low : last.low,
        close: day.close,
        volumeLots: last.volumeLots + day.volumeLots,
        source: day.source,
      };
    }
  }
  return bars;
}

function calendarStart(us: number, unit: CalendarUnit): EpochUs {
  const date = new Date(us / 1_000);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const mondayShift = (date.getUTCDay() + 6) % 7;
  const ms = unit === "month" ? Date.UTC(year, month, 1) : Date.UTC(year, month, day - mondayShift);
  // A whole number of milliseconds, and so of microseconds.
  return (ms * 1_000) as EpochUs;
}
