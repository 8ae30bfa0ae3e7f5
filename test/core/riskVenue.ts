import { riskView } from "../../engine/core/risk/riskView.ts";
import { openOrders } from "../../engine/core/queries.ts";
import { createEngine, fold, redecide } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { AccountId } from "../../shared/ids.ts";
import type { Event } from "../../shared/events.ts";
import type { RejectCode } from "../../shared/rejects.ts";
import type { RiskControl, RiskControlView } from "../../shared/risk.ts";
import { ALICE, BOB, CAROL, COIN_USD, USD, fundedVenue, only, order, type Driver, type PlainCommand, type PlainOrder } from "./drive.ts";
import { expect } from "vitest";

/** The tree of these tests: Alice and Bob on the desk of the firm; Carol is outside it. */
export const VENUE = 1;
export const FIRM = 2;
export const DESK = 3;
export const ALICE_NODE = 4;
export const BOB_NODE = 5;

type PlainNode = Extract<PlainCommand, { type: "DefineRiskNode" }>["node"];

export function node(nodeId: number, level: PlainNode["level"], parentId: number, accountId: number | null = null): PlainCommand {
  return { type: "DefineRiskNode", node: { nodeId, level, parentId, name: `node ${nodeId}`, accountId, currencyAssetId: USD } };
}

export function treeVenue(): Driver {
  const driver = fundedVenue();
  driver.sendAll([
    node(FIRM, "firm", VENUE),
    node(DESK, "desk", FIRM),
    node(ALICE_NODE, "account", DESK, ALICE),
    node(BOB_NODE, "account", DESK, BOB),
  ]);
  return driver;
}

export type PlainLimit = {
  readonly control: RiskControl;
  readonly instrumentId?: number | null;
  readonly soft?: number | null;
  readonly hard?: number | null;
  readonly parameter?: number | null;
};

export type When = { readonly effectiveUs?: number; readonly expiresUs?: number };

export function proposal(nodeId: number, limits: readonly PlainLimit[], when: When = {}): PlainCommand {
  return {
    type: "ProposeLimits",
    proposal: {
      nodeId,
      changes: limits.map((limit) => ({ instrumentId: null, soft: null, hard: null, parameter: null, ...limit })),
      effectiveUs: null,
      expiresUs: null,
      reason: "for the test",
      ...when,
    },
  };
}

/** Maker and checker put bounds in force. */
export function setLimits(driver: Driver, nodeId: number, limits: readonly PlainLimit[], when: When = {}): Event[] {
  const { proposalId } = only(driver.send(proposal(nodeId, limits, when), "maker"), "LimitsProposed");
  return driver.send({ type: "ApproveLimits", proposalId }, "checker");
}

export function setLimit(driver: Driver, nodeId: number, limit: PlainLimit): void {
  only(setLimits(driver, nodeId, [limit]), "LimitsApplied");
}

/** A control that is set for the coin. */
export function onCoin(control: RiskControl, hard: number | null, soft: number | null = null, parameter: number | null = null): PlainLimit {
  return { control, instrumentId: COIN_USD, hard, soft, parameter };
}

/** Sends an order that must be accepted. */
export function accept(driver: Driver, changes: PlainOrder, actor = "trader"): Event[] {
  const events = driver.send(order(changes), actor);
  only(events, "OrderAccepted");
  return events;
}

/** Sends an order that must be refused. Answers code, limit, order's worst case and headroom. */
export function refused(
  driver: Driver,
  changes: PlainOrder,
  actor = "trader",
): readonly [RejectCode, number | null, number | null, number | null] {
  const { code, limit, actual, headroom } = only(driver.send(order(changes), actor), "OrderDenied").refusal;
  return [code, limit, actual, headroom];
}

export function codeOf(driver: Driver, changes: PlainOrder, actor = "trader"): RejectCode | "accepted" {
  const events = driver.send(order(changes), actor);
  const denied = events.find((event) => event.type === "OrderDenied");
  return denied === undefined ? "accepted" : denied.refusal.code;
}

/** Bob sells to Alice or Alice to Bob: so many coins at so many ticks. */
export function trade(driver: Driver, lots: number, ticks = 100, buyer = ALICE): void {
  accept(driver, { accountId: buyer === ALICE ? BOB : ALICE, side: "sell", lots, limitTicks: ticks });
  only(accept(driver, { accountId: buyer, side: "buy", lots, limitTicks: ticks }), "OrderFilled");
}

/** A market of Carol's: her bid and her ask. */
export function quote(driver: Driver, bid: number, ask: number, lots = 100): void {
  accept(driver, { accountId: CAROL, side: "buy", limitTicks: bid, lots });
  accept(driver, { accountId: CAROL, side: "sell", limitTicks: ask, lots });
}

export function viewOf(driver: Driver, nodeId: number, control: RiskControl): RiskControlView {
  const found = riskView(driver.engine, nodeId).controls.find((one) => one.control === control && one.nodeId === nodeId);
  if (found === undefined) throw new Error(`node ${nodeId} shows no ${control}`);
  return found;
}

/** All laws hold, and fold, second decision and snapshot come to the bytes of the live engine. */
export function expectOneState(driver: Driver): void {
  checkInvariants(driver.engine);
  const live = snapshot(driver.engine);
  const folded = createEngine();
  const redecided = createEngine();
  for (const batch of driver.batches) {
    fold(folded, batch);
    expect(redecide(redecided, batch)).toBeNull();
  }
  for (const engine of [folded, redecided, restore(live)]) expect(Buffer.compare(snapshot(engine), live)).toBe(0);
}

/** How many orders the account has open. */
export function openCount(driver: Driver, accountId: number): number {
  return [...openOrders(driver.engine, accountId as AccountId)].length;
}

/** The code with which the engine refuses the command. */
export function commandDenial(driver: Driver, command: PlainCommand, actor = "tester"): string {
  return only(driver.send(command, actor), "CommandDenied").refusal.code;
}

/** Moves time on, and what is due with it. */
export function advance(driver: Driver, us: number): ReturnType<Driver["send"]> {
  driver.atUs += us - 1;
  return driver.send({ type: "AdvanceTime" }, "sequencer");
}
