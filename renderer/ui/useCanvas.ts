import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { onAnimationFrame } from "../app/frame.ts";

/** A canvas as a painter sees it: lengths in CSS pixels, the context already scaled to device pixels. */
export type Surface = {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
};

type CanvasHandle = { readonly canvas: RefObject<HTMLCanvasElement | null>; readonly invalidate: () => void };

/**
 * A canvas that fills its parent and is sharp at any scale of the display. `paint` runs in the window's animation-frame loop after
 * `invalidate`, and at once when the size changes, so that no empty frame is ever shown. The newest `paint` is used.
 */
export function useCanvas(paint: (surface: Surface) => void): CanvasHandle {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const newest = useRef(paint);
  useLayoutEffect(() => {
    newest.current = paint;
  });
  const request = useRef<() => void>(() => undefined);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d", { alpha: false });
    if (element === null || context === null || context === undefined) return undefined;
    // Kept from the observer: asking the page for it in every frame would make it lay itself out.
    let ratio = 0;
    const draw = (): void => {
      if (ratio === 0) return;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      newest.current({ context, width: element.width / ratio, height: element.height / ratio, ratio });
    };
    const painter = onAnimationFrame(draw);
    request.current = painter.invalidate;
    const observer = new ResizeObserver(([entry]) => {
      const size = entry?.devicePixelContentBoxSize[0];
      const width = entry?.contentRect.width ?? 0;
      // A panel behind another tab has no size: nothing is drawn until it comes to the front.
      ratio = size === undefined || width === 0 || size.blockSize === 0 ? 0 : size.inlineSize / width;
      if (size === undefined || ratio === 0) return;
      if (element.width !== size.inlineSize || element.height !== size.blockSize) {
        element.width = size.inlineSize;
        element.height = size.blockSize;
      }
      draw();
    });
    observer.observe(element, { box: "device-pixel-content-box" });
    // A font that arrives late changes how wide texts are.
    const onFonts = (): void => painter.invalidate();
    document.fonts.addEventListener("loadingdone", onFonts);
    painter.invalidate();
    return () => {
      observer.disconnect();
      document.fonts.removeEventListener("loadingdone", onFonts);
      painter.dispose();
      request.current = () => undefined;
    };
  }, []);
  const invalidate = useCallback(() => request.current(), []);
  return { canvas, invalidate };
}
