import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { depth, totals, tradingPhase } from "../../engine/core/queries.ts";
import { decodeEntries } from "../../engine/core/records/records.ts";
import type { Event, EventOf, OrderAccepted, OrderFilled } from "../../shared/events.ts";
import type { AssetId, InstrumentId } from "../../shared/ids.ts";
import { orderTransitions, type OrderStatus, type Side } from "../../shared/orders.ts";
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
        const line = new Line();
        expect(line.resting).toEqual([]);
        for (const event of eventsOf(runBoth(steps).driver)) {
          if (event.type === "OrderFilled") expectFirstInLine(event, line);
          line.apply(event);
        }
        expect(line.fills).toBeGreaterThan(0);
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

  test("MT-2 MT-36 LG-1 after every command the books in continuous trading are uncrossed and each asset sums to its deposits", () => {
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
            if (tradingPhase(driver.engine, instrumentId).phase !== "continuous") continue;
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

/** An order as its events tell. */
type Standing = { readonly order: OrderAccepted; ticks: number | null; left: number; shown: number };

const moves = [
  "OrderAccepted",
  "OrderRested",
  "OrderAmended",
  "OrderAdjusted",
  "OrderTriggered",
  "OrderRepriced",
  "OrderCancelled",
  "OrderFilled",
  "AuctionUncrossed",
  "TradingPhaseChanged",
] as const;

function movesOrders(event: Event): event is EventOf<(typeof moves)[number]> {
  return moves.some((type) => type === event.type);
}

/** Who stands where in line, from events alone. */
class Line {
  readonly orders = new Map<number, Standing>();
  resting: Standing[] = [];
  fills = 0;
  /** Price of the auction whose matches are being told; null between auctions. */
  auctionTicks: number | null = null;

  apply(event: Event): void {
    if (!movesOrders(event)) return;
    switch (event.type) {
      case "OrderAccepted":
        this.orders.set(event.orderId, { order: event, ticks: event.workingTicks ?? event.limitTicks, left: event.lots, shown: 0 });
        return;
      case "OrderRested":
        expect(event.leavesLots).toBe(this.of(event.orderId).left);
        return this.rest(this.of(event.orderId));
      case "OrderAmended": {
        const standing = this.of(event.orderId);
        standing.ticks = event.limitTicks ?? standing.ticks;
        if (!event.keepsPlace) this.leave(standing);
        return this.cut(standing, event.leavesLots);
      }
      case "OrderAdjusted":
        return this.cut(this.of(event.orderId), event.leavesLots);
      case "OrderTriggered":
        this.of(event.orderId).ticks = event.workingTicks;
        return;
      case "OrderRepriced":
        this.of(event.orderId).ticks = event.workingTicks;
        return this.rest(this.of(event.orderId));
      case "OrderCancelled":
        expect(event.leavesLots).toBe(this.of(event.orderId).left);
        return this.leave(this.of(event.orderId));
      case "AuctionUncrossed":
        this.auctionTicks = event.ticks;
        return;
      case "TradingPhaseChanged":
        this.auctionTicks = null;
        return;
      case "OrderFilled":
        this.fills += 1;
        this.fill(event.makerOrderId, event.lots, event.makerLeavesLots);
        return this.fill(event.takerOrderId, event.lots, event.takerLeavesLots);
    }
  }

  private of(orderId: number): Standing {
    return this.orders.get(orderId)!;
  }

  private fill(orderId: number, lots: number, leaves: number): void {
    const standing = this.of(orderId);
    standing.left -= lots;
    expect(standing.left).toBe(leaves);
    if (!this.resting.includes(standing)) return;
    standing.shown -= lots;
    expect(standing.shown).toBeGreaterThanOrEqual(0);
    if (standing.shown === 0 && standing.left > 0) this.rest(standing);
    else if (standing.left === 0) this.leave(standing);
  }

  private cut(standing: Standing, leaves: number): void {
    standing.left = leaves;
    standing.shown = Math.min(standing.order.displayLots === null ? leaves : standing.shown, leaves);
  }

  private rest(standing: Standing): void {
    this.leave(standing);
    standing.shown = Math.min(standing.order.displayLots ?? standing.left, standing.left);
    this.resting.push(standing);
  }

  private leave(standing: Standing): void {
    this.resting = this.resting.filter((other) => other !== standing);
  }
}

/** The maker stands first on its side; in an auction the taker does so on the other, and both trade at the auction's price. */
function expectFirstInLine(fill: OrderFilled, line: Line): void {
  const makerSide = fill.takerSide === "buy" ? "sell" : "buy";
  const makerTicks = expectFirst(fill, line, makerSide, fill.makerOrderId);
  if (line.auctionTicks !== null) expectFirst(fill, line, fill.takerSide, fill.takerOrderId);
  expect(fill.ticks).toBe(line.auctionTicks ?? makerTicks);
}

/** Answers the best price of the side. */
function expectFirst(fill: OrderFilled, { resting }: Line, side: Side, orderId: number): number {
  const line = resting.filter(({ order }) => order.instrumentId === fill.instrumentId && order.side === side);
  const prices = line.map(({ ticks }) => ticks!);
  const bestTicks = side === "sell" ? Math.min(...prices) : Math.max(...prices);
  expect(orderId).toBe(line.find(({ ticks }) => ticks === bestTicks)?.order.orderId);
  return bestTicks;
}
