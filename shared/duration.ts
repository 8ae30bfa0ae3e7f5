const UNITS: Readonly<Record<string, number>> = { ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000, d: 86_400_000_000 };
const DURATION = /^(\d{1,9})(?:\.(\d{1,3}))?(ms|s|m|h|d)$/;

/** Microseconds of "250ms", "1.5s", "10m", "8h" or "1d"; null for anything else. */
export function durationUs(text: string): number | null {
  const [, whole = "", fraction = "", unit = ""] = DURATION.exec(text) ?? [];
  const scale = UNITS[unit];
  if (scale === undefined) return null;
  const us = Number(whole) * scale + (Number(fraction.padEnd(3, "0")) * scale) / 1_000;
  return Number.isSafeInteger(us) ? us : null;
}
