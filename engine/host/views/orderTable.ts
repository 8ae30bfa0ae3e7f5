import { invariant } from "../../../shared/assert.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq } from "../../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../../shared/money.ts";
import { cancelReasons, orderStatuses, type OrderStatus } from "../../../shared/orders.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import { routeStandings } from "../../../shared/venueReports.ts";
import type { OrderRoute, OrderRow, OrderSpecials } from "../../../shared/views.ts";
import { orderTypeOf, sideOf, timeInForceOf } from "../../core/records/terms.ts";

const FIRST_ROWS = 1_024;

/** Numbers of an order's row. Its seq is that of its acceptance or denial. */
export const slot = {
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
export const STRIDE = 17;
/** For an order that nothing has ended. */
export const NO_REASON = -1;

const status = (name: OrderStatus): number => orderStatuses.indexOf(name);
export const WORKING = status("working");
export const PARTIALLY_FILLED = status("partiallyFilled");
export const FILLED = status("filled");
export const CANCELLED = status("cancelled");
export const PARTIALLY_CANCELLED = status("partiallyCancelled");
export const DENIED = status("denied");

/** What an outside venue told of an order. */
export type RouteDetails = Omit<OrderRoute, "standing">;

export type OrderTableImage = {
  readonly rows: Float64Array;
  readonly actors: readonly string[];
  /** Refusals by seq as JSON, whose text is the same whichever way the engine keeps the numbers in memory. */
  readonly refusals: string;
  /** What outside venues told of orders, by seq, in the same way. */
  readonly routes: string;
  /** What orders asked for beyond their type, by seq, in the same way. */
  readonly specials: string;
};

/** Orders by their seq: a row of numbers each, and beside it what is no number. */
export class OrderTable {
  numbers = new Float64Array(FIRST_ROWS * STRIDE);
  readonly refusals = new Map<number, Refusal>();
  readonly routes = new Map<number, RouteDetails>();
  readonly specials = new Map<number, OrderSpecials>();
  #used = 0;
  /** Rows of orders that were dropped, to be used again. */
  readonly #free: number[] = [];
  /** Row by the order's seq, in the order of entry. */
  readonly #rows = new Map<number, number>();
  readonly #actors: string[] = [];
  readonly #actorNumbers = new Map<string, number>();

  get size(): number {
    return this.#rows.size;
  }

  /** Seqs and rows in the order of entry, which is that of the seqs. */
  entries(): IterableIterator<[seq: number, row: number]> {
    return this.#rows.entries();
  }

  /** Undefined for an order that is not known, or not any more. */
  rowOf(seq: number): number | undefined {
    return this.#rows.get(seq);
  }

  /** A row for a new order. */
  add(seq: number): number {
    const row = this.#free.pop() ?? this.#used++;
    if ((row + 1) * STRIDE > this.numbers.length) {
      const rows = new Float64Array(this.numbers.length * 2);
      rows.set(this.numbers);
      this.numbers = rows;
    }
    this.#rows.set(seq, row);
    return row;
  }

  /** Forgets an order. Throws InvariantError if it is not there. */
  drop(seq: number): void {
    const row = this.#rows.get(seq);
    invariant(row !== undefined, `order ${seq} is dropped twice`);
    this.#rows.delete(seq);
    this.refusals.delete(seq);
    this.routes.delete(seq);
    this.specials.delete(seq);
    this.#free.push(row);
  }

  /** The number under which rows name an actor. */
  actorNumber(actor: string): number {
    const known = this.#actorNumbers.get(actor);
    if (known !== undefined) return known;
    this.#actorNumbers.set(actor, this.#actors.length);
    return this.#actors.push(actor) - 1;
  }

  /** The actor of a number. */
  actorAt(number: number): string {
    return this.#actors[number] ?? "";
  }

  /** The order in the row as clients see it. */
  orderAt(row: number): OrderRow {
    const n = this.numbers.subarray(row * STRIDE, (row + 1) * STRIDE);
    const at = (name: keyof typeof slot): number => n[slot[name]]!;
    const filled = at("filledLots");
    const denied = at("status") === DENIED;
    const special = this.specials.get(at("seq"));
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
      refusal: this.refusals.get(at("seq")) ?? null,
      ...(at("standing") === 0 ? {} : { route: this.#routeOf(at("seq"), at("standing")) }),
      ...(special === undefined ? {} : { special }),
      actor: this.actorAt(at("actor")),
      createdUs: at("createdUs") as EpochUs,
      updatedUs: at("updatedUs") as EpochUs,
    };
  }

  save(): OrderTableImage {
    const rows = new Float64Array(this.#rows.size * STRIDE);
    let at = 0;
    for (const row of this.#rows.values()) {
      rows.set(this.numbers.subarray(row * STRIDE, (row + 1) * STRIDE), at);
      at += STRIDE;
    }
    return {
      rows,
      actors: [...this.#actors],
      refusals: JSON.stringify([...this.refusals]),
      routes: JSON.stringify([...this.routes]),
      specials: JSON.stringify([...this.specials]),
    };
  }

  load(saved: OrderTableImage): void {
    invariant(this.#rows.size === 0, "orders are loaded into an empty view");
    for (const actor of saved.actors) this.actorNumber(actor);
    for (let at = 0; at < saved.rows.length; at += STRIDE) {
      const row = this.add(saved.rows[at + slot.seq]!);
      this.numbers.set(saved.rows.subarray(at, at + STRIDE), row * STRIDE);
    }
    // save() wrote it.
    for (const [seq, refusal] of JSON.parse(saved.refusals) as [number, Refusal][]) this.refusals.set(seq, refusal);
    for (const [seq, route] of JSON.parse(saved.routes) as [number, RouteDetails][]) this.routes.set(seq, route);
    for (const [seq, special] of JSON.parse(saved.specials) as [number, OrderSpecials][]) this.specials.set(seq, special);
  }

  #routeOf(seq: number, standing: number): OrderRoute {
    return { standing: routeStandings[standing - 1]!, venueOrderId: "", note: "", ...this.routes.get(seq) };
  }
}
