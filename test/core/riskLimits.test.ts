import { describe, expect, test } from "vitest";
import { chainOfReferences } from "../../engine/core/risk/collar.ts";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { ALICE, BOB, CAROL, COIN, COIN_USD, USD, deposit, only, order, type PlainOrder } from "./drive.ts";
import {
  ALICE_NODE,
  BOB_NODE,
  DESK,
  FIRM,
  VENUE,
  accept,
  codeOf,
  expectOneState,
  node,
  onCoin,
  proposal,
  quote,
  refused,
  setLimit,
  setLimits,
  trade,
  treeVenue,
  viewOf,
  type PlainLimit,
} from "./riskVenue.ts";

describe("the tree", () => {
  test("RK-4 levels, parents, currencies and accounts must fit", () => {
    const driver = treeVenue();
    const denied = (command: Parameters<typeof driver.send>[0]): string => only(driver.send(command), "CommandDenied").refusal.code;
    expect(denied(node(7, "firm", VENUE))).toBe("RISK_TREE");
    expect(denied(node(6, "desk", VENUE))).toBe("RISK_TREE");
    expect(denied(node(6, "firm", FIRM))).toBe("RISK_TREE");
    expect(denied(node(6, "desk", 99))).toBe("RISK_UNKNOWN_NODE");
    expect(denied(node(6, "account", DESK, ALICE))).toBe("RISK_TREE");
    expect(denied(node(6, "account", DESK, 77))).toBe("RISK_TREE");
    expect(denied(node(6, "desk", FIRM, CAROL))).toBe("RISK_TREE");
    expect(denied(node(6, "account", ALICE_NODE, CAROL))).toBe("RISK_TREE");
    const otherCurrency = { nodeId: 6, level: "desk" as const, parentId: FIRM, name: "n", accountId: null, currencyAssetId: COIN };
    expect(denied({ type: "DefineRiskNode", node: otherCurrency })).toBe("RISK_TREE");
    expect(only(driver.send(node(6, "account", FIRM, CAROL)), "RiskNodeDefined").node.accountId).toBe(CAROL);
  });

  test("RK-4 an account that joins counts with the orders it has open", () => {
    const driver = treeVenue();
    accept(driver, { accountId: CAROL, lots: 30 });
    driver.send(node(6, "account", DESK, CAROL));
    setLimit(driver, DESK, onCoin("netLots", 50));
    expect(viewOf(driver, DESK, "netLots").used).toBe(30);
    expect(codeOf(driver, { lots: 21 })).toBe("RISK_NET_POSITION");
    accept(driver, { lots: 20 });
    expectOneState(driver);
  });
});

describe("bounds", () => {
  test("RK-5 a child's bound above its parent's is refused with the parent's", () => {
    const driver = treeVenue();
    setLimit(driver, FIRM, onCoin("orderLots", 50));
    const { refusal } = only(driver.send(proposal(ALICE_NODE, [onCoin("orderLots", 51)])), "CommandDenied");
    expect(refusal).toMatchObject({ code: "RISK_LIMIT_ABOVE_PARENT", limit: 50, actual: 51, headroom: 50 });
    setLimit(driver, ALICE_NODE, onCoin("orderLots", 50));
  });

  test("RK-5 a parent's bound that sinks below its child's caps the child, and lets go of it again", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, onCoin("orderLots", 40, 20));
    setLimit(driver, FIRM, onCoin("orderLots", 10));
    expect(viewOf(driver, ALICE_NODE, "orderLots")).toMatchObject({ soft: 10, hard: 10 });
    expectOneState(driver);
    setLimit(driver, FIRM, onCoin("orderLots", null));
    expect(viewOf(driver, ALICE_NODE, "orderLots")).toMatchObject({ soft: 20, hard: 40 });
    expectOneState(driver);
  });

  test("RK-5 what contradicts itself, its control or its level is refused", () => {
    const driver = treeVenue();
    const code = (...parameters: Parameters<typeof proposal>): string =>
      only(driver.send(proposal(...parameters)), "CommandDenied").refusal.code;
    expect(code(ALICE_NODE, [onCoin("orderLots", 10, 11)])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [{ control: "orderLots", hard: 10 }])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [onCoin("orderValue", 10)])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [{ control: "messages", hard: 10 }])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [{ control: "messages", soft: 10, parameter: 1 }])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [{ control: "orderValue", hard: 10, parameter: 1 }])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [onCoin("orderLots", 10), onCoin("orderLots", 11)])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [{ ...onCoin("orderLots", 10), instrumentId: 99 }])).toBe("RISK_LIMIT_INVALID");
    expect(code(VENUE, [onCoin("netLots", 10)])).toBe("RISK_LIMIT_INVALID");
    expect(code(ALICE_NODE, [{ control: "orderValue" }], { expiresUs: driver.atUs + 1_000 })).toBe("RISK_LIMIT_INVALID");
    expect(code(99, [onCoin("orderLots", 10)])).toBe("RISK_UNKNOWN_NODE");
  });
});

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

