import { accessSync, constants, existsSync, mkdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { failureCode, toTerminalError } from "./journal/journalErrors.ts";

/** Where everything of one venue lies. */
export type DataFolder = {
  readonly path: string;
  readonly journal: string;
  /** A continued journal under construction; see journal/continuation.ts. */
  readonly continued: string;
  /** A copy of a damaged journal for reading; see journal/salvage.ts. */
  readonly salvaged: string;
  readonly lock: string;
  readonly snapshots: string;
  readonly log: string;
};

export function dataFolderAt(path: string): DataFolder {
  return {
    path,
    journal: join(path, "journal.db"),
    continued: join(path, "journal.continued.db"),
    salvaged: join(path, "journal.salvaged.db"),
    lock: join(path, "engine.lock"),
    snapshots: join(path, "snapshots"),
    log: join(path, "engine.log"),
  };
}

/** The platform's folder for a program's own data, used when nobody names one. */
export function defaultDataPath(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const home = homedir();
  const name = "HashKey Terminal";
  if (platform === "win32") return join(environment["APPDATA"] ?? join(home, "AppData", "Roaming"), name);
  if (platform === "darwin") return join(home, "Library", "Application Support", name);
  return join(environment["XDG_CONFIG_HOME"] ?? join(home, ".config"), name);
}

/** Makes the folder if need be and sees that it can be written. Throws TerminalError DATA_FOLDER_MISSING, JOURNAL_READ_ONLY or JOURNAL_FULL. */
export function openDataFolder(path: string): DataFolder {
  try {
    makeFolder(path);
    if (!statSync(path).isDirectory()) throw new Error("it is a file");
  } catch (error) {
    throw missing(path, error);
  }
  const folder = dataFolderAt(realpathSync(path));
  const probe = join(folder.path, `.probe-${process.pid}`);
  try {
    try {
      writeFileSync(probe, "probe");
    } finally {
      // A full disk takes the name and not the content.
      rmSync(probe, { force: true });
    }
    mkdirSync(folder.snapshots, { recursive: true });
    if (statSync(folder.journal, { throwIfNoEntry: false })) accessSync(folder.journal, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw toTerminalError(error, { path: folder.path, doing: "Writing to the data folder" });
  }
  return folder;
}

/** Level by level: Node's own recursion never ends where a folder exists and yet nothing can be made in it, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in the meantime.
    if (failureCode(error) !== "EEXIST") throw error;
  }
}

function missing(path: string, cause: unknown): TerminalError {
  const why = failureCode(cause) || (cause instanceof Error ? cause.message : String(cause));
  return new TerminalError(
    typedError("DATA_FOLDER_MISSING", {
      field: "--data",
      value: path,
      rule: "a folder that exists or can be made",
      message: `The data folder ${path} does not exist and cannot be made (${why}). Choose another with --data DIR.`,
    }),
    { cause },
  );
}
