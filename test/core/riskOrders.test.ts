import { describe, expect, test } from "vitest";
import { ALICE, BOB, CAROL, COIN, COIN_USD, USD, only, order, type PlainOrder } from "./drive.ts";
import {
  ALICE_NODE,
  BOB_NODE,
  DESK,
  FIRM,
  VENUE,
  accept,
  codeOf,
  expectOneState,
  onCoin,
  quote,
  refused,
  setLimit,
  trade,
  treeVenue,
  viewOf,
  type PlainLimit,
} from "./riskVenue.ts";

describe("an order by itself", () => {
  test("RK-8 the largest order at each level, to the lot", () => {
    for (const level of [ALICE_NODE, DESK, FIRM, VENUE]) {
      const driver = treeVenue();
      setLimit(driver, level, onCoin("orderLots", 50));
      accept(driver, { lots: 50 });
      const events = driver.send(order({ lots: 51 }));
      expect(only(events, "RiskBreached")).toMatchObject({
        nodeId: level,
        control: "orderLots",
        tier: "hard",
        instrumentId: COIN_USD,
        accountId: ALICE,
        limit: 50,
        used: 0,
        actual: 51,
        headroom: 50,
      });
      expect(only(events, "OrderDenied").refusal).toMatchObject({ code: "RISK_ORDER_LOTS", limit: 50, actual: 51, headroom: 50 });
      expect(codeOf(driver, { accountId: CAROL, lots: 51 })).toBe(level === VENUE ? "RISK_ORDER_LOTS" : "accepted");
      expectOneState(driver);
    }
  });

  test("RK-8 the venue's bounds hold for accounts outside the tree and without any tree", () => {
    const driver = treeVenue();
    setLimit(driver, VENUE, { control: "orderValue", hard: 2_000 });
    expect(codeOf(driver, { accountId: CAROL, lots: 20 })).toBe("accepted");
    expect(codeOf(driver, { accountId: CAROL, lots: 21 })).toBe("RISK_ORDER_VALUE");
  });

  test("RK-27 an order beyond a soft bound passes with a reason, which is journaled", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, onCoin("orderLots", 50, 20));
    accept(driver, { lots: 20 });
    expect(refused(driver, { lots: 21 })).toEqual(["RISK_ORDER_LOTS_SOFT", 20, 21, 20]);
    const events = accept(driver, { lots: 50, confirmation: "client asked by phone" });
    expect(events.map(({ type }) => type)).toEqual(["SoftLimitConfirmed", "OrderAccepted", "OrderRested"]);
    expect(only(events, "SoftLimitConfirmed")).toMatchObject({
      nodeId: DESK,
      control: "orderLots",
      limit: 20,
      used: 0,
      actual: 50,
      accountId: ALICE,
      confirmation: "client asked by phone",
    });
    expect(refused(driver, { lots: 51, confirmation: "client asked by phone" })[0]).toBe("RISK_ORDER_LOTS");
    expect(viewOf(driver, DESK, "orderLots")).toMatchObject({ breachedUs: driver.atUs });
    expectOneState(driver);
  });

  test("RK-27 every soft bound has its own code, and a confirmation passes it", () => {
    const over: readonly (readonly [PlainLimit, PlainOrder, string])[] = [
      [onCoin("netLots", 100, 5), {}, "RISK_NET_POSITION_SOFT"],
      [onCoin("grossLots", 100, 5), {}, "RISK_GROSS_POSITION_SOFT"],
      [onCoin("nearTouchPpm", 200_000, 10_000), { limitTicks: 92 }, "RISK_NEAR_TOUCH_SOFT"],
      [onCoin("farTouchPpm", 200_000, 10_000), { limitTicks: 104, timeInForce: "ioc" }, "RISK_FAR_TOUCH_SOFT"],
      [{ control: "orderToTrade", hard: 9, soft: 0, parameter: 1_000 }, {}, "RISK_ORDER_TO_TRADE_SOFT"],
      [{ control: "protectionFills", hard: 9, soft: 0, parameter: 1_000 }, {}, "RISK_PROTECTION_SOFT"],
      [onCoin("protectionLots", 9, 0, 1_000), {}, "RISK_PROTECTION_SOFT"],
    ];
    for (const [limit, changes, code] of over) {
      const driver = treeVenue();
      quote(driver, 98, 102);
      setLimit(driver, DESK, limit);
      expect(codeOf(driver, changes)).toBe(code);
      only(accept(driver, { ...changes, confirmation: "agreed" }), "SoftLimitConfirmed");
      expectOneState(driver);
    }
  });

  test("RK-27 a confirmation that nothing asks for leaves no trace but the command", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, onCoin("orderLots", 50, 20));
    expect(accept(driver, { lots: 20, confirmation: "just in case" }).map(({ type }) => type)).toEqual(["OrderAccepted", "OrderRested"]);
  });

  test("RK-9 the value counts at the limit, in the node's currency, to the unit", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "orderValue", hard: 2_000, soft: 1_500 });
    accept(driver, { lots: 15 });
    expect(refused(driver, { lots: 16 })).toEqual(["RISK_ORDER_VALUE_SOFT", 1_500, 1_600, 1_500]);
    accept(driver, { lots: 20, confirmation: "agreed" });
    expect(refused(driver, { lots: 21, confirmation: "agreed" })).toEqual(["RISK_ORDER_VALUE", 2_000, 2_100, 2_000]);
  });

  test("RK-9 a sell into a better bid counts at the bid", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "orderValue", hard: 2_000 });
    accept(driver, { accountId: CAROL, limitTicks: 200, lots: 100 });
    expect(codeOf(driver, { side: "sell", limitTicks: 100, lots: 11 })).toBe("RISK_ORDER_VALUE");
    accept(driver, { side: "sell", limitTicks: 100, lots: 10 });
  });

  test("RK-9 without a conversion mark, or with a stale one, an order is refused; the value is rounded up", () => {
    const driver = treeVenue();
    driver.send({
      type: "DefineRiskNode",
      node: { nodeId: 6, level: "firm", parentId: VENUE, name: "in coin", accountId: null, currencyAssetId: COIN },
    });
    driver.send({
      type: "DefineRiskNode",
      node: { nodeId: 7, level: "account", parentId: 6, name: "carol", accountId: CAROL, currencyAssetId: COIN },
    });
    setLimit(driver, 6, { control: "orderValue", hard: 11 });
    expect(codeOf(driver, { accountId: CAROL })).toBe("RISK_MARK_MISSING");
    // 100 USD units for 1 COIN unit.
    const mark = { fromAssetId: USD, toAssetId: COIN, numerator: 1, denominator: 100, goodForUs: 10 };
    driver.send({ type: "SetConversionMark", mark });
    accept(driver, { accountId: CAROL, lots: 11 });
    expect(refused(driver, { accountId: CAROL, lots: 10, limitTicks: 111 })).toEqual(["RISK_ORDER_VALUE", 11, 12, 11]);
    driver.atUs += 10;
    expect(codeOf(driver, { accountId: CAROL })).toBe("RISK_MARK_STALE");
    expect(only(driver.send({ type: "SetConversionMark", mark: { ...mark, toAssetId: 99 } }), "CommandDenied").refusal.code).toBe(
      "CATALOG_UNKNOWN_ASSET",
    );
    expectOneState(driver);
  });
});

