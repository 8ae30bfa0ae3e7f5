import type { Instrument } from "../../../shared/catalog.ts";
import { DEPTH_KEPT_LEVELS, type DepthMinute } from "../../../shared/depthHistory.ts";
import { LEVEL_STRIDE, PACKED_TRADE_STRIDE, type BookView, type TradeRow } from "../../../shared/views.ts";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { isOpen, isPending } from "../../app/orderEntry.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { followTrades } from "../../app/tradeHistory.ts";
import { atMostEvery } from "../../ui/atMostEvery.ts";
import type { HeatmapOrder, OwnFill, OwnLine } from "./heatmapProtocol.ts";

/** Live looks at the book are passed on at this pace. */
const COLUMN_EVERY_MS = 200;
const OWN_EVERY_MS = 200;
const MINUTES_A_PAGE = 10;
/** Own orders and fills that are drawn; older ones are in the blotters. */
const MOST_OWN = 500;
/** An order that was open for less never rested for the eye. */
const LEAST_LIFE_US = 200_000;

type Send = (order: HeatmapOrder, transfer?: readonly Transferable[]) => void;

/** Brings the worker what it draws: the hour that the host keeps, and then what happens. */
export class HeatmapFeed {
  readonly #instrument: Instrument;
  readonly #selection: Selection;
  readonly #send: Send;
  readonly #stops: (() => void)[] = [];
  #load = 0;

  constructor(instrument: Instrument, selection: Selection, send: Send) {
    this.#instrument = instrument;
    this.#selection = selection;
    this.#send = send;
    const { instrumentId } = instrument;
    const column = atMostEvery(COLUMN_EVERY_MS, () => this.#sendColumn());
    const own = atMostEvery(OWN_EVERY_MS, () => this.#sendOwn());
    this.#stops.push(
      readModel.subscribe(`book:${instrumentId}`, column.request),
      readModel.subscribe("orders", own.request),
      readModel.subscribe("fills", own.request),
      readModel.subscribe("selection", own.request),
      // The mark of the past comes before its picture, and goes after the live one has come.
      readModel.subscribe("past", () => this.#sendEnd()),
      readModel.subscribe("picture", () => this.#sendEnd()),
      engineClient.onSnapshot(() => void this.#loadPast()),
      followTrades(instrumentId, (trades, reset) => {
        const packed = pack(trades);
        send({ type: "trades", trades: packed, reset }, [packed.buffer]);
      }),
      column.cancel,
      own.cancel,
    );
    this.#sendEnd();
    this.#sendColumn();
    this.#sendOwn();
    void this.#loadPast();
  }

  dispose(): void {
    this.#load += 1;
    for (const stop of this.#stops) stop();
  }

  /** Page by page into the past, the newest first, so that something is seen at once. */
  async #loadPast(): Promise<void> {
    this.#load += 1;
    const load = this.#load;
    let beforeUs: number | null = null;
    try {
      for (;;) {
        const page: { readonly minutes: readonly DepthMinute[]; readonly complete: boolean } = await engineClient.query({
          type: "depthHistory",
          instrumentId: this.#instrument.instrumentId,
          beforeUs,
          minutes: MINUTES_A_PAGE,
        });
        if (load !== this.#load) return;
        const transfer = page.minutes.flatMap(({ timesUs, ends, entries }) => [timesUs.buffer, ends.buffer, entries.buffer]);
        const firstUs = page.minutes[0]?.startUs;
        this.#send({ type: "minutes", minutes: page.minutes }, transfer);
        if (page.complete || firstUs === undefined) return;
        beforeUs = firstUs;
      }
    } catch (cause) {
      // The connection dropped; its return brings a snapshot, and with it another attempt.
      if (!(cause instanceof RequestError)) throw cause;
    }
  }

  /** In the past, the moment on view: what came later is not to be seen. */
  #sendEnd(): void {
    this.#send({ type: "end", us: readModel.past === null ? null : readModel.atUs });
  }

  #sendColumn(): void {
    const book = readModel.book(this.#instrument.instrumentId);
    const { atUs } = readModel;
    if (book === null || atUs === null) return;
    const levels = levelsOf(book);
    this.#send({ type: "column", column: { atUs, levels } }, [levels.buffer]);
  }

  #sendOwn(): void {
    const lines: OwnLine[] = [];
    for (const entry of readModel.orders.values()) {
      if (isPending(entry) || entry.orderId === null || entry.limitTicks === null || !this.#isShown(entry)) continue;
      const { side, limitTicks: ticks, createdUs: fromUs, updatedUs } = entry;
      if (isOpen(entry)) lines.push({ side, ticks, lots: entry.leavesLots, fromUs, toUs: null });
      else if (updatedUs - fromUs >= LEAST_LIFE_US) lines.push({ side, ticks, lots: entry.lots, fromUs, toUs: updatedUs });
    }
    const fills: OwnFill[] = readModel.fills
      .filter((fill) => this.#isShown(fill))
      .slice(-MOST_OWN)
      .map(({ side, ticks, lots, atUs }) => ({ side, ticks, lots, atUs }));
    this.#send({ type: "own", orders: lines.slice(-MOST_OWN), fills });
  }

  #isShown(row: { readonly instrumentId: number; readonly accountId: number }): boolean {
    const { account } = this.#selection;
    return row.instrumentId === this.#instrument.instrumentId && (account === "all" || row.accountId === account);
  }
}

/** Bids and asks in one array, asks with negated prices; as many levels as the past has. */
function levelsOf(book: BookView): Int32Array<ArrayBuffer> {
  const count = (side: Int32Array): number => Math.min(DEPTH_KEPT_LEVELS, side.length / LEVEL_STRIDE);
  const levels = new Int32Array((count(book.bids) + count(book.asks)) * 2);
  let into = 0;
  for (const [side, sign] of [
    [book.bids, 1],
    [book.asks, -1],
  ] as const) {
    for (let level = 0; level < count(side); level += 1) {
      levels[into] = sign * (side[level * LEVEL_STRIDE] ?? 0);
      levels[into + 1] = side[level * LEVEL_STRIDE + 1] ?? 0;
      into += 2;
    }
  }
  return levels;
}

function pack(trades: readonly TradeRow[]): Float64Array<ArrayBuffer> {
  const packed = new Float64Array(trades.length * PACKED_TRADE_STRIDE);
  trades.forEach(({ tradeId, atUs, ticks, lots, takerSide }, index) => {
    packed.set([tradeId, atUs, ticks, lots, takerSide === "buy" ? 0 : 1], index * PACKED_TRADE_STRIDE);
  });
  return packed;
}
