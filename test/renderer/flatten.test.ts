import { describe, expect, it } from "vitest";
import { flattenPlan } from "../../renderer/app/flatten.ts";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import type { PositionRow } from "../../shared/views.ts";
import { ALPHA, BRAVO, BTCUSD, btcUsd } from "./support/venue.ts";

const row = (accountId: AccountId, netLots: number): PositionRow => ({ accountId, instrumentId: BTCUSD, netLots }) as PositionRow;
const instrumentOf = (id: InstrumentId): typeof btcUsd | undefined => (id === BTCUSD ? btcUsd : undefined);

describe("flattening", () => {
  it("sells what is long and buys what is short, at market, of the accounts on view", () => {
    const rows = [row(ALPHA, 500), row(BRAVO, -700), row(1 as AccountId, 0)];
    const { orders } = flattenPlan(rows, "all", null, instrumentOf);
    expect(orders.map(({ accountId, side, lots, orderType }) => [accountId, side, lots, orderType])).toEqual([
      [ALPHA, "sell", 500, "market"],
      [BRAVO, "buy", 700, "market"],
    ]);
    expect(flattenPlan(rows, BRAVO, null, instrumentOf).orders).toHaveLength(1);
    expect(flattenPlan(rows, "all", 9 as InstrumentId, instrumentOf).positions).toEqual([]);
  });

  it("cuts at the largest market order, and names what is too small for an order", () => {
    const large = flattenPlan([row(ALPHA, 1_700_000)], ALPHA, null, instrumentOf);
    expect(large.orders.map(({ lots }) => lots)).toEqual([800_000, 800_000, 100_000]);
    const uneven = flattenPlan([row(ALPHA, 1_600_029)], ALPHA, null, instrumentOf);
    expect(uneven.orders.map(({ lots }) => lots)).toEqual([800_000, 799_999, 30]);
    expect(flattenPlan([row(ALPHA, 29)], ALPHA, null, instrumentOf)).toMatchObject({ orders: [], left: [{ netLots: 29 }] });
  });
});
