import { describe, expect, test } from "vitest";
import { killedActors, killedNodes, openProposals, riskNodeIds, riskNodeName, riskView } from "../../engine/core/risk/riskView.ts";
import { ALICE, BOB, CAROL, COIN_USD, METAL_USD, USD, account, deposit, only, order } from "./drive.ts";
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
  trade,
  treeVenue,
  viewOf,
} from "./riskVenue.ts";

const DAY_US = 86_400_000_000;

describe("what a risk officer reads", () => {
  test("RK-28 RK-31 open are the proposals that wait for a person or for their time, and no others", () => {
    const driver = treeVenue();
    const waiting = only(driver.send(proposal(DESK, [onCoin("orderLots", 5)]), "maker"), "LimitsProposed");
    const later = only(setLimits(driver, DESK, [onCoin("netLots", 50)], { effectiveUs: driver.atUs + DAY_US }), "LimitsApproved");
    setLimits(driver, DESK, [onCoin("grossLots", 50)], { expiresUs: driver.atUs + DAY_US });
    const rejected = only(driver.send(proposal(DESK, [onCoin("orderLots", 6)]), "maker"), "LimitsProposed");
    driver.send({ type: "RejectLimits", proposalId: rejected.proposalId, reason: "for the test" }, "checker");
    expect(openProposals(driver.engine).map(({ proposalId, status }) => [proposalId, status])).toEqual([
      [waiting.proposalId, "proposed"],
      [later.proposalId, "approved"],
    ]);
    // A proposal with a time cannot be approved, rejected or applied twice.
    for (const proposalId of [later.proposalId, rejected.proposalId]) {
      expect(only(driver.send({ type: "ApproveLimits", proposalId }, "checker"), "CommandDenied").refusal.code).toBe(
        "RISK_UNKNOWN_PROPOSAL",
      );
    }
    driver.send({ type: "RejectLimits", proposalId: later.proposalId, reason: "for the test" }, "checker");
    expect(openProposals(driver.engine).map(({ proposalId }) => proposalId)).toEqual([waiting.proposalId]);
    // What is in force for good is kept as a bound alone; for a time, until it ends.
    setLimit(driver, DESK, onCoin("netLots", 60));
    expect(driver.engine.state.risk.book.proposals.size).toBe(2);
    expectOneState(driver);
  });

  test("RK-20 RK-31 names, places and who engaged what", () => {
    const driver = treeVenue();
    const reason = "for the test";
    driver.send({ type: "EngageKillSwitch", kill: { scope: { kind: "node", nodeId: DESK }, flatten: false, reason } }, "officer");
    driver.send({ type: "EngageKillSwitch", kill: { scope: { kind: "user", actor: "robot" }, flatten: false, reason } }, "other");
    driver.send({ type: "SetTradingState", change: { nodeId: FIRM, state: "reduceOnly", reason } });
    expect(riskNodeIds(driver.engine)).toEqual([VENUE, FIRM, DESK, ALICE_NODE, BOB_NODE]);
    expect(riskNodeName(driver.engine, DESK)).toBe(`node ${DESK}`);
    expect(killedNodes(driver.engine)).toEqual([{ nodeId: DESK, by: "officer", isFlattening: false }]);
    expect(killedActors(driver.engine)).toEqual([{ actor: "robot", by: "other" }]);
    expect(riskView(driver.engine, ALICE_NODE)).toMatchObject({
      accountId: ALICE,
      state: "active",
      effectiveState: "reduceOnly",
      isKilled: true,
      locks: [],
      untilUs: null,
    });
    expect(riskView(driver.engine, FIRM)).toMatchObject({ accountId: null, state: "reduceOnly", isKilled: false });
    expect(riskView(driver.engine, VENUE).node).toMatchObject({ level: "venue", parentId: VENUE, accountId: null, currencyAssetId: USD });
    expect(() => riskView(driver.engine, 99)).toThrow("no risk node 99");
  });

  test("RK-31 uses are counted as the controls count them, and what is over is not shown", () => {
    const driver = treeVenue();
    const window = { hard: 9, parameter: 1_000 } as const;
    setLimits(driver, ALICE_NODE, [
      { control: "executions", ...window },
      { control: "protectionFills", ...window },
      { control: "orderToTrade", ...window },
      { control: "messages", hard: 9, parameter: 1 },
      { control: "duplicates", ...window },
      { control: "openValue", soft: 500_000, hard: null },
      onCoin("protectionLots", 900, null, 1_000),
      onCoin("netLots", 100),
      onCoin("grossLots", 120),
    ]);
    const used = (control: Parameters<typeof viewOf>[2]): number | null => viewOf(driver, ALICE_NODE, control).used;
    accept(driver, { accountId: ALICE, side: "sell", lots: 30 });
    accept(driver, { accountId: BOB, lots: 10 });
    accept(driver, { accountId: BOB, lots: 4 });
    accept(driver, { lots: 6, limitTicks: 95 });
    expect([used("executions"), used("protectionFills"), used("protectionLots")]).toEqual([2, 2, 14]);
    // Two messages for two fills and one more.
    expect([used("messages"), used("orderToTrade"), used("duplicates")]).toEqual([2, 1, null]);
    expect([used("openValue"), used("netLots"), used("grossLots")]).toEqual([16 * 100 + 6 * 95, 30, 30]);
    expect(viewOf(driver, ALICE_NODE, "netLots")).toMatchObject({ headroom: 70, breachedUs: null, breachedSeq: null, owner: "checker" });
    expect(viewOf(driver, ALICE_NODE, "openValue")).toMatchObject({ soft: 500_000, hard: null, headroom: null });
    driver.atUs += 5_000_000;
    expect(codeOf(driver, { side: "sell", lots: 75, limitTicks: 105 })).toBe("RISK_NET_POSITION");
    expect([used("executions"), used("protectionFills"), used("protectionLots"), used("messages")]).toEqual([0, 0, 0, 1]);
    expect(viewOf(driver, ALICE_NODE, "netLots").breachedUs).toBe(driver.atUs);
    expectOneState(driver);
  });

  test("RK-26 RK-31 a loss is shown as far as it is known, and how long a cooling-off lasts", () => {
    const driver = treeVenue();
    trade(driver, 10, 100);
    setLimits(driver, ALICE_NODE, [{ control: "loss", soft: 10, hard: 60, parameter: 5_000 }]);
    expect(viewOf(driver, ALICE_NODE, "loss")).toMatchObject({ used: 0, headroom: 60 });
    // She sells two for four ticks less, and then the other eight are worth less by eight.
    trade(driver, 2, 96, BOB);
    driver.send({ type: "AdvanceTime" });
    expect(riskView(driver.engine, ALICE_NODE)).toMatchObject({ locks: ["lossWarning"], untilUs: null });
    accept(driver, { accountId: BOB, side: "sell", lots: 2, limitTicks: 92 });
    accept(driver, { accountId: CAROL, lots: 2, limitTicks: 92 });
    driver.send({ type: "AdvanceTime" });
    expect(riskView(driver.engine, ALICE_NODE)).toMatchObject({ locks: ["lossWarning", "lossBlocked"], untilUs: driver.atUs + 5_000 });
    driver.atUs += 6_000;
    driver.send({ type: "AdvanceTime" });
    expect(riskView(driver.engine, ALICE_NODE)).toMatchObject({ locks: [], untilUs: null });
    expect(viewOf(driver, ALICE_NODE, "loss").used).toBe(0);
    expectOneState(driver);
  });
});

