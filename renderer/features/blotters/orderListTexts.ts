import { textsOf } from "../../../shared/languages.ts";

/** Words around the table of orders: which are shown, what is open in all, and what stands where there are none. */
export const orderListTexts = textsOf(
  {
    shown: "Orders shown",
    open: (count: string) => `Open ${count}`,
    all: (count: string) => `All ${count}`,
    orders: "Orders",
    noOpen: (account: string) => (account === "" ? "No open orders." : `No open orders in ${account}.`),
    none: (account: string) => (account === "" ? "No orders yet." : `No orders yet in ${account}.`),
    finishedUnderAll: "Click a price in the ladder to place one; finished orders are under All.",
    placeOne: "Click a price in the ladder, or send one from the ticket; it appears here at once.",
    openOrders: (count: string) => `${count} open`,
    buying: "Buying",
    selling: "Selling",
  },
  {
    shown: "所示買賣盤",
    open: (count) => `未完成 ${count}`,
    all: (count) => `全部 ${count}`,
    orders: "買賣盤",
    noOpen: (account) => (account === "" ? "沒有未完成的買賣盤。" : `${account} 沒有未完成的買賣盤。`),
    none: (account) => (account === "" ? "尚無買賣盤。" : `${account} 尚無買賣盤。`),
    finishedUnderAll: "點按價格階梯上的價格即可落盤；已完結的買賣盤在「全部」之下。",
    placeOne: "點按價格階梯上的價格，或從落盤面板發出；買賣盤即時在此顯示。",
    openOrders: (count) => `${count} 張未完成`,
    buying: "買入",
    selling: "賣出",
  },
  {
    shown: "所示委托",
    open: (count) => `未完成 ${count}`,
    all: (count) => `全部 ${count}`,
    orders: "委托",
    noOpen: (account) => (account === "" ? "没有未完成的委托。" : `${account} 没有未完成的委托。`),
    none: (account) => (account === "" ? "暂无委托。" : `${account} 暂无委托。`),
    finishedUnderAll: "点击价格阶梯上的价格即可下单；已结束的委托在“全部”之下。",
    placeOne: "点击价格阶梯上的价格，或从下单面板发送；委托会立即在此显示。",
    openOrders: (count) => `${count} 笔未完成`,
    buying: "买入",
    selling: "卖出",
  },
);
