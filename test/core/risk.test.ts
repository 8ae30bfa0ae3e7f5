import { describe, expect, test } from "vitest";
import { referencePrice } from "../../engine/core/queries.ts";
import { refusalOf } from "../../shared/rejects.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import { BOB, COIN_USD, fundedVenue, only, order, type Driver } from "./drive.ts";

const coin = COIN_USD as InstrumentId;
const refusal = (driver: Driver, changes: Parameters<typeof order>[0]): unknown => only(driver.send(order(changes)), "OrderDenied").refusal;
const passes = (driver: Driver, changes: Parameters<typeof order>[0]): boolean => driver.send(order(changes))[0]?.type === "OrderAccepted";

/** A venue whose last trade was at so many ticks and whose book is empty. */
function tradedAt(ticks: number): Driver {
  const driver = fundedVenue();
  driver.send(order({ accountId: BOB, side: "sell", limitTicks: ticks }));
  driver.send(order({ limitTicks: ticks }));
  return driver;
}

describe("reference price", () => {
  test("RK-1 one side, then the middle rounded down, then the last trade", () => {
    const driver = fundedVenue();
    expect(referencePrice(driver.engine, coin)).toBeNull();
    driver.send(order({ limitTicks: 90 }));
    expect(referencePrice(driver.engine, coin)).toBe(90);
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 95 }));
    expect(referencePrice(driver.engine, coin)).toBe(92);
    driver.send(order({ limitTicks: 95, lots: 2 }));
    expect(referencePrice(driver.engine, coin)).toBe(95);
    driver.send(order({ limitTicks: 94, lots: 2 }));
    expect(referencePrice(driver.engine, coin)).toBe(95);
  });

  test("RK-1 asks alone make a reference price, too", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 95 }));
    expect(referencePrice(driver.engine, coin)).toBe(95);
  });

  test("RK-1 a market order without a reference price is refused", () => {
    const driver = fundedVenue();
    const none = refusalOf("RISK_NO_REFERENCE_PRICE");
    expect(refusal(driver, { orderType: "market", timeInForce: "ioc" })).toEqual(none);
    expect(refusal(driver, { orderType: "market", timeInForce: "fok", side: "sell" })).toEqual(none);
  });
});

describe("price band", () => {
  test("RK-2 a buy may stand at the upper edge but not above, wherever it likes below", () => {
    const driver = tradedAt(105);
    // A tenth of 105 is 10.5, of which 10 count.
    expect(refusal(driver, { limitTicks: 116 })).toMatchObject({ code: "RISK_PRICE_BAND", limit: 115, actual: 116, headroom: null });
    expect(passes(driver, { limitTicks: 115 })).toBe(true);
    expect(passes(driver, { limitTicks: 15 })).toBe(true);
  });

  test("RK-2 a sell may stand at the lower edge but not below, wherever it likes above", () => {
    const driver = tradedAt(105);
    expect(refusal(driver, { side: "sell", limitTicks: 94 })).toMatchObject({
      code: "RISK_PRICE_BAND",
      limit: 95,
      actual: 94,
      headroom: null,
    });
    expect(passes(driver, { side: "sell", limitTicks: 95 })).toBe(true);
    expect(passes(driver, { side: "sell", limitTicks: 2 ** 31 - 1 })).toBe(true);
  });

  test("RK-2 the edge is never above the largest price", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 2 ** 31 - 100, lots: 2 }));
    driver.send({ type: "DepositFunds", accountId: 2, assetId: 1, amount: 10 ** 12 });
    driver.send(order({ limitTicks: 2 ** 31 - 100, lots: 2 }));
    expect(passes(driver, { limitTicks: 2 ** 31 - 1, lots: 2 })).toBe(true);
  });

  test("RK-3 before the first trade a limit order meets no band, so that any book can start", () => {
    const driver = fundedVenue();
    expect(passes(driver, { limitTicks: 20 })).toBe(true);
    expect(passes(driver, { limitTicks: 900 })).toBe(true);
    expect(passes(driver, { accountId: BOB, side: "sell", limitTicks: 5_000 })).toBe(true);
    expect(passes(driver, { accountId: BOB, side: "sell", limitTicks: 1_000 })).toBe(true);
  });
});
