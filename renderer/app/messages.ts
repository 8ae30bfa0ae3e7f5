import { z } from "zod";
import { note } from "./notes.ts";
import { shellRequest } from "./shell.ts";
import { topics } from "./topics.ts";

export type Severity = "info" | "warning" | "breach" | "halted";

/** Something that the terminal told a person. It is kept on disk as well, so that the next window can show it; a toast only shows it first. */
export type Message = {
  readonly id: number;
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  readonly severity: Severity;
  /** What happened, one sentence. */
  readonly text: string;
  /** Why, and what to do; may be empty. */
  readonly detail: string;
  /** Stable code of the refusal or error, or "". */
  readonly code: string;
  /** Only for the list: another part of the screen says it already. */
  readonly isQuiet: boolean;
};

/** Older messages leave the window's list beyond this bound, not the book on disk. */
const MAX_MESSAGES = 2_000;

/** A message as it stands in the book; those of earlier windows come back with ids below 1, as read. */
const keptSchema = z.object({
  atMs: z.number(),
  severity: z.enum(["info", "warning", "breach", "halted"]),
  text: z.string(),
  detail: z.string(),
  code: z.string(),
});

type KeptMessage = z.infer<typeof keptSchema>;

let nextId = 1;
let list: readonly Message[] = [];
let readUpTo = 0;
const listeners = new Set<(message: Message) => void>();

export const messages = {
  /** Newest last. A new array after each change. */
  list: (): readonly Message[] => list,
  unread: (): number => list.reduce((n, message) => n + (message.id > readUpTo ? 1 : 0), 0),

  post(message: {
    readonly severity: Severity;
    readonly text: string;
    readonly detail?: string;
    readonly code?: string;
    readonly isQuiet?: boolean;
  }): Message {
    const added: Message = {
      id: nextId++,
      atMs: Date.now(),
      severity: message.severity,
      text: message.text,
      detail: message.detail ?? "",
      code: message.code ?? "",
      isQuiet: message.isQuiet ?? false,
    };
    list = [...list.slice(-(MAX_MESSAGES - 1)), added];
    const { id: _id, isQuiet: _isQuiet, ...kept } = added;
    note("messages", kept);
    topics.bump("messages");
    for (const listener of listeners) listener(added);
    return added;
  },

  /** Called with each message of this window as it comes. */
  onPost(listener: (message: Message) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },

  /** Puts what earlier windows were told before this window's own. */
  async restore(): Promise<void> {
    const reply = await shellRequest({ type: "readNotes", book: "messages", limit: MAX_MESSAGES });
    if (!reply.ok || reply.notes === undefined) return;
    const earlier = onceEach(reply.notes.flatMap((line) => keptMessage(line))).map((message, at, all): Message => ({
      ...message,
      id: at - all.length,
      isQuiet: true,
    }));
    list = [...earlier, ...list];
    topics.bump("messages");
  },

  /** Everything up to this message has been seen. */
  markRead(id: number): void {
    if (id <= readUpTo) return;
    readUpTo = id;
    topics.bump("messages");
  },
} as const;

/** Every window writes down what it was told, and of what concerns all of them each one does. */
const TOGETHER_MS = 2_000;

function onceEach(kept: readonly KeptMessage[]): readonly KeptMessage[] {
  const lastMs = new Map<string, number>();
  return kept.filter(({ atMs, severity, text, detail, code }) => {
    const key = JSON.stringify([severity, text, detail, code]);
    const beforeMs = lastMs.get(key);
    lastMs.set(key, atMs);
    return beforeMs === undefined || atMs - beforeMs > TOGETHER_MS;
  });
}

function keptMessage(line: string): readonly KeptMessage[] {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    // A line that a crash cut short.
    return [];
  }
}
