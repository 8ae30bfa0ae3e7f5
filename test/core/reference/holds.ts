import type { Instrument } from "../../../shared/catalog.ts";
import { MILLION, ceilDivide, larger } from "./arithmetic.ts";
import type { Order, Reach, Submit } from "./orders.ts";
import type { FeeTerms } from "./referenceFees.ts";

export const nothingPaid = { rated: 0n, charged: 0n, paid: 0n } as const;

/** What an order must hold for what is left of it, after what it has been charged. */
export function holdAt(
  side: "buy" | "sell",
  instrument: Instrument,
  worst: bigint,
  left: bigint,
  { charged, fees, paid, rated }: Pick<Order, "charged" | "fees" | "paid" | "rated">,
): bigint {
  if (side === "sell") return left * BigInt(instrument.baseUnitsPerLot);
  const value = worst * left * BigInt(instrument.quoteUnitsPerTickLot);
  if (isOffReceipts(side, instrument)) return value;
  const fee = ceilDivide(rated + value * larger(fees.maker, fees.taker), MILLION) - charged;
  return value + (fees.minimum === 0n ? fee : larger(fee, fees.minimum - paid));
}

export function sweepHold(command: Submit, instrument: Instrument, fees: FeeTerms, reach: Reach): bigint {
  if (command.side === "sell") return reach.lots * BigInt(instrument.baseUnitsPerLot);
  if (isOffReceipts(command.side, instrument)) return reach.value;
  const fee = ceilDivide(reach.value * fees.taker, MILLION);
  return reach.value + (reach.isWhole ? larger(fee, fees.minimum) : fee);
}

/** LG-12: a seller pays out of what comes in, and so does a buyer where two tokens change hands. */
export function isOffReceipts(side: "buy" | "sell", { pairType }: Instrument): boolean {
  return side === "sell" || pairType === "tokenToken";
}

/** LG-15: the least fee in the asset it is paid in, by the price of the last fill. */
export function leastFee(side: "buy" | "sell", instrument: Instrument, price: bigint, minimum: bigint): bigint {
  if (side === "sell" || instrument.pairType !== "tokenToken") return minimum;
  return ceilDivide(minimum * BigInt(instrument.baseUnitsPerLot), price * BigInt(instrument.quoteUnitsPerTickLot));
}

/** LG-14: rounded down with each fill. */
export function rebateOn(basis: bigint, rate: bigint): bigint {
  return rate < 0n ? (basis * -rate) / MILLION : 0n;
}

export function withRebate(value: bigint, { maker }: FeeTerms): bigint {
  return value + rebateOn(value, maker);
}
