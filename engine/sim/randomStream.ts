import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";

/**
 * A stream of random numbers that is fixed by the seed and a name, so that adding one participant does not change what another draws.
 * Only + - × ÷ and square roots are used, which give the same bits on every machine.
 */
export class RandomStream {
  readonly #generator: JumpableRandomGenerator;

  constructor(seed: number, name: string) {
    this.#generator = xoroshiro128plus(hashName(`${seed}/${name}`));
  }

  /** Uniform in [0, 1). */
  fraction(): number {
    return uniformFloat64(this.#generator);
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.fraction();
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Bell-shaped with mean 0 and deviation 1 (a sum of six uniforms, within ±4.3). */
  bell(): number {
    let sum = -3;
    for (let drawn = 0; drawn < 6; drawn += 1) sum += this.fraction();
    return sum * Math.SQRT2;
  }
}

/** FNV-1a, then a finalizer that spreads names which differ in one character over all 32 bits. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
