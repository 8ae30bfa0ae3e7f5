import type { Instrument } from "../../../shared/catalog.ts";
import type { TradeRow } from "../../../shared/views.ts";
import { formatLots, formatPrice, formatTime, type TimeZone } from "../../ui/format.ts";
import { CANVAS_FONT, type Tokens } from "../../ui/tokens.ts";
import type { Surface } from "../../ui/useCanvas.ts";
import type { TapeWindow } from "./tapeModel.ts";

/** Height of one trade in CSS pixels. */
export const TAPE_ROW = 20;

const PAD = 6;
/** Room between columns that are drawn beside each other. */
const GAP = 6;
const MARK_WIDTH = 11;

export type TapePicture = {
  readonly trades: readonly TradeRow[];
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

/** How much of the time fits: "millis" HH:MM:SS.mmm, "seconds" HH:MM:SS, "short" MM:SS, "none" nothing. */
type TimeForm = "millis" | "seconds" | "short" | "none";

const timeSamples: readonly (readonly [TimeForm, string])[] = [
  ["millis", "00:00:00.000"],
  ["seconds", "00:00:00"],
  ["short", "00:00"],
];

type Columns = { readonly form: TimeForm; readonly priceRight: number };

/** What fits: a narrow tape writes less of the time. */
function columnsOf({ context, width }: Surface, { trades, window, instrument }: TapePicture): Columns {
  const newest = trades[window.first];
  context.font = `12px ${CANVAS_FONT}`;
  const lots = context.measureText(formatLots(newest?.lots ?? 1, instrument)).width;
  context.font = `500 13px ${CANVAS_FONT}`;
  const price = context.measureText(formatPrice(newest?.ticks ?? 1, instrument)).width;
  context.font = `11px ${CANVAS_FONT}`;
  const room = width - PAD * 2 - GAP * 2 - MARK_WIDTH - price - lots;
  const [form, sample] = timeSamples.find(([, text]) => context.measureText(text).width <= room) ?? ["none", ""];
  const time = form === "none" ? 0 : context.measureText(sample).width + GAP;
  // Price stands beside the time; what is left over belongs to the size bars.
  return { form, priceRight: PAD + time + MARK_WIDTH + price };
}

function timeText(us: number, zone: TimeZone, form: TimeForm): string {
  if (form === "none") return "";
  const text = formatTime(us, zone, form === "millis" ? 3 : 0);
  return form === "short" ? text.slice(3) : text;
}

function paintTrade(
  surface: Surface,
  trade: TradeRow,
  picture: TapePicture,
  at: Columns & { readonly top: number },
  colours: Tokens,
): void {
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
  if (picture.own.has(trade.tradeId)) {
    context.fillStyle = colours.bright;
    context.fillRect(0, at.top + 2, 3, TAPE_ROW - 4);
  }
  context.font = `11px ${CANVAS_FONT}`;
  context.textAlign = "left";
  context.fillStyle = colours.secondary;
  context.fillText(timeText(trade.atUs, zone, at.form), PAD, middle);
  context.fillStyle = colour;
  const price = formatPrice(trade.ticks, instrument);
  context.font = `500 13px ${CANVAS_FONT}`;
  context.textAlign = "right";
  context.fillText(price, at.priceRight, middle);
  paintMark(context, at.priceRight - context.measureText(price).width - MARK_WIDTH / 2 - 2, middle - 0.5, trade.takerSide === "buy");
  context.font = `12px ${CANVAS_FONT}`;
  context.fillStyle = share >= 1 ? colours.bright : colours.text;
  context.fillText(formatLots(trade.lots, instrument), width - PAD, middle);
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
