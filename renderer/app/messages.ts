import { keptMessages } from "./keptMessages.ts";
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

/** This window among those that write into the book. */
const WINDOW = crypto.randomUUID();

let nextId = 1;
let list: readonly Message[] = [];
let readUpTo = 0;
/** Messages that show in the list alone by now, by id. */
const putAway = new Set<number>();
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
    note("messages", { ...kept, window: WINDOW });
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
    // Those of earlier windows have ids below 1, as read.
    const earlier = keptMessages(reply.notes).map(({ window: _window, ...message }, at, all): Message => ({
      ...message,
      id: at - all.length,
      isQuiet: true,
    }));
    list = [...earlier, ...list];
    topics.bump("messages");
  },

  /** The message has been shown for long enough, or a person has put it away. It stays in the list. */
  putAway(id: number): void {
    putAway.add(id);
    topics.bump("messages");
  },
  isPutAway: (id: number): boolean => putAway.has(id),

  /** Everything up to this message has been seen. */
  markRead(id: number): void {
    if (id <= readUpTo) return;
    readUpTo = id;
    topics.bump("messages");
  },
} as const;
