import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import {
  balancesInUse,
  balanceTotals,
  cancelScope,
  FillTotals,
  notionalOf,
  openOrders,
  orderStatusView,
  positionTotals,
} from "../../renderer/features/blotters/blotterModel.ts";
import { termsText, typeText } from "../../renderer/features/blotters/orderTerms.ts";
import { cancelReasonText } from "../../renderer/app/orderText.ts";
import type { OrderEntry, PendingOrder } from "../../renderer/app/orderEntry.ts";
import type { Instrument } from "../../shared/catalog.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq, TradeId } from "../../shared/ids.ts";
import { MAX_AMOUNT, MAX_LOTS, MAX_TICKS, type Amount, type PriceTicks, type QtyLots } from "../../shared/money.ts";
import type { OrderValues } from "../../shared/orderForms.ts";
import { cancelReasons, orderStatuses, type OrderStatus, type Side } from "../../shared/orders.ts";
import type { BalanceRow, FillRow, OrderRow, PositionRow } from "../../shared/views.ts";

const USD = 1 as AssetId;
const ALPHA = 11 as AccountId;
const BETA = 12 as AccountId;

function instrument(id: number, over: Partial<Instrument> = {}): Instrument {
  return {
    instrumentId: id as InstrumentId,
    symbol: id === 1 ? "BTC/USD" : "ETH/USD",
    baseAssetId: (id + 1) as AssetId,
    quoteAssetId: USD,
    tickSize: "0.01",
    lotSize: "0.00001",
    baseUnitsPerLot: 1_000,
    quoteUnitsPerTickLot: 3,
    minLots: 1,
    maxLots: MAX_LOTS,
    marketMaxLots: MAX_LOTS,
    minNotional: 1 as Amount,
    priceBandPpm: 100_000,
    maxNotional: null,
    marketMaxNotional: null,
    maxOpenOrders: null,
    staticBandPpm: null,
    dynamicBandPpm: null,
    volatilityAuctionUs: 1,
    initialPhase: "continuous",
    makerFeePpm: 0,
    takerFeePpm: 0,
    venueId: null,
    product: "spot",
    pairType: "tokenFiat",
    ...over,
  };
}

const instruments = new Map([1, 2].map((id) => [id as InstrumentId, instrument(id)]));
const instrumentOf = (id: InstrumentId): Instrument | undefined => instruments.get(id);

function order(id: number, status: OrderStatus, over: Partial<OrderRow> = {}): OrderRow {
  return {
    orderId: status === "denied" ? null : (id as OrderId),
    seq: id as Seq,
    accountId: ALPHA,
    instrumentId: 1 as InstrumentId,
    clientOrderId: id as ClientOrderId,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: 100 as PriceTicks,
    triggerTicks: null,
    lots: 10 as QtyLots,
    filledLots: 0 as QtyLots,
    leavesLots: 10 as QtyLots,
    averageTicks: null,
    status,
    cancelReason: null,
    refusal: null,
    actor: "desk",
    createdUs: id as EpochUs,
    updatedUs: id as EpochUs,
    ...over,
  };
}

function pending(id: number, state: PendingOrder["pending"]): PendingOrder {
  return {
    pending: state,
    clientOrderId: id as ClientOrderId,
    sentMs: 1,
    sentSeq: 0 as Seq,
    enginePid: null,
    accountId: ALPHA,
    instrumentId: 1 as InstrumentId,
    side: "sell",
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: 100 as PriceTicks,
    lots: 10 as QtyLots,
  };
}