describe("exposure", () => {
  test("RK-10 working orders and position count at worst case, per side, to the lot", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, onCoin("netLots", 50));
    accept(driver, { lots: 30 });
    accept(driver, { side: "sell", lots: 50, limitTicks: 110 });
    expect(refused(driver, { lots: 21 })).toEqual(["RISK_NET_POSITION", 50, 21, 20]);
    expect(refused(driver, { side: "sell", lots: 2, limitTicks: 110 })).toEqual(["RISK_NET_POSITION", 50, 2, 0]);
    // Bob sells 30 to Alice: she is long 30, and may sell 30 more.
    accept(driver, { accountId: BOB, side: "sell", lots: 30 });
    accept(driver, { side: "sell", lots: 30, limitTicks: 110 });
    expect(codeOf(driver, { side: "sell", lots: 2, limitTicks: 110 })).toBe("RISK_NET_POSITION");
    expect(refused(driver, { lots: 21 })).toEqual(["RISK_NET_POSITION", 50, 21, 20]);
    expectOneState(driver);
  });

  test("RK-10 the desk's net position nets its accounts, and a cancel gives room again", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, onCoin("netLots", 50));
    trade(driver, 40);
    const resting = only(accept(driver, { accountId: BOB, lots: 50, limitTicks: 90 }), "OrderAccepted");
    expect(codeOf(driver, { lots: 2, limitTicks: 90 })).toBe("RISK_NET_POSITION");
    driver.send({ type: "CancelOrder", accountId: BOB, orderId: resting.orderId });
    accept(driver, { lots: 50, limitTicks: 90 });
    expectOneState(driver);
  });

  test("RK-11 the desk's gross position adds its accounts up, whatever their direction", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, onCoin("grossLots", 100));
    trade(driver, 40);
    expect(viewOf(driver, DESK, "grossLots")).toMatchObject({ used: 80, headroom: 20 });
    accept(driver, { lots: 20, limitTicks: 90 });
    expect(refused(driver, { accountId: BOB, side: "sell", lots: 2, limitTicks: 110 })).toEqual(["RISK_GROSS_POSITION", 100, 2, 0]);
    // Bob is short, so that buying reduces what he may come to.
    accept(driver, { accountId: BOB, lots: 40, limitTicks: 90 });
    expectOneState(driver);
  });

  test("RK-12 the value of open orders and of this one, to the unit; fills and cancels give room", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "openValue", hard: 5_000, soft: 4_000 });
    accept(driver, { lots: 20 });
    accept(driver, { accountId: BOB, lots: 20 });
    expect(refused(driver, { lots: 10 })).toEqual(["RISK_OPEN_VALUE_SOFT", 4_000, 1_000, 0]);
    accept(driver, { lots: 10, confirmation: "agreed" });
    expect(refused(driver, { lots: 2, confirmation: "agreed" })).toEqual(["RISK_OPEN_VALUE", 5_000, 200, 0]);
    accept(driver, { accountId: CAROL, side: "sell", lots: 20 });
    expect(viewOf(driver, DESK, "openValue")).toMatchObject({ used: 3_000, headroom: 2_000 });
    accept(driver, { lots: 10, limitTicks: 100 });
    expectOneState(driver);
  });

  test("RK-12 an order that never rests counts against the bound while it is judged", () => {
    const driver = treeVenue();
    quote(driver, 98, 102);
    setLimit(driver, DESK, { control: "openValue", hard: 1_100 });
    expect(codeOf(driver, { timeInForce: "ioc", limitTicks: 102, lots: 11 })).toBe("RISK_OPEN_VALUE");
    accept(driver, { timeInForce: "ioc", limitTicks: 102, lots: 10 });
    expect(viewOf(driver, DESK, "openValue").used).toBe(0);
  });
});

test("RK-24 a spot order needs all of its worst case, whatever the bounds allow", () => {
  const driver = treeVenue();
  setLimit(driver, BOB_NODE, { control: "orderValue", hard: 10 ** 12 });
  // Bob has 10,000,000; the fee on 9,975,000 is 24,938.
  expect(codeOf(driver, { accountId: BOB, limitTicks: 9_976, lots: 1_000 })).toBe("LEDGER_INSUFFICIENT_FUNDS");
  expect(codeOf(driver, { accountId: BOB, limitTicks: 9_975, lots: 1_000 })).toBe("accepted");
});
