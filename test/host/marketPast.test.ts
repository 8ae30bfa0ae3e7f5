import { describe, expect, it } from "vitest";
import { depthColumns } from "../../shared/depthHistory.ts";
import { PACKED_TRADE_STRIDE, packedTradeSlots, type QueuePlace } from "../../shared/views.ts";
import { ALPHA, BRAVO, BTC_USD } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order, type TestClient } from "./testClient.ts";

const PRICE = 6_500_000;

/** Newest place of each order that the client was told of. */
function places(client: TestClient): ReadonlyMap<number, QueuePlace> {
  return new Map(client.frames().flatMap(({ queues }) => (queues ?? []).map((place) => [place.orderId, place] as const)));
}

async function accepted(client: TestClient, fields: Parameters<typeof order>[0]): Promise<number> {
  const { orderId } = await client.submit(order(fields));
  if (orderId === null) throw new Error("the order was denied");
  return orderId;
}

async function askForQueues(client: TestClient): Promise<void> {
  client.say({ type: "subscribe", instrumentIds: [BTC_USD], depthLevels: 20, candles: [], queues: true });
  await eventually(() => client.frames().some(({ snapshot }) => snapshot), "a snapshot");
}

describe("GW-63 queue places", () => {
  it("GW-63 tells what stands before each own order, anew whenever it changes, and nothing of others' orders", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk");
    const maker = await connect(host, "maker", { operator: true });
    await askForQueues(desk);
    await askForQueues(maker);
    const first = await accepted(desk, { accountId: ALPHA, limitTicks: PRICE, lots: 100 });
    const second = await accepted(desk, { accountId: BRAVO, limitTicks: PRICE, lots: 50 });
    const third = await accepted(desk, { accountId: ALPHA, limitTicks: PRICE, lots: 70 });
    await eventually(() => places(desk).has(third), "the third order's place");
    expect([first, second, third].map((id) => places(desk).get(id))).toMatchObject([
      { aheadOrders: 0, aheadLots: 0 },
      { aheadOrders: 1, aheadLots: 100 },
      { aheadOrders: 2, aheadLots: 150 },
    ]);
    await desk.submit({ type: "CancelOrder", accountId: ALPHA, orderId: first });
    await eventually(() => places(desk).get(third)?.aheadOrders === 1, "the third order moving up");
    expect([second, third].map((id) => places(desk).get(id))).toMatchObject([
      { aheadOrders: 0, aheadLots: 0 },
      { aheadOrders: 1, aheadLots: 50 },
    ]);
    expect(places(maker).size).toBe(0);
  });

  it("GW-63 a client that did not ask is told nothing", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk");
    await desk.subscribe();
    await accepted(desk, { accountId: ALPHA, limitTicks: PRICE });
    await eventually(() => desk.frames().some(({ orders }) => orders.length > 0), "the order");
    expect(desk.frames().every(({ queues }) => queues === undefined)).toBe(true);
  });
});

describe("GW-64 past trades", () => {
  it("GW-64 pages go back from the newest, ascending within a page", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk");
    for (let n = 0; n < 7; n += 1) {
      await accepted(desk, { accountId: BRAVO, side: "sell", limitTicks: PRICE + n, lots: 50 });
      await accepted(desk, { accountId: ALPHA, side: "buy", limitTicks: PRICE + n, lots: 50 });
    }
    const page = async (beforeId: number | null): Promise<number[][]> => {
      const { trades } = await desk.query({ type: "trades", instrumentId: BTC_USD, beforeId, limit: 4 });
      return Array.from({ length: trades.length / PACKED_TRADE_STRIDE }, (_, n) =>
        Array.from(trades.subarray(n * PACKED_TRADE_STRIDE, (n + 1) * PACKED_TRADE_STRIDE)),
      );
    };
    const newest = await page(null);
    const older = await page(newest[0]?.[packedTradeSlots.tradeId] ?? 0);
    expect([...older, ...newest].map((row) => row[packedTradeSlots.ticks])).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => PRICE + n));
    expect([...older, ...newest].every((row) => row[packedTradeSlots.takerSide] === 0 && row[packedTradeSlots.lots] === 50)).toBe(true);
    expect(await page(older[0]?.[packedTradeSlots.tradeId] ?? 0)).toEqual([]);
  });

  it("GW-64 an instrument that does not exist is refused with its name", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk");
    for (const query of [
      { type: "trades", instrumentId: 99, beforeId: null, limit: 4 },
      { type: "depthHistory", instrumentId: 99, beforeUs: null, minutes: 4 },
    ]) {
      expect(await desk.refused({ type: "query", query })).toMatchObject({
        code: "QUERY_INVALID",
        field: "query.instrumentId",
        value: "99",
      });
    }
  });
});

const byPrice = ([a]: readonly [number, number], [b]: readonly [number, number]): number => a - b;

describe("GW-65 the past of a book", () => {
  it("GW-65 shows the book as it was, column by column", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk");
    const look = async (): Promise<readonly (readonly [number, number])[]> => {
      const { minutes, complete } = await desk.query({ type: "depthHistory", instrumentId: BTC_USD, beforeUs: null, minutes: 60 });
      expect(complete).toBe(true);
      const levels = minutes.flatMap(depthColumns).at(-1)?.levels ?? new Int32Array();
      return Array.from({ length: levels.length / 2 }, (_, n) => [levels[n * 2] ?? 0, levels[n * 2 + 1] ?? 0] as const);
    };
    await accepted(desk, { accountId: ALPHA, limitTicks: PRICE, lots: 100 });
    // The look before this one may have been taken less than half a second ago; another command brings the next.
    const shows = async (book: readonly (readonly [number, number])[]): Promise<void> => {
      await expect
        .poll(
          async () => {
            await desk.submit({ type: "CancelAllOrders", accountId: BRAVO, instrumentId: null });
            return (await look()).toSorted(byPrice);
          },
          { timeout: 15_000 },
        )
        .toEqual(book.toSorted(byPrice));
    };
    await shows([[PRICE, 100]]);
    const sell = await accepted(desk, { accountId: ALPHA, side: "sell", limitTicks: PRICE + 500, lots: 70 });
    await shows([
      [PRICE, 100],
      [-(PRICE + 500), 70],
    ]);
    await desk.submit({ type: "CancelOrder", accountId: ALPHA, orderId: sell });
    await shows([[PRICE, 100]]);
    const { minutes } = await desk.query({ type: "depthHistory", instrumentId: BTC_USD, beforeUs: null, minutes: 60 });
    const times = minutes.flatMap(({ timesUs }) => [...timesUs]);
    expect(times.length).toBeGreaterThanOrEqual(3);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});
