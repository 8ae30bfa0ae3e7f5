import type { IJsonModel } from "flexlayout-react";
import { defaultLayout, layoutRules, tab, tabs } from "./defaultLayout.ts";

/** Layouts that a window can begin with, one for each kind of person. */
export const layoutTemplates = ["trader", "risk", "tester"] as const;
export type LayoutTemplate = (typeof layoutTemplates)[number];

export function templateLayout(template: LayoutTemplate, width: number): IJsonModel {
  if (template === "trader") return defaultLayout(width);
  const children = template === "risk" ? riskColumns() : testerColumns();
  return { global: layoutRules, borders: [], layout: { type: "row", weight: 100, children: [{ type: "row", weight: 100, children }] } };
}

type Part = NonNullable<IJsonModel["layout"]["children"]>[number];

/** Limits with their use on top; positions, balances and the tree of accounts below, and what was told beside them. */
function riskColumns(): Part[] {
  return [
    { type: "row", weight: 62, children: [tabs(100, [tab("risk", "Risk")])] },
    {
      type: "row",
      weight: 38,
      children: [
        tabs(60, [
          tab("accounts", "Accounts"),
          tab("positions", "Positions"),
          tab("balances", "Balances"),
          tab("orders", "Orders"),
          tab("fills", "Fills"),
          tab("deeds", "Deeds"),
          tab("breaches", "Breaches"),
        ]),
        tabs(40, [tab("messages", "Messages")]),
      ],
    },
  ];
}

/** The market on top, with what disturbs it in the middle; everything that comes of it below. */
function testerColumns(): Part[] {
  return [
    {
      type: "row",
      weight: 55,
      children: [
        tabs(20, [tab("watchlist", "Watchlist"), tab("ticket", "Ticket")]),
        tabs(26, [tab("ladder", "Ladder")]),
        tabs(36, [tab("faults", "Faults"), tab("depth", "Depth"), tab("chart", "Chart")]),
        tabs(18, [tab("tape", "Time & Sales")]),
      ],
    },
    {
      type: "row",
      weight: 45,
      children: [
        tabs(60, [tab("orders", "Orders"), tab("fills", "Fills"), tab("positions", "Positions"), tab("balances", "Balances")]),
        tabs(40, [tab("messages", "Messages"), tab("risk", "Risk")]),
      ],
    },
  ];
}
