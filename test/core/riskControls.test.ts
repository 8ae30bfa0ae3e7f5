import { describe, expect, test } from "vitest";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { ALICE, BOB, only, type PlainCommand } from "./drive.ts";
import {
  ALICE_NODE,
  DESK,
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
  advance,
  commandDenial,
  openCount,
} from "./riskVenue.ts";

describe("messages", () => {
  test("RK-13 a burst passes as far as there are tokens, which refill by venue time; cancels always pass", () => {
    const driver = treeVenue();
    const ids = [1, 2, 3].map(() => only(accept(driver, {}), "OrderAccepted").orderId);
    // A token takes half a second to come back; commands are a microsecond apart.
    setLimit(driver, ALICE_NODE, { control: "messages", hard: 3, parameter: 2 });
    for (let n = 0; n < 3; n += 1) accept(driver, {});
    expect(refused(driver, {})).toEqual(["RISK_MESSAGE_RATE", 3, 1, 0]);
    for (const orderId of ids) only(driver.send({ type: "CancelOrder", accountId: ALICE, orderId }), "OrderCancelled");
    only(driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null }), "AllOrdersCancelled");
    expect(codeOf(driver, {})).toBe("RISK_MESSAGE_RATE");
    expect(codeOf(driver, { accountId: BOB })).toBe("accepted");
    driver.atUs += 500_000;
    accept(driver, {});
    expect(codeOf(driver, {})).toBe("RISK_MESSAGE_RATE");
    expect(viewOf(driver, ALICE_NODE, "messages")).toMatchObject({ used: 3, headroom: 0 });
    expectOneState(driver);
  });

  test("RK-13 a desk's bucket is shared by its accounts, and its soft bound asks for a confirmation", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "messages", hard: 4, soft: 2, parameter: 1 });
    accept(driver, {});
    accept(driver, { accountId: BOB });
    expect(refused(driver, {})).toEqual(["RISK_MESSAGE_RATE_SOFT", 2, 1, 0]);
    accept(driver, { accountId: BOB, confirmation: "need to" });
    expect(codeOf(driver, { confirmation: "need to" })).toBe("RISK_MESSAGE_RATE");
    expectOneState(driver);
  });

  test("RK-14 messages for each fill and one more, in a window", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "orderToTrade", hard: 2, parameter: 1_000 });
    driver.atUs += 1_000;
    accept(driver, {});
    accept(driver, {});
    expect(refused(driver, {})).toEqual(["RISK_ORDER_TO_TRADE", 2, 1, 0]);
    only(driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null }), "AllOrdersCancelled");
    driver.atUs += 1_000;
    trade(driver, 10);
    // One message and one fill: three more messages may follow.
    accept(driver, {});
    accept(driver, {});
    accept(driver, {});
    expect(codeOf(driver, {})).toBe("RISK_ORDER_TO_TRADE");
    driver.atUs += 1_000;
    accept(driver, {});
    expectOneState(driver);
  });
});

