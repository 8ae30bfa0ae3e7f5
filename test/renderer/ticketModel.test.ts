import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allowedTimesInForce,
  checkDraft,
  emptyDraft,
  estimate,
  stepPrice,
  stepQuantity,
  withOrderType,
  type Draft,
} from "../../renderer/features/ticket/ticketModel.ts";
import type { OrderRequest } from "../../renderer/app/orderEntry.ts";
import { mulDivCeil, PPM, type PriceTicks, type QtyLots } from "../../shared/money.ts";
import { ALPHA, book, BTCUSD, btcUsd, usd } from "./support/venue.ts";

const complete: Draft = { ...emptyDraft, quantity: "0.5", price: "65000.10" };
const check = (change: Partial<Draft>, accountId: typeof ALPHA | null = ALPHA) =>
  checkDraft({ ...complete, ...change }, btcUsd, usd, accountId);

describe("a draft", () => {
  it("that is complete is the order it says", () => {
    expect(check({})).toEqual({
      errors: {},
      request: {
        accountId: ALPHA,
        instrumentId: BTCUSD,
        side: "buy",
        orderType: "limit",
        timeInForce: "gtc",
        limitTicks: 6_500_010,
        lots: 50_000,
      },
    });
    expect(check({ orderType: "market", timeInForce: "ioc", price: "left over" }).request).toMatchObject({
      orderType: "market",
      limitTicks: null,
    });
  });

  it.each([
    ["no quantity", { quantity: "" }, "quantity", /enter how much/],
    ["a quantity that is no number", { quantity: "half" }, "quantity", /plain decimal number/],
    ["a part of a lot", { quantity: "0.000015" }, "quantity", /multiple of 0.00001/],
    ["too small a quantity", { quantity: "0.0001" }, "quantity", /at least 0.0003/],
    ["too large a quantity", { quantity: "16.1" }, "quantity", /at most 16/],
    ["a quantity beyond all counting", { quantity: "999,999,999,999,999,999" }, "quantity", /^Quantity: at most 16\.$/],
    ["too large a quantity that is a part of a lot", { quantity: "99.000001" }, "quantity", /^Quantity: at most 16\.$/],
    ["a quantity with a comma that groups nothing", { quantity: "99,99" }, "quantity", /plain decimal number/],
    [
      "too large a quantity at market",
      { quantity: "8.1", orderType: "market", timeInForce: "ioc" },
      "quantity",
      /at most 8 for a market order/,
    ],
    ["too small a value", { quantity: "0.001", price: "1.00" }, "quantity", /below the minimum of 10.00 USD/],
    ["no price", { price: " " }, "price", /enter a limit price/],
    ["a part of a tick", { price: "65000.005" }, "price", /multiple of 0.01/],
    ["a price of nothing", { price: "0" }, "price", /from 0.01/],
    ["a negative price", { price: "-5" }, "price", /from 0.01/],
    ["a price beyond all counting", { price: "999999999999999999" }, "price", /^Price: from 0.01 to [^9]/],
    ["a price beyond the largest", { price: "99999999.99" }, "price", /from 0.01 to/],
  ] as const)("with %s is refused by name", (_, change, field, text) => {
    const { request, errors } = check(change);
    expect(request).toBeNull();
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).toMatch(text);
  });

  it("names every field that is at fault at once, the account too", () => {
    expect(Object.keys(check({ quantity: "x", price: "y" }, null).errors).sort()).toEqual(["account", "price", "quantity"]);
  });

  it("never becomes an order that breaks the instrument's rules", () => {
    const number = fc.oneof(
      fc.double({ min: -1, max: 1e7, noNaN: true }).map(String),
      fc.integer({ min: 0, max: 1e9 }).map((n) => (n / 100_000).toFixed(5)),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(number, number, fc.constantFrom("limit", "market" as const), (quantity, price, orderType) => {
        const { request, errors } = checkDraft({ ...complete, quantity, price, orderType, timeInForce: "ioc" }, btcUsd, usd, ALPHA);
        expect(request === null).toBe(Object.keys(errors).length > 0);
        if (request === null) return;
        expect(request.lots).toBeGreaterThanOrEqual(btcUsd.minLots);
        expect(request.lots).toBeLessThanOrEqual(orderType === "market" ? btcUsd.marketMaxLots : btcUsd.maxLots);
        expect(request.limitTicks === null).toBe(orderType === "market");
      }),
    );
  });

  it("takes a time in force that its type allows", () => {
    expect(withOrderType(complete, "market")).toMatchObject({ orderType: "market", timeInForce: "ioc" });
    expect(withOrderType(withOrderType(complete, "market"), "limit")).toMatchObject({ orderType: "limit", timeInForce: "gtc" });
    expect(allowedTimesInForce("market")).not.toContain("gtc");
  });
});

describe("steps", () => {
  it("move the price by ticks, never below one, and begin at the last price", () => {
    expect([stepPrice("65000.10", 1, null, btcUsd), stepPrice("0.01", -10, null, btcUsd), stepPrice("", 1, 6_500_000, btcUsd)]).toEqual([
      "65000.11",
      "0.01",
      "65000.00",
    ]);
  });

  it("move the quantity by a tenth of its power of ten, within the instrument's bounds", () => {
    expect([
      stepQuantity("0.05", 1, btcUsd),
      stepQuantity("0.0003", -1, btcUsd),
      stepQuantity("16", 10, btcUsd),
      stepQuantity("?", 1, btcUsd),
    ]).toEqual(["0.051", "0.0003", "16", "0.0003"]);
  });
});

describe("an estimate", () => {
  const asks = book(
    [[6_499_000, 5]],
    [
      [6_500_000, 100],
      [6_500_100, 100],
    ],
  );
  const request = (change: Partial<OrderRequest>): OrderRequest => ({
    accountId: ALPHA,
    instrumentId: BTCUSD,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: 6_500_000 as PriceTicks,
    lots: 150 as QtyLots,
    ...change,
  });

  it("of a limit purchase holds value and the higher fee, and tells what would trade at once", () => {
    expect(estimate(request({}), btcUsd, asks)).toEqual({
      notional: 975_000_000,
      crossingTicks: 6_500_000,
      crossingLots: 100,
      feeAtMost: mulDivCeil(975_000_000, 2_900, PPM),
      holdAtMost: 975_000_000 + mulDivCeil(975_000_000, 2_900, PPM),
    });
  });

  it("of a sale holds the quantity in base units", () => {
    expect(estimate(request({ side: "sell" }), btcUsd, asks)).toMatchObject({ holdAtMost: 150_000, crossingLots: 0, crossingTicks: null });
  });

  it("of a market order sums the book, and says nothing when the book on view is too thin", () => {
    expect(estimate(request({ orderType: "market", limitTicks: null }), btcUsd, asks)).toMatchObject({
      notional: 100 * 6_500_000 + 50 * 6_500_100,
      crossingLots: 150,
    });
    expect(estimate(request({ orderType: "market", limitTicks: null, lots: 201 as QtyLots }), btcUsd, asks)).toMatchObject({
      notional: null,
      holdAtMost: null,
    });
    expect(estimate(request({}), btcUsd, null)).toMatchObject({ crossingTicks: null });
  });
});
