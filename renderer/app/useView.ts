import { useCallback, useRef, useSyncExternalStore } from "react";
import { readModel, type ReadModel } from "./readModel.ts";
import { topics, type Topic } from "./topics.ts";

/** React sees at most four changes a second of a fast topic; what must be faster is drawn from the model. */
const THROTTLE_MS = 250;
const immediateTopics: ReadonlySet<string> = new Set([
  "catalog",
  "connection",
  "past",
  "selection",
  "messages",
  "preferences",
  "dialogs",
  "actions",
  "alerts",
  "workspaces",
]);

type Cell<T> = { readonly select: (model: ReadModel) => T; readonly value: T };

/**
 * A value derived from the read model, kept up to date: at once for slow topics, four times a second for fast ones. When the whole picture is
 * replaced all are renewed at once, so that no number of one moment stands beside a number of another. The component renders again only when the value differs (shallowly for arrays and plain objects), so a selector may build a fresh object each time.
 */
export function useView<T>(topic: Topic | readonly Topic[], select: (model: ReadModel) => T): T {
  const cell = useRef<Cell<T> | null>(null);
  const dirty = useRef(true);
  const key = typeof topic === "string" ? topic : topic.join(" ");
  const subscribe = useCallback(
    (notify: () => void) => {
      // A change between render and subscription was heard by nobody.
      dirty.current = true;
      // The key was joined from topics above; topics hold no spaces.
      return subscribeThrottled(key.split(" ") as Topic[], () => {
        dirty.current = true;
        notify();
      });
    },
    [key],
  );
  const snapshot = (): T => {
    const last = cell.current;
    if (last !== null && !dirty.current && last.select === select) return last.value;
    const fresh = select(readModel);
    dirty.current = false;
    const value = last !== null && same(last.value, fresh) ? last.value : fresh;
    cell.current = { select, value };
    return value;
  };
  return useSyncExternalStore(subscribe, snapshot);
}

function subscribeThrottled(names: readonly Topic[], notify: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastMs = -Infinity;
  const fire = (): void => {
    timer = null;
    lastMs = performance.now();
    notify();
  };
  const throttled = (): void => {
    if (timer !== null) return;
    const waitMs = lastMs + THROTTLE_MS - performance.now();
    if (waitMs <= 0) fire();
    else timer = setTimeout(fire, waitMs);
  };
  const replaced = (): void => {
    if (timer !== null) clearTimeout(timer);
    fire();
  };
  const stops = names.map((name) => topics.subscribe(name, immediateTopics.has(name) ? notify : throttled));
  if (names.some((name) => !immediateTopics.has(name))) stops.push(topics.subscribe("picture", replaced));
  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((name) => Object.is(a[name], b[name]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
