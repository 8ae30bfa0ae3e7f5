import { describe, expect, it } from "vitest";
import { OpenOrders, type OrderLevel } from "../../renderer/app/openOrders.ts";
import type { OrderEntry, PendingOrder } from "../../renderer/app/orderEntry.ts";
import { fillMarks, labelledPlaces, MAX_FILL_MARKS, MAX_ORDER_MARKS, orderMarks } from "../../renderer/features/chart/chartMarks.ts";
import { barTimeText, chartSeconds, venueUs } from "../../renderer/features/chart/chartOptions.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq, TradeId } from "../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../shared/money.ts";
import type { Side } from "../../shared/orders.ts";
import type { FillRow, OrderRow } from "../../shared/views.ts";

const BTC = 1 as InstrumentId;
const ALPHA = 11 as AccountId;
const BETA = 12 as AccountId;
const everything = { instrumentId: BTC, accountId: "all" as const };
const minute = (us: number): number => Math.floor(us / 60) * 60;

function fill(id: number, atUs: number, side: Side, ticks: number, lots: number, over: Partial<FillRow> = {}): FillRow {
  return {
    tradeId: id as TradeId,
    orderId: id as OrderId,
    accountId: ALPHA,
    instrumentId: BTC,
    atUs: atUs as EpochUs,
    side,
    liquidity: "taker",
    ticks: ticks as PriceTicks,
    lots: lots as QtyLots,
    notional: 1 as Amount,
    fee: 0 as Amount,
    ...over,
  };
}

function order(id: number, side: Side, ticks: number | null, leaves: number, over: Partial<OrderRow> = {}): OrderRow {
  return {
    orderId: id as OrderId,
    seq: id as Seq,
    accountId: ALPHA,
    instrumentId: BTC,
    clientOrderId: id as ClientOrderId,
    side,
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: ticks as PriceTicks | null,
    triggerTicks: null,
    lots: leaves as QtyLots,
    filledLots: 0 as QtyLots,
    leavesLots: leaves as QtyLots,
    averageTicks: null,
    status: "working",
    cancelReason: null,
    refusal: null,
    actor: "desk",
    createdUs: id as EpochUs,
    updatedUs: id as EpochUs,
    ...over,
  };
}

function levelsOf(orders: readonly OrderEntry[], account: AccountId | "all" = "all"): Iterable<OrderLevel> {
  const open = new OpenOrders();
  for (const entry of orders) open.change(undefined, entry);
  return open.levels(account, BTC);
}

describe("fills on the chart", () => {
  it("become one mark a bar and side, with the sum of their quantities", () => {
    const fills = [fill(1, 61, "buy", 100, 1), fill(2, 62, "sell", 90, 5), fill(3, 119, "buy", 106, 2), fill(4, 120, "buy", 50, 1)];
    expect(fillMarks(fills, everything, minute)).toEqual([
      { openUs: 60, side: "buy", lots: 3 },
      { openUs: 60, side: "sell", lots: 5 },
      { openUs: 120, side: "buy", lots: 1 },
    ]);
  });

  it("of other instruments and accounts are left out, and the newest are kept when there are many", () => {
    const strangers = [fill(1, 1, "buy", 1, 1, { instrumentId: 2 as InstrumentId }), fill(2, 1, "buy", 1, 1, { accountId: BETA })];
    expect(fillMarks(strangers, { instrumentId: BTC, accountId: ALPHA }, minute)).toEqual([]);
    const bars = Array.from({ length: MAX_FILL_MARKS + 50 }, (_, index) => index * 60);
    const many = bars.flatMap((atUs) => [fill(atUs + 1, atUs, "buy", 1, 1), fill(atUs + 2, atUs + 1, "buy", 1, 2)]);
    const marks = fillMarks(many, everything, minute);
    expect([marks.length, marks[0]?.openUs, marks.at(-1)?.openUs]).toEqual([MAX_FILL_MARKS, 50 * 60, (MAX_FILL_MARKS + 49) * 60]);
    expect(new Set(marks.map((mark) => mark.lots))).toEqual(new Set([3]));
  });
});

