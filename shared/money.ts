import { z } from "zod";
import { invariant } from "./assert.ts";
import type { Brand } from "./ids.ts";

/** A price as a whole number of the instrument's ticks, 1 to MAX_TICKS. */
export type PriceTicks = Brand<number, "PriceTicks">;
/** A quantity as a whole number of the instrument's lots, 0 to MAX_LOTS. */
export type QtyLots = Brand<number, "QtyLots">;
/** Money in the asset's smallest unit: a safe integer. Sums over many accounts use bigint instead. */
export type Amount = Brand<number, "Amount">;

/** Prices and quantities fit 31 bits, so that the book can keep them in Int32 arrays. */
export const MAX_TICKS = 2 ** 31 - 1;
export const MAX_LOTS = 2 ** 31 - 1;
/** Largest balance of one account in one asset; more is refused, never wrapped. */
export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;
/** Rates are whole millionths. */
export const PPM = 1_000_000;

// A brand exists only at compile time; these schemas and functions are the places where a checked number receives it.
export const priceTicksSchema = z
  .number()
  .int()
  .min(1)
  .max(MAX_TICKS)
  .transform((n) => n as PriceTicks);
/** A quantity of at least one lot. */
export const qtyLotsSchema = z
  .number()
  .int()
  .min(1)
  .max(MAX_LOTS)
  .transform((n) => n as QtyLots);
/** A sum of either sign. */
export const amountSchema = z
  .number()
  .int()
  .min(-MAX_AMOUNT)
  .max(MAX_AMOUNT)
  .transform((n) => n as Amount);
export const positiveAmountSchema = z
  .number()
  .int()
  .min(1)
  .max(MAX_AMOUNT)
  .transform((n) => n as Amount);

/** Throws InvariantError, as the two below do, for a number out of the type's range. */
export function priceTicks(n: number): PriceTicks {
  invariant(Number.isInteger(n) && n >= 1 && n <= MAX_TICKS, `not a price in ticks: ${n}`);
  return n as PriceTicks;
}

export function qtyLots(n: number): QtyLots {
  invariant(Number.isInteger(n) && n >= 0 && n <= MAX_LOTS, `not a quantity in lots: ${n}`);
  return n as QtyLots;
}

export function amount(n: number): Amount {
  invariant(Number.isSafeInteger(n), `not an amount: ${n}`);
  return n as Amount;
}

/** floor(a × b / divisor) for non-negative safe integers, exact. Throws InvariantError if the result is not a safe integer. */
export function mulDivFloor(a: number, b: number, divisor: number): number {
  const product = a * b;
  // Of safe integers the rounded quotient never reaches the next whole number, so no remainder, which costs a library call, is needed.
  if (product <= MAX_AMOUNT) return Math.floor(product / divisor);
  return fromBigInt((BigInt(a) * BigInt(b)) / BigInt(divisor));
}

/** ceil(a × b / divisor) for non-negative safe integers, exact. Throws InvariantError if the result is not a safe integer. */
export function mulDivCeil(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (product <= MAX_AMOUNT) return Math.ceil(product / divisor);
  const big = BigInt(divisor);
  return fromBigInt((BigInt(a) * BigInt(b) + big - 1n) / big);
}

/** The same, and the largest amount where the result is beyond it. */
export function mulDivCeilCapped(a: number, b: number, divisor: number): number {
  const product = a * b;
  if (product <= MAX_AMOUNT) return Math.ceil(product / divisor);
  const big = BigInt(divisor);
  const result = (BigInt(a) * BigInt(b) + big - 1n) / big;
  return result <= BigInt(MAX_AMOUNT) ? Number(result) : MAX_AMOUNT;
}

function fromBigInt(n: bigint): number {
  invariant(n <= BigInt(MAX_AMOUNT), `result exceeds the largest amount: ${n}`);
  return Number(n);
}
