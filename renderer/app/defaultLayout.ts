import type { IJsonModel, IJsonTabNode } from "flexlayout-react";

/** Widths that these need for their text, in CSS pixels; the chart and the blotters take the rest. */
const WATCH_WIDTH = 256;
const LADDER_WIDTH = 336;
const TAPE_WIDTH = 208;
/** On wide windows they grow too, but only so far. */
const GROWTH = 0.06;

/** Id of the row that holds the columns, and of the row inside the middle one that holds chart and tape. */
export const ROOT_ROW = "columns";
export const MARKET_ROW = "market";

export const layoutRules: NonNullable<IJsonModel["global"]> = {
  tabEnableRename: false,
  tabEnablePopout: false,
  tabEnableFloat: false,
  tabSetMinWidth: 140,
  tabSetMinHeight: 80,
};

/** Weights for a window of so many pixels: of the columns, and of chart and tape. */
export function rowWeights(width: number): {
  readonly columns: readonly [watch: number, middle: number, ladder: number];
  readonly market: readonly [chart: number, tape: number];
} {
  const extra = Math.max(0, width - 1_280) * GROWTH;
  const [watch, ladder, tape] = [WATCH_WIDTH + extra, LADDER_WIDTH + extra, TAPE_WIDTH + extra / 2];
  const middle = Math.max(500, width - watch - ladder);
  return { columns: [watch, middle, ladder], market: [middle - tape, tape] };
}

/**
 * The trader's layout for a window of so many pixels: watch and ticket left; chart and tape over depth and blotters, whose rows need the whole
 * width of the middle; the ladder right.
 */
export function defaultLayout(width: number): IJsonModel {
  const {
    columns: [watch, middle, ladder],
    market: [chart, tape],
  } = rowWeights(width);
  return {
    global: layoutRules,
    borders: [],
    layout: {
      type: "row",
      id: ROOT_ROW,
      weight: 100,
      children: [
        {
          type: "row",
          weight: watch,
          children: [tabs(24, [tab("watchlist", "Watchlist")]), tabs(76, [tab("ticket", "Ticket")])],
        },
        {
          type: "row",
          weight: middle,
          children: [
            {
              type: "row",
              id: MARKET_ROW,
              weight: 48,
              children: [
                tabs(chart, [tab("chart", "Chart"), tab("heatmap", "Heatmap"), tab("footprint", "Footprint")]),
                tabs(tape, [tab("tape", "Time & Sales")]),
              ],
            },
            tabs(22, [tab("depth", "Depth")]),
            tabs(30, [
              tab("orders", "Orders"),
              tab("fills", "Fills"),
              tab("positions", "Positions"),
              tab("balances", "Balances"),
              tab("closed", "Closed P&L"),
              tab("accounts", "Accounts"),
              tab("messages", "Messages"),
            ]),
          ],
        },
        tabs(ladder, [tab("ladder", "Ladder")]),
      ],
    },
  };
}

/** Below these widths, in CSS pixels, a panel would have to cut text. */
const leastWidths: Readonly<Record<string, number>> = {
  watchlist: 240,
  ticket: 240,
  ladder: 250,
  tape: 196,
  chart: 320,
  depth: 240,
  heatmap: 440,
  footprint: 320,
  orders: 320,
};

/** A panel's tab, as the layout keeps it. */
export function tab(component: string, name: string): IJsonTabNode {
  return { type: "tab", id: `tab-${component}`, component, name, minWidth: leastWidths[component] ?? 200 };
}

/** A tab strip of so much weight. */
export function tabs(weight: number, children: IJsonTabNode[]): NonNullable<IJsonModel["layout"]["children"]>[number] {
  return { type: "tabset", weight, children };
}
