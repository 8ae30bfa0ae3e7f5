import { afterEach, describe, expect, it } from "vitest";
import { describeRequest, refusalText } from "../../renderer/app/orderText.ts";
import { languages, setLanguage, type Language } from "../../shared/languages.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import { refusalOf, rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { btc, btcUsd, BTC, BTCUSD, USD, usd } from "./support/venue.ts";

const model = {
  instrument: (id: number) => (id === BTCUSD ? btcUsd : undefined),
  asset: (id: number) => (id === USD ? usd : id === BTC ? btc : undefined),
};
const buy = { instrumentId: BTCUSD, side: "buy" } as const;
const sell = { instrumentId: BTCUSD, side: "sell" } as const;
// Every reason of the table is a RejectCode.
const codes = Object.keys(rejectTable) as RejectCode[];
const plain = (text: string): string => text.replaceAll("\u202f", "_").replaceAll("\u00a0", " ");
const refusal = refusalOf;

afterEach(() => setLanguage("en"));

describe.each(languages)("LK-5 a refusal in %s", (language) => {
  it.each(codes)("%s names its rule and leaves no operand open, with or without operands", (code) => {
    setLanguage(language);
    for (const one of [refusal(code), refusal(code, { limit: 1_234_567, actual: 7_654_321, headroom: 99 })]) {
      for (const order of [buy, sell, null]) {
        const text = refusalText(one, model, order);
        expect(text).not.toMatch(/[{}]|undefined|NaN/);
        expect(text.endsWith(`(${rejectTable[code].rule})`)).toBe(true);
      }
    }
  });
});

describe("a refusal in words", () => {
  it("gives quantities in the base asset, prices in the quote's steps, money in the asset that is held", () => {
    const texts = [
      refusalText(refusal("VALIDATE_LOTS_BELOW_MINIMUM", { limit: 30, actual: 1 }), model, buy),
      refusalText(refusal("RISK_PRICE_BAND", { limit: 7_800_000, actual: 9_000_000 }), model, buy),
      refusalText(refusal("VALIDATE_NOTIONAL_BELOW_MINIMUM", { limit: 100_000_000, actual: 6_500_000 }), model, sell),
      refusalText(refusal("LEDGER_INSUFFICIENT_FUNDS", { actual: 94_000_000_000_000, headroom: 25_000_000_000_000 }), model, buy),
      refusalText(refusal("LEDGER_INSUFFICIENT_FUNDS", { actual: 150_000_000, headroom: 1 }), model, sell),
    ];
    expect(texts.map(plain)).toEqual([
      "The quantity 0.00001 BTC is below the minimum 0.0003 BTC. (MT-14)",
      "The price 90_000.00 is outside the band; the nearest allowed price is 78_000.00. (RK-2)",
      "The order's value 0.65 USD is below the minimum 10.00 USD. (MT-15)",
      "The order needs 9_400_000.00 USD; 2_500_000.00 USD is available. (LG-2)",
      "The order needs 1.50 BTC; 0.00000001 BTC is available. (LG-2)",
    ]);
  });
});

it.each<[Language, string, string]>([
  ["en", "Would have passed: 1.5 BTC at 65_000.10.", "Would have passed: 1.5 BTC."],
  ["zh-HK", "可獲通過：1.5 BTC，價格 65_000.10。", "可獲通過：1.5 BTC。"],
  ["zh-CN", "可获通过：1.5 BTC，价格 65_000.10。", "可获通过：1.5 BTC。"],
])("XP-1 a refusal in %s ends with the nearest order that would have passed", (language, priced, unpriced) => {
  setLanguage(language);
  const lots = 150_000 as QtyLots;
  const endOf = (limitTicks: PriceTicks | null): string =>
    plain(refusalText(refusal("RISK_PRICE_BAND", { nearest: { limitTicks, lots } }), model, buy)).split("(RK-2) ")[1]!;
  expect([endOf(6_500_010 as PriceTicks), endOf(null)]).toEqual([priced, unpriced]);
  expect(refusalText(refusal("RISK_PRICE_BAND", { nearest: { limitTicks: null, lots } }), model, null)).toMatch(/\(RK-2\)$/);
});

it("an order in words keeps its numbers on one line", () => {
  const order = {
    instrumentId: BTCUSD,
    side: "buy",
    orderType: "limit",
    limitTicks: 6_500_010 as PriceTicks,
    lots: 150_000 as QtyLots,
  } as const;
  expect(plain(describeRequest(order, model))).toBe("buy 1.5 BTC/USD at 65_000.10");
  expect(describeRequest({ ...order, orderType: "market", limitTicks: null }, model)).toBe("buy 1.5 BTC/USD at market");
  const values = { side: "buy", timeInForce: "gtc", lots: order.lots, quoteAmount: null, confirmation: null } as const;
  const terms = { trigger: 6_600_000 as PriceTicks };
  const stop = { ...order, orderType: "stop", limitTicks: null, values: { ...values, form: "stop", terms } } as const;
  expect(plain(describeRequest(stop, model))).toBe("buy 1.5 BTC/USD (stop 66_000.00)");
  // What its stop waits for is not the first order's of a pair.
  expect(plain(describeRequest({ ...order, values: { ...values, form: "oco", terms } }, model))).not.toContain("66_000.00");
});
