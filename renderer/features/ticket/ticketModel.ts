import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_TICKS } from "../../../shared/money.ts";
import { formatLotsShort, formatPrice, parseLots, parsePrice, plainNumber, typedDecimal } from "../../ui/format.ts";

/** `steps` more of the price tick or lot; text that is no number starts at `from`. Never below one step. */
export function stepPrice(text: string, steps: number, from: number | null, instrument: Instrument): string {
  const parsed = parsePrice(text, instrument);
  const ticks = parsed.ok ? parsed.value + steps : (from ?? 1);
  return plainNumber(formatPrice(Math.min(Math.max(ticks, 1), MAX_TICKS), instrument));
}

/**
 * The quantity a step up or down. A step is a tenth of the quantity's own power of ten, at least one lot (0.05 steps by 0.001): single lots
 * are too small to be stepped by where a coin has a hundred thousand of them.
 */
export function stepQuantity(text: string, steps: number, instrument: Instrument): string {
  const parsed = parseLots(text, instrument);
  const step = parsed.ok && parsed.value > 0 ? Math.max(1, 10 ** (Math.floor(Math.log10(parsed.value)) - 1)) : 1;
  const lots = parsed.ok ? parsed.value + steps * step : instrument.minLots;
  return plainNumber(formatLotsShort(Math.min(Math.max(lots, instrument.minLots), instrument.maxLots), instrument));
}

/** A size told in money or per cent, a step up or down: 5 of a hundred, or a tenth of its own power of ten. Never below one step; exact to the cent. */
export function stepAmount(text: string, steps: number, isPercent: boolean): string {
  const [, whole = "0", part = ""] = /^(\d+)(?:\.(\d*))?$/.exec(typedDecimal(text.replace("%", ""))) ?? [];
  const now = BigInt(`${whole}${part.slice(0, 2).padEnd(2, "0")}`);
  // Two digits stay as they are for a number of two digits, three change their tens, and so on.
  const tens = String(now / 100n).length - 2;
  const step = isPercent ? 500n : 100n * 10n ** BigInt(Math.max(0, tens));
  const wanted = now + BigInt(steps) * step;
  const next = wanted < step ? step : isPercent && wanted > 10_000n ? 10_000n : wanted;
  const cents = next % 100n;
  return `${next / 100n}${cents === 0n ? "" : `.${String(cents).padStart(2, "0")}`}`;
}
