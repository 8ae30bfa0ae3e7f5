import { describe, expect, test } from "vitest";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { Event } from "../../shared/events.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  COIN_USD,
  Driver,
  FEES,
  METAL,
  METAL_USD,
  USD,
  account,
  coinUsd,
  deposit,
  metalUsd,
  only,
  order,
  type PlainCommand,
} from "./drive.ts";
import {
  ALICE_NODE,
  BOB_NODE,
  DESK,
  FIRM,
  VENUE,
  accept,
  advance,
  codeOf,
  expectOneState,
  node,
  onCoin,
  quote,
  refused,
  setLimit,
  setLimits,
  trade,
  treeVenue,
  viewOf,
} from "./riskVenue.ts";

/*
 * What happens at the edge of a moment: limits that begin or end with a command, windows that are over, and orders that come about by
 * somebody else's command.
 */

const ENDLESS_US = 10 ** 15;

/** A bracket of Alice's: buys 20 at 100, sells at 110 or below 90. */
function bracket(confirmation: string | null = null): PlainCommand {
  const entry = { side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 100, lots: 20 } as const;
  const list = { kind: "bracket", entry, profitTicks: 110, stopTicks: 90, stopLimitTicks: null, trigger: null } as const;
  return { type: "SubmitOrderList", accountId: ALICE, instrumentId: COIN_USD, clientOrderId: 900_001, list, confirmation };
}

describe("looks after a command", () => {
  test("RK-15 RK-26 a node that was looked at before another one's liquidation filled for it is looked at again", () => {
    const driver = treeVenue();
    quote(driver, 99, 100, 20);
    accept(driver, { accountId: BOB, limitTicks: 100, lots: 20 });
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    setLimit(driver, ALICE_NODE, { control: "executions", hard: 2, parameter: ENDLESS_US });
    setLimit(driver, BOB_NODE, { control: "liquidation", hard: 30, parameter: 1_000_000 });
    accept(driver, { limitTicks: 99, lots: 2 });
    accept(driver, { accountId: BOB, limitTicks: 98, lots: 2 });
    accept(driver, { limitTicks: 97, lots: 30 });
    // Alice's first fill, then Bob's, whose loss has what he holds sold back: to Alice.
    const events = driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 98, lots: 4 }));
    const locks = events.flatMap((event) => (event.type === "RiskLocked" ? [[event.nodeId, event.lock]] : []));
    expect(locks).toEqual([
      [BOB_NODE, "liquidating"],
      [ALICE_NODE, "disabled"],
    ]);
    expectOneState(driver);
  });

  test("RK-22 RK-26 nodes above each other that are liquidated trade back once each in a look, and go on with the next", () => {
    const driver = treeVenue();
    for (let n = 0; n < 10; n += 1) {
      accept(driver, { accountId: CAROL, side: "sell", limitTicks: 100, lots: 400 });
      accept(driver, { accountId: BOB, limitTicks: 100, lots: 400 });
    }
    for (const nodeId of [BOB_NODE, DESK, FIRM]) setLimit(driver, nodeId, { control: "liquidation", hard: 30, parameter: 1_000_000 });
    for (let n = 0; n < 10; n += 1) accept(driver, { accountId: CAROL, limitTicks: 98, lots: 500 });
    const soldOf = (events: readonly Event[]): readonly number[] =>
      events.flatMap((event) => (event.type === "OrderAccepted" && event.accountId === BOB ? [event.lots] : []));
    expect(soldOf(driver.send(order({ accountId: BOB, side: "sell", limitTicks: 98, lots: 4 })))).toEqual([4, 500, 500, 500]);
    const next = soldOf(advance(driver, 10));
    expect(next.length).toBeGreaterThan(0);
    expect(next.length).toBeLessThanOrEqual(6);
    expectOneState(driver);
  });
});

