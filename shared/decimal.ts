import { Decimal } from "decimal.js";
import { failed, ok, type Result } from "./result.ts";
import { typedError } from "./errors.ts";

/** The only module that turns decimal text into scaled integers and back, and the only importer of decimal.js. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_DOWN, toExpNeg: -40, toExpPos: 40 });

const PLAIN_DECIMAL = /^-?\d{1,24}(\.\d{1,24})?$/;

/**
 * Reads decimal text as a whole number of `step`, e.g. ("65000.10", "0.01") -> 6500010.
 * Fails with `field` named when the text is not a plain decimal, not a multiple of the step, or beyond a safe integer.
 */
export function parseSteps(text: string, step: string, field: string): Result<number> {
  const read = quotientOf(text, step, field);
  if (!read.ok) return read;
  if (!read.value.isInteger()) return malformed(field, text, `a multiple of ${step}`, `must be a multiple of ${step}`);
  return countable(read.value, field, text);
}

/**
 * The whole number of `step` nearest to decimal text, halves away from zero, for data from outside that is finer than the venue's steps.
 * `exact` tells whether nothing was lost. Fails like parseSteps on text that is no plain decimal or too large.
 */
export function roundToSteps(text: string, step: string, field: string): Result<{ readonly steps: number; readonly exact: boolean }> {
  const read = quotientOf(text, step, field);
  if (!read.ok) return read;
  const rounded = read.value.toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  const steps = countable(rounded, field, text);
  return steps.ok ? ok({ steps: steps.value, exact: rounded.eq(read.value) }) : steps;
}

function quotientOf(text: string, step: string, field: string): Result<Decimal> {
  const trimmed = text.trim();
  if (!PLAIN_DECIMAL.test(trimmed)) return malformed(field, text, "a plain decimal number, e.g. 12.5", "must be a plain decimal number");
  return ok(new Exact(trimmed).div(step));
}

function countable(steps: Decimal, field: string, text: string): Result<number> {
  if (steps.abs().gt(Number.MAX_SAFE_INTEGER)) return malformed(field, text, "at most 9007199254740991 steps", "is too large");
  // Of "-0.00" is left a minus that no count has.
  return ok(steps.toNumber() + 0);
}

function malformed(field: string, value: string, rule: string, what: string): Result<never> {
  return failed(typedError("MESSAGE_MALFORMED", { field, value, rule, message: `${field} ${what}.` }));
}

/** Decimal text of `count` steps with as many decimals as the step has: (6500010, "0.01") -> "65000.10". */
export function formatSteps(count: number | bigint, step: string): string {
  return new Exact(count.toString()).mul(step).toFixed(decimalsOf(step));
}

/** The step of an amount with so many decimals: 7 -> "0.0000001". */
export function unitStep(decimals: number): string {
  return new Exact(10).pow(-decimals).toFixed(decimals);
}

/** Number of decimals of a step: "0.01" -> 2, "1" -> 0. */
export function decimalsOf(step: string): number {
  return new Exact(step).decimalPlaces();
}

/** whole = a × b ÷ c for decimal text, as a safe integer; fails when it is none. Used to derive an instrument's unit factors. */
export function exactRatio(a: string, b: string, c: string, field: string): Result<number> {
  const value = new Exact(a).mul(b).div(c);
  if (!value.isInteger() || value.abs().gt(Number.MAX_SAFE_INTEGER)) {
    return malformed(field, value.toString(), "a whole number of the asset's smallest units", "cannot be expressed in whole units");
  }
  return ok(value.toNumber());
}
