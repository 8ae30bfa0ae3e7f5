/** A painter that was registered with the window's one animation-frame loop. */
export type Painter = {
  /** Asks for a repaint at the next animation frame; any number of calls cost one paint. */
  readonly invalidate: () => void;
  readonly dispose: () => void;
};

type Entry = { readonly paint: (nowMs: number) => void; dirty: boolean };

const entries = new Set<Entry>();
let scheduled = false;

/**
 * Registers a painter. The loop runs only while something is invalid, paints only what was invalidated, and one painter's failure
 * does not keep the others from painting.
 */
export function onAnimationFrame(paint: (nowMs: number) => void): Painter {
  const entry: Entry = { paint, dirty: false };
  entries.add(entry);
  return {
    invalidate: () => {
      entry.dirty = true;
      schedule();
    },
    dispose: () => void entries.delete(entry),
  };
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(paintInvalid);
}

function paintInvalid(nowMs: number): void {
  scheduled = false;
  for (const entry of entries) {
    if (!entry.dirty) continue;
    entry.dirty = false;
    try {
      entry.paint(nowMs);
    } catch (error) {
      // Reported to the window's error handler; the other painters go on.
      reportError(error);
    }
  }
}
