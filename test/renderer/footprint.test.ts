import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dominance, fittingStep, Footprint, rowsOf } from "../../renderer/features/footprint/footprintModel.ts";
import { everyTrade, tapeRows } from "../../renderer/features/tape/tapeRows.ts";
import type { EpochUs, InstrumentId, TradeId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { Side } from "../../shared/orders.ts";
import type { TradeRow } from "../../shared/views.ts";

let lastId = 0;
function trade(atSeconds: number, takerSide: Side, ticks: number, lots: number): TradeRow {
  lastId += 1;
  return {
    tradeId: lastId as TradeId,
    instrumentId: 1 as InstrumentId,
    atUs: Math.round(atSeconds * 1_000_000) as EpochUs,
    ticks: ticks as PriceTicks,
    lots: lots as QtyLots,
    takerSide,
  };
}

const anyTrades = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom<Side>("buy", "sell"),
      fc.integer({ min: 90, max: 110 }),
      fc.integer({ min: 1, max: 50 }),
    ),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) => {
    let at = 0;
    return rows.map(([gap, side, ticks, lots]) => trade((at += gap), side, ticks, lots));
  });

describe("footprint", () => {
  it("puts what sellers hit and what buyers lifted at each price of each bar", () => {
    const footprint = new Footprint(60);
    footprint.take([trade(0, "buy", 100, 5), trade(10, "sell", 100, 2), trade(59.9, "buy", 103, 1), trade(60, "sell", 101, 9)], true);
    const [first, second] = footprint.bars;
    expect(first).toMatchObject({ openUs: 0, open: 100, high: 103, low: 100, close: 103, volume: 8, delta: 4 });
    expect(Object.fromEntries(first?.cells ?? [])).toEqual({ 100: { bought: 5, sold: 2 }, 103: { bought: 1, sold: 0 } });
    expect(second).toMatchObject({ openUs: 60_000_000, delta: -9, cumulative: { open: 4, high: 4, low: -5, close: -5 } });
    expect([...rowsOf(first ?? footprint.bars[0]!, 5).entries()]).toEqual([[20, { bought: 6, sold: 2 }]]);
  });

  it("loses no lot: cells, volumes and the running delta add up, page by page or at once (property)", () => {
    fc.assert(
      fc.property(anyTrades, fc.nat(), (trades, cut) => {
        const whole = new Footprint(15);
        whole.take(trades, true);
        const paged = new Footprint(15);
        const at = cut % trades.length;
        paged.take(trades.slice(0, at), true);
        paged.take(trades.slice(at), false);
        expect(paged.bars).toEqual(whole.bars);
        const signed = trades.reduce((sum, { takerSide, lots }) => (takerSide === "buy" ? sum + lots : sum - lots), 0);
        expect(whole.bars.at(-1)?.cumulative.close).toBe(signed);
        const all = trades.reduce((sum, { lots }) => sum + lots, 0);
        expect(whole.bars.reduce((sum, { volume }) => sum + volume, 0)).toBe(all);
        const cells = whole.bars.flatMap((bar) => [...rowsOf(bar, 7).values()]);
        expect(cells.reduce((sum, { bought, sold }) => sum + bought + sold, 0)).toBe(all);
      }),
      { seed: 20_261_128 },
    );
  });

  it("names the side that dominates a cell only where it is worth it", () => {
    expect(dominance({ bought: 9, sold: 3 }, 20)).toBe("bought");
    expect(dominance({ bought: 8, sold: 3 }, 20)).toBeNull();
    expect(dominance({ bought: 0, sold: 5 }, 20)).toBe("sold");
    expect(dominance({ bought: 1, sold: 0 }, 20)).toBeNull();
  });

  it("fits the prices of the bars on view into the rows", () => {
    const footprint = new Footprint(60);
    footprint.take([trade(0, "buy", 1_000, 1), trade(1, "buy", 1_400, 1)], true);
    expect(fittingStep(footprint.bars, 401)).toBe(1);
    expect(fittingStep(footprint.bars, 41)).toBe(10);
    expect(fittingStep([], 10)).toBe(1);
  });
});

describe("filters of the tape", () => {
  const sweep = [
    trade(1, "buy", 100, 5),
    trade(1, "buy", 101, 6),
    trade(1, "sell", 99, 1),
    trade(2, "sell", 98, 2),
    trade(2.5, "sell", 98, 30),
  ];

  it("sum up what one incoming order traded, and tell the last price it reached", () => {
    const rows = tapeRows(sweep, { leastLots: 0, byOrder: true });
    expect(rows.map(({ ticks, lots, ids }) => [ticks, lots, ids.length])).toEqual([
      [101, 11, 2],
      [99, 1, 1],
      [98, 2, 1],
      [98, 30, 1],
    ]);
    expect(rows[0]?.tradeId).toBe(sweep[1]?.tradeId);
  });

  it("leave out small lines, sums counting as what they sum up to", () => {
    expect(tapeRows(sweep, { leastLots: 10, byOrder: true }).map(({ lots }) => lots)).toEqual([11, 30]);
    expect(tapeRows(sweep, { leastLots: 10, byOrder: false }).map(({ lots }) => lots)).toEqual([30]);
    expect(tapeRows(sweep, everyTrade)).toHaveLength(5);
  });
});
