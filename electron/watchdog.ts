/** A process that works answers within milliseconds; one that misses this many questions in a row hangs. */
export const MISSED_AT_MOST = 3;
export const ASK_EVERY_MS = 5_000;

/**
 * Asks regularly and tells once when the answers stay away. It counts questions instead of measuring time, so that a machine that slept
 * accuses nobody.
 */
export class Watchdog {
  readonly #ask: () => void;
  readonly #silent: () => void;
  #timer: NodeJS.Timeout | null = null;
  #missed = 0;

  constructor(edges: { readonly ask: () => void; readonly silent: () => void }) {
    this.#ask = edges.ask;
    this.#silent = edges.silent;
  }

  start(): void {
    this.stop();
    this.#missed = 0;
    this.#timer = setInterval(() => this.#turn(), ASK_EVERY_MS);
  }

  answered(): void {
    this.#missed = 0;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #turn(): void {
    if (this.#missed < MISSED_AT_MOST) {
      this.#missed += 1;
      this.#ask();
      return;
    }
    this.stop();
    this.#silent();
  }
}
