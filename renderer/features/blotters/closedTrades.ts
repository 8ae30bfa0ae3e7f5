import type { AccountId, EpochUs, InstrumentId, TradeId } from "../../../shared/ids.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import type { Side } from "../../../shared/orders.ts";
import type { FillRow } from "../../../shared/views.ts";

/** A fill that closed a position or a part of one, and what that made. Money in quote units, gross of fees; statistics, not balances. */
export type ClosedTrade = {
  readonly key: string;
  readonly tradeId: TradeId;
  readonly atUs: EpochUs;
  readonly accountId: AccountId;
  readonly instrumentId: InstrumentId;
  /** Side of the position that was closed. */
  readonly was: "long" | "short";
  readonly lots: number;
  readonly entryTicks: number;
  readonly exitTicks: PriceTicks;
  readonly profit: number;
  /** Of this fill, in proportion to what it closed. */
  readonly fee: number;
};

type Open = { net: number; /** Ticks × lots of the open quantity. */ cost: number };

/** Follows fills in their order, at average cost: what a fill adds changes the cost, what it takes off is closed. */
export class ClosedTrades {
  readonly #open = new Map<string, Open>();
  readonly #quoteUnits: (id: InstrumentId) => number;

  /** `quoteUnits`: quote units of one tick and lot of an instrument. */
  constructor(quoteUnits: (id: InstrumentId) => number) {
    this.#quoteUnits = quoteUnits;
  }

  clear(): void {
    this.#open.clear();
  }

  /** The closings among these fills, which come next in order. */
  add(fills: Iterable<FillRow>): readonly ClosedTrade[] {
    const closed: ClosedTrade[] = [];
    for (const fill of fills) {
      const trade = this.#take(fill);
      if (trade !== null) closed.push(trade);
    }
    return closed;
  }

  #take(fill: FillRow): ClosedTrade | null {
    const { accountId, instrumentId, lots, side, ticks } = fill;
    const key = `${accountId}:${instrumentId}`;
    const open = this.#open.get(key) ?? { net: 0, cost: 0 };
    this.#open.set(key, open);
    const sign = signOf(side);
    if (open.net === 0 || Math.sign(open.net) === sign) {
      open.net += sign * lots;
      open.cost += ticks * lots;
      return null;
    }
    const closedLots = Math.min(Math.abs(open.net), lots);
    const entryTicks = open.cost / Math.abs(open.net);
    const profit = (ticks - entryTicks) * closedLots * -sign * this.#quoteUnits(instrumentId);
    const was = open.net > 0 ? "long" : "short";
    open.cost -= entryTicks * closedLots;
    open.net += sign * lots;
    // What goes beyond zero opens a position on the other side at this price.
    if (Math.sign(open.net) === sign) open.cost = ticks * Math.abs(open.net);
    else if (open.net === 0) open.cost = 0;
    return {
      key: `${fill.tradeId}:${fill.orderId}`,
      tradeId: fill.tradeId,
      atUs: fill.atUs,
      accountId,
      instrumentId,
      was,
      lots: closedLots,
      entryTicks,
      exitTicks: ticks,
      profit: Math.round(profit),
      fee: Math.round((fill.fee * closedLots) / lots),
    };
  }
}

function signOf(side: Side): 1 | -1 {
  return side === "buy" ? 1 : -1;
}