describe("maker and checker", () => {
  test("RK-28 the one who proposed cannot approve; nobody approves twice or what is not there", () => {
    const driver = treeVenue();
    const { proposalId } = only(driver.send(proposal(DESK, [onCoin("orderLots", 50)]), "mia"), "LimitsProposed");
    const code = (actor: string, id: number = proposalId): string =>
      only(driver.send({ type: "ApproveLimits", proposalId: id }, actor), "CommandDenied").refusal.code;
    expect(code("mia")).toBe("RISK_SECOND_PERSON");
    accept(driver, { lots: 60 });
    expect(code("carl", 1)).toBe("RISK_UNKNOWN_PROPOSAL");
    const applied = driver.send({ type: "ApproveLimits", proposalId }, "carl");
    expect(applied.map(({ type }) => type)).toEqual(["LimitsApproved", "LimitsApplied"]);
    expect(code("carl")).toBe("RISK_UNKNOWN_PROPOSAL");
    expect(codeOf(driver, { lots: 60 })).toBe("RISK_ORDER_LOTS");
    expect(viewOf(driver, DESK, "orderLots")).toMatchObject({ owner: "carl", level: "desk", changedUs: driver.atUs - 2 });
    expectOneState(driver);
  });

  test("RK-28 a rejected proposal is gone", () => {
    const driver = treeVenue();
    const { proposalId } = only(driver.send(proposal(DESK, [onCoin("orderLots", 50)]), "mia"), "LimitsProposed");
    only(driver.send({ type: "RejectLimits", proposalId, reason: "too low" }, "carl"), "LimitsRejected");
    expect(only(driver.send({ type: "ApproveLimits", proposalId }, "carl"), "CommandDenied").refusal.code).toBe("RISK_UNKNOWN_PROPOSAL");
    expect(only(driver.send({ type: "RejectLimits", proposalId, reason: "too low" }, "carl"), "CommandDenied").refusal.code).toBe(
      "RISK_UNKNOWN_PROPOSAL",
    );
    expectOneState(driver);
  });

  test("RK-28 RK-29 a temporary raise begins and ends by venue time, and what was there before returns", () => {
    const driver = treeVenue();
    setLimit(driver, DESK, onCoin("orderLots", 50));
    const from = driver.atUs + 1_000;
    setLimits(driver, DESK, [onCoin("orderLots", 80)], { effectiveUs: from, expiresUs: from + 1_000 });
    expect(codeOf(driver, { lots: 80 })).toBe("RISK_ORDER_LOTS");
    driver.atUs = from - 1;
    expect(driver.send({ type: "AdvanceTime" }, "sequencer").map(({ type }) => type)).toEqual(["LimitsApplied", "TimeAdvanced"]);
    accept(driver, { lots: 80 });
    expect(codeOf(driver, { lots: 81 })).toBe("RISK_ORDER_LOTS");
    expectOneState(driver);
    // Without an AdvanceTime: the order itself arrives too late.
    driver.atUs = from + 999;
    expect(driver.send(order({ lots: 80 })).map(({ type }) => type)).toEqual(["LimitsExpired", "RiskBreached", "OrderDenied"]);
    accept(driver, { lots: 50 });
    expect(viewOf(driver, DESK, "orderLots")).toMatchObject({ hard: 50, changedUs: from + 1_000 });
    expectOneState(driver);
  });

  test("RK-28 two temporary raises end each by itself", () => {
    const driver = treeVenue();
    const now = driver.atUs;
    setLimits(driver, DESK, [onCoin("orderLots", 80)], { expiresUs: now + 500 });
    setLimits(driver, DESK, [onCoin("orderLots", 90)], { expiresUs: now + 1_000 });
    const hard = (): number | null => viewOf(driver, DESK, "orderLots").hard;
    expect(hard()).toBe(90);
    driver.atUs = now + 600;
    expect(only(driver.send({ type: "AdvanceTime" }), "TimeAdvanced").consequences).toBe(1);
    expect(hard()).toBe(90);
    driver.atUs = now + 1_100;
    driver.send({ type: "AdvanceTime" });
    expect(riskView(driver.engine, DESK).controls).toEqual([]);
    accept(driver, { lots: 100 });
    expectOneState(driver);
  });

  test("RK-28 times that are past or in the wrong order are refused, also when the approval comes too late", () => {
    const driver = treeVenue();
    const code = (when: Parameters<typeof proposal>[2]): string =>
      only(driver.send(proposal(DESK, [onCoin("orderLots", 50)], when)), "CommandDenied").refusal.code;
    expect(code({ expiresUs: driver.atUs })).toBe("RISK_PROPOSAL_LATE");
    expect(code({ effectiveUs: driver.atUs + 900, expiresUs: driver.atUs + 900 })).toBe("RISK_PROPOSAL_LATE");
    const late = only(driver.send(proposal(DESK, [onCoin("orderLots", 50)], { expiresUs: driver.atUs + 100 }), "mia"), "LimitsProposed");
    driver.atUs += 200;
    expect(only(driver.send({ type: "ApproveLimits", proposalId: late.proposalId }, "carl"), "CommandDenied").refusal.code).toBe(
      "RISK_PROPOSAL_LATE",
    );
  });
});

