import type { RejectRow } from "./row.ts";

/** The state of the book or of the named order does not admit the command. */
export const bookRejects = {
  BOOK_FILL_OR_KILL: {
    number: 5001,
    stage: "book",
    rule: "MT-6",
    unit: "lots",
    meaning: "Fill-or-kill order cannot be filled whole",
    text: "The whole quantity cannot be filled at once.",
    zhHant: "無法即時全數成交。",
    zhHans: "无法即时全部成交。",
    http: { status: 400, hk: "-2010", glb: "-2010" },
    fix: { ordRejReason: 99, cxlRejReason: 99 },
  },
  BOOK_NO_LIQUIDITY: {
    number: 5002,
    stage: "book",
    rule: "MT-7",
    unit: "lots",
    meaning: "Nothing to trade against",
    text: "There is nothing to trade against within the price band.",
    zhHant: "價格範圍內沒有可成交的對手盤。",
    zhHans: "价格范围内没有可成交的对手盘。",
    http: { status: 400, hk: "-2010", glb: "-2010" },
    fix: { ordRejReason: 99, cxlRejReason: 99 },
  },
  BOOK_UNKNOWN_ORDER: {
    number: 5003,
    stage: "book",
    rule: "MT-8",
    unit: "plain",
    meaning: "Order not found",
    text: "The order is not open in this account.",
    zhHant: "此賬戶沒有該張未完成的訂單。",
    zhHans: "此账户没有该笔未完成的订单。",
    http: { status: 400, hk: "0211", glb: "-1143" },
    fix: { ordRejReason: 5, cxlRejReason: 1 },
  },
} as const satisfies Record<string, RejectRow>;
