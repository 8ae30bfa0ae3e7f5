import { createReadStream } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { StringDecoder } from "node:string_decoder";
import { pipeline, type Readable } from "node:stream";
import Papa from "papaparse";
import { BAR_STRIDE, barSlots } from "../../shared/bars.ts";
import { roundToSteps } from "../../shared/decimal.ts";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { historyPlaceText, historyRuleText, type HistoryFault } from "../../shared/historyFaults.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { MAX_TICKS } from "../../shared/money.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import { historyTimeText, historyTimeUs } from "./historyTime.ts";

/** Bars of one file, in the file's own dates. */
export type History = {
  readonly intervalSeconds: number;
  /** Rows as in shared/bars.ts. */
  readonly bars: Float64Array;
  /** Prices that were finer than the instrument's tick and were rounded to the nearest one. */
  readonly roundedPrices: number;
};

/** The steps that decimals are counted in. */
export type PriceSteps = { readonly tickSize: string; readonly lotSize: string };

const COLUMNS = ["timestamp", "open", "high", "low", "close", "volume"] as const;
const SECONDS_PER_DAY = 86_400;
const US_PER_SECOND = 1_000_000;
/** About four years of one-minute bars; 96 MB in memory. */
const MAX_BARS = 2_000_000;
const MAX_LINE_CHARACTERS = 4_096;
const READ_BYTES = 64 * 1_024;
/** The replay begins after this share of the bars, so that the chart has a past and the market a future. */
const PAST_PERCENT = 60;
const PAST_BARS_MIN = 500;

/**
 * Reads bars from a CSV file `timestamp,open,high,low,close,volume`, plain or gzipped (told by its first bytes, not by its name).
 * Bars ascend in equal steps without gaps; their length divides a day. Fails with HISTORY_UNREADABLE when the file cannot be read or
 * unpacked, with HISTORY_MALFORMED at the first line that breaks a rule, named by line and column.
 */
export async function readHistory(path: string, steps: PriceSteps): Promise<Result<History>> {
  const collector = new BarCollector(steps);
  try {
    for await (const block of linesInBlocks(await openText(path))) collector.addBlock(block);
    return ok(collector.finish());
  } catch (error) {
    return failed(error instanceof TerminalError ? error.typed : unreadable(path, error));
  }
}

/**
 * Index of the bar at which a replay begins: after 60 % of the bars or 500 of them, whichever is later, but never after the last bar.
 * `barCount` is at least 2.
 */
export function replayStart(barCount: number): number {
  const past = Math.max(Math.floor((barCount * PAST_PERCENT) / 100), PAST_BARS_MIN);
  return Math.min(past, barCount - 1);
}

/**
 * Where a replay that begins now stands in the file, and the constant that turns the file's times into venue time. When venue time lies
 * inside the file with enough bars before it, the file keeps its own dates (shift 0); otherwise it is shifted by whole bars, so that the
 * bar at which the replay begins covers `venueTimeUs`.
 */
export function placeReplay(history: History, venueTimeUs: number): { readonly startIndex: number; readonly shiftUs: number } {
  const intervalUs = history.intervalSeconds * US_PER_SECOND;
  const barCount = history.bars.length / BAR_STRIDE;
  const firstUs = history.bars[barSlots.openUs] ?? 0;
  const index = Math.floor((venueTimeUs - firstUs) / intervalUs);
  if (index < barCount && index >= Math.min(PAST_BARS_MIN, Math.floor(barCount / 2))) return { startIndex: index, shiftUs: 0 };
  const startIndex = replayStart(barCount);
  return { startIndex, shiftUs: (index - startIndex) * intervalUs };
}

/**
 * Venue time at which an empty exchange may begin so that the replay of this file runs on the file's own dates. Several files: take the
 * latest of their times. Fails as readHistory does.
 */
export async function replayStartTime(path: string, steps: PriceSteps): Promise<Result<EpochUs>> {
  const read = await readHistory(path, steps);
  if (!read.ok) return read;
  const { bars } = read.value;
  // A time read from the file; its reader bounds it to safe integers.
  return ok((bars[replayStart(bars.length / BAR_STRIDE) * BAR_STRIDE + barSlots.openUs] ?? 0) as EpochUs);
}

