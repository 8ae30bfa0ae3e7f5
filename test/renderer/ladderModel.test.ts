import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import type { OrderEntry, PendingOrder } from "../../renderer/app/orderEntry.ts";
import {
  beyondTrigger,
  bucketOf,
  centred,
  fillRowSizes,
  fittingStep,
  hitTest,
  insideOf,
  LADDER_ROW_HEIGHT,
  ladderColumns,
  ladderSteps,
  ownOrdersByBucket,
  rescaled,
  rowSizes,
  sameHit,
  ticksOfRow,
  triggerRows,
  type LadderWindow,
} from "../../renderer/features/ladder/ladderModel.ts";
import { netOf } from "../../renderer/features/ladder/ladderNet.ts";
import type { AccountChoice } from "../../renderer/app/selection.ts";
import type { PositionRow } from "../../shared/views.ts";
import type { ClientOrderId, OrderId, Seq } from "../../shared/ids.ts";
import { MAX_TICKS, type PriceTicks, type QtyLots } from "../../shared/money.ts";
import { ALPHA, book, BTCUSD, orderRow } from "./support/venue.ts";

const step = fc.constantFrom(...ladderSteps);
const rows = fc.integer({ min: 4, max: 80 });
const ticks = fc.integer({ min: 1_000_000, max: 20_000_000 });
/** An uncrossed book: a bid, a spread, and levels going away from it. */
const anyBook = fc
  .record({
    bid: ticks,
    spread: fc.integer({ min: 1, max: 5_000 }),
    gaps: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 40 }),
    lots: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ bid, spread, gaps, lots }) => {
    const away = (from: number, direction: 1 | -1): [number, number][] => {
      let at = from;
      return gaps.map((gap, i) => {
        const level: [number, number] = [at, lots + i];
        at += direction * gap;
        return level;
      });
    };
    return book(away(bid, -1), away(bid + spread, 1));
  });

describe("compression", () => {
  it("never promises a better price: a bid stands at or below its price, an ask at or above", () => {
    fc.assert(
      fc.property(ticks, step, (price, by) => {
        expect(bucketOf(price, by, "buy") * by).toBeLessThanOrEqual(price);
        expect(bucketOf(price, by, "sell") * by).toBeGreaterThanOrEqual(price);
        expect(price - bucketOf(price, by, "buy") * by).toBeLessThan(by);
      }),
    );
  });

  it("never makes an uncrossed book look crossed", () => {
    fc.assert(
      fc.property(anyBook, step, (view, by) => {
        const { bid, ask } = insideOf(view);
        expect(bucketOf(bid ?? 0, by, "buy")).toBeLessThan(bucketOf(ask ?? 0, by, "sell"));
      }),
    );
  });

  it("keeps every lot: rows that hold the whole book sum to the whole book", () => {
    fc.assert(
      fc.property(anyBook, step, (view, by) => {
        const lowest = Math.floor((view.bids.at(-3) ?? 0) / by);
        const highest = Math.ceil((view.asks.at(-3) ?? 0) / by);
        const window = { topBucket: highest, step: by, rows: Math.min(highest - lowest + 1, 200_000) };
        fc.pre(window.rows < 200_000);
        const sizes = rowSizes(window.rows);
        fillRowSizes(sizes, view, window);
        const sum = (levels: Int32Array): number => levels.reduce((total, value, i) => total + (i % 3 === 1 ? value : 0), 0);
        expect(sizes.bids.reduce((a, b) => a + b, 0)).toBe(sum(view.bids));
        expect(sizes.asks.reduce((a, b) => a + b, 0)).toBe(sum(view.asks));
      }),
      { numRuns: 50 },
    );
  });

  it("adds levels that share a row and leaves out what lies beyond the window", () => {
    const sizes = rowSizes(4);
    fillRowSizes(
      sizes,
      book(
        [
          [1_004, 1],
          [1_001, 2],
          [994, 4],
          [100, 8],
        ],
        [
          [1_006, 16],
          [1_010, 32],
          [1_011, 64],
        ],
      ),
      { topBucket: 101, step: 10, rows: 4 },
    );
    // Rows: 1010, 1000, 990, 980.
    expect([...sizes.bids]).toEqual([0, 3, 4, 0]);
    expect([...sizes.asks]).toEqual([48, 0, 0, 0]);
    expect(sizes.largest).toBe(48);
  });
});

