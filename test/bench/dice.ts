/** xorshift32: integers only, the same on every machine. */
export class Dice {
  private state: number;
  constructor(seed: number) {
    this.state = seed | 0 || 1;
  }
  /** 0 to below - 1. */
  below(below: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % below;
  }
  /** Exponentially distributed with this mean, rounded down. */
  exponential(mean: number): number {
    return Math.floor(-mean * Math.log((this.below(1_000_000) + 1) / 1_000_001));
  }
  /** 0 to below - 1, the lower the likelier: the probability falls as 1 / (n + 1). */
  byRank(below: number): number {
    return Math.min(below - 1, Math.floor(Math.exp((this.below(1_000_000) / 1_000_000) * Math.log(below + 1))) - 1);
  }
}
