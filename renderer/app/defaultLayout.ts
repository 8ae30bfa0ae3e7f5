import type { IJsonModel, IJsonTabNode } from "flexlayout-react";

/** The trader's layout: watch and ticket left, chart over depth and blotters in the middle, ladder and tape right. */
export const defaultLayout: IJsonModel = {
  global: {
    tabEnableRename: false,
    tabEnablePopout: false,
    tabEnableFloat: false,
    tabSetMinWidth: 140,
    tabSetMinHeight: 80,
    tabSetEnableSingleTabStretch: false,
    tabSetEnableDeleteWhenEmpty: true,
    enableEdgeDock: true,
  },
  borders: [],
  layout: {
    type: "row",
    weight: 100,
    children: [
      {
        type: "row",
        weight: 20,
        children: [tabs(40, [tab("watchlist", "Watchlist")]), tabs(60, [tab("ticket", "Ticket")])],
      },
      {
        type: "row",
        weight: 46,
        children: [
          tabs(50, [tab("chart", "Chart")]),
          tabs(22, [tab("depth", "Depth")]),
          tabs(28, [
            tab("orders", "Orders"),
            tab("fills", "Fills"),
            tab("positions", "Positions"),
            tab("balances", "Balances"),
            tab("messages", "Messages"),
          ]),
        ],
      },
      tabs(20, [tab("ladder", "Ladder")]),
      tabs(14, [tab("tape", "Time & Sales")]),
    ],
  },
};

function tab(component: string, name: string): IJsonTabNode {
  return { type: "tab", id: `tab-${component}`, component, name };
}

function tabs(weight: number, children: IJsonTabNode[]): NonNullable<IJsonModel["layout"]["children"]>[number] {
  return { type: "tabset", weight, children };
}
