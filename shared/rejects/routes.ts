import type { RejectRow } from "./row.ts";

/** Reasons that only orders for an outside venue, and reports of it, can meet. */
export const routeRejects = {
  VALIDATE_ROUTED_TERMS: {
    number: 1024,
    stage: "validate",
    rule: "CN-2",
    unit: "plain",
    meaning: "Order form not taken by the outside venue",
    text: "The connected venue takes limit orders here: GTC, IOC or FOK, also post-only.",
    zhHant: "已連接的交易所在此只接受限價單：GTC、IOC 或 FOK，亦可只做掛單。",
    zhHans: "已连接的交易所在此只接受限价单：GTC、IOC 或 FOK，也可只做挂单。",
    http: { status: 400, hk: "-1102", glb: "-1102" },
    fix: { ordRejReason: 11, cxlRejReason: 99 },
  },
  BOOK_VENUE_NOT_LIVE: {
    number: 5012,
    stage: "book",
    rule: "CN-2",
    unit: "plain",
    meaning: "Outside venue not connected and reconciled",
    text: "The venue is not connected, or orders and balances have not been compared with it yet. Nothing was sent.",
    zhHant: "未連接交易所，或尚未與其核對訂單及結餘。沒有送出任何訂單。",
    zhHans: "未连接交易所，或尚未与其核对订单及余额。没有送出任何订单。",
    http: { status: 400, hk: "-2010", glb: "-2010" },
    fix: { ordRejReason: 2, cxlRejReason: 99 },
  },
  BOOK_VENUE_FILLS_MISSING: {
    number: 5013,
    stage: "book",
    rule: "CN-7",
    unit: "lots",
    meaning: "Fills at the outside venue not booked yet",
    text: "The venue filled {limit} of the order; {actual} are booked here.",
    zhHant: "交易所已成交此訂單 {limit}；此處已記錄 {actual}。",
    zhHans: "交易所已成交此订单 {limit}；此处已记录 {actual}。",
    http: { status: 400, hk: "-2010", glb: "-2010" },
    fix: { ordRejReason: 99, cxlRejReason: 99 },
  },
} as const satisfies Record<string, RejectRow>;
