import type { Instrument } from "../../../shared/catalog.ts";
import type { TickerRow } from "../../../shared/views.ts";
import { formatChange, formatLotsCompact, formatPrice } from "../../ui/format.ts";

/** One line of the watchlist as text. */
export type WatchRow = {
  readonly instrumentId: Instrument["instrumentId"];
  readonly symbol: string;
  readonly last: string;
  readonly lastSide: "buy" | "sell" | "";
  /** Against the first trade of the last 24 hours; a dash until a trade at another price gives something to compare. */
  readonly change: string;
  readonly bid: string;
  readonly ask: string;
  readonly spread: string;
  readonly volume: string;
};

const NONE = "–";

export function watchRow(instrument: Instrument, ticker: TickerRow | null): WatchRow {
  const price = (ticks: number | null): string => (ticks === null ? NONE : formatPrice(ticks, instrument));
  const bid = ticker?.bidTicks ?? null;
  const ask = ticker?.askTicks ?? null;
  return {
    instrumentId: instrument.instrumentId,
    symbol: instrument.symbol,
    last: price(ticker?.lastTicks ?? null),
    lastSide: ticker?.lastSide ?? "",
    change: changeOf(ticker) || NONE,
    bid: price(bid),
    ask: price(ask),
    spread: bid === null || ask === null ? NONE : formatPrice(ask - bid, instrument),
    volume: ticker === null ? NONE : formatLotsCompact(ticker.volumeLots, instrument, 8),
  };
}

/** The chart's past is no trade of the engine: a first trade by itself would claim that nothing has changed in a day. */
function changeOf(ticker: TickerRow | null): string {
  if (ticker === null || ticker.highTicks === ticker.lowTicks) return "";
  return formatChange(ticker.openTicks, ticker.lastTicks);
}
