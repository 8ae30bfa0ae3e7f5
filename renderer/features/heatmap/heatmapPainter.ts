import type { Instrument } from "../../../shared/catalog.ts";
import { labelStep } from "../../ui/axis.ts";
import { formatLotsCompact, formatPrice, formatTime } from "../../ui/format.ts";
import { CANVAS_FONT } from "../../ui/tokens.ts";
import { CellSums, type HeatScale } from "./heatmapCells.ts";
import type { HeatmapPast, PackedTrades } from "./heatmapPast.ts";
import type { CanvasSize, HeatmapLook, OwnFill, OwnLine } from "./heatmapProtocol.ts";
import { AXIS_WIDTH, BARS_WIDTH, plotOf, type HeatmapView, type Plot } from "./heatmapView.ts";

/** Everything one paint shows. */
export type HeatmapScene = {
  readonly size: CanvasSize;
  readonly look: HeatmapLook;
  readonly instrument: Instrument;
  readonly past: HeatmapPast;
  readonly trades: PackedTrades;
  readonly orders: readonly OwnLine[];
  readonly fills: readonly OwnFill[];
  readonly view: HeatmapView;
  readonly scale: HeatScale;
  readonly cut: { readonly low: number; readonly high: number };
  readonly bubbles: boolean;
  readonly nowUs: number;
  readonly pointer: { readonly x: number; readonly y: number } | null;
};

const TIME_STEPS_S = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800] as const;
const BUBBLE_CELL = 7;
const LARGEST_BUBBLE = 11;
const MOST_BUBBLES = 4_000;

type Rgb = readonly [red: number, green: number, blue: number];

/** One horizontal stretch of the picture in which the book did not change, device pixels. */
type Stretch = { readonly from: number; readonly to: number; readonly bid: number | null; readonly ask: number | null };

