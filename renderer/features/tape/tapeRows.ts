import type { TradeRow } from "../../../shared/views.ts";

/** A line of the tape: one trade, or all that one incoming order traded at once. */
export type TapeRow = TradeRow & {
  /** Ids of the trades that the line sums up. */
  readonly ids: readonly TradeRow["tradeId"][];
};

export type TapeFilter = {
  /** Lines of fewer lots are left out; a sum counts as what it sums up to. */
  readonly leastLots: number;
  /** One line for everything that one incoming order traded. */
  readonly byOrder: boolean;
};

/** Everything, trade by trade. */
export const everyTrade: TapeFilter = { leastLots: 0, byOrder: false };

/**
 * Trades as lines. All that one incoming order trades happens at one moment of the venue's clock and on one side, which is how its trades are
 * known to belong together; the line tells the last price that it reached. Newest last, with the newest trade's id.
 */
export function tapeRows(trades: readonly TradeRow[], { leastLots, byOrder }: TapeFilter): readonly TapeRow[] {
  const rows: TapeRow[] = [];
  for (const trade of trades) {
    const last = rows.at(-1);
    if (byOrder && last !== undefined && last.atUs === trade.atUs && last.takerSide === trade.takerSide) {
      // Sums of lots are lots.
      rows[rows.length - 1] = { ...trade, lots: (last.lots + trade.lots) as TradeRow["lots"], ids: [...last.ids, trade.tradeId] };
    } else rows.push({ ...trade, ids: [trade.tradeId] });
  }
  return leastLots === 0 ? rows : rows.filter(({ lots }) => lots >= leastLots);
}
