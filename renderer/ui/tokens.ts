import { topics } from "../app/topics.ts";

const tokenNames = [
  "bg",
  "panel",
  "raised",
  "line",
  "line-strong",
  "text",
  "bright",
  "secondary",
  "disabled",
  "buy",
  "sell",
  "buy-soft",
  "sell-soft",
  "buy-row",
  "sell-row",
  "focus",
  "warning",
  "breach",
  "hover",
  "heat-low",
  "heat-mid",
  "heat-high",
  "series-1",
  "series-2",
  "series-3",
  "series-4",
  "series-5",
  "simulated",
  "simulated-text",
] as const;
type TokenName = (typeof tokenNames)[number];
export type Tokens = Readonly<Record<TokenName, string>>;

let cached: Tokens | null = null;
topics.subscribe("preferences", () => {
  cached = null;
});

/** The theme's colours for canvases, which cannot read CSS variables. Read again after the theme changes. */
export function tokens(): Tokens {
  if (cached === null) {
    const style = getComputedStyle(document.documentElement);
    const read = (name: TokenName): [TokenName, string] => [name, style.getPropertyValue(`--${name}`).trim()];
    // Every name is read once, so the record is complete.
    cached = Object.fromEntries(tokenNames.map(read)) as Tokens;
  }
  return cached;
}

/** Family of every text that a canvas draws. */
export const CANVAS_FONT = '"Inter Variable", "Noto Sans TC", "Noto Sans SC", sans-serif';

/** True when the person asked the system for less motion: nothing flashes then. */
export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
