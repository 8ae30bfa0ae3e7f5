import type { Instrument } from "../../../shared/catalog.ts";
import { CANVAS_FONT } from "../../ui/tokens.ts";
import { formatLotsAt, formatLotsCompact, formatPrice, placesFor } from "../../ui/format.ts";
import { LADDER_ROW_HEIGHT, ticksOfRow, triggerRows, type LadderColumns, type OwnOrders } from "./ladderModel.ts";
import { barWidth, flowText, rowSignature, volumeWidths, type LadderPicture } from "./ladderPicture.ts";

const SIZE_FONT = `400 12px ${CANVAS_FONT}`;
const BEST_FONT = `600 12px ${CANVAS_FONT}`;
const PRICE_FONT = `450 13px ${CANVAS_FONT}`;
const OWN_FONT = `600 11px ${CANVAS_FONT}`;
const NOTE_FONT = `400 10px ${CANVAS_FONT}`;
const PAD = 6;
/** Widest digit of the size font, and how many characters are worth showing. */
const DIGIT_WIDTH = 7.6;
const MOST_CHARACTERS = 8;

/** Width that the widest price of this ladder needs. */
export function priceColumnWidth(context: CanvasRenderingContext2D, instrument: Instrument, topTicks: number): number {
  context.font = PRICE_FONT;
  return Math.ceil(context.measureText(formatPrice(Math.max(topTicks, 1), instrument)).width) + 2 * PAD + 10;
}

/**
 * Draws the ladder row by row and remembers what each row showed, so that only rows that differ are drawn again. The canvas keeps its
 * picture between paints: there is never a blank frame.
 */
export class LadderPainter {
  readonly #context: CanvasRenderingContext2D;
  #signatures: string[] = [];
  #ratio = 1;
  #height = 0;
  #places = 0;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  /** Size in device pixels, and how many of them make a CSS pixel. Everything is drawn anew at the next paint. */
  resize(width: number, height: number, ratio: number): void {
    const { canvas } = this.#context;
    canvas.width = width;
    canvas.height = height;
    this.#ratio = ratio;
    this.#height = height / ratio;
    this.forget();
  }

  /** Draws every row anew at the next paint. */
  forget(): void {
    this.#signatures = [];
  }

  paint(picture: LadderPicture): void {
    const context = this.#context;
    const { window, sizes } = picture;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.textBaseline = "middle";
    this.#places = placesFor(sizes.largest, picture.instrument, sizeCharacters(picture.columns));
    const fixed = `${this.#places}:${window.topBucket}:${window.step}:${window.rows}:${picture.columns.right}:${picture.columns.end}:${picture.columns.price}:${picture.tokens.panel}`;
    const dimmed = dimmedCharacters(picture);
    for (let row = 0; row < window.rows; row += 1) {
      const signature = fixed + rowSignature(picture, row);
      if (this.#signatures[row] === signature) continue;
      this.#signatures[row] = signature;
      this.#paintRow(picture, row, dimmed);
    }
    if (this.#signatures[window.rows] !== fixed) {
      this.#signatures[window.rows] = fixed;
      this.#paintRest(picture);
    }
  }

  #paintRow(picture: LadderPicture, row: number, dimmed: number): void {
    const context = this.#context;
    const { columns, tokens, sizes } = picture;
    const y = row * LADDER_ROW_HEIGHT;
    const height = LADDER_ROW_HEIGHT;
    const ticks = ticksOfRow(picture.window, row);
    const isBidSide = picture.bidRow !== null && row >= picture.bidRow;
    const isAskSide = picture.askRow !== null && row <= picture.askRow;
    this.#box(0, y, columns.end, height, tokens.panel);
    if (ticks === null) return;
    this.#box(columns.bid, y, columns.price - columns.bid, height, isBidSide ? tokens["buy-row"] : tokens.panel);
    this.#box(columns.ask, y, columns.right - columns.ask, height, isAskSide ? tokens["sell-row"] : tokens.panel);
    this.#bar(picture, row, y);
    this.#priceCell(picture, row, ticks, y, dimmed);
    this.#size(sizes.bids[row] ?? 0, columns.price - PAD, y, row === picture.bidRow, picture);
    this.#size(sizes.asks[row] ?? 0, columns.right - PAD, y, row === picture.askRow, picture);
    this.#own(picture, row, y);
    this.#flow(picture, row, y, isBidSide, isAskSide);
    this.#volume(picture, row, y);
    this.#box(0, y + height - 1 / this.#ratio, columns.end, 1 / this.#ratio, tokens.bg);
    this.#edges(picture, row, y);
    context.globalAlpha = 1;
  }

