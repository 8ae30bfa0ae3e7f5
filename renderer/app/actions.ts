import { messages } from "./messages.ts";
import { note } from "./notes.ts";
import { topics } from "./topics.ts";
import { deedTexts } from "./deedTexts.ts";

/** Where an action's keys count: everywhere, or while the focus is in the panel of this name. */
type ActionScope = "global" | (string & {});

export const actionGroups = ["trade", "go", "view", "window", "help"] as const;
export type ActionGroup = (typeof actionGroups)[number];

/** Something that a person can have done by key, palette or menu. `id` is kept in records and key settings and never changes. */
export type Action = {
  readonly id: string;
  readonly title: string;
  readonly group: ActionGroup;
  readonly scope: ActionScope;
  /** Key sequences in tinykeys' grammar, e.g. "$mod+k" or "g o". */
  readonly keys: readonly string[];
  readonly run: () => void;
};

export type ActionVia = "key" | "palette" | "menu" | "command";
/** One deed as it is kept. */
export type ActionRecord = { readonly atMs: number; readonly id: string; readonly via: ActionVia; readonly detail: string };

const MOST_RECORDS = 500;

const registered = new Map<string, Action>();
let records: readonly ActionRecord[] = [];

export function registerActions(actions: readonly Action[]): void {
  for (const action of actions) registered.set(action.id, action);
  topics.bump("actions");
}

/** All actions, in the order of registration. */
export function allActions(): readonly Action[] {
  return [...registered.values()];
}

export function actionOf(id: string): Action | undefined {
  return registered.get(id);
}

/** Newest last, of this window. */
export function actionRecords(): readonly ActionRecord[] {
  return records;
}

/** Writes a deed down, in this window and in the person's record on disk. */
export function recordAction(id: string, via: ActionVia, detail = ""): void {
  const record: ActionRecord = { atMs: Date.now(), id, via, detail };
  records = [...records.slice(-(MOST_RECORDS - 1)), record];
  note("actions", record);
  topics.bump("actions");
}

/** The one way to have an action done: it is recorded, and a failure of it is told and stops nothing else. */
export function performAction(id: string, via: ActionVia): void {
  const action = registered.get(id);
  if (action === undefined) return;
  recordAction(id, via);
  try {
    action.run();
  } catch (cause) {
    messages.post({
      severity: "warning",
      text: deedTexts.failed(action.title),
      detail: cause instanceof Error ? cause.message : String(cause),
    });
    reportError(cause);
  }
}
