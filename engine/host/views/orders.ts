import { invariant } from "../../../shared/assert.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq } from "../../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../../shared/money.ts";
import { cancelReasons, orderStatuses, type OrderStatus } from "../../../shared/orders.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import { routeStandings, type RouteStanding } from "../../../shared/venueReports.ts";
import type { OrderRoute, OrderRow } from "../../../shared/views.ts";
import { NO_TEXT } from "../../core/records/fields.ts";
import { commandSlots, eventKinds, eventLayouts } from "../../core/records/layout.ts";
import type { RecordCursor } from "../../core/records/records.ts";
import { orderTypeOf, sideOf, timeInForceOf } from "../../core/records/terms.ts";
import { NumberRing } from "./numberRing.ts";
import type { Owners } from "./owners.ts";

/** Finished orders kept in memory for each owner; older ones are read from the journal when asked for. */
const TERMINAL_ORDERS_KEPT = 10_000;

const FIRST_ROWS = 1_024;

/** Numbers of an order's row. Its seq is that of its acceptance or denial. */
const slot = {
  seq: 0,
  accountId: 1,
  instrumentId: 2,
  clientOrderId: 3,
  terms: 4,
  limitTicks: 5,
  lots: 6,
  filledLots: 7,
  leavesLots: 8,
  /** Sum of ticks × lots over the fills, for the mean price; a statistic, not money. */
  tickLots: 9,
  status: 10,
  cancelReason: 11,
  actor: 12,
  createdUs: 13,
  updatedUs: 14,
  /** 0 for an order that waits for no trigger. */
  triggerTicks: 15,
  /** Place among routeStandings and one; 0 for an order that is matched here. */
  standing: 16,
} as const;
const STRIDE = 17;
const NO_REASON = -1;

const status = (name: OrderStatus): number => orderStatuses.indexOf(name);
const WORKING = status("working");
const PARTIALLY_FILLED = status("partiallyFilled");
const FILLED = status("filled");
const CANCELLED = status("cancelled");
const PARTIALLY_CANCELLED = status("partiallyCancelled");
const DENIED = status("denied");
const AMOUNT_REACHED = cancelReasons.indexOf("amountReached");
const REPLACED = cancelReasons.indexOf("replaced");

type RouteDetails = Omit<OrderRoute, "standing">;

/** Told of each order that changed. */
export type OrderListener = (accountId: number, seq: number) => void;

export type OrdersSnapshot = {
  readonly rows: Float64Array;
  readonly actors: readonly string[];
  /** Refusals by seq as JSON, whose text is the same whichever way the engine keeps the numbers in memory. */
  readonly refusals: string;
  /** What outside venues told of orders, by seq, in the same way. */
  readonly routes: string;
  /** Sequences of finished orders in the order of their end, by owner's number. */
  readonly terminal: readonly Float64Array[];
  /** Highest seq of a dropped order, by owner's number. */
  readonly dropped: readonly number[];
};

