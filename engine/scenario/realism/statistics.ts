/** Figures of a series, for reports alone: floats and logarithms have their place here, and nothing of it reaches an engine. */

export type Distribution = {
  readonly mean: number;
  readonly deviation: number;
  readonly p5: number;
  readonly median: number;
  readonly p95: number;
  readonly excessKurtosis: number;
};

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function distribution(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  const middle = mean(values);
  const moment = (power: number): number => mean(values.map((value) => (value - middle) ** power));
  const variance = moment(2);
  return {
    mean: middle,
    deviation: Math.sqrt(variance),
    p5: at(0.05),
    median: at(0.5),
    p95: at(0.95),
    excessKurtosis: moment(4) / variance ** 2 - 3,
  };
}

/** Correlation of the series with itself so many places later, for lags from 1. */
export function autocorrelation(values: readonly number[], lags: number): readonly number[] {
  const middle = mean(values);
  const centred = values.map((value) => value - middle);
  const variance = mean(centred.map((value) => value * value));
  return Array.from({ length: lags }, (_, index) => {
    const lag = index + 1;
    if (centred.length <= lag) return Number.NaN;
    let sum = 0;
    for (let at = lag; at < centred.length; at += 1) sum += (centred[at] ?? 0) * (centred[at - lag] ?? 0);
    return sum / (centred.length - lag) / variance;
  });
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const cross = mean(a.map((value, at) => (value - meanA) * ((b[at] ?? meanB) - meanB)));
  return cross / Math.sqrt(mean(a.map((value) => (value - meanA) ** 2)) * mean(b.map((value) => (value - meanB) ** 2)));
}

/** Relative moves from one value to the next, in millionths. */
export function returnsPpm(prices: readonly number[]): readonly number[] {
  return prices.slice(1).map((price, at) => Math.log(price / (prices[at] ?? price)) * 1_000_000);
}

/** Slope of a straight line through points by least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
}

/** Share of the values in each of equally wide bins. */
export function histogram(
  values: readonly number[],
  range: { readonly from: number; readonly to: number; readonly bins: number },
): readonly (readonly [middle: number, share: number])[] {
  const width = (range.to - range.from) / range.bins;
  const counts = Array.from({ length: range.bins }, () => 0);
  for (const value of values) {
    const bin = Math.floor((value - range.from) / width);
    if (bin >= 0 && bin < range.bins) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, bin) => [range.from + (bin + 0.5) * width, count / Math.max(1, values.length)]);
}

/** Share of the values at or above each of them: at most `points` of them, evenly spaced in the logarithm. */
export function tail(values: readonly number[], points = 60): readonly (readonly [value: number, share: number])[] {
  const sorted = values.filter((value) => value > 0).toSorted((a, b) => b - a);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (most === undefined || least === undefined || most === least) return [];
  return Array.from({ length: points }, (_, index): readonly [number, number] => {
    const value = least * (most / least) ** (index / (points - 1));
    return [value, sorted.filter((one) => one >= value * 0.999_999).length / sorted.length];
  });
}
