import { describe, expect, it } from "vitest";
import type { CandleRow, Frame, OrderRow } from "../../shared/views.ts";
import { ALPHA, BRAVO, BTC_USD } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order, type TestClient } from "./testClient.ts";

/** Trades `count` times at rising prices. */
async function trade(client: TestClient, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await client.submit(order({ accountId: BRAVO, side: "sell", limitTicks: 6_500_000 + n, lots: 50 }));
    await client.submit(order({ accountId: ALPHA, side: "buy", limitTicks: 6_500_000 + n, lots: 50 }));
  }
}

/** Waits until the client's frames reach the sequence. */
async function reach(client: TestClient, seq: number): Promise<readonly Frame[]> {
  await eventually(() => (client.frames().at(-1)?.toSeq ?? 0) >= seq, `a frame up to ${seq}`);
  return client.frames();
}

describe("GW-8 frames", () => {
  it("GW-8 continue each other without gap, and every order, trade and fill arrives once", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    await client.subscribe();
    await trade(client, 60);
    const frames = await reach(client, (await client.stateHash()).seq);
    for (let n = 1; n < frames.length; n += 1) expect(frames[n]?.fromSeq).toBe(frames[n - 1]?.toSeq);
    expect(frames.slice(1).every(({ snapshot, catalog }) => !snapshot && catalog === null)).toBe(true);
    const trades = frames.flatMap((frame) => frame.trades).map(({ tradeId }) => tradeId);
    expect(trades).toHaveLength(60);
    expect(new Set(trades).size).toBe(60);
    expect(trades).toEqual(trades.toSorted((a, b) => a - b));
    expect(frames.flatMap(({ fills }) => fills)).toHaveLength(120);
    const last = new Map(frames.flatMap(({ orders }) => orders).map((row) => [row.seq, row.status]));
    expect([...last.values()]).toEqual(Array.from({ length: 120 }, () => "filled"));
  });

  it("GW-8 the state that frames build up is the snapshot that a newcomer gets", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    const topics = { candles: [{ instrumentId: BTC_USD, intervalSeconds: 60 }] };
    await client.subscribe(topics);
    await trade(client, 25);
    await client.submit(order({ accountId: ALPHA, limitTicks: 6_400_000, lots: 77 }));
    const { seq } = await client.stateHash();
    await reach(client, seq);
    const newcomer = await connect(host, "desk", { session: "newcomer" });
    const fresh = await newcomer.subscribe(topics);
    const built = build(client.frames());
    expect(built).toEqual(build([fresh]));
    expect(built.orders.length).toBe(51);
  });

  it("GW-8 a client that asks to resync gets a snapshot, and goes on from there", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    await client.subscribe();
    await trade(client, 3);
    await reach(client, (await client.stateHash()).seq);
    client.say({ type: "resync" });
    const snapshot = await eventually(
      () =>
        client
          .frames()
          .slice(1)
          .find((frame) => frame.snapshot),
      "a second snapshot",
    );
    expect(snapshot).toMatchObject({ toSeq: (await client.stateHash()).seq });
    await trade(client, 1);
    const frames = await reach(client, (await client.stateHash()).seq);
    expect(frames[frames.indexOf(snapshot) + 1]?.fromSeq).toBe(snapshot.toSeq);
  });

  it("GW-8 come at most every 16 ms, and the first one at once", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    await client.subscribe();
    const before = client.frames().length;
    const startMs = performance.now();
    await trade(client, 150);
    const elapsedMs = performance.now() - startMs;
    await reach(client, (await client.stateHash()).seq);
    const sent = client.frames().length - before;
    expect(sent).toBeLessThanOrEqual(Math.ceil(elapsedMs / 16) + 2);
    expect(sent).toBeGreaterThan(1);
  });

  it("GW-8 a client that says what it has seen is not sent more than it can take, and gets a snapshot when it is back", async () => {
    const { host } = await runHost(tempFolder());
    const slow = await connect(host, "desk", { session: "slow" });
    const quick = await connect(host, "desk", { session: "quick" });
    const first = await slow.subscribe();
    await quick.subscribe();
    slow.say({ type: "seen", toSeq: first.toSeq });
    for (let n = 0; quick.frames().length < 200 && n < 3_000; n += 1)
      await quick.submit(order({ accountId: ALPHA, limitTicks: 3_000_000 + n, lots: 60 }));
    expect(slow.frames().length).toBeLessThan(130);
    expect(quick.frames().length).toBeGreaterThanOrEqual(200);
    const { seq } = await quick.stateHash();
    slow.say({ type: "seen", toSeq: seq });
    const caughtUp = await eventually(
      () =>
        slow
          .frames()
          .slice(1)
          .find(({ snapshot }) => snapshot),
      "a snapshot after the pause",
    );
    expect(caughtUp.toSeq).toBe(seq);
  }, 60_000);

  it("GW-8 bars that end between two frames arrive whole", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk", { operator: true });
    await client.subscribe({ candles: [{ instrumentId: BTC_USD, intervalSeconds: 1 }] });
    await client.operate({ type: "setClockSpeed", speed: 500 });
    await trade(client, 40);
    await reach(client, (await client.stateHash()).seq);
    const { candles } = await client.query({ type: "candles", instrumentId: BTC_USD, intervalSeconds: 1, beforeUs: null, limit: 5_000 });
    const heard = new Map(
      client
        .frames()
        .flatMap((frame) => frame.candles)
        .map((row) => [row.openUs, row]),
    );
    expect(candles.filter(({ source }) => source === "trades").map((row) => heard.get(row.openUs))).toEqual(
      candles.filter(({ source }) => source === "trades"),
    );
    expect(heard.size).toBeGreaterThan(5);
  });
});

