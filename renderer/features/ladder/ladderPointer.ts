import { sameHit, type LadderHit, type OwnOrders } from "./ladderModel.ts";
import type { LadderMover } from "./ladderMover.ts";

/** What the pointer asks of the ladder that it is on. */
export type PointerEdges = {
  readonly hitAt: (event: PointerEvent) => LadderHit | null;
  /** The group of own orders under the point, of those in the cell's row. */
  readonly groupAt: (hit: LadderHit, x: number) => OwnOrders | null;
  readonly inside: () => { readonly bid: number | null; readonly ask: number | null };
  /** What the cell says of itself; "" for nothing. */
  readonly wordsOf: (hit: LadderHit | null) => string;
  readonly isOneClick: () => boolean;
  /** A button went down on the ladder: the keyboard's row is over. */
  readonly down: () => void;
  readonly act: (hit: LadderHit, preset: "first" | "second") => void;
  readonly wheel: (rows: number) => void;
  readonly changed: () => void;
};

const WHEEL_ROWS = 3;

/** The pointer on the ladder: a press and release in one cell is a deed, a drag of own orders moves them, and the wheel scrolls. */
export class LadderPointer {
  readonly #canvas: HTMLCanvasElement;
  readonly #mover: LadderMover;
  readonly #edges: PointerEdges;
  readonly #stop = new AbortController();
  #hover: LadderHit | null = null;
  #isInside = false;
  #pressed: { readonly hit: LadderHit; readonly button: number } | null = null;

  constructor(canvas: HTMLCanvasElement, mover: LadderMover, edges: PointerEdges) {
    this.#canvas = canvas;
    this.#mover = mover;
    this.#edges = edges;
    const { signal } = this.#stop;
    canvas.addEventListener("pointermove", (event) => this.#moved(event), { signal });
    canvas.addEventListener("pointerleave", () => this.#left(), { signal });
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.#up(event), { signal });
    canvas.addEventListener("pointercancel", () => this.#left(), { signal });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false, signal });
  }

  dispose(): void {
    this.#stop.abort();
  }

  /** The cell under the pointer. */
  get hover(): LadderHit | null {
    return this.#hover;
  }

  /** The rows must stand still: the pointer is on them, or has not let go. */
  get holds(): boolean {
    return this.#isInside || this.#pressed !== null;
  }

  /** Other prices stand under the pointer now. */
  rowsMoved(): void {
    this.#hover = null;
  }

  /** Takes back what is pressed and dragged; false when nothing was being dragged. */
  letGo(): boolean {
    if (!this.#mover.cancelDrag()) return false;
    this.#pressed = null;
    return true;
  }

  #moved(event: PointerEvent): void {
    this.#isInside = true;
    this.#hover = this.#edges.hitAt(event);
    this.#mover.drag(this.#hover, this.#edges.inside());
    const words = this.#edges.wordsOf(this.#hover);
    if (this.#canvas.title !== words) this.#canvas.title = words;
    this.#canvas.style.cursor = this.#hover === null || this.#hover.column === "price" ? "default" : "pointer";
    this.#edges.changed();
  }

  #left(): void {
    this.#isInside = false;
    this.#hover = null;
    this.#pressed = null;
    this.#mover.cancelDrag();
    this.#edges.changed();
  }

  #down(event: PointerEvent): void {
    this.#canvas.focus({ preventScroll: true });
    const hit = this.#edges.hitAt(event);
    if (hit === null || (event.button !== 0 && event.button !== 2)) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pressed = { hit, button: event.button };
    this.#mover.press(event.button === 0 ? this.#edges.groupAt(hit, event.offsetX) : null, hit.ticks);
    this.#edges.down();
  }

  /** Leaving the cell before letting go takes the press back. */
  #up(event: PointerEvent): void {
    const pressed = this.#pressed;
    this.#pressed = null;
    if (this.#mover.drop(this.#edges.isOneClick())) return;
    if (pressed === null || event.button !== pressed.button) return;
    if (sameHit(this.#edges.hitAt(event), pressed.hit)) this.#edges.act(pressed.hit, pressed.button === 2 ? "second" : "first");
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (this.#pressed !== null || event.deltaY === 0) return;
    this.#edges.wheel(event.deltaY < 0 ? WHEEL_ROWS : -WHEEL_ROWS);
  }
}
