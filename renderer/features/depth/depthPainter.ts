import type { Instrument } from "../../../shared/catalog.ts";
import { labelStep } from "../../ui/axis.ts";
import { formatLotsShort, formatPrice } from "../../ui/format.ts";
import { CANVAS_FONT, type Tokens } from "../../ui/tokens.ts";
import type { Surface } from "../../ui/useCanvas.ts";
import { outlineOf, type Depth, type DepthReading, type DepthSide, type DepthWindow } from "./depthModel.ts";

/** Room for the labels of the axes. */
const AXIS_HEIGHT = 18;
const LABEL_WIDTH = 84;

export type DepthPicture = {
  readonly depth: Depth;
  readonly window: DepthWindow;
  readonly instrument: Instrument;
  /** What the pointer or the keyboard reads, if anything. */
  readonly reading: DepthReading | null;
  /** Own open orders, drawn as ticks on the price axis. */
  readonly own: readonly { readonly side: "buy" | "sell"; readonly ticks: number }[];
};

/** Turns prices and quantities of a window into pixels and back. */
export class DepthScale {
  readonly #midTicks: number;
  readonly #window: DepthWindow;
  readonly width: number;
  /** Bottom of the curves. */
  readonly floor: number;

  constructor(midTicks: number, window: DepthWindow, surface: { readonly width: number; readonly height: number }) {
    this.#midTicks = midTicks;
    this.#window = window;
    this.width = surface.width;
    this.floor = Math.max(1, surface.height - AXIS_HEIGHT);
  }

