const UNITS: Readonly<Record<string, number>> = { ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000, d: 86_400_000_000 };
const DURATION = /^(\d{1,9})(?:\.(\d{1,3}))?(ms|s|m|h|d)$/;

/** A hundred years: a moment of today and as much again are still whole microseconds that a number holds. */
const MOST_US = 36_525 * 86_400_000_000;

/** Microseconds of "250ms", "1.5s", "10m", "8h" or "1d", at most a hundred years; null for anything else. */
export function durationUs(text: string): number | null {
  const [, whole = "", fraction = "", unit = ""] = DURATION.exec(text) ?? [];
  const scale = UNITS[unit];
  if (scale === undefined) return null;
  const us = Number(whole) * scale + (Number(fraction.padEnd(3, "0")) * scale) / 1_000;
  return Number.isSafeInteger(us) && us <= MOST_US ? us : null;
}
