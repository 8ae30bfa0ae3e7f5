import { aggregateBars, BAR_STRIDE } from "../../../shared/bars.ts";
import { failed, ok, type Result } from "../../../shared/result.ts";
import type { CandleInterval } from "../../../shared/views.ts";
import { decimalText } from "./decimalText.ts";
import type { EngineSession } from "./engineSession.ts";
import { flowBetween, type Flow, type PairMarket } from "./marketView.ts";

const US_PER_SECOND = 1_000_000;
const DAY = 86_400;

/** Lengths of bars, and the bars of the engine that each is merged from. Weeks begin on Monday, months on their first day, all in UTC. */
const intervals = {
  "1m": { seconds: 60, from: 60 },
  "3m": { seconds: 180, from: 60 },
  "5m": { seconds: 300, from: 300 },
  "15m": { seconds: 900, from: 900 },
  "30m": { seconds: 1_800, from: 1_800 },
  "1h": { seconds: 3_600, from: 3_600 },
  "2h": { seconds: 7_200, from: 3_600 },
  "4h": { seconds: 14_400, from: 14_400 },
  "6h": { seconds: 21_600, from: 3_600 },
  "8h": { seconds: 28_800, from: 14_400 },
  "12h": { seconds: 43_200, from: 14_400 },
  "1d": { seconds: DAY, from: DAY },
  "1w": { seconds: 7 * DAY, from: DAY },
  "1M": { seconds: 31 * DAY, from: DAY },
} as const satisfies Record<string, { readonly seconds: number; readonly from: CandleInterval }>;

export type Interval = keyof typeof intervals;

export function intervalCalled(name: string): Interval | undefined {
  return (Object.keys(intervals) as Interval[]).find((interval) => interval === name);
}

/** Bars that the engine gives in one answer. */
const MOST_BARS = 5_000;
/** The first Monday of the epoch. */
const MONDAY_US = 4 * DAY * US_PER_SECOND;

/** A bar in ticks and lots; `flow` is null where the engine's past does not tell it. */
export type Bar = {
  readonly openUs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: number;
  readonly flow: Flow | null;
};

/** Start of the bar that a moment lies in. */
export function barStart(interval: Interval, atUs: number): number {
  if (interval === "1M") {
    const at = new Date(atUs / 1_000);
    return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1) * 1_000;
  }
  const widthUs = intervals[interval].seconds * US_PER_SECOND;
  const offsetUs = interval === "1w" ? MONDAY_US : 0;
  return Math.floor((atUs - offsetUs) / widthUs) * widthUs + offsetUs;
}

/** Start of the next bar. */
export function barEnd(interval: Interval, openUs: number): number {
  if (interval === "1M") {
    const at = new Date(openUs / 1_000);
    return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) * 1_000;
  }
  return openUs + intervals[interval].seconds * US_PER_SECOND;
}

/** At most `limit` bars: the first ones from `fromUs`, or the last ones before `toUs`. Minutes without a trade are flat bars. */
export async function readBars(
  session: EngineSession,
  market: PairMarket,
  request: {
    readonly interval: Interval;
    readonly fromUs: number | null;
    readonly toUs: number;
    readonly limit: number;
    /** See EngineSession.query. */
    readonly heard?: () => void;
  },
): Promise<Result<Bar[]>> {
  const { interval, fromUs, toUs, limit } = request;
  const { seconds, from } = intervals[interval];
  const startUs = barStart(interval, fromUs ?? Math.max(0, toUs - limit * seconds * US_PER_SECOND));
  const endUs = fromUs === null ? toUs : Math.min(toUs, startUs + limit * seconds * US_PER_SECOND);
  const wanted = Math.ceil((endUs - startUs) / (from * US_PER_SECOND)) + 1;
  const answer = await session.query(
    {
      type: "candles",
      instrumentId: market.pair.instrument.instrumentId,
      intervalSeconds: from,
      beforeUs: Math.max(0, Math.ceil(endUs)),
      limit: Math.max(1, Math.min(MOST_BARS, wanted)),
    },
    request.heard,
  );
  if (!answer.ok) return failed(answer.error);
  const candles = answer.value.type === "candles" ? answer.value.candles : [];
  const rows = Float64Array.from(
    candles.flatMap(({ openUs, open, high, low, close, volumeLots }) => [openUs, open, high, low, close, volumeLots]),
  );
  const bars = filled(market, interval, mergedBars(rows, interval), { startUs, endUs });
  return ok(fromUs === null ? bars.slice(-limit) : bars.slice(0, limit));
}

