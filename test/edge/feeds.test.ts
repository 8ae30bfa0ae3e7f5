import { describe, expect, it } from "vitest";
import { flowBetween } from "../../engine/edge/hashkey/marketView.ts";
import { KlineFeed, TradeFeed, type Feed } from "../../engine/edge/hashkey/streams/channels.ts";
import type { Seq } from "../../shared/ids.ts";
import { PACKED_TRADE_STRIDE } from "../../shared/views.ts";
import { eventually } from "../host/tempFolder.ts";
import { barOf, CATALOG, MarketLine, MINUTE_US, tradeOf } from "./marketLine.ts";

const items = (data: readonly unknown[] | null): readonly Readonly<Record<string, unknown>>[] =>
  (data ?? []) as readonly Readonly<Record<string, unknown>>[];

function hear(line: MarketLine, feed: Feed): void {
  line.exchange.market.listen({
    traded: (_market, trade) => feed.traded?.(trade),
    bookChanged: () => undefined,
    interrupted: () => feed.interrupted?.(),
  });
}

describe("GW-28 what topics tell", () => {
  it("GW-28 a bar holds the trade that came in one message with the engine's answer", async () => {
    const line = await MarketLine.open();
    const feed = new KlineFeed(line.pair, line.exchange, "1m");
    hear(line, feed);
    // Before the answer: the engine has counted it already.
    line.say(line.frame([tradeOf(2, MINUTE_US, 100, 5)]));
    const answer = await line.query("candles");
    line.say(answer({ type: "candles", candles: [barOf(MINUTE_US, 100, 5)] }), line.frame([tradeOf(3, MINUTE_US + 1, 120, 7)]));
    await eventually(() => feed.snapshot() !== null, "the bar");
    expect(items(feed.snapshot())).toMatchObject([{ v: "0.00012", h: "1.2", c: "1.2" }]);
  });

  it("GW-28 a topic of bars that began before the first trade ever tells that trade", async () => {
    const line = await MarketLine.open();
    const feed = new KlineFeed(line.pair, line.exchange, "1m");
    hear(line, feed);
    const answer = await line.query("candles");
    line.say(answer({ type: "candles", candles: [] }));
    line.say(line.frame([tradeOf(3, MINUTE_US, 100, 7)]));
    await eventually(() => feed.snapshot() !== null, "the bar");
    expect(items(feed.snapshot())).toMatchObject([{ o: "1", v: "0.00007" }]);
  });

  it("GW-28 a bar whose trades were lost on the way is taken from the engine again", async () => {
    const line = await MarketLine.open();
    const feed = new KlineFeed(line.pair, line.exchange, "1m");
    hear(line, feed);
    const first = await line.query("candles");
    line.say(first({ type: "candles", candles: [barOf(MINUTE_US, 100, 5)] }));
    await eventually(() => feed.snapshot() !== null, "the bar");
    line.frame([tradeOf(2, MINUTE_US + 1, 120, 1)]);
    line.say(line.frame([tradeOf(3, MINUTE_US + 2, 110, 1)]), line.frame([], { snapshot: true, catalog: CATALOG }));
    const second = await line.query("candles");
    line.say(second({ type: "candles", candles: [barOf(MINUTE_US, 120, 7)] }), line.frame([tradeOf(4, MINUTE_US + 3, 120, 2)]));
    await eventually(() => items(feed.snapshot())[0]?.["h"] === "1.2", "the bar anew");
    expect(items(feed.snapshot())).toMatchObject([{ v: "0.00009" }]);
  });

  it("GW-28 whoever begins between two updates hears each trade once", async () => {
    const line = await MarketLine.open({ trades: [tradeOf(1, 0, 100, 1)] });
    const feed = new TradeFeed(line.pair);
    hear(line, feed);
    line.say(line.frame([tradeOf(2, 1, 100, 1), tradeOf(3, 2, 100, 1)]));
    await eventually(() => line.pair.trades.length === 3, "the trades");
    const heard = [...items(feed.snapshot()), ...items(feed.update())].map(({ v }) => v);
    expect(heard).toEqual(["1", "2", "3"]);
  });
});

describe("GW-38 bars and their trades", () => {
  it("GW-38 trades that came while the past was read count once, however many", async () => {
    const line = await MarketLine.open();
    const answer = await line.query("trades");
    const rows = Array.from({ length: 500 }, (_, at) => tradeOf(at + 1, MINUTE_US + at, 100, 1));
    line.say(line.frame(rows));
    const packed = Float64Array.from(rows.flatMap(({ tradeId, atUs, ticks, lots }) => [tradeId, atUs, ticks, lots, 0]));
    expect(packed.length).toBe(rows.length * PACKED_TRADE_STRIDE);
    line.say(answer({ type: "trades", trades: packed }));
    await eventually(() => line.pair.flowFromUs === MINUTE_US, "the past");
    expect(flowBetween(line.pair, MINUTE_US, 2 * MINUTE_US)?.trades).toBe(500);
  });

  it("GW-38 trades that were lost on the way are read from the past, though the reading before was under way", async () => {
    const line = await MarketLine.open({ trades: [tradeOf(1, MINUTE_US, 100, 1)] });
    const rows = Array.from({ length: 4 }, (_, at) => tradeOf(at + 1, MINUTE_US + at, 100, 1));
    const past = (count: number): Float64Array =>
      Float64Array.from(rows.slice(0, count).flatMap(({ tradeId, atUs, ticks, lots }) => [tradeId, atUs, ticks, lots, 0]));
    const early = await line.query("trades");
    line.frame(rows.slice(1, 2));
    line.say(line.frame(rows.slice(2, 3)), line.frame([], { snapshot: true, catalog: CATALOG }));
    const late = await line.query("trades");
    line.say(early({ type: "trades", trades: past(1) }), late({ type: "trades", trades: past(3) }), line.frame(rows.slice(3)));
    await eventually(() => line.pair.flowFromUs === MINUTE_US, "the past");
    expect(flowBetween(line.pair, MINUTE_US, 2 * MINUTE_US)?.trades).toBe(4);
  });

  it("GW-38 a reading that another one replaces asks for nothing more", async () => {
    const line = await MarketLine.open({ trades: [tradeOf(20_000, MINUTE_US, 100, 1)] });
    const early = await line.query("trades");
    line.say(line.frame([], { snapshot: true, catalog: CATALOG, fromSeq: 9 as Seq, toSeq: 9 as Seq }));
    const gap = { fromSeq: 12 as Seq, toSeq: 13 as Seq };
    line.say(line.frame([], gap), line.frame([], { snapshot: true, catalog: CATALOG, toSeq: 13 as Seq }));
    const late = await line.query("trades");
    const page = new Float64Array(10_000 * PACKED_TRADE_STRIDE).map((_, at) => (at % PACKED_TRADE_STRIDE === 0 ? 1 + at : MINUTE_US));
    line.say(early({ type: "trades", trades: page }), late({ type: "trades", trades: new Float64Array(0) }));
    line.say(line.frame([tradeOf(20_001, 2 * MINUTE_US, 100, 1)], { fromSeq: 13 as Seq, toSeq: 14 as Seq }));
    await eventually(() => line.pair.trades.length === 2, "the trade behind the answers");
    expect(line.asked.filter(({ query }) => query.type === "trades")).toEqual([]);
  });
});
