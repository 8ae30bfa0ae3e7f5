import type { IJsonModel, IJsonTabNode } from "flexlayout-react";

/** Widths that the side columns need for their text, in CSS pixels; the chart and the blotters take the rest. */
const WATCH_WIDTH = 256;
const LADDER_WIDTH = 336;
const TAPE_WIDTH = 224;
/** On wide windows the side columns grow too, but only so far. */
const GROWTH = 0.06;

/** Id of the row that holds the columns. */
export const ROOT_ROW = "columns";

export const layoutRules: NonNullable<IJsonModel["global"]> = {
  tabEnableRename: false,
  tabEnablePopout: false,
  tabEnableFloat: false,
  tabSetMinWidth: 140,
  tabSetMinHeight: 80,
};

/** Weights of the columns for a window of so many pixels. */
export function columnWeights(width: number): readonly [watch: number, middle: number, ladder: number, tape: number] {
  const extra = Math.max(0, width - 1_280) * GROWTH;
  const [watch, ladder, tape] = [WATCH_WIDTH + extra, LADDER_WIDTH + extra, TAPE_WIDTH + extra / 2];
  return [watch, Math.max(300, width - watch - ladder - tape), ladder, tape];
}

/** The trader's layout for a window of so many pixels: watch and ticket left, chart over depth and blotters, ladder and tape right. */
export function defaultLayout(width: number): IJsonModel {
  const [watch, middle, ladder, tape] = columnWeights(width);
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
            tabs(48, [tab("chart", "Chart"), tab("heatmap", "Heatmap"), tab("footprint", "Footprint")]),
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
        tabs(tape, [tab("tape", "Time & Sales")]),
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
