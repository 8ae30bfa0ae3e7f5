import type { Instrument } from "../../../shared/catalog.ts";
import type { Tokens } from "../../ui/tokens.ts";
import { formatLotsCompact } from "../../ui/format.ts";
import type { LadderColumn, LadderColumns, LadderWindow, OwnOrders, RowSizes } from "./ladderModel.ts";
import type { OrdersByBucket } from "./ladderOrders.ts";

/** Everything one paint shows. */
export type LadderPicture = {
  readonly instrument: Instrument;
  readonly window: LadderWindow;
  readonly columns: LadderColumns;
  readonly sizes: RowSizes;
  /** Pulled and stacked lots of each row, bids and asks apart. */
  readonly flow: { readonly bids: Float64Array; readonly asks: Float64Array };
  readonly volume: { readonly bought: Float64Array; readonly sold: Float64Array; readonly largest: number };
  /** Where the best of a row's own orders stands in its queue, from 1, and its share of the level that is ahead; null while unknown. */
  readonly queueOf: (group: OwnOrders) => { readonly place: number; readonly aheadShare: number } | null;
  /** Own orders that are being moved: where they would go. */
  readonly ghosts: readonly LadderGhost[];
  readonly own: OrdersByBucket;
  /** Rows of the best bid and ask, possibly outside the window; null without one. */
  readonly bidRow: number | null;
  readonly askRow: number | null;
  readonly last: { readonly row: number; readonly side: "buy" | "sell" | null; readonly flashing: boolean } | null;
  readonly hover: { readonly row: number; readonly column: LadderColumn } | null;
  readonly cursorRow: number | null;
  readonly tokens: Tokens;
};

/** An own order on its way to another price: dragged, waiting for confirmation, or sent. */
export type LadderGhost = {
  readonly row: number;
  readonly side: "buy" | "sell";
  readonly lots: number;
  readonly state: "dragged" | "sent";
};

/** All that a row shows, as text to compare. */
export function rowSignature(picture: LadderPicture, row: number): string {
  const { columns, sizes, last, hover } = picture;
  const bid = sizes.bids[row] ?? 0;
  const ask = sizes.asks[row] ?? 0;
  const bars = `${barWidth(bid, sizes.largest, columns.price - columns.bid)},${barWidth(ask, sizes.largest, columns.right - columns.ask)}`;
  const own = picture.own.get(picture.window.topBucket - row);
  const mine = own === undefined ? "" : own.map((group) => groupSignature(picture, group)).join();
  const told = `${flowText(picture.flow.bids[row] ?? 0, picture.instrument)},${flowText(picture.flow.asks[row] ?? 0, picture.instrument)},${volumeWidths(picture.volume, row, columns.end - columns.flow).join()}`;
  const ghosts = picture.ghosts.map((ghost) => (ghost.row === row ? `${ghost.side}${ghost.lots}${ghost.state}` : "")).join("");
  const isLast = last !== null && last.row === row ? `${last.side}${last.flashing}` : "";
  const zone = `${picture.bidRow !== null && row >= picture.bidRow}${picture.askRow !== null && row <= picture.askRow}${row === picture.bidRow}${row === picture.askRow}`;
  const pointer = hover !== null && hover.row === row ? hover.column : "";
  return `|${bid},${ask}|${bars}|${mine}|${isLast}|${zone}|${pointer}|${picture.cursorRow === row}|${told}|${ghosts}`;
}

function groupSignature(picture: LadderPicture, group: OwnOrders): string {
  const queue = picture.queueOf(group);
  const place = queue === null ? "" : `${queue.place}/${Math.round(queue.aheadShare * 20)}`;
  return `${group.side}${group.lots}${group.look}${group.entries.length}${place}`;
}

/** Signed and short; "" for nothing. */
export function flowText(lots: number, instrument: Instrument): string {
  if (lots === 0) return "";
  const size = formatLotsCompact(Math.abs(lots), instrument, 5);
  return size.startsWith("<") ? "" : `${lots > 0 ? "+" : "−"}${size}`;
}

export function volumeWidths(volume: LadderPicture["volume"], row: number, width: number): readonly [bought: number, sold: number] {
  const bought = volume.bought[row] ?? 0;
  const all = bought + (volume.sold[row] ?? 0);
  const whole = barWidth(all, volume.largest, width - 2);
  const first = all === 0 ? 0 : Math.round((whole * bought) / all);
  return [first, whole - first];
}

export function barWidth(lots: number, largest: number, width: number): number {
  return lots === 0 || largest === 0 ? 0 : Math.max(1, Math.round((lots / largest) * (width - 2)));
}
