import type { Asset, Instrument } from "../../shared/catalog.ts";
import { parseSteps, unitStep } from "../../shared/decimal.ts";
import { MAX_LOTS, PPM, type Amount, type PriceTicks, type QtyLots } from "../../shared/money.ts";
import type { Side } from "../../shared/orders.ts";
import { formatLotsShort, parseLots, roughNumber, typedDecimal } from "../ui/format.ts";
import { draftTexts } from "./draftTexts.ts";

/** What a quantity is told in: lots of the base asset, money of the quote asset, a part of what is available, or money at risk. */
export const sizeWays = ["base", "quote", "percent", "risk"] as const;
export type SizeBy = (typeof sizeWays)[number];

/** What a size is worked out from. */
export type SizeBasis = {
  readonly by: SizeBy;
  readonly text: string;
  readonly side: Side;
  readonly instrument: Instrument;
  readonly quote: Asset | undefined;
  /** Price at which it would trade: its limit, or the best opposite price. */
  readonly ticks: PriceTicks | null;
  /** Where the position is given up: the other end of what is risked. */
  readonly stopTicks: PriceTicks | null;
  /** Available units of the asset that pays: quote for a buy, base for a sale. */
  readonly available: number | null;
  readonly isMarket: boolean;
  /** May the engine itself turn an amount into lots? */
  readonly byAmount: boolean;
};

export type Size = { readonly lots: QtyLots; readonly quoteAmount: null } | { readonly lots: null; readonly quoteAmount: Amount };

/** The size, or what is wrong with it in one sentence. Money is divided exactly and lots are cut, never rounded up. */
export function sizeOf(basis: SizeBasis): Size | string {
  if (basis.text.trim() === "") return draftTexts.quantityEmpty;
  switch (basis.by) {
    case "base":
      return inBounds(basis, lotsTyped(basis));
    case "quote":
      return byQuote(basis, quoteTyped(basis));
    case "percent":
      return byPercent(basis);
    case "risk":
      return byRisk(basis, quoteTyped(basis));
  }
}

function lotsTyped({ text, instrument, isMarket }: SizeBasis): bigint | string {
  const parsed = parseLots(text, instrument);
  if (parsed.ok) return BigInt(parsed.value);
  const most = largest(instrument, isMarket);
  if (roughNumber(text) > most * Number(instrument.lotSize)) return tooMuch(instrument, isMarket);
  return draftTexts.quantityStep(instrument.lotSize);
}

/** Units of the quote asset; at least one. */
function quoteTyped({ text, quote }: SizeBasis): bigint | string {
  if (quote === undefined) return draftTexts.amountNoCatalog;
  const step = unitStep(quote.decimals);
  const parsed = parseSteps(typedDecimal(text), step, "Amount");
  if (!parsed.ok) return draftTexts.amountStep(step);
  return parsed.value < 1 ? draftTexts.amountNone(quote.code) : BigInt(parsed.value);
}

function byQuote(basis: SizeBasis, amount: bigint | string): Size | string {
  if (typeof amount === "string") return amount;
  if (basis.byAmount) return { lots: null, quoteAmount: Number(amount) as Amount };
  if (basis.ticks === null) return draftTexts.amountNoPrice;
  return inBounds(basis, amount / unitValue(basis.instrument, basis.ticks));
}

function byPercent(basis: SizeBasis): Size | string {
  const { available, instrument, side, text, ticks } = basis;
  const parsed = parseSteps(typedDecimal(text.replace("%", "")), "0.01", "Part");
  if (!parsed.ok || parsed.value < 1 || parsed.value > 10_000) return draftTexts.partBounds;
  if (available === null) return draftTexts.partUnknown;
  const budget = (BigInt(available) * BigInt(parsed.value)) / 10_000n;
  if (side === "sell") return inBounds(basis, budget / BigInt(instrument.baseUnitsPerLot));
  if (basis.byAmount) return budget > 0n ? { lots: null, quoteAmount: Number(budget) as Amount } : draftTexts.partNothing;
  if (ticks === null) return draftTexts.partNoPrice;
  const fee = BigInt(Math.max(instrument.makerFeePpm, instrument.takerFeePpm));
  return inBounds(basis, (budget * BigInt(PPM)) / (unitValue(instrument, ticks) * (BigInt(PPM) + fee)));
}

function byRisk(basis: SizeBasis, amount: bigint | string): Size | string {
  if (typeof amount === "string") return amount;
  const { instrument, stopTicks, ticks } = basis;
  if (ticks === null) return draftTexts.riskNoPrice;
  if (stopTicks === null) return draftTexts.riskNoEnd;
  if (stopTicks === ticks) return draftTexts.riskNoDistance;
  return inBounds(basis, amount / unitValue(instrument, Math.abs(ticks - stopTicks)));
}

function unitValue(instrument: Instrument, ticks: number): bigint {
  return BigInt(ticks) * BigInt(instrument.quoteUnitsPerTickLot);
}

function inBounds({ by, instrument, isMarket }: SizeBasis, lots: bigint | string): Size | string {
  if (typeof lots === "string") return lots;
  // Who typed a part or money does not see the quantity that it is measured by.
  const worth = by === "base" ? "" : ` ${draftTexts.comesTo(formatLotsShort(Number(lots), instrument))}`;
  if (lots < BigInt(instrument.minLots)) return draftTexts.quantityLeast(formatLotsShort(instrument.minLots, instrument)) + worth;
  if (lots > BigInt(Math.min(largest(instrument, isMarket), MAX_LOTS))) return tooMuch(instrument, isMarket) + worth;
  return { lots: Number(lots) as QtyLots, quoteAmount: null };
}

function largest(instrument: Instrument, isMarket: boolean): number {
  return isMarket ? Math.min(instrument.maxLots, instrument.marketMaxLots) : instrument.maxLots;
}

function tooMuch(instrument: Instrument, isMarket: boolean): string {
  const most = formatLotsShort(largest(instrument, isMarket), instrument);
  return isMarket ? draftTexts.quantityMostAtMarket(most) : draftTexts.quantityMost(most);
}
