import { textsOf } from "../../../shared/languages.ts";

export const tapeTexts = textsOf(
  {
    title: "Time & sales",
    follow: "Follow ▲",
    newer: (trades: string) => `${trades} newer ▲`,
    label: (symbol: string) => `Trades of ${symbol}, newest first. Arrow keys scroll, Home follows.`,
    empty: "No trades yet.",
    emptyAction: "Each trade of this instrument appears here; start the market, or send an order that crosses the spread.",
    bought: (time: string, size: string, price: string) => `${time} bought ${size} at ${price}`,
    sold: (time: string, size: string, price: string) => `${time} sold ${size} at ${price}`,
  },
  {
    title: "成交紀錄",
    follow: "跟隨 ▲",
    newer: (trades) => `${trades} 宗較新 ▲`,
    label: (symbol) => `${symbol} 的成交，最新在先。方向鍵捲動，Home 鍵跟隨最新成交。`,
    empty: "尚無成交。",
    emptyAction: "此產品每宗成交均會在此顯示；請啟動市場，或發出可即時成交的買賣盤。",
    bought: (time, size, price) => `${time} 以 ${price} 買入 ${size}`,
    sold: (time, size, price) => `${time} 以 ${price} 賣出 ${size}`,
  },
  {
    title: "逐笔成交",
    follow: "跟随 ▲",
    newer: (trades) => `${trades} 笔较新 ▲`,
    label: (symbol) => `${symbol} 的成交，最新在前。方向键滚动，Home 键跟随最新成交。`,
    empty: "暂无成交。",
    emptyAction: "此品种每笔成交都会在此显示；请启动市场，或发送可立即成交的委托。",
    bought: (time, size, price) => `${time} 以 ${price} 买入 ${size}`,
    sold: (time, size, price) => `${time} 以 ${price} 卖出 ${size}`,
  },
);
