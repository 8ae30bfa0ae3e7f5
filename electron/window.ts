import { BrowserWindow, dialog, screen, type Rectangle } from "electron";
import type { Look } from "../shared/look.ts";
import { shellChannels, type EngineProcessState, type MenuCommand } from "../shared/shell.ts";
import { INDEX_URL, isOwnPage } from "./appProtocol.ts";
import type { LayoutStore } from "./layoutStore.ts";
import type { Log } from "./log.ts";
import { shellTexts } from "./shellTexts.ts";
import { openingBounds, SMALLEST_WINDOW, type SavedWindow } from "./windowBounds.ts";

/** Until the page knows what it shows; then its own title says whether that is the market or a simulation. */
const TITLE = "HashKey Terminal";
/** The page's ground in each theme, so that no other shows before the first paint. */
const GROUNDS = { dark: "#0b0d10", light: "#e9ecf0", contrast: "#000000" } as const;
const SAVE_BOUNDS_AFTER_MS = 500;
/** Chromium's ERR_ABORTED: a navigation that we refused. */
const NAVIGATION_ABORTED = -3;
/** A page that dies more often than this is not loaded again before a person says so. */
const MOST_CRASHES = 5;
const CRASH_WINDOW_MS = 60_000;
const RELOAD_AFTER_MS = 50;

export type WindowOptions = {
  readonly preload: string;
  readonly layouts: LayoutStore;
  /** The theme last chosen, for the ground of a window that has drawn nothing yet. */
  readonly theme: () => Look["theme"];
  readonly log: Log;
  readonly developerTools: boolean;
  readonly engineState: () => EngineProcessState;
};

/** Opens the terminal's window: sandboxed, without Node, hidden until it has something to show. */
export function openTerminalWindow(options: WindowOptions): BrowserWindow {
  const { layouts, log } = options;
  const saved = layouts.loadWindow();
  const window = new BrowserWindow({
    ...openingBounds(saved?.bounds ?? null, workAreas()),
    minWidth: SMALLEST_WINDOW.width,
    minHeight: SMALLEST_WINDOW.height,
    show: false,
    title: TITLE,
    backgroundColor: GROUNDS[options.theme()],
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: options.developerTools,
      // Prices go on while another window covers this one.
      backgroundThrottling: false,
    },
  });
  const { webContents } = window;
  window.once("ready-to-show", () => {
    if (saved?.maximized) window.maximize();
    window.show();
    log.info(`Window shown ${Math.round(millisecondsSinceStart())} ms after the start of the process`);
  });
  // A fresh page knows nothing of the engine yet.
  webContents.on("dom-ready", () => tellEngineState(window, options.engineState()));
  webContents.on("did-fail-load", (_event, code, description, url, isMainFrame) => {
    if (isMainFrame && code !== NAVIGATION_ABORTED) log.error(`Page ${url} did not load: ${description} (${code})`);
  });
  webContents.on("unresponsive", () => log.warn("The window does not respond; the engine is not affected"));
  webContents.on("responsive", () => log.info("The window responds again"));
  webContents.on("console-message", ({ level, message, sourceId, lineNumber }) => {
    if (level === "error") log.warn(`window: ${message} (${sourceId}:${lineNumber})`);
  });
  rememberBounds(window, layouts, log);
  reloadAfterCrash(window, log);
  returnToOwnPage(window, log);
  loadPage(window, log);
  return window;
}

export function tellEngineState(window: BrowserWindow, state: EngineProcessState): void {
  if (!window.isDestroyed()) window.webContents.send(shellChannels.engineProcess, state);
}

export function tellMenuCommand(window: BrowserWindow, command: MenuCommand): void {
  if (!window.isDestroyed()) window.webContents.send(shellChannels.menu, command);
}

/** Milliseconds since the operating system made this process. */
function millisecondsSinceStart(): number {
  const started = process.getCreationTime();
  return started === null ? performance.now() : Date.now() - started;
}

function loadPage(window: BrowserWindow, log: Log): void {
  window.loadURL(INDEX_URL).catch((error: unknown) => log.error("The terminal's page could not be loaded", error));
}

/** Chromium commits about:blank without asking whether it may: what cannot be refused is undone. */
function returnToOwnPage(window: BrowserWindow, log: Log): void {
  window.webContents.on("did-navigate", (_event, url) => {
    if (isOwnPage(url)) return;
    log.warn(`The page went to ${url.slice(0, 200)} and is brought back`);
    loadPage(window, log);
  });
}

/** The engine runs elsewhere, so a dead page loses nothing: a new one asks for the present state. */
function reloadAfterCrash(window: BrowserWindow, log: Log): void {
  let crashes: number[] = [];
  window.webContents.on("render-process-gone", (_event, details) => {
    if (details.reason === "clean-exit" || window.isDestroyed()) return;
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    log.error(`The window's process is gone (${details.reason}, code ${details.exitCode}); death ${crashes.length} of late`);
    const again = crashes.length <= MOST_CRASHES;
    if (!again) crashes = [];
    // Later, as Chromium aborts the whole program when a page is loaded while it still tells of the old one's end.
    setTimeout(() => {
      if (window.isDestroyed()) return;
      if (again) loadPage(window, log);
      else void loadOrClose(window, log);
    }, RELOAD_AFTER_MS);
  });
}

async function loadOrClose(window: BrowserWindow, log: Log): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: "error",
    title: TITLE,
    message: shellTexts.failing,
    detail: shellTexts.failingDetail(MOST_CRASHES),
    buttons: [shellTexts.loadAgain, shellTexts.close],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) loadPage(window, log);
  else window.close();
}

function rememberBounds(window: BrowserWindow, layouts: LayoutStore, log: Log): void {
  let timer: NodeJS.Timeout | null = null;
  const save = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (window.isDestroyed()) return;
    const state: SavedWindow = { bounds: pick(window.getNormalBounds()), maximized: window.isMaximized() };
    try {
      layouts.saveWindow(state);
    } catch (error) {
      log.error("The window's place could not be saved", error);
    }
  };
  const saveSoon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(save, SAVE_BOUNDS_AFTER_MS);
  };
  window.on("resize", saveSoon);
  window.on("move", saveSoon);
  window.on("close", save);
}

/** Parts of the displays that windows may cover, the primary display's first. */
export function workAreas(): [SavedWindow["bounds"], ...SavedWindow["bounds"][]] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  return [pick(primary.workArea), ...others.map((display) => pick(display.workArea))];
}

function pick({ x, y, width, height }: Rectangle): SavedWindow["bounds"] {
  return { x, y, width, height };
}
