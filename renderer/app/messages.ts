import { topics } from "./topics.ts";

export type Severity = "info" | "warning" | "breach" | "halted";

/** Something that the terminal told a person. Kept for the life of the window; a toast only shows it first. */
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

/** Older messages leave the list beyond this bound. */
const MAX_MESSAGES = 2_000;

let nextId = 1;
let list: readonly Message[] = [];
let readUpTo = 0;

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
  }): void {
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
    topics.bump("messages");
  },

  /** Everything up to this message has been seen. */
  markRead(id: number): void {
    if (id <= readUpTo) return;
    readUpTo = id;
    topics.bump("messages");
  },
} as const;
