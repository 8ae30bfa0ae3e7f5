import type { InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks } from "../../shared/money.ts";
import { LEVEL_STRIDE } from "../../shared/views.ts";
import type { Command } from "../../shared/commands.ts";
import type { OutsideMarket } from "../connector/marketStream.ts";
import type { Changes } from "./views/changes.ts";
import type { Views } from "./views/views.ts";

/** The engine learns the middle of an outside book so often, and may rely on it so long (RK-6). */
const REFERENCE_MS = 5_000;
const GOOD_FOR_US = 60_000_000;

/**
 * CN-15: what a connected venue tells of its market, for the screens alone; it is not journaled. The engine learns of each book only its middle,
 * every few seconds while it moves, as the price from outside that limits and losses are reckoned by.
 */
export function outsideMarket(parts: {
  readonly views: () => Views;
  /** Has frames made with what `change` notes. */
  readonly publish: (change: (changes: Changes | null) => void) => void;
  readonly record: (command: Command) => void;
  readonly nowMs: () => number;
}): OutsideMarket {
  const references = new Map<InstrumentId, { readonly ticks: number; readonly atMs: number }>();
  const lastIds = new Map<InstrumentId, string>();
  return {
    book: (instrumentId, bids, asks) => {
      parts.publish((changes) => parts.views().takeOutsideBook(instrumentId, bids, asks, changes));
      const middle = middleOf(bids, asks);
      const last = references.get(instrumentId);
      const nowMs = parts.nowMs();
      if (middle === null || (last !== undefined && (nowMs - last.atMs < REFERENCE_MS || isFresh(last, middle, nowMs)))) return;
      references.set(instrumentId, { ticks: middle, atMs: nowMs });
      parts.record({ type: "SetReferencePrice", mark: { instrumentId, ticks: middle as PriceTicks, goodForUs: GOOD_FOR_US } });
    },
    trades: (instrumentId, trades) => {
      const lastUs = parts.views().trades.newest(instrumentId, 1)[0]?.atUs ?? 0;
      const last = lastIds.get(instrumentId);
      // A new connection tells the last trades again, and so it does to a new process, whose tape may hold them from before.
      const fresh = trades.filter(({ atUs, id }) => (last === undefined ? atUs > lastUs : isLater(id, last)));
      const newest = trades.at(-1);
      if (newest !== undefined && (last === undefined || isLater(newest.id, last))) lastIds.set(instrumentId, newest.id);
      parts.publish((changes) => {
        for (const trade of fresh) parts.views().takeOutsideTrade(instrumentId, trade, changes);
      });
    },
  };
}

/** The same price need not be told again before it grows old. */
function isFresh(last: { readonly ticks: number; readonly atMs: number }, ticks: number, nowMs: number): boolean {
  return last.ticks === ticks && (nowMs - last.atMs) * 2_000 < GOOD_FOR_US;
}

/** The venue's ids are whole numbers that grow, of any length. */
function isLater(id: string, than: string): boolean {
  return id.length > than.length || (id.length === than.length && id > than);
}

/** Between the best prices, rounded down; null unless there are both. */
function middleOf(bids: Int32Array, asks: Int32Array): number | null {
  const [bid = 0] = bids.subarray(0, LEVEL_STRIDE);
  const [ask = 0] = asks.subarray(0, LEVEL_STRIDE);
  return bid === 0 || ask === 0 ? null : Math.floor((bid + ask) / 2);
}