describe("more of them than memory begins with", () => {
  test("RK-4 RK-10 an account beyond the first thousand has its place and its bounds", () => {
    const driver = treeVenue();
    const last = CAROL + 1_200;
    for (let accountId = CAROL + 1; accountId <= last; accountId += 1) driver.send(account(accountId, `A${accountId}`));
    driver.sendAll([deposit(last, USD, 100_000), deposit(last - 1, USD, 100_000)]);
    driver.send(node(6, "account", DESK, last));
    setLimit(driver, 6, onCoin("netLots", 10));
    expect(codeOf(driver, { accountId: last, lots: 11 })).toBe("RISK_NET_POSITION");
    expect(codeOf(driver, { accountId: last - 1, lots: 11 })).toBe("accepted");
    expectOneState(driver);
  });

  test("RK-23 RK-12 open orders beyond the first thousand keep their sender and their place", () => {
    const driver = treeVenue();
    driver.sendAll([deposit(ALICE, USD, 10 ** 9), deposit(BOB, USD, 10 ** 9)]);
    for (const session of ["desk", "robot"]) driver.send({ type: "OpenSession", session: { session, cancelOnDisconnect: true } });
    for (let n = 0; n < 1_300; n += 1) {
      driver.send(
        order({ accountId: n % 2 === 0 ? ALICE : BOB, lots: 2, limitTicks: 99, keepOnDisconnect: n % 13 === 0 }),
        n % 5 === 0 ? "robot" : "desk",
      );
    }
    setLimit(driver, DESK, { control: "openValue", hard: 10 ** 9 });
    expect(viewOf(driver, DESK, "openValue").used).toBe(1_300 * 2 * 99);
    // A fifth is the robot's, and a thirteenth of these stays.
    expect(only(driver.send({ type: "CloseSession", session: "robot" }), "SessionClosed").orders).toBe(240);
    expect(viewOf(driver, DESK, "openValue").used).toBe(1_060 * 2 * 99);
    expectOneState(driver);
  });

  test("RK-17 equal orders are counted for more accounts than memory begins with", () => {
    const driver = treeVenue();
    const makers = Array.from({ length: 40 }, (_, n) => CAROL + 1 + n);
    setLimit(driver, FIRM, { control: "duplicates", hard: 2, parameter: DAY_US });
    for (const [n, accountId] of makers.entries()) {
      driver.sendAll([account(accountId, `M${accountId}`), deposit(accountId, USD, 100_000)]);
      driver.send(node(6 + n, "account", DESK, accountId));
    }
    for (const wanted of ["accepted", "accepted", "RISK_DUPLICATE"]) {
      for (const accountId of makers) expect(codeOf(driver, { accountId, lots: 3 })).toBe(wanted);
    }
    expectOneState(driver);
  });
});