test("RK-31 the view lists every control of a node and of those above it", () => {
  const driver = treeVenue();
  driver.send(deposit(ALICE, USD, 1_000));
  setLimit(driver, VENUE, { control: "orderValue", hard: 50_000 });
  setLimit(driver, DESK, onCoin("netLots", 100, 50));
  setLimit(driver, ALICE_NODE, onCoin("netLots", 60));
  accept(driver, { lots: 40 });
  expect(codeOf(driver, { lots: 30 })).toBe("RISK_NET_POSITION");
  const breachedUs = driver.atUs;
  const view = riskView(driver.engine, ALICE_NODE);
  expect(view).toMatchObject({ accountId: ALICE, state: "active", effectiveState: "active", isKilled: false, locks: [], untilUs: null });
  expect(view.controls).toMatchObject([
    {
      control: "netLots",
      nodeId: ALICE_NODE,
      level: "account",
      hard: 60,
      soft: null,
      used: 40,
      headroom: 20,
      owner: "checker",
      breachedUs,
    },
    { control: "netLots", nodeId: DESK, level: "desk", hard: 100, soft: 50, used: 40, headroom: 60, breachedUs: null },
    { control: "orderValue", nodeId: VENUE, level: "venue", hard: 50_000, used: null, headroom: null },
  ]);
  expect(riskView(driver.engine, BOB_NODE).controls).toHaveLength(2);
});
