import type { IJsonModel, IJsonTabNode } from "flexlayout-react";

/** Widths that the side columns need for their text, in CSS pixels; the chart and the blotters take the rest. */
const WATCH_WIDTH = 256;
const LADDER_WIDTH = 264;
const TAPE_WIDTH = 184;
/** On wide windows the side columns grow too, but only so far. */
const GROWTH = 0.06;

export const layoutRules: NonNullable<IJsonModel["global"]> = {
  tabEnableRename: false,
  tabEnablePopout: false,
  tabEnableFloat: false,
  tabSetMinWidth: 140,
  tabSetMinHeight: 80,
};

/** The trader's layout for a window of so many pixels: watch and ticket left, chart over depth and blotters, ladder and tape right. */
export function defaultLayout(width: number): IJsonModel {
  const extra = Math.max(0, width - 1_280) * GROWTH;
  const [watch, ladder, tape] = [WATCH_WIDTH + extra, LADDER_WIDTH + extra, TAPE_WIDTH + extra / 2];
  return {
    global: layoutRules,
    borders: [],
    layout: {
      type: "row",
      weight: 100,
      children: [
        {
          type: "row",
          weight: watch,
          children: [tabs(30, [tab("watchlist", "Watchlist")]), tabs(70, [tab("ticket", "Ticket")])],
        },
        {
          type: "row",
          weight: Math.max(300, width - watch - ladder - tape),
          children: [
            tabs(48, [tab("chart", "Chart")]),
            tabs(22, [tab("depth", "Depth")]),
            tabs(30, [
              tab("orders", "Orders"),
              tab("fills", "Fills"),
              tab("positions", "Positions"),
              tab("balances", "Balances"),
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

function tab(component: string, name: string): IJsonTabNode {
  return { type: "tab", id: `tab-${component}`, component, name };
}

function tabs(weight: number, children: IJsonTabNode[]): NonNullable<IJsonModel["layout"]["children"]>[number] {
  return { type: "tabset", weight, children };
}
