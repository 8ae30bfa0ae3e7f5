import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/invariants.ts";
import { balance } from "../../engine/core/queries.ts";
import { decodeEntries } from "../../engine/core/records.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { cancelReasons } from "../../shared/orders.ts";
import { rejectTable } from "../../shared/rejects.ts";
import { stream } from "./randomCommands.ts";
import type { ReferenceVenue } from "./reference/referenceVenue.ts";
import { SEED, runBoth } from "./runBoth.ts";
import type { Driver } from "./drive.ts";

function expectAgreement({ driver, reference }: { driver: Driver; reference: ReferenceVenue }): void {
  const entries = driver.batches.flatMap(decodeEntries);
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
      // A comparison is worth what it reaches: every refusal and every reason must have occurred.
      expect([...Object.keys(rejectTable), ...cancelReasons].filter((code) => !seen.has(code))).toEqual([]);
    },
  );
});
