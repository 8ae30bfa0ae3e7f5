import {
  ATR,
  BollingerBands,
  CCI,
  CMF,
  DonchianChannels,
  EMA,
  HMA,
  KeltnerChannels,
  MACD,
  MFI,
  MOM,
  PSAR,
  ROC,
  RSI,
  SMA,
  StochasticOscillator,
  SuperTrend,
  VWAP,
  WilliamsR,
  WMA,
} from "trading-signals";
import type { CandleRow } from "../../../shared/views.ts";

/** What the library calculates from, in ticks and lots. */
type Input = { readonly open: number; readonly high: number; readonly low: number; readonly close: number; readonly volume: number };

/** One value a line; null while there are too few bars. */
type Values = readonly (number | null)[];

/** Takes bars in order; with `replace` the bar takes the place of the one before it. */
export type Calculation = (bar: CandleRow, replace: boolean) => Values;

export type IndicatorDefinition = {
  readonly id: string;
  readonly name: string;
  /** Over the candles in prices, or in a pane below in numbers of its own. */
  readonly pane: "price" | "own";
  /** Bars that it looks back over, where a person may choose. */
  readonly period: number | null;
  readonly lines: readonly ("line" | "columns" | "dots")[];
  /** Are its numbers prices or differences of prices, or how many decimals have they? */
  readonly unit: "price" | { readonly decimals: number };
  readonly start: (period: number) => Calculation;
};

const bands = ["line", "line", "line"] as const;

type Single<I> = { readonly update: (input: I, replace: boolean) => number | null };
type Banded<I> = {
  readonly update: (input: I, replace: boolean) => { readonly lower: number; readonly middle: number; readonly upper: number } | null;
};

const inputOf = (bar: CandleRow): Input => ({ open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: bar.volumeLots });

const ofClose =
  (make: (period: number) => Single<number>) =>
  (period: number): Calculation => {
    const indicator = make(period);
    return (bar, replace) => [indicator.update(bar.close, replace)];
  };

const ofBar =
  (make: (period: number) => Single<Input>) =>
  (period: number): Calculation => {
    const indicator = make(period);
    return (bar, replace) => [indicator.update(inputOf(bar), replace)];
  };

const banded =
  <I>(make: (period: number) => Banded<I>, input: (bar: CandleRow) => I) =>
  (period: number): Calculation => {
    const indicator = make(period);
    return (bar, replace) => {
      const result = indicator.update(input(bar), replace);
      return [result?.upper ?? null, result?.middle ?? null, result?.lower ?? null];
    };
  };

/** Every indicator that the chart offers. */
export const indicators: readonly IndicatorDefinition[] = [
  price(
    "sma",
    "SMA",
    20,
    ["line"],
    ofClose((n) => new SMA(n)),
  ),
  price(
    "ema",
    "EMA",
    20,
    ["line"],
    ofClose((n) => new EMA(n)),
  ),
  price(
    "wma",
    "WMA",
    20,
    ["line"],
    ofClose((n) => new WMA(n)),
  ),
  price(
    "hma",
    "Hull MA",
    20,
    ["line"],
    ofClose((n) => new HMA(n)),
  ),
  price(
    "vwap",
    "VWAP",
    null,
    ["line"],
    ofBar(() => new VWAP()),
  ),
  price(
    "bollinger",
    "Bollinger",
    20,
    bands,
    banded(
      (n) => new BollingerBands(n, 2),
      (bar) => bar.close,
    ),
  ),
  price(
    "keltner",
    "Keltner",
    20,
    bands,
    banded((n) => new KeltnerChannels({ emaInterval: n, atrInterval: n, multiplier: 2 }), inputOf),
  ),
  price(
    "donchian",
    "Donchian",
    20,
    bands,
    banded((n) => new DonchianChannels(n), inputOf),
  ),
  price("supertrend", "SuperTrend", 10, ["line"], (period) => {
    const indicator = new SuperTrend({ interval: period, multiplier: 3 });
    return (bar, replace) => [indicator.update(inputOf(bar), replace)?.supertrend ?? null];
  }),
  price(
    "psar",
    "Parabolic SAR",
    null,
    ["dots"],
    ofBar(() => new PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 })),
  ),
  own(
    "rsi",
    "RSI",
    14,
    1,
    ["line"],
    ofClose((n) => new RSI(n)),
  ),
  own("macd", "MACD", 12, "price", ["line", "line", "columns"], (period) => {
    // The usual proportions of 12, 26 and 9.
    const indicator = new MACD(
      new EMA(period),
      new EMA(Math.round((period * 26) / 12)),
      new EMA(Math.max(2, Math.round((period * 9) / 12))),
    );
    return (bar, replace) => {
      const result = indicator.update(bar.close, replace);
      return [result?.macd ?? null, result?.signal ?? null, result?.histogram ?? null];
    };
  }),
  own("stochastic", "Stochastic", 14, 1, ["line", "line"], (period) => {
    const indicator = new StochasticOscillator({ kPeriod: period, kSlowingPeriod: 3, dPeriod: 3 });
    return (bar, replace) => {
      const result = indicator.update(inputOf(bar), replace);
      return [result?.stochK ?? null, result?.stochD ?? null];
    };
  }),
  own(
    "atr",
    "ATR",
    14,
    "price",
    ["line"],
    ofBar((n) => new ATR(n)),
  ),
  own(
    "cci",
    "CCI",
    20,
    1,
    ["line"],
    ofBar((n) => new CCI(n)),
  ),
  own(
    "roc",
    "Rate of change",
    12,
    4,
    ["line"],
    ofClose((n) => new ROC(n)),
  ),
  own(
    "momentum",
    "Momentum",
    10,
    "price",
    ["line"],
    ofClose((n) => new MOM(n)),
  ),
  own(
    "williams",
    "Williams %R",
    14,
    1,
    ["line"],
    ofBar((n) => new WilliamsR(n)),
  ),
  own(
    "mfi",
    "Money flow",
    14,
    1,
    ["line"],
    ofBar((n) => new MFI(n)),
  ),
  own(
    "cmf",
    "Chaikin flow",
    20,
    3,
    ["line"],
    ofBar((n) => new CMF(n)),
  ),
];

export function indicatorById(id: string): IndicatorDefinition | undefined {
  return indicators.find((indicator) => indicator.id === id);
}

function price(
  id: string,
  name: string,
  period: number | null,
  lines: IndicatorDefinition["lines"],
  start: IndicatorDefinition["start"],
): IndicatorDefinition {
  return { id, name, pane: "price", period, lines, unit: "price", start };
}

function own(
  id: string,
  name: string,
  period: number,
  decimals: number | "price",
  lines: IndicatorDefinition["lines"],
  start: IndicatorDefinition["start"],
): IndicatorDefinition {
  return { id, name, pane: "own", period, lines, unit: decimals === "price" ? decimals : { decimals }, start };
}
