import { randomBytes } from "node:crypto";

/** A listen key lives so long after its last renewal, by the machine's clock. */
const LIFE_MS = 60 * 60_000;

export type ListenKey = { readonly accessKey: string; readonly owner: string; readonly account: string };

/** Keys of private streams, by what was given out. They do not outlive the process. */
export class ListenKeys {
  readonly #nowMs: () => number;
  readonly #keys = new Map<string, ListenKey & { endsMs: number }>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** The holder's listen key: the one it has, renewed, or a new one of 64 characters. */
  open(holder: ListenKey): string {
    this.#dropEnded();
    for (const [text, key] of this.#keys) {
      if (key.accessKey !== holder.accessKey) continue;
      key.endsMs = this.#nowMs() + LIFE_MS;
      return text;
    }
    const text = randomBytes(32).toString("hex");
    this.#keys.set(text, { ...holder, endsMs: this.#nowMs() + LIFE_MS });
    return text;
  }

  /** False when there is no such key of this holder. */
  renew(text: string, accessKey: string): boolean {
    const key = this.#own(text, accessKey);
    if (key === undefined) return false;
    key.endsMs = this.#nowMs() + LIFE_MS;
    return true;
  }

  close(text: string, accessKey: string): boolean {
    return this.#own(text, accessKey) !== undefined && this.#keys.delete(text);
  }

  find(text: string): ListenKey | undefined {
    this.#dropEnded();
    return this.#keys.get(text);
  }

  #own(text: string, accessKey: string): (ListenKey & { endsMs: number }) | undefined {
    this.#dropEnded();
    const key = this.#keys.get(text);
    return key?.accessKey === accessKey ? key : undefined;
  }

  #dropEnded(): void {
    const nowMs = this.#nowMs();
    for (const [text, key] of this.#keys) if (key.endsMs <= nowMs) this.#keys.delete(text);
  }
}
