import { z } from "zod";
import type { Instrument } from "../../shared/catalog.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import { LEVEL_STRIDE } from "../../shared/views.ts";
import { LiveSocket } from "./liveSocket.ts";
import { isPrice, isQuantity, stepsIn, symbolOf } from "./venueWords.ts";

/** The venue drops a socket on which nothing moves for a minute. */
const SILENCE_MS = 30_000;

/** A public trade of the venue. */
type OutsideTrade = {
  readonly id: string;
  readonly atUs: number;
  readonly ticks: number;
  readonly lots: number;
  readonly takerBuys: boolean;
};

/** Where the venue's market data goes. Levels are ticks, lots, orders; the venue does not tell the orders, so they are 0. */
export type OutsideMarket = {
  readonly book: (instrumentId: InstrumentId, bids: Int32Array, asks: Int32Array) => void;
  /** Oldest first. After each connection the venue tells its last trades again. */
  readonly trades: (instrumentId: InstrumentId, trades: readonly OutsideTrade[]) => void;
  /** The stream lives: what was told last is still so. */
  readonly stillHolds: () => void;
};

const level = z.tuple([z.string(), z.string()]);
const depthSchema = z.object({
  symbol: z.string(),
  topic: z.literal("depth"),
  data: z.array(z.object({ b: z.array(level), a: z.array(level) })),
});
const tradeSchema = z.object({
  symbol: z.string(),
  topic: z.literal("trade"),
  data: z.array(z.object({ v: z.coerce.string(), t: z.coerce.number(), p: z.string(), q: z.string(), m: z.boolean() })),
});
const messageSchema = z.discriminatedUnion("topic", [depthSchema, tradeSchema]);

/**
 * Opens the stream of the venue's public data of some pairs: the whole book whenever it has changed, and trades. It is shown, and decides
 * nothing. Throws when it does not open.
 */
export async function openMarketStream(
  address: string,
  instruments: readonly Instrument[],
  { market, closed }: { readonly market: OutsideMarket; readonly closed: (why: string) => void },
): Promise<LiveSocket> {
  const bySymbol = new Map(instruments.map((instrument) => [symbolOf(instrument), instrument]));
  const socket = await LiveSocket.open(address, {
    name: "market data stream",
    silenceMs: SILENCE_MS,
    pingsInFrames: false,
    received: (text) => receive(text, bySymbol, market),
    closed,
  });
  const symbol = [...bySymbol.keys()].join(",");
  for (const topic of ["depth", "trade"]) socket.send({ symbol, topic, event: "sub", params: { binary: "false" } });
  return socket;
}

function receive(text: string, bySymbol: ReadonlyMap<string, Instrument>, market: OutsideMarket): void {
  const message = messageSchema.safeParse(jsonOf(text));
  // Pongs and acknowledgements say nothing of the market.
  if (!message.success) return;
  const instrument = bySymbol.get(message.data.symbol);
  if (instrument === undefined) return;
  const { instrumentId } = instrument;
  if (message.data.topic === "depth") {
    const newest = message.data.data.at(-1);
    if (newest !== undefined) market.book(instrumentId, levelsOf(newest.b, instrument), levelsOf(newest.a, instrument));
    return;
  }
  market.trades(
    instrumentId,
    message.data.data.flatMap(({ m, p, q, t, v }) => {
      const ticks = stepsIn(p, instrument.tickSize);
      const lots = stepsIn(q, instrument.lotSize);
      // The buyer was the maker where the taker sold.
      return !isPrice(ticks) || !isQuantity(lots) || !Number.isSafeInteger(t * 1_000)
        ? []
        : [{ id: v, atUs: t * 1_000, ticks, lots, takerBuys: !m }];
    }),
  );
}

function levelsOf(levels: readonly (readonly [string, string])[], instrument: Instrument): Int32Array {
  const into = new Int32Array(levels.length * LEVEL_STRIDE);
  let at = 0;
  for (const [price, quantity] of levels) {
    const ticks = stepsIn(price, instrument.tickSize);
    const lots = stepsIn(quantity, instrument.lotSize);
    // A level in steps that are not ours, or of more than a row holds, cannot be shown truly.
    if (!isPrice(ticks) || !isQuantity(lots)) continue;
    into[at] = ticks;
    into[at + 1] = lots;
    at += LEVEL_STRIDE;
  }
  return into.subarray(0, at);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