/** Every open order and each owner's newest finished ones, folded from committed records. */
export class OrdersView {
  readonly #owners: Owners;
  readonly #kept: number;
  #rows = new Float64Array(FIRST_ROWS * STRIDE);
  #used = 0;
  /** Rows of orders that were dropped, to be used again. */
  readonly #free: number[] = [];
  /** Row by the order's seq. */
  readonly #index = new Map<number, number>();
  readonly #refusals = new Map<number, Refusal>();
  /** What an outside venue told of an order, by its seq. */
  readonly #routes = new Map<number, RouteDetails>();
  readonly #actors: string[] = [];
  readonly #actorNumbers = new Map<string, number>();
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
      this.#actor = this.#actorNumber(cursor.text(commandSlots.actor));
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
      case eventKinds.OrderRouted:
        this.#routeOut(cursor, changed);
        return;
      case eventKinds.CancelRouted: {
        const { orderId, reason } = eventLayouts.CancelRouted.slots;
        // Whoever wants it off for another reason wants nothing in its place.
        if (cursor.get(reason) !== REPLACED) this.#becomesNothing(cursor.get(orderId));
        this.#route(cursor, "cancelSent", null, changed);
        return;
      }
      case eventKinds.VenueReported:
        this.#doubt(cursor, changed);
        return;
      case eventKinds.AmendRouted: {
        const { limitTicks, lots, orderId } = eventLayouts.AmendRouted.slots;
        // The engine's own numbers.
        const becomes = { limitTicks: cursor.get(limitTicks) as PriceTicks, lots: cursor.get(lots) as QtyLots };
        this.#detail(cursor.get(orderId), { becomes });
        return;
      }
      case eventKinds.RestDenied:
        this.#denyRest(cursor, changed);
        return;
      case eventKinds.RouteChanged: {
        const { note, standing, venueOrderId } = eventLayouts.RouteChanged.slots;
        const told = { venueOrderId: cursor.text(venueOrderId), note: cursor.text(note) };
        this.#route(cursor, routeStandings[cursor.get(standing)]!, told, changed);
        return;
      }
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
      case eventKinds.OrderDenied:
        this.#deny(cursor);
        changed(cursor.get(eventLayouts.OrderDenied.slots.accountId), cursor.seq);
        return;
    }
  }

  /** The order as clients see it; undefined when it is no longer kept. */
  row(seq: number): OrderRow | undefined {
    const row = this.#index.get(seq);
    return row === undefined ? undefined : this.#rowAt(row);
  }

  /** Orders of an owner with a seq below `beforeSeq`: the newest `limit` ones, descending. */
  newest(owner: number, request: { readonly beforeSeq: number; readonly limit: number; readonly terminalLimit?: number }): OrderRow[] {
    const found: number[] = [];
    for (const [seq, row] of this.#index) {
      if (seq < request.beforeSeq && this.#owners.of(this.#rows[row * STRIDE + slot.accountId]!) === owner) found.push(seq);
    }
    found.sort((a, b) => b - a);
    const rows: OrderRow[] = [];
    let terminal = 0;
    for (const seq of found) {
      if (rows.length === request.limit) break;
      const row = this.#index.get(seq)!;
      if (!this.#isOpen(row) && (terminal += 1) > (request.terminalLimit ?? request.limit)) continue;
      rows.push(this.#rowAt(row));
    }
    return rows;
  }

  /** Drops each owner's oldest finished orders beyond the limit; called when no client waits for one of them. */
  dropOld(): void {
    for (const [owner, ring] of this.#terminal.entries()) {
      while (ring.size > this.#kept) {
        const seq = ring.numbers[ring.offset(0)]!;
        this.#dropped[owner] = Math.max(this.#dropped[owner] ?? 0, seq);
        this.#drop(seq);
        ring.shift();
      }
    }
  }

  /** Keeps the newest `limit` orders by seq, open or finished: for a reader who pages through the past. */
  keepNewest(limit: number): void {
    // Orders are entered in the order of their seqs.
    for (const seq of this.#index.keys()) {
      if (this.#index.size <= limit) return;
      this.#drop(seq);
    }
  }

  /** Down to this seq, exclusive, every order of the owner is here; orders at or below it may have been dropped and are in the journal. */
  completeAbove(owner: number): number {
    return this.#dropped[owner] ?? 0;
  }

  save(): OrdersSnapshot {
    const rows = new Float64Array(this.#index.size * STRIDE);
    let at = 0;
    for (const row of this.#index.values()) {
      rows.set(this.#rows.subarray(row * STRIDE, (row + 1) * STRIDE), at);
      at += STRIDE;
    }
    const terminal = this.#terminal.map((ring) => ring.toArray());
    const dropped = this.#terminal.map((_, owner) => this.#dropped[owner] ?? 0);
    return {
      rows,
      actors: [...this.#actors],
      refusals: JSON.stringify([...this.#refusals]),
      routes: JSON.stringify([...this.#routes]),
      terminal,
      dropped,
    };
  }

  load(saved: OrdersSnapshot): void {
    invariant(this.#index.size === 0, "orders are loaded into an empty view");
    for (const actor of saved.actors) this.#actorNumber(actor);
    for (let at = 0; at < saved.rows.length; at += STRIDE) {
      const row = this.#allocate(saved.rows[at + slot.seq]!);
      this.#rows.set(saved.rows.subarray(at, at + STRIDE), row * STRIDE);
    }
    // save() wrote it.
    for (const [seq, refusal] of JSON.parse(saved.refusals) as [number, Refusal][]) this.#refusals.set(seq, refusal);
    for (const [seq, route] of JSON.parse(saved.routes) as [number, RouteDetails][]) this.#routes.set(seq, route);
    saved.terminal.forEach((seqs, owner) => this.#terminalOf(owner).load(seqs));
    saved.dropped.forEach((seq, owner) => (this.#dropped[owner] = seq));
  }

  #open(cursor: RecordCursor): void {
    const { accountId, instrumentId, clientOrderId, terms, limitTicks, lots } = eventLayouts.OrderAccepted.slots;
    const row = this.#allocate(cursor.seq);
    this.#describe(row, cursor, { accountId, instrumentId, clientOrderId, terms, limitTicks, lots });
    const at = row * STRIDE;
    this.#rows[at + slot.leavesLots] = cursor.get(lots);
    this.#rows[at + slot.status] = WORKING;
    const { triggerTicks } = eventLayouts.OrderAccepted.slots;
    // A plain order's row ends before it.
    if (triggerTicks < cursor.length) this.#rows[at + slot.triggerTicks] = cursor.get(triggerTicks);
  }

  #deny(cursor: RecordCursor): void {
    const { accountId, instrumentId, clientOrderId, terms, limitTicks, lots } = eventLayouts.OrderDenied.slots;
    const row = this.#allocate(cursor.seq);
    this.#describe(row, cursor, { accountId, instrumentId, clientOrderId, terms, limitTicks, lots });
    this.#rows[row * STRIDE + slot.status] = DENIED;
    const entry = cursor.entry();
    if (entry.kind === "event" && entry.event.type === "OrderDenied") this.#refusals.set(cursor.seq, entry.event.refusal);
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
    const row = this.#index.get(seq);
    // A view of a part of the history does not know every order.
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#rows[at + slot.filledLots]! += fill.lots;
    this.#rows[at + slot.tickLots]! += fill.tickLots;
    this.#rows[at + slot.leavesLots] = fill.leaves;
    this.#rows[at + slot.status] = fill.leaves === 0 ? FILLED : PARTIALLY_FILLED;
    this.#rows[at + slot.updatedUs] = fill.atUs;
    if (fill.leaves === 0) this.#end(row);
    changed(this.#rows[at + slot.accountId]!, seq);
  }

  /** Another quantity, and after an amendment perhaps another limit. */
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
    const row = this.#index.get(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#rows[at + slot.lots] = cursor.get(slots.lots);
    this.#rows[at + slot.leavesLots] = cursor.get(slots.leavesLots);
    const limit = slots.limitTicks === undefined ? 0 : cursor.get(slots.limitTicks);
    if (limit !== 0 && this.#rows[at + slot.limitTicks] !== 0) this.#rows[at + slot.limitTicks] = limit;
    if (slots.triggerTicks !== undefined) this.#rows[at + slot.triggerTicks] = cursor.get(slots.triggerTicks);
    this.#rows[at + slot.updatedUs] = cursor.atUs;
    changed(this.#rows[at + slot.accountId]!, seq);
  }

  /** A trailing stop moved, or a stop fired and waits no more. */
  #setTrigger(cursor: RecordCursor, orderIdSlot: number, ticks: number, changed: OrderListener): void {
    const seq = cursor.get(orderIdSlot);
    const row = this.#index.get(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#rows[at + slot.triggerTicks] = ticks;
    this.#rows[at + slot.updatedUs] = cursor.atUs;
    changed(this.#rows[at + slot.accountId]!, seq);
  }

  /** The order leaves, perhaps for somebody else than who sent the command, or in another one's place. */
  #routeOut(cursor: RecordCursor, changed: OrderListener): void {
    const { orderId, replaces, sender } = eventLayouts.OrderRouted.slots;
    const row = this.#index.get(cursor.get(orderId));
    if (cursor.length > sender && row !== undefined) {
      if (cursor.get(sender) !== NO_TEXT) this.#rows[row * STRIDE + slot.actor] = this.#actorNumber(cursor.text(sender));
      if (cursor.get(replaces) !== 0) this.#detail(cursor.get(orderId), { replaces: cursor.get(replaces) as OrderId });
    }
    this.#route(cursor, "sent", null, changed);
  }

  /** The order came off, and why nothing went in for it is what there is to say of it. */
  #denyRest(cursor: RecordCursor, changed: OrderListener): void {
    const seq = cursor.get(eventLayouts.RestDenied.slots.orderId);
    const row = this.#index.get(seq);
    if (row === undefined) return;
    const entry = cursor.entry();
    if (entry.kind === "event" && entry.event.type === "RestDenied") this.#refusals.set(seq, entry.event.refusal);
    this.#rows[row * STRIDE + slot.updatedUs] = cursor.atUs;
    changed(this.#rows[row * STRIDE + slot.accountId]!, seq);
  }

  /** CN-19: nothing goes in for an order about which there is a discrepancy. */
  #doubt(cursor: RecordCursor, changed: OrderListener): void {
    const entry = cursor.entry();
    if (entry.kind !== "event" || entry.event.type !== "VenueReported" || entry.event.report.kind !== "discrepancy") return;
    const { orderId } = entry.event.report;
    const row = orderId === null ? undefined : this.#index.get(orderId);
    if (orderId === null || row === undefined) return;
    this.#becomesNothing(orderId);
    changed(this.#rows[row * STRIDE + slot.accountId]!, orderId);
  }

  #becomesNothing(seq: number): void {
    if (this.#routes.get(seq)?.becomes !== undefined) this.#detail(seq, { becomes: undefined });
  }

  #detail(seq: number, more: Partial<RouteDetails>): void {
    if (this.#index.has(seq)) this.#routes.set(seq, { venueOrderId: "", note: "", ...this.#routes.get(seq), ...more });
  }

  /** These rows begin alike. A cancellation shows as sent only on an order that works. */
  #route(
    cursor: RecordCursor,
    standing: RouteStanding,
    told: Pick<RouteDetails, "venueOrderId" | "note"> | null,
    changed: OrderListener,
  ): void {
    const seq = cursor.get(eventLayouts.OrderRouted.slots.orderId);
    const row = this.#index.get(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    const isWorking = this.#rows[at + slot.standing] === 1 + routeStandings.indexOf("working");
    if (standing !== "cancelSent" || isWorking || told !== null) this.#rows[at + slot.standing] = 1 + routeStandings.indexOf(standing);
    if (told !== null) this.#detail(seq, told);
    // A cancellation that the venue refused is given up, and what was to come after it.
    if (standing === "working") this.#becomesNothing(seq);
    this.#rows[at + slot.updatedUs] = cursor.atUs;
    changed(this.#rows[at + slot.accountId]!, seq);
  }

  #cancel(cursor: RecordCursor, changed: OrderListener): void {
    const slots = eventLayouts.OrderCancelled.slots;
    const seq = cursor.get(slots.orderId);
    const row = this.#index.get(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    this.#rows[at + slot.leavesLots] = 0;
    const filled = this.#rows[at + slot.filledLots]!;
    if (cursor.get(slots.reason) === AMOUNT_REACHED) {
      // An order by amount had lots to spare, as nobody knew how many it would come to (CN-17).
      this.#rows[at + slot.lots] = filled;
      this.#rows[at + slot.status] = FILLED;
    } else {
      this.#rows[at + slot.status] = filled > 0 ? PARTIALLY_CANCELLED : CANCELLED;
      this.#rows[at + slot.cancelReason] = cursor.get(slots.reason);
    }
    this.#rows[at + slot.updatedUs] = cursor.atUs;
    this.#end(row);
    changed(this.#rows[at + slot.accountId]!, seq);
  }

  #describe(
    row: number,
    cursor: RecordCursor,
    from: Readonly<Record<"accountId" | "instrumentId" | "clientOrderId" | "terms" | "limitTicks" | "lots", number>>,
  ): void {
    const rows = this.#rows;
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

  #rowAt(row: number): OrderRow {
    const n = this.#rows.subarray(row * STRIDE, (row + 1) * STRIDE);
    const at = (name: keyof typeof slot): number => n[slot[name]]!;
    const filled = at("filledLots");
    const denied = at("status") === DENIED;
    // The row was written from a record of the engine, which holds the checked numbers that these brands stand for.
    return {
      orderId: denied ? null : (at("seq") as OrderId),
      seq: at("seq") as Seq,
      accountId: at("accountId") as AccountId,
      instrumentId: at("instrumentId") as InstrumentId,
      clientOrderId: at("clientOrderId") as ClientOrderId,
      side: sideOf(at("terms")),
      orderType: orderTypeOf(at("terms")),
      timeInForce: timeInForceOf(at("terms")),
      limitTicks: at("limitTicks") === 0 ? null : (at("limitTicks") as PriceTicks),
      triggerTicks: at("triggerTicks") === 0 ? null : (at("triggerTicks") as PriceTicks),
      lots: at("lots") as QtyLots,
      filledLots: filled as QtyLots,
      leavesLots: at("leavesLots") as QtyLots,
      averageTicks: filled === 0 ? null : at("tickLots") / filled,
      status: orderStatuses[at("status")]!,
      cancelReason: cancelReasons[at("cancelReason")] ?? null,
      refusal: this.#refusals.get(at("seq")) ?? null,
      ...(at("standing") === 0 ? {} : { route: this.#routeOf(at("seq"), at("standing")) }),
      actor: this.#actors[at("actor")] ?? "",
      createdUs: at("createdUs") as EpochUs,
      updatedUs: at("updatedUs") as EpochUs,
    };
  }

  #routeOf(seq: number, standing: number): OrderRoute {
    return { standing: routeStandings[standing - 1]!, venueOrderId: "", note: "", ...this.#routes.get(seq) };
  }

  #isOpen(row: number): boolean {
    const state = this.#rows[row * STRIDE + slot.status];
    return state === WORKING || state === PARTIALLY_FILLED;
  }

  #end(row: number): void {
    const at = row * STRIDE;
    const ring = this.#terminalOf(this.#owners.of(this.#rows[at + slot.accountId]!));
    const into = ring.push();
    ring.numbers[into] = this.#rows[at + slot.seq]!;
  }

  #terminalOf(owner: number): NumberRing {
    // Rings hold what dropOld() has not taken yet, so they have no limit of their own.
    while (this.#terminal.length <= owner) this.#terminal.push(new NumberRing({ stride: 1, limit: 2 ** 31 }));
    return this.#terminal[owner]!;
  }

  #allocate(seq: number): number {
    const row = this.#free.pop() ?? this.#used++;
    if ((row + 1) * STRIDE > this.#rows.length) {
      const rows = new Float64Array(this.#rows.length * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#index.set(seq, row);
    return row;
  }

  #drop(seq: number): void {
    const row = this.#index.get(seq);
    invariant(row !== undefined, `order ${seq} is dropped twice`);
    this.#index.delete(seq);
    this.#refusals.delete(seq);
    this.#routes.delete(seq);
    this.#free.push(row);
  }

  #actorNumber(actor: string): number {
    const known = this.#actorNumbers.get(actor);
    if (known !== undefined) return known;
    this.#actorNumbers.set(actor, this.#actors.length);
    return this.#actors.push(actor) - 1;
  }
}
