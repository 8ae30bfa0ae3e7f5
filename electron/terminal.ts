import { fileURLToPath } from "node:url";
import { app, dialog, nativeTheme, protocol, session, type BrowserWindow } from "electron";
import { z } from "zod";
import { unreachable } from "../shared/assert.ts";
import { languageFor, setLanguage } from "../shared/languages.ts";
import type { Look } from "../shared/look.ts";
import { typedError, type TypedError } from "../shared/errors.ts";
import { shellChannels, shellRequestSchema, type ShellReply, type ShellRequest } from "../shared/shell.ts";
import type { Credentials } from "../engine/connector/credentials.ts";
import { aboutInfo } from "./about.ts";
import { answerKeys } from "./apiKeys.ts";
import { APP_SCHEME, respond } from "./appProtocol.ts";
import type { TerminalArguments } from "./arguments.ts";
import { EnginePorts } from "./enginePorts.ts";
import { EngineProcess } from "./engineProcess.ts";
import { handle, listen, type Guard } from "./ipcMain.ts";
import { savePicture } from "./pictures.ts";
import { notify, openChosen, pdfOf, saveChosen } from "./files.ts";
import { openLayoutStores, type LayoutStores } from "./layoutStore.ts";
import { lockContents, lockSession } from "./lockdown.ts";
import type { Log } from "./log.ts";
import { setApplicationMenu } from "./menu.ts";
import { openNoteStore, type NoteStore } from "./noteStore.ts";
import { shellTexts } from "./shellTexts.ts";
import { VenueSwitch } from "./venueSwitch.ts";
import { WindowSet } from "./windowSet.ts";

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
  /** Key of the venue to connect to; null where the terminal is connected to none. */
  readonly credentials: Credentials | null;
};

/** Runs once Electron is ready: starts the engine first, as it takes longest, then opens the window. */
export function runTerminal(setting: Setting): Terminal {
  const { credentials, dataFolder, log } = setting;
  const home = { dataFolder, arguments: setting.arguments.engine, credentials };
  const engine = new EngineProcess({ entry: ENGINE_ENTRY, log, ...home, firstArguments: firstArguments(setting.arguments) });
  engine.start();

  lockSession(session.defaultSession, log);
  app.on("web-contents-created", (_event, contents) => lockContents(contents, log));
  protocol.handle(APP_SCHEME, (request) => respond(RENDERER_FOLDER, request));

  const stores = openLayoutStores(dataFolder);
  const developerTools = !app.isPackaged;
  let look: Look = stores.loadLook() ?? { theme: "dark", language: languageFor(app.getLocale() || "en") };
  const windows = new WindowSet(
    { preload: PRELOAD, log, developerTools, engineState: () => engine.state, theme: () => look.theme },
    stores,
  );
  const notes = openNoteStore(dataFolder);
  const venue = new VenueSwitch({
    engine,
    home,
    homeVenue: setting.arguments.venue,
    log,
    onSwitched: () => {
      follow(look);
      windows.reload();
    },
  });
  const follow = (chosen: Look): void => {
    look = chosen;
    nativeTheme.themeSource = look.theme === "light" ? "light" : "dark";
    setLanguage(look.language);
    setApplicationMenu({
      tellWindow: (command) => windows.tellMenuCommand(command),
      openWindow: () => void windows.openAnother(null, venue.place),
      restartEngine: () => void engine.restart(),
      canReturn: venue.connection.canReturn,
      logFolder: log.folder,
      developerTools,
    });
  };
  follow(look);
  const setLook = (chosen: Look): void => {
    stores.saveLook(chosen);
    follow(chosen);
  };
  answerWindows({
    guard: { isOurs: (contents) => windows.has(contents), log },
    windows,
    engine,
    venue,
    stores,
    notes,
    dataFolder,
    setLook,
  });

  const window = windows.restore();
  engine.onState((state) => windows.tellEngineState(state));
  app.on("second-instance", () => windows.bringToFront());
  app.on("before-quit", () => windows.ending());

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
  readonly windows: WindowSet;
  readonly engine: EngineProcess;
  readonly venue: VenueSwitch;
  readonly stores: LayoutStores;
  readonly notes: NoteStore;
  readonly dataFolder: string;
  readonly setLook: (look: Look) => void;
};

