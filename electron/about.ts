import { app } from "electron";
import type { AboutInfo } from "../shared/shell.ts";

const KINDS = ["official", "override", "fallback"] as const;

/** What the about box says. */
export function aboutInfo(dataFolder: string): AboutInfo {
  return {
    version: app.getVersion(),
    electron: process.versions.electron,
    node: process.versions.node,
    chrome: process.versions.chrome,
    runtime: runtimeKind(),
    dataFolder,
  };
}

/**
 * Whose Electron this is. A run from the sources is told by its launcher; a packaged one is a release, unless its version says that it is an
 * unpacked development build, and those carry the fallback.
 */
function runtimeKind(): AboutInfo["runtime"] {
  if (app.isPackaged) return isDevelopmentBuild() ? "fallback" : "packaged";
  return KINDS.find((kind) => kind === process.env["TERMINAL_RUNTIME"]) ?? "override";
}

/** Set by scripts/dist.mjs for builds around a runtime that may not be released. */
const DEVELOPMENT_BUILD_SUFFIX = "-development";

function isDevelopmentBuild(): boolean {
  return app.getVersion().endsWith(DEVELOPMENT_BUILD_SUFFIX);
}
