import type { Page } from "playwright";

declare global {
  interface Window {
    /** Put there by `installFrameTimes`: the times between frames for so long, in milliseconds. */
    frameTimes?: (
      forMs: number,
      more?: {
        /** Scrolled on in each frame, from its start again at its end. */
        readonly scrolled?: HTMLElement | null;
        /** Called in each frame with its number, from 1. */
        readonly eachFrame?: (frame: number) => void;
      },
    ) => Promise<number[]>;
  }
}

/** What is scrolled in a frame: ten rows. */
const SCROLL_PX = 220;

/** Gives functions that run in the page `window.frameTimes`, for a function that runs there can use nothing from outside itself. */
export async function installFrameTimes(page: Page): Promise<void> {
  await page.evaluate((scrollPx) => {
    window.frameTimes = (forMs, { scrolled = null, eachFrame = () => undefined } = {}) =>
      new Promise((resolve) => {
        const height = scrolled === null ? 0 : scrolled.scrollHeight - scrolled.clientHeight;
        const frameMs: number[] = [];
        const startMs = performance.now();
        let lastMs = startMs;
        let top = 0;
        const tick = (nowMs: number): void => {
          frameMs.push(nowMs - lastMs);
          lastMs = nowMs;
          if (scrolled !== null) scrolled.scrollTop = top = (top + scrollPx) % height;
          eachFrame(frameMs.length);
          if (nowMs - startMs < forMs) requestAnimationFrame(tick);
          // The first began before anybody looked.
          else resolve(frameMs.slice(1));
        };
        requestAnimationFrame(tick);
      });
  }, SCROLL_PX);
}