describe("quantities beside the fills", () => {
  it("are written from the newest back, only where they do not touch, both sides of a bar alike", () => {
    expect([...labelledPlaces([1, 2, 6, 9, 9, 10, 15, 15], 5, 40)]).toEqual([15, 10, 2]);
    expect([...labelledPlaces([1, 2, 6, 9, 9, 10, 15, 15], 5, 2)]).toEqual([15, 10]);
    expect([...labelledPlaces([1, 2, 3], 0.5, 40)]).toEqual([3, 2, 1]);
    expect(labelledPlaces([], 5, 40).size).toBe(0);
  });
});

describe("orders on the chart", () => {
  it("of waiting stops stand where they would fire, apart from limits at the same price", () => {
    const stop = order(1, "sell", 90, 3, { orderType: "stopLimit", triggerTicks: 95 as PriceTicks });
    const { marks } = orderMarks(levelsOf([stop, order(2, "sell", 95, 1)]), null);
    expect(marks.map(({ kind, ticks, leavesLots }) => ({ kind, ticks, leavesLots }))).toEqual([
      { kind: "stop", ticks: 95, leavesLots: 3 },
      { kind: "limit", ticks: 95, leavesLots: 1 },
    ]);
  });

  it("become one line a price and side, with what is open of them", () => {
    const pending: PendingOrder = {
      pending: "sending",
      clientOrderId: 9 as ClientOrderId,
      sentMs: 1,
      sentSeq: 0 as Seq,
      enginePid: null,
      accountId: ALPHA,
      instrumentId: BTC,
      side: "sell",
      orderType: "limit",
      timeInForce: "gtc",
      limitTicks: 120 as PriceTicks,
      lots: 4 as QtyLots,
    };
    const entries: OrderEntry[] = [
      order(1, "buy", 100, 3),
      order(2, "buy", 100, 2, { status: "partiallyFilled", accountId: BETA }),
      order(3, "buy", 101, 0, { status: "filled" }),
      order(4, "buy", null, 1),
      order(5, "sell", 100, 7, { instrumentId: 2 as InstrumentId }),
      pending,
    ];
    expect(orderMarks(levelsOf(entries), null)).toEqual({
      marks: [
        { kind: "limit", side: "sell", ticks: 120, leavesLots: 4, orders: 1, pending: true },
        { kind: "limit", side: "buy", ticks: 100, leavesLots: 5, orders: 2, pending: false },
      ],
      leftOut: 0,
    });
    expect(orderMarks(levelsOf(entries, BETA), null).marks).toEqual([
      { kind: "limit", side: "buy", ticks: 100, leavesLots: 2, orders: 1, pending: false },
    ]);
  });

  it("keep the lines nearest to the market when there are too many, and say how many are missing", () => {
    const entries = Array.from({ length: MAX_ORDER_MARKS + 7 }, (_, index) => order(index + 1, "buy", 1_000 - index, 1));
    const { marks, leftOut } = orderMarks(levelsOf(entries), 1_000);
    expect([marks.length, marks[0]?.ticks, marks.at(-1)?.ticks, leftOut]).toEqual([MAX_ORDER_MARKS, 1_000, 1_001 - MAX_ORDER_MARKS, 7]);
  });
});

describe("times on the chart", () => {
  const us = Date.UTC(2026, 10, 22, 16, 30) * 1_000;

  it("are local times of the zone, and turn back into venue time", () => {
    expect(barTimeText(chartSeconds(us, "utc"), 60)).toBe("2026-11-22 16:30");
    expect(barTimeText(chartSeconds(us, "hongKong"), 60)).toBe("2026-11-23 00:30");
    expect(venueUs(chartSeconds(us, "hongKong"), "hongKong")).toBe(us);
    expect(venueUs(chartSeconds(us, "utc"), "utc")).toBe(us);
  });

  it("show seconds for short bars and no time of day for daily ones", () => {
    expect(barTimeText(chartSeconds(us, "utc"), 5)).toBe("2026-11-22 16:30:00");
    expect(barTimeText(chartSeconds(us, "utc"), 86_400)).toBe("2026-11-22");
  });
});
