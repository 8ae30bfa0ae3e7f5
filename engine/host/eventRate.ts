const WINDOW_MS = 1_000;
const SLICES = 10;

/** Records a second, over the last second. */
export class EventRate {
  readonly #counts = new Float64Array(SLICES);
  #slice = 0;

  add(records: number, nowMs: number = performance.now()): void {
    this.#turn(nowMs);
    const at = this.#slice % SLICES;
    this.#counts[at] = (this.#counts[at] ?? 0) + records;
  }

  perSecond(nowMs: number = performance.now()): number {
    this.#turn(nowMs);
    return (this.#counts.reduce((sum, count) => sum + count, 0) * 1_000) / WINDOW_MS;
  }

  #turn(nowMs: number): void {
    const slice = Math.floor((nowMs * SLICES) / WINDOW_MS);
    for (let stale = Math.max(this.#slice + 1, slice - SLICES + 1); stale <= slice; stale += 1) this.#counts[stale % SLICES] = 0;
    this.#slice = Math.max(this.#slice, slice);
  }
}