function answerWindows({ guard, windows, engine, venue, stores, notes, dataFolder, setLook }: Answering): void {
  const ports = new EnginePorts(engine);
  listen(guard, shellChannels.connect, z.undefined(), (_nothing, sender) => ports.request(sender));
  handle(guard, shellChannels.request, shellRequestSchema, async (request: ShellRequest, sender): Promise<ShellReply> => {
    const window = windows.windowOf(sender);
    // The guard let only our own windows through; one that closed meanwhile waits for no answer.
    if (window === undefined) return { ok: true };
    switch (request.type) {
      case "about":
        return { ok: true, about: aboutInfo(engine.dataFolder) };
      case "importHistory":
        return importHistory(engine, request.symbol, window);
      case "loadLayout":
        return { ok: true, layout: windows.storeOf(sender).loadLayout(venue.place) };
      case "saveLayout":
        windows.storeOf(sender).saveLayout(request.layout, request.place);
        return { ok: true };
      case "copyLayoutAside":
        windows.storeOf(sender).copyLayoutAside(request.place);
        return { ok: true };
      case "appendNotes":
        notes.append(request.book, request.lines);
        return { ok: true };
      case "readNotes":
        return { ok: true, notes: notes.newest(request.book, request.limit) };
      case "saveFile":
        return saveChosen(window, request.name, () => Promise.resolve(request.text));
      case "printPdf":
        return saveChosen(window, request.name, () => pdfOf(window));
      case "openFile":
        return openChosen(window);
      case "openWindow":
        return windows.openAnother(request.layout, venue.place) ? { ok: true } : { ok: false, error: tooManyWindows() };
      case "loadWorkspaces":
        return { ok: true, text: stores.loadWorkspaces() };
      case "saveWorkspaces":
        stores.saveWorkspaces(request.text);
        return { ok: true };
      case "setWorkspacesAside":
        stores.setWorkspacesAside();
        return { ok: true };
      case "notify":
        notify(window, request.title, request.body);
        return { ok: true };
      case "setLook":
        setLook(request.look);
        return { ok: true };
      case "savePicture":
        return savePicture(window, request);
      case "listApiKeys":
      case "createApiKey":
      case "revokeApiKey":
        return answerKeys(request, { dataFolder, addresses: engine.apiAddresses, log: guard.log });
      case "venueConnection":
      case "connectVenue":
      case "leaveVenue":
        return venue.answer(request);
      case "restartEngine":
        engine.retryNow();
        return { ok: true };
      default:
        return unreachable(request);
    }
  });
}

function tooManyWindows(): TypedError {
  return typedError("QUERY_INVALID", {
    field: "openWindow",
    rule: "at most 16 windows",
    message: "There are as many windows as the terminal opens. Close one first.",
  });
}

async function importHistory(engine: EngineProcess, symbol: string, window: BrowserWindow): Promise<ShellReply> {
  const options: Electron.OpenDialogOptions = {
    title: shellTexts.chooseHistory(symbol),
    properties: ["openFile"],
    filters: [{ name: shellTexts.bars, extensions: ["csv", "gz"] }],
  };
  const chosen = await dialog.showOpenDialog(window, options);
  const [path] = chosen.filePaths;
  if (chosen.canceled || path === undefined) return { ok: true };
  const { error, ...imported } = await engine.importHistory({ symbol, path });
  return error === null ? { ok: true, imported } : { ok: false, error };
}

/** What a person said of this start holds once, not again whenever the engine process starts anew: files to import, and a market that rests. */
function firstArguments({ market, history }: TerminalArguments): readonly string[] {
  return [...market, ...history.flatMap(({ symbol, path }) => ["--history", `${symbol}=${path}`])];
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
