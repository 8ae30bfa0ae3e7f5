import { appendFileSync, closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { NoteBook } from "../shared/shell.ts";

/** The newest notes are read back from so much of the end of a book. */
const TAIL_BYTES = 8 * 1_024 * 1_024;

/** Books of lines that only grow: `notes/` inside the data folder. They hold nothing that the journal holds. */
export type NoteStore = {
  readonly append: (book: NoteBook, lines: readonly string[]) => void;
  /** The newest lines, oldest first. A line cut short by a crash is left out. */
  readonly newest: (book: NoteBook, limit: number) => readonly string[];
};

export function openNoteStore(dataFolder: string): NoteStore {
  const folder = join(dataFolder, "notes");
  const fileOf = (book: NoteBook): string => join(folder, `${book}.jsonl`);
  const begun = new Set<NoteBook>();
  return {
    append: (book, lines) => {
      mkdirSync(folder, { recursive: true });
      // The line behind one that a crash cut short would be lost with it.
      if (!begun.has(book)) dropCutLine(fileOf(book));
      begun.add(book);
      appendFileSync(fileOf(book), lines.map((line) => `${line.replace(/[\r\n]+/g, " ")}\n`).join(""));
    },
    newest: (book, limit) => readTail(fileOf(book)).slice(-limit),
  };
}

/** Ends the file behind its last line end. Opened for appending it could not be cut on every platform. */
function dropCutLine(path: string): void {
  const file = openIfPresent(path, "r+");
  if (file === null) return;
  try {
    const { size } = fstatSync(file);
    const bytes = tailOf(file, size);
    ftruncateSync(file, size - bytes.length + bytes.lastIndexOf("\n") + 1);
  } finally {
    closeSync(file);
  }
}

function tailOf(file: number, size: number): Buffer {
  const length = Math.min(size, TAIL_BYTES);
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, size - length));
}

function openIfPresent(path: string, flags: "r" | "r+"): number | null {
  try {
    return openSync(path, flags);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function readTail(path: string): readonly string[] {
  const file = openIfPresent(path, "r");
  if (file === null) return [];
  try {
    const { size } = fstatSync(file);
    const bytes = tailOf(file, size);
    const lines = bytes.toString("utf8").split("\n");
    // What stands after the last line end was not written whole, and the first line of a tail may begin in the middle.
    return lines.slice(bytes.length < size ? 1 : 0, -1);
  } finally {
    closeSync(file);
  }
}
