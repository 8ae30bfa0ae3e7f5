import type { AccountId, InstrumentId } from "../../../shared/ids.ts";
import type { Side } from "../../../shared/orders.ts";
import type { FillRow } from "../../../shared/views.ts";
import { levelKey, type OrderLevel } from "../../app/openOrders.ts";

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

export function markKey({ kind, side, ticks }: Pick<OrderMark, "kind" | "side" | "ticks">): string {
  return `${kind}${side}${ticks}`;
}

/** Lines of orders at these levels, highest price first, the `MAX_ORDER_MARKS` nearest to `nearTicks`; and how many lines that leaves out. */
export function orderMarks(
  levels: Iterable<OrderLevel>,
  nearTicks: number | null,
): { readonly marks: readonly OrderMark[]; readonly leftOut: number } {
  // Several accounts at one price are one line.
  const merged = new Map<number, OrderLevel>();
  for (const level of levels) {
    const key = levelKey(level.kind, level.ticks, level.side);
    const there = merged.get(key);
    merged.set(
      key,
      there === undefined
        ? level
        : { ...level, lots: there.lots + level.lots, orders: there.orders + level.orders, pending: there.pending + level.pending },
    );
  }
  const marks = nearest(merged.values(), nearTicks).map(({ kind, side, ticks, lots, orders, pending }): OrderMark => ({
    kind,
    side,
    ticks,
    leavesLots: lots,
    orders,
    pending: pending === orders,
  }));
  return { marks: marks.sort((a, b) => b.ticks - a.ticks), leftOut: merged.size - marks.length };
}

/** At most `MAX_ORDER_MARKS`, without sorting all of what may be tens of thousands of prices. */
function nearest(levels: Iterable<OrderLevel>, nearTicks: number | null): readonly OrderLevel[] {
  const farOf = ({ ticks }: OrderLevel): number => (nearTicks === null ? 0 : Math.abs(ticks - nearTicks));
  const found: OrderLevel[] = [];
  for (const level of levels) {
    const last = found.at(-1);
    if (found.length === MAX_ORDER_MARKS && last !== undefined && farOf(level) >= farOf(last)) continue;
    let at = found.length;
    while (at > 0 && farOf(found[at - 1] ?? level) > farOf(level)) at -= 1;
    found.splice(at, 0, level);
    if (found.length > MAX_ORDER_MARKS) found.pop();
  }
  return found;
}
