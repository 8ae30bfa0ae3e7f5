import type { QtyLots } from "../../../shared/money.ts";
import type { OrderList } from "../../../shared/orderLists.ts";
import type { ListPlace, OrderSpecials } from "../../../shared/views.ts";
import { eventKinds } from "../../core/records/kinds.ts";
import { eventLayouts } from "../../core/records/layout.ts";
import type { RecordCursor } from "../../core/records/records.ts";
import { isPlain, namedTerms } from "../../core/records/terms.ts";

/** What a list says of its orders; `actor` sent it, whoever's trade brings them about later. */
type OpenList = { readonly place: ListPlace; readonly actor: string };
type OpenLists = readonly [listId: number, list: OpenList][];

/** Tells of each new order what it asks for beyond its type, and of which list it is. */
export class SpecialOrders {
  /** Lists that may still bring orders. */
  readonly #lists = new Map<number, OpenList>();

  /** A list begins or ends. `actor` sent the command at hand. */
  apply(cursor: RecordCursor, actor: string): void {
    if (cursor.kind === eventKinds.OrderListEnded) this.#lists.delete(cursor.get(eventLayouts.OrderListEnded.slots.listId));
    if (cursor.kind !== eventKinds.OrderListAccepted) return;
    const entry = cursor.entry();
    if (entry.kind !== "event" || entry.event.type !== "OrderListAccepted") return;
    const { list, listId, parentListId } = entry.event;
    const parent = parentListId === null ? undefined : this.#lists.get(parentListId);
    const place: ListPlace = parent?.place.kind === "bracket" ? { kind: "bracket", part: "exit" } : placeIn(list);
    this.#lists.set(listId, { place, actor: parent?.actor ?? actor });
  }

  /** Who sent the list that an acceptance's order is of; null for an order of none. */
  senderOf(cursor: RecordCursor): string | null {
    const { listId } = eventLayouts.OrderAccepted.slots;
    return listId < cursor.length ? (this.#lists.get(cursor.get(listId))?.actor ?? null) : null;
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
    const list = this.#lists.get(listId)?.place ?? null;
    if (postOnly === null && !reduceOnly && peg === null && displayLots === 0 && list === null) return null;
    return { postOnly, reduceOnly, peg, displayLots: displayLots === 0 ? null : (displayLots as QtyLots), list };
  }

  save(): OpenLists {
    return [...this.#lists];
  }

  load(saved: OpenLists): void {
    for (const [listId, list] of saved) this.#lists.set(listId, list);
  }
}

function placeIn(list: OrderList): ListPlace {
  if (list.kind !== "bracket") return { kind: list.kind };
  const { profitTicks, stopTicks } = list;
  return { kind: "bracket", part: "entry", profitTicks, stopTicks };
}
