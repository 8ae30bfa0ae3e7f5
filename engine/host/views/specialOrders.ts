import type { QtyLots } from "../../../shared/money.ts";
import type { OrderList } from "../../../shared/orderLists.ts";
import type { ListPlace, OrderSpecials } from "../../../shared/views.ts";
import { eventKinds } from "../../core/records/kinds.ts";
import { eventLayouts } from "../../core/records/layout.ts";
import type { RecordCursor } from "../../core/records/records.ts";
import { isPlain, namedTerms } from "../../core/records/terms.ts";

type OpenLists = readonly [listId: number, place: ListPlace][];

/** Tells of each new order what it asks for beyond its type, and of which list it is. */
export class SpecialOrders {
  /** Lists that may still bring orders, with the place of those. */
  readonly #lists = new Map<number, ListPlace>();

  /** A list begins or ends. */
  apply(cursor: RecordCursor): void {
    if (cursor.kind === eventKinds.OrderListEnded) this.#lists.delete(cursor.get(eventLayouts.OrderListEnded.slots.listId));
    if (cursor.kind !== eventKinds.OrderListAccepted) return;
    const entry = cursor.entry();
    if (entry.kind !== "event" || entry.event.type !== "OrderListAccepted") return;
    const { list, listId, parentListId } = entry.event;
    const parent = parentListId === null ? undefined : this.#lists.get(parentListId);
    this.#lists.set(listId, parent?.kind === "bracket" ? { kind: "bracket", part: "exit" } : placeIn(list));
  }

  /** What the order of an acceptance or a denial asked for; null where that is nothing. */
  of(
    cursor: RecordCursor,
    slots: { readonly terms: number; readonly displayLots: number; readonly listId?: number },
  ): OrderSpecials | null {
    const terms = cursor.get(slots.terms);
    // A plain order's row ends before its special terms.
    const displayLots = slots.displayLots < cursor.length ? cursor.get(slots.displayLots) : 0;
    const listId = slots.listId !== undefined && slots.listId < cursor.length ? cursor.get(slots.listId) : 0;
    if (isPlain(terms) && displayLots === 0 && listId === 0) return null;
    const { peg, postOnly, reduceOnly } = namedTerms(terms);
    const list = this.#lists.get(listId) ?? null;
    if (postOnly === null && !reduceOnly && peg === null && displayLots === 0 && list === null) return null;
    return { postOnly, reduceOnly, peg, displayLots: displayLots === 0 ? null : (displayLots as QtyLots), list };
  }

  save(): OpenLists {
    return [...this.#lists];
  }

  load(saved: OpenLists): void {
    for (const [listId, place] of saved) this.#lists.set(listId, place);
  }
}

function placeIn(list: OrderList): ListPlace {
  if (list.kind !== "bracket") return { kind: list.kind };
  const { profitTicks, stopTicks } = list;
  return { kind: "bracket", part: "entry", profitTicks, stopTicks };
}
