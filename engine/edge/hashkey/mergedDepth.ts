import { LEVEL_STRIDE } from "../../../shared/views.ts";
import { illegal } from "./apiError.ts";
import { decimalText } from "./decimalText.ts";
import type { Pair } from "./marketView.ts";

/** Coarsest and finest scale: ten thousands, and eight decimals. */
const SCALES = { least: -4, most: 8 };

/** Quantity by merged price text, best first. */
export type MergedSide = Map<string, string>;

/** Reads a scale: so many decimals, or for a negative one so many zeros before the point. Throws ApiError. */
export function scaleOf(text: string | undefined, pair: Pair): number {
  if (text === undefined) return pair.price.decimals;
  const scale = Number(text);
  if (!/^-?\d$/.test(text) || scale < SCALES.least || scale > SCALES.most) throw illegal("scale");
  return scale;
}

/** The levels of a side, prices merged to the scale: bids down and asks up, so that no merged price is better than what is in it. */
export function merged(
  pair: Pair,
  levels: Int32Array,
  side: "bids" | "asks",
  { scale, limit }: { readonly scale: number; readonly limit: number },
): MergedSide {
  const { price, quantity, instrument } = pair;
  const decimals = Math.max(price.decimals, scale);
  // Prices in units of 10^-decimals, whole numbers both.
  const unitsPerTick = Math.round(Number(instrument.tickSize) * 10 ** decimals);
  const bucket = 10 ** (decimals - scale);
  const lots = new Map<number, number>();
  for (let at = 0; at < levels.length; at += LEVEL_STRIDE) {
    const units = (levels[at] ?? 0) * unitsPerTick;
    const key = (side === "bids" ? Math.floor(units / bucket) : Math.ceil(units / bucket)) * bucket;
    if (!lots.has(key) && lots.size === limit) break;
    lots.set(key, (lots.get(key) ?? 0) + (levels[at + 1] ?? 0));
  }
  return new Map([...lots].map(([units, sum]) => [decimalText(units, decimals), quantity.of(sum)]));
}
