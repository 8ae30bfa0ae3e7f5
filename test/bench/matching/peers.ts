import { invariant } from "../../../shared/assert.ts";
import { Order, OrderBook as StoxxiBook, Side as StoxxiSide } from "@stoxxi/orderbook";
import { OrderBook as NodejsBook, Side as NodejsSide } from "nodejs-order-book";
import type { Contender } from "./contender.ts";
import { BUY, CANCEL, MARKET, REPLACE } from "./mixes.ts";
import { SELL, TradeHash, type Outcome } from "./plainBook.ts";

type NodejsOptions = { readonly id: string; readonly side: NodejsSide; readonly size: number; readonly price: number };

export const nodejsOrderBook: Contender = {
  name: "nodejs-order-book 10.1.1",
  prepare: (mix) => {
    const book = new NodejsBook();
    const hash = new TradeHash();
    const texts = Array.from(mix.id.subarray(0, mix.count), String);
    const replaced = Array.from(mix.replacedId.subarray(0, mix.count), String);
    const options = texts.map((id, n): NodejsOptions => ({
      id,
      side: mix.side[n] === BUY ? NodejsSide.BUY : NodejsSide.SELL,
      size: mix.lots[n]!,
      price: mix.ticks[n]!,
    }));
    let tradedLots = 0;
    const note = (result: ReturnType<NodejsBook["limit"]>, id: string): void => {
      if (result.err !== null) throw result.err;
      for (const done of result.done) {
        if (done.id === id) continue;
        hash.add(Number(done.id), done.size);
        tradedLots += done.size;
      }
      const { partial, partialQuantityProcessed } = result;
      if (partial !== null && partial.id !== id) {
        hash.add(Number(partial.id), partialQuantityProcessed);
        tradedLots += partialQuantityProcessed;
      }
    };
    return {
      apply: (from, to) => {
        const { kind } = mix;
        for (let n = from; n < to; n += 1) {
          const operation = kind[n];
          if (operation === CANCEL) {
            book.cancel(texts[n]!);
            continue;
          }
          if (operation === REPLACE) book.cancel(replaced[n]!);
          const { id, side, size } = options[n]!;
          note(operation === MARKET ? book.market({ side, size }) : book.limit(options[n]!), id);
        }
      },
      outcome: () => {
        const [asks, bids] = book.depth();
        const { bids: bidOrders, asks: askOrders } = book.snapshot();
        return {
          ...levelsOf(bids, asks),
          resting: [...bidOrders, ...askOrders].reduce((sum, { orders }) => sum + orders.length, 0),
          tradedLots,
          tradeHash: hash.value,
        };
      },
    };
  },
};

export const stoxxiOrderBook: Contender = {
  name: "@stoxxi/orderbook 1.1.2",
  prepare: (mix) => {
    const book = StoxxiBook.create("BENCH", { pricePrecision: 0, quantityPrecision: 0, tickSize: "1" });
    const hash = new TradeHash();
    let tradedLots = 0;
    // What the others report by themselves: every order's acceptance, fills and cancellation.
    let reported = 0;
    const report = (): void => void (reported += 1);
    book.setOrderListener({
      onAccept: report,
      onReject: (_order, _code, text) => invariant(false, text),
      onFill: report,
      onCancel: report,
      onCancelReject: (_order, _code, text) => invariant(false, text),
      onReplace: report,
      onReplaceReject: (_order, _code, text) => invariant(false, text),
    });
    book.setTradeListener({
      onTrade: (_book, trade) => {
        hash.add(Number(trade.makingOrderId), Number(trade.matchQuantity));
        tradedLots += Number(trade.matchQuantity);
      },
    });
    const sids = Array.from(mix.id.subarray(0, mix.count), BigInt);
    const replaced = Array.from(mix.replacedId.subarray(0, mix.count), BigInt);
    const clientIds = sids.map(String);
    const sides = Array.from(mix.side.subarray(0, mix.count), (side) => (side === BUY ? StoxxiSide.BUY : StoxxiSide.SELL));
    // A market order is one without a price.
    const prices = Array.from(mix.ticks.subarray(0, mix.count), BigInt);
    const quantities = Array.from(mix.lots.subarray(0, mix.count), BigInt);
    return {
      apply: (from, to) => {
        const { kind } = mix;
        for (let n = from; n < to; n += 1) {
          const operation = kind[n];
          if (operation === CANCEL) {
            book.cancel(sids[n]!, n);
            continue;
          }
          if (operation === REPLACE) book.cancel(replaced[n]!, n);
          // Its order is the node that rests in its book, as our engine's is a row of a pool: both are made while the clock runs.
          const order = new Order(clientIds[n]!, sides[n]!, prices[n]!, quantities[n]!);
          order.serverOrderId = sids[n]!;
          book.add(order, n);
        }
      },
      outcome: () => {
        invariant(reported > 0 || mix.count === 0, "the book reported nothing");
        const levels = new Map<string, number>();
        let resting = 0;
        for (const { side, price, openQuantity } of book.iterateRestingOrders()) {
          const key = `${side === StoxxiSide.BUY ? BUY : SELL}/${price}`;
          levels.set(key, (levels.get(key) ?? 0) + Number(openQuantity));
          resting += 1;
        }
        const ofSide = (wanted: number): [number, number][] =>
          [...levels].flatMap(([key, lots]): [number, number][] => {
            const [side, ticks] = key.split("/").map(Number);
            return side === wanted ? [[ticks!, lots]] : [];
          });
        return { ...levelsOf(ofSide(BUY), ofSide(SELL)), resting, tradedLots, tradeHash: hash.value };
      },
    };
  },
};

function levelsOf(bids: readonly (readonly [number, number])[], asks: readonly (readonly [number, number])[]): Pick<Outcome, "levels"> {
  const sorted = [
    ...bids.toSorted(([a], [b]) => b - a).flatMap(([ticks, lots]) => [BUY, ticks, lots]),
    ...asks.toSorted(([a], [b]) => a - b).flatMap(([ticks, lots]) => [SELL, ticks, lots]),
  ];
  return { levels: sorted };
}
