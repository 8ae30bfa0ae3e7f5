import { describe, expect, it } from "vitest";
import { watchRow } from "../../renderer/features/watchlist/watchlistModel.ts";
import type { Amount, PriceTicks } from "../../shared/money.ts";
import type { TickerRow } from "../../shared/views.ts";
import { BTCUSD, btcUsd } from "./support/venue.ts";

/** The ticker after trades at these prices, oldest first. */
function ticker(...trades: readonly number[]): TickerRow {
  const ticks = (value: number | undefined): PriceTicks | null => (value === undefined ? null : (value as PriceTicks));
  return {
    instrumentId: BTCUSD,
    lastTicks: ticks(trades.at(-1)),
    lastSide: null,
    bidTicks: null,
    askTicks: null,
    openTicks: ticks(trades[0]),
    highTicks: trades.length === 0 ? null : ticks(Math.max(...trades)),
    lowTicks: trades.length === 0 ? null : ticks(Math.min(...trades)),
    volumeLots: trades.length,
    turnover: 0 as Amount,
  };
}

describe("the change on the watchlist", () => {
  it("is a dash until trades at two prices give something to compare", () => {
    const changes = [null, ticker(), ticker(6_500_000), ticker(6_500_000, 6_500_000)].map((row) => watchRow(btcUsd, row).change);
    expect(changes).toEqual(["–", "–", "–", "–"]);
  });

  it("is told from the first trade on, also when the price has come back to it", () => {
    expect(watchRow(btcUsd, ticker(6_500_000, 6_565_000)).change).toBe("+1.00%");
    expect(watchRow(btcUsd, ticker(6_500_000, 6_565_000, 6_500_000)).change).toBe("0.00%");
  });
});
