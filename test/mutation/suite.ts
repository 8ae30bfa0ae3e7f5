import { inspect } from "node:util";

/*
 * Stands in for vitest while mutants are run: the same test files, collected once and run again and again in one process. Only what the
 * core's tests use is here; the unchanged engine must pass all of it before a mutant is tried.
 */

export type CollectedTest = { readonly name: string; readonly run: () => unknown };
export const collected: CollectedTest[] = [];
const path: string[] = [];

type Body = () => unknown;
type Test = {
  (name: string, options: object | Body, body?: Body): void;
  each(cases: readonly unknown[]): (name: string, body: (...args: readonly unknown[]) => unknown) => void;
};

export const test: Test = Object.assign(
  (name: string, options: object | Body, body?: Body): void => {
    const run = typeof options === "function" ? options : body;
    if (run === undefined) throw new Error(`${name} has no body`);
    // What was given as a function is one.
    collected.push({ name: [...path, name].join(" › "), run: run as Body });
  },
  {
    each:
      (cases: readonly unknown[]) =>
      (name: string, body: (...args: readonly unknown[]) => unknown): void => {
        for (const one of cases) test(`${name} ${inspect(one)}`, () => body(...(Array.isArray(one) ? one : [one])));
      },
  },
);

export const describe = Object.assign(
  (name: string, body: Body): void => {
    path.push(name);
    body();
    path.pop();
  },
  {
    skipIf:
      (isSkipped: boolean) =>
      (name: string, body: Body): void =>
        isSkipped ? undefined : describe(name, body),
  },
);

type Check = (actual: unknown, expected: unknown) => boolean;

/** Stands for any object that has at least these properties. */
class ObjectContaining {
  readonly sample: object;
  constructor(sample: object) {
    this.sample = sample;
  }
}

export const checks = {
  toBe: Object.is,
  toEqual: isAlike,
  toMatchObject: isMatching,
  toBeNull: (actual) => actual === null,
  toBeUndefined: (actual) => actual === undefined,
  toBeInstanceOf: (actual, expected) => actual instanceof (expected as new () => object),
  toBeLessThan: (actual, expected) => (actual as number) < (expected as number),
  toBeLessThanOrEqual: (actual, expected) => (actual as number) <= (expected as number),
  toBeGreaterThan: (actual, expected) => (actual as number) > (expected as number),
  toBeGreaterThanOrEqual: (actual, expected) => (actual as number) >= (expected as number),
  toContainEqual: (actual, expected) => (actual as unknown[]).some((one) => isAlike(one, expected)),
  toContain: (actual, expected) =>
    typeof actual === "string" ? actual.includes(expected as string) : [...(actual as Iterable<unknown>)].includes(expected),
  toHaveLength: (actual, expected) => (actual as { length: number }).length === expected,
  toThrow: isThrowing,
} satisfies Record<string, Check>;

type Matchers = Record<keyof typeof checks, (expected?: unknown) => void>;

type Expect = {
  (actual: unknown, label?: string): Matchers & { readonly not: Matchers };
  readonly objectContaining: (sample: object) => ObjectContaining;
};

export const expect: Expect = Object.assign(
  (actual: unknown, label = "") => ({ ...matchers(actual, label, true), not: matchers(actual, label, false) }),
  { objectContaining: (sample: object) => new ObjectContaining(sample) },
);

function matchers(actual: unknown, label: string, wanted: boolean): Matchers {
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]: [string, Check]) => [
      name,
      (expected?: unknown) => {
        if (check(actual, expected) !== wanted) throw new Error(`${label} ${name}: ${inspect(actual)} and ${inspect(expected)}`);
      },
    ]),
    // Made from the keys of checks.
  ) as Matchers;
}

/** Equal in what they hold, whatever class they are of; a property that is undefined counts as absent. */
function isAlike(actual: unknown, expected: unknown): boolean {
  if (expected instanceof ObjectContaining) return isMatching(actual, expected.sample);
  if (typeof actual !== "object" || actual === null || typeof expected !== "object" || expected === null)
    return Object.is(actual, expected);
  if (isSequence(actual) && isSequence(expected)) {
    const [left, right] = [[...actual], [...expected]];
    return left.length === right.length && left.every((value, n) => isAlike(value, right[n]));
  }
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...keys].every((key) => isAlike((actual as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key]));
}

function isSequence(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** True when the actual value has at least what the expected one has. */
function isMatching(actual: unknown, expected: unknown): boolean {
  if (expected instanceof ObjectContaining) return isMatching(actual, expected.sample);
  if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
  if (typeof actual !== "object" || actual === null) return false;
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) return false;
  return Object.entries(expected).every(([key, value]) => isMatching((actual as Record<string, unknown>)[key], value));
}

function isThrowing(actual: unknown, expected: unknown): boolean {
  try {
    (actual as Body)();
  } catch (error) {
    if (expected === undefined) return true;
    if (typeof expected === "function") return error instanceof expected;
    const message = error instanceof Error ? error.message : String(error);
    return expected instanceof RegExp ? expected.test(message) : message.includes(expected as string);
  }
  return false;
}
