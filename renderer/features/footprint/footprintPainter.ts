import type { Instrument } from "../../../shared/catalog.ts";
import { labelStep } from "../../ui/axis.ts";
import { formatLotsCompact, formatPrice, formatTime, type TimeZone } from "../../ui/format.ts";
import { CANVAS_FONT, type Tokens } from "../../ui/tokens.ts";
import type { Surface } from "../../ui/useCanvas.ts";
import { dominance, rowsOf, type FootprintBar, type FootprintCell } from "./footprintModel.ts";
import { footprintTexts } from "./footprintTexts.ts";

export const FOOTPRINT_ROW = 15;
/** Rows below the cells: volume, delta, time. */
const SUM_ROW = 14;
const TIME_ROW = 16;
const CUMULATIVE_SHARE = 0.22;
const LEAST_CUMULATIVE = 44;
export const PRICE_WIDTH = 78;
const NAME_WIDTH = 4;

export type FootprintPicture = {
  readonly instrument: Instrument;
  readonly zone: TimeZone;
  /** The bars on view, oldest first. */
  readonly bars: readonly FootprintBar[];
  readonly columnWidth: number;
  /** Ticks of a row, and the topmost row (price / step). */
  readonly step: number;
  readonly topRow: number;
  /** Index among `bars` of the bar under the pointer. */
  readonly pointed: number | null;
};

/** Heights of the parts, CSS pixels from the top. */
export function footprintParts(height: number): { readonly cells: number; readonly sums: number; readonly cumulative: number } {
  const cumulative = Math.max(LEAST_CUMULATIVE, Math.round(height * CUMULATIVE_SHARE));
  const cells = Math.max(FOOTPRINT_ROW, height - cumulative - TIME_ROW - 2 * SUM_ROW);
  return { cells, sums: cells + 2 * SUM_ROW, cumulative: cells + 2 * SUM_ROW + cumulative };
}

export function paintFootprint(surface: Surface, picture: FootprintPicture, colours: Tokens): void {
  const { context, width, height } = surface;
  context.fillStyle = colours.panel;
  context.fillRect(0, 0, width, height);
  context.textBaseline = "middle";
  const parts = footprintParts(height);
  const right = width - PRICE_WIDTH;
  context.save();
  context.beginPath();
  context.rect(0, 0, right, height);
  context.clip();
  const left = right - picture.bars.length * picture.columnWidth;
  picture.bars.forEach((bar, index) => {
    const x = left + index * picture.columnWidth;
    if (index === picture.pointed) {
      context.fillStyle = colours.hover;
      context.fillRect(x, 0, picture.columnWidth, height);
    }
    paintBar(surface, bar, picture, { x, cells: parts.cells }, colours);
    paintSums(surface, bar, picture, { x, top: parts.cells }, colours);
  });
  paintCumulative(surface, picture, { left, top: parts.sums, bottom: parts.cumulative }, colours);
  context.restore();
  paintPrices(surface, picture, parts.cells, colours);
  paintLines(surface, picture, parts, colours);
}

function paintBar(
  { context }: Surface,
  bar: FootprintBar,
  picture: FootprintPicture,
  { x, cells }: { readonly x: number; readonly cells: number },
  colours: Tokens,
): void {
  const { columnWidth, step, topRow, instrument } = picture;
  const rows = rowsOf(bar, step);
  let largest = 1;
  for (const { sold, bought } of rows.values()) largest = Math.max(largest, sold + bought);
  const middle = x + columnWidth / 2;
  const withText = columnWidth >= 76;
  const body = { x: x + 2, width: 3 };
  // The bar itself: a thin body from open to close, brighter where it rose.
  const yOf = (ticks: number): number => (topRow - Math.floor(ticks / step) + 0.5) * FOOTPRINT_ROW;
  context.fillStyle = colours.secondary;
  context.fillRect(body.x + 1, yOf(bar.high), 1, Math.max(1, yOf(bar.low) - yOf(bar.high)));
  context.fillStyle = bar.close >= bar.open ? colours.text : colours.secondary;
  const top = Math.min(yOf(bar.open), yOf(bar.close));
  context.fillRect(body.x, top, body.width, Math.max(2, Math.abs(yOf(bar.open) - yOf(bar.close))));
  for (const [row, cell] of rows) {
    const y = (topRow - row) * FOOTPRINT_ROW;
    if (y < -FOOTPRINT_ROW || y > cells - FOOTPRINT_ROW + 1) continue;
    const place = { x: x + 8, y, width: columnWidth - 10, middle: middle + 3 };
    paintCell(context, cell, place, { largest, instrument, withText }, colours);
  }
}

