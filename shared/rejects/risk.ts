import type { RejectRow } from "./row.ts";

/** A pre-trade control objects. */
export const riskRejects = {
  RISK_NO_REFERENCE_PRICE: {
    number: 3001,
    stage: "risk",
    rule: "RK-1",
    unit: "plain",
    meaning: "No reference price",
    text: "There is no reference price to check this order against.",
    zhHant: "沒有可用的參考價格核對此訂單。",
    zhHans: "没有可用的参考价格核对此订单。",
    http: { status: 400, hk: "-2010", glb: "-2010" },
    fix: { ordRejReason: 99, cxlRejReason: 99 },
  },
  RISK_PRICE_BAND: {
    number: 3002,
    stage: "risk",
    rule: "RK-2",
    unit: "ticks",
    meaning: "Price outside of allowed range",
    text: "The price {actual} is outside the band; the nearest allowed price is {limit}.",
    zhHant: "價格 {actual} 超出容許範圍；最接近的可用價格為 {limit}。",
    zhHans: "价格 {actual} 超出允许范围；最接近的可用价格为 {limit}。",
    http: { status: 400, hk: "0210", glb: "0210" },
    fix: { ordRejReason: 99, cxlRejReason: 99 },
  },
} as const satisfies Record<string, RejectRow>;
