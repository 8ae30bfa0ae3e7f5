import { z } from "zod";

/** A place on the chart: venue time in microseconds and a price in ticks, which need not be a whole one for a line's end. */
const pointSchema = z.object({ us: z.number(), ticks: z.number() });
export type DrawingPoint = z.infer<typeof pointSchema>;

const drawingSchema = z.discriminatedUnion("kind", [
  z.object({ id: z.string(), kind: z.literal("level"), ticks: z.number().int().min(1) }),
  z.object({ id: z.string(), kind: z.literal("trend"), from: pointSchema, to: pointSchema }),
]);
export type Drawing = z.infer<typeof drawingSchema>;

/** So many of one instrument are kept. */
export const MOST_DRAWINGS = 200;

/** Drawings by instrument's symbol, as they are kept. */
export const drawingsSchema = z.record(z.string(), z.array(drawingSchema).max(MOST_DRAWINGS));

/** Where a drawing can be taken hold of. */
export type DrawingGrip = { readonly id: string; readonly part: "whole" | "from" | "to" };

export type Pixel = { readonly x: number; readonly y: number };
/** Turns places on the chart into pixels; null where the chart has none. */
export type ToPixel = (point: DrawingPoint) => Pixel | null;

const GRIP_PIXELS = 6;

/** The drawing under a point: ends before lines, the newest drawing before older ones. */
export function gripAt(drawings: readonly Drawing[], at: Pixel, toPixel: ToPixel): DrawingGrip | null {
  for (const drawing of drawings.toReversed()) {
    if (drawing.kind === "level") {
      const y = toPixel({ us: 0, ticks: drawing.ticks })?.y;
      if (y !== undefined && Math.abs(y - at.y) <= GRIP_PIXELS) return { id: drawing.id, part: "whole" };
      continue;
    }
    const from = toPixel(drawing.from);
    const to = toPixel(drawing.to);
    if (from === null || to === null) continue;
    if (distance(from, at) <= GRIP_PIXELS) return { id: drawing.id, part: "from" };
    if (distance(to, at) <= GRIP_PIXELS) return { id: drawing.id, part: "to" };
    if (distanceToLine(at, from, to) <= GRIP_PIXELS) return { id: drawing.id, part: "whole" };
  }
  return null;
}

/** The drawing moved: `by` is the way of the pointer since it took hold, `to` where it is now. */
export function moved(
  drawing: Drawing,
  part: DrawingGrip["part"],
  move: { readonly by: DrawingPoint; readonly to: DrawingPoint },
): Drawing {
  if (drawing.kind === "level") return { ...drawing, ticks: Math.max(1, Math.round(move.to.ticks)) };
  if (part === "from") return { ...drawing, from: move.to };
  if (part === "to") return { ...drawing, to: move.to };
  const shifted = (point: DrawingPoint): DrawingPoint => ({ us: point.us + move.by.us, ticks: point.ticks + move.by.ticks });
  return { ...drawing, from: shifted(drawing.from), to: shifted(drawing.to) };
}

function distance(a: Pixel, b: Pixel): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function distanceToLine(at: Pixel, from: Pixel, to: Pixel): number {
  const length = distance(from, to);
  if (length === 0) return distance(at, from);
  const along = Math.min(1, Math.max(0, ((at.x - from.x) * (to.x - from.x) + (at.y - from.y) * (to.y - from.y)) / length ** 2));
  return distance(at, { x: from.x + along * (to.x - from.x), y: from.y + along * (to.y - from.y) });
}
