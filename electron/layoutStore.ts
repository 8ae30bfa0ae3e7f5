import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lookSchema, type Look } from "../shared/look.ts";
import type { z } from "zod";
import { writeFileAtomically } from "./atomicFile.ts";
import { savedWindowSchema, type SavedWindow } from "./windowBounds.ts";

/** Keeps what a window looks like between starts: `layouts/` inside the data folder. Losing it loses no trading state. */
export type LayoutStore = {
  /** The panel layout as the window saved it, or null. */
  readonly loadLayout: () => string | null;
  readonly saveLayout: (layout: string) => void;
  /** Where the window was, or null when that is unknown or unreadable. */
  readonly loadWindow: () => SavedWindow | null;
  readonly saveWindow: (window: SavedWindow) => void;
  /** The look last chosen, or null when none was or it is unreadable. */
  readonly loadLook: () => Look | null;
  readonly saveLook: (look: Look) => void;
};

export function openLayoutStore(dataFolder: string): LayoutStore {
  const layoutFile = join(dataFolder, "layouts", "main.json");
  const windowFile = join(dataFolder, "layouts", "window.json");
  const lookFile = join(dataFolder, "layouts", "look.json");
  return {
    loadLayout: () => readIfPresent(layoutFile),
    saveLayout: (layout) => writeFileAtomically(layoutFile, layout),
    loadWindow: () => parsed(readIfPresent(windowFile), savedWindowSchema),
    saveWindow: (window) => writeFileAtomically(windowFile, `${JSON.stringify(window)}\n`),
    loadLook: () => parsed(readIfPresent(lookFile), lookSchema),
    saveLook: (look) => writeFileAtomically(lookFile, `${JSON.stringify(look)}\n`),
  };
}

function parsed<T>(text: string | null, schema: z.ZodType<T>): T | null {
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Not JSON: somebody edited the file by hand. The default is as good.
    return null;
  }
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
