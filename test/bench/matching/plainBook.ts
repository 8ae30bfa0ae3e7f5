/** An order of a mix: integer ticks and lots, ids given by the generator. */
export type PlainOrder = { readonly id: number; readonly side: number; readonly ticks: number; left: number };

export const BUY = 0;
export const SELL = 1;

/** What every contender must end with: levels as side, ticks and lots, best bid first, then best ask first. */
export type Outcome = {
  readonly levels: readonly number[];
  readonly resting: number;
  readonly tradedLots: number;
  /** Over maker's id and lots of every fill in order. */
  readonly tradeHash: number;
};

/** FNV-1a over 32-bit integers. */
export class TradeHash {
  value = 0x811c9dc5;
  add(makerId: number, lots: number): void {
    this.value = Math.imul(this.value ^ makerId, 0x01000193);
    this.value = Math.imul(this.value ^ lots, 0x01000193);
  }
}

/** The plainest book that can be right: a sorted array of prices a side, an array of orders a price. It makes the mixes and is the judge of all contenders. */
export class PlainBook {
  readonly hash = new TradeHash();
  tradedLots = 0;
  readonly open = new Map<number, PlainOrder>();
  private readonly queues = [new Map<number, PlainOrder[]>(), new Map<number, PlainOrder[]>()] as const;
  /** Ascending. */
  private readonly prices: readonly [number[], number[]] = [[], []];

  best(side: number): number {
    return (side === BUY ? this.prices[BUY].at(-1) : this.prices[SELL][0]) ?? 0;
  }

  /** Matches within the bound and rests what is left, unless the order is a market order. Answers the ids of the makers it met. */
  take(order: PlainOrder, isMarket: boolean): number[] {
    const met: number[] = [];
    const against = 1 - order.side;
    while (order.left > 0) {
      const price = this.best(against);
      if (price === 0 || (!isMarket && (order.side === BUY ? price > order.ticks : price < order.ticks))) break;
      const maker = this.queue(against, price)[0]!;
      const lots = Math.min(order.left, maker.left);
      maker.left -= lots;
      order.left -= lots;
      this.tradedLots += lots;
      this.hash.add(maker.id, lots);
      met.push(maker.id);
      if (maker.left === 0) this.remove(maker);
    }
    if (order.left > 0 && !isMarket) this.rest(order);
    return met;
  }

  cancel(id: number): void {
    this.remove(this.open.get(id)!);
  }

  outcome(): Outcome {
    const levels: number[] = [];
    for (const side of [BUY, SELL]) {
      const prices = side === BUY ? this.prices[BUY].toReversed() : this.prices[SELL];
      for (const ticks of prices)
        levels.push(
          side,
          ticks,
          this.queue(side, ticks).reduce((sum, { left }) => sum + left, 0),
        );
    }
    return { levels, resting: this.open.size, tradedLots: this.tradedLots, tradeHash: this.hash.value };
  }

  private rest(order: PlainOrder): void {
    const queue = this.queues[order.side]!.get(order.ticks);
    this.open.set(order.id, order);
    if (queue !== undefined) {
      queue.push(order);
      return;
    }
    this.queues[order.side]!.set(order.ticks, [order]);
    const prices = this.prices[order.side]!;
    prices.splice(placeOf(prices, order.ticks), 0, order.ticks);
  }

  private remove(order: PlainOrder): void {
    const queue = this.queue(order.side, order.ticks);
    queue.splice(queue.indexOf(order), 1);
    this.open.delete(order.id);
    if (queue.length > 0) return;
    this.queues[order.side]!.delete(order.ticks);
    const prices = this.prices[order.side]!;
    prices.splice(placeOf(prices, order.ticks), 1);
  }

  private queue(side: number, ticks: number): PlainOrder[] {
    return this.queues[side]!.get(ticks)!;
  }
}

/** Where a price is, or would go, in an ascending array. */
function placeOf(prices: readonly number[], ticks: number): number {
  let low = 0;
  let high = prices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prices[middle]! < ticks) low = middle + 1;
    else high = middle;
  }
  return low;
}
