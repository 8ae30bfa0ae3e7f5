import { cancelReasons } from "../../../shared/orders.ts";
import type { OrderRow } from "../../../shared/views.ts";
import { eventKinds } from "../../core/records/kinds.ts";
import { commandSlots, eventLayouts } from "../../core/records/layout.ts";
import type { RecordCursor } from "../../core/records/records.ts";
import { NumberRing } from "./numberRing.ts";
import {
  CANCELLED,
  DENIED,
  FILLED,
  NO_REASON,
  OrderTable,
  PARTIALLY_CANCELLED,
  PARTIALLY_FILLED,
  STRIDE,
  WORKING,
  slot,
  type OrderTableImage,
} from "./orderTable.ts";
import type { Owners } from "./owners.ts";
import { RoutedOrders, type OrderListener } from "./routedOrders.ts";
import { SpecialOrders } from "./specialOrders.ts";

/** Finished orders kept in memory for each owner; older ones are read from the journal when asked for. */
const TERMINAL_ORDERS_KEPT = 10_000;

const AMOUNT_REACHED = cancelReasons.indexOf("amountReached");

export type OrdersSnapshot = OrderTableImage & {
  /** Sequences of finished orders in the order of their end, by owner's number. */
  readonly terminal: readonly Float64Array[];
  /** Highest seq of a dropped order, by owner's number. */
  readonly dropped: readonly number[];
  /** Lists that may still bring orders. */
  readonly lists: ReturnType<SpecialOrders["save"]>;
};

/** Every open order and each owner's newest finished ones, folded from committed records. */
export class OrdersView {
  readonly #owners: Owners;
  readonly #kept: number;
  readonly #table = new OrderTable();
  readonly #routed = new RoutedOrders(this.#table);
  readonly #specials = new SpecialOrders();
  readonly #terminal: NumberRing[] = [];
  /** Highest seq of an order that was dropped, by owner's number. */
  readonly #dropped: number[] = [];
  /** Actor of the command at hand; its events follow it. */
  #actor = 0;

  constructor(owners: Owners, kept = TERMINAL_ORDERS_KEPT) {
    this.#owners = owners;
    this.#kept = kept;
  }

