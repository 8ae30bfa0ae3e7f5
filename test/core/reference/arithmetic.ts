import type { Instrument } from "../../../shared/catalog.ts";
import { type Refusal, type RejectCode, refusalOf } from "../../../shared/rejects.ts";

export const LARGEST = 2n ** 53n - 1n;
export const LARGEST_TICKS = 2n ** 31n - 1n;
export const MILLION = 1_000_000n;

export function refusal(
  code: RejectCode,
  limit: bigint | null = null,
  actual: bigint | null = null,
  headroom: bigint | null = null,
): Refusal {
  const plain = (operand: bigint | null): number | null => (operand === null ? null : Number(operand));
  return refusalOf(code, { limit: plain(limit), actual: plain(actual), headroom: plain(headroom) });
}

export function nextId(id: number, known: number, isCodeTaken: boolean): Refusal | null {
  if (id <= known || isCodeTaken) return refusal("CATALOG_DUPLICATE_ID", null, BigInt(id));
  return id === known + 1 ? null : refusal("CATALOG_ID_GAP", BigInt(known + 1), BigInt(id));
}

export function bandEdge(instrument: Instrument, side: "buy" | "sell", reference: bigint): bigint {
  const width = (reference * BigInt(instrument.priceBandPpm)) / MILLION;
  if (side === "buy") return smaller(reference + width, LARGEST_TICKS);
  return reference - width < 1n ? 1n : reference - width;
}

export function isWithin(side: "buy" | "sell", bound: bigint, price: bigint): boolean {
  return side === "buy" ? price <= bound : price >= bound;
}

export function opposite(side: "buy" | "sell"): "buy" | "sell" {
  return side === "buy" ? "sell" : "buy";
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function size(a: bigint): bigint {
  return a < 0n ? -a : a;
}

export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
