import type { NoteBook } from "../../shared/shell.ts";
import { shellRequest } from "./shell.ts";

/** Lines gathered within this time go to the shell as one request. */
const GATHER_MS = 200;
const MOST_A_REQUEST = 500;

const waiting: Record<NoteBook, string[]> = { messages: [], actions: [] };
let timer: ReturnType<typeof setTimeout> | null = null;
let isStarted = false;

/** From now on notes go to the shell; what was noted before goes first. */
export function startNotes(): void {
  isStarted = true;
  flushNotes();
}

/** Writes one line into a book that outlives the window. */
export function note(book: NoteBook, content: object): void {
  waiting[book].push(JSON.stringify(content).slice(0, 8_000));
  if (isStarted) timer ??= setTimeout(flushNotes, GATHER_MS);
}

/** Hands over at once what waits; called when the window goes away. */
export function flushNotes(): void {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  for (const book of ["messages", "actions"] as const) {
    while (waiting[book].length > 0) void shellRequest({ type: "appendNotes", book, lines: waiting[book].splice(0, MOST_A_REQUEST) });
  }
}
