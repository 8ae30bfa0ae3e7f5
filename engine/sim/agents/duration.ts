import { z } from "zod";

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

/** A length of time as people write it, in microseconds once parsed. A plain number but 0 is not accepted: its unit would be a guess. */
export const seconds = z.unknown().transform((written, context): number => {
  const us = written === 0 ? 0 : typeof written === "string" ? durationUs(written) : null;
  if (us !== null) return us;
  context.addIssue({ code: "custom", message: "a length of time such as 250ms, 1.5s, 10m, 8h or 1d" });
  return z.NEVER;
});