function paintCell(
  context: CanvasRenderingContext2D,
  cell: FootprintCell,
  place: { readonly x: number; readonly y: number; readonly width: number; readonly middle: number },
  how: { readonly largest: number; readonly instrument: Instrument; readonly withText: boolean },
  colours: Tokens,
): void {
  const { sold, bought } = cell;
  const all = sold + bought;
  const net = bought - sold;
  context.globalAlpha = 0.18 + 0.72 * (Math.abs(net) / how.largest);
  context.fillStyle = net >= 0 ? colours["buy-soft"] : colours["sell-soft"];
  context.fillRect(place.x, place.y + 1, place.width, FOOTPRINT_ROW - 2);
  context.globalAlpha = 1;
  if (all === how.largest) {
    // Most of the bar traded here.
    context.strokeStyle = colours.secondary;
    context.lineWidth = 1;
    context.strokeRect(place.x + 0.5, place.y + 1.5, place.width - 1, FOOTPRINT_ROW - 3);
  }
  if (!how.withText) return;
  const strong = dominance(cell, how.largest);
  const y = place.y + FOOTPRINT_ROW / 2 + 0.5;
  context.textAlign = "right";
  context.font = `${strong === "sold" ? 650 : 400} 10.5px ${CANVAS_FONT}`;
  context.fillStyle = sold === 0 ? colours.disabled : strong === "sold" ? colours.sell : colours.text;
  context.fillText(formatLotsCompact(sold, how.instrument, 5), place.middle - 6, y);
  context.textAlign = "left";
  context.font = `${strong === "bought" ? 650 : 400} 10.5px ${CANVAS_FONT}`;
  context.fillStyle = bought === 0 ? colours.disabled : strong === "bought" ? colours.buy : colours.text;
  context.fillText(formatLotsCompact(bought, how.instrument, 5), place.middle + 6, y);
  context.textAlign = "center";
  context.font = `400 10px ${CANVAS_FONT}`;
  context.fillStyle = colours.disabled;
  context.fillText("×", place.middle, y);
}

function paintSums(
  { context }: Surface,
  bar: FootprintBar,
  { columnWidth, instrument }: FootprintPicture,
  { x, top }: { readonly x: number; readonly top: number },
  colours: Tokens,
): void {
  if (columnWidth < 44) return;
  context.font = `400 10.5px ${CANVAS_FONT}`;
  context.textAlign = "center";
  context.fillStyle = colours.secondary;
  context.fillText(formatLotsCompact(bar.volume, instrument, 7), x + columnWidth / 2, top + SUM_ROW / 2 + 1);
  context.fillStyle = bar.delta >= 0 ? colours.buy : colours.sell;
  context.fillText(signed(bar.delta, instrument), x + columnWidth / 2, top + SUM_ROW * 1.5 + 1);
}

