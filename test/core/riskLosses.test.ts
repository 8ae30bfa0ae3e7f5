import { describe, expect, test } from "vitest";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { ALICE, BOB, CAROL, only, order, type Driver, type PlainCommand } from "./drive.ts";
import {
  ALICE_NODE,
  VENUE,
  accept,
  codeOf,
  expectOneState,
  quote,
  refused,
  setLimit,
  trade,
  treeVenue,
  viewOf,
  advance,
  commandDenial,
} from "./riskVenue.ts";

describe("losses", () => {
  /** Alice is long 40 at 100, with fees of 10 or 6; Carol then quotes around a price. */
  function longAt(): Driver {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "loss", soft: 100, hard: 200, parameter: 1_000_000 });
    trade(driver, 40);
    return driver;
  }
  function markAt(driver: Driver, ticks: number): ReturnType<Driver["send"]> {
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    quote(driver, ticks - 1, ticks + 1);
    return advance(driver, 1);
  }

  test("RK-26 warns once, then blocks all but reducing orders, and frees after the cooling-off", () => {
    const driver = longAt();
    expect(viewOf(driver, ALICE_NODE, "loss").used).toBe(10);
    expect(markAt(driver, 98).map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    const warned = markAt(driver, 97);
    expect(only(warned, "RiskLocked")).toMatchObject({ lock: "lossWarning", limit: 100, used: 130, untilUs: null });
    expect(markAt(driver, 97).map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    accept(driver, { limitTicks: 90 });
    const blocked = markAt(driver, 95);
    const { untilUs } = only(blocked, "RiskLocked");
    expect(only(blocked, "RiskLocked")).toMatchObject({ lock: "lossBlocked", limit: 200, used: 210 });
    expect(only(blocked, "OrderCancelled")).toMatchObject({ accountId: ALICE, reason: "lossLimit" });
    expect(refused(driver, { limitTicks: 90 })[0]).toBe("RISK_COOLING_OFF");
    accept(driver, { side: "sell", limitTicks: 110, lots: 40 });
    expect(refused(driver, { side: "sell", limitTicks: 110, lots: 2 })).toEqual(["RISK_COOLING_OFF", 0, 2, 0]);
    for (const lock of ["disabled", "protected"] as const) {
      expect(commandDenial(driver, { type: "ReleaseRiskLock", release: { nodeId: ALICE_NODE, lock, reason: "please" } })).toBe(
        "RISK_NOT_ENGAGED",
      );
    }
    expectOneState(driver);
    driver.atUs = untilUs! - 2;
    expect(codeOf(driver, { limitTicks: 90 })).toBe("RISK_COOLING_OFF");
    expect(driver.send(order({ limitTicks: 90 })).map(({ type }) => type)).toEqual(["RiskLockReleased", "OrderAccepted", "OrderRested"]);
    expect(viewOf(driver, ALICE_NODE, "loss").used).toBe(0);
    expectOneState(driver);
  });

  test("RK-26 nobody can release a cooling-off: the command does not exist", () => {
    const driver = longAt();
    const release = { type: "ReleaseRiskLock", release: { nodeId: ALICE_NODE, lock: "lossBlocked", reason: "please" } };
    expect(() => driver.send(release as unknown as PlainCommand)).toThrow(/lock/);
  });

  test("RK-26 liquidates step by step as far as the market takes it, and lets nothing through", () => {
    const driver = longAt();
    setLimit(driver, ALICE_NODE, { control: "liquidation", hard: 300, parameter: 1_000_000 });
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    quote(driver, 90, 92, 15);
    const first = advance(driver, 1);
    expect(only(first, "RiskLocked")).toMatchObject({ lock: "liquidating", limit: 300 });
    expect(only(first, "OrderFilled")).toMatchObject({ takerAccountId: ALICE, takerSide: "sell", lots: 15, ticks: 90 });
    expect(codeOf(driver, { side: "sell", limitTicks: 90, lots: 5 })).toBe("RISK_COOLING_OFF");
    accept(driver, { accountId: CAROL, limitTicks: 89, lots: 100 });
    expect(only(advance(driver, 1), "OrderFilled")).toMatchObject({ takerAccountId: ALICE, lots: 25, ticks: 89 });
    expectOneState(driver);
    expect(advance(driver, 2_000_000).map(({ type }) => type)).toEqual(["RiskLockReleased", "TimeAdvanced"]);
    expect(riskView(driver.engine, ALICE_NODE)).toMatchObject({ locks: [], untilUs: null });
    accept(driver, { limitTicks: 90 });
    expectOneState(driver);
  });

  test("RK-26 RK-30 while a loss cannot be known, orders are refused", () => {
    const driver = treeVenue();
    driver.send({
      type: "DefineRiskNode",
      node: { nodeId: 6, level: "firm", parentId: VENUE, name: "in coin", accountId: null, currencyAssetId: 2 },
    });
    driver.send({
      type: "DefineRiskNode",
      node: { nodeId: 7, level: "account", parentId: 6, name: "carol", accountId: CAROL, currencyAssetId: 2 },
    });
    accept(driver, { accountId: BOB, side: "sell" });
    accept(driver, { accountId: CAROL });
    setLimit(driver, 7, { control: "loss", hard: 1_000, parameter: 1_000 });
    expect(codeOf(driver, { accountId: CAROL })).toBe("RISK_MARK_MISSING");
    driver.send({ type: "SetConversionMark", mark: { fromAssetId: 1, toAssetId: 2, numerator: 1, denominator: 100, goodForUs: 1_000 } });
    accept(driver, { accountId: CAROL });
    expectOneState(driver);
  });
});
