import { join } from "node:path";
import { app, crashReporter } from "electron";
import type { Log } from "./log.ts";

/** Exit code after an error that nobody caught in the main process. */
const EXIT_UNCAUGHT = 70;

/** Native crashes of any of our processes leave a dump in `crashes/` inside the data folder. Nothing is ever uploaded. */
export function keepCrashDumps(dataFolder: string): void {
  app.setPath("crashDumps", join(dataFolder, "crashes"));
  crashReporter.start({ uploadToServer: false, compress: true });
}

/** Writes down what kills a process; an uncaught error in the main process ends the terminal in the ordinary way, engine included. */
export function logCrashes(log: Log, quit: (exitCode: number) => void): void {
  let quitting = false;
  const uncaught = (what: string) => (cause: unknown) => {
    log.error(what, cause);
    if (quitting) return;
    quitting = true;
    quit(EXIT_UNCAUGHT);
  };
  process.on("uncaughtException", uncaught("Uncaught error in the main process"));
  process.on("unhandledRejection", uncaught("Unhandled rejection in the main process"));
  app.on("child-process-gone", (_event, details) => {
    if (details.reason === "clean-exit") return;
    log.warn(`Process gone: ${details.type} ${details.name ?? ""} (${details.reason}, code ${details.exitCode})`);
  });
}
