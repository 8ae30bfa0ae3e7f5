import { textsOf } from "../../../shared/languages.ts";

export const watchlistTexts = textsOf(
  {
    empty: "The instruments of the venue appear here.",
    emptyAction: "They come with the first message of the engine.",
    list: "Instruments",
    heads: { symbol: "Symbol", last: "Last", change: "24 h", bid: "Bid", ask: "Ask", spread: "Spread", volume: "Volume" },
    changeExplain: "Change since the first trade of the last 24 hours",
    row: (symbol: string, last: string, change: string, bid: string, ask: string) =>
      `${symbol}, last ${last}, ${change}, bid ${bid}, ask ${ask}`,
  },
  {
    empty: "交易所的產品會在此顯示。",
    emptyAction: "引擎送出首個訊息後便會出現。",
    list: "產品",
    heads: { symbol: "代號", last: "現價", change: "24 小時", bid: "買價", ask: "賣價", spread: "差價", volume: "成交量" },
    changeExplain: "與過去 24 小時首宗成交比較的升跌",
    row: (symbol, last, change, bid, ask) => `${symbol}，現價 ${last}，${change}，買價 ${bid}，賣價 ${ask}`,
  },
  {
    empty: "交易所的品种会在此显示。",
    emptyAction: "引擎发出首条消息后便会出现。",
    list: "品种",
    heads: { symbol: "代码", last: "最新价", change: "24 小时", bid: "买价", ask: "卖价", spread: "价差", volume: "成交量" },
    changeExplain: "与过去 24 小时首笔成交相比的涨跌",
    row: (symbol, last, change, bid, ask) => `${symbol}，最新价 ${last}，${change}，买价 ${bid}，卖价 ${ask}`,
  },
);
