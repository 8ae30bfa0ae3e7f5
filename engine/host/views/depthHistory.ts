import type { InstrumentId } from "../../../shared/ids.ts";
import { DEPTH_KEPT_LEVELS, DEPTH_KEPT_US, DEPTH_STEP_US, type DepthMinute } from "../../../shared/depthHistory.ts";
import { LEVEL_STRIDE } from "../../../shared/views.ts";
import type { Engine } from "../../core/engine.ts";
import { depth, instruments } from "../../core/queries.ts";

const MINUTE_US = 60_000_000;
const FIRST_ENTRIES = 256;

/** The minute that is being written, and the book as its last column shows it. */
type OpenMinute = {
  readonly startUs: number;
  readonly timesUs: number[];
  readonly ends: number[];
  entries: Int32Array;
  used: number;
  book: Map<number, number>;
};

type Past = { nextUs: number; open: OpenMinute | null; readonly minutes: DepthMinute[] };

/**
 * How each book looked during the last hour of venue time: at most two looks a second, and none while nothing changed. Only what differs from
 * the look before is kept. It begins with this process: looks are taken of committed states as they pass, and the journal is not replayed for
 * them.
 */
export class DepthHistory {
  readonly #pasts = new Map<InstrumentId, Past>();
  readonly #levels = new Int32Array(DEPTH_KEPT_LEVELS * LEVEL_STRIDE);

  /** Looks at the books whose next look is due. `atUs` is the venue time of the state. */
  observe(engine: Engine, atUs: number): void {
    for (const { instrumentId } of instruments(engine)) {
      const past = this.#pastOf(instrumentId);
      if (atUs < past.nextUs) continue;
      past.nextUs = (Math.floor(atUs / DEPTH_STEP_US) + 1) * DEPTH_STEP_US;
      this.#look(engine, instrumentId, past, atUs);
    }
  }

  /** The newest `count` minutes that begin before `beforeUs`, ascending; the one under way as far as it has come. */
  minutes(
    instrumentId: InstrumentId,
    request: { readonly beforeUs: number; readonly count: number },
  ): { readonly minutes: readonly DepthMinute[]; readonly complete: boolean } {
    const past = this.#pasts.get(instrumentId);
    if (past === undefined) return { minutes: [], complete: true };
    const all = past.open === null ? past.minutes : [...past.minutes, sealed(instrumentId, past.open)];
    const end = all.findLastIndex(({ startUs }) => startUs < request.beforeUs) + 1;
    const first = Math.max(0, end - request.count);
    return { minutes: all.slice(first, end), complete: first === 0 };
  }

  /** The views are others than before: their past is not this one. */
  clear(): void {
    this.#pasts.clear();
  }

  #look(engine: Engine, instrumentId: InstrumentId, past: Past, atUs: number): void {
    const startUs = atUs - (atUs % MINUTE_US);
    const book = new Map<number, number>();
    this.#read(engine, instrumentId, book);
    if (past.open !== null && past.open.startUs !== startUs) {
      past.minutes.push(sealed(instrumentId, past.open));
      past.open = null;
      while ((past.minutes[0]?.startUs ?? startUs) < startUs - DEPTH_KEPT_US) past.minutes.shift();
    }
    past.open ??= { startUs, timesUs: [], ends: [], entries: new Int32Array(FIRST_ENTRIES), used: 0, book: new Map() };
    write(past.open, book, atUs);
  }

  #read(engine: Engine, instrumentId: InstrumentId, into: Map<number, number>): void {
    for (const [side, sign] of [
      ["buy", 1],
      ["sell", -1],
    ] as const) {
      const count = depth(engine, instrumentId, side, this.#levels, DEPTH_KEPT_LEVELS);
      for (let at = 0; at < count * LEVEL_STRIDE; at += LEVEL_STRIDE) into.set(sign * this.#levels[at]!, this.#levels[at + 1]!);
    }
  }

  #pastOf(instrumentId: InstrumentId): Past {
    const known = this.#pasts.get(instrumentId);
    if (known !== undefined) return known;
    const past: Past = { nextUs: 0, open: null, minutes: [] };
    this.#pasts.set(instrumentId, past);
    return past;
  }
}

/** Appends a column with what differs; none when nothing does. */
function write(minute: OpenMinute, book: Map<number, number>, atUs: number): void {
  const before = minute.used;
  for (const [key, lots] of book) if (minute.book.get(key) !== lots) append(minute, key, lots);
  for (const key of minute.book.keys()) if (!book.has(key)) append(minute, key, 0);
  if (minute.used === before && minute.timesUs.length > 0) return;
  minute.book = book;
  minute.timesUs.push(atUs);
  minute.ends.push(minute.used);
}

function append(minute: OpenMinute, key: number, lots: number): void {
  if (minute.used + 2 > minute.entries.length) {
    const entries = new Int32Array(minute.entries.length * 2);
    entries.set(minute.entries);
    minute.entries = entries;
  }
  minute.entries[minute.used] = key;
  minute.entries[minute.used + 1] = lots;
  minute.used += 2;
}

function sealed(instrumentId: InstrumentId, { startUs, timesUs, ends, entries, used }: OpenMinute): DepthMinute {
  return {
    instrumentId,
    startUs,
    timesUs: Float64Array.from(timesUs),
    ends: Int32Array.from(ends),
    entries: entries.slice(0, used),
  };
}
