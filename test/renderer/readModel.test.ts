import { beforeEach, describe, expect, it } from "vitest";
import { orderKey, type OrderDelta, type PendingOrder } from "../../renderer/app/orderEntry.ts";
import { ReadModel } from "../../renderer/app/readModel.ts";
import { TopicHub, type Topic } from "../../renderer/app/topics.ts";
import type { ClientOrderId, EpochUs, OrderId, Seq, TradeId } from "../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../shared/money.ts";
import type { PriceSource, TradeRow } from "../../shared/views.ts";
import { ALPHA, BRAVO, book, BTC, BTCUSD, frame, orderRow, snapshot, USD } from "./support/venue.ts";

const pending: PendingOrder = {
  pending: "sending",
  accountId: ALPHA,
  instrumentId: BTCUSD,
  side: "buy",
  orderType: "limit",
  timeInForce: "gtc",
  limitTicks: 6_500_000 as PriceTicks,
  lots: 100 as QtyLots,
  clientOrderId: 77 as ClientOrderId,
  sentMs: 0,
  sentSeq: 1 as Seq,
  enginePid: 1,
};

const trade = (id: number): TradeRow => ({
  tradeId: id as TradeId,
  instrumentId: BTCUSD,
  atUs: id as EpochUs,
  ticks: 6_500_000 as PriceTicks,
  lots: 1 as QtyLots,
  takerSide: "buy",
});

let model: ReadModel;
let deltas: OrderDelta[];
beforeEach(() => {
  model = new ReadModel(new TopicHub(), () => 0);
  deltas = [];
  model.onOrders((delta) => deltas.push(delta));
});

describe("frames", () => {
  it("are refused before the first snapshot and when they do not continue the sequence, and then change nothing", () => {
    expect(model.applyFrame(frame(0, 5, { books: [book([[1, 1]], [])] }))).toBe("gap");
    expect(model.applyFrame(snapshot(10))).toBe("applied");
    expect(model.applyFrame(frame(11, 12, { orders: [orderRow(12)] }))).toBe("gap");
    expect([model.seq, model.book(BTCUSD), model.orders.size]).toEqual([10, null, 0]);
    expect(model.applyFrame(frame(10, 12, { orders: [orderRow(12)] }))).toBe("applied");
    expect([model.seq, [...model.orders.keys()]]).toEqual([12, [12]]);
  });

  it("of a snapshot replace everything that was there, whatever their sequence", () => {
    model.applyFrame(
      snapshot(10, {
        orders: [orderRow(5)],
        trades: [trade(6)],
        books: [book([[1, 1]], [])],
        balances: [{ accountId: ALPHA, assetId: USD, total: 5 as Amount, held: 0 as Amount, available: 5 as Amount }],
      }),
    );
    expect(model.applyFrame(snapshot(4, { orders: [orderRow(3)] }))).toBe("applied");
    expect([model.seq, [...model.orders.keys()], model.recentTrades(BTCUSD), model.book(BTCUSD), model.balance(ALPHA, USD)]).toEqual([
      4,
      [3],
      [],
      null,
      null,
    ]);
    expect(deltas.at(-1)).toMatchObject({ reset: true, changed: [{ orderId: 3 }] });
  });

  it("of a snapshot keep where past bars come from until the engine says otherwise", () => {
    const source = (label: string): PriceSource => ({ instrumentId: BTCUSD, kind: "history", label, file: null, seed: null, shiftUs: 0 });
    model.applyFrame(snapshot(10, { sources: [source("btc.csv")] }));
    model.applyFrame(snapshot(12));
    expect(model.source(BTCUSD)?.label).toBe("btc.csv");
    model.applyFrame(frame(12, 13, { sources: [source("later.csv")] }));
    expect(model.source(BTCUSD)?.label).toBe("later.csv");
  });

  it("wake the topics they touch and no other", () => {
    model.applyFrame(snapshot(10));
    const woken: Topic[] = [];
    for (const topic of ["orders", "fills", "tickers", `book:${BTCUSD}`, `trades:${BTCUSD}`] as const)
      model.subscribe(topic, () => woken.push(topic));
    model.applyFrame(frame(10, 11, { books: [book([[1, 1]], [])], trades: [trade(11)] }));
    expect(woken.sort()).toEqual([`book:${BTCUSD}`, `trades:${BTCUSD}`]);
  });

  it("never drop a trade on its way to a listener, and keep a bounded tail", () => {
    model.applyFrame(snapshot(0));
    const heard: number[] = [];
    model.onTrades(BTCUSD, (rows) => heard.push(...rows.map((row) => row.tradeId)));
    for (let seq = 0; seq < 20_000; seq += 1_000) {
      model.applyFrame(frame(seq, seq + 1_000, { trades: Array.from({ length: 1_000 }, (_, i) => trade(seq + i + 1)) }));
    }
    expect(heard).toEqual(Array.from({ length: 20_000 }, (_, i) => i + 1));
    const kept = model.recentTrades(BTCUSD);
    expect(kept.length).toBeGreaterThanOrEqual(5_000);
    expect(kept.length).toBeLessThanOrEqual(6_000);
    expect(kept.at(-1)?.tradeId).toBe(20_000);
  });

  it("keep every open order however many closed ones leave the memory", () => {
    model.applyFrame(snapshot(0, { orders: [orderRow(1)] }));
    const closed = Array.from({ length: 25_000 }, (_, i) => orderRow(i + 2, { status: "filled", leavesLots: 0 as QtyLots }));
    model.applyFrame(frame(0, 30_000, { orders: closed }));
    expect(model.orders.size).toBe(20_001);
    expect(model.orders.has(1 as OrderId)).toBe(true);
    expect(deltas.at(-1)?.removed).toContain(2);
  });
});

