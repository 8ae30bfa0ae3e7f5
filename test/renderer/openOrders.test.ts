import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenOrders } from "../../renderer/app/openOrders.ts";
import { isOpen, isPending, placeOf, type OrderEntry } from "../../renderer/app/orderEntry.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderRow } from "../../shared/views.ts";

const SEED = 20261128;
const statuses = ["working", "partiallyFilled", "filled", "cancelled"] as const;

const change = fc.record({
  id: fc.integer({ min: 1, max: 12 }),
  gone: fc.boolean(),
  account: fc.integer({ min: 1, max: 3 }),
  instrument: fc.integer({ min: 1, max: 2 }),
  buy: fc.boolean(),
  limit: fc.option(fc.integer({ min: 1, max: 5 }).map((far) => far * 3_000_000)),
  trigger: fc.option(fc.integer({ min: 1, max: 3 })),
  lots: fc.integer({ min: 1, max: 2_000_000_000 }),
  status: fc.constantFrom(...statuses),
  pending: fc.boolean(),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function entryOf({ id, account, instrument, buy, limit, trigger, lots, status, pending }: Change): OrderEntry {
  const request = {
    accountId: account as AccountId,
    instrumentId: instrument as InstrumentId,
    clientOrderId: id as ClientOrderId,
    side: buy ? ("buy" as const) : ("sell" as const),
    orderType: "limit" as const,
    timeInForce: "gtc" as const,
    limitTicks: limit as PriceTicks | null,
    lots: lots as QtyLots,
  };
  if (pending) return { ...request, pending: "sending", sentMs: 1, sentSeq: 0 as Seq, enginePid: null };
  const row: OrderRow = {
    ...request,
    orderId: id as OrderId,
    seq: id as Seq,
    triggerTicks: trigger as PriceTicks | null,
    filledLots: 0 as QtyLots,
    leavesLots: lots as QtyLots,
    averageTicks: null,
    status,
    cancelReason: null,
    refusal: null,
    actor: "desk",
    createdUs: 1 as EpochUs,
    updatedUs: 1 as EpochUs,
  };
  return row;
}

describe(`sums over the orders (seed ${SEED})`, () => {
  it("are those of the orders that are there, whatever came before", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const sums = new OpenOrders();
        const orders = new Map<number, OrderEntry>();
        for (const one of changes) {
          const after = one.gone ? undefined : entryOf(one);
          sums.change(orders.get(one.id), after);
          if (after === undefined) orders.delete(one.id);
          else orders.set(one.id, after);
        }
        for (const account of ["all", 1, 2, 3] as ("all" | AccountId)[]) {
          for (const instrumentId of [1, 2] as InstrumentId[]) {
            const mine = [...orders.values()].filter(
              (entry) => entry.instrumentId === instrumentId && (account === "all" || entry.accountId === account),
            );
            expect(told(sums, account, instrumentId)).toEqual(counted(mine));
          }
        }
        expect(sums.working).toBe([...orders.values()].filter((entry) => isPending(entry) || isOpen(entry)).length);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

type Told = { all: number; open: number; pending: number; value: bigint; unpriced: number; levels: Readonly<Record<string, number>> };

function told(sums: OpenOrders, account: AccountId | "all", instrumentId: InstrumentId): Told {
  const result: Told = { all: 0, open: 0, pending: 0, value: 0n, unpriced: 0, levels: {} };
  for (const { all, buy, sell } of sums.tallies(account, instrumentId)) {
    result.all += all;
    result.open += buy.open + sell.open;
    result.pending += buy.pending + sell.pending;
    result.value += buy.value.value(7) - sell.value.value(7);
    result.unpriced += buy.unpriced + sell.unpriced;
  }
  const levels: Record<string, number> = {};
  for (const { kind, side, ticks, lots } of sums.levels(account, instrumentId)) {
    const key = `${kind}${side}${ticks}`;
    levels[key] = (levels[key] ?? 0) + lots;
  }
  return { ...result, levels };
}

/** The plain way: a look at every order. */
function counted(orders: readonly OrderEntry[]): Told {
  const result: Told = { all: orders.length, open: 0, pending: 0, value: 0n, unpriced: 0, levels: {} };
  const levels: Record<string, number> = {};
  for (const entry of orders) {
    if (isPending(entry)) result.pending += 1;
    else if (!isOpen(entry)) continue;
    else {
      result.open += 1;
      if (entry.limitTicks === null) result.unpriced += 1;
      else {
        const value = BigInt(entry.limitTicks) * BigInt(entry.leavesLots) * 7n;
        result.value += entry.side === "buy" ? value : -value;
      }
    }
    const place = placeOf(entry);
    if (place === null) continue;
    const key = `${place.kind}${entry.side}${place.ticks}`;
    levels[key] = (levels[key] ?? 0) + (isPending(entry) ? entry.lots : entry.leavesLots);
  }
  return { ...result, levels };
}
