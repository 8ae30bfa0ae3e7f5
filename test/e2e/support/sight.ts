import type { Page } from "playwright";
import { until } from "./until.ts";

/** What a person does with the pointer. */
type Press = () => Promise<unknown>;

/**
 * When something is first to be seen in a window, by the page's own clock and looked for in every frame of it: nothing that comes and goes between
 * two looks from outside is missed, and the way from outside into the page counts for nobody.
 */
export class Sight {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /**
   * Milliseconds from the press of the pointer on `pressed` to the first frame in which something of `seen` is there that was not in the frame
   * before. `press` is what a person does, a click on `pressed` when nothing else is said; `text` is part of what is to be seen.
   */
  msUntilSeen(
    seen: string,
    pressed: string,
    { text = "", press }: { readonly text?: string; readonly press?: Press } = {},
  ): Promise<number> {
    return this.#msUntil({ css: seen, words: text, comes: true }, { button: pressed, press });
  }

  /** Milliseconds from the press on `pressed` to the first frame in which nothing of `gone` is left. */
  msUntilGone(gone: string, pressed: string): Promise<number> {
    return this.#msUntil({ css: gone, words: "", comes: false }, { button: pressed });
  }

  /**
   * Milliseconds that what moves on with the market had been still for when something was first seen, beyond the longest pause that it made
   * before: for so long at least its numbers were old.
   */
  msSinceItMoved(moving: string, seen: string): Promise<number> {
    return this.#page.evaluate(
      ({ numbers, css }) =>
        new Promise<number>((resolve) => {
          let movedMs = performance.now();
          let pauseMs = 0;
          let shown = "";
          const look = (): void => {
            const nowMs = performance.now();
            const text = [...document.querySelectorAll<HTMLElement>(numbers)]
              .map(({ textContent, dataset }) => `${textContent} ${JSON.stringify(dataset)}`)
              .join();
            if (text !== shown) {
              if (shown !== "") pauseMs = Math.max(pauseMs, nowMs - movedMs);
              movedMs = nowMs;
            }
            shown = text;
            if (document.querySelector(css) === null) requestAnimationFrame(look);
            else resolve(nowMs - movedMs - pauseMs);
          };
          look();
        }),
      { numbers: moving, css: seen },
    );
  }

  /** Waits until nothing of `css` has been added for longer than `ms`: what is added next belongs to what happens next. */
  async quiet(css: string, ms: number): Promise<void> {
    await this.#page.waitForFunction(
      ({ selector, longMs }) => {
        const count = document.querySelectorAll(selector).length;
        const seen = (Reflect.get(window, "quiet") ?? { count: -1, atMs: 0 }) as { readonly count: number; readonly atMs: number };
        if (seen.count !== count) Reflect.set(window, "quiet", { count, atMs: performance.now() });
        return seen.count === count && performance.now() - seen.atMs > longMs;
      },
      { selector: css, longMs: ms },
    );
  }

  async #msUntil(
    what: { readonly css: string; readonly words: string; readonly comes: boolean },
    { button, press = () => this.#page.click(button) }: { readonly button: string; readonly press?: Press | undefined },
  ): Promise<number> {
    await this.#page.evaluate(
      ({ css, words, comes, pressed }) => {
        const sights = (): Set<Element> =>
          new Set([...document.querySelectorAll(css)].filter((element) => element.textContent.includes(words)));
        let before = sights();
        const sight = { fromMs: Number.NaN, atMs: Number.NaN };
        Reflect.set(window, "sight", sight);
        const isPressed = (): void => void (sight.fromMs = performance.now());
        document.querySelector(pressed)?.addEventListener("pointerdown", isPressed, { once: true, capture: true });
        const look = (): void => {
          // A later call looks for something else.
          if (Reflect.get(window, "sight") !== sight) return;
          const now = sights();
          const isSo = comes ? [...now].some((element) => !before.has(element)) : now.size === 0;
          if (isSo && !Number.isNaN(sight.fromMs)) sight.atMs = performance.now();
          else requestAnimationFrame(look);
          before = now;
        };
        look();
      },
      { ...what, pressed: button },
    );
    await press();
    return until(`${what.css} ${what.comes ? "is seen" : "is gone"}`, () =>
      this.#page.evaluate(() => {
        const { fromMs, atMs } = Reflect.get(window, "sight") as { readonly fromMs: number; readonly atMs: number };
        return Number.isNaN(atMs - fromMs) ? null : atMs - fromMs;
      }),
    );
  }
}
