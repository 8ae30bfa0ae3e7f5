import { aggregateBars, BAR_STRIDE, barSlots } from "../../../shared/bars.ts";
import type { EpochUs, InstrumentId } from "../../../shared/ids.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import { candleIntervals, type CandleInterval, type CandleRow, type PriceSource } from "../../../shared/views.ts";
import { NumberRing } from "./numberRing.ts";

/** Bars kept of each instrument and length. */
const BARS_KEPT = 5_000;

const US_PER_SECOND = 1_000_000;

/** An instrument's past as the market thread hands it over; see MarketHistory. */
export type PastBars = {
  readonly source: PriceSource;
  readonly startUs: number;
  readonly intervalSeconds: number;
  readonly bars: Float64Array;
};

type Series = { readonly interval: CandleInterval; readonly bars: NumberRing };
type Past = PastBars & { readonly merged: Map<CandleInterval, Float64Array> };

/** Bars of what traded here, continued into the past by bars of the reference path. */
export class CandlesView {
  readonly #series = new Map<InstrumentId, readonly Series[]>();
  readonly #past = new Map<InstrumentId, Past>();

  addTrade(trade: { readonly instrumentId: number; readonly atUs: number; readonly ticks: number; readonly lots: number }): void {
    // An id of a record that the engine wrote.
    for (const { interval, bars } of this.#seriesOf(trade.instrumentId as InstrumentId)) {
      const widthUs = interval * US_PER_SECOND;
      const openUs = trade.atUs - (trade.atUs % widthUs);
      const last = bars.size === 0 ? -1 : bars.offset(bars.size - 1);
      if (last >= 0 && bars.numbers[last + barSlots.openUs] === openUs) {
        const n = bars.numbers;
        n[last + barSlots.high] = Math.max(n[last + barSlots.high]!, trade.ticks);
        n[last + barSlots.low] = Math.min(n[last + barSlots.low]!, trade.ticks);
        n[last + barSlots.close] = trade.ticks;
        n[last + barSlots.volumeLots]! += trade.lots;
      } else {
        const at = bars.push();
        bars.numbers.set([openUs, trade.ticks, trade.ticks, trade.ticks, trade.ticks, trade.lots], at);
      }
    }
  }

  /** Puts an instrument's past in the place of an earlier one. */
  setPast(past: PastBars): void {
    this.#past.set(past.source.instrumentId, { ...past, merged: new Map() });
  }

  /** The reference path changed, the past bars did not. */
  setSource(source: PriceSource): void {
    const past = this.#past.get(source.instrumentId);
    if (past !== undefined) this.#past.set(source.instrumentId, { ...past, source });
  }

  /** The pasts in use, for views of the same venue elsewhere. */
  pasts(): readonly PastBars[] {
    return [...this.#past.values()].map(({ source, startUs, intervalSeconds, bars }) => ({ source, startUs, intervalSeconds, bars }));
  }

  sources(): readonly PriceSource[] {
    return [...this.#past.values()].map(({ source }) => source);
  }

  /** Bars that begin before `beforeUs`: the newest `limit` ones, ascending. */
  bars(
    instrumentId: InstrumentId,
    intervalSeconds: CandleInterval,
    request: { readonly beforeUs: number; readonly limit: number },
  ): CandleRow[] {
    const rows: CandleRow[] = [];
    const ring = this.#ring(instrumentId, intervalSeconds);
    const past = this.#usablePast(instrumentId, intervalSeconds);
    const fromUs = past === undefined ? 0 : firstOwnBarUs(past, intervalSeconds);
    const wanted = (): boolean => rows.length < request.limit;
    for (let index = ring.lowerBound(barSlots.openUs, request.beforeUs) - 1; index >= 0 && wanted(); index -= 1) {
      const at = ring.offset(index);
      if (ring.numbers[at]! < fromUs) break;
      rows.push(toRow(ring.numbers, at, { instrumentId, intervalSeconds, source: "trades" }));
    }
    if (past !== undefined) {
      const straddling = this.#straddlingBar(past, intervalSeconds);
      const straddlesUs = past.startUs - (past.startUs % (intervalSeconds * US_PER_SECOND));
      if (straddling !== null && straddlesUs < request.beforeUs && wanted()) rows.push(straddling);
      const before = Math.min(request.beforeUs, straddlesUs);
      const merged = mergedPast(past, intervalSeconds);
      for (let at = lowerBound(merged, before) - BAR_STRIDE; at >= 0 && wanted(); at -= BAR_STRIDE) {
        rows.push(toRow(merged, at, { instrumentId, intervalSeconds, source: past.source.kind }));
      }
    }
    return rows.reverse();
  }

  /** Rows by instrument and interval, without the reference path's past, which the market thread hands over at each start. */
  save(): readonly (readonly [instrumentId: number, interval: number, bars: Float64Array])[] {
    return [...this.#series].flatMap(([instrumentId, series]) =>
      series.map(({ interval, bars }) => [instrumentId, interval, bars.toArray()] as const),
    );
  }

  load(saved: readonly (readonly [instrumentId: number, interval: number, bars: Float64Array])[]): void {
    for (const [instrumentId, interval, bars] of saved) {
      // Saved by the method above.
      this.#ring(instrumentId as InstrumentId, interval as CandleInterval).load(bars);
    }
  }

  /** Past bars can continue a series whose bars are whole numbers of them. */
  #usablePast(instrumentId: InstrumentId, interval: CandleInterval): Past | undefined {
    const past = this.#past.get(instrumentId);
    return past !== undefined && interval % past.intervalSeconds === 0 ? past : undefined;
  }

  /** The bar in which the past ends and trading here begins, if the past ends inside a bar of this length. */
  #straddlingBar(past: Past, interval: CandleInterval): CandleRow | null {
    const widthUs = interval * US_PER_SECOND;
    const openUs = past.startUs - (past.startUs % widthUs);
    if (openUs === past.startUs) return null;
    const merged = mergedPast(past, interval);
    const at = lowerBound(merged, openUs);
    const parts = new Float64Array(merged.subarray(at, at + BAR_STRIDE));
    const own = this.#barsBetween(past, { fromUs: past.startUs, toUs: openUs + widthUs });
    const all = new Float64Array(parts.length + own.length);
    all.set(parts);
    all.set(own, parts.length);
    if (all.length === 0) return null;
    const bar = aggregateBars(all, { fromSeconds: 1, toSeconds: interval });
    return toRow(bar, 0, {
      instrumentId: past.source.instrumentId,
      intervalSeconds: interval,
      source: own.length > 0 ? "trades" : past.source.kind,
    });
  }

