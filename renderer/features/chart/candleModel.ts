import type { EpochUs, InstrumentId } from "../../../shared/ids.ts";
import type { CandleInterval, CandleRow } from "../../../shared/views.ts";

const US_PER_SECOND = 1_000_000;

/** Bars a chart keeps; beyond it the oldest stay with the host and paging stops. */
const MAX_BARS = 50_000;
/** Bars asked for at once. */
export const PAGE_BARS = 1_000;

/** What a chart shows. Everything that arrives for another key is stale and is dropped. */
export type CandleKey = { readonly instrumentId: InstrumentId; readonly intervalSeconds: CandleInterval };

export type LiveChange =
  /** The newest bar changed, or a new one began after it: a cheap update. */
  | { readonly kind: "tail"; readonly bars: readonly CandleRow[] }
  /** A bar in the middle changed: draw everything again. */
  | { readonly kind: "all" }
  | { readonly kind: "none" };

/**
 * Bars of one instrument and length, ascending and without doubles, from pages of the past and from live frames in any order.
 * Knows nothing of the chart that draws them.
 */
export class CandleSeries {
  readonly key: CandleKey;
  #bars: CandleRow[] = [];
  #complete = false;
  #loading = false;

  constructor(key: CandleKey) {
    this.key = key;
  }

  get bars(): readonly CandleRow[] {
    return this.#bars;
  }

  /** The bar that began at this time, if any. */
  barAt(openUs: number): CandleRow | undefined {
    const at = this.indexOf(openUs);
    const bar = this.#bars[at];
    return bar !== undefined && bar.openUs === openUs ? bar : undefined;
  }

  /** Index of the first bar that does not begin before `openUs`. */
  indexOf(openUs: number): number {
    let low = 0;
    let high = this.#bars.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bars[middle]?.openUs ?? 0) < openUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Start of the bar that a moment falls into. */
  openOf(atUs: number): EpochUs {
    const length = this.key.intervalSeconds * US_PER_SECOND;
    // A multiple of the interval is a moment again.
    return (Math.floor(atUs / length) * length) as EpochUs;
  }

  /** The next page to ask for, or null while one is under way, when the beginning was reached, or at the bound. Marks the page as under way. */
  beginPage(): { readonly beforeUs: EpochUs | null; readonly limit: number } | null {
    if (this.#loading || this.#complete || this.#bars.length >= MAX_BARS) return null;
    this.#loading = true;
    return { beforeUs: this.#bars[0]?.openUs ?? null, limit: PAGE_BARS };
  }

  /** Takes an answer in. A page shorter than asked for ends the past. */
  endPage(rows: readonly CandleRow[]): void {
    this.#loading = false;
    const fitting = rows.filter((row) => this.#fits(row));
    if (rows.length < PAGE_BARS) this.#complete = true;
    // Bars that live frames brought meanwhile are newer than the answer.
    this.#bars = merged(fitting, this.#bars);
  }

  failPage(): void {
    this.#loading = false;
  }

  /** There are no bars before the oldest one here. */
  get reachedBeginning(): boolean {
    return this.#complete;
  }

  /**
   * Newest bars asked for again after frames may have been missed; they replace what is here. More may have been missed than one page holds:
   * where the page does not reach back to what is here, that is let go and paged for again, for a hole would look like a time without trades.
   */
  refresh(rows: readonly CandleRow[]): void {
    const fitting = rows.filter((row) => this.#fits(row));
    const oldest = fitting[0];
    const isApart = oldest !== undefined && rows.length >= PAGE_BARS && this.barAt(oldest.openUs) === undefined;
    if (isApart) this.#complete = false;
    const kept = isApart ? this.#bars.filter(({ openUs }) => openUs > oldest.openUs) : this.#bars;
    this.#bars = merged(kept, fitting);
  }

  applyLive(rows: readonly CandleRow[]): LiveChange {
    const tail: CandleRow[] = [];
    let middle = false;
    for (const row of rows) {
      if (!this.#fits(row)) continue;
      const last = this.#bars.at(-1);
      if (last === undefined || row.openUs > last.openUs) {
        this.#bars.push(row);
        tail.push(row);
      } else if (row.openUs === last.openUs) {
        this.#bars[this.#bars.length - 1] = row;
        if (tail.at(-1)?.openUs === row.openUs) tail.pop();
        tail.push(row);
      } else {
        this.#bars = merged(this.#bars, [row]);
        middle = true;
      }
    }
    if (middle) return { kind: "all" };
    return tail.length === 0 ? { kind: "none" } : { kind: "tail", bars: tail };
  }

  #fits(row: CandleRow): boolean {
    return row.instrumentId === this.key.instrumentId && row.intervalSeconds === this.key.intervalSeconds;
  }
}

/** Union of two ascending lists by start time; where both have a bar, the one of `newer` stays. */
function merged(older: readonly CandleRow[], newer: readonly CandleRow[]): CandleRow[] {
  const lastOlder = older.at(-1);
  const firstNewer = newer[0];
  if (lastOlder === undefined || firstNewer === undefined || lastOlder.openUs < firstNewer.openUs) return [...older, ...newer];
  const byOpen = new Map<number, CandleRow>();
  for (const bar of older) byOpen.set(bar.openUs, bar);
  for (const bar of newer) byOpen.set(bar.openUs, bar);
  return [...byOpen.values()].sort((a, b) => a.openUs - b.openUs);
}

/** Short name of a bar length: 1s, 15m, 4h, 1D. */
export function intervalName(seconds: CandleInterval): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${seconds / 60}m`;
  if (seconds < 86_400) return `${seconds / 3_600}h`;
  return `${seconds / 86_400}D`;
}