describe("executions and duplicates", () => {
  test("RK-15 RK-16 too many fills in a window disable the account until a named person releases it", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "executions", hard: 3, soft: 2, parameter: 1_000 });
    const resting = only(accept(driver, { limitTicks: 90 }), "OrderAccepted").orderId;
    trade(driver, 10);
    trade(driver, 10);
    expect(codeOf(driver, {})).toBe("RISK_EXECUTIONS_SOFT");
    accept(driver, { accountId: BOB, side: "sell", lots: 10 });
    const events = accept(driver, { lots: 10, confirmation: "once more" });
    expect(only(events, "RiskLocked")).toMatchObject({ nodeId: ALICE_NODE, lock: "disabled", limit: 3, used: 3, untilUs: null });
    expect(only(events, "OrderCancelled")).toMatchObject({ orderId: resting, reason: "disabled" });
    expect(codeOf(driver, { confirmation: "once more" })).toBe("RISK_NODE_LOCKED");
    expect(codeOf(driver, { accountId: BOB })).toBe("accepted");
    advance(driver, 10_000);
    expect(codeOf(driver, {})).toBe("RISK_NODE_LOCKED");
    expectOneState(driver);
    const release: PlainCommand = {
      type: "ReleaseRiskLock",
      release: { nodeId: ALICE_NODE, lock: "disabled", reason: "checked the algo" },
    };
    const { release: recorded } = only(driver.send(release, "olga"), "RiskLockReleased");
    expect(recorded).toEqual({ nodeId: ALICE_NODE, lock: "disabled", reason: "checked the algo", by: "olga" });
    accept(driver, {});
    expect(commandDenial(driver, release)).toBe("RISK_NOT_ENGAGED");
    expect(commandDenial(driver, { type: "ReleaseRiskLock", release: { nodeId: 99, lock: "disabled", reason: "nothing" } })).toBe(
      "RISK_UNKNOWN_NODE",
    );
    expectOneState(driver);
  });

  test("RK-15 fills of different windows do not add up", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "executions", hard: 2, parameter: 1_000 });
    trade(driver, 10);
    driver.atUs += 1_000;
    trade(driver, 10);
    expect(riskView(driver.engine, ALICE_NODE).locks).toEqual([]);
    accept(driver, {});
    expectOneState(driver);
  });

  test("RK-17 an equal order within the window is refused; another price, size, side or time is another order", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "duplicates", hard: 2, soft: 1, parameter: 1_000 });
    accept(driver, {});
    expect(refused(driver, {})).toEqual(["RISK_DUPLICATE_SOFT", 1, 1, 0]);
    accept(driver, { lots: 11 });
    accept(driver, { limitTicks: 99 });
    accept(driver, { side: "sell", limitTicks: 110 });
    accept(driver, { accountId: BOB });
    accept(driver, { confirmation: "two of them" });
    expect(codeOf(driver, { confirmation: "three of them" })).toBe("RISK_DUPLICATE");
    expectOneState(driver);
    driver.atUs += 1_001;
    accept(driver, {});
  });

  test("RK-17 the 33rd latest order is forgotten", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, { control: "duplicates", hard: 1, parameter: 10_000_000 });
    accept(driver, {});
    for (let n = 0; n < 31; n += 1) accept(driver, { limitTicks: 50 - n });
    expect(codeOf(driver, {})).toBe("RISK_DUPLICATE");
    accept(driver, { limitTicks: 60 });
    expectOneState(driver);
    accept(driver, {});
  });
});

describe("market-maker protection", () => {
  test("RK-18 RK-16 so many fills of resting orders pull the quotes and freeze until reset", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "protectionFills", hard: 2, parameter: 1_000 });
    for (const limitTicks of [99, 98, 97]) accept(driver, { limitTicks });
    accept(driver, { side: "sell", limitTicks: 110 });
    expect(openCount(driver, ALICE)).toBe(4);
    const events = accept(driver, { accountId: BOB, side: "sell", limitTicks: 98, lots: 20 });
    expect(events.filter(({ type }) => type === "OrderFilled")).toHaveLength(2);
    expect(only(events, "RiskLocked")).toMatchObject({ lock: "protected", limit: 2, used: 2 });
    expect(events.filter((event) => event.type === "OrderCancelled" && event.reason === "protected")).toHaveLength(2);
    expect(openCount(driver, ALICE)).toBe(0);
    expect(codeOf(driver, {})).toBe("RISK_NODE_LOCKED");
    expectOneState(driver);
    driver.send({ type: "ReleaseRiskLock", release: { nodeId: ALICE_NODE, lock: "protected", reason: "repriced" } });
    accept(driver, { limitTicks: 97 });
    expectOneState(driver);
  });

  test("RK-18 the quantity of an instrument trips it as well; an own aggressive fill does not", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, onCoin("protectionLots", 30, null, 1_000));
    quote(driver, 98, 102);
    accept(driver, { limitTicks: 102, lots: 60, timeInForce: "ioc" });
    accept(driver, { limitTicks: 99, lots: 100 });
    accept(driver, { accountId: BOB, side: "sell", limitTicks: 99, lots: 29 });
    expect(riskView(driver.engine, ALICE_NODE).locks).toEqual([]);
    expect(viewOf(driver, ALICE_NODE, "protectionLots")).toMatchObject({ used: 29, headroom: 1 });
    accept(driver, { accountId: BOB, side: "sell", limitTicks: 99, lots: 2 });
    expect(riskView(driver.engine, ALICE_NODE).locks).toEqual(["protected"]);
    expect(openCount(driver, ALICE)).toBe(0);
    expectOneState(driver);
  });
});
