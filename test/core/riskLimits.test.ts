import { describe, expect, test } from "vitest";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { ALICE, CAROL, COIN, USD, deposit, only, order } from "./drive.ts";
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
  setLimit,
  setLimits,
  treeVenue,
  viewOf,
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