describe("GW-11 queries", () => {
  it("GW-11 page through orders and fills newest first, further back than memory reaches", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    // More finished orders than are kept: each order is refused at once.
    const total = 10_600;
    for (let n = 0; n < total; n += 1) {
      client.say({ type: "submit", requestId: 100_000 + n, command: order({ accountId: ALPHA, lots: 1 }) });
      if (n % 1_000 === 999) await eventually(() => client.heard.filter(({ type }) => type === "outcome").length > n - 100, "outcomes");
    }
    await eventually(() => client.heard.filter(({ type }) => type === "outcome").length === total, "all outcomes");
    const paged: number[] = [];
    for (let beforeSeq: number | null = null; ;) {
      const { orders }: { readonly orders: readonly OrderRow[] } = await client.query({ type: "orders", beforeSeq, limit: 4_000 });
      paged.push(...orders.map(({ seq }) => seq));
      if (orders.length < 4_000) break;
      beforeSeq = orders.at(-1)?.seq ?? null;
    }
    expect(paged).toHaveLength(total);
    expect(paged).toEqual(paged.toSorted((a, b) => b - a));
    expect(new Set(paged).size).toBe(total);
    const before = client.errors().length;
    for (let n = 0; n < 20; n += 1)
      client.say({ type: "query", requestId: 500 + n, query: { type: "orders", beforeSeq: paged.at(-20) ?? null, limit: 10 } });
    await eventually(
      () =>
        client.heard.filter((message) => "requestId" in message && (message.requestId ?? 0) >= 500 && (message.requestId ?? 0) < 520)
          .length === 20,
      "20 answers",
    );
    const busy = client.errors().slice(before);
    expect(busy.map(({ code }) => code)).toEqual(["ENGINE_BUSY", "ENGINE_BUSY", "ENGINE_BUSY", "ENGINE_BUSY"]);
  }, 60_000);

  it("GW-11 an unknown instrument is QUERY_INVALID", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    expect(
      await client.refused({ type: "query", query: { type: "candles", instrumentId: 3, intervalSeconds: 60, beforeUs: null, limit: 1 } }),
    ).toMatchObject({
      code: "QUERY_INVALID",
      field: "query.instrumentId",
    });
  });
});

type Built = {
  orders: readonly object[];
  balances: readonly object[];
  positions: readonly object[];
  fills: readonly object[];
  trades: readonly object[];
  books: readonly object[];
  tickers: readonly object[];
  candles: readonly object[];
};

/** What a client has after applying frames: the newest of each row, all of each event. */
function build(frames: readonly Frame[]): Built {
  const newest = <Row extends object>(rows: readonly Row[], key: (row: Row) => string): Row[] =>
    [...new Map(rows.map((row) => [key(row), row])).entries()]
      .toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
      .map(([, row]) => row);
  const all = <Key extends keyof Frame>(key: Key): Extract<Frame[Key], readonly unknown[]>[number][] =>
    frames.flatMap((frame) => [...(frame[key] as Extract<Frame[Key], readonly unknown[]>)]);
  return {
    orders: newest(all("orders"), ({ seq }) => `${seq}`),
    balances: newest(all("balances"), ({ accountId, assetId }) => `${accountId}:${assetId}`),
    positions: newest(all("positions"), ({ accountId, instrumentId }) => `${accountId}:${instrumentId}`),
    fills: newest(all("fills"), ({ tradeId, accountId }) => `${tradeId}:${accountId}`),
    trades: all("trades"),
    books: newest(all("books"), ({ instrumentId }) => `${instrumentId}`),
    tickers: newest(all("tickers"), ({ instrumentId }) => `${instrumentId}`),
    candles: newest(
      all("candles").filter((row: CandleRow) => row.source === "trades"),
      ({ openUs }) => `${openUs}`,
    ),
  };
}