describe("figures that do not hang on what came first", () => {
  test("RK-9 RK-12 JR-3 of two marks, one too old and one missing, a restored engine tells the same", () => {
    const driver = treeVenue();
    const steps = { tickSize: "1", lotSize: "0.0001", minLots: 1, minNotional: 0 } as const;
    const inMetal = { ...coinUsd, ...steps, instrumentId: 3, symbol: "COINMETAL", quoteAssetId: METAL, quoteUnitsPerTickLot: 10 ** 8 };
    const inCoin = { ...metalUsd, ...steps, instrumentId: 4, symbol: "METALCOIN", quoteAssetId: COIN, baseUnitsPerLot: 10 ** 8 };
    driver.sendAll([
      { type: "ListInstrument", instrument: inMetal },
      { type: "ListInstrument", instrument: { ...inCoin, quoteUnitsPerTickLot: 1 } },
      deposit(ALICE, METAL, 10 ** 12),
      { type: "SetConversionMark", mark: { fromAssetId: METAL, toAssetId: USD, numerator: 1, denominator: 1, goodForUs: 10 } },
    ]);
    accept(driver, { instrumentId: 4, lots: 1, limitTicks: 5 });
    accept(driver, { instrumentId: 3, lots: 1, limitTicks: 5 });
    setLimit(driver, ALICE_NODE, { control: "openValue", hard: 10 ** 6 });
    driver.atUs += 20;
    const restored = new Driver(restore(snapshot(driver.engine)));
    restored.atUs = driver.atUs;
    expect([codeOf(driver, {}), codeOf(restored, {})]).toEqual(["RISK_MARK_MISSING", "RISK_MARK_MISSING"]);
  });
});

describe("limits that begin or end with a command", () => {
  test("RK-13 RK-29 the command that comes when a rate begins is counted by it", () => {
    const driver = treeVenue();
    setLimits(driver, ALICE_NODE, [{ control: "messages", hard: 1, parameter: 1 }], { effectiveUs: driver.atUs + 10 });
    driver.atUs += 20;
    expect(codeOf(driver, {})).toBe("accepted");
    expect(codeOf(driver, {})).toBe("RISK_MESSAGE_RATE");
    expectOneState(driver);
  });

  test("RK-13 RK-29 the first rate of a venue without any limits counts the command that it comes with", () => {
    const driver = treeVenue();
    setLimits(driver, VENUE, [{ control: "messages", hard: 1, parameter: 1 }], { effectiveUs: driver.atUs + 10 });
    driver.atUs += 20;
    expect(codeOf(driver, { accountId: CAROL })).toBe("accepted");
    expect(codeOf(driver, { accountId: CAROL })).toBe("RISK_MESSAGE_RATE");
  });

  test("RK-13 RK-29 the command that comes when a rate has ended needs no token of it", () => {
    const driver = treeVenue();
    setLimits(driver, ALICE_NODE, [{ control: "messages", hard: 1, parameter: 1 }], { expiresUs: driver.atUs + 50 });
    expect(codeOf(driver, {})).toBe("accepted");
    expect(codeOf(driver, {})).toBe("RISK_MESSAGE_RATE");
    driver.atUs += 100;
    expect(codeOf(driver, {})).toBe("accepted");
  });

  test("RK-14 RK-29 a ratio that begins does not count messages of its last time", () => {
    const driver = treeVenue();
    const ratio = { control: "orderToTrade", hard: 3, parameter: 1_000 } as const;
    setLimits(driver, ALICE_NODE, [ratio], { expiresUs: driver.atUs + 100 });
    for (let n = 0; n < 3; n += 1) accept(driver, {});
    driver.atUs += 2_000;
    setLimits(driver, ALICE_NODE, [ratio], { effectiveUs: driver.atUs + 10 });
    driver.atUs += 20;
    for (let n = 0; n < 3; n += 1) accept(driver, {});
    expect(codeOf(driver, {})).toBe("RISK_ORDER_TO_TRADE");
  });
});

