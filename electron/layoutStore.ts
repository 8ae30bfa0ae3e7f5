import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lookSchema, type Look } from "../shared/look.ts";
import type { SavedLayout } from "../shared/shell.ts";
import { z } from "zod";
import { writeFileAtomically } from "../engine/host/atomicFile.ts";
import { savedWindowSchema, type SavedWindow } from "./windowBounds.ts";

/**
 * Keeps what a window looks like between starts: `layouts/` inside the data folder, and of what it showed of a venue inside that venue's folder below
 * it. Losing it loses no trading state.
 */
export type LayoutStore = {
  /**
   * The panel layout as the window saved it at that place (see venuePlace.ts); the terminal's own where it saved none there yet. Throws when it
   * cannot be read.
   */
  readonly loadLayout: (place: string) => SavedLayout;
  readonly saveLayout: (layout: string, place: string) => void;
  /** Keeps a copy of what was saved at that place, if anything was: this version cannot read it, and the next saving writes over it. */
  readonly copyLayoutAside: (place: string) => void;
  /** Where the window was, or null when that is unknown or unreadable. */
  readonly loadWindow: () => SavedWindow | null;
  readonly saveWindow: (window: SavedWindow) => void;
  /** Another window takes over the name, at that place. */
  readonly forget: (place: string) => void;
};

/** The stores of all windows, and what they share. */
export type LayoutStores = {
  /** "main" is the first window; the others have numbers. */
  readonly of: (windowId: string) => LayoutStore;
  /** Ids of the windows that were open when the terminal ended; none when they are unknown or unreadable. */
  readonly openWindows: () => readonly string[];
  readonly saveOpenWindows: (ids: readonly string[]) => void;
  /** The named layouts as the windows saved them, or null. Throws when they cannot be read. */
  readonly loadWorkspaces: () => string | null;
  readonly saveWorkspaces: (text: string) => void;
  /** Puts the named layouts beside their place under another name: no window can read them, and none is to write over them. */
  readonly setWorkspacesAside: () => void;
  /** The look last chosen in any window, or null when none was or it is unreadable. */
  readonly loadLook: () => Look | null;
  readonly saveLook: (look: Look) => void;
};

const windowIdsSchema = z.array(z.string().regex(/^(main|[1-9]\d?)$/)).max(64);

export function openLayoutStores(dataFolder: string): LayoutStores {
  const folder = join(dataFolder, "layouts");
  const openFile = join(folder, "open.json");
  const workspacesFile = join(folder, "workspaces.json");
  const lookFile = join(folder, "look.json");
  return {
    of: (windowId) => layoutStore(dataFolder, windowId),
    openWindows: () => windowIdsSchema.safeParse(parsed(readIfPresent(openFile))).data ?? [],
    saveOpenWindows: (ids) => writeFileAtomically(openFile, `${JSON.stringify(ids)}\n`),
    loadWorkspaces: () => readSaved(workspacesFile),
    saveWorkspaces: (text) => writeFileAtomically(workspacesFile, text),
    setWorkspacesAside: () => renameSync(workspacesFile, asideOf(workspacesFile)),
    loadLook: () => lookSchema.safeParse(parsed(readIfPresent(lookFile))).data ?? null,
    saveLook: (look) => writeFileAtomically(lookFile, `${JSON.stringify(look)}\n`),
  };
}

function layoutStore(dataFolder: string, windowId: string): LayoutStore {
  const layoutFile = (place: string): string => join(dataFolder, ...(place === "" ? [] : ["venues", place]), "layouts", `${windowId}.json`);
  const windowFile = join(dataFolder, "layouts", windowId === "main" ? "window.json" : `window-${windowId}.json`);
  return {
    loadLayout: (place) => {
      const text = readSaved(layoutFile(place));
      const isBorrowed = text === null && place !== "";
      return { place, isBorrowed, text: isBorrowed ? readSaved(layoutFile("")) : text };
    },
    saveLayout: (layout, place) => writeFileAtomically(layoutFile(place), layout),
    copyLayoutAside: (place) => {
      const file = layoutFile(place);
      if (existsSync(file)) copyFileSync(file, asideOf(file));
    },
    loadWindow: () => parseWindow(readIfPresent(windowFile)),
    saveWindow: (window) => writeFileAtomically(windowFile, `${JSON.stringify(window)}\n`),
    forget: (place) => {
      for (const file of [layoutFile(""), layoutFile(place), windowFile]) rmSync(file, { force: true });
    },
  };
}

/** A name beside the file's own that nothing has yet: what was put aside once stays there. */
function asideOf(path: string): string {
  const name = (n: number): string => path.replace(/\.json$/, n === 1 ? ".damaged.json" : `.damaged-${n}.json`);
  let n = 1;
  while (existsSync(name(n))) n += 1;
  return name(n);
}

function parseWindow(text: string | null): SavedWindow | null {
  return savedWindowSchema.safeParse(parsed(text)).data ?? null;
}

/** Null for text that is no JSON: somebody edited the file by hand, and the default is as good. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null also where the file is there and cannot be read: no start fails for a preference. */
function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/**
 * Null where none was saved. Throws where one was and cannot be read: the window would take its own arrangement for the first one, and save it over
 * what a person made.
 */
function readSaved(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
