import type { OrderId } from "../../../shared/ids.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import type { Side } from "../../../shared/orders.ts";
import { LEVEL_STRIDE, type BookView, type OrderRow } from "../../../shared/views.ts";
import { isOpen, isPending, type OrderEntry } from "../../app/orderEntry.ts";
import { hasPendingChanges, pendingChange } from "../../app/orders.ts";
import { readModel } from "../../app/readModel.ts";
import { bucketOf, rowOfBucket, type LadderWindow, type OwnOrders } from "./ladderModel.ts";
import type { LadderGhost } from "./ladderPicture.ts";

/** Own orders of one side that are to stand at another price. */
export type LadderMove = {
  readonly side: Side;
  readonly orders: readonly OrderRow[];
  /** Open lots of all of them. */
  readonly lots: number;
  readonly ticks: PriceTicks;
  /** The price is at or beyond the other side's best: they would trade at once. */
  readonly crosses: boolean;
};

/** The group of a row's own orders under a point; the groups share the column's width. */
export function groupAt(groups: readonly OwnOrders[], x: number, width: number): OwnOrders | null {
  return groups[Math.min(groups.length - 1, Math.max(0, Math.floor((x / Math.max(1, width)) * groups.length)))] ?? null;
}

/** What moving the group to a price would be; null when none of its orders is open with a limit. */
export function moveOf(
  group: OwnOrders,
  ticks: number,
  inside: { readonly bid: number | null; readonly ask: number | null },
): LadderMove | null {
  const orders = group.entries.filter((entry) => isOpen(entry)).filter(({ limitTicks }) => limitTicks !== null);
  if (orders.length === 0) return null;
  const { side } = group;
  return {
    side,
    orders,
    lots: orders.reduce((sum, { leavesLots }) => sum + leavesLots, 0),
    // A row's price: whole ticks from 1 to the largest price.
    ticks: ticks as PriceTicks,
    crosses: side === "buy" ? inside.ask !== null && ticks >= inside.ask : inside.bid !== null && ticks <= inside.bid,
  };
}

/** Where the foremost order of the group stands: its place from 1, what is ahead of it, and that as a share of its level. */
export function queueOf(
  group: OwnOrders,
  book: BookView | null,
): { readonly place: number; readonly aheadLots: number; readonly aheadShare: number } | null {
  let best: { readonly ticks: number; readonly place: number; readonly aheadLots: number } | null = null;
  for (const entry of group.entries) {
    if (isPending(entry) || entry.orderId === null || entry.limitTicks === null) continue;
    const queue = readModel.queuePlace(entry.orderId);
    if (queue === null) continue;
    const better = best === null || (group.side === "buy" ? entry.limitTicks > best.ticks : entry.limitTicks < best.ticks);
    const sooner = best !== null && entry.limitTicks === best.ticks && queue.aheadOrders < best.place - 1;
    if (better || sooner) best = { ticks: entry.limitTicks, place: queue.aheadOrders + 1, aheadLots: queue.aheadLots };
  }
  if (best === null) return null;
  const level = levelLots(group.side === "buy" ? book?.bids : book?.asks, best.ticks);
  return { place: best.place, aheadLots: best.aheadLots, aheadShare: level === 0 ? 0 : Math.min(1, best.aheadLots / level) };
}

/** Where moving orders are drawn: the ones that a person moves, and the ones whose change is on its way. */
export function movingGhosts(
  open: Iterable<OrderEntry>,
  moves: readonly (LadderMove | null)[],
  window: LadderWindow,
): readonly LadderGhost[] {
  const rowOf = (ticks: number, side: Side): number => rowOfBucket(window, bucketOf(ticks, window.step, side));
  const ghosts: LadderGhost[] = [];
  for (const move of moves)
    if (move !== null) ghosts.push({ row: rowOf(move.ticks, move.side), side: move.side, lots: move.lots, state: "dragged" });
  if (!hasPendingChanges()) return ghosts;
  for (const entry of open) {
    if (isPending(entry) || entry.orderId === null) continue;
    const ticks = pendingChange(entry.orderId satisfies OrderId)?.limitTicks ?? null;
    if (ticks !== null) ghosts.push({ row: rowOf(ticks, entry.side), side: entry.side, lots: entry.leavesLots, state: "sent" });
  }
  return ghosts;
}

function levelLots(levels: Int32Array | undefined, ticks: number): number {
  if (levels === undefined) return 0;
  for (let at = 0; at < levels.length; at += LEVEL_STRIDE) if (levels[at] === ticks) return levels[at + 1] ?? 0;
  return 0;
}
