import { basename } from "node:path";
import { BAR_STRIDE, barSlots } from "../../shared/bars.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import { parseSteps } from "../../shared/decimal.ts";
import { TerminalError, type TypedError } from "../../shared/errors.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { PriceSource, SourceFile } from "../../shared/views.ts";
import { wholeUnits } from "./agent.ts";
import { placeReplay, readHistory, type History } from "./history.ts";
import { SYNTHETIC_PAST_BARS, type HistoryStore, type StoredHistory, type StoredSource, type StoredSynthetic } from "./historyStore.ts";
import { historyTimeText } from "./historyTime.ts";
import type { MarketHistory } from "./marketMessages.ts";
import { HistoryFeed, ReferencePath, SyntheticFeed, type Reference } from "./referencePath.ts";
import { SYNTHETIC_INTERVAL_SECONDS, SyntheticBars, type SyntheticSeed } from "./syntheticBars.ts";

const US_PER_SECOND = 1_000_000;
const SYNTHETIC_INTERVAL_US = SYNTHETIC_INTERVAL_SECONDS * US_PER_SECOND;
/** Mean value that changes hands in a synthetic minute, in whole units of the quote asset. */
const SYNTHETIC_MINUTE_VALUE = 400_000;
/** Where a synthetic path stands at its start when nothing has traded yet. */
const STARTING_PRICES: Readonly<Record<string, string>> = { "BTC/USD": "65000", "ETH/USD": "3400" };
const OTHER_STARTING_PRICE = "100";

/** What one instrument follows. */
export class InstrumentSource {
  readonly history: Omit<MarketHistory, "type" | "source">;
  readonly stored: StoredSource;
  readonly #instrument: Instrument;
  readonly #label: string;
  readonly #file: SourceFile | null;
  readonly #path: ReferencePath;
  readonly #continuation: () => ReferencePath;
  #continued: ReferencePath | null = null;

  constructor(made: {
    readonly instrument: Instrument;
    readonly stored: StoredSource;
    readonly label: string;
    readonly file: SourceFile | null;
    readonly history: Omit<MarketHistory, "type" | "source">;
    readonly path: ReferencePath;
    readonly continuation: () => ReferencePath;
  }) {
    this.history = made.history;
    this.stored = made.stored;
    this.#instrument = made.instrument;
    this.#label = made.label;
    this.#file = made.file;
    this.#path = made.path;
    this.#continuation = made.continuation;
  }

  /** The price that informed participants believe in. What lies before the newest bar that was asked for is told by that bar's open. */
  at(venueTimeUs: number): Reference {
    if (this.#continued === null) {
      const reference = this.#path.at(venueTimeUs);
      if (reference !== null) return reference;
      this.#continued = this.#continuation();
    }
    const reference = this.#continued.at(venueTimeUs);
    if (reference === null) throw new Error("a synthetic path has no end");
    return reference;
  }

  /** True once the file came to its end and the synthetic path goes on. */
  get ended(): boolean {
    return this.#continued !== null;
  }