describe("order status", () => {
  it("gives every state a form and a word of its own", () => {
    const views = [
      ...orderStatuses.map((status) => orderStatusView(order(1, status, { filledLots: 4 as QtyLots }), { isCancelling: false })),
      orderStatusView(pending(1, "sending"), { isCancelling: false }),
      orderStatusView(pending(1, "unknown"), { isCancelling: false }),
    ];
    expect(new Set(views.map((view) => view.shape)).size).toBe(views.length);
    expect(views.map((view) => view.text)).toEqual([
      "Working",
      "Partial 40%",
      "Filled",
      "Cancelled",
      "Cancelled 40%",
      "Denied",
      "Sending",
      "Unknown",
    ]);
  });

  it("CN-20 tells a stop that is held here from an order that works at the venue", () => {
    expect(orderStatusView(order(1, "working"), { isCancelling: false, isHeld: true }).text).toBe("Held here");
    expect(orderStatusView(order(1, "working"), { isCancelling: true, isHeld: true }).text).toBe("Cancelling");
  });

  it("CN-19 tells an order that was replaced from one that was cancelled", () => {
    const replaced = order(1, "partiallyCancelled", { filledLots: 4 as QtyLots, cancelReason: "replaced" });
    expect(orderStatusView(replaced, { isCancelling: false }).text).toBe("Replaced 40%");
    expect(orderStatusView(order(1, "cancelled", { cancelReason: "replaced" }), { isCancelling: false }).text).toBe("Replaced");
    expect(orderStatusView(order(1, "cancelled", { cancelReason: "user" }), { isCancelling: false }).text).toBe("Cancelled");
  });

  it("shows a cancel under way as not yet real", () => {
    expect(orderStatusView(order(1, "working"), { isCancelling: true })).toEqual({ shape: "hollow", text: "Cancelling", share: 0 });
    expect(orderStatusView(order(1, "filled", { filledLots: 10 as QtyLots }), { isCancelling: true }).text).toBe("Filled");
  });

  it("never rounds a partial fill to nothing or to all", () => {
    const share = (filled: number): string =>
      orderStatusView(order(1, "partiallyFilled", { lots: 1_000 as QtyLots, filledLots: filled as QtyLots }), { isCancelling: false }).text;
    expect([share(1), share(999), share(500)]).toEqual(["Partial 1%", "Partial 99%", "Partial 50%"]);
  });

  it("has words for every reason to cancel", () => {
    expect(new Set(cancelReasons.map(cancelReasonText)).size).toBe(cancelReasons.length);
  });
});

describe("cancel scope", () => {
  const entries: readonly OrderEntry[] = [
    order(1, "working", { leavesLots: 10 as QtyLots }),
    order(2, "partiallyFilled", { side: "sell", filledLots: 4 as QtyLots, leavesLots: 6 as QtyLots, accountId: BETA }),
    order(3, "working", { instrumentId: 2 as InstrumentId, limitTicks: 7 as PriceTicks, leavesLots: 1 as QtyLots, accountId: BETA }),
    order(4, "filled"),
    order(5, "cancelled"),
    order(6, "denied"),
    pending(7, "sending"),
    order(8, "working", { side: "sell", orderType: "stop", limitTicks: null, triggerTicks: 5 as PriceTicks, leavesLots: 1 as QtyLots }),
  ];

  it("BL-3 counts only what can still trade, with what is left of it", () => {
    expect(cancelScope(entries, instrumentOf)).toEqual({
      orders: 4,
      unpriced: { buy: 0, sell: 1 },
      accounts: [
        { accountId: ALPHA, orders: 2 },
        { accountId: BETA, orders: 2 },
      ],
      notional: [{ assetId: USD, buy: 3n * (100n * 10n + 7n), sell: 3n * 100n * 6n }],
    });
  });

  it("narrows to an account and an instrument", () => {
    const ids = (account: AccountId | "all", instrumentId: InstrumentId | null): (number | null)[] =>
      openOrders(entries, account, instrumentId).map((row) => row.orderId);
    expect(ids("all", null)).toEqual([1, 2, 3, 8]);
    expect(ids(BETA, null)).toEqual([2, 3]);
    expect(ids(BETA, 1 as InstrumentId)).toEqual([2]);
    expect(ids(ALPHA, 2 as InstrumentId)).toEqual([]);
  });

  it("keeps values exact at the largest price and quantity", () => {
    expect(notionalOf(instrument(1), MAX_TICKS, MAX_LOTS)).toBe(3n * BigInt(MAX_TICKS) * BigInt(MAX_LOTS));
  });
});

