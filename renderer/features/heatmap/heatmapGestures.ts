import type { KeyboardEvent } from "react";
import type { HeatmapOrder } from "./heatmapProtocol.ts";

const ZOOM = 1.15;
const KEY_PIXELS = 60;
/** A press that moved less is a click. */
const CLICK_SLACK = 4;

/** Drag pans, the wheel zooms time (with Ctrl prices, with Shift it scrolls), a click prices the ticket. */
export function listenToGestures(host: HTMLElement, send: (order: HeatmapOrder) => void): () => void {
  let pressed: { readonly x: number; readonly y: number; moved: boolean; lastX: number; lastY: number } | null = null;
  const at = (event: MouseEvent): { x: number; y: number } => {
    const box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const stop = new AbortController();
  const { signal } = stop;
  host.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      host.setPointerCapture(event.pointerId);
      pressed = { ...at(event), moved: false, lastX: event.clientX, lastY: event.clientY };
    },
    { signal },
  );
  host.addEventListener(
    "pointermove",
    (event) => {
      const point = at(event);
      send({ type: "pointer", at: point });
      if (pressed === null) return;
      if (!pressed.moved && Math.hypot(point.x - pressed.x, point.y - pressed.y) < CLICK_SLACK) return;
      pressed.moved = true;
      send({ type: "pan", dx: event.clientX - pressed.lastX, dy: event.clientY - pressed.lastY });
      pressed.lastX = event.clientX;
      pressed.lastY = event.clientY;
    },
    { signal },
  );
  host.addEventListener(
    "pointerup",
    (event) => {
      if (pressed !== null && !pressed.moved) send({ type: "pick", ...at(event) });
      pressed = null;
    },
    { signal },
  );
  // The system took the pointer away: nothing is held any more.
  host.addEventListener("pointercancel", () => (pressed = null), { signal });
  host.addEventListener("pointerleave", () => send({ type: "pointer", at: null }), { signal });
  host.addEventListener("dblclick", () => send({ type: "follow" }), { signal });
  host.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        send({ type: "pan", dx: -(event.deltaX === 0 ? event.deltaY : event.deltaX), dy: 0 });
        return;
      }
      send({ type: "zoom", axis: event.ctrlKey ? "price" : "time", factor: event.deltaY < 0 ? ZOOM : 1 / ZOOM, ...at(event) });
    },
    { signal, passive: false },
  );
  return () => stop.abort();
}

export function keyOrder(event: KeyboardEvent, host: HTMLElement | null): HeatmapOrder | null {
  const middle = { x: (host?.clientWidth ?? 0) / 2, y: (host?.clientHeight ?? 0) / 2 };
  const axis = event.shiftKey ? "price" : "time";
  switch (event.key) {
    case "ArrowLeft":
      return { type: "pan", dx: KEY_PIXELS, dy: 0 };
    case "ArrowRight":
      return { type: "pan", dx: -KEY_PIXELS, dy: 0 };
    case "ArrowUp":
      return { type: "pan", dx: 0, dy: KEY_PIXELS };
    case "ArrowDown":
      return { type: "pan", dx: 0, dy: -KEY_PIXELS };
    case "+":
    case "=":
      return { type: "zoom", axis, factor: ZOOM, ...middle };
    case "-":
    case "_":
      return { type: "zoom", axis, factor: 1 / ZOOM, ...middle };
    case "End":
      return { type: "follow" };
    default:
      return null;
  }
}
