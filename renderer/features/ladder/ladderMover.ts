import type { OrderRow } from "../../../shared/views.ts";
import { amendOrder } from "../../app/orders.ts";
import { moveOf, type LadderMove } from "./ladderMoves.ts";
import type { LadderHit, OwnOrders } from "./ladderModel.ts";

type Inside = { readonly bid: number | null; readonly ask: number | null };

/** Own orders on their way to another row: dragged, waiting for a person's yes, then sent. */
export class LadderMover {
  readonly #asked: (move: LadderMove | null) => void;
  readonly #changed: () => void;
  #group: { readonly orders: OwnOrders; readonly fromTicks: number } | null = null;
  #drag: LadderMove | null = null;
  #question: LadderMove | null = null;

  /** `asked` hears of each question, and null when it is over. */
  constructor(asked: (move: LadderMove | null) => void, changed: () => void) {
    this.#asked = asked;
    this.#changed = changed;
  }

  /** Moves that are drawn. */
  get moves(): readonly (LadderMove | null)[] {
    return [this.#drag, this.#question];
  }

  /** The rows must stand still until the question is answered. */
  get isAsking(): boolean {
    return this.#question !== null;
  }

  /** Own orders were pressed; null when something else was. */
  press(orders: OwnOrders | null, fromTicks: number): void {
    this.#group = orders === null ? null : { orders, fromTicks };
  }

  /** The pointer moved over a cell, or out of all of them. */
  drag(hit: LadderHit | null, inside: Inside): void {
    if (this.#group === null) return;
    const isAway = hit !== null && hit.ticks !== this.#group.fromTicks;
    this.#drag = isAway ? moveOf(this.#group.orders, hit.ticks, inside) : null;
  }

  /** The pointer was let go. True when orders were being dragged. */
  drop(isOneClick: boolean): boolean {
    const move = this.#drag;
    this.cancelDrag();
    if (move === null) return false;
    this.move(move, isOneClick);
    return true;
  }

  /** False when nothing was being dragged. */
  cancelDrag(): boolean {
    const isDragging = this.#drag !== null;
    this.#group = null;
    this.#drag = null;
    if (isDragging) this.#changed();
    return isDragging;
  }

  /** One-click mode moves at once, except where the order would trade: that is asked, as everything is in confirm mode. */
  move(move: LadderMove, isOneClick: boolean): void {
    if (isOneClick && !move.crosses) send(move);
    else this.#ask(move);
    this.#changed();
  }

  /** Orders have changed: what has ended cannot be moved, and a question about nothing else is over. */
  recheck(isOpen: (order: OrderRow) => boolean): void {
    if (this.#question?.orders.some(isOpen) === false) this.#ask(null);
    if (this.#drag?.orders.some(isOpen) === false) this.cancelDrag();
  }

  answer(yes: boolean): void {
    const move = this.#question;
    this.#ask(null);
    if (yes && move !== null) send(move);
  }

  #ask(move: LadderMove | null): void {
    this.#question = move;
    this.#asked(move);
    this.#changed();
  }
}

function send(move: LadderMove): void {
  const change = { limitTicks: move.ticks, lots: null, triggerTicks: null };
  for (const order of move.orders) void amendOrder(order, change);
}
