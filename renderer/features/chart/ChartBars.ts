import type { Instrument } from "../../../shared/catalog.ts";
import type { CandleRow } from "../../../shared/views.ts";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { readModel } from "../../app/readModel.ts";
import { CandleSeries, PAGE_BARS } from "./candleModel.ts";
import { shownBars, type ChartInterval, type ShownBars } from "./shownBars.ts";

/** What is told of changed bars. */
export type BarsListener = {
  /** All bars may be others now. `toNewest`: they are the first ones of this past, and the newest is to be looked at. */
  readonly all: (toNewest: boolean) => void;
  /** The newest bar changed, or others began after it. */
  readonly tail: () => void;
  /** What `error`, `isFirst` or `reachedBeginning` say may have changed. */
  readonly state: () => void;
};

/**
 * The bars of one instrument and length: pages of the past as they are asked for, live bars from frames, and another past at once when one
 * was imported. Knows nothing of what draws them.
 */
export class ChartBars {
  readonly #instrument: Instrument;
  readonly #interval: ChartInterval;
  readonly #listener: BarsListener;
  readonly #stops: readonly (() => void)[];
  #series: CandleSeries;
  #shown: ShownBars;
  /** Bars of another past that are on their way; the ones on view stay until they have come. */
  #next: CandleSeries | null = null;
  #sourceKey: string;
  #error = "";
  #firstPage = true;
  #disposed = false;

  constructor(instrument: Instrument, interval: ChartInterval, listener: BarsListener) {
    this.#instrument = instrument;
    this.#interval = interval;
    this.#listener = listener;
    this.#series = this.#freshSeries();
    this.#shown = shownBars(this.#series, interval.unit);
    this.#sourceKey = this.#readSourceKey();
    this.#stops = [
      engineClient.subscribeCandles(instrument.instrumentId, interval.seconds),
      readModel.onCandles((rows, reset) => {
        this.#applyLive(rows);
        if (reset) void this.#refresh();
      }),
      readModel.subscribe("catalog", () => this.#sourceChanged()),
    ];
  }

  dispose(): void {
    this.#disposed = true;
    for (const stop of this.#stops) stop();
  }

  /** The bars as they were shown last; see `show`. */
  get shown(): ShownBars {
    return this.#shown;
  }

  /** Why bars could not be fetched, or "". */
  get error(): string {
    return this.#error;
  }

  /** No page of the past has come yet. */
  get isFirst(): boolean {
    return this.#firstPage;
  }

  /** There are no older bars. Before the source of past bars is known, there being none says nothing. */
  get reachedBeginning(): boolean {
    return this.#sourceKey !== "" && this.#series.reachedBeginning;
  }

  /** The bars as they are now. */
  show(): ShownBars {
    this.#shown = shownBars(this.#series, this.#interval.unit);
    return this.#shown;
  }

  retry(): void {
    this.#error = "";
    this.#sourceChanged();
    void this.loadPage();
  }

  /** Fetches the next page of the past, if there is one and none is on its way. */
  async loadPage(): Promise<void> {
    const series = this.#series;
    const page = series.beginPage();
    if (page === null) return;
    this.#listener.state();
    try {
      const { candles } = await engineClient.query({ type: "candles", ...series.key, ...page });
      if (this.#disposed || series !== this.#series) return;
      series.endPage(candles);
      this.#error = "";
      this.#listener.all(this.#firstPage);
      this.#firstPage = false;
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      series.failPage();
      if (this.#disposed || series !== this.#series) return;
      this.#error = cause.typed.message;
    }
    this.#listener.state();
  }

  /** Frames may have been missed: the newest bars are asked for again. */
  async #refresh(): Promise<void> {
    const series = this.#series;
    if (series.bars.length === 0) return this.loadPage();
    try {
      const { candles } = await engineClient.query({ type: "candles", ...series.key, beforeUs: null, limit: PAGE_BARS });
      if (this.#disposed || series !== this.#series) return;
      series.refresh(candles);
      this.#error = "";
      this.#listener.all(false);
    } catch (cause) {
      // The connection dropped again; its return brings another snapshot, and with it another attempt.
      if (!(cause instanceof RequestError)) throw cause;
    }
    this.#listener.state();
  }

  #freshSeries(): CandleSeries {
    return new CandleSeries({ instrumentId: this.#instrument.instrumentId, intervalSeconds: this.#interval.seconds });
  }

  #sourceChanged(): void {
    const key = this.#readSourceKey();
    if (key !== this.#sourceKey) void this.#replace(key);
  }

  /** Another file of past bars was imported: everything is fetched anew, and changes on the screen at once when it has come. */
  async #replace(sourceKey: string): Promise<void> {
    const next = this.#freshSeries();
    this.#next = next;
    const page = next.beginPage();
    if (page === null) return;
    try {
      const { candles } = await engineClient.query({ type: "candles", ...next.key, ...page });
      if (this.#disposed || next !== this.#next) return;
      next.endPage(candles);
      this.#next = null;
      this.#series = next;
      this.#sourceKey = sourceKey;
      this.#error = "";
      this.#firstPage = false;
      this.#listener.all(true);
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      if (this.#disposed || next !== this.#next) return;
      // The picture stays; the next snapshot, or a person, tries again.
      this.#next = null;
      this.#error = cause.typed.message;
    }
    this.#listener.state();
  }

  #readSourceKey(): string {
    const source = readModel.source(this.#instrument.instrumentId);
    return source === null ? "" : `${source.kind} ${source.label} ${source.shiftUs}`;
  }

  #applyLive(rows: readonly CandleRow[]): void {
    this.#next?.applyLive(rows);
    const change = this.#series.applyLive(rows);
    if (change.kind === "all") this.#listener.all(false);
    if (change.kind === "tail") this.#listener.tail();
  }
}
