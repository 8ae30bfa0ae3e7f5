import { existsSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { app, protocol } from "electron";
import { typedError, type TypedError } from "../shared/errors.ts";
import { APP_SCHEME } from "./appProtocol.ts";
import { parseArguments } from "./arguments.ts";
import { keepCrashDumps, logCrashes } from "./crash.ts";
import { openDataFolder } from "./dataFolder.ts";
import { silenceNetwork } from "./lockdown.ts";
import { errorLine, openLog } from "./log.ts";
import { runTerminal } from "./terminal.ts";
import { venueKey } from "./venueKey.ts";

/** Wrong arguments, or a data folder that cannot be used. */
const EXIT_REFUSED = 2;
/** Another terminal runs on the data folder. */
const EXIT_LOCKED = 3;

startTerminal();

/** Everything that must be settled before Electron is ready; a refusal is one line on stderr and an exit code. */
function startTerminal(): void {
  const given = parseArguments({
    argv: process.argv.slice(1),
    workingFolder: process.cwd(),
    applicationPath: app.isPackaged ? null : app.getAppPath(),
    packaged: app.isPackaged,
  });
  if (!given.ok) return refuse(given.error, EXIT_REFUSED);

  const defaultFolder = app.getPath("userData");
  const tourFolder = given.value.tour ? join(app.getAppPath(), "out", "tour") : null;
  const opened = openDataFolder(given.value.dataFolder ?? (tourFolder === null ? defaultFolder : freshTourData(tourFolder)));
  if (!opened.ok) return refuse(opened.error, EXIT_REFUSED);
  const dataFolder = opened.value;
  placeBelow(dataFolder);
  if (!app.requestSingleInstanceLock()) return refuse(alreadyRunning(dataFolder), EXIT_LOCKED);

  const log = openLog(join(dataFolder, "logs"));
  log.info(
    `${app.name} ${app.getVersion()} on Electron ${process.versions.electron}, Node ${process.versions.node}, data in ${dataFolder}`,
  );
  keepCrashDumps(dataFolder);
  if (app.isPackaged && isSameFolder(dataFolder, defaultFolder)) refuseRemoteDebugging();
  silenceNetwork(app.commandLine);
  // Every window asks for the sandbox itself; this also covers what Electron would start without one. As root Chromium has none to give.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  const running = app.whenReady().then(() => {
    const key = given.value.venue !== null ? venueKey(dataFolder, given.value.keyFile, log) : null;
    if (key?.ok === false) {
      refuse(key.error, EXIT_REFUSED);
      return { quit: (exitCode: number) => app.exit(exitCode) };
    }
    return runTerminal({ arguments: given.value, dataFolder, tourFolder, log, credentials: key?.value ?? null });
  });
  logCrashes(
    log,
    (exitCode) =>
      void running.then(
        (terminal) => terminal.quit(exitCode),
        () => app.exit(exitCode),
      ),
  );
}

/** The demonstration plays on an empty venue of its own, never on a person's data. */
function freshTourData(tourFolder: string): string {
  const folder = join(tourFolder, "data");
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

/** All that the terminal and Chromium write goes below the data folder; Electron's instance lock lives there too, which makes it one per folder. */
function placeBelow(dataFolder: string): void {
  app.setPath("userData", dataFolder);
  app.setPath("sessionData", join(dataFolder, "browser"));
  app.setAppLogsPath(join(dataFolder, "logs"));
}

/** As browsers do: a debugger may look at a trial folder that is named on the command line, never at a person's own data. */
function refuseRemoteDebugging(): void {
  app.commandLine.removeSwitch("remote-debugging-port");
  app.commandLine.removeSwitch("remote-debugging-pipe");
}

function isSameFolder(realPath: string, other: string): boolean {
  return existsSync(other) && realpathSync(other) === realPath;
}

function alreadyRunning(dataFolder: string): TypedError {
  return typedError("JOURNAL_LOCKED", {
    field: "--data",
    value: dataFolder,
    rule: "a data folder that no other terminal uses",
    message: `A terminal already runs on ${dataFolder}; its window comes to the front. Close it first, or choose another folder with --data DIR.`,
  });
}

function refuse(error: TypedError, exitCode: number): void {
  process.stderr.write(`${errorLine(error)}\n`);
  app.exit(exitCode);
}
