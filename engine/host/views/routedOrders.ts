import type { OrderId } from "../../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../../shared/money.ts";
import { cancelReasons } from "../../../shared/orders.ts";
import { routeStandings, type RouteStanding } from "../../../shared/venueReports.ts";
import { NO_TEXT } from "../../core/records/fields.ts";
import { eventKinds } from "../../core/records/kinds.ts";
import { eventLayouts } from "../../core/records/layout.ts";
import type { RecordCursor } from "../../core/records/records.ts";
import { STRIDE, slot, type OrderTable, type RouteDetails } from "./orderTable.ts";

const REPLACED = cancelReasons.indexOf("replaced");

/** Told of each order that changed. */
export type OrderListener = (accountId: number, seq: number) => void;

/** CN rules: what becomes of the orders at an outside venue, beside what becomes of any order. */
export class RoutedOrders {
  readonly #table: OrderTable;

  constructor(table: OrderTable) {
    this.#table = table;
  }

  apply(cursor: RecordCursor, changed: OrderListener): void {
    switch (cursor.kind) {
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
    }
  }

  /** The order leaves, perhaps for somebody else than who sent the command, or in another one's place. */
  #routeOut(cursor: RecordCursor, changed: OrderListener): void {
    const { orderId, replaces, sender } = eventLayouts.OrderRouted.slots;
    const row = this.#table.rowOf(cursor.get(orderId));
    if (cursor.length > sender && row !== undefined) {
      if (cursor.get(sender) !== NO_TEXT) this.#table.numbers[row * STRIDE + slot.actor] = this.#table.actorNumber(cursor.text(sender));
      if (cursor.get(replaces) !== 0) this.#detail(cursor.get(orderId), { replaces: cursor.get(replaces) as OrderId });
    }
    this.#route(cursor, "sent", null, changed);
  }

  /** The order came off, and why nothing went in for it is what there is to say of it. */
  #denyRest(cursor: RecordCursor, changed: OrderListener): void {
    const seq = cursor.get(eventLayouts.RestDenied.slots.orderId);
    const row = this.#table.rowOf(seq);
    if (row === undefined) return;
    const entry = cursor.entry();
    if (entry.kind === "event" && entry.event.type === "RestDenied") this.#table.refusals.set(seq, entry.event.refusal);
    this.#table.numbers[row * STRIDE + slot.updatedUs] = cursor.atUs;
    changed(this.#table.numbers[row * STRIDE + slot.accountId]!, seq);
  }

  /** CN-19: nothing goes in for an order about which there is a discrepancy. */
  #doubt(cursor: RecordCursor, changed: OrderListener): void {
    const entry = cursor.entry();
    if (entry.kind !== "event" || entry.event.type !== "VenueReported" || entry.event.report.kind !== "discrepancy") return;
    const { orderId } = entry.event.report;
    const row = orderId === null ? undefined : this.#table.rowOf(orderId);
    if (orderId === null || row === undefined) return;
    this.#becomesNothing(orderId);
    changed(this.#table.numbers[row * STRIDE + slot.accountId]!, orderId);
  }

  #becomesNothing(seq: number): void {
    if (this.#table.routes.get(seq)?.becomes !== undefined) this.#detail(seq, { becomes: undefined });
  }

  #detail(seq: number, more: Partial<RouteDetails>): void {
    if (this.#table.rowOf(seq) !== undefined)
      this.#table.routes.set(seq, { venueOrderId: "", note: "", ...this.#table.routes.get(seq), ...more });
  }

  /** These rows begin alike. A cancellation shows as sent only on an order that works. */
  #route(
    cursor: RecordCursor,
    standing: RouteStanding,
    told: Pick<RouteDetails, "venueOrderId" | "note"> | null,
    changed: OrderListener,
  ): void {
    const seq = cursor.get(eventLayouts.OrderRouted.slots.orderId);
    const row = this.#table.rowOf(seq);
    if (row === undefined) return;
    const at = row * STRIDE;
    const isWorking = this.#table.numbers[at + slot.standing] === 1 + routeStandings.indexOf("working");
    if (standing !== "cancelSent" || isWorking || told !== null)
      this.#table.numbers[at + slot.standing] = 1 + routeStandings.indexOf(standing);
    if (told !== null) this.#detail(seq, told);
    // A cancellation that the venue refused is given up, and what was to come after it.
    if (standing === "working") this.#becomesNothing(seq);
    this.#table.numbers[at + slot.updatedUs] = cursor.atUs;
    changed(this.#table.numbers[at + slot.accountId]!, seq);
  }
}
