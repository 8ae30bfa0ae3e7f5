import { textsOf } from "../../shared/languages.ts";

/** Sentences that stand for a drawn panel where it cannot be seen. */
export const spokenTexts = textsOf(
  {
    bid: (price: string, size: string) => `Best bid ${price} for ${size}`,
    noBid: "no bids",
    ask: (price: string, size: string) => `best ask ${price} for ${size}`,
    noAsk: "no asks",
    own: (buys: number, sells: number) => `own orders: ${buys} buying, ${sells} selling`,
    noOwn: "no own orders",
    together: (parts: readonly string[]) => `${parts.join(", ")}.`,
    bar: (time: string, close: string, bought: string, sold: string, delta: string) =>
      `Bar of ${time}: last ${close}, bought ${bought}, sold ${sold}, difference ${delta}.`,
    noBar: "Nobody has traded yet.",
  },
  {
    bid: (price, size) => `最佳買價 ${price}，數量 ${size}`,
    noBid: "沒有買盤",
    ask: (price, size) => `最佳賣價 ${price}，數量 ${size}`,
    noAsk: "沒有賣盤",
    own: (buys, sells) => `自己的掛單：${buys} 張買入、${sells} 張賣出`,
    noOwn: "自己沒有掛單",
    together: (parts) => `${parts.join("；")}。`,
    bar: (time, close, bought, sold, delta) => `${time} 的一支：最新 ${close}，主動買入 ${bought}，主動賣出 ${sold}，差額 ${delta}。`,
    noBar: "尚未有成交。",
  },
  {
    bid: (price, size) => `最佳买价 ${price}，数量 ${size}`,
    noBid: "没有买盘",
    ask: (price, size) => `最佳卖价 ${price}，数量 ${size}`,
    noAsk: "没有卖盘",
    own: (buys, sells) => `自己的挂单：${buys} 笔买入、${sells} 笔卖出`,
    noOwn: "自己没有挂单",
    together: (parts) => `${parts.join("；")}。`,
    bar: (time, close, bought, sold, delta) => `${time} 的一根：最新 ${close}，主动买入 ${bought}，主动卖出 ${sold}，差额 ${delta}。`,
    noBar: "尚无成交。",
  },
);
