import type { ClientOrderId, EpochUs, InstrumentId, OrderId, Seq } from "../../shared/ids.ts";
import type { Side } from "../../shared/orders.ts";
import type { OrderRow } from "../../shared/views.ts";
import type { OwnOrder } from "./agent.ts";

/** An order that is or may be in the book. */
export type HeldOrder = {
  readonly clientOrderId: ClientOrderId;
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly limitTicks: number | null;
  readonly createdUs: EpochUs;
  /** Null until the venue has told it. */
  orderId: OrderId | null;
  leavesLots: number;
  /** Request that asked for its cancellation and is not settled yet. */
  cancelRequest: number | null;
  /** Frames up to these sequences show what became of the order, and of its cancellation. Null while no answer has come. */
  placedBySeq: Seq | null;
  cancelledBySeq: Seq | null;
};

/** A session's own orders, from what it has sent, what was answered and what frames show: answers run ahead of frames or behind them. */
export class HeldOrders {
  readonly #orders = new Map<ClientOrderId, HeldOrder>();

  values(): MapIterator<HeldOrder> {
    return this.#orders.values();
  }

  byInstrument(): ReadonlyMap<InstrumentId, readonly HeldOrder[]> {
    return Map.groupBy(this.#orders.values(), (order) => order.instrumentId);
  }

  /** The order is on its way. */
  sent(order: Pick<HeldOrder, "clientOrderId" | "instrumentId" | "side" | "limitTicks" | "createdUs" | "leavesLots">): void {
    this.#hold({ ...order, orderId: null });
  }

  /** This request asks for the cancellation of the orders that are meant. */
  cancelling(requestId: number, isMeant: (order: HeldOrder) => boolean): void {
    for (const order of this.#orders.values()) if (isMeant(order)) order.cancelRequest = requestId;
  }

  /** Takes an order in as a frame shows it. */
  take(row: OrderRow): void {
    const known = this.#orders.get(row.clientOrderId);
    if (row.status !== "working" && row.status !== "partiallyFilled") {
      // A denied resend bears the client order id of the order that it repeated, which lives on.
      if (known?.orderId === null || known?.orderId === row.orderId) this.#orders.delete(row.clientOrderId);
      return;
    }
    if (known === undefined) {
      this.#hold(row);
      return;
    }
    known.orderId = row.orderId;
    known.leavesLots = row.leavesLots;
  }

  /** Before a snapshot: all that it will tell again. Orders without an answer stay, since it cannot tell of them. */
  forgetKnown(): void {
    for (const order of this.#orders.values()) if (order.orderId !== null) this.#orders.delete(order.clientOrderId);
  }

  /** The order was accepted; frames up to the sequence show what became of it. */
  placed(clientOrderId: ClientOrderId, bySeq: Seq): void {
    const order = this.#orders.get(clientOrderId);
    if (order !== undefined) order.placedBySeq = bySeq;
  }

  /** The order was refused, or never got there. */
  refused(clientOrderId: ClientOrderId): void {
    this.#orders.delete(clientOrderId);
  }

  /** The request's cancellations are done; frames up to the sequence show them. */
  cancelled(requestId: number, bySeq: Seq): void {
    for (const order of this.#orders.values()) if (order.cancelRequest === requestId) order.cancelledBySeq = bySeq;
  }

  /** The request never got there: its orders stand as before. */
  cancelFailed(requestId: number): void {
    for (const order of this.#orders.values()) if (order.cancelRequest === requestId) order.cancelRequest = null;
  }

  /** Once the frames have caught up with an answer, an order is what they say. */
  dropSettled(shownSeq: Seq): void {
    for (const order of this.#orders.values()) {
      // Answered, and no frame ever showed it at rest: it was filled or cancelled at once.
      const neverRested = order.orderId === null && order.placedBySeq !== null && order.placedBySeq <= shownSeq;
      const gone = order.cancelledBySeq !== null && order.cancelledBySeq <= shownSeq;
      if (neverRested || gone) this.#orders.delete(order.clientOrderId);
    }
  }

  #hold(order: Pick<HeldOrder, "clientOrderId" | "instrumentId" | "side" | "limitTicks" | "createdUs" | "leavesLots" | "orderId">): void {
    const { clientOrderId, instrumentId, side, limitTicks, createdUs, leavesLots, orderId } = order;
    this.#orders.set(clientOrderId, {
      clientOrderId,
      instrumentId,
      side,
      limitTicks,
      createdUs,
      orderId,
      leavesLots,
      cancelRequest: null,
      placedBySeq: null,
      cancelledBySeq: null,
    });
  }
}

/** The order as the participant sees it. */
export function ownOrder(order: HeldOrder): OwnOrder {
  const { clientOrderId, orderId, side, limitTicks, leavesLots, createdUs } = order;
  const state = order.cancelRequest !== null ? "cancelling" : orderId === null ? "sending" : "open";
  return { clientOrderId, orderId, side, limitTicks, leavesLots, state, createdUs };
}
