import { describe, expect, test } from "vitest";
import { chainOfReferences } from "../../engine/core/risk/collar.ts";
import { ALICE, BOB, CAROL, COIN_USD, only, order, BANDED_USD, bandedUsd } from "./drive.ts";
import { DESK, accept, codeOf, expectOneState, onCoin, quote, refused, setLimit, trade, treeVenue } from "./riskVenue.ts";

describe("collars", () => {
  test("RK-6 the chain: last within the best prices, else the middle, one side, outside; a crossed book tells nothing", () => {
    expect(chainOfReferences(100, 95, 105, 50)).toBe(100);
    expect(chainOfReferences(100, 101, 106, 50)).toBe(103);
    expect(chainOfReferences(100, 90, 99, 50)).toBe(94);
    expect(chainOfReferences(100, 101, 0, 50)).toBe(101);
    expect(chainOfReferences(100, 0, 99, 50)).toBe(99);
    expect(chainOfReferences(100, 0, 0, 50)).toBe(100);
    expect(chainOfReferences(0, 90, 0, 50)).toBe(90);
    expect(chainOfReferences(0, 0, 0, 50)).toBe(50);
    expect(chainOfReferences(0, 0, 0, 0)).toBe(0);
    expect(chainOfReferences(100, 105, 95, 50)).toBe(100);
    expect(chainOfReferences(0, 105, 105, 50)).toBe(50);
  });

  test("RK-6 without any reference an order is refused, also the first of a book; a price from outside serves until it is stale", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, onCoin("collarPpm", 50_000));
    expect(codeOf(driver, {})).toBe("RISK_NO_REFERENCE_PRICE");
    driver.send({ type: "SetReferencePrice", mark: { instrumentId: COIN_USD, ticks: 100, goodForUs: 3 } });
    expect(refused(driver, { limitTicks: 106 })).toEqual(["RISK_COLLAR", 105, 106, null]);
    driver.atUs += 3;
    expect(codeOf(driver, {})).toBe("RISK_MARK_STALE");
    const unknown = { instrumentId: 99, ticks: 100, goodForUs: 3 };
    expect(only(driver.send({ type: "SetReferencePrice", mark: unknown }), "CommandDenied").refusal.code).toBe(
      "VALIDATE_UNKNOWN_INSTRUMENT",
    );
    expectOneState(driver);
  });

  test("RK-6 hard and soft edges to the tick, on both sides", () => {
    const driver = treeVenue();
    trade(driver, 10);
    setLimit(driver, DESK, onCoin("collarPpm", 50_000, 20_000));
    accept(driver, { limitTicks: 102 });
    driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(refused(driver, { limitTicks: 103 })).toEqual(["RISK_COLLAR_SOFT", 102, 103, null]);
    accept(driver, { limitTicks: 105, confirmation: "urgent" });
    driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(refused(driver, { limitTicks: 106, confirmation: "urgent" })).toEqual(["RISK_COLLAR", 105, 106, null]);
    accept(driver, { side: "sell", limitTicks: 98 });
    driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(refused(driver, { side: "sell", limitTicks: 97 })).toEqual(["RISK_COLLAR_SOFT", 98, 97, null]);
    expect(refused(driver, { side: "sell", limitTicks: 94, confirmation: "urgent" })).toEqual(["RISK_COLLAR", 95, 94, null]);
    accept(driver, { side: "sell", limitTicks: 150 });
  });

  test("RK-6 a market order stops at the edge: at the soft one, or confirmed at the hard one", () => {
    const driver = treeVenue();
    trade(driver, 10);
    setLimit(driver, DESK, onCoin("collarPpm", 50_000, 20_000));
    for (const limitTicks of [101, 104, 106, 107]) accept(driver, { accountId: CAROL, side: "sell", limitTicks, lots: 10 });
    // The last trade is the reference both times: first 100, then 101. Their edges are 102, and 106 with a confirmation.
    const filled = (confirmation?: string): number[] =>
      driver
        .send(order({ orderType: "market", timeInForce: "ioc", lots: 30, ...(confirmation === undefined ? {} : { confirmation }) }))
        .flatMap((event) => (event.type === "OrderFilled" ? [event.ticks] : []));
    expect(filled()).toEqual([101]);
    expect(filled("sweep it")).toEqual([104, 106]);
  });

  test("RK-7 the far touch bounds how far an order goes through the other side", () => {
    const driver = treeVenue();
    quote(driver, 98, 102);
    setLimit(driver, DESK, onCoin("farTouchPpm", 20_000));
    accept(driver, { limitTicks: 104, timeInForce: "ioc" });
    expect(refused(driver, { limitTicks: 105, timeInForce: "ioc" })).toEqual(["RISK_FAR_TOUCH", 104, 105, null]);
    accept(driver, { side: "sell", limitTicks: 97, timeInForce: "ioc" });
    expect(refused(driver, { side: "sell", limitTicks: 96, timeInForce: "ioc" })).toEqual(["RISK_FAR_TOUCH", 97, 96, null]);
  });

  test("RK-7 the near touch bounds how far behind its own side an order may stand", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, onCoin("nearTouchPpm", 100_000));
    // Nobody stands there yet.
    accept(driver, { limitTicks: 50, lots: 5 });
    driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    quote(driver, 98, 102);
    accept(driver, { limitTicks: 89 });
    expect(refused(driver, { limitTicks: 88 })).toEqual(["RISK_NEAR_TOUCH", 89, 88, null]);
    accept(driver, { side: "sell", limitTicks: 112 });
    expect(refused(driver, { side: "sell", limitTicks: 113 })).toEqual(["RISK_NEAR_TOUCH", 112, 113, null]);
  });
});

test("RK-6 MT-40 MT-6 a collar does not let a market order see beyond a volatility band that is nearer", () => {
  const driver = treeVenue();
  const inBands = { instrumentId: BANDED_USD } as const;
  driver.send({ type: "ListInstrument", instrument: bandedUsd });
  accept(driver, { ...inBands, accountId: CAROL, side: "sell", lots: 2 });
  accept(driver, { ...inBands, accountId: BOB, lots: 2 });
  accept(driver, { ...inBands, accountId: CAROL, side: "sell", limitTicks: 103, lots: 4 });
  accept(driver, { ...inBands, accountId: CAROL, side: "sell", limitTicks: 106, lots: 10 });
  setLimit(driver, DESK, { control: "collarPpm", instrumentId: BANDED_USD, hard: 80_000 });
  const market = { ...inBands, orderType: "market", limitTicks: null } as const;
  // The dynamic band ends at 104, the collar only at 108.
  expect(refused(driver, { ...market, timeInForce: "fok", lots: 10 })).toEqual(["BOOK_FILL_OR_KILL", null, 10, 4]);
  // Four lots at 103 and their fee, no more.
  expect(only(driver.send(order({ ...market, timeInForce: "ioc", lots: 10 })), "OrderAccepted").held).toBe(414);
});
