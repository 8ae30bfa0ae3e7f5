import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { balance } from "../../engine/core/queries.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import type { EventOf } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { ALICE, BOB, COIN, CAROL, USD, fundedVenue, only, order, type Driver, type PlainCommand } from "./drive.ts";
import { longOr } from "./longRun.ts";
import { SEED } from "./runBoth.ts";

/*
 * An amendment or a cancellation is under way while the order that it names fills: whatever fills come first, the outcome is the one that
 * the order's state then calls for, and no lot is bought twice or lost.
 */

type Race = {
  readonly side: "buy" | "sell";
  readonly lots: number;
  readonly display: number | null;
  /** What others take before the change arrives, and after it. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Null to cancel, else the new total, and perhaps a new limit, not beyond the others' orders. */
  readonly total: number | null;
  readonly move: number;
};

const takes = fc.array(fc.integer({ min: 2, max: 25 }), { maxLength: 5 });
const race: fc.Arbitrary<Race> = fc
  .record({
    side: fc.constantFrom("buy" as const, "sell" as const),
    lots: fc.integer({ min: 4, max: 60 }),
    display: fc.option(fc.integer({ min: 2, max: 20 })),
    before: takes,
    after: takes,
    total: fc.option(fc.integer({ min: 2, max: 80 }), { freq: 3 }),
    move: fc.integer({ min: -2, max: 2 }),
  })
  .map((drawn) => ({ ...drawn, display: drawn.display !== null && drawn.display < drawn.lots ? drawn.display : null }));

function holdings(driver: Driver): unknown {
  return [USD, COIN].map((assetId) => balance(driver.engine, ALICE as AccountId, assetId as AssetId));
}

/** Others take up to so many lots at the order's price. Answers how many they got. */
function take(driver: Driver, { side }: Race, limitTicks: number, lots: number): number {
  const opposite = side === "buy" ? "sell" : "buy";
  const accountId = lots % 2 === 0 ? BOB : CAROL;
  const events = driver.send(order({ accountId, side: opposite, timeInForce: "ioc", limitTicks, lots }));
  return events.reduce((sum, event) => sum + (event.type === "OrderFilled" ? event.lots : 0), 0);
}

function run(drawn: Race): string {
  const { after, before, display, lots, move, side, total } = drawn;
  const driver = fundedVenue();
  const { orderId } = only(driver.send(order({ side, lots, limitTicks: 100, displayLots: display })), "OrderAccepted");
  const filledBefore = before.reduce((sum, wanted) => sum + take(driver, drawn, 100, wanted), 0);
  expect(filledBefore).toBe(
    Math.min(
      lots,
      before.reduce((sum, n) => sum + n, 0),
    ),
  );
  const held = holdings(driver);
  const change: PlainCommand =
    total === null
      ? { type: "CancelOrder", accountId: ALICE, orderId }
      : { type: "AmendOrder", accountId: ALICE, orderId, lots: total, limitTicks: move === 0 ? null : 100 + move, triggerTicks: null };
  const events = driver.send(change);
  checkInvariants(driver.engine);
  const outcome = events[0]!;
  if (filledBefore === lots) {
    // The fill came first: there is nothing left to change, and nothing changes.
    expect(outcome).toMatchObject({ type: total === null ? "CancelDenied" : "AmendDenied", refusal: { code: "BOOK_UNKNOWN_ORDER" } });
    expect(holdings(driver)).toEqual(held);
    return "too late";
  }
  if (total === null || total <= filledBefore) {
    const reason = total === null ? "user" : "amended";
    expect(events).toEqual([expect.objectContaining({ type: "OrderCancelled", orderId, reason, leavesLots: lots - filledBefore })]);
    for (const wanted of after) expect(take(driver, drawn, 100, wanted)).toBe(0);
    return total === null ? "cancelled" : "filled enough";
  }
  expect(outcome).toMatchObject({ type: "OrderAmended", lots: total, leavesLots: total - filledBefore });
  const limitTicks = (outcome as EventOf<"OrderAmended">).limitTicks ?? 100;
  const filledAfter = after.reduce((sum, wanted) => sum + take(driver, drawn, limitTicks, wanted), 0);
  const asked = after.reduce((sum, n) => sum + n, 0);
  expect(filledAfter).toBe(Math.min(total - filledBefore, asked));
  checkInvariants(driver.engine);
  return "amended";
}

describe(`fills while a change is in flight, seed ${SEED}`, () => {
  test(
    "MT-8 MT-27 MT-28 MT-30 LG-3 the change meets the order as the fills left it, and no lot is filled twice or lost",
    { timeout: 120_000 },
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(race, (drawn) => {
          seen.add(run(drawn));
        }),
        { seed: SEED, numRuns: longOr(10_000, 400) },
      );
      expect([...seen].toSorted()).toEqual(["amended", "cancelled", "filled enough", "too late"]);
    },
  );
});
