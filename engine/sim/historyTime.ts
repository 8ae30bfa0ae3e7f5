const US_PER_SECOND = 1_000_000;

// Date, then a time, then an offset; a missing offset means UTC.
const CALENDAR = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.0{1,9})?)?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?$/;
const EPOCH_SECONDS = /^\d{9,10}$/;
const EPOCH_MILLISECONDS = /^\d{12,13}$/;
const EPOCH_MICROSECONDS = /^\d{15,16}$/;

/** Whole seconds since 1970, in microseconds, of a timestamp in a history file; null when it is none, or none that a number holds. */
export function historyTimeUs(text: string): number | null {
  if (EPOCH_SECONDS.test(text)) return Number(text) * US_PER_SECOND;
  if (EPOCH_MILLISECONDS.test(text)) return wholeSecondOrNull(Number(text) * 1_000);
  if (EPOCH_MICROSECONDS.test(text)) return wholeSecondOrNull(Number(text));
  const parts = CALENDAR.exec(text);
  return parts === null ? null : calendarUs(parts);
}

/** Date and time of day in UTC for people: "2024-01-31 00:30". */
export function historyTimeText(us: number): string {
  return new Date(us / 1_000).toISOString().slice(0, 16).replace("T", " ");
}

function wholeSecondOrNull(us: number): number | null {
  return us % US_PER_SECOND === 0 ? us : null;
}

function calendarUs(parts: RegExpExecArray): number | null {
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) => Number(parts[group] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(ms);
  // Date.UTC rolls 31 February over into March; such a date is a mistake in the file.
  if (read.getUTCMonth() !== month - 1 || read.getUTCDate() !== day || year < 1970) return null;
  const offsetMinutes = zoneMinutes(parts[7] ?? "Z");
  if (offsetMinutes === null) return null;
  const us = ms * 1_000 - offsetMinutes * 60 * US_PER_SECOND;
  return us >= 0 && Number.isSafeInteger(us) ? us : null;
}

function zoneMinutes(zone: string): number | null {
  if (zone === "Z" || zone === "UTC") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