  x(ticks: number): number {
    return ((ticks - this.#midTicks) / this.#window.halfSpanTicks / 2 + 0.5) * this.width;
  }

  y(lots: number): number {
    return this.floor - (lots / this.#window.maxLots) * (this.floor - 2);
  }

  ticksAt(x: number): number {
    return this.#midTicks + (x / this.width - 0.5) * 2 * this.#window.halfSpanTicks;
  }
}

export function paintDepth(surface: Surface, picture: DepthPicture | null, colours: Tokens): void {
  const { context, width, height } = surface;
  context.fillStyle = colours.panel;
  context.fillRect(0, 0, width, height);
  if (picture === null || picture.depth.midTicks === null) return;
  const scale = new DepthScale(picture.depth.midTicks, picture.window, surface);
  paintGrid(surface, picture, scale, colours);
  paintSide(surface, picture.depth.bid, picture, scale, colours.buy);
  paintSide(surface, picture.depth.ask, picture, scale, colours.sell);
  paintMid(surface, picture, scale, colours);
  paintQuantities(surface, picture, scale, colours);
  paintOwn(surface, picture, scale, colours);
  if (picture.reading !== null) paintCursor(surface, picture.reading, scale, colours);
}

/** Half a device pixel, so that one-pixel lines are sharp. */
function crisp(at: number, ratio: number): number {
  return (Math.round(at * ratio) + 0.5) / ratio;
}

function paintGrid(surface: Surface, picture: DepthPicture, scale: DepthScale, colours: Tokens): void {
  const { context, width, ratio } = surface;
  const { window, depth, instrument } = picture;
  const mid = depth.midTicks ?? 0;
  context.lineWidth = 1 / ratio;
  context.strokeStyle = colours.line;
  context.fillStyle = colours.secondary;
  context.font = `11px ${CANVAS_FONT}`;
  context.textBaseline = "middle";
  context.beginPath();
  const step = lotStep(picture, scale);
  for (let lots = step; lots < window.maxLots * 0.98; lots += step) {
    const y = crisp(scale.y(lots), ratio);
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.textAlign = "center";
  const priceStep = labelStep(window.halfSpanTicks * 2, Math.max(2, width / LABEL_WIDTH / 1.25), 1);
  for (
    let ticks = Math.ceil((mid - window.halfSpanTicks) / priceStep) * priceStep;
    ticks <= mid + window.halfSpanTicks;
    ticks += priceStep
  ) {
    const x = crisp(scale.x(ticks), ratio);
    context.moveTo(x, scale.floor);
    context.lineTo(x, scale.floor + 3);
    if (x > LABEL_WIDTH / 2 - 8 && x < width - LABEL_WIDTH / 2 + 8)
      context.fillText(formatPrice(ticks, instrument), x, scale.floor + AXIS_HEIGHT / 2 + 1);
  }
  const floor = crisp(scale.floor, ratio);
  context.moveTo(0, floor);
  context.lineTo(width, floor);
  context.stroke();
}

/** Quantities of the grid lines, written over the curves with a rim in the background's colour. */
function paintQuantities(surface: Surface, picture: DepthPicture, scale: DepthScale, colours: Tokens): void {
  const { context, width } = surface;
  context.font = `11px ${CANVAS_FONT}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = colours.panel;
  context.fillStyle = colours.secondary;
  const step = lotStep(picture, scale);
  for (let lots = step; lots < picture.window.maxLots * 0.98; lots += step) {
    const y = scale.y(lots) - 7;
    if (y < 6) continue;
    const text = formatLotsShort(lots, picture.instrument);
    context.strokeText(text, width - 4, y);
    context.fillText(text, width - 4, y);
  }
}

function lotStep({ window }: DepthPicture, scale: DepthScale): number {
  return labelStep(window.maxLots, Math.max(2, scale.floor / 32), 1);
}

function paintSide(surface: Surface, side: DepthSide, picture: DepthPicture, scale: DepthScale, colour: string): void {
  const { context, ratio } = surface;
  const mid = picture.depth.midTicks ?? 0;
  if (side.cumulativeLots.length === 0) return;
  const edge = mid + (side.name === "bid" ? -1 : 1) * picture.window.halfSpanTicks;
  const points = outlineOf(side, mid, edge);
  context.beginPath();
  for (let at = 0; at < points.length; at += 2) {
    const x = scale.x(points[at] ?? mid);
    const y = scale.y(points[at + 1] ?? 0);
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1, Math.round(1.25 * ratio)) / ratio;
  context.lineJoin = "miter";
  context.stroke();
  context.lineTo(scale.x(edge), scale.floor);
  context.lineTo(scale.x(mid), scale.floor);
  context.closePath();
  context.globalAlpha = 0.14;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

function paintMid(surface: Surface, picture: DepthPicture, scale: DepthScale, colours: Tokens): void {
  const { context, ratio } = surface;
  const x = crisp(scale.x(picture.depth.midTicks ?? 0), ratio);
  context.strokeStyle = colours["line-strong"];
  context.lineWidth = 1 / ratio;
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, scale.floor);
  context.stroke();
  context.setLineDash([]);
}

/** Own orders: a triangle on the price axis, pointing up for buys and down for sells. */
function paintOwn(surface: Surface, picture: DepthPicture, scale: DepthScale, colours: Tokens): void {
  const { context } = surface;
  for (const { side, ticks } of picture.own) {
    const x = scale.x(ticks);
    if (x < -5 || x > scale.width + 5) continue;
    const tip = side === "buy" ? -8 : -1;
    const base = side === "buy" ? -1 : -8;
    context.fillStyle = colours.bright;
    context.beginPath();
    context.moveTo(x, scale.floor + tip);
    context.lineTo(x - 4, scale.floor + base);
    context.lineTo(x + 4, scale.floor + base);
    context.closePath();
    context.fill();
  }
}

function paintCursor(surface: Surface, reading: DepthReading, scale: DepthScale, colours: Tokens): void {
  const { context, ratio } = surface;
  const x = crisp(scale.x(reading.ticks), ratio);
  const y = crisp(scale.y(reading.cumulativeLots), ratio);
  context.strokeStyle = colours.secondary;
  context.lineWidth = 1 / ratio;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, scale.floor);
  context.moveTo(0, y);
  context.lineTo(scale.width, y);
  context.stroke();
  context.fillStyle = reading.side === "bid" ? colours.buy : colours.sell;
  context.beginPath();
  context.arc(x, y, 3, 0, Math.PI * 2);
  context.fill();
}
