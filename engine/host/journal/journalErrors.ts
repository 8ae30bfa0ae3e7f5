import { TerminalError, typedError, type ErrorCode } from "../../../shared/errors.ts";

/** What SQLite and Node call the failure, e.g. "SQLITE_FULL" or "EROFS"; empty for other errors. */
export function failureCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** A failure of SQLite or of the file system as the terminal's own typed error. A TerminalError passes unchanged. */
export function toTerminalError(error: unknown, subject: { readonly path: string; readonly doing: string }): TerminalError {
  if (error instanceof TerminalError) return error;
  const cause = failureCode(error);
  const { code, rule, advice } = judge(cause);
  const text = error instanceof Error ? error.message : String(error);
  return new TerminalError(
    typedError(code, {
      field: subject.path,
      value: cause || text,
      rule,
      message: `${subject.doing} failed (${text}). ${advice}`,
    }),
    { cause: error },
  );
}

function judge(cause: string): { readonly code: ErrorCode; readonly rule: string; readonly advice: string } {
  if (cause.startsWith("SQLITE_FULL") || cause === "ENOSPC" || cause === "EDQUOT") {
    return {
      code: "JOURNAL_FULL",
      rule: "free space for the journal",
      advice: "Free space on the disk or raise the journal's quota, then start again.",
    };
  }
  if (
    cause.startsWith("SQLITE_READONLY") ||
    cause === "EACCES" ||
    cause === "EPERM" ||
    cause === "EROFS" ||
    cause.startsWith("SQLITE_CANTOPEN")
  ) {
    return {
      code: "JOURNAL_READ_ONLY",
      rule: "a data folder that can be written",
      advice: "Make the data folder writable or choose another with --data DIR.",
    };
  }
  if (cause.startsWith("SQLITE_BUSY") || cause.startsWith("SQLITE_LOCKED")) {
    return { code: "JOURNAL_LOCKED", rule: "one instance a data folder", advice: "Close the other program that uses this data folder." };
  }
  if (cause.startsWith("SQLITE_NOTADB")) {
    return {
      code: "JOURNAL_VERSION",
      rule: "a journal of this terminal",
      advice: "Restore the file from a copy or choose another folder with --data DIR.",
    };
  }
  if (cause.startsWith("SQLITE_CORRUPT")) {
    return {
      code: "JOURNAL_BROKEN",
      rule: "an undamaged journal file",
      advice:
        "The file stays as it is. Start again; if that does not help, restore it from a backup or choose another folder with --data DIR.",
    };
  }
  if (cause === "ENOENT" || cause === "ENOTDIR" || cause === "EEXIST") {
    return {
      code: "DATA_FOLDER_MISSING",
      rule: "a folder that exists or can be made",
      advice: "Choose another data folder with --data DIR.",
    };
  }
  return {
    code: "JOURNAL_IO",
    rule: "a working file system",
    advice: "Nothing was acknowledged that is not on disk. See the log, then start again.",
  };
}