  /** For the chart's label, as of the last time that was asked for. */
  get source(): PriceSource {
    const { instrumentId } = this.#instrument;
    if (this.stored.kind === "history" && !this.ended)
      return { instrumentId, kind: "history", label: this.#label, file: this.#file, seed: null, shiftUs: this.stored.shiftUs };
    const label = this.stored.kind === "history" ? `synthetic (seed ${this.stored.seed}) since the end of ${this.#label}` : this.#label;
    const seed = this.stored.kind === "history" ? this.stored.seed : this.stored.path.seed;
    return { instrumentId, kind: "synthetic", label, file: this.#file, seed, shiftUs: 0 };
  }
}

/** What is known of an instrument when its source is opened. */
export type SourceContext = {
  readonly instrument: Instrument;
  readonly quote: Asset;
  readonly seed: number;
  /** Asked at the moment of need, since reading a file takes a while and the venue's clock goes on. */
  readonly venueTimeUs: () => number;
  /** Price of the last trade in ticks; a new synthetic path begins there. */
  readonly lastTicks: number | null;
};

/**
 * The source that the data folder names, or a new synthetic one, which is then kept. A damaged record or file is set aside and told
 * through `warn`; the instrument then follows a new synthetic path. A record that cannot be read now may be sound: it is told and left
 * where it is, and the path that serves meanwhile is not kept.
 */
export async function openSource(
  store: HistoryStore,
  context: SourceContext,
  warn: (error: TypedError) => void,
): Promise<InstrumentSource> {
  const { symbol } = context.instrument;
  try {
    const stored = await store.load(symbol);
    if (stored?.kind === "synthetic") return syntheticSource(context, stored);
    if (stored?.kind === "history")
      return historySource(context, stored, await readOrThrow(await store.verifiedPath(stored), context.instrument, stored.fileName));
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    warn(error.typed);
    if (isOfFolder(error.typed)) return syntheticSource(context, newSynthetic(context));
    await store.setAside(symbol).catch((failure: unknown) => warnOf(failure, warn));
  }
  const stored = newSynthetic(context);
  // Without its record the path still runs; it begins anew at the next start.
  await store.save(stored).catch((failure: unknown) => warnOf(failure, warn));
  return syntheticSource(context, stored);
}

/**
 * Imports a file as the instrument's source. Throws TerminalError, and then nothing has changed. Returns null when this very file
 * is in use already: its replay goes on.
 */
export async function importSource(
  store: HistoryStore,
  context: SourceContext,
  request: { readonly path: string; readonly current: InstrumentSource | null },
): Promise<InstrumentSource | null> {
  const staged = await store.stage(request.path);
  try {
    const current = request.current?.stored;
    if (current?.kind === "history" && current.sha256 === staged.sha256) return null;
    const history = await readOrThrow(staged.path, context.instrument, request.path);
    const { startIndex, shiftUs } = placeReplay(history, context.venueTimeUs());
    const startUs = (history.bars[startIndex * BAR_STRIDE + barSlots.openUs] ?? 0) + shiftUs;
    const stored: StoredHistory = {
      format: 1,
      kind: "history",
      symbol: context.instrument.symbol,
      fileName: basename(request.path),
      sha256: staged.sha256,
      startUs,
      shiftUs,
      seed: context.seed,
    };
    await store.commit(staged, stored);
    return historySource(context, stored, history);
  } finally {
    await store.discard(staged);
  }
}

/** Errors name the file by `knownAs`, the path that the person knows. */
async function readOrThrow(path: string, instrument: Instrument, knownAs: string): Promise<History> {
  const read = await readHistory(path, instrument);
  if (!read.ok) throw new TerminalError(read.error.value === path ? { ...read.error, value: knownAs } : read.error);
  return read.value;
}

function historySource(context: SourceContext, stored: StoredHistory, file: History): InstrumentSource {
  const { bars, intervalSeconds } = file;
  const intervalUs = intervalSeconds * US_PER_SECOND;
  const about = sourceFile(stored, file);
  for (let at = 0; at < bars.length; at += BAR_STRIDE) bars[at + barSlots.openUs] = (bars[at + barSlots.openUs] ?? 0) + stored.shiftUs;
  const startRow = bars.findIndex((value, at) => at % BAR_STRIDE === barSlots.openUs && value >= stored.startUs);
  const stream = { seed: stored.seed, name: stored.symbol };
  const lastRow = bars.length - BAR_STRIDE;
  const endUs = (bars[lastRow + barSlots.openUs] ?? 0) + intervalUs;
  return new InstrumentSource({
    instrument: context.instrument,
    stored,
    label: historyLabel(about, stored, context.instrument),
    file: about,
    history: { startUs: stored.startUs as EpochUs, intervalSeconds, bars: bars.slice(0, startRow) },
    path: new ReferencePath(new HistoryFeed(bars, intervalUs), stream),
    continuation: () => {
      const originTicks = bars[lastRow + barSlots.close] ?? 1;
      const name = `${stored.symbol}/continued`;
      const seed: SyntheticSeed = {
        seed: stored.seed,
        name,
        originUs: endUs,
        originTicks,
        meanVolumeLots: meanVolumeLots(context, originTicks),
      };
      return new ReferencePath(new SyntheticFeed(seed), { seed: stored.seed, name });
    },
  });
}

function sourceFile(stored: StoredHistory, { bars, intervalSeconds, roundedPrices }: History): SourceFile {
  const lastUs = bars[bars.length - BAR_STRIDE + barSlots.openUs] ?? 0;
  return {
    name: stored.fileName,
    interval: intervalText(intervalSeconds),
    from: historyTimeText(bars[barSlots.openUs] ?? 0),
    to: historyTimeText(lastUs + intervalSeconds * US_PER_SECOND),
    roundedPrices,
  };
}

function historyLabel({ name, interval, from, to, roundedPrices }: SourceFile, stored: StoredHistory, instrument: Instrument): string {
  const shift = stored.shiftUs === 0 ? "" : `, shifted by ${shiftText(stored.shiftUs)}`;
  const rounded = roundedPrices === 0 ? "" : `, ${roundedPrices} prices rounded to ${instrument.tickSize}`;
  return `${name}, ${interval} bars ${from} to ${to} UTC${shift}${rounded}`;
}

function intervalText(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

function shiftText(shiftUs: number): string {
  const minutes = Math.round(Math.abs(shiftUs) / US_PER_SECOND / 60);
  const days = Math.floor(minutes / 1_440);
  const clock = `${String(Math.floor((minutes % 1_440) / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return `${shiftUs < 0 ? "-" : "+"}${days} days ${clock}`;
}

function syntheticSource(context: SourceContext, stored: StoredSynthetic): InstrumentSource {
  const seed: SyntheticSeed = { ...stored.path, name: stored.symbol };
  const path = new ReferencePath(new SyntheticFeed(seed), seed);
  return new InstrumentSource({
    instrument: context.instrument,
    stored,
    label: `synthetic, seed ${stored.path.seed}`,
    file: null,
    history: { startUs: stored.startUs as EpochUs, intervalSeconds: SYNTHETIC_INTERVAL_SECONDS, bars: syntheticPast(seed, stored.startUs) },
    path,
    continuation: () => path,
  });
}

function syntheticPast(seed: SyntheticSeed, startUs: number): Float64Array {
  const count = (startUs - seed.originUs) / SYNTHETIC_INTERVAL_US;
  const past = new Float64Array(count * BAR_STRIDE);
  const bars = new SyntheticBars(seed);
  for (let index = 0; index < count; index += 1) {
    const bar = index === 0 ? bars.bar : bars.advance();
    past.set([bar.openUs, bar.open, bar.high, bar.low, bar.close, bar.volumeLots], index * BAR_STRIDE);
  }
  return past;
}

/** A path whose past ends at the last trade's price, or at the instrument's starting price. */
function newSynthetic(context: SourceContext): StoredSynthetic {
  const { instrument, seed } = context;
  const minute = Math.floor(context.venueTimeUs() / SYNTHETIC_INTERVAL_US);
  const startUs = minute * SYNTHETIC_INTERVAL_US;
  const originUs = startUs - Math.min(minute, SYNTHETIC_PAST_BARS) * SYNTHETIC_INTERVAL_US;
  const target = context.lastTicks ?? startingTicks(instrument);
  const meanVolume = meanVolumeLots(context, target);
  const trial = syntheticPast({ seed, name: instrument.symbol, originUs, originTicks: target, meanVolumeLots: meanVolume }, startUs);
  // Returns do not depend on the price, so moving the origin moves the end in proportion.
  const end = trial.length === 0 ? target : (trial[trial.length - BAR_STRIDE + barSlots.close] ?? target);
  const originTicks = Math.max(1, Math.round((target * target) / end));
  return {
    format: 1,
    kind: "synthetic",
    symbol: instrument.symbol,
    startUs,
    path: { seed, originUs, originTicks, meanVolumeLots: meanVolume },
  };
}

function startingTicks(instrument: Instrument): number {
  const price = STARTING_PRICES[instrument.symbol] ?? OTHER_STARTING_PRICE;
  const ticks = parseSteps(price, instrument.tickSize, "starting price");
  // A tick that does not divide the price, e.g. 0.3: any number of ticks will do.
  return ticks.ok ? ticks.value : 1_000;
}

function meanVolumeLots(context: SourceContext, ticks: number): number {
  const units = SYNTHETIC_MINUTE_VALUE * wholeUnits(context.quote.decimals);
  return Math.round(units / (ticks * context.instrument.quoteUnitsPerTickLot));
}

function warnOf(failure: unknown, warn: (error: TypedError) => void): void {
  if (!(failure instanceof TerminalError)) throw failure;
  warn(failure.typed);
}

function isOfFolder({ code }: TypedError): boolean {
  return code === "JOURNAL_IO" || code === "JOURNAL_FULL";
}
