import type { RejectRow } from "./row.ts";

/** The money does not suffice, or would not fit. */
export const ledgerRejects = {
  LEDGER_INSUFFICIENT_FUNDS: {
    number: 4001,
    stage: "ledger",
    rule: "LG-2",
    unit: "held",
    meaning: "Insufficient asset",
    text: "The order needs {actual}; {headroom} is available.",
    zhHant: "此訂單需要 {actual}；可用餘額為 {headroom}。",
    zhHans: "此订单需要 {actual}；可用余额为 {headroom}。",
    http: { status: 400, hk: "0401", glb: "0401" },
    fix: { ordRejReason: 3, cxlRejReason: 99 },
  },
  LEDGER_OVERFLOW: {
    number: 4002,
    stage: "ledger",
    rule: "LG-6",
    unit: "held",
    meaning: "Amount too large for the ledger",
    text: "The amount would exceed the largest balance the ledger can hold.",
    zhHant: "金額將超過賬本可記錄的最大餘額。",
    zhHans: "金额将超过账本可记录的最大余额。",
    http: { status: 400, hk: "-1206", glb: "-1206" },
    fix: { ordRejReason: 3, cxlRejReason: 99 },
  },
} as const satisfies Record<string, RejectRow>;
