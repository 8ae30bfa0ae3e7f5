import { unreachable } from "../../../shared/assert.ts";
import type { Instrument } from "../../../shared/catalog.ts";
import { feeAssetOf } from "../../../shared/fees.ts";
import type { AccountId, AssetId, InstrumentId, OrderId } from "../../../shared/ids.ts";
import type { Side } from "../../../shared/orders.ts";
import type { BalanceRow, FillRow, OrderRow, PositionRow } from "../../../shared/views.ts";
import type { RouteStanding } from "../../../shared/venueReports.ts";
import { isOpen, isPending, type OrderEntry } from "../../app/orderEntry.ts";
import type { OrderTally } from "../../app/openOrders.ts";
import { TickLots } from "../../app/tickLots.ts";
import { rowTexts } from "./rowTexts.ts";

/** Sums and words of the blotters. Money is added up as bigint: sums over accounts may exceed a safe integer. */

/** Form of the mark that stands before a status; form and word carry the meaning, colour only repeats it. */
type StatusShape = "hollow" | "hatched" | "dot" | "bar" | "full" | "cross" | "barCross" | "denied";

export type OrderStatusView = {
  readonly shape: StatusShape;
  readonly text: string;
  /** Filled part of the order, 0 to 1, for the bar. */
  readonly share: number;
};

/** What the window knows of an order beside its row. */
type Beside = {
  readonly isCancelling: boolean;
  /** Held by this terminal, not by the venue (CN-20). */
  readonly isHeld?: boolean;
};

export function orderStatusView(entry: OrderEntry, { isCancelling, isHeld = false }: Beside): OrderStatusView {
  const { status } = rowTexts;
  if (isPending(entry))
    return entry.pending === "sending"
      ? { shape: "hollow", text: status.sending, share: 0 }
      : { shape: "hatched", text: status.unknown, share: 0 };
  const share = entry.lots === 0 ? 0 : entry.filledLots / entry.lots;
  if (isHeld && !isCancelling) return { shape: "dot", text: status.heldHere, share };
  const there = isOpen(entry) ? routeView(entry.route?.standing ?? "working", share) : null;
  if (there !== null) return there;
  switch (entry.status) {
    case "working":
      return isCancelling ? { shape: "hollow", text: status.cancelling, share } : { shape: "dot", text: status.working, share };
    case "partiallyFilled":
      return isCancelling
        ? { shape: "hollow", text: status.cancelling, share }
        : { shape: "bar", text: rowTexts.partly(percent(share)), share };
    case "filled":
      return { shape: "full", text: status.filled, share };
    case "cancelled":
      return { shape: "cross", text: isReplaced(entry) ? status.replaced : status.cancelled, share };
    case "partiallyCancelled":
      return {
        shape: "barCross",
        text: isReplaced(entry) ? rowTexts.replacedAfter(percent(share)) : rowTexts.cancelledAfter(percent(share)),
        share,
      };
    case "denied":
      return { shape: "denied", text: status.denied, share };
    default:
      return unreachable(entry.status);
  }
}

/** CN-19: it came off the venue for another order; one that was not sent then has a refusal. */
function isReplaced({ cancelReason, refusal }: OrderRow): boolean {
  return cancelReason === "replaced" && refusal === null;
}

/** What an open order's standing at an outside venue has to say that its own state has not; null for nothing. */
function routeView(standing: RouteStanding, share: number): OrderStatusView | null {
  const { status } = rowTexts;
  if (standing === "sent") return { shape: "hollow", text: status.sending, share };
  if (standing === "unknown") return { shape: "hatched", text: status.unknown, share };
  return standing === "cancelSent" ? { shape: "hollow", text: status.cancelling, share } : null;
}

