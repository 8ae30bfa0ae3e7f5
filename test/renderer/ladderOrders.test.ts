import fc from "fast-check";
import "../pinnedSeed.ts";
import { expect, it } from "vitest";
import { isOpen, isPending } from "../../renderer/app/orderEntry.ts";
import { readModel } from "../../renderer/app/readModel.ts";
import { Selection } from "../../renderer/app/selection.ts";
import { ownOrdersByBucket, type OwnOrders } from "../../renderer/features/ladder/ladderModel.ts";
import { LadderOrders } from "../../renderer/features/ladder/ladderOrders.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderRow } from "../../shared/views.ts";
import { ALPHA, BRAVO, BTCUSD, frame, orderRow, snapshot } from "./support/venue.ts";

const BUCKETS = 8;
const statuses = ["working", "partiallyFilled", "filled", "cancelled"] as const;

/** A row of one of a few orders: at another price, with less left, as a stop that waits or that fired, done; each keeps its side and its account. */
const rows = fc
  .record({
    id: fc.integer({ min: 1, max: 6 }),
    ticks: fc.option(fc.integer({ min: 100, max: 100 + BUCKETS * 2 - 1 })),
    lots: fc.integer({ min: 1, max: 5 }),
    status: fc.constantFrom(...statuses),
    trigger: fc.option(fc.constant(90)),
  })
  .map(({ id, ticks, lots, status, trigger }): OrderRow => {
    const isDone = status === "filled" || status === "cancelled";
    return orderRow(id, {
      accountId: id % 3 === 0 ? BRAVO : ALPHA,
      side: id % 2 === 0 ? "buy" : "sell",
      limitTicks: ticks as PriceTicks | null,
      triggerTicks: trigger as PriceTicks | null,
      leavesLots: (isDone ? 0 : lots) as QtyLots,
      status,
    });
  });

type Step = { readonly rows: readonly OrderRow[]; readonly account: "all" | typeof ALPHA | null; readonly step: 1 | 2 | null };
const steps: fc.Arbitrary<Step> = fc.record({
  rows: fc.array(rows, { maxLength: 3 }),
  account: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { arbitrary: fc.constantFrom("all" as const, ALPHA), weight: 1 }),
  step: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { arbitrary: fc.constantFrom(1 as const, 2 as const), weight: 1 }),
});

const summary = (own: readonly OwnOrders[] | undefined): unknown =>
  (own ?? [])
    .map(({ side, lots, look, entries }) => ({
      side,
      lots,
      look,
      entries: new Set(entries.map((one) => (isPending(one) ? null : one.orderId))),
    }))
    .toSorted((a, b) => a.side.localeCompare(b.side));

it("own orders stand in the rows of their prices, whatever becomes of them, of the account and of the step", () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 25 }), (course) => {
      readModel.applyFrame(snapshot(1));
      const selection = new Selection(() => undefined);
      const orders = new LadderOrders(BTCUSD, selection, () => undefined);
      let step = 1;
      let seq = 1;
      for (const one of course) {
        if (one.account !== null) selection.selectAccount(one.account);
        step = one.step ?? step;
        readModel.applyFrame(frame(seq, seq + 1, { orders: one.rows }));
        seq += 1;
        const shown = [...readModel.orders.values()].filter(
          (entry) => isOpen(entry) && (selection.account === "all" || entry.accountId === selection.account),
        );
        const expected = ownOrdersByBucket(shown, step, () => false);
        for (let bucket = 45; bucket <= 100 + BUCKETS * 2; bucket += 1)
          expect(summary(orders.byBucket(step).get(bucket))).toEqual(summary(expected.get(bucket)));
        expect(orders.size).toBe(shown.length);
      }
      orders.dispose();
    }),
    { numRuns: 60 },
  );
});
