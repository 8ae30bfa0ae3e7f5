import Database from "better-sqlite3";
import { TerminalError, typedError } from "../../../shared/errors.ts";
import { failureCode, toTerminalError } from "./journalErrors.ts";

export type FolderLock = { readonly release: () => void };

/**
 * Takes the data folder for this process. The lock is SQLite's lock on an empty file of its own, so the operating system drops it however the
 * process ends. Throws TerminalError JOURNAL_LOCKED when another process has it.
 */
export function lockFolder(lockPath: string): FolderLock {
  try {
    const database = new Database(lockPath, { timeout: 0 });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw error;
    }
    return { release: () => void database.close() };
  } catch (error) {
    if (!failureCode(error).startsWith("SQLITE_BUSY")) throw toTerminalError(error, { path: lockPath, doing: "Locking the data folder" });
    throw new TerminalError(
      typedError("JOURNAL_LOCKED", {
        field: "--data",
        value: lockPath,
        rule: "one instance a data folder",
        message: "Another instance of the terminal works in this data folder. Close it, or choose another folder with --data DIR.",
      }),
      { cause: error },
    );
  }
}
