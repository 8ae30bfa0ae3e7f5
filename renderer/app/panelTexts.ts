import { textsOf } from "../../shared/languages.ts";

/** Names of the panels by their ids, as their tabs and the menu of panels show them. */
export const panelTexts = textsOf(
  {
    watchlist: "Watchlist",
    ticket: "Ticket",
    depth: "Depth",
    heatmap: "Heatmap",
    chart: "Chart",
    ladder: "Ladder",
    tape: "Time & Sales",
    orders: "Orders",
    fills: "Fills",
    positions: "Positions",
    balances: "Balances",
    closed: "Closed P&L",
    accounts: "Accounts",
    risk: "Risk",
    messages: "Messages",
  },
  {
    watchlist: "自選",
    ticket: "落盤",
    depth: "市場深度",
    heatmap: "熱力圖",
    chart: "圖表",
    ladder: "價格階梯",
    tape: "成交紀錄",
    orders: "買賣盤",
    fills: "成交",
    positions: "持倉",
    balances: "結餘",
    closed: "已平倉盈虧",
    accounts: "帳戶",
    risk: "風險",
    messages: "訊息",
  },
  {
    watchlist: "自选",
    ticket: "下单",
    depth: "市场深度",
    heatmap: "热力图",
    chart: "图表",
    ladder: "价格阶梯",
    tape: "逐笔成交",
    orders: "委托",
    fills: "成交",
    positions: "持仓",
    balances: "余额",
    closed: "已平仓盈亏",
    accounts: "账户",
    risk: "风险",
    messages: "消息",
  },
);

/** Name of a panel in the current language; `otherwise` for a panel of another version. */
export function panelTitle(id: string | undefined, otherwise: string): string {
  return id !== undefined && Object.hasOwn(panelTexts, id) ? panelTexts[id as keyof typeof panelTexts] : otherwise;
}
