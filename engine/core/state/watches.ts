import { UNWATCHED, type SpecialPool } from "./specials.ts";

const KINDS = 4;

/** For each instrument the orders that follow its prices, in order of acceptance: waiting stops, trailing stops and pegs. */
export class Watches {
  /** Orders in all lists. */
  count = 0;
  private readonly firsts: number[] = [];
  private readonly lasts: number[] = [];
  private readonly specials: SpecialPool;

  constructor(specials: SpecialPool) {
    this.specials = specials;
  }

  /** First of an instrument's list of a kind; 0 if it is empty. */
  first(instrumentId: number, kind: number): number {
    return this.firsts[instrumentId * KINDS + kind] ?? 0;
  }

  isWatched(instrumentId: number): boolean {
    for (let kind = 1; kind < KINDS; kind += 1) if (this.first(instrumentId, kind) !== 0) return true;
    return false;
  }

  /** Appends a special order to a list. */
  add(special: number, instrumentId: number, kind: number): void {
    const { specials } = this;
    const list = instrumentId * KINDS + kind;
    const last = this.lasts[list] ?? 0;
    specials.setWatch(special, kind);
    specials.setWatchPrevious(special, last);
    if (last === 0) this.firsts[list] = special;
    else specials.setWatchNext(last, special);
    this.lasts[list] = special;
    this.count += 1;
  }

  /** Takes a special order off its list, if it is on one. */
  remove(special: number, instrumentId: number): void {
    const { specials } = this;
    const kind = specials.watch(special);
    if (kind === UNWATCHED) return;
    const list = instrumentId * KINDS + kind;
    const previous = specials.watchPrevious(special);
    const next = specials.watchNext(special);
    if (previous === 0) this.firsts[list] = next;
    else specials.setWatchNext(previous, next);
    if (next === 0) this.lasts[list] = previous;
    else specials.setWatchPrevious(next, previous);
    specials.setWatch(special, UNWATCHED);
    specials.setWatchPrevious(special, 0);
    specials.setWatchNext(special, 0);
    this.count -= 1;
  }
}