describe("windows that are over", () => {
  test("RK-18 fills of an earlier window do not protect when the bound falls", () => {
    const driver = treeVenue();
    setLimits(driver, ALICE_NODE, [{ control: "protectionFills", hard: 9, parameter: 100 }, onCoin("protectionLots", 90, null, 100)]);
    setLimit(driver, ALICE_NODE, { control: "executions", hard: 50, parameter: ENDLESS_US });
    accept(driver, { accountId: ALICE, side: "sell", lots: 40 });
    for (let n = 0; n < 4; n += 1) accept(driver, { accountId: BOB, lots: 10 });
    driver.atUs += 200;
    setLimits(driver, ALICE_NODE, [{ control: "protectionFills", hard: 2, parameter: 100 }, onCoin("protectionLots", 20, null, 100)]);
    accept(driver, { accountId: BOB, side: "sell", lots: 10 });
    // An aggressive fill of Alice's has her node looked at.
    const events = accept(driver, { accountId: ALICE, lots: 10 });
    expect(events.filter(({ type }) => type === "RiskLocked")).toEqual([]);
    expectOneState(driver);
  });
});

describe("orders that come about by somebody else's command", () => {
  test("RK-13 RK-34 exits are no message: the bucket of their sender is not asked for a token, nor is that of who filled the entry", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "messages", soft: 1, hard: 2, parameter: 1 });
    driver.send(bracket());
    accept(driver, { clientOrderId: 900_002, limitTicks: 95, confirmation: "needed" });
    const events = driver.send(order({ accountId: BOB, side: "sell", lots: 20 }));
    expect(events.filter(({ type }) => type === "OrderAccepted")).toHaveLength(3);
    expectOneState(driver);
  });

  test("RK-13 MT-37 an auction's end that comes with a throttled command lets exits through", () => {
    const driver = treeVenue();
    setLimit(driver, BOB_NODE, { control: "messages", hard: 1, parameter: 1 });
    driver.send({ type: "SetTradingPhase", instrumentId: COIN_USD, phase: "openingAuction", untilUs: driver.atUs + 50 });
    driver.send(bracket());
    accept(driver, { accountId: BOB, side: "sell", lots: 20 });
    driver.atUs += 100;
    const events = driver.send(order({ accountId: BOB, side: "sell", limitTicks: 120 }));
    expect(only(events, "OrderDenied").refusal.code).toBe("RISK_MESSAGE_RATE");
    expect(events.filter(({ type }) => type === "OrderAccepted")).toHaveLength(2);
  });

  test("RK-23 RK-34 exits are not kept when their session is lost, though the order that filled the entry is to be", () => {
    const driver = treeVenue();
    driver.send({ type: "OpenSession", session: { session: "desk", cancelOnDisconnect: true } });
    driver.send(bracket(), "desk");
    driver.send(order({ accountId: BOB, side: "sell", lots: 20, keepOnDisconnect: true }), "other");
    const closed = driver.send({ type: "CloseSession", session: "desk" });
    expect(only(closed, "SessionClosed").orders).toBe(2);
    expectOneState(driver);
  });

  test("RK-20 RK-34 exits go by who sent their bracket, not by who is blocked and brought them about", () => {
    const driver = treeVenue();
    driver.send({ type: "SetTradingPhase", instrumentId: COIN_USD, phase: "openingAuction", untilUs: null });
    driver.send(bracket(), "desk");
    accept(driver, { accountId: BOB, side: "sell", lots: 20 }, "desk");
    driver.send({ type: "EngageKillSwitch", kill: { scope: { kind: "user", actor: "officer" }, flatten: false, reason: "for the test" } });
    const events = driver.send({ type: "SetTradingPhase", instrumentId: COIN_USD, phase: "continuous", untilUs: null }, "officer");
    expect(events.filter(({ type }) => type === "OrderAccepted")).toHaveLength(2);
  });

  test("RK-15 one order that fills a hundred accounts has all of them looked at", () => {
    const driver = treeVenue();
    const makers = Array.from({ length: 100 }, (_, n) => CAROL + 1 + n);
    for (const [n, accountId] of makers.entries()) {
      driver.sendAll([account(accountId, `M${accountId}`), deposit(accountId, COIN, 100), deposit(accountId, USD, 100_000)]);
      driver.send(node(BOB_NODE + 1 + n, "account", VENUE, accountId));
      setLimit(driver, BOB_NODE + 1 + n, { control: "executions", hard: 1, parameter: ENDLESS_US });
      accept(driver, { accountId, side: "sell", lots: 4 });
    }
    const events = accept(driver, { lots: 400 });
    expect(events.filter(({ type }) => type === "RiskLocked")).toHaveLength(100);
    expectOneState(driver);
  });
});

