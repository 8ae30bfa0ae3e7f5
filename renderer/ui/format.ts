import { invariant } from "../../shared/assert.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import { decimalsOf, parseSteps } from "../../shared/decimal.ts";
import type { Result } from "../../shared/result.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";

/**
 * Numbers as people read them: exact, grouped by thin spaces, with as many decimals as the step has. Ladder and tape format thousands a
 * second, so digits are built from integers and the scale of each instrument is worked out once.
 */
const THIN_SPACE = "\u2009";
const NARROW_NO_BREAK_SPACE = "\u202f";
const MINUS = "\u2212";

type Scale = { readonly units: number; readonly decimals: number };

const scales = new Map<string, Scale>();

/** A step "0.05" as 5 units of 2 decimals. */
function scaleOf(step: string): Scale {
  let scale = scales.get(step);
  if (scale === undefined) {
    const decimals = decimalsOf(step);
    const units = Number(step.replace(".", ""));
    invariant(Number.isSafeInteger(units) && units > 0, `not a step: ${step}`);
    scale = { units, decimals };
    scales.set(step, scale);
  }
  return scale;
}

/** `count` × 10^-decimals, grouped. `count` is a safe integer or a bigint. */
function digits(count: number | bigint, decimals: number): string {
  const negative = count < 0;
  const text = (negative ? -count : count).toString().padStart(decimals + 1, "0");
  const whole = group(text.slice(0, text.length - decimals));
  const body = decimals === 0 ? whole : `${whole}.${text.slice(text.length - decimals)}`;
  return negative ? MINUS + body : body;
}

function group(whole: string): string {
  if (whole.length <= 3) return whole;
  let at = whole.length % 3;
  let grouped = whole.slice(0, at);
  for (; at < whole.length; at += 3) grouped += (grouped === "" ? "" : THIN_SPACE) + whole.slice(at, at + 3);
  return grouped;
}

/** A price: 6 500 010 ticks of 0.01 -> "65 000.10". */
export function formatPrice(ticks: number, instrument: Instrument): string {
  const { units, decimals } = scaleOf(instrument.tickSize);
  return digits(ticks * units, decimals);
}

/** A mean price, which need not lie on a tick: one decimal more than the step has. */
export function formatMeanPrice(ticks: number, instrument: Instrument): string {
  const { units, decimals } = scaleOf(instrument.tickSize);
  return digits(Math.round(ticks * units * 10), decimals + 1);
}

/** A quantity with all the decimals of the lot. */
export function formatLots(lots: number, instrument: Instrument): string {
  const { units, decimals } = scaleOf(instrument.lotSize);
  const count = lots * units;
  return digits(Number.isSafeInteger(count) ? count : BigInt(lots) * BigInt(units), decimals);
}

