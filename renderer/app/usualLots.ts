import type { Instrument } from "../../shared/catalog.ts";

/** A modest quantity: a round number of at most a thousandth of the largest order, and no less than the instrument takes. */
export function usualLots({ minLots, maxLots }: Pick<Instrument, "minLots" | "maxLots">): number {
  return Math.max(minLots, 10 ** Math.floor(Math.log10(Math.max(1, maxLots / 1_000))));
}
