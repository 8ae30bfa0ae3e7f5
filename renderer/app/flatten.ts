import type { Instrument } from "../../shared/catalog.ts";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import type { QtyLots } from "../../shared/money.ts";
import type { PositionRow } from "../../shared/views.ts";
import type { OrderRequest } from "./orderEntry.ts";
import type { AccountChoice } from "./selection.ts";

/** What it takes to trade positions back to nothing: market orders, cut where the venue's largest market order ends one. */
export type FlattenPlan = {
  readonly positions: readonly PositionRow[];
  readonly orders: readonly OrderRequest[];
  /** Positions too small for an order of their own, which stay. */
  readonly left: readonly PositionRow[];
};

export function flattenPlan(
  rows: Iterable<PositionRow>,
  account: AccountChoice,
  instrumentId: InstrumentId | null,
  instrumentOf: (id: InstrumentId) => Instrument | undefined,
): FlattenPlan {
  const positions = [...rows].filter(
    (row) =>
      row.netLots !== 0 && (account === "all" || row.accountId === account) && (instrumentId === null || row.instrumentId === instrumentId),
  );
  const orders: OrderRequest[] = [];
  const left: PositionRow[] = [];
  for (const row of positions) {
    const instrument = instrumentOf(row.instrumentId);
    const made = instrument === undefined ? [] : ordersFor(row, instrument);
    if (made.length === 0) left.push(row);
    orders.push(...made);
  }
  return { positions, orders, left };
}

function ordersFor({ accountId, instrumentId, netLots }: PositionRow, instrument: Instrument): readonly OrderRequest[] {
  const orders: OrderRequest[] = [];
  for (let open = Math.abs(netLots); open >= instrument.minLots;) {
    const most = Math.min(open, instrument.marketMaxLots);
    // What the last order would be too small for, the one before it leaves over.
    const short = Math.max(0, instrument.minLots - (open - most));
    const lots = open === most || most - short < instrument.minLots ? most : most - short;
    orders.push(marketOrder(accountId, instrumentId, netLots > 0 ? "sell" : "buy", lots as QtyLots));
    open -= lots;
  }
  return orders;
}

function marketOrder(accountId: AccountId, instrumentId: InstrumentId, side: "buy" | "sell", lots: QtyLots): OrderRequest {
  return { accountId, instrumentId, side, orderType: "market", timeInForce: "ioc", limitTicks: null, lots };
}
