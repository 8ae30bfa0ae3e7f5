import fc from "fast-check";
import { instrumentControls } from "../../shared/risk.ts";
import { ALICE, BANDED_USD, BOB, CAROL, COIN_USD, METAL, USD, type Driver, type PlainCommand } from "./drive.ts";
import type { LicensedStep } from "./licensedCommands.ts";
import type { ReferenceVenue } from "./reference/referenceVenue.ts";

/*
 * Random steps in the risk tree: bounds of every control, for good or for a time, states, kill switches, locks, sessions, prices and marks from
 * outside. Values are such that controls bind now and then and trading goes on.
 */

/** Sends through the engine and the reference alike. */
type KillScope = Extract<PlainCommand, { type: "EngageKillSwitch" }>["kill"]["scope"];
type Send = (command: PlainCommand, actor?: string) => void;

/** Those who send orders. */
export const ACTORS = ["tester", "desk", "robot"] as const;

const COIN_METAL = 4;
const ALICE_SUB = 5;
const LASTING = 10 ** 15;

/** What a control's bounds are counted in here, and how long its window or cooling-off may be, or how many tokens come a second. */
const scales = {
  orderLots: { unit: 3, parameters: null },
  netLots: { unit: 8, parameters: null },
  grossLots: { unit: 9, parameters: null },
  collarPpm: { unit: 2_500, parameters: null },
  nearTouchPpm: { unit: 2_500, parameters: null },
  farTouchPpm: { unit: 2_500, parameters: null },
  protectionLots: { unit: 4, parameters: [12, 60, LASTING] },
  orderValue: { unit: 400, parameters: null },
  openValue: { unit: 1_500, parameters: null },
  messages: { unit: 0.7, parameters: [1, 60_000, 400_000] },
  orderToTrade: { unit: 0.4, parameters: [12, 60, LASTING] },
  executions: { unit: 0.3, parameters: [12, 60, LASTING] },
  duplicates: { unit: 0.06, parameters: [12, 60, LASTING] },
  protectionFills: { unit: 0.2, parameters: [12, 60, LASTING] },
  loss: { unit: 60, parameters: [15, 90] },
  liquidation: { unit: 90, parameters: [15, 90] },
} as const;
type Control = keyof typeof scales;

type LimitStep = {
  readonly do: "limit";
  readonly node: number;
  readonly control: Control;
  readonly instrument: number;
  readonly size: number;
  readonly softPart: number | null;
  readonly isHardless: boolean;
  readonly isLifted: boolean;
  readonly parameter: number;
  readonly fromIn: number | null;
  readonly untilIn: number | null;
  readonly outcome: "approved" | "bySelf" | "rejected" | "left" | "both";
};

/** A step that sets something in the risk tree. */
export type RiskStep =
  | LimitStep
  | { readonly do: "state"; readonly node: number; readonly state: "active" | "reduceOnly" | "cancelOnly" | "halted" }
  | {
      readonly do: "kill" | "rearm";
      readonly of: "account" | "node" | "user";
      readonly which: number;
      readonly flatten: boolean;
      readonly bySelf: boolean;
    }
  | { readonly do: "release"; readonly node: number; readonly lock: "disabled" | "protected" }
  | { readonly do: "openSession" | "closeSession"; readonly actor: (typeof ACTORS)[number]; readonly cancels: boolean }
  | { readonly do: "conversion"; readonly from: number; readonly numerator: number; readonly goodForUs: number }
  | { readonly do: "outside"; readonly instrument: number; readonly ticks: number; readonly goodForUs: number }
  | { readonly do: "place"; readonly node: number; readonly parent: number; readonly account: number };

function oneIn(n: number): fc.Arbitrary<boolean> {
  return fc.integer({ min: 1, max: n }).map((drawn) => drawn === 1);
}

const someNode = fc.constantFrom(2, 3, 4, 5, 6, 3, 4, 5, 7, 9);

export const riskStep: fc.Arbitrary<RiskStep> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("limit" as const),
      node: fc.constantFrom(1, 2, 3, 4, 5, 6, 3, 4, 5, 7, 9),
      control: fc.constantFrom(
        ...(Object.keys(scales) as Control[]),
        "duplicates",
        "grossLots",
        "protectionFills",
        "farTouchPpm",
        "nearTouchPpm",
      ),
      instrument: fc.constantFrom(COIN_USD, COIN_USD, BANDED_USD, COIN_METAL),
      size: fc.integer({ min: 2, max: 40 }),
      softPart: fc.option(fc.integer({ min: 3, max: 11 })),
      isHardless: oneIn(12),
      isLifted: oneIn(3),
      parameter: fc.nat(2),
      fromIn: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 1 }),
      untilIn: fc.option(fc.integer({ min: 1, max: 80 }), { freq: 2 }),
      outcome: fc.constantFrom(
        "approved",
        "approved",
        "approved",
        "approved",
        "approved",
        "approved",
        "bySelf",
        "rejected",
        "left",
        "both",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("state" as const),
      node: someNode,
      state: fc.constantFrom(
        "active",
        "active",
        "active",
        "active",
        "active",
        "active",
        "reduceOnly",
        "reduceOnly",
        "cancelOnly",
        "halted",
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("kill", "rearm", "rearm", "rearm", "rearm"),
      of: fc.constantFrom("account", "node", "user"),
      which: fc.nat(4),
      flatten: fc.boolean(),
      bySelf: oneIn(6),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("release" as const), node: someNode, lock: fc.constantFrom("disabled", "protected") }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("openSession", "closeSession"),
      actor: fc.constantFrom(...ACTORS),
      cancels: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("conversion" as const),
      from: fc.constantFrom(METAL, METAL, METAL, USD, 9),
      numerator: fc.integer({ min: 1, max: 5 }),
      goodForUs: fc.constantFrom(20, LASTING, LASTING),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("outside" as const),
      instrument: fc.constantFrom(COIN_USD, BANDED_USD, COIN_METAL, 9),
      ticks: fc.integer({ min: 95, max: 105 }),
      goodForUs: fc.constantFrom(20, LASTING),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("place" as const),
      node: fc.constantFrom(6, 7, 8),
      parent: fc.constantFrom(1, 2, 3, 9),
      account: fc.constantFrom(CAROL, CAROL, ALICE, 9),
    }),
  },
);