/** A quantity without trailing zeros: for narrow columns where nothing needs to line up. */
export function formatLotsShort(lots: number, instrument: Instrument): string {
  const text = formatLots(lots, instrument);
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

/** Money in the asset's smallest units, with all decimals or, given `places`, cut towards zero to so many. */
export function formatAmount(units: number | bigint, asset: Asset, places = asset.decimals): string {
  if (places >= asset.decimals) return digits(units, asset.decimals);
  const divisor = 10n ** BigInt(asset.decimals - places);
  return digits(BigInt(units) / divisor, places);
}

/** Money exactly, without zeros at the end beyond two decimals: for sentences and sums that must not be cut. */
export function formatAmountExact(units: number | bigint, asset: Asset): string {
  const text = formatAmount(units, asset);
  const point = text.indexOf(".");
  if (point === -1) return text;
  let end = text.length;
  while (end > point + 3 && text[end - 1] === "0") end -= 1;
  return text.slice(0, end);
}

/** The same text for a sentence: its numbers do not break at the end of a line. */
export function unbroken(text: string): string {
  return text.replaceAll(THIN_SPACE, NARROW_NO_BREAK_SPACE);
}

/** Decimals at which an asset's amounts are shown where room is scarce: cents for money of account, all of them for coins. */
export function displayPlaces(asset: Asset): number {
  return asset.code === "USD" || asset.code === "HKD" || asset.code === "USDT" || asset.code === "USDC" ? 2 : asset.decimals;
}

/** With a plus sign when positive. `text` was made by one of the functions above. */
export function formatSigned(value: number, text: string): string {
  return value > 0 ? `+${text}` : text;
}

/** Change from `from` to `to` in per cent with two decimals, signed; "" when there is nothing to compare. */
export function formatChange(from: number | null, to: number | null): string {
  if (from === null || to === null || from === 0) return "";
  const hundredths = Math.round(((to - from) / from) * 10_000);
  return `${formatSigned(hundredths, digits(hundredths, 2))}%`;
}

/** A rate in millionths as per cent: 1 200 -> "0.12%". */
export function formatPpm(ppm: number): string {
  return `${digits(ppm, 4).replace(/0+$/, "").replace(/\.$/, "")}%`;
}

/** A plain count with thousands grouped. */
export function formatCount(n: number): string {
  return digits(Math.round(n), 0);
}

export type TimeZone = "hongKong" | "utc";
const HONG_KONG_OFFSET_US = 8 * 3_600 * 1_000_000;
const DAY_US = 86_400 * 1_000_000;

/** Time of day of a venue time in microseconds: HH:MM:SS and, given `fraction`, milliseconds or microseconds. */
export function formatTime(us: number, zone: TimeZone, fraction: 0 | 3 | 6 = 0): string {
  const ofDay = (us + (zone === "hongKong" ? HONG_KONG_OFFSET_US : 0)) % DAY_US;
  const seconds = Math.floor(ofDay / 1_000_000);
  const clock = `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (fraction === 0) return clock;
  const rest = String(ofDay % 1_000_000).padStart(6, "0");
  return `${clock}.${rest.slice(0, fraction)}`;
}

/** Calendar day of a venue time: YYYY-MM-DD. */
export function formatDate(us: number, zone: TimeZone): string {
  return new Date((us + (zone === "hongKong" ? HONG_KONG_OFFSET_US : 0)) / 1_000).toISOString().slice(0, 10);
}

export function zoneLabel(zone: TimeZone): string {
  return zone === "hongKong" ? "UTC+8" : "UTC";
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

/** Microseconds of a date and time that a person typed in this zone, "2026-12-31 16:00" or with seconds; null when it is none. */
export function parseLocalTime(text: string, zone: TimeZone): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = "0"] = parts;
  const utcMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const isReal = new Date(utcMs).toISOString().startsWith(`${year}-${month}-${day}T${hour}:${minute}`);
  return isReal ? utcMs * 1_000 - (zone === "hongKong" ? HONG_KONG_OFFSET_US : 0) : null;
}

/** Text that a person typed as ticks; spaces or commas may group the digits before the point by threes. */
export function parsePrice(text: string, instrument: Instrument): Result<PriceTicks> {
  // The engine's schema bounds it again; the brand says only that the text was a multiple of the tick.
  return parseSteps(typedDecimal(text), instrument.tickSize, "Price") as Result<PriceTicks>;
}

/** Text that a person typed as lots. */
export function parseLots(text: string, instrument: Instrument): Result<QtyLots> {
  return parseSteps(typedDecimal(text), instrument.lotSize, "Quantity") as Result<QtyLots>;
}

/** About what number a person typed; NaN when it is none. For telling what is wrong with it, never for orders. */
export function roughNumber(text: string): number {
  return Number(typedDecimal(text));
}

/** A price or quantity as text that can be typed again: no grouping. */
export function plainNumber(text: string): string {
  return plain(text).replace(MINUS, "-");
}

/** Whole groups of three alone: "1,5" is somebody's one and a half, and must not become fifteen. */
const GROUPED = /^-?\d{1,3}(?:(?:\s\d{3})+|(?:,\d{3})+)(?:\.\d+)?$/;

/** Decimal text that a person typed, without the marks that group its digits. */
export function typedDecimal(text: string): string {
  const typed = text.trim();
  return GROUPED.test(typed) ? plain(typed) : typed;
}

function plain(text: string): string {
  // White space includes the thin spaces that group the digits.
  return text.replace(/[\s,]/g, "");
}

/**
 * A quantity in at most `characters` places for narrow columns: decimals are cut, never rounded up, so that it shows no more than there is;
 * where its whole part does not fit, in thousands, and from a million on in millions.
 */
export function formatLotsCompact(lots: number, instrument: Instrument, characters: number): string {
  const exact = formatLotsShort(lots, instrument);
  if (exact.length <= characters) return exact;
  const point = exact.indexOf(".");
  if (point !== -1 && point <= characters) {
    const cut = exact.slice(0, Math.max(characters, point)).replace(/\.$/, "");
    return /[1-9]/.test(cut) ? cut : "<" + smallest(characters - 1);
  }
  const whole = plain(point === -1 ? exact : exact.slice(0, point));
  if (whole.length <= characters) return whole;
  if (whole.length <= 6) return `${whole.slice(0, -3)}k`;
  const millions = whole.slice(0, -6);
  return `${group(millions)}.${whole.slice(-6, -4)}M`;
}

/** Decimals that leave the largest of a column's quantities within so many characters. */
export function placesFor(largestLots: number, instrument: Instrument, characters: number): number {
  const { decimals } = scaleOf(instrument.lotSize);
  const whole = formatLots(largestLots, instrument).split(".")[0] ?? "";
  return Math.max(0, Math.min(decimals, characters - whole.length - 1));
}

/** A quantity with exactly `places` decimals, cut towards zero, for columns that line up on the point; "<0.01" when all of it would be cut. */
export function formatLotsAt(lots: number, instrument: Instrument, places: number): string {
  const { decimals } = scaleOf(instrument.lotSize);
  const exact = formatLots(lots, instrument);
  if (places >= decimals) return exact;
  const cut = exact.slice(0, exact.length - (decimals - places) - (places === 0 ? 1 : 0));
  return lots !== 0 && !/[1-9]/.test(cut) ? `<${places === 0 ? "1" : smallest(places + 2)}` : cut;
}

/** The smallest decimal of so many characters: 5 -> "0.001". */
function smallest(characters: number): string {
  return `0.${"0".repeat(Math.max(0, characters - 3))}1`;
}
