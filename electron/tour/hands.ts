import type { BrowserWindow, WebContents } from "electron";

/** Between press and release, as a hurried person. */
const PRESS_MS = 40;
const BETWEEN_KEYS_MS = 15;
const LOOK_EVERY_MS = 40;
/** Generous, for other programs may need the processor too. */
const WITHIN_MS = 30_000;
/** Letters that came so late that the list took them for a new word are typed again. */
const CHOOSE_AGAIN_MS = 3_000;

export type Point = { readonly x: number; readonly y: number };

/** Waits until `look` gives something else than null; throws after `withinMs`, naming what it waited for. */
export async function until<T>(what: string, look: () => Promise<T | null> | T | null, withinMs = WITHIN_MS): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`it did not happen within ${withinMs / 1_000} s that ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** A person's hands on the real window: pointer and keyboard events enter where the operating system's would. */
export class Hands {
  readonly #contents: WebContents;

  constructor(window: BrowserWindow) {
    this.#contents = window.webContents;
    this.#contents.focus();
  }

  async click(selector: string): Promise<void> {
    await this.clickAt(await this.#middleOf(selector));
  }

  /** Clicks the first element of this kind with exactly these words. */
  async clickWords(selector: string, words: string): Promise<void> {
    await this.clickAt(
      await this.#middle(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].find((one) => one.textContent.trim() === ${JSON.stringify(words)})`,
        words,
      ),
    );
  }

  async clickAt({ x, y }: Point): Promise<void> {
    const at = { x: Math.round(x), y: Math.round(y) };
    this.#contents.sendInputEvent({ type: "mouseMove", ...at });
    await pause(PRESS_MS);
    this.#contents.sendInputEvent({ type: "mouseDown", ...at, button: "left", clickCount: 1 });
    await pause(PRESS_MS);
    this.#contents.sendInputEvent({ type: "mouseUp", ...at, button: "left", clickCount: 1 });
    await pause(PRESS_MS);
  }

  /** Moves the pointer there and leaves it: a ladder under it stands still. */
  moveTo({ x, y }: Point): void {
    this.#contents.sendInputEvent({ type: "mouseMove", x: Math.round(x), y: Math.round(y) });
  }

  /** Presses a key by its name in Electron's accelerators, e.g. "Enter" or "Down". */
  async press(keyCode: string, modifiers: ("control" | "shift" | "meta")[] = []): Promise<void> {
    this.#contents.sendInputEvent({ type: "keyDown", keyCode, modifiers });
    this.#contents.sendInputEvent({ type: "keyUp", keyCode, modifiers });
    await pause(BETWEEN_KEYS_MS);
  }

  async type(text: string): Promise<void> {
    for (const keyCode of text) {
      this.#contents.sendInputEvent({ type: "keyDown", keyCode });
      this.#contents.sendInputEvent({ type: "char", keyCode });
      this.#contents.sendInputEvent({ type: "keyUp", keyCode });
      await pause(BETWEEN_KEYS_MS);
    }
  }

  /** Replaces what a field holds, looking at each step's effect before the next: on a busy machine keys overtake an editing command. */
  async fill(selector: string, text: string): Promise<void> {
    const field = `document.querySelector(${JSON.stringify(selector)})`;
    const holds = (expression: string): Promise<true | null> =>
      this.#contents.executeJavaScript(`(${expression}) ? true : null`) as Promise<true | null>;
    await this.click(selector);
    await this.press("A", [process.platform === "darwin" ? "meta" : "control"]);
    const selected = `${field}.selectionStart === 0 && ${field}.selectionEnd === ${field}.value.length`;
    await until(`${selector} is selected`, () => holds(selected));
    await this.type(text);
    await until(`${selector} holds ${text}`, () => holds(`${field}.value === ${JSON.stringify(text)}`));
  }

  /** Chooses the option whose words begin so, by typing them while the list is closed. */
  async choose(selector: string, words: string): Promise<void> {
    const list = `document.querySelector(${JSON.stringify(selector)})`;
    await until(`${words} is chosen`, async () => {
      await this.#contents.executeJavaScript(`${list}.focus()`);
      await this.type(words);
      const againMs = performance.now() + CHOOSE_AGAIN_MS;
      let chosen = false;
      while (!chosen && performance.now() < againMs) {
        chosen = String(await this.#contents.executeJavaScript(`${list}.selectedOptions[0].textContent`)).startsWith(words);
        if (!chosen) await pause(LOOK_EVERY_MS);
      }
      // The letters of the next choice must not be taken for more of this one.
      await this.#contents.executeJavaScript(`${list}.blur()`);
      return chosen ? true : null;
    });
  }

  #middleOf(selector: string): Promise<Point> {
    return this.#middle(`document.querySelector(${JSON.stringify(selector)})`, selector);
  }

  /** Middle of the element that an expression finds, once it can be clicked. */
  async #middle(expression: string, name: string): Promise<Point> {
    const middle = `(() => {
      const element = ${expression};
      if (!element?.checkVisibility() || element.disabled) return null;
      const { left, top, width, height } = element.getBoundingClientRect();
      return width === 0 || height === 0 ? null : { x: left + width / 2, y: top + height / 2 };
    })()`;
    return until(`${name} can be clicked`, async () => (await this.#contents.executeJavaScript(middle)) as Point | null);
  }
}