  apply(cursor: RecordCursor, changed: OrderListener): void {
    if (cursor.isCommand) {
      this.#actor = this.#table.actorNumber(cursor.text(commandSlots.actor));
      return;
    }
    switch (cursor.kind) {
      case eventKinds.OrderAccepted:
        this.#open(cursor);
        changed(cursor.get(eventLayouts.OrderAccepted.slots.accountId), cursor.seq);
        return;
      case eventKinds.OrderFilled:
      case eventKinds.VenueFilled:
        this.#fill(cursor, changed);
        return;
      case eventKinds.OrderCancelled:
        this.#cancel(cursor, changed);
        return;
      case eventKinds.OrderAmended:
        this.#change(cursor, eventLayouts.OrderAmended.slots, changed);
        return;
      case eventKinds.OrderAdjusted:
        this.#change(cursor, eventLayouts.OrderAdjusted.slots, changed);
        return;
      case eventKinds.OrderTriggered:
        this.#setTrigger(cursor, eventLayouts.OrderTriggered.slots.orderId, 0, changed);
        return;
      case eventKinds.TriggerMoved:
        this.#setTrigger(
          cursor,
          eventLayouts.TriggerMoved.slots.orderId,
          cursor.get(eventLayouts.TriggerMoved.slots.triggerTicks),
          changed,
        );
        return;
      case eventKinds.OrderListAccepted:
      case eventKinds.OrderListEnded:
        this.#specials.apply(cursor, this.#table.actorAt(this.#actor));
        return;
      case eventKinds.OrderDenied:
        this.#deny(cursor);
        changed(cursor.get(eventLayouts.OrderDenied.slots.accountId), cursor.seq);
        return;
      default:
        this.#routed.apply(cursor, changed);
    }
  }

  /** The order as clients see it; undefined when it is no longer kept. */
  row(seq: number): OrderRow | undefined {
    const row = this.#table.rowOf(seq);
    return row === undefined ? undefined : this.#table.orderAt(row);
  }

  /** Orders of an owner with a seq below `beforeSeq`: the newest `limit` ones, descending. */
  newest(owner: number, request: { readonly beforeSeq: number; readonly limit: number; readonly terminalLimit?: number }): OrderRow[] {
    const found: number[] = [];
    for (const [seq, row] of this.#table.entries()) {
      if (seq < request.beforeSeq && this.#owners.of(this.#table.numbers[row * STRIDE + slot.accountId]!) === owner) found.push(seq);
    }
    found.sort((a, b) => b - a);
    const rows: OrderRow[] = [];
    let terminal = 0;
    for (const seq of found) {
      if (rows.length === request.limit) break;
      const row = this.#table.rowOf(seq)!;
      if (!this.#isOpen(row) && (terminal += 1) > (request.terminalLimit ?? request.limit)) continue;
      rows.push(this.#table.orderAt(row));
    }
    return rows;
  }

  /** Drops each owner's oldest finished orders beyond the limit; called when no client waits for one of them. */
  dropOld(): void {
    for (const [owner, ring] of this.#terminal.entries()) {
      while (ring.size > this.#kept) {
        const seq = ring.numbers[ring.offset(0)]!;
        this.#dropped[owner] = Math.max(this.#dropped[owner] ?? 0, seq);
        this.#table.drop(seq);
        ring.shift();
      }
    }
  }

  /** Keeps the newest `limit` orders by seq, open or finished: for a reader who pages through the past. */
  keepNewest(limit: number): void {
    // Orders are entered in the order of their seqs.
    for (const [seq] of this.#table.entries()) {
      if (this.#table.size <= limit) return;
      this.#table.drop(seq);
    }
  }

  /** Down to this seq, exclusive, every order of the owner is here; orders at or below it may have been dropped and are in the journal. */
  completeAbove(owner: number): number {
    return this.#dropped[owner] ?? 0;
  }

  save(): OrdersSnapshot {
    return {
      ...this.#table.save(),
      terminal: this.#terminal.map((ring) => ring.toArray()),
      dropped: this.#terminal.map((_, owner) => this.#dropped[owner] ?? 0),
      lists: this.#specials.save(),
    };
  }

  load(saved: OrdersSnapshot): void {
    this.#table.load(saved);
    saved.terminal.forEach((seqs, owner) => this.#terminalOf(owner).load(seqs));
    saved.dropped.forEach((seq, owner) => (this.#dropped[owner] = seq));
    this.#specials.load(saved.lists);
  }

  #open(cursor: RecordCursor): void {
    const { accountId, instrumentId, clientOrderId, terms, limitTicks, lots } = eventLayouts.OrderAccepted.slots;
    const row = this.#table.add(cursor.seq);
    this.#describe(row, cursor, { accountId, instrumentId, clientOrderId, terms, limitTicks, lots });
    const at = row * STRIDE;
    this.#table.numbers[at + slot.leavesLots] = cursor.get(lots);
    this.#table.numbers[at + slot.status] = WORKING;
    const { triggerTicks } = eventLayouts.OrderAccepted.slots;
    // A plain order's row ends before it.
    if (triggerTicks < cursor.length) this.#table.numbers[at + slot.triggerTicks] = cursor.get(triggerTicks);
    const sender = this.#specials.senderOf(cursor);
    if (sender !== null) this.#table.numbers[at + slot.actor] = this.#table.actorNumber(sender);
    const special = this.#specials.of(cursor, eventLayouts.OrderAccepted.slots);
    if (special !== null) this.#table.specials.set(cursor.seq, special);
  }

  #deny(cursor: RecordCursor): void {
    const { accountId, instrumentId, clientOrderId, terms, limitTicks, lots } = eventLayouts.OrderDenied.slots;
    const row = this.#table.add(cursor.seq);
    this.#describe(row, cursor, { accountId, instrumentId, clientOrderId, terms, limitTicks, lots });
    this.#table.numbers[row * STRIDE + slot.status] = DENIED;
    const entry = cursor.entry();
    if (entry.kind === "event" && entry.event.type === "OrderDenied") this.#table.refusals.set(cursor.seq, entry.event.refusal);
    const { displayLots } = eventLayouts.OrderDenied.slots;
    const special = this.#specials.of(cursor, { terms, displayLots });
    if (special !== null) this.#table.specials.set(cursor.seq, special);
    this.#end(row);
  }

  #fill(cursor: RecordCursor, changed: OrderListener): void {
    const slots = eventLayouts.OrderFilled.slots;
    const lots = cursor.get(slots.lots);
    const tickLots = cursor.get(slots.ticks) * lots;
    this.#fillOne(
      cursor.get(slots.makerOrderId),
      { lots, tickLots, leaves: cursor.get(slots.makerLeavesLots), atUs: cursor.atUs },
      changed,
    );
    this.#fillOne(
      cursor.get(slots.takerOrderId),
      { lots, tickLots, leaves: cursor.get(slots.takerLeavesLots), atUs: cursor.atUs },
      changed,
    );
  }

  #fillOne(
    seq: number,
    fill: { readonly lots: number; readonly tickLots: number; readonly leaves: number; readonly atUs: number },
    changed: OrderListener,
  ): void {
    const row = this.#table.rowOf(seq);
    // A view of a part of the history does not know every order.
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#table.numbers[at + slot.filledLots]! += fill.lots;
    this.#table.numbers[at + slot.tickLots]! += fill.tickLots;
    this.#table.numbers[at + slot.leavesLots] = fill.leaves;
    this.#table.numbers[at + slot.status] = fill.leaves === 0 ? FILLED : PARTIALLY_FILLED;
    this.#table.numbers[at + slot.updatedUs] = fill.atUs;
    if (fill.leaves === 0) this.#end(row);
    changed(this.#table.numbers[at + slot.accountId]!, seq);
  }

  /** Another quantity, and after an amendment perhaps another limit or trigger; 0 is the present one. */
  #change(
    cursor: RecordCursor,
    slots: {
      readonly orderId: number;
      readonly lots: number;
      readonly leavesLots: number;
      readonly limitTicks?: number;
      readonly triggerTicks?: number;
    },
    changed: OrderListener,
  ): void {
    const seq = cursor.get(slots.orderId);
    const row = this.#table.rowOf(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#table.numbers[at + slot.lots] = cursor.get(slots.lots);
    this.#table.numbers[at + slot.leavesLots] = cursor.get(slots.leavesLots);
    const limit = slots.limitTicks === undefined ? 0 : cursor.get(slots.limitTicks);
    if (limit !== 0 && this.#table.numbers[at + slot.limitTicks] !== 0) this.#table.numbers[at + slot.limitTicks] = limit;
    const trigger = slots.triggerTicks === undefined ? 0 : cursor.get(slots.triggerTicks);
    if (trigger !== 0) this.#table.numbers[at + slot.triggerTicks] = trigger;
    this.#table.numbers[at + slot.updatedUs] = cursor.atUs;
    changed(this.#table.numbers[at + slot.accountId]!, seq);
  }

  /** A trailing stop moved, or a stop fired and waits no more. */
  #setTrigger(cursor: RecordCursor, orderIdSlot: number, ticks: number, changed: OrderListener): void {
    const seq = cursor.get(orderIdSlot);
    const row = this.#table.rowOf(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#table.numbers[at + slot.triggerTicks] = ticks;
    this.#table.numbers[at + slot.updatedUs] = cursor.atUs;
    changed(this.#table.numbers[at + slot.accountId]!, seq);
  }

  #cancel(cursor: RecordCursor, changed: OrderListener): void {
    const slots = eventLayouts.OrderCancelled.slots;
    const seq = cursor.get(slots.orderId);
    const row = this.#table.rowOf(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#table.numbers[at + slot.leavesLots] = 0;
    const filled = this.#table.numbers[at + slot.filledLots]!;
    if (cursor.get(slots.reason) === AMOUNT_REACHED) {
      // An order by amount had lots to spare, as nobody knew how many it would come to (CN-17).
      this.#table.numbers[at + slot.lots] = filled;
      this.#table.numbers[at + slot.status] = FILLED;
    } else {
      this.#table.numbers[at + slot.status] = filled > 0 ? PARTIALLY_CANCELLED : CANCELLED;
      this.#table.numbers[at + slot.cancelReason] = cursor.get(slots.reason);
    }
    this.#table.numbers[at + slot.updatedUs] = cursor.atUs;
    this.#end(row);
    changed(this.#table.numbers[at + slot.accountId]!, seq);
  }

  #describe(
    row: number,
    cursor: RecordCursor,
    from: Readonly<Record<"accountId" | "instrumentId" | "clientOrderId" | "terms" | "limitTicks" | "lots", number>>,
  ): void {
    const rows = this.#table.numbers;
    const at = row * STRIDE;
    rows[at + slot.seq] = cursor.seq;
    rows[at + slot.accountId] = cursor.get(from.accountId);
    rows[at + slot.instrumentId] = cursor.get(from.instrumentId);
    rows[at + slot.clientOrderId] = cursor.get(from.clientOrderId);
    rows[at + slot.terms] = cursor.get(from.terms);
    rows[at + slot.limitTicks] = cursor.get(from.limitTicks);
    rows[at + slot.lots] = cursor.get(from.lots);
    rows[at + slot.filledLots] = 0;
    rows[at + slot.leavesLots] = 0;
    rows[at + slot.tickLots] = 0;
    rows[at + slot.cancelReason] = NO_REASON;
    rows[at + slot.triggerTicks] = 0;
    rows[at + slot.standing] = 0;
    rows[at + slot.actor] = this.#actor;
    rows[at + slot.createdUs] = cursor.atUs;
    rows[at + slot.updatedUs] = cursor.atUs;
  }

  #isOpen(row: number): boolean {
    const state = this.#table.numbers[row * STRIDE + slot.status];
    return state === WORKING || state === PARTIALLY_FILLED;
  }

  #end(row: number): void {
    const at = row * STRIDE;
    const ring = this.#terminalOf(this.#owners.of(this.#table.numbers[at + slot.accountId]!));
    const into = ring.push();
    ring.numbers[into] = this.#table.numbers[at + slot.seq]!;
  }

  #terminalOf(owner: number): NumberRing {
    // Rings hold what dropOld() has not taken yet, so they have no limit of their own.
    while (this.#terminal.length <= owner) this.#terminal.push(new NumberRing({ stride: 1, limit: 2 ** 31 }));
    return this.#terminal[owner]!;
  }
}
