import type { InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks } from "../../shared/money.ts";
import type { Side } from "../../shared/orders.ts";
import type { Command } from "../../shared/commands.ts";
import { chainOfReferences } from "../core/risk/collar.ts";
import { isLaterId } from "../../shared/venueReports.ts";
import type { OutsideMarket } from "../connector/marketStream.ts";
import type { Changes } from "./views/changes.ts";
import type { Views } from "./views/views.ts";

/**
 * The engine learns a price from outside so often while it moves, at once when a stop waits for it, and otherwise well before it grows old
 * (RK-6).
 */
const REFERENCE_MS = 5_000;
const REPEAT_MS = 30_000;
const GOOD_FOR_US = 60_000_000;

type Told = { readonly ticks: number; readonly atMs: number };

/**
 * CN-15: what a connected venue tells of its market, for the screens alone; it is not journaled. The engine learns of each pair only the price that
 * the chain of references makes of last trade and best prices, by which limits and losses are reckoned.
 */
export function outsideMarket(parts: {
  readonly views: () => Views;
  /** Has frames made with what `change` notes. */
  readonly publish: (change: (changes: Changes | null) => void) => void;
  readonly record: (command: Command) => void;
  /** Does a stop that is held here wait for such a price (CN-20)? */
  readonly isAwaited: (instrumentId: InstrumentId, ticks: number) => boolean;
  readonly nowMs: () => number;
}): OutsideMarket {
  const told = new Map<InstrumentId, Told>();
  const lastIds = new Map<InstrumentId, string>();
  /** Pairs whose book has come on this process's connections. */
  const known = new Set<InstrumentId>();
  const tellReference = (instrumentId: InstrumentId): void => {
    const views = parts.views();
    const touch = (side: Side): number => views.outsideLevels(instrumentId, side)?.[0] ?? 0;
    const ticks = chainOfReferences(views.trades.lastTicks(instrumentId) ?? 0, touch("buy"), touch("sell"), 0);
    const before = told.get(instrumentId);
    const nowMs = parts.nowMs();
    const ageMs = before === undefined ? Number.POSITIVE_INFINITY : nowMs - before.atMs;
    if (ticks === 0) return;
    const isNews = before?.ticks !== ticks && parts.isAwaited(instrumentId, ticks);
    if (!isNews && (ageMs < REFERENCE_MS || (before?.ticks === ticks && ageMs < REPEAT_MS))) return;
    told.set(instrumentId, { ticks, atMs: nowMs });
    // A price of the chain is one of the market's.
    parts.record({ type: "SetReferencePrice", mark: { instrumentId, ticks: ticks as PriceTicks, goodForUs: GOOD_FOR_US } });
  };
  return {
    book: (instrumentId, bids, asks) => {
      known.add(instrumentId);
      parts.publish((changes) => parts.views().takeOutsideBook(instrumentId, bids, asks, changes));
      tellReference(instrumentId);
    },
    trades: (instrumentId, trades) => {
      const lastUs = parts.views().trades.newest(instrumentId, 1)[0]?.atUs ?? 0;
      const last = lastIds.get(instrumentId);
      // A new connection tells the last trades again, and so it does to a new process, whose tape may hold them from before.
      const fresh = trades.filter(({ atUs, id }) => (last === undefined ? atUs > lastUs : isLaterId(id, last)));
      const newest = trades.at(-1);
      if (newest !== undefined && (last === undefined || isLaterId(newest.id, last))) lastIds.set(instrumentId, newest.id);
      parts.publish((changes) => {
        for (const trade of fresh) parts.views().takeOutsideTrade(instrumentId, trade, changes);
      });
      tellReference(instrumentId);
    },
    stillHolds: () => {
      for (const instrumentId of known) tellReference(instrumentId);
    },
  };
}
