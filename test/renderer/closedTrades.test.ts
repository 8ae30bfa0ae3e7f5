import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { ClosedTrades } from "../../renderer/features/blotters/closedTrades.ts";
import type { FillRow } from "../../shared/views.ts";
import { ALPHA, BTCUSD } from "./support/venue.ts";

let id = 0;
function fill(side: "buy" | "sell", lots: number, ticks: number, fee = 0): FillRow {
  id += 1;
  return {
    tradeId: id,
    orderId: id,
    accountId: ALPHA,
    instrumentId: BTCUSD,
    atUs: id,
    side,
    ticks,
    lots,
    fee,
    notional: ticks * lots,
    liquidity: "taker",
  } as unknown as FillRow;
}

describe("closed profits", () => {
  it("come of what a fill takes off, at the average cost of what was there", () => {
    const closed = new ClosedTrades(() => 1);
    expect(closed.add([fill("buy", 10, 100), fill("buy", 30, 120)])).toEqual([]);
    const [first] = closed.add([fill("sell", 20, 130, 8)]);
    expect(first).toMatchObject({ was: "long", lots: 20, entryTicks: 115, exitTicks: 130, profit: 300, fee: 8 });
    // The rest is closed and the position turned: only what was closed made something.
    const [second] = closed.add([fill("sell", 50, 110, 10)]);
    expect(second).toMatchObject({ was: "long", lots: 20, entryTicks: 115, profit: -100, fee: 4 });
    const [third] = closed.add([fill("buy", 30, 100)]);
    expect(third).toMatchObject({ was: "short", lots: 30, entryTicks: 110, profit: 300 });
  });

  it("and what is still open add up to the cash that went in and out", () => {
    const fills = fc.array(
      fc.record({ isBuy: fc.boolean(), lots: fc.integer({ min: 1, max: 50 }), ticks: fc.integer({ min: 1, max: 500 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(fills, (steps) => {
        const rows = steps.map(({ isBuy, lots, ticks }) => fill(isBuy ? "buy" : "sell", lots, ticks));
        const last = fill("buy", 1, 250);
        const closed = new ClosedTrades(() => 1);
        const profit = closed.add(rows).reduce((sum, trade) => sum + trade.profit, 0);
        const net = rows.reduce((sum, { side, lots }) => sum + (side === "buy" ? lots : 0 - lots), 0);
        const cash = rows.reduce((sum, { side, lots, ticks }) => sum + (side === "buy" ? 0 - lots : lots) * ticks, 0);
        // Close what is left at one price: all profits together are then all the cash.
        const rest = net === 0 ? [] : closed.add([{ ...last, side: net > 0 ? "sell" : "buy", lots: Math.abs(net) as FillRow["lots"] }]);
        const all = profit + rest.reduce((sum, trade) => sum + trade.profit, 0);
        expect(Math.abs(all - (cash + net * 250))).toBeLessThanOrEqual(rows.length + 1);
      }),
    );
  });
});
