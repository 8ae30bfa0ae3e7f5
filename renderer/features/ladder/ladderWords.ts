import type { Instrument } from "../../../shared/catalog.ts";
import type { BookView } from "../../../shared/views.ts";
import { formatLotsShort, formatPrice } from "../../ui/format.ts";
import { insideOf, LADDER_ROW_HEIGHT, type LadderColumns, type LadderWindow, type OwnOrders } from "./ladderModel.ts";
import { queueOf } from "./ladderMoves.ts";
import type { LadderOrders } from "./ladderOrders.ts";
import { ladderTexts } from "./ladderTexts.ts";

type RowWords = {
  readonly instrument: Instrument;
  readonly ticks: number;
  readonly bidLots: number;
  readonly askLots: number;
  readonly own: readonly OwnOrders[];
  readonly book: BookView | null;
};

/** A row in words: for screen readers and for the tooltip of own orders. */
export function rowInWords({ instrument, ticks, bidLots, askLots, own, book }: RowWords): string {
  const words = ladderTexts.rowParts;
  const part = (name: string, lots: number): string => (lots === 0 ? "" : `, ${name} ${formatLotsShort(lots, instrument)}`);
  const mine = own.map((group) => part(words.own[group.side], group.lots) + queueInWords(group, book, instrument)).join("");
  return `${formatPrice(ticks, instrument)}${part(words.bid, bidLots)}${part(words.ask, askLots)}${mine}`;
}

function queueInWords(group: OwnOrders, book: BookView | null, instrument: Instrument): string {
  const queue = queueOf(group, book);
  return queue === null ? "" : `, ${ladderTexts.queue(queue.place - 1, formatLotsShort(queue.aheadLots, instrument))}`;
}

/** What the ladder shows, written on its canvas for whoever drives the window from outside. */
export function exposeLadder(
  canvas: HTMLCanvasElement,
  shown: {
    readonly symbol: string;
    readonly window: LadderWindow;
    readonly columns: LadderColumns;
    readonly book: BookView | null;
    readonly orders: LadderOrders;
  },
): void {
  const { window, columns, book, orders } = shown;
  const inside = insideOf(book);
  setData(canvas, "symbol", shown.symbol);
  setData(canvas, "rowHeight", String(LADDER_ROW_HEIGHT));
  setData(canvas, "rows", String(window.rows));
  setData(canvas, "topTicks", String(window.topBucket * window.step));
  setData(canvas, "tickStep", String(window.step));
  setData(canvas, "bidTicks", String(inside.bid ?? ""));
  setData(canvas, "askTicks", String(inside.ask ?? ""));
  setData(canvas, "queues", queueTexts(window, orders, book));
  setData(canvas, "ownCount", String(orders.size));
  const { own, bid, price, ask, right, flow, end } = columns;
  setData(canvas, "columns", `${own},${bid},${price},${ask},${right},${flow},${end}`);
}

/** Writes a data attribute where it differs. */
export function setData(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

/** Queue places of own orders on view, "buy@6500000#3" each. */
function queueTexts(window: LadderWindow, orders: LadderOrders, book: BookView | null): string {
  const texts: string[] = [];
  const own = orders.byBucket(window.step);
  for (let row = 0; row < window.rows; row += 1) {
    const bucket = window.topBucket - row;
    for (const group of own.get(bucket) ?? []) texts.push(`${group.side}@${bucket * window.step}#${queueOf(group, book)?.place ?? ""}`);
  }
  return texts.join(" ");
}
