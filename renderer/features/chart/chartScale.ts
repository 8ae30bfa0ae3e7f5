import type { OrderMark } from "./chartMarks.ts";

/** Prices from bottom to top, ticks. */
export type ScaleRange = { readonly minValue: number; readonly maxValue: number };

/** Own orders beyond one edge of the price scale. */
export type BeyondEdge = {
  /** The one nearest to the edge. */
  readonly nearest: OrderMark;
  /** Lines beyond the nearest one. */
  readonly others: number;
};
export type BeyondScale = { readonly above: BeyondEdge | null; readonly below: BeyondEdge | null };

/** Heights of the bars that lines may add on either side: with both used up, the bars keep a third of the picture. */
const USUAL_ROOM = 1;

/** The bars' range widened to the lines within so many of its heights; a line further away would flatten the bars and widens nothing. */
export function widened({ minValue, maxValue }: ScaleRange, lines: readonly number[], heights = USUAL_ROOM): ScaleRange {
  // An only bar without a body has no height to measure by.
  const room = Math.max(maxValue - minValue, 1) * heights;
  const near = lines.filter((ticks) => ticks >= minValue - room && ticks <= maxValue + room);
  return { minValue: Math.min(minValue, ...near), maxValue: Math.max(maxValue, ...near) };
}

/** Which lines the scale does not show. `marks` as they are drawn, the highest price first. */
export function beyondScale(marks: readonly OrderMark[], { minValue, maxValue }: ScaleRange): BeyondScale {
  return {
    above: beyondEdge(marks.filter(({ ticks }) => ticks > maxValue).toReversed()),
    below: beyondEdge(marks.filter(({ ticks }) => ticks < minValue)),
  };
}

/** `marks` from the edge outwards. */
function beyondEdge(marks: readonly OrderMark[]): BeyondEdge | null {
  const [nearest] = marks;
  if (nearest === undefined) return null;
  return { nearest, others: marks.length - 1 };
}
