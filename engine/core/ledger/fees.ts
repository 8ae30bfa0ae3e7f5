import { MAX_AMOUNT, PPM, mulDivCeil, mulDivFloor } from "../../../shared/money.ts";

/*
 * LG-4: an order's fees are rounded up once over its whole life, not once a fill. What a fill's rounding overpaid, in millionths of a
 * unit (0 to 999,999), stays with the order as its fee credit and is used up by the next fills. So the sum of an order's fees is
 * exactly ceil(sum of rate × value), whatever pieces it fills in, and a hold computed from the whole value always covers it.
 * LG-14: a rebate, which is a negative rate, is rounded down with each fill and leaves the credit alone.
 */

/** The fee of a fill worth `value` at a rate of `ppm`, for an order that has overpaid `credit` millionths before; negative for a rebate. */
export function feeFor(value: number, ppm: number, credit: number): number {
  // Not a bare minus, which would make a negative zero of no rebate.
  if (ppm < 0) return 0 - rebateFor(value, ppm);
  const fee = mulDivCeil(value, ppm, PPM);
  return credit + overpaid(value, ppm, fee) >= PPM ? fee - 1 : fee;
}

/** The order's fee credit after the fill whose fee feeFor() told. */
export function creditAfter(value: number, ppm: number, credit: number): number {
  if (ppm < 0) return credit;
  const sum = credit + overpaid(value, ppm, mulDivCeil(value, ppm, PPM));
  return sum >= PPM ? sum - PPM : sum;
}

/** What a rate pays back on a value: nothing unless it is negative. */
export function rebateFor(value: number, ppm: number): number {
  return ppm < 0 ? mulDivFloor(value, -ppm, PPM) : 0;
}

/** Millionths of a unit by which the rounded-up fee exceeds rate × value. */
function overpaid(value: number, ppm: number, fee: number): number {
  const product = value * ppm;
  if (product <= MAX_AMOUNT) return fee * PPM - product;
  const remainder = ((value % PPM) * ppm) % PPM;
  return remainder === 0 ? 0 : PPM - remainder;
}
