import { createKeybindingsHandler, parseKeybinding } from "tinykeys";
import { z } from "zod";
import { allActions, performAction, type Action } from "./actions.ts";
import { messages } from "./messages.ts";
import { topics } from "./topics.ts";
import { savedSetting, saveSetting } from "./windowState.ts";
import { deedTexts } from "./deedTexts.ts";

/** The listener is asked whether it still lives so often. */
const WATCH_MS = 5_000;
const CHORD_MS = 1_200;
/** A key that no keyboard sends: the watchdog presses it and looks whether it was heard. */
const PROBE_KEY = "TerminalWatchdog";

const bindingsSchema = z.record(z.string(), z.array(z.string()).max(4));

/** Keys that a panel handles itself; listed so that the sheet tells of them and conflicts with them show. */
export type FixedKey = { readonly scope: string; readonly keys: string; readonly title: string };

/** Two actions that one key press could mean in the same place. */
export type KeyConflict = { readonly keys: string; readonly titles: readonly string[] };

let bindings: Record<string, string[]> = {};
let listener: ((event: Event) => void) | null = null;
let fixed: readonly FixedKey[] = [];
let heardMs = 0;
let restarts = 0;

/** Keys of an action as the person set them, or its own. */
export function keysOf(action: Action): readonly string[] {
  return bindings[action.id] ?? action.keys;
}

/** Gives an action other keys; null goes back to its own. False, and nothing changes, when a sequence is none. */
export function bindKeys(actionId: string, keys: readonly string[] | null): boolean {
  if (keys !== null && !keys.every(isSequence)) return false;
  const { [actionId]: _old, ...rest } = bindings;
  bindings = keys === null ? rest : { ...rest, [actionId]: [...keys] };
  saveSetting("keys", bindings);
  if (listener !== null) listen();
  topics.bump("actions");
  return true;
}

function isSequence(keys: string): boolean {
  return keys.trim() !== "" && parseKeybinding(keys).every(([, , key]) => key !== "");
}

/** Every key sequence that means more than one thing in one place: equal, or the beginning of another one. */
export function keyConflicts(actions: readonly Action[], others: readonly FixedKey[] = fixed): readonly KeyConflict[] {
  const all = [
    ...actions.flatMap((action) => keysOf(action).map((keys) => ({ keys: keys.toLowerCase(), scope: action.scope, title: action.title }))),
    ...others.map(({ keys, scope, title }) => ({ keys: keys.toLowerCase(), scope, title })),
  ];
  const conflicts: KeyConflict[] = [];
  all.forEach((one, at) => {
    for (const other of all.slice(at + 1)) {
      const sameKeys = one.keys === other.keys || one.keys.startsWith(`${other.keys} `) || other.keys.startsWith(`${one.keys} `);
      // A panel's own key goes before one that counts everywhere: that is an order of precedence, and still worth showing.
      const meet = one.scope === other.scope || one.scope === "global" || other.scope === "global";
      if (sameKeys && meet) conflicts.push({ keys: one.keys, titles: [one.title, other.title] });
    }
  });
  return conflicts;
}

export function fixedKeys(): readonly FixedKey[] {
  return fixed;
}

/** The panel that has the focus, by its name; "global" where none has. */
export function activeScope(): string {
  const panel = document.activeElement?.closest<HTMLElement>(".panel[data-testid]");
  return panel?.dataset["testid"] ?? "global";
}

/** How the watchdog found the listener last, and how often it had to be put back. */
export function watchdogState(): { readonly heardMs: number; readonly restarts: number } {
  return { heardMs, restarts };
}

/** Listens to the keyboard for the life of the window, and looks again and again whether it still does. */
export function startHotkeys(panelKeys: readonly FixedKey[]): void {
  fixed = panelKeys;
  bindings = savedSetting("keys", bindingsSchema, {});
  listen();
  setInterval(watch, WATCH_MS);
  watch();
}

/** Presses the watchdog's key; a listener that does not hear it is replaced. Answers whether it was heard. */
export function watch(): boolean {
  heardMs = 0;
  window.dispatchEvent(new KeyboardEvent("keydown", { key: PROBE_KEY }));
  const isAlive = heardMs !== 0;
  if (!isAlive) {
    restarts += 1;
    listen();
    heardMs = Date.now();
    messages.post({ severity: "warning", text: deedTexts.keysRestarted, isQuiet: true });
  }
  return isAlive;
}

function listen(): void {
  if (listener !== null) window.removeEventListener("keydown", listener, { capture: true });
  const byKeys = new Map<string, Action[]>();
  for (const action of allActions()) {
    for (const keys of keysOf(action)) byKeys.set(keys, [...(byKeys.get(keys) ?? []), action]);
  }
  const map = Object.fromEntries([...byKeys].map(([keys, actions]) => [keys, (event: KeyboardEvent) => press(actions, event)]));
  const handler = createKeybindingsHandler(map, { timeout: CHORD_MS, ignore: isNotForUs });
  listener = (event) => {
    if (event instanceof KeyboardEvent && event.key === PROBE_KEY) heardMs = Date.now();
    else handler(event);
  };
  window.addEventListener("keydown", listener, { capture: true });
}

function press(actions: readonly Action[], event: KeyboardEvent): void {
  const scope = activeScope();
  const action = actions.find((one) => one.scope === scope) ?? actions.find((one) => one.scope === "global");
  if (action === undefined || event.repeat) return;
  event.preventDefault();
  event.stopPropagation();
  performAction(action.id, "key");
}

/** Keys that a person types into a field, and all keys while a dialog stands in front, mean no action. */
function isNotForUs(event: KeyboardEvent): boolean {
  if (event.isComposing || document.querySelector("dialog[open]") !== null) return true;
  const { target } = event;
  const isTyping = target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key);
  return isTyping && isPlain;
}