describe("the window", () => {
  it("centres the inside market between its trigger lines", () => {
    fc.assert(
      fc.property(anyBook, step, rows, (view, by, count) => {
        const inside = insideOf(view);
        const window = centred({ topBucket: 0, step: by, rows: count }, inside, null);
        expect(beyondTrigger(window, inside, null)).toBe(false);
      }),
    );
  });

  it("says that the market passed a trigger line exactly when its middle did", () => {
    const window: LadderWindow = { topBucket: 1_020, step: 1, rows: 21 };
    const { top, bottom } = triggerRows(21);
    const at = (row: number): boolean => beyondTrigger(window, { bid: 1_020 - row, ask: null }, null);
    expect([at(top), at(top - 1), at(bottom), at(bottom + 1)]).toEqual([false, true, false, true]);
  });

  it("uses the last price while the book is empty and stays where it is when there is no price at all", () => {
    const window: LadderWindow = { topBucket: 500, step: 1, rows: 11 };
    expect(centred(window, { bid: null, ask: null }, 1_000).topBucket).toBe(1_005);
    expect(centred(window, { bid: null, ask: null }, null)).toBe(window);
    expect(beyondTrigger(window, { bid: null, ask: null }, null)).toBe(false);
  });

  it("keeps its middle when rows are added or taken", () => {
    fc.assert(
      fc.property(ticks, rows, rows, (top, before, after) => {
        const window = { topBucket: top, step: 1, rows: before };
        const back = rescaled(rescaled(window, { rows: after }), { rows: before });
        expect(back).toEqual(window);
      }),
    );
  });

  it("keeps its middle price within a row when the step changes", () => {
    fc.assert(
      fc.property(ticks, step, rows, (middle, by, count) => {
        const window = centred({ topBucket: 0, step: 1, rows: count }, { bid: middle, ask: middle }, null);
        const next = rescaled(window, { step: by });
        const shown = ticksOfRow(next, Math.floor((count - 1) / 2)) ?? 0;
        expect(Math.abs(shown - middle)).toBeLessThanOrEqual(by);
      }),
    );
  });

  it("has no rows for prices that do not exist", () => {
    const window: LadderWindow = { topBucket: 1, step: 10, rows: 5 };
    expect([0, 1, 2].map((row) => ticksOfRow(window, row))).toEqual([10, null, null]);
    expect(ticksOfRow({ topBucket: MAX_TICKS + 1, step: 1, rows: 5 }, 0)).toBeNull();
  });

  it("first shows about a dozen levels of each side", () => {
    fc.assert(
      fc.property(anyBook, fc.integer({ min: 10, max: 60 }), (view, count) => {
        const by = fittingStep(view, count);
        const edge = (levels: Int32Array): number => levels[Math.min(levels.length / 3, 12) * 3 - 3] ?? 0;
        const neededRows = by === ladderSteps.at(-1) ? 0 : (edge(view.asks) - edge(view.bids)) / by;
        expect(neededRows).toBeLessThanOrEqual(count);
      }),
    );
  });
});

describe("the cell under a point", () => {
  const window: LadderWindow = { topBucket: 100, step: 5, rows: 10 };
  const columns = ladderColumns(300, 80);

  it("is found by its row and column, and nothing outside the rows", () => {
    expect(hitTest(columns.bid + 1, 3 * LADDER_ROW_HEIGHT, window, columns)).toEqual({ row: 3, ticks: 485, column: "bid" });
    expect(hitTest(columns.ask, LADDER_ROW_HEIGHT - 1, window, columns)).toEqual({ row: 0, ticks: 500, column: "ask" });
    expect(hitTest(0, 0, window, columns)?.column).toBe("own");
    expect(hitTest(columns.price, 0, window, columns)?.column).toBe("price");
    expect(hitTest(10, 10 * LADDER_ROW_HEIGHT, window, columns)).toBeNull();
    expect(hitTest(columns.right, 10, window, columns)).toBeNull();
  });

  it("L1: is another cell once the price under the pointer is another", () => {
    const before = hitTest(columns.bid, 10, window, columns);
    const after = hitTest(columns.bid, 10, { ...window, topBucket: 101 }, columns);
    expect(sameHit(before, before)).toBe(true);
    expect(sameHit(before, after)).toBe(false);
    expect(sameHit(null, null)).toBe(false);
  });

  it("columns never overlap, however narrow the panel", () => {
    fc.assert(
      fc.property(fc.integer({ min: 120, max: 900 }), fc.integer({ min: 60, max: 110 }), (width, price) => {
        const { own, bid, price: priceLeft, ask, right } = ladderColumns(width, price);
        expect([own, bid, priceLeft, ask, right]).toEqual([own, bid, priceLeft, ask, right].sort((a, b) => a - b));
        expect(new Set([own, bid, priceLeft, ask, right]).size).toBe(5);
      }),
    );
  });
});

