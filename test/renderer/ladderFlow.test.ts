import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BookFlow, FLOW_WINDOW_MS } from "../../renderer/features/ladder/bookFlow.ts";
import { groupAt, moveOf } from "../../renderer/features/ladder/ladderMoves.ts";
import { ownOrdersByBucket, type OwnOrders } from "../../renderer/features/ladder/ladderModel.ts";
import { VolumeAtPrice } from "../../renderer/features/ladder/volumeAtPrice.ts";
import type { EpochUs, InstrumentId, TradeId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { Side } from "../../shared/orders.ts";
import type { TradeRow } from "../../shared/views.ts";
import { book, orderRow } from "./support/venue.ts";

/** Rows 110 down to 91, a tick each. */
const WINDOW = { topBucket: 110, step: 1, rows: 20 };

function trade(takerSide: Side, ticks: number, lots: number): TradeRow {
  return {
    tradeId: 1 as TradeId,
    instrumentId: 1 as InstrumentId,
    atUs: 5 as EpochUs,
    ticks: ticks as PriceTicks,
    lots: lots as QtyLots,
    takerSide,
  };
}

/** Lots by price, bids and asks apart, without zeros. */
function shown(flow: BookFlow, nowMs: number): { bids: Record<number, number>; asks: Record<number, number> } {
  const rows = { bids: new Float64Array(WINDOW.rows), asks: new Float64Array(WINDOW.rows) };
  flow.fillRows(rows, WINDOW, nowMs);
  const byPrice = (lots: Float64Array): Record<number, number> =>
    Object.fromEntries([...lots.entries()].filter(([, n]) => n !== 0).map(([row, n]) => [WINDOW.topBucket - row, n]));
  return { bids: byPrice(rows.bids), asks: byPrice(rows.asks) };
}

const before = book(
  [
    [100, 10],
    [99, 20],
    [98, 5],
  ],
  [
    [102, 7],
    [103, 9],
  ],
);

describe("what was pulled and stacked", () => {
  it("is the change of each level's size", () => {
    const flow = new BookFlow();
    flow.look(before, 0);
    const after = book(
      [
        [101, 4],
        [99, 26],
        [98, 5],
      ],
      [
        [102, 2],
        [103, 9],
      ],
    );
    flow.look(after, 10);
    expect(shown(flow, 10)).toEqual({ bids: { 101: 4, 100: -10, 99: 6 }, asks: { 102: -5 } });
  });

  it("leaves out what traded", () => {
    const flow = new BookFlow();
    flow.look(before, 0);
    flow.addTrades([trade("buy", 102, 5), trade("sell", 100, 3)]);
    const after = book(
      [
        [100, 7],
        [99, 20],
        [98, 5],
      ],
      [
        [102, 1],
        [103, 9],
      ],
    );
    flow.look(after, 10);
    expect(shown(flow, 10)).toEqual({ bids: {}, asks: { 102: -1 } });
  });

  it("says nothing of levels that only came into sight or went out of it at the far end", () => {
    const flow = new BookFlow();
    flow.look(before, 0);
    flow.look(
      book(
        [
          [100, 10],
          [99, 20],
          [98, 5],
          [97, 50],
        ],
        [[102, 7]],
      ),
      10,
    );
    expect(shown(flow, 10)).toEqual({ bids: {}, asks: {} });
  });

  it("adds up while changes follow each other, and is forgotten when nothing follows", () => {
    const flow = new BookFlow();
    const level = (lots: number) => book([[100, lots]], [[102, 7]]);
    flow.look(level(10), 0);
    flow.look(level(13), 1_000);
    flow.look(level(15), 1_000 + FLOW_WINDOW_MS - 1);
    expect(shown(flow, 1_000 + FLOW_WINDOW_MS).bids).toEqual({ 100: 5 });
    expect(shown(flow, 1_000 + 2 * FLOW_WINDOW_MS).bids).toEqual({});
  });

  it("explains every change of a level together with the trades (property)", () => {
    const size = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 30 }), (steps) => {
        const flow = new BookFlow();
        flow.look(book([[100, 500]], [[102, 7]]), 0);
        let last = 500;
        let traded = 0;
        for (const [lots, hit] of steps) {
          flow.addTrades([trade("sell", 100, hit)]);
          flow.look(book([[100, lots]], [[102, 7]]), 1);
          traded += hit;
          last = lots;
        }
        expect(shown(flow, 1).bids[100] ?? 0).toBe(last - 500 + traded);
      }),
      { seed: 20_261_128 },
    );
  });
});

describe("volume at price", () => {
  it("sums bought and sold lots into the rows where the ask and the bid stood", () => {
    const volume = new VolumeAtPrice();
    volume.take([trade("buy", 101, 5), trade("sell", 101, 2)], true);
    volume.take([trade("buy", 101, 1)], false);
    const rows = { bought: new Float64Array(4), sold: new Float64Array(4) };
    // Rows of two ticks: 104, 102, 100, 98.
    expect(volume.fillRows(rows, { topBucket: 52, step: 2, rows: 4 })).toBe(6);
    expect([[...rows.bought], [...rows.sold]]).toEqual([
      [0, 6, 0, 0],
      [0, 0, 2, 0],
    ]);
    // A further trade is added to rows that are filled already, and another window is summed up anew.
    volume.take([trade("sell", 100, 3)], false);
    expect(volume.fillRows(rows, { topBucket: 52, step: 2, rows: 4 })).toBe(6);
    expect([...rows.sold]).toEqual([0, 0, 5, 0]);
    expect(volume.fillRows(rows, { topBucket: 51, step: 2, rows: 4 })).toBe(6);
    expect([...rows.sold]).toEqual([0, 5, 0, 0]);
    volume.take([], true);
    expect(volume.fillRows(rows, { topBucket: 52, step: 2, rows: 4 })).toBe(0);
  });
});

describe("moving own orders", () => {
  const groups = (): readonly OwnOrders[] =>
    ownOrdersByBucket(
      [
        orderRow(1, { limitTicks: 100 as PriceTicks, lots: 30 as QtyLots }),
        orderRow(2, { limitTicks: 100 as PriceTicks, lots: 20 as QtyLots }),
        orderRow(3, { limitTicks: 100 as PriceTicks, side: "sell", lots: 9 as QtyLots }),
      ],
      1,
      () => false,
    ).get(100) ?? [];

  it("takes the side that was pressed where both have orders in a row", () => {
    expect([0, 39, 40, 79, 200].map((x) => groupAt(groups(), x, 80)?.side)).toEqual(["buy", "buy", "sell", "sell", "sell"]);
    expect(groupAt([], 10, 80)).toBeNull();
  });

  it("says when the orders would trade at once", () => {
    const [buys, sells] = groups();
    const inside = { bid: 101, ask: 104 };
    if (buys === undefined || sells === undefined) throw new Error("two groups are expected");
    expect(moveOf(buys, 103, inside)).toMatchObject({ lots: 50, ticks: 103, crosses: false });
    expect(moveOf(buys, 104, inside)?.crosses).toBe(true);
    expect(moveOf(sells, 102, inside)?.crosses).toBe(false);
    expect(moveOf(sells, 101, inside)?.crosses).toBe(true);
    expect(moveOf(buys, 200, { bid: null, ask: null })?.crosses).toBe(false);
  });
});
