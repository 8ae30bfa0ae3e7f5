import { screen, type BrowserWindow, type WebContents } from "electron";
import type { EngineProcessState, MenuCommand } from "../shared/shell.ts";
import type { LayoutStores } from "./layoutStore.ts";
import { openTerminalWindow, tellEngineState, tellMenuCommand, workAreas, type WindowOptions } from "./window.ts";
import { isSame, openingBounds } from "./windowBounds.ts";

/** The window that is always there; its layout is kept under this name. */
const FIRST = "main";
/** More would be a mistake rather than a wish. */
const MOST_WINDOWS = 16;

/**
 * The terminal's windows. Each is a page of its own with its own layout and place; closing one closes no other, and the ones that were open
 * at the end are opened again. When a display goes away, its windows move to where they can be seen.
 */
export class WindowSet {
  readonly #options: Omit<WindowOptions, "layouts">;
  readonly #stores: LayoutStores;
  readonly #windows = new Map<WebContents, { readonly id: string; readonly window: BrowserWindow }>();
  #isEnding = false;

  constructor(options: Omit<WindowOptions, "layouts">, stores: LayoutStores) {
    this.#options = options;
    this.#stores = stores;
    for (const change of ["display-removed", "display-metrics-changed"] as const)
      screen.on(change as "display-removed", () => this.#bringBack());
  }

  /** Opens the first window and those that were open when the terminal ended. Answers the first. */
  restore(): BrowserWindow {
    const others = this.#stores.openWindows().filter((id) => id !== FIRST);
    const first = this.#open(FIRST);
    for (const id of others.slice(0, MOST_WINDOWS - 1)) this.#open(id);
    return first;
  }

  /** Opens a further window with this layout document at a place (see venuePlace.ts); null for its default. False when there are too many. */
  openAnother(layout: string | null, place: string): boolean {
    if (this.#windows.size >= MOST_WINDOWS) return false;
    const taken = new Set([...this.#windows.values()].map(({ id }) => id));
    const number = Array.from({ length: MOST_WINDOWS }, (_, at) => String(at + 2)).find((id) => !taken.has(id)) ?? String(MOST_WINDOWS + 1);
    const store = this.#stores.of(number);
    store.forget(place);
    if (layout !== null) store.saveLayout(layout, place);
    this.#open(number);
    return true;
  }

  has(contents: WebContents): boolean {
    return this.#windows.has(contents);
  }

  windowOf(contents: WebContents): BrowserWindow | undefined {
    return this.#windows.get(contents)?.window;
  }

  storeOf(contents: WebContents): ReturnType<LayoutStores["of"]> {
    return this.#stores.of(this.#windows.get(contents)?.id ?? FIRST);
  }

  tellEngineState(state: EngineProcessState): void {
    for (const { window } of this.#windows.values()) tellEngineState(window, state);
  }

  /** Only the window that the person looks at performs a menu's command. */
  tellMenuCommand(command: MenuCommand): void {
    const all = [...this.#windows.values()].map(({ window }) => window);
    const focused = all.find((window) => window.isFocused()) ?? all[0];
    if (focused !== undefined) tellMenuCommand(focused, command);
  }

  /** The engine works on something else: every window begins anew, and forgets what it showed. */
  reload(): void {
    for (const { window } of this.#windows.values()) if (!window.isDestroyed()) window.webContents.reload();
  }

  bringToFront(): void {
    const [first] = this.#windows.values();
    if (first === undefined || first.window.isDestroyed()) return;
    if (first.window.isMinimized()) first.window.restore();
    first.window.show();
    first.window.focus();
  }

  /** The terminal ends: windows that close from now on are to be there again at the next start. */
  ending(): void {
    this.#isEnding = true;
  }

  #open(id: string): BrowserWindow {
    const window = openTerminalWindow({ ...this.#options, layouts: this.#stores.of(id) });
    const { webContents } = window;
    this.#windows.set(webContents, { id, window });
    window.once("closed", () => {
      this.#windows.delete(webContents);
      if (!this.#isEnding && this.#windows.size > 0) this.#remember();
    });
    this.#remember();
    return window;
  }

  /** A full disk costs the next start its further windows, and nothing now. */
  #remember(): void {
    try {
      this.#stores.saveOpenWindows([...this.#windows.values()].map(({ id }) => id));
    } catch (error) {
      this.#options.log.error("Which windows are open could not be saved", error);
    }
  }

  #bringBack(): void {
    for (const { window } of this.#windows.values()) {
      if (window.isDestroyed() || window.isMaximized() || window.isFullScreen()) continue;
      const now = window.getBounds();
      const seen = openingBounds(now, workAreas());
      if (!isSame(now, seen)) window.setBounds(seen);
    }
  }
}