describe("totals", () => {
  const balance = fc
    .record({
      accountId: fc.integer({ min: 1, max: 5 }),
      assetId: fc.integer({ min: 1, max: 3 }),
      total: fc.nat(MAX_AMOUNT),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ accountId, assetId, total, share }): BalanceRow => {
      const held = Math.floor(total * share);
      return {
        accountId: accountId as AccountId,
        assetId: assetId as AssetId,
        total: total as Amount,
        held: held as Amount,
        available: (total - held) as Amount,
      };
    });

  it("adds balances up without loss beyond the safe integers: total = held + available", () => {
    fc.assert(
      fc.property(fc.array(balance, { maxLength: 40 }), (rows) => {
        const totals = balanceTotals(rows);
        expect(totals.map((row) => row.assetId)).toEqual([...new Set(rows.map((row) => row.assetId))].sort((a, b) => a - b));
        for (const row of totals) expect(row.held + row.available).toBe(row.total);
        const everything = rows.reduce((sum, row) => sum + BigInt(row.total), 0n);
        expect(totals.reduce((sum, row) => sum + row.total, 0n)).toBe(everything);
      }),
    );
  });

  it("leaves out assets that no account has any of, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(balance, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (rows, emptied) => {
        const some = rows.map((row) => (row.assetId === emptied ? { ...row, total: 0 as Amount } : row));
        const held = new Set(some.filter(({ total }) => total > 0).map(({ assetId }) => assetId));
        expect(balancesInUse(some)).toEqual(some.filter(({ assetId }) => held.has(assetId)));
      }),
    );
  });

  it("nets positions by instrument, and profit by quote asset", () => {
    const position = (accountId: AccountId, id: number, netLots: number, realised: number, unrealised: number): PositionRow => ({
      accountId,
      instrumentId: id as InstrumentId,
      netLots,
      averageTicks: null,
      markTicks: null,
      realised: realised as Amount,
      unrealised: unrealised as Amount,
    });
    expect(
      positionTotals([position(ALPHA, 1, 5, 10, -3), position(BETA, 1, -8, -4, 1), position(BETA, 2, 1, 0, 100)], instrumentOf),
    ).toEqual([
      { instrumentId: 1, quoteAssetId: USD, netLots: -3, realised: 6n, unrealised: -2n },
      { instrumentId: 2, quoteAssetId: USD, netLots: 1, realised: 0n, unrealised: 100n },
      { instrumentId: null, quoteAssetId: USD, netLots: null, realised: 6n, unrealised: 98n },
    ]);
  });

  it("adds fills one by one, of one account or all", () => {
    const fill = (id: number, side: Side, accountId: AccountId, notional: number, fee: number): FillRow => ({
      tradeId: id as TradeId,
      orderId: id as OrderId,
      accountId,
      instrumentId: 1 as InstrumentId,
      atUs: id as EpochUs,
      side,
      liquidity: "taker",
      ticks: 1 as PriceTicks,
      lots: 1 as QtyLots,
      notional: notional as Amount,
      fee: fee as Amount,
    });
    const totals = new FillTotals();
    totals.add([fill(1, "buy", ALPHA, MAX_AMOUNT, 1), fill(2, "sell", BETA, 5, 2)], "all", instrumentOf);
    totals.add([fill(3, "buy", ALPHA, MAX_AMOUNT, 3)], "all", instrumentOf);
    expect(totals.rows).toEqual([{ quoteAssetId: USD, fills: 3, bought: 2n * BigInt(MAX_AMOUNT), sold: 5n, fees: 6n }]);
    totals.clear();
    totals.add([fill(1, "buy", ALPHA, 7, 1), fill(2, "sell", BETA, 5, 2)], BETA, instrumentOf);
    expect(totals.rows).toEqual([{ quoteAssetId: USD, fills: 1, bought: 0n, sold: 5n, fees: 2n }]);
  });
});

describe("SC-10 an order by its name", () => {
  const special = { postOnly: null, reduceOnly: false, peg: null, displayLots: null, list: null } as const;
  const entry = { kind: "bracket", part: "entry", profitTicks: 110 as PriceTicks, stopTicks: 95 as PriceTicks } as const;
  const named: [string, OrderEntry, string, string][] = [
    ["plain", order(1, "working"), "Limit GTC", ""],
    [
      "post-only",
      order(1, "working", { special: { ...special, postOnly: "reject" } }),
      "Post-only GTC",
      "Post-only: Refuse if it would trade",
    ],
    [
      "iceberg",
      order(1, "working", { special: { ...special, displayLots: 5 as QtyLots, postOnly: "reprice" } }),
      "Iceberg GTC",
      "Post-only: Move to the nearest price · Shown: 0.00005",
    ],
    [
      "bracket's entry",
      order(1, "working", { special: { ...special, list: entry } }),
      "Limit GTC · Bracket",
      "exits once filled: profit at 1.10, stop at 0.95",
    ],
    ["bracket's entry that is done", order(1, "filled", { special: { ...special, list: entry } }), "Limit GTC · Bracket", ""],
    [
      "bracket's exit",
      order(1, "working", { orderType: "stop", special: { ...special, list: { kind: "bracket", part: "exit" } } }),
      "Stop GTC · Bracket",
      "",
    ],
    ["on its way", { ...pending(1, "sending"), values: { form: "postOnly" } as OrderValues }, "Post-only GTC", ""],
  ];
  it.each(named)("SC-10 %s", (_, row, type, terms) => {
    expect(typeText(row)).toBe(type);
    expect(termsText(row, instrument(1))).toBe(terms);
  });
});