describe("sums beyond the largest amount", () => {
  test("RK-12 RK-25 RK-4 a desk's open value stays exact, also where an account moves in", () => {
    const driver = treeVenue();
    for (const accountId of [ALICE, BOB, CAROL]) driver.send(deposit(accountId, USD, 8 * 10 ** 15));
    const huge = { instrumentId: METAL_USD, limitTicks: 70_000_001, lots: 1 } as const;
    const sent = [ALICE, BOB].map((accountId) => only(accept(driver, { ...huge, accountId }), "OrderAccepted"));
    driver.send(node(6, "account", VENUE, CAROL));
    sent.push(only(accept(driver, { ...huge, accountId: CAROL }), "OrderAccepted"));
    driver.send(node(6, "account", DESK, CAROL));
    accept(driver, { lots: 3, limitTicks: 101 });
    setLimit(driver, DESK, { control: "openValue", hard: 1_000 });
    // Whatever is open beyond every amount, a bound is exceeded.
    expect(refused(driver, {})).toEqual(["RISK_OPEN_VALUE", 1_000, 1_000, 0]);
    expectOneState(driver);
    for (const { accountId, orderId } of sent) driver.send({ type: "CancelOrder", accountId, orderId });
    expect(viewOf(driver, DESK, "openValue").used).toBe(303);
    expectOneState(driver);
  });

  test("RK-25 RK-26 JR-3 cash stays exact, and a loss beyond every amount is not known", () => {
    const driver = treeVenue();
    const huge = { instrumentId: METAL_USD, limitTicks: 70_000_001, lots: 1 } as const;
    // Alice buys twice for nearly all that she can hold, and pays her fees; Carol's receipts do not fit twice.
    for (const seller of [BOB, CAROL]) {
      driver.send(deposit(ALICE, USD, 8 * 10 ** 15));
      driver.send(order({ ...huge, accountId: seller, side: "sell" }));
      only(driver.send(order(huge)), "OrderFilled");
    }
    expectOneState(driver);
    // With her two metals at their price she has lost her fees alone; at a tick each she would have lost more than any amount.
    setLimit(driver, ALICE_NODE, { control: "loss", hard: Number.MAX_SAFE_INTEGER - 1, parameter: 10 });
    expect(codeOf(driver, {})).toBe("accepted");
    only(driver.send(order({ instrumentId: METAL_USD, accountId: BOB, side: "sell", limitTicks: 1, lots: 1 })), "OrderRested");
    only(driver.send(order({ instrumentId: METAL_USD, accountId: CAROL, limitTicks: 1, lots: 1 })), "OrderFilled");
    expect(codeOf(driver, {})).toBe("RISK_MARK_MISSING");
    expectOneState(driver);
  });
});

describe("rounding", () => {
  test("RK-26 a loss in another currency is rounded up and a profit down", () => {
    const driver = treeVenue();
    const inCoins = { level: "firm", parentId: VENUE, name: "in coins", accountId: null, currencyAssetId: COIN } as const;
    driver.send({ type: "DefineRiskNode", node: { ...inCoins, nodeId: 6 } });
    driver.send({ type: "DefineRiskNode", node: { ...inCoins, nodeId: 7, level: "account", parentId: 6, accountId: CAROL } });
    driver.send({
      type: "SetConversionMark",
      mark: { fromAssetId: USD, toAssetId: COIN, numerator: 1, denominator: 100, goodForUs: ENDLESS_US },
    });
    setLimit(driver, 7, { control: "loss", soft: 3, hard: 1_000, parameter: 10 });
    // Carol buys 10 at 100 and the price is 99 afterwards: 10 lost and 3 of fees are 13 hundredths of a coin, a whole one rounded up.
    accept(driver, { accountId: BOB, side: "sell", limitTicks: 100 });
    accept(driver, { accountId: CAROL, limitTicks: 100 });
    trade(driver, 2, 99);
    driver.send({ type: "AdvanceTime" });
    // At 130 there is a profit of 297 hundredths: two whole ones. Then the price falls back, and three are lost between the two.
    trade(driver, 2, 106);
    const base = only(setLimits(driver, 7, [{ control: "loss", soft: 1, hard: 1_000, parameter: 10 }]), "LimitsApplied");
    expect(base.proposalId).toBeGreaterThan(0);
    const atProfit = driver.send({ type: "AdvanceTime" });
    expect(atProfit.filter(({ type }) => type === "RiskLocked")).toEqual([]);
    trade(driver, 2, 99);
    const locked = only(driver.send({ type: "AdvanceTime" }), "RiskLocked");
    expect(locked).toMatchObject({ nodeId: 7, lock: "lossWarning", limit: 1, used: 1 });
  });
});

