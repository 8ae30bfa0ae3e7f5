import type { AccountId, InstrumentId } from "../../../shared/ids.ts";
import type { Side } from "../../../shared/orders.ts";
import type { FillRow } from "../../../shared/views.ts";
import { isOpen, isPending, type OrderEntry } from "../../app/orderEntry.ts";

/** Own fills of one side within one bar, drawn as one marker. */
export type FillMark = {
  /** Start of the bar, microseconds. */
  readonly openUs: number;
  readonly side: Side;
  readonly lots: number;
};

/** Own open orders of one side at one price, drawn as one line. A stop's line is where it would fire. */
export type OrderMark = {
  readonly kind: "limit" | "stop";
  readonly side: Side;
  readonly ticks: number;
  readonly leavesLots: number;
  readonly orders: number;
  /** True while none of them is known to rest. */
  readonly pending: boolean;
};

/** Whose orders and fills are marked: one account, or all of this window's. */
export type MarkFilter = { readonly instrumentId: InstrumentId; readonly accountId: AccountId | "all" };

/** Newest fills that are marked; older ones are in the blotter. */
export const MAX_FILL_MARKS = 500;
/** Lines beyond this would hide the candles; the nearest to the touch are drawn, and the rest are told as a number. */
export const MAX_ORDER_MARKS = 40;

/** Marks of the newest fills, ascending by bar. `openOf` gives the start of the bar that a moment falls into. */
export function fillMarks(fills: readonly FillRow[], filter: MarkFilter, openOf: (atUs: number) => number): readonly FillMark[] {
  const marks = new Map<string, FillMark>();
  for (let at = fills.length - 1; at >= 0; at -= 1) {
    const fill = fills[at];
    if (fill === undefined || fill.instrumentId !== filter.instrumentId) continue;
    if (filter.accountId !== "all" && fill.accountId !== filter.accountId) continue;
    const openUs = openOf(fill.atUs);
    const key = `${openUs}${fill.side}`;
    // Looked at before each new mark, so that the oldest one holds all of its bar too.
    if (marks.size === MAX_FILL_MARKS && !marks.has(key)) break;
    marks.set(key, { openUs, side: fill.side, lots: (marks.get(key)?.lots ?? 0) + fill.lots });
  }
  return [...marks.values()].sort((a, b) => a.openUs - b.openUs || a.side.localeCompare(b.side));
}

/**
 * Places of the bars whose marks have their quantity written beside them: the newest, and before it each that is `barsApart` or more from
 * the one written last, at most `most`. `places` are the marks' bars by number, ascending; two sides of one bar have one place.
 */
export function labelledPlaces(places: readonly number[], barsApart: number, most: number): ReadonlySet<number> {
  const labelled = new Set<number>();
  let last = Infinity;
  for (let at = places.length - 1; at >= 0 && labelled.size < most; at -= 1) {
    const place = places[at] ?? 0;
    if (last - place < barsApart) continue;
    labelled.add(place);
    last = place;
  }
  return labelled;
}

/** Where an order is drawn: a waiting stop where it would fire, any other at its limit; null when it has neither. */
export function markPlace(order: OrderEntry): { readonly kind: OrderMark["kind"]; readonly ticks: number } | null {
  const triggerTicks = isPending(order) ? null : order.triggerTicks;
  if (triggerTicks !== null) return { kind: "stop", ticks: triggerTicks };
  return order.limitTicks === null ? null : { kind: "limit", ticks: order.limitTicks };
}

export function markKey({ kind, side, ticks }: Pick<OrderMark, "kind" | "side" | "ticks">): string {
  return `${kind}${side}${ticks}`;
}

/** Lines of the open orders, highest price first, the `MAX_ORDER_MARKS` nearest to `nearTicks`; and how many lines that leaves out. */
export function orderMarks(
  orders: Iterable<OrderEntry>,
  filter: MarkFilter,
  nearTicks: number | null,
): { readonly marks: readonly OrderMark[]; readonly leftOut: number } {
  const marks = new Map<string, { -readonly [Field in keyof OrderMark]: OrderMark[Field] }>();
  for (const order of orders) {
    if (order.instrumentId !== filter.instrumentId) continue;
    if (filter.accountId !== "all" && order.accountId !== filter.accountId) continue;
    const pending = isPending(order);
    if (!pending && !isOpen(order)) continue;
    const place = markPlace(order);
    if (place === null) continue;
    const key = markKey({ ...place, side: order.side });
    const mark = marks.get(key) ?? { ...place, side: order.side, leavesLots: 0, orders: 0, pending: true };
    mark.leavesLots += pending ? order.lots : order.leavesLots;
    mark.orders += 1;
    mark.pending &&= pending;
    marks.set(key, mark);
  }
  const nearest = [...marks.values()].sort((a, b) =>
    nearTicks === null ? 0 : Math.abs(a.ticks - nearTicks) - Math.abs(b.ticks - nearTicks),
  );
  return {
    marks: nearest.slice(0, MAX_ORDER_MARKS).sort((a, b) => b.ticks - a.ticks),
    leftOut: Math.max(0, nearest.length - MAX_ORDER_MARKS),
  };
}