const riskSteps: readonly string[] = [
  "limit",
  "state",
  "kill",
  "rearm",
  "release",
  "openSession",
  "closeSession",
  "conversion",
  "outside",
  "place",
] satisfies RiskStep["do"][];

export function isRiskStep(step: LicensedStep): step is RiskStep {
  return riskSteps.includes(step.do);
}

/** Limits take two people; so does a kill switch that is armed again, and now and then one tries alone. */
export function sendRiskStep(next: RiskStep, driver: Driver, reference: ReferenceVenue, send: Send): void {
  const reason = "for the test";
  switch (next.do) {
    case "limit":
      return sendLimit(next, driver, send);
    case "state": {
      const { states } = reference.risk;
      const nodeId = next.state === "active" ? ([...states.keys()].find((node) => states.get(node) !== "active") ?? next.node) : next.node;
      return send({ type: "SetTradingState", change: { nodeId, state: next.state, reason } });
    }
    case "kill":
      return send({ type: "EngageKillSwitch", kill: { scope: scopeOf(next), flatten: next.flatten, reason } });
    case "rearm":
      return send({ type: "RearmKillSwitch", rearm: { scope: engagedScope(next, reference), reason } }, next.bySelf ? "tester" : "checker");
    case "release": {
      const nodeId = [3, 4, 5, 6, 2, 7].find((node) => reference.risk.isLocked(node, next.lock)) ?? next.node;
      return send({ type: "ReleaseRiskLock", release: { nodeId, lock: next.lock, reason } });
    }
    case "openSession":
      return send({ type: "OpenSession", session: { session: next.actor, cancelOnDisconnect: next.cancels } });
    case "closeSession":
      return send({ type: "CloseSession", session: next.actor });
    case "conversion": {
      const { from, goodForUs, numerator } = next;
      return send({ type: "SetConversionMark", mark: { fromAssetId: from, toAssetId: USD, numerator, denominator: 1_000_000, goodForUs } });
    }
    case "outside":
      return send({ type: "SetReferencePrice", mark: { instrumentId: next.instrument, ticks: next.ticks, goodForUs: next.goodForUs } });
    case "place":
      return send(place(next.node, "account", next.parent, next.account));
  }
}

export function place(nodeId: number, level: "firm" | "desk" | "account", parentId: number, accountId: number | null): PlainCommand {
  return { type: "DefineRiskNode", node: { nodeId, level, parentId, name: `node ${nodeId}`, accountId, currencyAssetId: USD } };
}

/** Mostly one that is engaged, so that trading goes on. */
function engagedScope(next: Extract<RiskStep, { do: "kill" | "rearm" }>, { risk }: ReferenceVenue): KillScope {
  if (next.bySelf && next.flatten) return scopeOf(next);
  const [nodeId] = risk.killed.keys();
  const [actor] = risk.killedUsers.keys();
  if (actor !== undefined) return { kind: "user", actor };
  return nodeId === undefined ? scopeOf(next) : { kind: "node", nodeId };
}

function scopeOf({ of, which }: Extract<RiskStep, { do: "kill" | "rearm" }>): KillScope {
  if (of === "user") return { kind: "user", actor: ACTORS[which % ACTORS.length]! };
  if (of === "account") return { kind: "account", accountId: [ALICE, BOB, CAROL, ALICE_SUB, 9][which]! };
  return { kind: "node", nodeId: [4, 5, 6, 3, 9][which]! };
}

function sendLimit(next: LimitStep, driver: Driver, send: Send): void {
  send(proposalOf(next, driver.atUs));
  const proposalId = driver.engine.state.lastSeq;
  const { outcome } = next;
  if (outcome === "rejected" || outcome === "both") send({ type: "RejectLimits", proposalId, reason: "for the test" }, "checker");
  if (outcome === "left" || outcome === "rejected") return;
  send({ type: "ApproveLimits", proposalId }, outcome === "bySelf" ? "tester" : "checker");
}

function proposalOf(step: LimitStep, atUs: number): PlainCommand {
  const { control, fromIn, instrument, isHardless, isLifted, node, size, softPart, untilIn } = step;
  const { parameters, unit } = scales[control];
  const bound = Math.ceil(size * unit);
  const soft = isLifted ? null : isHardless ? bound : softPart === null ? null : Math.floor((bound * softPart) / 10);
  const change = {
    control,
    instrumentId: instrumentControls.some((one) => one === control) ? instrument : null,
    soft,
    hard: isLifted || isHardless ? null : bound,
    parameter: parameters === null || isLifted ? null : (parameters[step.parameter % parameters.length] ?? null),
  };
  return {
    type: "ProposeLimits",
    proposal: {
      nodeId: node,
      changes: [change],
      effectiveUs: fromIn === null ? null : atUs + fromIn,
      expiresUs: untilIn === null ? null : atUs + untilIn,
      reason: "for the test",
    },
  };
}
