import type { Mix } from "./mixes.ts";
import type { Outcome } from "./plainBook.ts";

/** An order book on the bench. */
export type Contender = {
  readonly name: string;
  /** Everything that is not to be timed: an empty book, and ids, prices and quantities in the form that its interface wants. */
  prepare(mix: Mix): Prepared;
};

type Prepared = {
  /** Applies the operations from `from` to before `to`, and learns of every fill: whose order, how many lots. */
  apply(from: number, to: number): void;
  outcome(): Outcome;
};