  #bar(picture: LadderPicture, row: number, y: number): void {
    const { columns, sizes, tokens } = picture;
    const bid = barWidth(sizes.bids[row] ?? 0, sizes.largest, columns.price - columns.bid);
    const ask = barWidth(sizes.asks[row] ?? 0, sizes.largest, columns.right - columns.ask);
    if (bid > 0) this.#box(columns.price - bid, y + 1, bid, LADDER_ROW_HEIGHT - 3, tokens["buy-soft"]);
    if (ask > 0) this.#box(columns.ask, y + 1, ask, LADDER_ROW_HEIGHT - 3, tokens["sell-soft"]);
  }

  #priceCell(picture: LadderPicture, row: number, ticks: number, y: number, dimmed: number): void {
    const context = this.#context;
    const { columns, tokens, last, instrument } = picture;
    const isLast = last !== null && last.row === row;
    const width = columns.ask - columns.price;
    this.#box(
      columns.price,
      y,
      width,
      LADDER_ROW_HEIGHT,
      isLast && last.flashing ? tokens["line-strong"] : isLast ? tokens.hover : tokens.raised,
    );
    const text = formatPrice(ticks, instrument);
    const middle = y + LADDER_ROW_HEIGHT / 2;
    context.font = PRICE_FONT;
    context.textAlign = "right";
    const right = columns.ask - PAD - 2;
    const bright = text.slice(dimmed);
    context.fillStyle = isLast ? tokens.bright : tokens.text;
    context.fillText(bright, right, middle);
    if (dimmed > 0) {
      context.fillStyle = isLast ? tokens.text : tokens.secondary;
      context.fillText(text.slice(0, dimmed), right - context.measureText(bright).width, middle);
    }
    if (isLast && last.side !== null) {
      // A mark with the side's colour and direction: the last trade lifted the ask (up) or hit the bid (down).
      context.fillStyle = last.side === "buy" ? tokens.buy : tokens.sell;
      this.#triangle(columns.price + 5, middle, last.side === "buy");
    }
  }

  #triangle(x: number, y: number, up: boolean): void {
    const context = this.#context;
    const tip = up ? -3 : 3;
    context.beginPath();
    context.moveTo(x - 3.5, y - tip);
    context.lineTo(x + 3.5, y - tip);
    context.lineTo(x, y + tip);
    context.fill();
  }

  #size(lots: number, right: number, y: number, best: boolean, picture: LadderPicture): void {
    if (lots === 0) return;
    const context = this.#context;
    context.font = best ? BEST_FONT : SIZE_FONT;
    context.textAlign = "right";
    context.fillStyle = best ? picture.tokens.bright : picture.tokens.text;
    context.fillText(formatLotsAt(lots, picture.instrument, this.#places), right, y + LADDER_ROW_HEIGHT / 2);
  }

  #own(picture: LadderPicture, row: number, y: number): void {
    const bucket = picture.window.topBucket - row;
    const groups = picture.own.get(bucket);
    if (groups === undefined) return;
    const width = (picture.columns.bid - 2) / groups.length;
    groups.forEach((group, at) => this.#ownBadge(picture, group, 1 + at * width, y, width - 1));
  }

  /** What was stacked (+) or pulled (−) in the last seconds: brighter than the size it explains, without a side's colour. */
  #flow(picture: LadderPicture, row: number, y: number, isBidSide: boolean, isAskSide: boolean): void {
    const { columns, flow, tokens } = picture;
    if (columns.flow === columns.right) return;
    const lots = isBidSide && !isAskSide ? (flow.bids[row] ?? 0) : isAskSide && !isBidSide ? (flow.asks[row] ?? 0) : 0;
    const text = flowText(lots, picture.instrument);
    if (text === "") return;
    const context = this.#context;
    context.font = NOTE_FONT;
    context.textAlign = "right";
    context.fillStyle = lots > 0 ? tokens.text : tokens.secondary;
    context.fillText(text, columns.flow - 4, y + LADDER_ROW_HEIGHT / 2);
  }

  /** Traded here: a bar, what buyers lifted before what sellers hit. */
  #volume(picture: LadderPicture, row: number, y: number): void {
    const { columns, volume, tokens } = picture;
    const width = columns.end - columns.flow;
    if (width <= 0 || volume.largest === 0) return;
    const [bought, sold] = volumeWidths(volume, row, width);
    this.#context.globalAlpha = 0.55;
    if (bought > 0) this.#box(columns.flow + 2, y + 3, bought, LADDER_ROW_HEIGHT - 7, tokens.buy);
    if (sold > 0) this.#box(columns.flow + 2 + bought, y + 3, sold, LADDER_ROW_HEIGHT - 7, tokens.sell);
    this.#context.globalAlpha = 1;
  }

  #ownBadge(picture: LadderPicture, group: OwnOrders, x: number, y: number, width: number): void {
    const context = this.#context;
    const { tokens } = picture;
    const colour = group.side === "buy" ? tokens.buy : tokens.sell;
    const top = y + 2;
    const height = LADDER_ROW_HEIGHT - 5;
    const queue = picture.queueOf(group);
    const note = queue === null ? "" : `#${queue.place}`;
    if (queue !== null) {
      // Place in the queue, and how much of the level fills first.
      const noteWidth = note.length * 6 + 4;
      const left = x + width - noteWidth;
      context.font = NOTE_FONT;
      context.textAlign = "right";
      context.fillStyle = tokens.text;
      context.fillText(note, x + width - 2, y + LADDER_ROW_HEIGHT / 2 - 2);
      this.#box(left, top + height - 2, noteWidth - 2, 1, tokens["line-strong"]);
      this.#box(left, top + height - 2, Math.round((noteWidth - 2) * queue.aheadShare), 1, tokens.text);
      width -= noteWidth + 1;
    }
    const solid = group.look === "working" || group.look === "partial";
    if (solid) this.#box(x, top, width, height, colour);
    else {
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, top + 0.5, width - 1, height - 1);
    }
    if (group.look === "unknown") this.#hatch(x, top, width, height, colour);
    if (group.look === "partial") this.#box(x, top + height - 3, width / 2, 2, tokens.bg);
    const count = group.entries.length > 1 ? ` ×${group.entries.length}` : "";
    context.font = OWN_FONT;
    context.textAlign = "center";
    context.fillStyle = solid ? tokens.bg : tokens.text;
    const middle = y + LADDER_ROW_HEIGHT / 2 - 0.5;
    context.fillText(
      `${formatLotsCompact(group.lots, picture.instrument, count === "" ? 6 : 4)}${count}`,
      x + width / 2,
      middle,
      width - 4,
    );
    if (group.look === "cancelling") this.#box(x + 4, middle, width - 8, 1, tokens.bright);
  }

  #ghost(picture: LadderPicture, row: number, y: number): void {
    const context = this.#context;
    for (const ghost of picture.ghosts) {
      if (ghost.row !== row) continue;
      const colour = ghost.side === "buy" ? picture.tokens.buy : picture.tokens.sell;
      // Over what stands in the row already: two quantities written on each other are none.
      this.#box(1, y + 2, picture.columns.bid - 3, LADDER_ROW_HEIGHT - 5, picture.tokens.panel);
      context.setLineDash(ghost.state === "dragged" ? [] : [3, 2]);
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.strokeRect(1.5, y + 2.5, picture.columns.bid - 4, LADDER_ROW_HEIGHT - 6);
      context.setLineDash([]);
      context.font = OWN_FONT;
      context.textAlign = "center";
      context.fillStyle = colour;
      context.fillText(formatLotsCompact(ghost.lots, picture.instrument, 7), picture.columns.bid / 2, y + LADDER_ROW_HEIGHT / 2 - 0.5);
      if (ghost.state === "dragged") this.#box(0, y + LADDER_ROW_HEIGHT - 2, picture.columns.right, 1, colour);
    }
  }

  #hatch(x: number, y: number, width: number, height: number, colour: string): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.strokeStyle = colour;
    context.globalAlpha = 0.5;
    context.beginPath();
    for (let at = -height; at < width; at += 5) {
      context.moveTo(x + at, y + height);
      context.lineTo(x + at + height, y);
    }
    context.stroke();
    context.restore();
  }

  /** Trigger lines, moving orders, the cell under the pointer and the keyboard's row. */
  #edges(picture: LadderPicture, row: number, y: number): void {
    const context = this.#context;
    this.#ghost(picture, row, y);
    const { columns, tokens, hover } = picture;
    const zone = triggerRows(picture.window.rows);
    if (row === zone.top || row === zone.bottom) {
      const line = row === zone.top ? y : y + LADDER_ROW_HEIGHT - 1;
      for (let x = columns.bid; x < columns.right; x += 6) this.#box(x, line, 3, 1, tokens.secondary);
    }
    context.lineWidth = 1;
    if (hover !== null && hover.row === row && hover.column !== "price") {
      const left = columns[hover.column];
      const right = hover.column === "own" ? columns.bid : hover.column === "bid" ? columns.price : columns.right;
      context.strokeStyle = hover.column === "bid" ? tokens.buy : hover.column === "ask" ? tokens.sell : tokens.secondary;
      context.strokeRect(left + 0.5, y + 0.5, right - left - 1, LADDER_ROW_HEIGHT - 2);
    }
    if (picture.cursorRow === row) {
      context.lineWidth = 2;
      context.strokeStyle = tokens.focus;
      context.strokeRect(1, y + 1, columns.right - 2, LADDER_ROW_HEIGHT - 3);
    }
  }

  /** What is below the last whole row. */
  #paintRest(picture: LadderPicture): void {
    const top = picture.window.rows * LADDER_ROW_HEIGHT;
    this.#box(0, top, picture.columns.end, Math.max(0, this.#height - top), picture.tokens.panel);
  }

  /** A filled box on whole device pixels. */
  #box(x: number, y: number, width: number, height: number, colour: string): void {
    const ratio = this.#ratio;
    const left = Math.round(x * ratio) / ratio;
    const top = Math.round(y * ratio) / ratio;
    this.#context.fillStyle = colour;
    this.#context.fillRect(left, top, Math.round((x + width) * ratio) / ratio - left, Math.round((y + height) * ratio) / ratio - top);
  }
}

/** Characters of a size that fit its column. */
function sizeCharacters(columns: LadderColumns): number {
  return Math.min(MOST_CHARACTERS, Math.floor((columns.price - columns.bid - PAD - 2) / DIGIT_WIDTH));
}

/** How many leading characters all prices in the window share; these are drawn quieter. */
function dimmedCharacters(picture: LadderPicture): number {
  const top = ticksOfRow(picture.window, 0);
  const bottom = ticksOfRow(picture.window, picture.window.rows - 1);
  if (top === null || bottom === null) return 0;
  const a = formatPrice(top, picture.instrument);
  const b = formatPrice(bottom, picture.instrument);
  if (a.length !== b.length) return 0;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same;
}
