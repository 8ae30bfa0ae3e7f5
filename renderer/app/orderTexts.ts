import type { CancelReason, Side } from "../../shared/orders.ts";
import { textsOf } from "../../shared/languages.ts";

/** What there is to say of an order: its quantity, or the money that it is to spend or bring. */
type OrderParts = {
  readonly side: string;
  readonly symbol: string;
  readonly quantity: string | null;
  readonly amount: string | null;
  readonly price: string | null;
  readonly atMarket: boolean;
  /** Name of an order form that is more than a limit or a market order. */
  readonly kind: string | null;
};

/** Orders in words, and what became of a gesture that was to change orders; `what` says of which. */
export const orderTexts = textsOf(
  {
    sides: { buy: "buy", sell: "sell" } satisfies Record<Side, string>,
    unknownInstrument: (side: string) => `${side} in an unknown instrument`,
    order: ({ side, symbol, quantity, amount, price, atMarket, kind }: OrderParts) =>
      `${side} ${quantity ?? `${amount ?? ""} of`} ${symbol}${price === null ? (atMarket ? " at market" : "") : ` at ${price}`}${kind === null ? "" : ` (${kind})`}`,
    cancelReasons: {
      user: "By request",
      immediateRemainder: "Remainder of an immediate order",
      priceBand: "Stopped at the price band",
      selfTrade: "Would have traded with this owner's own order",
      expired: "Its time was over",
      amended: "Changed to no more than had filled",
      listSibling: "The other order of its list took effect",
      overflow: "Its receipts would exceed the largest balance",
      killSwitch: "Kill switch",
      disconnected: "Session lost",
      halted: "Trading halted",
      disabled: "Too many executions in a short time",
      protected: "Market-maker protection",
      lossLimit: "Loss limit",
      ineligible: "No longer open to this client",
    } satisfies Record<CancelReason, string>,
    notSent: (what: string) => `Not sent: ${what}.`,
    denied: (what: string) => `Denied: ${what}.`,
    unknown: (what: string) => `Outcome unknown: ${what}.`,
    notAccepted: (what: string) => `Not accepted: ${what}.`,
    neverAccepted: (what: string) => `Never accepted: ${what}.`,
    dropped: "The connection dropped before the engine answered. The order is shown as unknown until the journal tells.",
    notRecorded: "The engine stopped before it took the order. The journal was read back and does not contain it.",
    change: (orderId: number) => `change of order ${orderId}`,
    cancel: (orderId: number) => `cancel of order ${orderId}`,
    cancelAll: (account: string, symbol: string) => `cancel all of ${account} in ${symbol}`,
    allInstruments: "all instruments",
    notKnown: "not known",
    notLive: "The engine is not live on this screen; nothing is sent on numbers that may be old.",
    recovering: "The engine is still reading its journal.",
    journalBroken: "The journal's tail is damaged; trading waits for a person's choice.",
  },
  {
    sides: { buy: "買入", sell: "賣出" },
    unknownInstrument: (side) => `${side}不明產品`,
    order: ({ side, symbol, quantity, amount, price, atMarket, kind }) =>
      `${price === null ? (atMarket ? "以市價" : "") : `以 ${price} `}${side} ${quantity ?? amount ?? ""} ${symbol}${kind === null ? "" : `（${kind}）`}`,
    cancelReasons: {
      user: "應要求取消",
      immediateRemainder: "即時盤的餘額",
      priceBand: "觸及價格區間而停止",
      selfTrade: "會與同一擁有人的買賣盤成交",
      expired: "有效期已過",
      amended: "修改後數量不高於已成交數量",
      listSibling: "同組的另一張買賣盤已生效",
      overflow: "所得會超出結餘上限",
      killSwitch: "緊急停止",
      disconnected: "連線中斷",
      halted: "交易暫停",
      disabled: "短時間內成交過多",
      protected: "莊家保護",
      lossLimit: "虧損上限",
      ineligible: "不再對此客戶開放",
    },
    notSent: (what) => `未有發出：${what}。`,
    denied: (what) => `被拒絕：${what}。`,
    unknown: (what) => `結果不明：${what}。`,
    notAccepted: (what) => `未獲接納：${what}。`,
    neverAccepted: (what) => `從未獲接納：${what}。`,
    dropped: "連線在引擎回覆前中斷。在日誌給出結果之前，買賣盤會顯示為狀態不明。",
    notRecorded: "引擎在接收買賣盤之前已停止。已重新讀取日誌，當中沒有這張買賣盤。",
    change: (orderId) => `修改買賣盤 ${orderId}`,
    cancel: (orderId) => `取消買賣盤 ${orderId}`,
    cancelAll: (account, symbol) => `取消 ${account} 於${symbol}的全部掛單`,
    allInstruments: "所有產品",
    notKnown: "不詳",
    notLive: "此畫面上的引擎並非即時；數字可能過時，因此不會發出任何指令。",
    recovering: "引擎仍在讀取日誌。",
    journalBroken: "日誌末段已損毀；交易須待人手決定。",
  },
  {
    sides: { buy: "买入", sell: "卖出" },
    unknownInstrument: (side) => `${side}不明品种`,
    order: ({ side, symbol, quantity, amount, price, atMarket, kind }) =>
      `${price === null ? (atMarket ? "以市价" : "") : `以 ${price} `}${side} ${quantity ?? amount ?? ""} ${symbol}${kind === null ? "" : `（${kind}）`}`,
    cancelReasons: {
      user: "应要求撤单",
      immediateRemainder: "立即单的剩余部分",
      priceBand: "触及价格区间而停止",
      selfTrade: "会与同一所有人的委托成交",
      expired: "有效期已过",
      amended: "修改后数量不高于已成交数量",
      listSibling: "同组的另一笔委托已生效",
      overflow: "所得会超出余额上限",
      killSwitch: "紧急停止",
      disconnected: "连接中断",
      halted: "交易暂停",
      disabled: "短时间内成交过多",
      protected: "做市商保护",
      lossLimit: "亏损上限",
      ineligible: "不再对此客户开放",
    },
    notSent: (what) => `未发送：${what}。`,
    denied: (what) => `被拒绝：${what}。`,
    unknown: (what) => `结果不明：${what}。`,
    notAccepted: (what) => `未被接受：${what}。`,
    neverAccepted: (what) => `从未被接受：${what}。`,
    dropped: "连接在引擎答复前中断。在日志给出结果之前，委托会显示为状态不明。",
    notRecorded: "引擎在接收委托之前已停止。已重新读取日志，其中没有这笔委托。",
    change: (orderId) => `修改委托 ${orderId}`,
    cancel: (orderId) => `撤销委托 ${orderId}`,
    cancelAll: (account, symbol) => `撤销 ${account} 在${symbol}的全部挂单`,
    allInstruments: "所有品种",
    notKnown: "不详",
    notLive: "此画面上的引擎并非实时；数字可能过时，因此不会发送任何指令。",
    recovering: "引擎仍在读取日志。",
    journalBroken: "日志末段已损坏；交易须等待人工决定。",
  },
);
