import { RowPool } from "./rowPool.ts";

// Row: 2 doubles, then 10 integers (9 named, 1 spare).
const ROW_BYTES = 56;
const DOUBLES = 7;
const INTS = 14;
const ENDS_AT = 0;
const LIST_ID = 1;
const ORDER = 4;
const DISPLAY = 5;
const SHOWN = 6;
const TRIGGER = 7;
const OFFSET = 8;
const WORST = 9;
const DUE_PLACE = 10;
const WATCH_PREVIOUS = 11;
const WATCH_NEXT = 12;
const WATCH = 13;

/** Lists of orders that must be looked at when prices move; see watches.ts. */
export const UNWATCHED = 0;
export const WATCHED_STOP = 1;
export const WATCHED_TRAIL = 2;
export const WATCHED_PEG = 3;

/** What few open orders have: an end, a shown part, a trigger, a peg, a list. Plain orders have no row here, so that their own stay small. */
export class SpecialPool extends RowPool {
  constructor() {
    super(ROW_BYTES);
  }

  create(order: number): number {
    const handle = this.allocate();
    this.ints[handle * INTS + ORDER] = order;
    return handle;
  }
  remove(handle: number): void {
    this.release(handle);
  }

  order(handle: number): number {
    return this.ints[handle * INTS + ORDER]!;
  }
  /** Venue time at which the order ends by itself; 0 for never. */
  endsAtUs(handle: number): number {
    return this.doubles[handle * DOUBLES + ENDS_AT]!;
  }
  setEndsAtUs(handle: number, atUs: number): void {
    this.doubles[handle * DOUBLES + ENDS_AT] = atUs;
  }
  /** The order list it belongs to; 0 for none. */
  listId(handle: number): number {
    return this.doubles[handle * DOUBLES + LIST_ID]!;
  }
  setListId(handle: number, listId: number): void {
    this.doubles[handle * DOUBLES + LIST_ID] = listId;
  }
  /** Largest part that is shown, and the part that is shown and fills next; 0 for an order that hides nothing. */
  display(handle: number): number {
    return this.ints[handle * INTS + DISPLAY]!;
  }
  setDisplay(handle: number, lots: number): void {
    this.ints[handle * INTS + DISPLAY] = lots;
  }
  shown(handle: number): number {
    return this.ints[handle * INTS + SHOWN]!;
  }
  setShown(handle: number, lots: number): void {
    this.ints[handle * INTS + SHOWN] = lots;
  }
  /** Where a stop fires; 0 for other orders. */
  triggerTicks(handle: number): number {
    return this.ints[handle * INTS + TRIGGER]!;
  }
  setTriggerTicks(handle: number, ticks: number): void {
    this.ints[handle * INTS + TRIGGER] = ticks;
  }
  offsetTicks(handle: number): number {
    return this.ints[handle * INTS + OFFSET]!;
  }
  setOffsetTicks(handle: number, ticks: number): void {
    this.ints[handle * INTS + OFFSET] = ticks;
  }
  /** A pegged order's limit, which its price never passes; 0 for other orders. */
  worstTicks(handle: number): number {
    return this.ints[handle * INTS + WORST]!;
  }
  setWorstTicks(handle: number, ticks: number): void {
    this.ints[handle * INTS + WORST] = ticks;
  }
  /** Place in the queue of ends, from 1; 0 if it is not there. */
  duePlace(handle: number): number {
    return this.ints[handle * INTS + DUE_PLACE]!;
  }
  setDuePlace(handle: number, place: number): void {
    this.ints[handle * INTS + DUE_PLACE] = place;
  }
  watchPrevious(handle: number): number {
    return this.ints[handle * INTS + WATCH_PREVIOUS]!;
  }
  setWatchPrevious(handle: number, other: number): void {
    this.ints[handle * INTS + WATCH_PREVIOUS] = other;
  }
  watchNext(handle: number): number {
    return this.ints[handle * INTS + WATCH_NEXT]!;
  }
  setWatchNext(handle: number, other: number): void {
    this.ints[handle * INTS + WATCH_NEXT] = other;
  }
  /** UNWATCHED, WATCHED_STOP, WATCHED_TRAIL or WATCHED_PEG. */
  watch(handle: number): number {
    return this.ints[handle * INTS + WATCH]!;
  }
  setWatch(handle: number, watch: number): void {
    this.ints[handle * INTS + WATCH] = watch;
  }
}
