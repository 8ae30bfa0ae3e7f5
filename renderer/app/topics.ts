/** What a screen can listen to. One topic a kind of data, so that a change wakes only those who show it. */
export type Topic =
  | "catalog"
  | "connection"
  | "status"
  | "past"
  /** Every frame that was taken in. */
  | "seq"
  /** The whole picture was replaced by another, as by a snapshot or a travel in time. */
  | "picture"
  | "orders"
  | "amendments"
  | "fills"
  | "balances"
  | "positions"
  | "tickers"
  | "selection"
  | "messages"
  | "preferences"
  | "dialogs"
  | "actions"
  | "alerts"
  | "workspaces"
  | `book:${number}`
  | `trades:${number}`
  | `candles:${number}:${number}`;

/** Counts the changes of each topic and tells who listens. Listeners run at once and must be short: mark dirty, draw later. */
export class TopicHub {
  readonly #revisions = new Map<Topic, number>();
  readonly #listeners = new Map<Topic, Set<() => void>>();

  revision(topic: Topic): number {
    return this.#revisions.get(topic) ?? 0;
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    let listeners = this.#listeners.get(topic);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(topic, listeners);
    }
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  bump(topic: Topic): void {
    this.#revisions.set(topic, this.revision(topic) + 1);
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  /** Bumps every topic that anybody ever listened to: the whole picture was replaced. "picture" comes last. */
  bumpAll(): void {
    for (const topic of new Set<Topic>([...this.#listeners.keys(), ...this.#revisions.keys()])) if (topic !== "picture") this.bump(topic);
    this.bump("picture");
  }
}

/** The window's one hub: the read model, the selection, the messages and the preferences speak through it. */
export const topics = new TopicHub();
