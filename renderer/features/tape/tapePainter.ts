import type { Instrument } from "../../../shared/catalog.ts";
import { formatLotsAt, formatPrice, formatTime, placesFor, type TimeZone } from "../../ui/format.ts";
import { CANVAS_FONT, type Tokens } from "../../ui/tokens.ts";
import type { Surface } from "../../ui/useCanvas.ts";
import { fitTape, type TapeFit, type TapeWindow } from "./tapeModel.ts";
import type { TapeRow } from "./tapeRows.ts";

/** Height of one trade in CSS pixels. */
export const TAPE_ROW = 20;

const PAD = 6;
/** Room between columns that are drawn beside each other. */
const GAP = 6;
const MARK_WIDTH = 11;

export type TapePicture = {
  readonly trades: readonly TapeRow[];
  readonly window: TapeWindow;
  readonly instrument: Instrument;
  readonly zone: TimeZone;
  readonly fullBarLots: number;
  /** Trades in which this window's owner took part. */
  readonly own: ReadonlySet<number>;
};

/** Newest first: time, side by shape and colour, price, quantity with a bar behind it. */
export function paintTape(surface: Surface, picture: TapePicture | null, colours: Tokens): void {
  const { context, width, height, ratio } = surface;
  context.fillStyle = colours.panel;
  context.fillRect(0, 0, width, height);
  if (picture === null) return;
  context.textBaseline = "middle";
  const { trades, window } = picture;
  const columns = columnsOf(surface, picture);
  for (let row = 0; row < window.count; row += 1) {
    const trade = trades[window.first - row];
    if (trade === undefined) continue;
    const top = Math.round(row * TAPE_ROW * ratio) / ratio;
    paintTrade(surface, trade, picture, { top, ...columns }, colours);
  }
}

const timeSamples = { millis: "00:00:00.000", seconds: "00:00:00" } as const;

type Columns = TapeFit & { readonly priceRight: number };

/** What fits: a narrow tape writes less of the time. */
function columnsOf({ context, width }: Surface, { trades, window, instrument }: TapePicture): Columns {
  const seen = trades.slice(window.first - window.count + 1, window.first + 1);
  const sizes = seen.map((trade): number => trade.lots);
  const most = Math.max(1, ...sizes);
  const least = Math.min(most, ...sizes);
  context.font = `500 13px ${CANVAS_FONT}`;
  const price = context.measureText(formatPrice(Math.max(1, ...seen.map((trade) => trade.ticks)), instrument)).width;
  context.font = `11px ${CANVAS_FONT}`;
  const millis = context.measureText(timeSamples.millis).width;
  const seconds = context.measureText(timeSamples.seconds).width;
  context.font = `12px ${CANVAS_FONT}`;
  const fit = fitTape({
    room: width - PAD * 2 - GAP * 2 - MARK_WIDTH - price,
    millis,
    seconds,
    mostPlaces: placesFor(most, instrument, Number.MAX_SAFE_INTEGER),
    // A size that is cut to nothing is written longer than its digits, "<0.01".
    lots: (places) => Math.max(...[most, least].map((lots) => context.measureText(formatLotsAt(lots, instrument, places)).width)),
  });
  // Price stands beside the time; what is left over belongs to the size bars.
  return { ...fit, priceRight: PAD + (fit.time === "millis" ? millis : seconds) + GAP + MARK_WIDTH + price };
}

function paintTrade(surface: Surface, trade: TapeRow, picture: TapePicture, at: Columns & { readonly top: number }, colours: Tokens): void {
  const { context, width, ratio } = surface;
  const { instrument, zone } = picture;
  const middle = at.top + TAPE_ROW / 2 + 0.5;
  const colour = trade.takerSide === "buy" ? colours.buy : colours.sell;
  const barLeft = at.priceRight + GAP;
  const barRight = width - PAD + 3;
  const share = Math.min(1, trade.lots / picture.fullBarLots);
  context.fillStyle = trade.takerSide === "buy" ? colours["buy-soft"] : colours["sell-soft"];
  const barWidth = Math.max(1 / ratio, share * (barRight - barLeft));
  context.fillRect(barRight - barWidth, at.top + 2, barWidth, TAPE_ROW - 4);
  if (trade.ids.some((id) => picture.own.has(id))) {
    context.fillStyle = colours.bright;
    context.fillRect(0, at.top + 2, 3, TAPE_ROW - 4);
  }
  context.font = `11px ${CANVAS_FONT}`;
  context.textAlign = "left";
  context.fillStyle = colours.secondary;
  context.fillText(formatTime(trade.atUs, zone, at.time === "millis" ? 3 : 0), PAD, middle);
  context.fillStyle = colour;
  const price = formatPrice(trade.ticks, instrument);
  context.font = `500 13px ${CANVAS_FONT}`;
  context.textAlign = "right";
  context.fillText(price, at.priceRight, middle);
  paintMark(context, at.priceRight - context.measureText(price).width - MARK_WIDTH / 2 - 2, middle - 0.5, trade.takerSide === "buy");
  const size = formatLotsAt(trade.lots, instrument, at.places);
  context.font = `12px ${CANVAS_FONT}`;
  const free = width - PAD - context.measureText(size).width - barLeft;
  if (trade.ids.length > 1 && free > 14) {
    context.font = `10px ${CANVAS_FONT}`;
    context.textAlign = "left";
    context.fillStyle = colours.secondary;
    context.fillText(`${trade.ids.length}`, barLeft, middle);
    context.textAlign = "right";
  }
  context.font = `12px ${CANVAS_FONT}`;
  context.fillStyle = share >= 1 ? colours.bright : colours.text;
  context.fillText(size, width - PAD, middle);
}

/** The incoming order's side as a triangle: up bought, down sold. */
function paintMark(context: CanvasRenderingContext2D, x: number, y: number, up: boolean): void {
  const tip = up ? -3.5 : 3.5;
  context.beginPath();
  context.moveTo(x, y + tip);
  context.lineTo(x - 3.5, y - tip);
  context.lineTo(x + 3.5, y - tip);
  context.closePath();
  context.fill();
}