test("RK-5 RK-13 a bucket refills no faster than the slowest above it", () => {
  const driver = treeVenue();
  setLimit(driver, FIRM, { control: "messages", hard: 100, parameter: 1 });
  setLimit(driver, ALICE_NODE, { control: "messages", hard: 1, parameter: 500_000 });
  accept(driver, {});
  driver.atUs += 500_000;
  expect(codeOf(driver, {})).toBe("RISK_MESSAGE_RATE");
  driver.atUs += 600_000;
  expect(codeOf(driver, {})).toBe("accepted");
  expect(viewOf(driver, ALICE_NODE, "messages").hard).toBe(1);
});

test("RK-28 bounds of two instruments may be proposed together, of one only once", () => {
  const driver = treeVenue();
  const ofMetal = { ...onCoin("orderLots", 5), instrumentId: METAL_USD };
  only(setLimits(driver, DESK, [onCoin("orderLots", 5), ofMetal]), "LimitsApplied");
  const twice = driver.send(proposal(DESK, [onCoin("orderLots", 5), ofMetal, onCoin("orderLots", 6)]));
  expect(only(twice, "CommandDenied").refusal.code).toBe("RISK_LIMIT_INVALID");
  // A lifted bound takes no parameter and no end.
  const lifted = { control: "executions", soft: null, hard: null } as const;
  expect(only(driver.send(proposal(DESK, [{ ...lifted, parameter: 5 }])), "CommandDenied").refusal.code).toBe("RISK_LIMIT_INVALID");
  expect(only(driver.send(proposal(DESK, [lifted], { expiresUs: driver.atUs + 100 })), "CommandDenied").refusal.code).toBe(
    "RISK_LIMIT_INVALID",
  );
  only(setLimits(driver, DESK, [{ control: "executions", soft: 2, hard: null, parameter: 5 }]), "LimitsApplied");
  only(setLimits(driver, DESK, [{ control: "messages", soft: 2, hard: 4, parameter: 5 }]), "LimitsApplied");
  const unlimited = driver.send(proposal(DESK, [{ control: "messages", soft: 2, hard: null, parameter: 5 }]));
  expect(only(unlimited, "CommandDenied").refusal.code).toBe("RISK_LIMIT_INVALID");
  expect(driver.engine.state.risk.exposures.find(DESK, COIN_USD)).not.toBe(0);
});
