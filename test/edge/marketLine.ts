import { MessageChannel, type MessagePort } from "node:worker_threads";
import { onTestFinished } from "vitest";
import { Exchange } from "../../engine/edge/hashkey/exchange.ts";
import type { PairMarket } from "../../engine/edge/hashkey/marketView.ts";
import { accountSchema, assetSchema, instrumentSchema } from "../../shared/catalog.ts";
import type { EpochUs, Seq, TradeId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { ClientMessage, HostMessage, Query, QueryResult } from "../../shared/protocol.ts";
import { emptyFrame, type CandleRow, type Frame, type TradeRow } from "../../shared/views.ts";
import { eventually } from "../host/tempFolder.ts";

export const MINUTE_US = 60_000_000;
const asset = (assetId: number, code: string, decimals: number) => assetSchema.parse({ assetId, code, decimals });
const INSTRUMENT = instrumentSchema.parse({
  instrumentId: 1,
  symbol: "BTC/USD",
  baseAssetId: 2,
  quoteAssetId: 1,
  tickSize: "0.01",
  lotSize: "0.00001",
  baseUnitsPerLot: 1_000,
  quoteUnitsPerTickLot: 1,
  minLots: 1,
  maxLots: 1_000_000,
  marketMaxLots: 1_000_000,
  minNotional: 0,
  priceBandPpm: 100_000,
  makerFeePpm: 0,
  takerFeePpm: 0,
});

export const CATALOG = {
  assets: [asset(1, "USD", 7), asset(2, "BTC", 8)],
  instruments: [INSTRUMENT],
  accounts: [accountSchema.parse({ accountId: 2, code: "ALPHA", name: "Alpha", owner: "desk", clientClass: "house", receivesFees: false })],
};

export function tradeOf(tradeId: number, atUs: number, ticks: number, lots: number): TradeRow {
  return {
    tradeId: tradeId as TradeId,
    instrumentId: INSTRUMENT.instrumentId,
    atUs: atUs as EpochUs,
    ticks: ticks as PriceTicks,
    lots: lots as QtyLots,
    takerSide: "buy",
  };
}

export function barOf(openUs: number, ticks: number, volumeLots: number): CandleRow {
  const price = ticks as PriceTicks;
  return {
    instrumentId: INSTRUMENT.instrumentId,
    intervalSeconds: 60,
    openUs: openUs as EpochUs,
    open: price,
    high: price,
    low: price,
    close: price,
    volumeLots,
    source: "trades",
  };
}

export function frameOf(more: Partial<Frame>): Frame {
  return { ...emptyFrame(0 as Seq, 1 as Seq), ...more };
}

/** The engine's end of the line over which the venue's interface sees the market: a test says what comes over it, and when. */
export class MarketLine {
  readonly exchange: Exchange;
  readonly asked: { readonly requestId: number; readonly query: Query }[] = [];
  readonly #port: MessagePort;
  #seq = 0;

  private constructor(lineWanted: (owner: string) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on("message", (messages: readonly ClientMessage[]) => {
      for (const message of messages) if (message.type === "query") this.asked.push(message);
    });
    this.exchange = new Exchange(port2, lineWanted);
    onTestFinished(() => port1.close());
  }

  /** An interface that knows one pair, and what traded before it began. */
  static async open(
    setting: { readonly trades?: readonly TradeRow[]; readonly lineWanted?: (owner: string) => void } = {},
  ): Promise<MarketLine> {
    const line = new MarketLine(setting.lineWanted ?? (() => undefined));
    line.say(line.frame(setting.trades ?? [], { snapshot: true, catalog: CATALOG }));
    await eventually(() => line.exchange.market.pairs.length === 1, "the pair is known");
    return line;
  }

  get pair(): PairMarket {
    return this.exchange.market.pairs[0]!;
  }

  /** A frame that continues the one before, with these trades. */
  frame(trades: readonly TradeRow[], more: Partial<Frame> = {}): HostMessage {
    const fromSeq = this.#seq as Seq;
    this.#seq += 1;
    return { type: "frame", frame: frameOf({ fromSeq, toSeq: this.#seq as Seq, trades, ...more }) };
  }

  /** Ends the line as the host does. */
  cut(): void {
    this.#port.close();
  }

  /** What the host posts in one turn goes over as one message. */
  say(...messages: readonly HostMessage[]): void {
    this.#port.postMessage(messages);
  }

  /** The first query of this kind that has not been answered. */
  async query(type: Query["type"]): Promise<(result: QueryResult) => HostMessage> {
    const { requestId } = await eventually(() => this.asked.find(({ query }) => query.type === type), `the question for ${type}`);
    this.asked.splice(
      this.asked.findIndex((one) => one.requestId === requestId),
      1,
    );
    return (result) => ({ type: "result", requestId, result });
  }
}
