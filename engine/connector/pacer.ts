/** A budget may be saved up for so long. */
const BURST_SECONDS = 2;

/** Keeps requests within a weight a second, in the order in which they come: who asks waits until its weight is there. */
export class Pacer {
  readonly #perMs: number;
  readonly #most: number;
  #left: number;
  #atMs = performance.now();
  #turn: Promise<void> = Promise.resolve();

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1_000;
    this.#most = perSecond * BURST_SECONDS;
    this.#left = this.#most;
  }

  spend(weight: number): Promise<void> {
    this.#turn = this.#turn.then(() => this.#take(Math.min(weight, this.#most)));
    return this.#turn;
  }

  async #take(weight: number): Promise<void> {
    this.#refill();
    if (this.#left < weight) {
      await new Promise((resolve) => setTimeout(resolve, (weight - this.#left) / this.#perMs));
      this.#refill();
    }
    this.#left -= weight;
  }

  #refill(): void {
    const nowMs = performance.now();
    this.#left = Math.min(this.#most, this.#left + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
