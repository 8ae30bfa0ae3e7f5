import { fileURLToPath } from "node:url";
import { app, dialog, nativeTheme, protocol, session, type BrowserWindow, type WebContents } from "electron";
import { z } from "zod";
import { unreachable } from "../shared/assert.ts";
import { languageFor, setLanguage } from "../shared/languages.ts";
import type { Look } from "../shared/look.ts";
import { shellChannels, shellRequestSchema, type ShellReply, type ShellRequest } from "../shared/shell.ts";
import { aboutInfo } from "./about.ts";
import { APP_SCHEME, respond } from "./appProtocol.ts";
import type { TerminalArguments } from "./arguments.ts";
import { EnginePorts } from "./enginePorts.ts";
import { EngineProcess, type EngineProcessOptions } from "./engineProcess.ts";
import { handle, listen, type Guard } from "./ipcMain.ts";
import { openLayoutStore, type LayoutStore } from "./layoutStore.ts";
import { savePicture } from "./pictures.ts";
import { lockContents, lockSession } from "./lockdown.ts";
import type { Log } from "./log.ts";
import { setApplicationMenu } from "./menu.ts";
import { shellTexts } from "./shellTexts.ts";
import { openTerminalWindow, tellEngineState, tellMenuCommand } from "./window.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ENGINE_ENTRY = here("../engine/host/main.js");
const RENDERER_FOLDER = here("../renderer");
const PRELOAD = here("preload.cjs");

export type Terminal = {
  /** Ends window and engine in the ordinary way. */
  readonly quit: (exitCode: number) => void;
};

type Setting = {
  readonly arguments: TerminalArguments;
  readonly dataFolder: string;
  /** Where the demonstration leaves its screenshots; null when none is played. */
  readonly tourFolder: string | null;
  readonly log: Log;
};

/** Runs once Electron is ready: starts the engine first, as it takes longest, then opens the window. */
export function runTerminal(setting: Setting): Terminal {
  const { dataFolder, log } = setting;
  const engine = new EngineProcess({ entry: ENGINE_ENTRY, dataFolder, log, ...engineArguments(setting.arguments) });
  engine.start();

  lockSession(session.defaultSession, log);
  app.on("web-contents-created", (_event, contents) => lockContents(contents, log));
  protocol.handle(APP_SCHEME, (request) => respond(RENDERER_FOLDER, request));

  const layouts = openLayoutStore(dataFolder);
  const windows = new Map<WebContents, BrowserWindow>();
  const developerTools = !app.isPackaged;
  const follow = (look: Look): void => {
    nativeTheme.themeSource = look.theme === "light" ? "light" : "dark";
    setLanguage(look.language);
    setApplicationMenu({
      tellWindow: (command) => windows.forEach((window) => tellMenuCommand(window, command)),
      restartEngine: () => void engine.restart(),
      logFolder: log.folder,
      developerTools,
    });
  };
  follow(layouts.loadLook() ?? { theme: "dark", language: languageFor(app.getLocale() || "en") });
  const setLook = (look: Look): void => {
    layouts.saveLook(look);
    follow(look);
  };
  answerWindows({ guard: { isOurs: (contents) => windows.has(contents), log }, windows, engine, layouts, dataFolder, setLook });

  const window = openTerminalWindow({ preload: PRELOAD, layouts, log, developerTools, engineState: () => engine.state });
  const { webContents } = window;
  windows.set(webContents, window);
  window.once("closed", () => windows.delete(webContents));
  engine.onState((state) => tellEngineState(window, state));
  app.on("second-instance", () => bringToFront(window));

  const quit = endCleanly(engine, log);
  const { tourFolder } = setting;
  if (tourFolder !== null) {
    // Not part of a packaged application, hence loaded only here.
    void import("./tour/tour.ts").then(({ playTour }) => playTour({ window, engine, outFolder: tourFolder })).then(quit);
  }
  return { quit };
}

type Answering = {
  readonly guard: Guard;
  readonly windows: ReadonlyMap<WebContents, BrowserWindow>;
  readonly engine: EngineProcess;
  readonly layouts: LayoutStore;
  readonly dataFolder: string;
  readonly setLook: (look: Look) => void;
};

function answerWindows({ guard, windows, engine, layouts, dataFolder, setLook }: Answering): void {
  const ports = new EnginePorts(engine);
  listen(guard, shellChannels.connect, z.undefined(), (_nothing, sender) => ports.request(sender));
  handle(guard, shellChannels.request, shellRequestSchema, async (request: ShellRequest, sender): Promise<ShellReply> => {
    switch (request.type) {
      case "about":
        return { ok: true, about: aboutInfo(dataFolder) };
      case "importHistory":
        return importHistory(engine, request.symbol, windows.get(sender));
      case "loadLayout":
        return { ok: true, layout: layouts.loadLayout() };
      case "saveLayout":
        layouts.saveLayout(request.layout);
        return { ok: true };
      case "setLook":
        setLook(request.look);
        return { ok: true };
      case "savePicture":
        return savePicture(windows.get(sender), request);
      case "restartEngine":
        engine.retryNow();
        return { ok: true };
      default:
        return unreachable(request);
    }
  });
}

async function importHistory(engine: EngineProcess, symbol: string, window: BrowserWindow | undefined): Promise<ShellReply> {
  const options: Electron.OpenDialogOptions = {
    title: shellTexts.chooseHistory(symbol),
    properties: ["openFile"],
    filters: [{ name: shellTexts.bars, extensions: ["csv", "gz"] }],
  };
  const chosen = window === undefined ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
  const [path] = chosen.filePaths;
  if (chosen.canceled || path === undefined) return { ok: true, note: null };
  const { note, error } = await engine.importHistory({ symbol, path });
  return error === null ? { ok: true, note } : { ok: false, error };
}

/** What a person said of this start holds once, not again whenever the engine process starts anew: files to import, and a market that rests. */
function engineArguments({ engine, market, history }: TerminalArguments): Pick<EngineProcessOptions, "arguments" | "firstArguments"> {
  return { arguments: engine, firstArguments: [...market, ...history.flatMap(({ symbol, path }) => ["--history", `${symbol}=${path}`])] };
}

function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Whatever ends the terminal, the engine process gets the time for its snapshot first. */
function endCleanly(engine: EngineProcess, log: Log): (exitCode: number) => void {
  let code = 0;
  let ended = false;
  app.on("window-all-closed", () => app.quit());
  app.on("will-quit", (event) => {
    if (ended) return;
    event.preventDefault();
    void engine.shutdown().finally(() => {
      ended = true;
      log.info(`The terminal ends with code ${code}`);
      app.exit(code);
    });
  });
  return (exitCode) => {
    code = exitCode;
    app.quit();
  };
}
