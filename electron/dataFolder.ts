import { existsSync, mkdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { typedError } from "../shared/errors.ts";
import { failed, ok, type Result } from "../shared/result.ts";

/**
 * Makes the data folder if need be and proves that it can be written. Returns its real path, so that two names of one folder are one folder.
 * Errors: DATA_FOLDER_MISSING, JOURNAL_READ_ONLY, JOURNAL_FULL.
 */
export function openDataFolder(path: string): Result<string> {
  try {
    makeFolder(path);
    if (!statSync(path).isDirectory()) throw new Error("it is a file");
  } catch (error) {
    return failed(
      typedError("DATA_FOLDER_MISSING", {
        field: "--data",
        value: path,
        rule: "a folder that exists or can be made",
        message: `The data folder ${path} does not exist and cannot be made (${textOf(error)}). Choose another with --data DIR.`,
      }),
    );
  }
  const folder = realpathSync(path);
  const probe = join(folder, `.write-probe-${process.pid}`);
  try {
    try {
      writeFileSync(probe, "x".repeat(4_096));
    } finally {
      rmSync(probe, { force: true });
    }
  } catch (error) {
    const full = hasCode(error, "ENOSPC", "EDQUOT");
    return failed(
      typedError(full ? "JOURNAL_FULL" : "JOURNAL_READ_ONLY", {
        field: "--data",
        value: folder,
        rule: full ? "free space on the disk" : "a folder that can be written",
        message: `Nothing can be written to the data folder ${folder} (${textOf(error)}). ${full ? "Free some space" : "Make it writable"} or choose another with --data DIR.`,
      }),
    );
  }
  return ok(folder);
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
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.some((code) => error.code === code);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
