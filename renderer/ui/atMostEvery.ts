/** A deed that runs at once when asked for, but not again before a pause is over; requests in between become one run at its end. */
export type PacedRun = { readonly request: () => void; readonly cancel: () => void };

export function atMostEvery(pauseMs: number, run: () => void): PacedRun {
  let lastMs = -Infinity;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const fire = (): void => {
    timer = null;
    lastMs = performance.now();
    run();
  };
  return {
    request: () => {
      if (timer !== null) return;
      const waitMs = lastMs + pauseMs - performance.now();
      if (waitMs <= 0) fire();
      else timer = setTimeout(fire, waitMs);
    },
    cancel: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
