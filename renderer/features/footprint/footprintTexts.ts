import { textsOf } from "../../../shared/languages.ts";

/** Texts of the footprint, in one place for translation. */
export const footprintTexts = textsOf(
  {
    title: "Footprint",
    emptyTitle: "Sold × bought at each price, bar by bar, appears here.",
    emptyAction: "Each trade adds to it; start the market, or send an order that crosses the spread.",
    chooseAction: "Choose an instrument in the watchlist.",
    barLength: "Bar length",
    step: "Price step of a row",
    autoStep: "Auto",
    volume: "Volume",
    delta: "Delta",
    cumulative: "Cumulative delta",
    newest: "Newest ▸",
    read: (bar: { time: string; high: string; low: string; volume: string; delta: string; cumulative: string }) =>
      `${bar.time} · H ${bar.high} L ${bar.low} · Vol ${bar.volume} · Δ ${bar.delta} · ΣΔ ${bar.cumulative}`,
    label: (symbol: string) =>
      `Footprint of ${symbol}: sold and bought quantity by price and bar, with cumulative delta. Left and right read bar by bar, Page Up and Page Down scroll, plus and minus change the width of a bar, End returns to the newest.`,
  },
  {
    title: "足跡圖",
    emptyTitle: "逐支陰陽燭、逐個價位的賣出 × 買入量會在此顯示。",
    emptyAction: "每宗成交均會計入；請啟動市場，或發出可即時成交的買賣盤。",
    chooseAction: "請在自選面板選擇產品。",
    barLength: "時段",
    step: "每行的價格間距",
    autoStep: "自動",
    volume: "成交量",
    delta: "差額",
    cumulative: "累計差額",
    newest: "最新 ▸",
    read: (bar) => `${bar.time} · 高 ${bar.high} 低 ${bar.low} · 量 ${bar.volume} · Δ ${bar.delta} · ΣΔ ${bar.cumulative}`,
    label: (symbol) =>
      `${symbol} 的足跡圖：按價位及時段列出賣出與買入量，並附累計差額。左右鍵逐支閱讀，Page Up 及 Page Down 捲動，加減鍵改變每支闊度，End 返回最新。`,
  },
  {
    title: "足迹图",
    emptyTitle: "逐根K线、逐个价位的卖出 × 买入量会在此显示。",
    emptyAction: "每笔成交都会计入；请启动市场，或发送可立即成交的委托。",
    chooseAction: "请在自选面板选择品种。",
    barLength: "周期",
    step: "每行的价格间距",
    autoStep: "自动",
    volume: "成交量",
    delta: "差额",
    cumulative: "累计差额",
    newest: "最新 ▸",
    read: (bar) => `${bar.time} · 高 ${bar.high} 低 ${bar.low} · 量 ${bar.volume} · Δ ${bar.delta} · ΣΔ ${bar.cumulative}`,
    label: (symbol) =>
      `${symbol} 的足迹图：按价位和周期列出卖出与买入量，并附累计差额。左右键逐根读取，Page Up 和 Page Down 滚动，加减键改变每根宽度，End 返回最新。`,
  },
);
