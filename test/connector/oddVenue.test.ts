import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import type { LocalBook } from "../../engine/connector/book.ts";
import { Dispatcher } from "../../engine/connector/dispatcher.ts";
import { openMarketStream } from "../../engine/connector/marketStream.ts";
import { Reconciler } from "../../engine/connector/reconciler.ts";
import { VenueAccount } from "../../engine/connector/venueAccount.ts";
import { VenueRest } from "../../engine/connector/venueRest.ts";
import { clientOrderIdOf } from "../../engine/connector/venueWords.ts";
import { balance, instruments } from "../../engine/core/queries.ts";
import { routedOrder, routesOf } from "../../engine/core/routing/routeQueries.ts";
import { localBook } from "../../engine/host/localBook.ts";
import type { AccountId, AssetId, Seq } from "../../shared/ids.ts";
import { ALICE, COIN, only, order, type Driver } from "../core/drive.ts";
import { linked } from "../core/linkedVenue.ts";
import { eventually } from "../host/tempFolder.ts";

const KEY = { accessKey: "an-access-key", secret: "a-secret-of-it", queriesPerSecond: 10_000 };

type Answer = { readonly status?: number; readonly body: unknown };

/** A venue that says what the test wants, at a real socket. */
async function oddVenue(answer: (path: string, request: IncomingMessage) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { body, status = 200 } = answer(new URL(request.url ?? "", "http://venue").pathname, request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const TAG = "abcdefgh";

function bookOf(driver: Driver, reports: string[] = []): LocalBook {
  return localBook(
    () => driver.engine,
    (command, actor, answered) => {
      if (command.type === "RecordVenueReport") reports.push(command.report.kind);
      driver.send(command, actor);
      answered({ seq: 1 as Seq, lastSeq: 1 as Seq, orderId: null, refusal: null });
      return true;
    },
  );
}

function reconcilerOf(driver: Driver, rest: VenueRest, reports: string[] = []): Reconciler {
  return new Reconciler({ book: bookOf(driver, reports), account: new VenueAccount(rest), rest });
}

describe("a venue that says odd things", () => {
  test("CN-8 CN-10 a fill that cannot be booked is a discrepancy, and its order ends when a person settles", async () => {
    const driver = linked();
    const { orderId } = only(driver.send(order({ side: "sell", limitTicks: 100 })), "OrderAccepted");
    driver.send({ type: "RecordVenueReport", report: { kind: "acknowledged", orderId, venueOrderId: "77" } }, "connector");
    const trade = { orderId: "77", symbol: "COINUSD", isMaker: false, qty: "0.0002", commission: "0", commissionAsset: "USD" };
    const trades = [
      { ...trade, id: "1", price: "90000000000000" },
      { ...trade, id: "2", price: "1", commission: "0.1", commissionAsset: "COIN" },
      { ...trade, id: "3", price: "1", qty: "9000000" },
    ];
    const address = await oddVenue((path) => {
      if (path.endsWith("/trades")) return { body: trades };
      if (path.endsWith("/order")) return { body: { orderId: "77", executedQty: "0.0006", status: "FILLED" } };
      return { body: { balances: [{ asset: "COIN", total: "0.0094" }] } };
    });
    const reconciler = reconcilerOf(driver, new VenueRest(address, KEY));
    await reconciler.look(orderId);
    expect(routesOf(driver.engine).discrepancies.map(({ about }) => about)).toEqual(["catalog", "catalog", "catalog"]);
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ filledLots: 0 });
    const proposed = { kind: "takeOverProposed", by: "owner", why: "seen at the venue" } as const;
    driver.send({ type: "RecordVenueReport", report: { ...proposed, adjustments: [...(await reconciler.adjustments())] } }, "connector");
    expect(await reconciler.takeOver("risk")).toBe("done");
    expect(routedOrder(driver.engine, orderId)).toBeNull();
    expect(balance(driver.engine, ALICE as AccountId, COIN as AssetId)).toEqual({ total: 94, held: 0, available: 94 });
    expect(routesOf(driver.engine).discrepancies).toEqual([]);
  });

  test("CN-8 what no journal could hold does not reach the engine", async () => {
    const driver = linked();
    const { orderId } = only(driver.send(order({})), "OrderAccepted");
    const address = await oddVenue((path) =>
      path.endsWith("/trades") ? { body: [] } : { body: { orderId: "77", executedQty: "800000000000", status: "CANCELED" } },
    );
    const reports: string[] = [];
    const look = reconcilerOf(driver, new VenueRest(address, KEY), reports).look(orderId);
    await expect(look).rejects.toThrow("the venue says what cannot be: closed, filledLots");
    expect(reports).toEqual(["acknowledged"]);
  });

  test("CN-11 an order that is sent again after a look at the clock is waited for from that moment, by that clock", async () => {
    const driver = linked();
    const { orderId } = only(driver.send(order({})), "OrderAccepted");
    const AHEAD_MS = 3_600_000;
    let posts = 0;
    const address = await oddVenue((path) => {
      if (path.endsWith("/time")) return { body: { serverTime: Date.now() + AHEAD_MS } };
      posts += 1;
      return posts === 1 ? { status: 400, body: { code: -1021, msg: "outside of the window" } } : { status: 504, body: {} };
    });
    const rest = new VenueRest(address, KEY);
    const deadlines: number[] = [];
    const answer = await rest.signed(
      { method: "POST", path: "/api/v1/spot/order", weight: 0 },
      () => deadlines.push(rest.deadlineMs()) > 0,
    );
    expect(answer.kind).toBe("silent");
    expect(posts).toBe(2);
    expect(deadlines).toHaveLength(2);
    expect(deadlines[1]! - deadlines[0]!).toBeGreaterThanOrEqual(AHEAD_MS);
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ standing: "sent" });
  });

  test("CN-13 a refusal that quotes the key is kept without it", async () => {
    const words = `key ${KEY.accessKey} of ${KEY.secret}: ${"unknown ".repeat(100)}`;
    const address = await oddVenue(() => ({ status: 401, body: { code: "-2015".repeat(100), msg: words } }));
    const answer = await new VenueRest(address, KEY).signed({ method: "GET", path: "/api/v1/account", weight: 1 });
    expect(answer).toMatchObject({ kind: "refused", status: 401, message: expect.stringMatching(/^key … of …: unknown /) });
    // With its code it fits into a report, whose words are at most 500.
    expect(JSON.stringify(answer).length).toBeLessThan(500);
  });

  test("CN-5 an answer without end is none, and is not read to its end", async () => {
    let sent = 0;
    const server = createServer((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(1_000_000))) sent += 1;
      };
      response.on("drain", more);
      more();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const answer = await new VenueRest(`http://127.0.0.1:${port}`, KEY).read("/api/v1/exchangeInfo");
    expect(answer).toEqual({ kind: "silent", why: "Error an answer of more than 16000000 bytes" });
    expect(sent).toBeLessThan(100);
  });

  test("CN-15 levels and trades of more than a row holds are not shown", async () => {
    const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    onTestFinished(() => sockets.close());
    await once(sockets, "listening");
    const b = [
      ["1.00", "0.0003"],
      ["-1.00", "0.0003"],
      ["0.99", "99999999999"],
      ["99999999999", "0.0001"],
    ];
    const trade = { v: "1", t: 1_700_000_000_000, p: "1.00", q: "0.0001", m: true };
    sockets.on("connection", (socket) => {
      socket.send(JSON.stringify({ symbol: "COINUSD", topic: "depth", data: [{ b, a: [] }] }));
      const data = [trade, { ...trade, q: "99999999999" }, { ...trade, t: 1e300 }];
      socket.send(JSON.stringify({ symbol: "COINUSD", topic: "trade", data }));
    });
    const bids: number[][] = [];
    const lots: number[] = [];
    const { port } = sockets.address() as AddressInfo;
    const stream = await openMarketStream(`ws://127.0.0.1:${port}`, instruments(linked().engine), {
      market: {
        book: (_instrumentId, buy) => void bids.push([...buy]),
        trades: (_instrumentId, trades) => void lots.push(...trades.map((each) => each.lots)),
        stillHolds: () => undefined,
      },
      closed: () => undefined,
    });
    onTestFinished(() => stream.close());
    await eventually(() => lots.length > 0, "trades");
    expect(bids).toEqual([[100, 3, 0]]);
    expect(lots).toEqual([1]);
  });

  test("CN-3 CN-11 an order that is wanted off while it waits its turn does not leave, and one that is being changed does", async () => {
    const driver = linked();
    const ids = Array.from({ length: 10 }, () => only(driver.send(order({ lots: 2, side: "sell" })), "OrderAccepted").orderId);
    const [unwanted, changing] = ids.slice(-2);
    const arrived: string[] = [];
    const address = await oddVenue((_path, request) => {
      if (request.method !== "POST") return { body: {} };
      // Eight are under way when this one arrives, and two wait.
      if (arrived.length === 0) {
        driver.send({ type: "CancelOrder", accountId: ALICE, orderId: unwanted! });
        driver.send({ type: "AmendOrder", accountId: ALICE, orderId: changing!, limitTicks: 101 });
      }
      arrived.push(new URL(request.url ?? "", "http://venue").searchParams.get("newClientOrderId") ?? "");
      return { body: { orderId: String(arrived.length), executedQty: "0", status: "NEW" } };
    });
    const rest = new VenueRest(address, KEY);
    const book = bookOf(driver);
    const reconciler = new Reconciler({ book, account: new VenueAccount(rest), rest });
    const dispatcher = new Dispatcher({ book, rest, reconciler, lost: () => undefined });
    dispatcher.send();
    await eventually(() => arrived.length === 9, "nine orders there");
    await eventually(() => routedOrder(driver.engine, unwanted!) === null, "the end of the one that did not leave");
    expect(arrived).not.toContain(clientOrderIdOf(TAG, unwanted!));
    expect(arrived).toContain(clientOrderIdOf(TAG, changing!));
  });

  test("CN-11 an order that was refused for its time is not sent again once it is known that it never got there", async () => {
    const driver = linked();
    const { orderId } = only(driver.send(order({ side: "sell" })), "OrderAccepted");
    let sent = 0;
    const address = await oddVenue((path) => {
      if (path.endsWith("/time")) {
        driver.send({ type: "RecordVenueReport", report: { kind: "closed", orderId, filledLots: 0, arrived: false } }, "connector");
        return { body: { serverTime: Date.now() } };
      }
      sent += 1;
      return { status: 400, body: { code: "-1021", msg: "too late" } };
    });
    const rest = new VenueRest(address, KEY);
    const book = bookOf(driver);
    const reconciler = new Reconciler({ book, account: new VenueAccount(rest), rest });
    new Dispatcher({ book, rest, reconciler, lost: () => undefined }).send();
    await eventually(() => routedOrder(driver.engine, orderId) === null, "its end");
    await rest.syncClock();
    expect(sent).toBe(1);
  });
});
