import type { RealShapes, Realism } from "./measure.ts";
import { mean } from "./statistics.ts";

/** One figure with the band in which real markets lie. */
export type Finding = {
  readonly name: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly real: number | null;
  readonly why: string;
};

export function isInside({ value, from, to }: Finding): boolean {
  return value >= from && value <= to;
}

/** The known facts of real markets, with wide bands: they say what is plainly wrong, not what is exactly right. */
export function findings(realism: Realism, real: RealShapes | null): readonly Finding[] {
  const first = (values: readonly number[], count: number): number => mean(values.slice(0, count));
  return [
    {
      name: "median spread, ppm",
      value: realism.spread.median,
      from: 5,
      to: 800,
      real: null,
      why: "a liquid pair against dollars quotes a few basis points",
    },
    {
      name: "excess kurtosis of 1 s returns",
      value: realism.oneSecond.excessKurtosis,
      from: 0.5,
      to: 100,
      real: real?.excessKurtosis ?? null,
      why: "large moves are more frequent than a bell curve has them",
    },
    {
      name: "memory of returns, lags 2 to 10",
      value: first(realism.returnMemory.slice(1), 9),
      from: -0.15,
      to: 0.15,
      real: real === null ? null : first(real.returnMemory.slice(1), 9),
      why: "moves do not foretell moves",
    },
    {
      name: "volatility clustering, lags 1 to 5",
      value: first(realism.clustering, 5),
      from: 0.03,
      to: 0.8,
      real: real === null ? null : first(real.clustering, 5),
      why: "large moves follow large moves of either sign",
    },
    {
      name: "memory of order signs, lags 1 to 10",
      value: first(realism.signs, 10),
      from: 0.03,
      to: 0.8,
      real: null,
      why: "buyers follow buyers, because large orders are worked in pieces",
    },
    {
      name: "exponent of impact",
      value: realism.impactExponent,
      from: 0.1,
      to: 0.95,
      real: null,
      why: "twice the size moves the price less than twice as far",
    },
    {
      name: "cancels for each trade",
      value: realism.cancelsToTrades,
      from: 1,
      to: 60,
      real: null,
      why: "most orders are withdrawn, not filled",
    },
    {
      name: "orders for each trade",
      value: realism.ordersToTrades,
      from: 1,
      to: 80,
      real: null,
      why: "quotes are renewed far more often than they trade",
    },
    {
      name: "volume with moves, 10 s",
      value: realism.volumeWithMoves,
      from: 0.05,
      to: 0.95,
      real: real?.volumeWithMoves ?? null,
      why: "busy moments are moving moments",
    },
  ];
}