/** Shapes any failure of the file system or of unpacking into HISTORY_UNREADABLE, with the file as it is known to whoever named it. */
export function unreadable(path: string, error: unknown): ReturnType<typeof typedError> {
  const why = error instanceof Error ? error.message : String(error);
  return typedError("HISTORY_UNREADABLE", {
    field: "path",
    value: path,
    rule: "a readable CSV file, plain or gzipped",
    message: `The history file cannot be read: ${why}.`,
  });
}

async function openText(path: string): Promise<Readable> {
  const handle = await openFile(path, "r");
  let head: Buffer;
  try {
    if (!(await handle.stat()).isFile()) throw new Error("it is not a file");
    head = (await handle.read(Buffer.alloc(2), 0, 2, 0)).buffer;
  } finally {
    await handle.close();
  }
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  if (head[0] !== 0x1f || head[1] !== 0x8b) return file;
  const unpacked = createGunzip({ chunkSize: READ_BYTES });
  // pipeline closes the file however the reading ends; the reader of the unpacked stream meets every error itself.
  pipeline(file, unpacked, () => undefined);
  return unpacked;
}

/** Whole lines, some tens of kilobytes at a time, so that memory stays bounded whatever the file holds. */
async function* linesInBlocks(input: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  let first = true;
  let line = 1;
  for await (const chunk of input) {
    // Both kinds of stream are in byte mode and yield buffers.
    pending += decoder.write(chunk as Buffer);
    if (first && pending !== "") {
      first = false;
      if (pending.startsWith("\u{feff}")) pending = pending.slice(1);
    }
    const end = pending.lastIndexOf("\n") + 1;
    if (pending.length - end > MAX_LINE_CHARACTERS) {
      const at = { line: line + countLines(pending.slice(0, end)), column: 1 };
      throw malformed({ ...at, rule: { code: "lineLength", most: MAX_LINE_CHARACTERS } }, pending.slice(end));
    }
    if (end === 0) continue;
    const block = pending.slice(0, end);
    pending = pending.slice(end);
    line += countLines(block);
    yield block;
  }
  pending += decoder.end();
  if (pending !== "") yield pending;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** Takes the file's rows in order and checks each against the rules and against the row before it. */
class BarCollector {
  readonly #steps: PriceSteps;
  #bars = new Float64Array(1_024 * BAR_STRIDE);
  #count = 0;
  #line = 0;
  #intervalUs = 0;
  #roundedPrices = 0;

  constructor(steps: PriceSteps) {
    this.#steps = steps;
  }

  addBlock(block: string): void {
    // The block is cut at line ends, so a quoted field that spans lines is broken and fails its own check at its own line.
    const text = block.endsWith("\n") ? block.slice(0, -1) : block;
    for (const row of Papa.parse<string[]>(text, { delimiter: ",", newline: "\n" }).data) {
      this.#line += 1;
      const last = row.length - 1;
      const fields = row.map((field, index) => (index === last && field.endsWith("\r") ? field.slice(0, -1) : field).trim());
      if (this.#line === 1) this.#checkHeader(fields);
      else this.#addBar(fields);
    }
  }

  finish(): History {
    if (this.#line === 0) this.#fail(1, "", { code: "header", columns: COLUMNS.join(",") });
    if (this.#count < 2) {
      this.#line += 1;
      this.#fail(1, "", { code: "twoBars" });
    }
    const bars = this.#bars.slice(0, this.#count * BAR_STRIDE);
    return { intervalSeconds: this.#intervalUs / US_PER_SECOND, bars, roundedPrices: this.#roundedPrices };
  }

  #checkHeader(fields: readonly string[]): void {
    COLUMNS.forEach((name, index) => {
      const field = fields[index] ?? "";
      if (field.toLowerCase() !== name) this.#fail(index + 1, field, { code: "headerColumn", name, columns: COLUMNS.join(",") });
    });
    this.#checkWidth(fields);
  }

  #addBar(fields: readonly string[]): void {
    if (fields.length === 1 && fields[0] === "") this.#fail(1, "", { code: "noEmptyLine" });
    this.#checkWidth(fields);
    if (this.#count === MAX_BARS) this.#fail(1, fields[0] ?? "", { code: "mostBars", most: MAX_BARS });
    const openUs = this.#readTime(fields[0] ?? "");
    const [open, high, low, close] = [1, 2, 3, 4].map((index) => this.#readPrice(index, fields[index] ?? "")) as [
      number,
      number,
      number,
      number,
    ];
    if (high < Math.max(open, close, low)) this.#fail(3, fields[2] ?? "", { code: "high" });
    if (low > Math.min(open, close)) this.#fail(4, fields[3] ?? "", { code: "low" });
    const volumeLots = this.#readSteps(5, fields[5] ?? "", this.#steps.lotSize).steps;
    if (volumeLots < 0) this.#fail(6, fields[5] ?? "", { code: "volume" });
    this.#append([openUs, open, high, low, close, volumeLots]);
  }

  #checkWidth(fields: readonly string[]): void {
    if (fields.length > COLUMNS.length)
      this.#fail(COLUMNS.length + 1, fields[COLUMNS.length] ?? "", { code: "columns", count: COLUMNS.length });
    const missing = COLUMNS[fields.length];
    if (missing !== undefined) this.#fail(fields.length + 1, "", { code: "missingColumn", count: COLUMNS.length, name: missing });
  }

  #readTime(text: string): number {
    const openUs = historyTimeUs(text);
    if (openUs === null) return this.#fail(1, text, { code: "time" });
    if (this.#count === 0) return openUs;
    const previousUs = this.#bars[(this.#count - 1) * BAR_STRIDE + barSlots.openUs] ?? 0;
    const stepUs = openUs - previousUs;
    if (stepUs <= 0) this.#fail(1, text, { code: "after", time: historyTimeText(previousUs) });
    if (this.#count === 1) this.#takeInterval(stepUs, previousUs, text);
    if (stepUs !== this.#intervalUs)
      this.#fail(1, text, {
        code: "next",
        time: historyTimeText(previousUs + this.#intervalUs),
        seconds: this.#intervalUs / US_PER_SECOND,
      });
    return openUs;
  }

  #takeInterval(stepUs: number, firstUs: number, text: string): void {
    const seconds = stepUs / US_PER_SECOND;
    if (SECONDS_PER_DAY % seconds !== 0) this.#fail(1, text, { code: "dividesDay", seconds });
    if (firstUs % stepUs !== 0) this.#fail(1, text, { code: "multiple", seconds });
    this.#intervalUs = stepUs;
  }

  #readPrice(index: number, text: string): number {
    const { steps, exact } = this.#readSteps(index, text, this.#steps.tickSize);
    if (steps < 1 || steps > MAX_TICKS) this.#fail(index + 1, text, { code: "price", most: MAX_TICKS, tickSize: this.#steps.tickSize });
    if (!exact) this.#roundedPrices += 1;
    return steps;
  }

  #readSteps(index: number, text: string, step: string): { readonly steps: number; readonly exact: boolean } {
    const read = roundToSteps(text, step, COLUMNS[index] ?? "");
    if (read.ok) return read.value;
    // It fails on two grounds alone: it is no plain number, or larger than can be counted.
    return this.#fail(index + 1, text, { code: /^-?\d+(\.\d+)?$/.test(text) ? "countable" : "number" });
  }

  #append(row: readonly number[]): void {
    const at = this.#count * BAR_STRIDE;
    if (at === this.#bars.length) {
      const larger = new Float64Array(this.#bars.length * 2);
      larger.set(this.#bars);
      this.#bars = larger;
    }
    this.#bars.set(row, at);
    this.#count += 1;
  }

  #fail(column: number, value: string, rule: HistoryFault["rule"]): never {
    throw malformed({ line: this.#line === 0 ? 1 : this.#line, column, rule }, value);
  }
}

function malformed(history: HistoryFault, value: string): TerminalError {
  const field = historyPlaceText(history);
  const rule = historyRuleText(history);
  const message = `The history file was refused at ${field}: expected ${rule}.`;
  return new TerminalError({ ...typedError("HISTORY_MALFORMED", { field, value, rule, message }), history });
}