/** Whole per cent, never 0 or 100 while something but not all is filled. */
function percent(share: number): string {
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))}%`;
}

/** Value of a quantity at a price in quote units, exact. */
export function notionalOf(instrument: Pick<Instrument, "quoteUnitsPerTickLot">, ticks: number, lots: number): bigint {
  return BigInt(ticks) * BigInt(lots) * BigInt(instrument.quoteUnitsPerTickLot);
}

type InstrumentLookup = (id: InstrumentId) => Instrument | undefined;

/** What is open by quote asset, in that asset's units and in order of asset; orders without a limit have no value, and are counted. */
export type OpenValue = {
  readonly notional: readonly { readonly assetId: AssetId; readonly buy: bigint; readonly sell: bigint }[];
  readonly unpriced: Readonly<Record<Side, number>>;
};

/** What a cancel would hit. */
export type CancelScope = OpenValue & {
  readonly orders: number;
  /** In order of account id. */
  readonly accounts: readonly { readonly accountId: AccountId; readonly orders: number }[];
};

export type OpenOrder = OrderRow & { readonly orderId: OrderId };

/** Open orders among `entries` of one account or all, and of one instrument or (null) all. */
export function openOrders(
  entries: Iterable<OrderEntry>,
  account: AccountId | "all",
  instrumentId: InstrumentId | null,
): readonly OpenOrder[] {
  const open: OpenOrder[] = [];
  for (const entry of entries) {
    if (!isOpen(entry)) continue;
    if (account !== "all" && entry.accountId !== account) continue;
    if (instrumentId !== null && entry.instrumentId !== instrumentId) continue;
    open.push(entry);
  }
  return open;
}

/** How many orders there are, how many of them can be cancelled, and what is open. */
export type OpenSums = OpenValue & {
  readonly all: number;
  readonly open: number;
  readonly cancellable: number;
};

export function openSums(tallies: Iterable<OrderTally>, instrumentOf: InstrumentLookup): OpenSums {
  const sums = { all: 0, open: 0, cancellable: 0 };
  const unpriced = { buy: 0, sell: 0 };
  const notional = new Map<AssetId, { buy: bigint; sell: bigint }>();
  for (const { instrumentId, all, buy, sell } of tallies) {
    const open = buy.open + sell.open;
    sums.all += all;
    sums.cancellable += open;
    sums.open += open + buy.pending + sell.pending;
    unpriced.buy += buy.unpriced;
    unpriced.sell += sell.unpriced;
    const instrument = instrumentOf(instrumentId);
    if (instrument === undefined || open === 0) continue;
    const { quoteAssetId, quoteUnitsPerTickLot } = instrument;
    const sum = notional.get(quoteAssetId) ?? { buy: 0n, sell: 0n };
    sum.buy += buy.value.value(quoteUnitsPerTickLot);
    sum.sell += sell.value.value(quoteUnitsPerTickLot);
    notional.set(quoteAssetId, sum);
  }
  return { ...sums, unpriced, notional: [...notional].sort(([a], [b]) => a - b).map(([assetId, sum]) => ({ assetId, ...sum })) };
}

export function cancelScope(entries: Iterable<OrderEntry>, instrumentOf: InstrumentLookup): CancelScope {
  const accounts = new Map<AccountId, number>();
  const byInstrument = new Map<InstrumentId, { readonly buy: TickLots; readonly sell: TickLots }>();
  const unpriced = { buy: 0, sell: 0 };
  let orders = 0;
  for (const entry of entries) {
    if (!isOpen(entry)) continue;
    orders += 1;
    accounts.set(entry.accountId, (accounts.get(entry.accountId) ?? 0) + 1);
    if (entry.limitTicks === null) {
      unpriced[entry.side] += 1;
      continue;
    }
    let sum = byInstrument.get(entry.instrumentId);
    if (sum === undefined) {
      sum = { buy: new TickLots(), sell: new TickLots() };
      byInstrument.set(entry.instrumentId, sum);
    }
    sum[entry.side].add(entry.limitTicks, entry.leavesLots);
  }
  const notional = new Map<AssetId, { buy: bigint; sell: bigint }>();
  for (const [instrumentId, { buy, sell }] of byInstrument) {
    const instrument = instrumentOf(instrumentId);
    if (instrument === undefined) continue;
    const sum = notional.get(instrument.quoteAssetId) ?? { buy: 0n, sell: 0n };
    sum.buy += buy.value(instrument.quoteUnitsPerTickLot);
    sum.sell += sell.value(instrument.quoteUnitsPerTickLot);
    notional.set(instrument.quoteAssetId, sum);
  }
  return {
    orders,
    unpriced,
    accounts: [...accounts].sort(([a], [b]) => a - b).map(([accountId, count]) => ({ accountId, orders: count })),
    notional: [...notional].sort(([a], [b]) => a - b).map(([assetId, sum]) => ({ assetId, ...sum })),
  };
}

/**
 * The balances of assets that any of the accounts has something of: a venue lists many assets, and rows of nothing would push the others out
 * of sight. An account that sold all of an asset stays in sight with its 0 as long as another one has some.
 */
export function balancesInUse(rows: Iterable<BalanceRow>): readonly BalanceRow[] {
  const all = [...rows];
  const inUse = new Set(all.filter(({ total }) => total !== 0).map(({ assetId }) => assetId));
  return all.filter(({ assetId }) => inUse.has(assetId));
}

export type BalanceTotal = { readonly assetId: AssetId; readonly total: bigint; readonly held: bigint; readonly available: bigint };

/** Sums of each asset over the given accounts, by asset id. */
export function balanceTotals(rows: Iterable<BalanceRow>): readonly BalanceTotal[] {
  const sums = new Map<AssetId, { total: bigint; held: bigint; available: bigint }>();
  for (const row of rows) {
    const sum = sums.get(row.assetId) ?? { total: 0n, held: 0n, available: 0n };
    sum.total += BigInt(row.total);
    sum.held += BigInt(row.held);
    sum.available += BigInt(row.available);
    sums.set(row.assetId, sum);
  }
  return [...sums].sort(([a], [b]) => a - b).map(([assetId, sum]) => ({ assetId, ...sum }));
}

export type PositionTotal = {
  /** One instrument over all accounts, or null: all instruments of one quote asset. */
  readonly instrumentId: InstrumentId | null;
  readonly quoteAssetId: AssetId;
  /** Null where instruments are mixed. */
  readonly netLots: number | null;
  readonly realised: bigint;
  readonly unrealised: bigint;
};

/** A line for each instrument and, below, one for each quote asset. */
export function positionTotals(rows: Iterable<PositionRow>, instrumentOf: InstrumentLookup): readonly PositionTotal[] {
  const byInstrument = new Map<InstrumentId, { quoteAssetId: AssetId; netLots: number; realised: bigint; unrealised: bigint }>();
  const byQuote = new Map<AssetId, { realised: bigint; unrealised: bigint }>();
  for (const row of rows) {
    const instrument = instrumentOf(row.instrumentId);
    if (instrument === undefined) continue;
    const one = byInstrument.get(row.instrumentId) ?? { quoteAssetId: instrument.quoteAssetId, netLots: 0, realised: 0n, unrealised: 0n };
    const all = byQuote.get(instrument.quoteAssetId) ?? { realised: 0n, unrealised: 0n };
    one.netLots += row.netLots;
    for (const sum of [one, all]) {
      sum.realised += BigInt(row.realised);
      sum.unrealised += BigInt(row.unrealised);
    }
    byInstrument.set(row.instrumentId, one);
    byQuote.set(instrument.quoteAssetId, all);
  }
  return [
    ...[...byInstrument].sort(([a], [b]) => a - b).map(([instrumentId, sum]) => ({ instrumentId, ...sum })),
    ...[...byQuote].sort(([a], [b]) => a - b).map(([quoteAssetId, sum]) => ({ instrumentId: null, quoteAssetId, netLots: null, ...sum })),
  ];
}

export type FillTotal = {
  readonly quoteAssetId: AssetId;
  readonly fills: number;
  readonly bought: bigint;
  readonly sold: bigint;
  readonly fees: bigint;
};

/** Sums of fills by quote asset, of fees by the asset they are paid in, kept up to date by adding each fill once. */
export class FillTotals {
  readonly #sums = new Map<AssetId, { fills: number; bought: bigint; sold: bigint; fees: bigint }>();

  clear(): void {
    this.#sums.clear();
  }

  add(fills: Iterable<FillRow>, account: AccountId | "all", instrumentOf: InstrumentLookup): void {
    for (const fill of fills) {
      if (account !== "all" && fill.accountId !== account) continue;
      const instrument = instrumentOf(fill.instrumentId);
      if (instrument === undefined) continue;
      const sum = this.#sum(instrument.quoteAssetId);
      sum.fills += 1;
      if (fill.side === "buy") sum.bought += BigInt(fill.notional);
      else sum.sold += BigInt(fill.notional);
      this.#sum(feeAssetOf(instrument, fill.side)).fees += BigInt(fill.fee);
    }
  }

  #sum(assetId: AssetId): { fills: number; bought: bigint; sold: bigint; fees: bigint } {
    const known = this.#sums.get(assetId);
    if (known !== undefined) return known;
    const fresh = { fills: 0, bought: 0n, sold: 0n, fees: 0n };
    this.#sums.set(assetId, fresh);
    return fresh;
  }

  get rows(): readonly FillTotal[] {
    return [...this.#sums].sort(([a], [b]) => a - b).map(([quoteAssetId, sum]) => ({ quoteAssetId, ...sum }));
  }
}
