/** Price × quantity added up exactly: as a number while that is safe, since a bigint each for a hundred thousand orders is too slow to be live. */
export class TickLots {
  #low = 0;
  #high = 0n;

  /** Negative lots take away what was added. */
  add(ticks: number, lots: number): void {
    const product = ticks * lots;
    if (Math.abs(product) > HALF_SAFE) {
      this.#high += BigInt(ticks) * BigInt(lots);
      return;
    }
    this.#low += product;
    if (Math.abs(this.#low) <= HALF_SAFE) return;
    this.#high += BigInt(this.#low);
    this.#low = 0;
  }

  /** In quote units of an instrument with so many of them to a tick and lot. */
  value(quoteUnitsPerTickLot: number): bigint {
    return (this.#high + BigInt(this.#low)) * BigInt(quoteUnitsPerTickLot);
  }
}

/** Two of these are still a safe integer. */
const HALF_SAFE = 2 ** 52;