/** Bars of the interval's own length. */
function mergedBars(rows: Float64Array, interval: Interval): Float64Array {
  const { seconds, from } = intervals[interval];
  if (seconds === from || rows.length === 0) return rows;
  // The calendar's bars do not begin at multiples of their length.
  if (interval !== "1w" && interval !== "1M") return aggregateBars(rows, { fromSeconds: from, toSeconds: seconds });
  const merged: number[] = [];
  for (let at = 0; at < rows.length; at += BAR_STRIDE) {
    const [openUs = 0, open = 0, high = 0, low = 0, close = 0, lots = 0] = rows.subarray(at, at + BAR_STRIDE);
    const startUs = barStart(interval, openUs);
    const last = merged.length - BAR_STRIDE;
    if (last >= 0 && merged[last] === startUs) {
      merged[last + 2] = Math.max(merged[last + 2] ?? 0, high);
      merged[last + 3] = Math.min(merged[last + 3] ?? 0, low);
      merged[last + 4] = close;
      merged[last + 5] = (merged[last + 5] ?? 0) + lots;
    } else merged.push(startUs, open, high, low, close, lots);
  }
  return Float64Array.from(merged);
}

/** The span's bars, those without a trade flat at the close before; nothing before the first trade. */
function filled(
  market: PairMarket,
  interval: Interval,
  rows: Float64Array,
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
): Bar[] {
  const bars: Bar[] = [];
  let nextUs = startUs;
  let close: number | null = null;
  const fillTo = (untilUs: number): void => {
    for (; nextUs < untilUs; nextUs = barEnd(interval, nextUs)) if (close !== null) bars.push(flatBar(nextUs, close));
  };
  for (let at = 0; at < rows.length; at += BAR_STRIDE) {
    const [openUs = 0, open = 0, high = 0, low = 0, last = 0, lots = 0] = rows.subarray(at, at + BAR_STRIDE);
    if (openUs >= startUs) {
      fillTo(openUs);
      nextUs = barEnd(interval, openUs);
      bars.push({ openUs, open, high, low, close: last, lots, flow: flowBetween(market, openUs, nextUs) });
    }
    close = last;
  }
  fillTo(endUs);
  return bars;
}

export function flatBar(openUs: number, close: number): Bar {
  const flow = { tickLots: 0, trades: 0, takerBuyLots: 0, takerBuyTickLots: 0 };
  return { openUs, open: close, high: close, low: close, close, lots: 0, flow };
}

/**
 * A bar's numbers as the interface writes them. Of a bar from before the exchange's own trades only prices and volume are known: its quote
 * volume is taken at the mean of its four prices, and it has no trades.
 */
export function barTexts(
  market: PairMarket,
  bar: Bar,
): Readonly<Record<"o" | "h" | "l" | "c" | "v" | "qv" | "tb" | "tq", string>> & { readonly n: number } {
  const { price, quantity, instrument, quote } = market.pair;
  const value = (tickLots: number): string => decimalText(BigInt(tickLots) * BigInt(instrument.quoteUnitsPerTickLot), quote.decimals);
  return {
    o: price.of(bar.open),
    h: price.of(bar.high),
    l: price.of(bar.low),
    c: price.of(bar.close),
    v: quantity.of(bar.lots),
    qv: value(bar.flow?.tickLots ?? Math.round((bar.lots * (bar.open + bar.high + bar.low + bar.close)) / 4)),
    tb: quantity.of(bar.flow?.takerBuyLots ?? 0),
    tq: value(bar.flow?.takerBuyTickLots ?? 0),
    n: bar.flow?.trades ?? 0,
  };
}