/** Draws the book's past: cells by image data, everything else over them by paths. */
export class HeatmapPainter {
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #sums = new CellSums();
  /** Colours that were asked for; a theme has a few. */
  readonly #rgb = new Map<string, Rgb>();
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);

  constructor(canvas: OffscreenCanvas) {
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("This canvas has no 2D context.");
    this.#canvas = canvas;
    this.#context = context;
  }

  paint(scene: HeatmapScene): void {
    const { size, look } = scene;
    const { ratio } = size;
    const width = Math.max(1, Math.round(size.width * ratio));
    const height = Math.max(1, Math.round(size.height * ratio));
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    const context = this.#context;
    const plot = plotOf(size);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = look.colours.panel;
    context.fillRect(0, 0, width, height);
    const stretches = this.#cells(scene, plot);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.textBaseline = "middle";
    context.save();
    context.beginPath();
    context.rect(0, 0, plot.width, plot.height);
    context.clip();
    this.#best(scene, plot, stretches);
    if (scene.bubbles) this.#bubbles(scene, plot);
    this.#own(scene, plot);
    context.restore();
    this.#bars(scene, plot);
    this.#axes(scene, plot);
    if (scene.pointer !== null) this.#pointer(scene, plot, scene.pointer);
  }

  /** A colour of any CSS notation as numbers. */
  rgbOf(colour: string): Rgb {
    const known = this.#rgb.get(colour);
    if (known !== undefined) return known;
    const rgb = probed(colour);
    this.#rgb.set(colour, rgb);
    return rgb;
  }

  #cells({ size, look, past, view, scale, cut, nowUs }: HeatmapScene, plot: Plot): readonly Stretch[] {
    const { ratio } = size;
    const width = Math.max(1, Math.round(plot.width * ratio));
    const height = Math.max(1, Math.round(plot.height * ratio));
    if (this.#image === null || this.#image.width !== width || this.#image.height !== height) {
      this.#image = new ImageData(width, height);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    }
    const pixels = this.#pixels;
    const [red, green, blue] = this.rgbOf(look.colours.panel);
    pixels.fill(((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
    const step = view.step();
    const topCell = Math.floor(view.topTicks(plot) / step);
    const cells = Math.ceil((plot.height * view.ticksPerPixel) / step) + 2;
    this.#sums.shape(topCell, cells, step);
    const edges = Int32Array.from({ length: cells + 1 }, (_, cell) =>
      Math.min(height, Math.max(0, Math.round(view.y((topCell - cell + 1) * step, plot) * ratio))),
    );
    const stretches: Stretch[] = [];
    const usPerPixel = view.usPerPixel(plot) / ratio;
    // On whole pixels of time, so that what scrolls by does not flicker.
    const fromUs = Math.ceil(view.fromUs(nowUs) / usPerPixel) * usPerPixel;
    const { columns } = past;
    scale.beginSample();
    let index = past.indexAt(fromUs);
    for (let x = 0; x < width;) {
      const startX = x;
      const column = columns[index];
      const endUs = columns[index + 1]?.atUs ?? Infinity;
      x = Math.min(width, Math.max(startX + 1, Math.ceil((endUs - fromUs) / usPerPixel)));
      if (column !== undefined) {
        this.#sums.sum(column);
        this.#stretch(startX, x, width, edges, scale);
        stretches.push({ from: startX, to: x, bid: column.bid, ask: column.ask });
      }
      const nextUs = fromUs + x * usPerPixel;
      while ((columns[index + 1]?.atUs ?? Infinity) <= nextUs) index += 1;
    }
    scale.endSample(cut.low, cut.high);
    this.#context.putImageData(this.#image, 0, 0);
    return stretches;
  }

  #stretch(from: number, to: number, width: number, edges: Int32Array, scale: HeatScale): void {
    const { lots } = this.#sums;
    const pixels = this.#pixels;
    for (let cell = 0; cell < lots.length; cell += 1) {
      const size = lots[cell] ?? 0;
      if (size === 0) continue;
      scale.offer(size);
      const colour = scale.colour(size);
      if (colour === 0) continue;
      const end = edges[cell + 1] ?? 0;
      for (let y = edges[cell] ?? 0; y < end; y += 1) {
        const row = y * width;
        if (to - from > 8) pixels.fill(colour, row + from, row + to);
        else for (let x = from; x < to; x += 1) pixels[row + x] = colour;
      }
    }
  }

  /** Best bid and ask through time. */
  #best({ size, look, view }: HeatmapScene, plot: Plot, stretches: readonly Stretch[]): void {
    const context = this.#context;
    context.lineWidth = 1;
    for (const [side, colour] of [
      ["bid", look.colours.buy],
      ["ask", look.colours.sell],
    ] as const) {
      context.strokeStyle = colour;
      context.beginPath();
      let drawing = false;
      for (const stretch of stretches) {
        const ticks = stretch[side];
        if (ticks === null) {
          drawing = false;
          continue;
        }
        const y = view.y(ticks, plot);
        if (drawing) context.lineTo(stretch.from / size.ratio, y);
        else context.moveTo(stretch.from / size.ratio, y);
        context.lineTo(stretch.to / size.ratio, y);
        drawing = true;
      }
      context.stroke();
    }
  }

  /** Trades as discs, those that would lie on each other as one; the area grows with the lots up to the 98th percentile. */
  #bubbles({ look, trades, view, nowUs }: HeatmapScene, plot: Plot): void {
    const toUs = view.toUs(nowUs);
    const groups = new Map<string, { x: number; y: number; lots: number; count: number; buys: boolean }>();
    for (let index = trades.firstFrom(view.fromUs(nowUs)); index < trades.count; index += 1) {
      const atUs = trades.get(index, "atUs");
      if (atUs > toUs) break;
      const x = view.x(atUs, plot, nowUs);
      const y = view.y(trades.get(index, "ticks"), plot);
      if (y < 0 || y > plot.height) continue;
      const buys = trades.get(index, "takerSide") === 0;
      const key = `${Math.floor(x / BUBBLE_CELL)}:${Math.floor(y / BUBBLE_CELL)}:${buys}`;
      const group = groups.get(key) ?? { x: 0, y: 0, lots: 0, count: 0, buys };
      group.x += x;
      group.y += y;
      group.lots += trades.get(index, "lots");
      group.count += 1;
      groups.set(key, group);
      if (groups.size > MOST_BUBBLES) break;
    }
    const sizes = [...groups.values()].map(({ lots }) => lots).sort((a, b) => a - b);
    const full = Math.max(1, sizes[Math.floor(sizes.length * 0.98)] ?? sizes.at(-1) ?? 1);
    const context = this.#context;
    context.lineWidth = 1;
    context.strokeStyle = look.colours.panel;
    for (const group of groups.values()) {
      const radius = 1.5 + (LARGEST_BUBBLE - 1.5) * Math.sqrt(Math.min(1, group.lots / full));
      context.globalAlpha = 0.85;
      context.fillStyle = group.buys ? look.colours.buy : look.colours.sell;
      context.beginPath();
      context.arc(group.x / group.count, group.y / group.count, radius, 0, Math.PI * 2);
      context.fill();
      context.globalAlpha = 1;
      context.stroke();
    }
  }

  /** Own orders as lines through their life, own fills as diamonds. */
  #own({ look, orders, fills, view, nowUs, instrument }: HeatmapScene, plot: Plot): void {
    const context = this.#context;
    const { bright, panel, buy, sell } = look.colours;
    context.font = `600 10px ${CANVAS_FONT}`;
    context.textAlign = "right";
    for (const order of orders) {
      const from = view.x(order.fromUs, plot, nowUs);
      const to = order.toUs === null ? plot.width : view.x(order.toUs, plot, nowUs);
      const y = Math.round(view.y(order.ticks, plot)) + 0.5;
      if (to < 0 || from > plot.width || y < 0 || y > plot.height) continue;
      context.strokeStyle = bright;
      context.lineWidth = 1.5;
      context.setLineDash(order.toUs === null ? [] : [4, 3]);
      context.beginPath();
      context.moveTo(from, y);
      context.lineTo(Math.max(to, from + 2), y);
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = order.side === "buy" ? buy : sell;
      triangle(context, from, y, order.side === "buy");
      if (order.toUs !== null) continue;
      const text = formatLotsCompact(order.lots, instrument, 7);
      const width = context.measureText(text).width + 8;
      context.fillRect(plot.width - width, y - 7, width, 14);
      context.fillStyle = panel;
      context.fillText(text, plot.width - 4, y + 0.5);
    }
    for (const fill of fills) {
      const x = view.x(fill.atUs, plot, nowUs);
      const y = view.y(fill.ticks, plot);
      if (x < -8 || x > plot.width + 8) continue;
      context.beginPath();
      context.moveTo(x, y - 6);
      context.lineTo(x + 6, y);
      context.lineTo(x, y + 6);
      context.lineTo(x - 6, y);
      context.closePath();
      context.fillStyle = fill.side === "buy" ? buy : sell;
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = bright;
      context.stroke();
    }
  }

  /** The book at the right edge's time as bars. */
  #bars({ look, past, view, nowUs, instrument }: HeatmapScene, plot: Plot): void {
    const column = past.columns[past.indexAt(view.toUs(nowUs))];
    if (column === undefined) return;
    this.#sums.sum(column);
    const { lots } = this.#sums;
    const step = view.step();
    const topCell = Math.floor(view.topTicks(plot) / step);
    let largest = 1;
    for (const size of lots) largest = Math.max(largest, size);
    const context = this.#context;
    const middle = ((column.bid ?? 0) + (column.ask ?? column.bid ?? 0)) / 2;
    for (let cell = 0; cell < lots.length; cell += 1) {
      const size = lots[cell] ?? 0;
      if (size === 0) continue;
      const ticks = (topCell - cell) * step;
      const top = Math.max(0, view.y(ticks + step, plot));
      const bottom = Math.min(plot.height, view.y(ticks, plot));
      context.fillStyle = ticks < middle ? look.colours["buy-soft"] : look.colours["sell-soft"];
      context.fillRect(plot.width + 2, top, Math.max(1, (size / largest) * (BARS_WIDTH - 8)), Math.max(1, bottom - top - 0.5));
    }
    context.font = `10px ${CANVAS_FONT}`;
    context.textAlign = "right";
    context.fillStyle = look.colours.secondary;
    context.fillText(formatLotsCompact(largest, instrument, 6), plot.width + BARS_WIDTH - 4, 8);
  }

  #axes({ size, look, view, nowUs, instrument, past }: HeatmapScene, plot: Plot): void {
    const context = this.#context;
    const { colours, zone } = look;
    context.fillStyle = colours.line;
    context.fillRect(0, plot.height, size.width, 1);
    context.fillRect(plot.width, 0, 1, plot.height);
    context.fillRect(plot.width + BARS_WIDTH, 0, 1, plot.height);
    context.font = `11px ${CANVAS_FONT}`;
    context.fillStyle = colours.secondary;
    context.textAlign = "left";
    const left = plot.width + BARS_WIDTH + 6;
    const priceStep = labelStep(plot.height * view.ticksPerPixel, Math.max(2, plot.height / 34), 1);
    const bottom = view.ticksAt(plot.height, plot);
    for (let ticks = Math.ceil(bottom / priceStep) * priceStep; ticks < view.topTicks(plot); ticks += priceStep) {
      const y = view.y(ticks, plot);
      if (y > 6 && y < plot.height - 6 && ticks > 0) context.fillText(formatPrice(ticks, instrument), left, y);
    }
    context.textAlign = "center";
    const wanted = (view.usPerPixel(plot) * 84) / 1e6;
    const stepUs = (TIME_STEPS_S.find((seconds) => seconds >= wanted) ?? 1_800) * 1e6;
    const fromUs = view.fromUs(nowUs);
    for (let us = Math.ceil(fromUs / stepUs) * stepUs; us < view.toUs(nowUs); us += stepUs) {
      const x = view.x(us, plot, nowUs);
      context.fillRect(Math.round(x), plot.height, 1, 4);
      if (x > 28 && x < plot.width - 28) context.fillText(formatTime(us, zone), x, plot.height + 11);
    }
    const last = past.columns[past.indexAt(nowUs)];
    const bid = last?.bid ?? null;
    const ask = last?.ask ?? null;
    if (bid !== null && ask !== null) {
      const mid = (bid + ask) / 2;
      this.#tag(view.y(mid, plot), formatPrice(Math.round(mid), instrument), colours["line-strong"], colours.bright, plot);
    }
  }

  #pointer(scene: HeatmapScene, plot: Plot, { x, y }: { readonly x: number; readonly y: number }): void {
    const context = this.#context;
    if (x > plot.width + BARS_WIDTH || y > plot.height) return;
    const { colours } = scene.look;
    context.strokeStyle = colours.secondary;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, 0);
    context.lineTo(Math.round(x) + 0.5, plot.height);
    context.moveTo(0, Math.round(y) + 0.5);
    context.lineTo(plot.width + BARS_WIDTH, Math.round(y) + 0.5);
    context.stroke();
    context.setLineDash([]);
    const ticks = Math.max(1, Math.round(scene.view.ticksAt(y, plot)));
    this.#tag(y, formatPrice(ticks, scene.instrument), colours.secondary, colours.panel, plot);
  }

  #tag(y: number, text: string, background: string, colour: string, plot: Plot): void {
    const context = this.#context;
    if (y < 0 || y > plot.height) return;
    context.fillStyle = background;
    context.fillRect(plot.width + BARS_WIDTH + 1, y - 8, AXIS_WIDTH - 1, 16);
    context.font = `11px ${CANVAS_FONT}`;
    context.textAlign = "left";
    context.fillStyle = colour;
    context.fillText(text, plot.width + BARS_WIDTH + 6, y + 0.5);
  }
}

/** By drawing a pixel of it. */
function probed(colour: string): Rgb {
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  if (probe === null) return [0, 0, 0];
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

function triangle(context: OffscreenCanvasRenderingContext2D, x: number, y: number, up: boolean): void {
  const tip = up ? -5 : 5;
  context.beginPath();
  context.moveTo(x - 4, y - tip);
  context.lineTo(x + 4, y - tip);
  context.lineTo(x, y + tip);
  context.fill();
}
