import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/invariants.ts";
import { balance } from "../../engine/core/queries.ts";
import { decodeEntries } from "../../engine/core/records.ts";
import type { JournalEntry } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { cancelReasons } from "../../shared/orders.ts";
import { rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { stream } from "./randomCommands.ts";
import type { ReferenceVenue } from "./reference/referenceVenue.ts";
import { SEED, runBoth } from "./runBoth.ts";
import type { Driver } from "./drive.ts";

/** Reasons that small random streams do not come to; examples show them. */
const shownElsewhere = new Set<string>(["overflow"]);

function expectAgreement({ driver, reference }: { driver: Driver; reference: ReferenceVenue }): void {
  const entries = driver.batches.flatMap(decodeEntries).map(withoutNearest);
  // Entry by entry first, because the first difference tells more than all of them.
  for (const [index, entry] of entries.entries()) expect(entry).toEqual(reference.entries[index]);
  expect(entries.length).toBe(reference.entries.length);
  for (let accountId = 1; accountId <= 12; accountId += 1) {
    for (let assetId = 1; assetId <= 12; assetId += 1) {
      const { total, held } = balance(driver.engine, accountId as AccountId, assetId as AssetId);
      const expected = reference.balance(accountId, assetId);
      expect({ accountId, assetId, total: BigInt(total), held: BigInt(held) }).toEqual({ accountId, assetId, ...expected });
    }
  }
}

/** The nearest order that would have passed is proven by asking again (nearest.test.ts). */
function withoutNearest(entry: JournalEntry): JournalEntry {
  if (entry.kind !== "event" || entry.event.type !== "OrderDenied") return entry;
  return { ...entry, event: { ...entry.event, refusal: { ...entry.event.refusal, nearest: null } } };
}

/** Refusals that need venues, fee schedules or sub-accounts, which the reference does not know. */
function isBeyondReference(code: RejectCode): boolean {
  const { number, rule, stage } = rejectTable[code];
  // The plain rules know no pre-trade controls but the band.
  return (
    (number >= 3_010 && number < 4_000) || stage === "eligible" || rule.startsWith("EL-") || ["LG-10", "LG-14", "LG-16"].includes(rule)
  );
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
          for (const entry of both.reference.entries) {
            if (entry.kind !== "event") continue;
            if ("refusal" in entry.event) seen.add(entry.event.refusal.code);
            if (entry.event.type === "OrderCancelled") seen.add(entry.event.reason);
          }
        }),
        { seed: SEED, numRuns: 60 },
      );
      // A comparison is worth what it reaches: every refusal and every reason that the plain rules know must have occurred.
      // Object.keys of a literal yields exactly its own keys.
      const codes = (Object.keys(rejectTable) as RejectCode[]).filter((code) => !isBeyondReference(code));
      const reasons = cancelReasons.slice(0, cancelReasons.indexOf("killSwitch"));
      expect([...codes, ...reasons].filter((code) => !seen.has(code) && !shownElsewhere.has(code))).toEqual([]);
    },
  );
});
