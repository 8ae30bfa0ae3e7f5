import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { orderKey, type OrderDelta, type OrderEntry, type OrderKey } from "../../renderer/app/orderEntry.ts";
import { awaitClosed, receiptOf, receiptText } from "../../renderer/features/blotters/cancelReceipt.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderStatus } from "../../shared/orders.ts";
import type { OrderRow } from "../../shared/views.ts";

function order(id: number, status: OrderStatus): OrderRow {
  return {
    orderId: id as OrderId,
    seq: id as Seq,
    accountId: 1 as AccountId,
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
  };
}

/** The two things of a read model that a receipt looks at. */
class Orders {
  readonly orders = new Map<OrderKey, OrderEntry>();
  readonly #listeners = new Set<(delta: OrderDelta) => void>();

  set(row: OrderRow): void {
    this.orders.set(orderKey(row), row);
    for (const listener of this.#listeners) listener({ reset: false, changed: [row], removed: [] });
  }
  onOrders(listener: (delta: OrderDelta) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
  get listeners(): number {
    return this.#listeners.size;
  }
}

const ids = [1, 2, 3] as OrderId[];

describe("receipt of a cancel", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("tells cancelled, filled first and still open apart", () => {
    const model = new Orders();
    for (const row of [order(1, "cancelled"), order(2, "filled"), order(3, "working"), order(4, "working")]) model.set(row);
    expect(receiptOf(model, ids)).toEqual({ cancelled: 1, filled: 1, open: 1 });
    expect(receiptText({ cancelled: 1, filled: 1, open: 1 })).toEqual({
      text: "Cancelled 1 of 3 orders; 1 had filled first; 1 still open.",
      whole: false,
    });
    expect(receiptText({ cancelled: 1, filled: 0, open: 0 })).toEqual({ text: "Cancelled 1 of 1 order.", whole: true });
  });

  it("waits for the last event, and no longer", async () => {
    const model = new Orders();
    for (const id of ids) model.set(order(id, "working"));
    const receipt = awaitClosed(model, ids);
    model.set(order(1, "cancelled"));
    model.set(order(2, "partiallyCancelled"));
    expect(model.listeners).toBe(1);
    model.set(order(3, "filled"));
    expect(await receipt).toEqual({ cancelled: 2, filled: 1, open: 0 });
    expect(model.listeners).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says what is still open when no event comes", async () => {
    const model = new Orders();
    for (const id of ids) model.set(order(id, "working"));
    const receipt = awaitClosed(model, ids);
    model.set(order(1, "cancelled"));
    vi.advanceTimersByTime(10_000);
    expect(await receipt).toEqual({ cancelled: 1, filled: 0, open: 2 });
    expect(model.listeners).toBe(0);
  });
});