describe("own orders", () => {
  const pendingAt = (limitTicks: number, state: PendingOrder["pending"]): PendingOrder => ({
    pending: state,
    accountId: ALPHA,
    instrumentId: BTCUSD,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: limitTicks as PriceTicks,
    lots: 7 as QtyLots,
    clientOrderId: limitTicks as ClientOrderId,
    sentMs: 0,
    sentSeq: 0 as Seq,
    enginePid: null,
  });
  const looks = (entries: readonly OrderEntry[], cancelling: readonly number[] = []): unknown => {
    const found = ownOrdersByBucket(entries, 10, (entry) => !("pending" in entry) && cancelling.includes(Number(entry.orderId)));
    return [...found].map(([bucket, groups]) => [bucket, groups.map(({ side, lots, look }) => [side, lots, look])]);
  };
  const at = (id: number, limitTicks: number, content: Parameters<typeof orderRow>[1] = {}): OrderEntry =>
    orderRow(id, { limitTicks: limitTicks as PriceTicks, ...content });

  it("stand in their row with what is still open, each side for itself", () => {
    const partly = at(2, 1_001, { filledLots: 60 as QtyLots, leavesLots: 40 as QtyLots, status: "partiallyFilled" });
    expect(looks([at(1, 1_004), partly, at(3, 1_000, { side: "sell" })])).toEqual([
      [
        100,
        [
          ["buy", 140, "partial"],
          ["sell", 100, "working"],
        ],
      ],
    ]);
  });

  it("show what is pending, unknown or being cancelled as such", () => {
    expect(looks([pendingAt(500, "sending")])).toEqual([[50, [["buy", 7, "hollow"]]]]);
    expect(looks([pendingAt(500, "unknown"), at(1, 500)])).toEqual([[50, [["buy", 107, "unknown"]]]]);
    expect(looks([at(1, 500), at(2, 501)], [1, 2])).toEqual([[50, [["buy", 200, "cancelling"]]]]);
    expect(looks([at(1, 500), at(2, 501)], [1])).toEqual([[50, [["buy", 200, "working"]]]]);
  });

  it("leave out closed orders, denials and market orders", () => {
    const closed = at(1, 500, { status: "filled", leavesLots: 0 as QtyLots });
    const denied = orderRow(2, { orderId: null as OrderId | null, status: "denied" });
    const market = orderRow(3, { orderType: "market", limitTicks: null });
    expect(looks([closed, denied, market])).toEqual([]);
  });
});

describe("SC-15 what the accounts on view hold", () => {
  const row = (accountId: number, netLots: number, instrumentId: number = BTCUSD) =>
    ({ accountId, instrumentId, netLots, averageTicks: netLots === 0 ? null : 6_500_000 }) as PositionRow;
  it.each([
    ["one account, with its mean entry", [row(1, 5), row(2, 7)], 1, { lots: 5, averageTicks: 6_500_000, isFlat: false }],
    ["one account without any", [row(1, 0), row(2, 7)], 1, { lots: 0, averageTicks: null, isFlat: true }],
    ["all accounts together", [row(1, 5), row(2, 7), row(1, 9, 99)], "all", { lots: 12, averageTicks: null, isFlat: false }],
    [
      "accounts that are against each other, which is not flat",
      [row(1, 5), row(2, -5)],
      "all",
      { lots: 0, averageTicks: null, isFlat: false },
    ],
    ["nobody", [row(1, 0)], "all", { lots: 0, averageTicks: null, isFlat: true }],
  ] as const)("SC-15 of %s", (_, positions, account, net) => {
    expect(netOf(positions, account as AccountChoice, BTCUSD)).toEqual(net);
  });
});
