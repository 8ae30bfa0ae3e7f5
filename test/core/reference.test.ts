import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { cancelReasons } from "../../shared/orders.ts";
import { rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { routeRejects } from "../../shared/rejects/routes.ts";
import { riskLocks } from "../../shared/risk.ts";
import { stream } from "./randomCommands.ts";
import { disagreement, noteReached, type Both } from "./agreement.ts";
import { licensedStream, runLicensed } from "./licensedCommands.ts";
import { SEED, runBoth } from "./runBoth.ts";

/** Reasons that small random streams do not come to; examples show them. */
const shownElsewhere = new Set<string>(["overflow"]);

/** What only orders for an outside venue meet, which the reference does not know; routes.test.ts shows it. */
const isRouted = (code: string): boolean =>
  Object.hasOwn(routeRejects, code) || ["venueCancelled", "venueRefused", "notReceived", "amountReached", "replaced"].includes(code);

/** Codes of catalog commands that the licensed streams do not send wrongly, and of figures that the schema lets nobody send. */
const shownInExamples = new Set<string>(["ELIGIBLE_NO_VENUE", "CATALOG_SUB_ACCOUNT", "RISK_NOT_A_NUMBER"]);

/** What the risk tree does by itself or on demand. */
const riskEvents = ["SessionClosed", "LimitsRejected", "LimitsExpired", ...riskLocks, "RiskLockReleased", "SoftLimitConfirmed"];

function expectAgreement(both: Both): void {
  const found = disagreement(both);
  expect(found?.engine).toEqual(found?.reference);
}

/** Refusals that need venues, fee schedules, sub-accounts or limits, which only the second kind of streams has. */
function isBeyondReference(code: RejectCode): boolean {
  const { number, rule, stage } = rejectTable[code];
  return (
    (number >= 3_010 && number < 4_000) || stage === "eligible" || rule.startsWith("EL-") || ["LG-10", "LG-14", "LG-16"].includes(rule)
  );
}

/** Refusals of orders that go to an outside venue, which the plain rules leave to examples (routes.test.ts). */
function isOfRoutes(code: RejectCode): boolean {
  return rejectTable[code].rule.startsWith("CN-");
}

describe(`engine and plain reference, seed ${SEED}`, () => {
  test(
    "MT-1 MT-2 MT-3 MT-9 RK-1 LG-1 LG-3 LG-4 LG-5 they decide alike, event for event, and end with the same balances",
    { timeout: 60_000 },
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(stream(1_200), (steps) => {
          const both = runBoth(steps);
          expectAgreement(both);
          checkInvariants(both.driver.engine);
          noteReached(both, seen);
        }),
        { seed: SEED, numRuns: 60 },
      );
      // A comparison is worth what it reaches: every refusal and every reason that the plain rules know must have occurred.
      // Object.keys of a literal yields exactly its own keys.
      const codes = (Object.keys(rejectTable) as RejectCode[]).filter((code) => !isBeyondReference(code) && !isOfRoutes(code));
      const reasons = cancelReasons.slice(0, cancelReasons.indexOf("killSwitch"));
      expect([...codes, ...reasons].filter((code) => !seen.has(code) && !shownElsewhere.has(code) && !isRouted(code))).toEqual([]);
    },
  );
});

describe("streams that found a fault", () => {
  test(
    "MT-38 MT-39 who still meets when an order was cancelled in an auction is uncrossed too, and no crossed book trades on",
    { timeout: 60_000 },
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(stream(600), (steps) => {
          const both = runBoth(steps);
          expectAgreement(both);
          checkInvariants(both.driver.engine);
          noteReached(both, seen);
        }),
        { seed: 4_243, numRuns: 4 },
      );
      expect([...seen]).toContain("overflow");
    },
  );
});

describe(`engine and plain reference where there are licences, rules, fee schedules and limits, seed ${SEED}`, () => {
  test(
    "EL-2 EL-10 LG-10 LG-11 LG-12 LG-14 LG-15 LG-16 LG-17 RK-4 RK-5 RK-6 RK-7 RK-8 RK-9 RK-10 RK-11 RK-12 RK-13 RK-14 RK-15 RK-16 RK-17 RK-18 RK-19 RK-20 RK-21 RK-22 RK-23 RK-26 RK-27 RK-28 RK-29 RK-32 RK-33 RK-34 they decide alike, event for event, and end with the same balances",
    { timeout: 120_000 },
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(licensedStream(700), (steps) => {
          const both = runLicensed(steps);
          expectAgreement(both);
          checkInvariants(both.driver.engine);
          noteReached(both, seen);
        }),
        { seed: SEED, numRuns: 140 },
      );
      const wanted = [
        ...(Object.keys(rejectTable) as RejectCode[]).filter(isBeyondReference),
        ...cancelReasons.slice(cancelReasons.indexOf("killSwitch"), cancelReasons.indexOf("ineligible")),
        ...riskEvents,
        "ineligible",
        "FeeTierComputed",
        "FeeTierApplied",
        "a rebate",
      ];
      expect(wanted.filter((code) => !seen.has(code) && !shownInExamples.has(code) && !isRouted(code))).toEqual([]);
    },
  );
});
