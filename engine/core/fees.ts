import { MAX_AMOUNT, PPM, mulDivCeil } from "../../shared/money.ts";

/*
 * LG-4: an order's fees are rounded up once over its whole life, not once a fill. What a fill's rounding overpaid, in millionths of a
 * unit (0 to 999,999), stays with the order as its fee credit and is used up by the next fills. So the sum of an order's fees is
 * exactly ceil(sum of rate × value), whatever pieces it fills in, and a hold computed from the whole value always covers it.
 */

/** The fee of a fill worth `value` at a rate of `ppm`, for an order that has overpaid `credit` millionths before. */
export function feeFor(value: number, ppm: number, credit: number): number {
  const fee = mulDivCeil(value, ppm, PPM);
  return credit + overpaid(value, ppm, fee) >= PPM ? fee - 1 : fee;
}

/** The order's fee credit after the fill whose fee feeFor() told. */
export function creditAfter(value: number, ppm: number, credit: number): number {
  const sum = credit + overpaid(value, ppm, mulDivCeil(value, ppm, PPM));
  return sum >= PPM ? sum - PPM : sum;
}

/** Millionths of a unit by which the rounded-up fee exceeds rate × value. */
function overpaid(value: number, ppm: number, fee: number): number {
  const product = value * ppm;
  if (product <= MAX_AMOUNT) return fee * PPM - product;
  const remainder = ((value % PPM) * ppm) % PPM;
  return remainder === 0 ? 0 : PPM - remainder;
}