test("RK-27 an order that is confirmed beyond every soft bound of every level is recorded with all of them", () => {
  const driver = treeVenue();
  quote(driver, 99, 101);
  accept(driver, { accountId: ALICE, side: "sell", lots: 4, limitTicks: 100 });
  const window = { hard: 10_000, parameter: ENDLESS_US } as const;
  for (const nodeId of [DESK - 1, DESK, ALICE_NODE]) {
    setLimits(driver, nodeId, [
      ...(["orderLots", "netLots", "grossLots", "protectionLots"] as const).map((control) =>
        onCoin(control, 10_000, 1, control === "protectionLots" ? ENDLESS_US : null),
      ),
      ...(["collarPpm", "farTouchPpm", "nearTouchPpm"] as const).map((control) => onCoin(control, 900_000, 0)),
      { control: "orderValue", soft: 1, hard: 10 ** 9 },
      { control: "openValue", soft: 1, hard: 10 ** 9 },
      { control: "messages", soft: 0, hard: 1_000, parameter: 1 },
      ...(["orderToTrade", "duplicates"] as const).map((control) => ({ control, soft: 0, ...window })),
      ...(["executions", "protectionFills"] as const).map((control) => ({ control, soft: 1, ...window })),
    ]);
  }
  // A fill of her resting order, so that the windows count.
  accept(driver, { accountId: CAROL, lots: 4, limitTicks: 100 });
  const confirmed = driver.send(order({ lots: 10, limitTicks: 105, confirmation: "it is needed" }));
  const told = confirmed.flatMap((event) => (event.type === "SoftLimitConfirmed" ? [`${event.nodeId} ${event.control}`] : []));
  expect(confirmed.some(({ type }) => type === "OrderAccepted")).toBe(true);
  expect(new Set(told).size).toBe(told.length);
  // All but the near touch, which an order that crosses the spread does not stay behind of.
  expect(told).toHaveLength(3 * 13);
  expectOneState(driver);
});

test("LG-6 a market order that can fill nothing needs no room for fees", () => {
  const driver = treeVenue();
  quote(driver, 99, 101);
  driver.send(deposit(FEES, USD, Number.MAX_SAFE_INTEGER));
  // Carol meets her own order first.
  const events = driver.send(order({ accountId: CAROL, side: "sell", orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 7 }));
  expect(only(events, "OrderCancelled").reason).toBe("selfTrade");
});

test("RK-9 a worst case beyond every amount is told as the largest one", () => {
  const driver = treeVenue();
  const mark = { fromAssetId: USD, toAssetId: COIN, numerator: 10 ** 9, denominator: 1, goodForUs: ENDLESS_US };
  driver.send({ type: "SetConversionMark", mark });
  const firm = { nodeId: 6, level: "firm", parentId: VENUE, name: "in coins", accountId: null, currencyAssetId: COIN } as const;
  driver.send({ type: "DefineRiskNode", node: firm });
  driver.send({ type: "DefineRiskNode", node: { ...firm, nodeId: 7, level: "account", parentId: 6, accountId: CAROL } });
  setLimit(driver, 6, { control: "orderValue", hard: 500 });
  expect(refused(driver, { accountId: CAROL, lots: 1_000, limitTicks: 10_000 })).toEqual([
    "RISK_ORDER_VALUE",
    500,
    Number.MAX_SAFE_INTEGER,
    500,
  ]);
});
