import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { depth, totals } from "../../engine/core/queries.ts";
import { decodeEntries } from "../../engine/core/records.ts";
import type { Event, OrderAccepted, OrderFilled } from "../../shared/events.ts";
import type { AssetId, InstrumentId } from "../../shared/ids.ts";
import { orderTransitions, type OrderStatus } from "../../shared/orders.ts";
import { ALICE, BOB, CAROL, COIN, COIN_USD, METAL, METAL_USD, USD, Driver, deposit, venue } from "./drive.ts";
import { stream, StepReader } from "./randomCommands.ts";
import { ReferenceVenue } from "./reference/referenceVenue.ts";
import { SEED, runBoth } from "./runBoth.ts";
import { commandSchema } from "../../shared/commands.ts";

/*
 * Laws that hold for any exchange, read off the stream of events alone, without a look at the engine's state.
 */

function eventsOf(driver: Driver): Event[] {
  return driver.batches.flatMap(decodeEntries).flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
}

describe(`laws of the event stream, seed ${SEED}`, () => {
  test("MT-1 MT-3 LG-1 each fill takes the first order of the best price, at its price, and no lot twice", () => {
    fc.assert(
      fc.property(stream(800), (steps) => {
        const accepted = new Map<number, OrderAccepted>();
        const left = new Map<number, number>();
        const queue: number[] = [];
        for (const event of eventsOf(runBoth(steps).driver)) {
          if (event.type === "OrderAccepted") {
            accepted.set(event.orderId, event);
            left.set(event.orderId, event.lots);
          } else if (event.type === "OrderRested") {
            expect(event.leavesLots).toBe(left.get(event.orderId));
            queue.push(event.orderId);
          } else if (event.type === "OrderFilled") {
            expectFirstInLine(
              event,
              queue.map((id) => accepted.get(id)!),
            );
            for (const [id, leaves] of [
              [event.makerOrderId, event.makerLeavesLots],
              [event.takerOrderId, event.takerLeavesLots],
            ] as const) {
              const now = left.get(id)! - event.lots;
              expect(now).toBe(leaves);
              left.set(id, now);
            }
            if (event.makerLeavesLots === 0) queue.splice(queue.indexOf(event.makerOrderId), 1);
          } else if (event.type === "OrderCancelled") {
            expect(event.leavesLots).toBe(left.get(event.orderId));
            left.delete(event.orderId);
            if (queue.includes(event.orderId)) queue.splice(queue.indexOf(event.orderId), 1);
          }
        }
      }),
      { seed: SEED, numRuns: 15 },
    );
  });

  test("MT-4 MT-5 every order moves only as the table of transitions allows, and ends once", () => {
    fc.assert(
      fc.property(stream(800), (steps) => {
        const statuses = new Map<number, OrderStatus>();
        const move = (orderId: number, to: OrderStatus): void => {
          expect(orderTransitions[statuses.get(orderId)!]).toContain(to);
          statuses.set(orderId, to);
        };
        for (const event of eventsOf(runBoth(steps).driver)) {
          if (event.type === "OrderAccepted") {
            expect(statuses.has(event.orderId)).toBe(false);
            statuses.set(event.orderId, "working");
          } else if (event.type === "OrderFilled") {
            move(event.makerOrderId, event.makerLeavesLots === 0 ? "filled" : "partiallyFilled");
            move(event.takerOrderId, event.takerLeavesLots === 0 ? "filled" : "partiallyFilled");
          } else if (event.type === "OrderCancelled") {
            move(event.orderId, statuses.get(event.orderId) === "working" ? "cancelled" : "partiallyCancelled");
          }
        }
      }),
      { seed: SEED, numRuns: 10 },
    );
  });

  test("MT-2 LG-1 after every command the books are uncrossed and each asset sums to its deposits", () => {
    fc.assert(
      fc.property(stream(300), (steps) => {
        const driver = new Driver();
        const reference = new ReferenceVenue();
        const deposited = new Map<number, bigint>();
        const best = new Int32Array(3);
        const send = (command: Parameters<Driver["send"]>[0]): void => {
          for (const event of driver.send(command)) {
            if (event.type === "FundsDeposited") deposited.set(event.assetId, (deposited.get(event.assetId) ?? 0n) + BigInt(event.amount));
          }
          reference.decide(commandSchema.parse(command), "tester", driver.atUs);
          for (const instrumentId of [COIN_USD, METAL_USD] as InstrumentId[]) {
            const bid = depth(driver.engine, instrumentId, "buy", best, 1) === 0 ? 0 : best[0]!;
            const ask = depth(driver.engine, instrumentId, "sell", best, 1) === 0 ? 2 ** 31 : best[0]!;
            expect(bid).toBeLessThan(ask);
          }
          for (const assetId of [USD, COIN, METAL] as AssetId[]) expect(totals(driver.engine, assetId)).toBe(deposited.get(assetId) ?? 0n);
        };
        for (const command of venue) send(command);
        for (const accountId of [ALICE, BOB, CAROL]) for (const assetId of [USD, COIN, METAL]) send(deposit(accountId, assetId, 40_000));
        const reader = new StepReader(reference);
        for (const step of steps) send(reader.command(step));
      }),
      { seed: SEED, numRuns: 10 },
    );
  });
});

function expectFirstInLine(fill: OrderFilled, resting: readonly OrderAccepted[]): void {
  const side = fill.takerSide === "buy" ? "sell" : "buy";
  const line = resting.filter((order) => order.instrumentId === fill.instrumentId && order.side === side);
  const prices = line.map(({ limitTicks }) => limitTicks!);
  const bestTicks = side === "sell" ? Math.min(...prices) : Math.max(...prices);
  expect(fill.ticks).toBe(bestTicks);
  expect(fill.makerOrderId).toBe(line.find(({ limitTicks }) => limitTicks === bestTicks)?.orderId);
}
