import { z } from "zod";

/** Position and size in device-independent pixels. */
export type Bounds = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Below this size panels cannot show their content whole. */
export const SMALLEST_WINDOW = { width: 1_024, height: 640 } as const;
const DEFAULT_WINDOW = { width: 1_600, height: 1_000 } as const;

/** So much of the window must lie on a display, or nobody could drag it back. */
const LEAST_VISIBLE = { width: 200, height: 100 } as const;

const pixels = z.number().int().min(-100_000).max(100_000);
export const savedWindowSchema = z.strictObject({
  bounds: z.strictObject({ x: pixels, y: pixels, width: pixels.min(1), height: pixels.min(1) }),
  maximized: z.boolean(),
});
export type SavedWindow = z.infer<typeof savedWindowSchema>;

/**
 * Where the window opens: where it was closed, if enough of that place still lies on one of the displays and fits it, else centred on the
 * primary display in the default size.
 *
 * @param workAreas parts of the displays that windows may cover, the primary display's first
 */
export function openingBounds(saved: Bounds | null, workAreas: readonly [Bounds, ...Bounds[]]): Bounds {
  if (saved !== null) {
    const [area] = workAreas
      .filter((candidate) => enoughVisible(saved, candidate))
      .toSorted((a, b) => visiblePixels(saved, b) - visiblePixels(saved, a));
    if (area !== undefined) return fitInto(saved, area);
  }
  const [primary] = workAreas;
  const width = Math.min(DEFAULT_WINDOW.width, primary.width);
  const height = Math.min(DEFAULT_WINDOW.height, primary.height);
  return {
    x: primary.x + Math.floor((primary.width - width) / 2),
    y: primary.y + Math.floor((primary.height - height) / 2),
    width,
    height,
  };
}

function enoughVisible(window: Bounds, area: Bounds): boolean {
  const { width, height } = visiblePart(window, area);
  return width >= Math.min(LEAST_VISIBLE.width, window.width) && height >= Math.min(LEAST_VISIBLE.height, window.height);
}

function visiblePixels(window: Bounds, area: Bounds): number {
  const { width, height } = visiblePart(window, area);
  return width * height;
}

/** Below 0 where they do not meet. */
function visiblePart(window: Bounds, area: Bounds): { readonly width: number; readonly height: number } {
  return {
    width: Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x),
    height: Math.min(window.y + window.height, area.y + area.height) - Math.max(window.y, area.y),
  };
}

/** Keeps the size where the display allows it and moves the window so that its title bar can be reached. */
function fitInto(window: Bounds, area: Bounds): Bounds {
  const width = Math.min(Math.max(window.width, Math.min(SMALLEST_WINDOW.width, area.width)), area.width);
  const height = Math.min(Math.max(window.height, Math.min(SMALLEST_WINDOW.height, area.height)), area.height);
  return {
    x: Math.min(Math.max(window.x, area.x), area.x + area.width - width),
    y: Math.min(Math.max(window.y, area.y), area.y + area.height - height),
    width,
    height,
  };
}

export function isSame(a: Bounds, b: Bounds): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
