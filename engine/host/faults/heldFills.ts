import type { OrderId } from "../../../shared/ids.ts";
import type { QtyLots } from "../../../shared/money.ts";
import type { FillRow, Frame, OrderRow } from "../../../shared/views.ts";
import type { Pace } from "../pace.ts";

/** Without a cancel a held fill is told after so many times the fault's delay. */
const UNCANCELLED_FACTOR = 10;

type Held = { fills: FillRow[]; ms: number; row: OrderRow; callOff: () => void; wasCancelled: boolean };
type Rows = Pick<Frame, "orders" | "fills">;

/**
 * SM-62: fills that the client is not told of yet, and its orders as they look without them. An order that has filled whole can then be
 * cancelled as far as the client knows; a while after that the fill is told, as at a venue whose fill and cancel crossed on the way.
 */
export class HeldFills {
  readonly #tell: (rows: Rows) => void;
  readonly #pace: Pace;
  readonly #held = new Map<OrderId, Held>();

  constructor(tell: (rows: Rows) => void, pace: Pace) {
    this.#tell = tell;
    this.#pace = pace;
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** The frame without what is held back. `ms` is null when nothing more is to be held; `strikes` decides for each order. */
  hold(frame: Frame, ms: number | null, strikes: () => boolean): Frame {
    if (ms === null && this.isEmpty) return frame;
    // A snapshot is the whole truth.
    if (frame.snapshot) {
      for (const { callOff } of this.#held.values()) callOff();
      this.#held.clear();
      return frame;
    }
    const told: FillRow[] = [];
    for (const fill of frame.fills) {
      const row = frame.orders.find(({ orderId }) => orderId === fill.orderId);
      const held = this.#held.get(fill.orderId);
      if (held !== undefined) held.fills.push(fill);
      else if (row !== undefined && ms !== null && strikes()) this.#begin(fill, row, ms);
      else told.push(fill);
    }
    return { ...frame, fills: told, orders: frame.orders.map((row) => this.#without(row)) };
  }

  /** Is this a cancel of an order that has filled whole without the client's knowledge? It is then told that it is cancelled. */
  cancelled(orderId: OrderId): boolean {
    const held = this.#held.get(orderId);
    if (held === undefined || held.row.leavesLots > 0 || held.wasCancelled) return false;
    this.#wasCancelled(orderId, held);
    this.#tell({ fills: [], orders: [this.#without(held.row)] });
    return true;
  }

  #begin(fill: FillRow, row: OrderRow, ms: number): void {
    const callOff = this.#pace.after(ms * UNCANCELLED_FACTOR, () => this.#release(fill.orderId));
    this.#held.set(fill.orderId, { fills: [fill], ms, row, callOff, wasCancelled: false });
  }

  #without(row: OrderRow): OrderRow {
    const held = row.orderId === null ? undefined : this.#held.get(row.orderId);
    if (held === undefined || row.orderId === null) return row;
    held.row = row;
    const lots = held.fills.reduce((sum, fill) => sum + fill.lots, 0);
    // Differences of lots of one order.
    const filledLots = (row.filledLots - lots) as QtyLots;
    const averageTicks = filledLots === 0 ? null : row.averageTicks;
    const isCancelled = row.status === "cancelled" || row.status === "partiallyCancelled";
    if (isCancelled && !held.wasCancelled) this.#wasCancelled(row.orderId, held);
    if (isCancelled || held.wasCancelled) {
      const status = filledLots === 0 ? "cancelled" : "partiallyCancelled";
      return { ...row, filledLots, averageTicks, leavesLots: 0 as QtyLots, status, cancelReason: row.cancelReason ?? "user" };
    }
    const leavesLots = (row.leavesLots + lots) as QtyLots;
    return { ...row, filledLots, averageTicks, leavesLots, status: filledLots === 0 ? "working" : "partiallyFilled" };
  }

  #wasCancelled(orderId: OrderId, held: Held): void {
    held.wasCancelled = true;
    held.callOff();
    held.callOff = this.#pace.after(held.ms, () => this.#release(orderId));
  }

  #release(orderId: OrderId): void {
    const held = this.#held.get(orderId);
    if (held === undefined) return;
    this.#held.delete(orderId);
    this.#tell({ fills: held.fills, orders: [held.row] });
  }
}
