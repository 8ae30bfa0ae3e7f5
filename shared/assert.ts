/** Thrown when a state that the code holds to be impossible is reached. The worker that meets it dies; recovery is the ordinary start path. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws InvariantError unless `condition` holds. Stays on in production. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new InvariantError(why);
}

/** Ends an exhaustive switch: the compiler refuses a missing case, a bad value at run time throws. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable value ${JSON.stringify(value)}`);
}