/** The running sum of bought less sold, each bar from its low to its high and closing at the step. */
function paintCumulative(
  { context }: Surface,
  { bars, columnWidth, instrument }: FootprintPicture,
  { left, top, bottom }: { readonly left: number; readonly top: number; readonly bottom: number },
  colours: Tokens,
): void {
  if (bars.length === 0) return;
  const high = Math.max(...bars.map(({ cumulative }) => cumulative.high));
  const low = Math.min(...bars.map(({ cumulative }) => cumulative.low));
  const range = Math.max(1, high - low);
  const y = (lots: number): number => top + 6 + (1 - (lots - low) / range) * (bottom - top - 12);
  if (low < 0 && high > 0) {
    context.fillStyle = colours.line;
    context.fillRect(0, Math.round(y(0)), left + bars.length * columnWidth, 1);
  }
  bars.forEach(({ cumulative }, index) => {
    const x = left + index * columnWidth;
    const middle = Math.round(x + columnWidth / 2);
    const rose = cumulative.close >= cumulative.open;
    context.fillStyle = rose ? colours.buy : colours.sell;
    context.fillRect(middle, y(cumulative.high), 1, Math.max(1, y(cumulative.low) - y(cumulative.high)));
    const half = Math.max(1, Math.min(9, columnWidth * 0.25));
    const from = y(Math.max(cumulative.open, cumulative.close));
    context.fillRect(middle - half, from, half * 2 + 1, Math.max(1.5, Math.abs(y(cumulative.open) - y(cumulative.close))));
  });
  const last = bars.at(-1);
  if (last === undefined) return;
  context.font = `400 10.5px ${CANVAS_FONT}`;
  context.textAlign = "left";
  context.fillStyle = colours.secondary;
  context.fillText(`${footprintTexts.cumulative} ${signed(last.cumulative.close, instrument)}`, NAME_WIDTH, top + 8);
}

function paintPrices(
  { context, width }: Surface,
  { step, topRow, instrument, bars }: FootprintPicture,
  cells: number,
  colours: Tokens,
): void {
  context.font = `11px ${CANVAS_FONT}`;
  context.textAlign = "left";
  const x = width - PRICE_WIDTH + 6;
  const rows = Math.floor(cells / FOOTPRINT_ROW);
  const every = Math.max(1, Math.round(labelStep(rows, Math.max(2, cells / 30), 1)));
  for (let row = 0; row < rows; row += every) {
    const ticks = (topRow - row) * step;
    if (ticks < 1) break;
    context.fillStyle = colours.secondary;
    context.fillText(formatPrice(ticks, instrument), x, (row + 0.5) * FOOTPRINT_ROW);
  }
  const last = bars.at(-1);
  if (last === undefined) return;
  const row = topRow - Math.floor(last.close / step);
  if (row < 0 || row >= rows) return;
  context.fillStyle = colours["line-strong"];
  context.fillRect(width - PRICE_WIDTH + 1, row * FOOTPRINT_ROW, PRICE_WIDTH - 1, FOOTPRINT_ROW);
  context.fillStyle = colours.bright;
  context.fillText(formatPrice(last.close, instrument), x, (row + 0.5) * FOOTPRINT_ROW + 0.5);
}

function paintLines(surface: Surface, picture: FootprintPicture, parts: ReturnType<typeof footprintParts>, colours: Tokens): void {
  const { context, width } = surface;
  const right = width - PRICE_WIDTH;
  context.fillStyle = colours.line;
  for (const y of [parts.cells, parts.sums, parts.cumulative]) context.fillRect(0, Math.round(y), width, 1);
  context.fillRect(right, 0, 1, parts.cumulative);
  context.font = `11px ${CANVAS_FONT}`;
  context.textAlign = "center";
  context.fillStyle = colours.secondary;
  const left = right - picture.bars.length * picture.columnWidth;
  const every = Math.max(1, Math.ceil(64 / picture.columnWidth));
  picture.bars.forEach((bar, index) => {
    const x = left + (index + 0.5) * picture.columnWidth;
    if ((picture.bars.length - 1 - index) % every === 0 && x > 26 && x < right)
      context.fillText(formatTime(bar.openUs, picture.zone).slice(0, 8), x, parts.cumulative + TIME_ROW / 2);
  });
  context.textAlign = "left";
  context.fillText(footprintTexts.volume, right + 6, parts.cells + SUM_ROW / 2 + 1);
  context.fillText(footprintTexts.delta, right + 6, parts.cells + SUM_ROW * 1.5 + 1);
}

function signed(lots: number, instrument: Instrument): string {
  const text = formatLotsCompact(Math.abs(lots), instrument, 7);
  return lots === 0 ? "0" : `${lots > 0 ? "+" : "−"}${text}`;
}