  /** Own bars of the longest length that divides the past's, which is the coarsest that can begin where the past ends. */
  #barsBetween(past: Past, span: { readonly fromUs: number; readonly toUs: number }): Float64Array {
    const interval = candleIntervals.findLast((seconds) => past.intervalSeconds % seconds === 0) ?? 1;
    const ring = this.#ring(past.source.instrumentId, interval);
    const first = ring.lowerBound(barSlots.openUs, span.fromUs);
    const end = ring.lowerBound(barSlots.openUs, span.toUs);
    const bars = new Float64Array((end - first) * BAR_STRIDE);
    for (let index = first; index < end; index += 1) {
      const at = ring.offset(index);
      bars.set(ring.numbers.subarray(at, at + BAR_STRIDE), (index - first) * BAR_STRIDE);
    }
    return bars;
  }

  #ring(instrumentId: InstrumentId, intervalSeconds: CandleInterval): NumberRing {
    return this.#seriesOf(instrumentId)[candleIntervals.indexOf(intervalSeconds)]!.bars;
  }

  #seriesOf(instrumentId: InstrumentId): readonly Series[] {
    const known = this.#series.get(instrumentId);
    if (known !== undefined) return known;
    const series = candleIntervals.map((interval) => ({ interval, bars: new NumberRing({ stride: BAR_STRIDE, limit: BARS_KEPT }) }));
    this.#series.set(instrumentId, series);
    return series;
  }
}

/** First bar of this length that lies wholly behind the past. */
function firstOwnBarUs(past: Past, interval: CandleInterval): number {
  const widthUs = interval * US_PER_SECOND;
  return Math.ceil(past.startUs / widthUs) * widthUs;
}

function mergedPast(past: Past, interval: CandleInterval): Float64Array {
  const known = past.merged.get(interval);
  if (known !== undefined) return known;
  const merged = aggregateBars(past.bars, { fromSeconds: past.intervalSeconds, toSeconds: interval });
  past.merged.set(interval, merged);
  return merged;
}

/** Offset of the first bar that begins at `openUs` or later. */
function lowerBound(bars: Float64Array, openUs: number): number {
  let low = 0;
  let high = bars.length / BAR_STRIDE;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bars[middle * BAR_STRIDE + barSlots.openUs]! < openUs) low = middle + 1;
    else high = middle;
  }
  return low * BAR_STRIDE;
}

function toRow(bars: Float64Array, at: number, rest: Pick<CandleRow, "instrumentId" | "intervalSeconds" | "source">): CandleRow {
  // Bars hold times and prices that were checked where they entered: the engine's records, or the history reader.
  return {
    ...rest,
    openUs: bars[at + barSlots.openUs] as EpochUs,
    open: bars[at + barSlots.open] as PriceTicks,
    high: bars[at + barSlots.high] as PriceTicks,
    low: bars[at + barSlots.low] as PriceTicks,
    close: bars[at + barSlots.close] as PriceTicks,
    volumeLots: bars[at + barSlots.volumeLots]!,
  };
}
