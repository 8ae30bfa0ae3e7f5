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
  "live",
  "live-text",
] as const;
type TokenName = (typeof tokenNames)[number];
export type Tokens = Readonly<Record<TokenName, string>>;

let cached: Tokens | null = null;
topics.subscribe("preferences", () => {
  cached = null;
  CANVAS_FONT = rootStyle("--font") || LATIN_FONT;
});

function rootStyle(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

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

const LATIN_FONT = '"Inter Variable", sans-serif';
/** Families of every text that a canvas draws. Follows the language, as one code point has other shapes in Hong Kong than on the mainland. */
export let CANVAS_FONT = LATIN_FONT;

/** Height of a table's row in CSS pixels, by the chosen density. */
export function rowHeight(): number {
  return Number.parseInt(rootStyle("--row"), 10);
}

/** True when the person asked the system for less motion: nothing flashes then. */
export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