describe("own accounts", () => {
  it("are those of the session's owner", () => {
    model.applyFrame(snapshot(1));
    model.setSession({
      session: "ui-1",
      owner: "desk",
      operator: true,
      venue: { mode: "simulated", name: "Venue" },
      users: [],
      user: null,
    });
    expect(model.ownAccounts().map((row) => row.accountId)).toEqual([ALPHA, BRAVO]);
    expect(model.asset(BTC)?.code).toBe("BTC");
  });
});

describe("a pending order", () => {
  beforeEach(() => {
    model.applyFrame(snapshot(1));
    model.addPending(pending);
  });

  it("shows at once and gives way to the engine's row of the same client order id", () => {
    expect(deltas.at(-1)).toEqual({ reset: false, changed: [pending], removed: [] });
    model.applyFrame(frame(1, 3, { orders: [orderRow(3, { clientOrderId: pending.clientOrderId })] }));
    expect([...model.orders.keys()]).toEqual([3]);
    expect(deltas.at(-1)?.removed).toEqual([orderKey(pending)]);
  });

  it("is not ended by an order of another account with the same client order id", () => {
    model.applyFrame(frame(1, 3, { orders: [orderRow(3, { clientOrderId: pending.clientOrderId, accountId: BRAVO })] }));
    expect([...model.orders.keys()]).toEqual([orderKey(pending), 3]);
  });

  it("gives way to its denial, which keeps a row of its own", () => {
    model.applyFrame(frame(1, 3, { orders: [orderRow(3, { clientOrderId: pending.clientOrderId, orderId: null, status: "denied" })] }));
    expect([...model.orders.keys()]).toEqual(["d3"]);
  });

  it("becomes unknown when the connection drops, survives a snapshot, and only an event ends it", () => {
    expect(model.markPendingUnknown()).toMatchObject([{ clientOrderId: 77, pending: "unknown" }]);
    model.applyFrame(snapshot(2));
    expect(model.pendingOrders()).toMatchObject([{ pending: "unknown" }]);
    model.applyFrame(snapshot(9, { orders: [orderRow(5, { clientOrderId: pending.clientOrderId })] }));
    expect([...model.orders.keys()]).toEqual([5]);
  });

  it("is not removed under a key that belongs to an engine's row", () => {
    model.applyFrame(frame(1, 3, { orders: [orderRow(3)] }));
    model.removePending(3 as OrderId);
    expect(model.orders.has(3 as OrderId)).toBe(true);
  });
});

describe("a cancel in flight", () => {
  it("marks the row until the order is closed or the connection drops", () => {
    model.applyFrame(snapshot(5, { orders: [orderRow(3), orderRow(4)] }));
    model.setCancelling(3 as OrderId, true);
    model.setCancelling(4 as OrderId, true);
    expect([model.isCancelling(3 as OrderId), deltas.at(-1)?.changed]).toMatchObject([true, [{ orderId: 4 }]]);
    model.applyFrame(frame(5, 6, { orders: [orderRow(3, { status: "cancelled", leavesLots: 0 as QtyLots })] }));
    expect(model.isCancelling(3 as OrderId)).toBe(false);
    model.markPendingUnknown();
    expect(model.isCancelling(4 as OrderId)).toBe(false);
  });
});
