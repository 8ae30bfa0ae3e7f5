import type { OrderId } from "../../shared/ids.ts";
import type { RoutedOrder } from "../../shared/venueReports.ts";
import type { LocalBook } from "./book.ts";
import type { Reconciler } from "./reconciler.ts";
import type { VenueRest } from "./venueRest.ts";
import { hasEnded, newOrderParameters, newOrderPath, orderSchema } from "./venueWords.ts";

const PATH = "/api/v1/spot/order";
/** Requests about orders that are under way at once. */
const MOST_UNDER_WAY = 8;

/**
 * Sends orders and cancellations that are on disk. An order is sent at most once in its life, whatever happens: by this process or by one
 * before it; what no answer tells is found out by asking.
 */
export class Dispatcher {
  readonly #book: LocalBook;
  readonly #rest: VenueRest;
  readonly #reconciler: Reconciler;
  readonly #lost: (why: string) => void;
  /** Orders that were sent, or must never be: what was there before the link went live belongs to the past. */
  readonly #sent = new Set<OrderId>();
  readonly #cancelling = new Set<OrderId>();
  readonly #queue: (() => Promise<void>)[] = [];
  #underWay = 0;

  constructor(parts: {
    readonly book: LocalBook;
    readonly rest: VenueRest;
    readonly reconciler: Reconciler;
    /** No answer came: nothing is live until it has been found out. */
    readonly lost: (why: string) => void;
  }) {
    this.#book = parts.book;
    this.#rest = parts.rest;
    this.#reconciler = parts.reconciler;
    this.#lost = parts.lost;
  }

  /** What is open now was sent before, if ever. */
  inherit(): void {
    for (const { orderId } of this.#book.orders()) this.#sent.add(orderId);
  }

  /** Sends what is new on disk. */
  send(): void {
    const orders = this.#book.orders();
    const open = new Set(orders.map(({ orderId }) => orderId));
    for (const orderId of this.#sent) if (!open.has(orderId)) this.#sent.delete(orderId);
    for (const order of orders) {
      if (order.standing === "sent" && !this.#sent.has(order.orderId)) {
        this.#sent.add(order.orderId);
        this.#enqueue(() => this.#place(order));
      } else if (order.isCancelAsked && order.venueOrderId !== "" && !this.#cancelling.has(order.orderId)) {
        this.#cancelling.add(order.orderId);
        this.#enqueue(() => this.#cancel(order));
      }
    }
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue.push(work);
    this.#next();
  }

  #next(): void {
    if (this.#underWay >= MOST_UNDER_WAY) return;
    const work = this.#queue.shift();
    if (work === undefined) return;
    this.#underWay += 1;
    void work()
      .catch((error: unknown) => this.#lost(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#underWay -= 1;
        this.#next();
      });
  }

  async #place(order: RoutedOrder): Promise<void> {
    const { orderId } = order;
    const link = this.#book.link();
    // The link may have been lost while the order waited its turn: then it does not leave, and the comparison finds that out.
    if (link === null || !this.#book.isLive()) return;
    // CN-3: wanted off while it waited, it does not leave at all. One that is being changed does, for the other goes in when it has come off.
    const present = this.#book.order(orderId);
    if (present === null) return;
    if (present.isCancelAsked && !present.isChanging) {
      await this.#book.record({ kind: "closed", orderId, filledLots: 0, arrived: false });
      return;
    }
    const parameters = newOrderParameters(order, link.tag, this.#book.assets());
    const answer = await this.#rest.signed({ method: "POST", path: newOrderPath(order), weight: 0, parameters }, () => {
      // CN-11: while it was looked at the venue's clock, a comparison may have found that it never got there.
      if (this.#book.order(orderId) === null) return false;
      this.#reconciler.leaves(orderId);
      return true;
    });
    // A comparison may have found out meanwhile what became of it.
    if (answer.kind !== "ok" && this.#book.order(orderId)?.standing !== "sent") return;
    if (answer.kind === "refused") {
      await this.#book.record({ kind: "refused", orderId, why: `${answer.code} ${answer.message}`.trim() });
      return;
    }
    const told = answer.kind === "ok" ? orderSchema.safeParse(answer.body) : null;
    if (told?.success !== true) {
      const why = answer.kind === "silent" ? answer.why : "an answer that cannot be read";
      await this.#book.record({ kind: "unanswered", orderId, why });
      this.#lost(`an order was not answered: ${why}`);
      return;
    }
    await this.#book.record({ kind: "acknowledged", orderId, venueOrderId: told.data.orderId });
    this.#reconciler.arrived(orderId);
    if (hasEnded(told.data)) await this.#reconciler.look(orderId);
    else if (told.data.status !== "NEW") await this.#reconciler.pull();
    this.send();
  }

  async #cancel({ orderId, venueOrderId }: RoutedOrder): Promise<void> {
    try {
      if (!this.#book.isLive()) return;
      const answer = await this.#rest.signed({ method: "DELETE", path: PATH, weight: 0, parameters: { orderId: venueOrderId } });
      if (answer.kind === "silent") {
        await this.#book.record({ kind: "unanswered", orderId, why: answer.why });
        this.#lost(`a cancellation was not answered: ${answer.why}`);
        return;
      }
      await this.#reconciler.look(orderId);
      // It ended while the cancellation was on its way, or it is still open and the venue says why.
      if (answer.kind === "refused" && this.#book.order(orderId) !== null)
        await this.#book.record({ kind: "cancelRefused", orderId, why: `${answer.code} ${answer.message}`.trim() });
    } finally {
      this.#cancelling.delete(orderId);
    }
  }
}
