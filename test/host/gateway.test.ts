import { describe, expect, it } from "vitest";
import { MOST_OUTSTANDING_PER_CLIENT } from "../../engine/host/clientPort.ts";
import { priceTicks, qtyLots } from "../../shared/money.ts";
import { refusalOf } from "../../shared/rejects.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol.ts";
import { ALPHA, BRAVO, MAKER } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order, TestClient } from "./testClient.ts";
import { MessageChannel } from "node:worker_threads";
import { threadTransport } from "../../engine/host/transport.ts";
import type { HostMessage } from "../../shared/protocol.ts";

describe("GW-1 hello", () => {
  it("GW-1 comes first, names its version, and tells the client who it is", async () => {
    const { host } = await runHost(tempFolder());
    const { port1, port2 } = new MessageChannel();
    const client = new TestClient((message) => port2.postMessage(message));
    port2.on("message", (message: HostMessage) => client.receive(message));
    host.connect({ session: "early", owner: "desk", operator: false }, threadTransport(port1));
    expect(await client.refused({ type: "submit", command: order() })).toMatchObject({ code: "PROTOCOL_VERSION", field: "version" });
    client.say({ type: "hello", version: PROTOCOL_VERSION + 1 });
    await eventually(() => client.errors().length === 2, "a second error");
    expect(client.errors()[1]).toMatchObject({ code: "PROTOCOL_VERSION", value: String(PROTOCOL_VERSION + 1) });
    expect(await client.greet()).toMatchObject({
      session: "early",
      owner: "desk",
      operator: false,
      venue: { mode: "simulated", name: "HashKey Exchange (Hong Kong)" },
      status: { state: "running", fault: null },
    });
    port2.close();
  });
});

const submit = (changes: Record<string, unknown>): object => ({ type: "submit", requestId: 1, command: { ...order(), ...changes } });
const query = (changes: Record<string, unknown>): object => ({ type: "query", requestId: 1, query: changes });
const without = (name: string): object => {
  const { [name]: _left, ...rest } = order() as Record<string, unknown>;
  return { type: "submit", requestId: 1, command: rest };
};

/** What a client may send wrongly, and the field that the answer must name. */
const malformed: readonly (readonly [what: string, message: unknown, field: string])[] = [
  ["nothing", null, ""],
  ["undefined", undefined, ""],
  ["a number", 7, ""],
  ["a text", "buy!", ""],
  ["an empty object", {}, "type"],
  ["an array", [order()], ""],
  ["an unknown type", { type: "trade" }, "type"],
  ["a prototype's name as type", { type: "__proto__" }, "type"],
  ["no request id", { type: "submit", command: order() }, "requestId"],
  ["request id zero", { type: "submit", requestId: 0, command: order() }, "requestId"],
  ["a fractional request id", { type: "submit", requestId: 1.5, command: order() }, "requestId"],
  ["a request id as text", { type: "submit", requestId: "1", command: order() }, "requestId"],
  ["a request id beyond safe integers", { type: "submit", requestId: 2 ** 53, command: order() }, "requestId"],
  ["no command", { type: "submit", requestId: 1 }, "command"],
  ["a command of no type", { type: "submit", requestId: 1, command: { accountId: 2 } }, "command.type"],
  ["an event for a command", { type: "submit", requestId: 1, command: { type: "OrderFilled" } }, "command.type"],
  ["a field too many", submit({ vip: true }), "command"],
  ["a field too many outside", { ...submit({}), admin: true }, ""],
  ["no account", without("accountId"), "command.accountId"],
  ["account zero", submit({ accountId: 0 }), "command.accountId"],
  ["a negative account", submit({ accountId: -2 }), "command.accountId"],
  ["an account as text", submit({ accountId: "2" }), "command.accountId"],
  ["an account beyond 31 bits", submit({ accountId: 2 ** 31 }), "command.accountId"],
  ["instrument zero", submit({ instrumentId: 0 }), "command.instrumentId"],
  ["an instrument as an object", submit({ instrumentId: { valueOf: 1 } }), "command.instrumentId"],
  ["no client order id", without("clientOrderId"), "command.clientOrderId"],
  ["a fractional client order id", submit({ clientOrderId: 0.1 }), "command.clientOrderId"],
  ["a side in capitals", submit({ side: "BUY" }), "command.side"],
  ["a short side", submit({ side: "short" }), "command.side"],
  ["an unknown order type", submit({ orderType: "iceberg" }), "command.orderType"],
  ["an unknown time in force", submit({ timeInForce: "week" }), "command.timeInForce"],
  ["a fractional price", submit({ limitTicks: 6_500_000.5 }), "command.limitTicks"],
  ["price zero", submit({ limitTicks: 0 }), "command.limitTicks"],
  ["a negative price", submit({ limitTicks: -1 }), "command.limitTicks"],
  ["a price beyond 31 bits", submit({ limitTicks: 2 ** 31 }), "command.limitTicks"],
  ["a price that is not a number", submit({ limitTicks: Number.NaN }), "command.limitTicks"],
  ["an infinite price", submit({ limitTicks: Number.POSITIVE_INFINITY }), "command.limitTicks"],
  ["a price as bigint", submit({ limitTicks: 6_500_000n }), "command.limitTicks"],
  ["lots zero", submit({ lots: 0 }), "command.lots"],
  ["negative lots", submit({ lots: -100 }), "command.lots"],
  ["fractional lots", submit({ lots: 1.5 }), "command.lots"],
  ["lots beyond 31 bits", submit({ lots: 2 ** 31 }), "command.lots"],
  ["lots that are absent", submit({ lots: undefined }), "command.lots"],
  ["a cancel without order id", { type: "submit", requestId: 1, command: { type: "CancelOrder", accountId: 2 } }, "command.orderId"],
  ["a subscription to instrument zero", { type: "subscribe", instrumentIds: [0], depthLevels: 1, candles: [] }, "instrumentIds.0"],
  [
    "a subscription to 201 instruments",
    { type: "subscribe", instrumentIds: Array.from({ length: 201 }, (_, n) => n + 1), depthLevels: 1, candles: [] },
    "instrumentIds",
  ],
  ["depth of 1,001 levels", { type: "subscribe", instrumentIds: [1], depthLevels: 1_001, candles: [] }, "depthLevels"],
  [
    "candles of 7 seconds",
    { type: "subscribe", instrumentIds: [1], depthLevels: 1, candles: [{ instrumentId: 1, intervalSeconds: 7 }] },
    "candles.0.intervalSeconds",
  ],
  ["an unknown query", query({ type: "everything" }), "query.type"],
  ["a query for 5,001 rows", query({ type: "orders", beforeSeq: null, limit: 5_001 }), "query.limit"],
  ["a query before nothing", query({ type: "fills", beforeSeq: 0, limit: 10 }), "query.beforeSeq"],
  ["a clock that stands still", { type: "operate", requestId: 1, operation: { type: "setClockSpeed", speed: 0 } }, "operation.speed"],
  [
    "a continuation without a reason",
    { type: "operate", requestId: 1, operation: { type: "continueFromLastGoodRow", reason: "  " } },
    "operation.reason",
  ],
];

describe("GW-2 one schema for everything", () => {
  it("GW-2 answers what does not fit with field, value and rule, and changes nothing", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk", { operator: true });
    const before = await client.stateHash();
    const wrong: unknown[] = [];
    for (const [what, message, field] of malformed) {
      const heard = client.errors().length;
      client.say(message);
      await eventually(() => client.errors().length > heard, `an answer to ${what}`);
      const error = client.errors().at(-1);
      if (error?.code !== "MESSAGE_MALFORMED" || error.field !== field || error.rule === "" || error.message === "")
        wrong.push([what, error]);
    }
    expect(wrong).toEqual([]);
    expect(malformed.length).toBeGreaterThanOrEqual(50);
    expect(await client.stateHash()).toEqual(before);
    expect((await client.submit(order())).refusal).toBeNull();
  });

  it("GW-2 names the request where it could be read", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    client.say({ type: "submit", requestId: 77, command: {} });
    client.say({ type: "submit", requestId: {}, command: order() });
    await eventually(() => client.errors().length === 2, "two errors");
    expect(client.heard.filter(({ type }) => type === "error").map((message) => "requestId" in message && message.requestId)).toEqual([
      77,
      null,
    ]);
  });
});

describe("GW-3 own accounts", () => {
  it("GW-3 refuses commands for accounts of others and for none, and changes nothing", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk", { operator: true });
    const stranger = await connect(host, "stranger");
    const before = await desk.stateHash();
    const attempts: readonly (readonly [client: TestClient, command: object])[] = [
      [desk, order({ accountId: MAKER })],
      [desk, order({ accountId: 1 })],
      [desk, order({ accountId: 999 })],
      [desk, { type: "CancelAllOrders", accountId: MAKER, instrumentId: null }],
      [desk, { type: "CancelOrder", accountId: MAKER, orderId: 5 }],
      [stranger, order({ accountId: ALPHA })],
    ];
    for (const [client, command] of attempts) {
      expect(await client.refused({ type: "submit", command })).toMatchObject({ code: "ACCOUNT_FORBIDDEN", field: "command.accountId" });
    }
    expect(await desk.stateHash()).toEqual(before);
  });

  it("GW-3 shows a client its own accounts, orders, fills, balances and positions, and nobody else's", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk");
    const maker = await connect(host, "sim-maker");
    const frames = [await desk.subscribe(), await maker.subscribe()];
    expect(frames.map(({ catalog }) => catalog?.accounts.map(({ code }) => code))).toEqual([
      ["ALPHA", "BRAVO", "CHARLIE", "DELTA"],
      ["SIM-MAKER"],
    ]);
    await maker.submit(order({ accountId: MAKER, side: "sell" }));
    await desk.submit(order({ accountId: BRAVO }));
    await eventually(() => desk.frames().some(({ fills }) => fills.length > 0), "the desk's fill");
    const seen = desk.frames().flatMap(({ orders, fills, balances, positions }) => [...orders, ...fills, ...balances, ...positions]);
    expect([...new Set(seen.map(({ accountId }) => accountId))].toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
    expect(desk.frames().flatMap(({ trades }) => trades)).toHaveLength(1);
  });
});

describe("GW-4 operator's commands", () => {
  const commands: readonly object[] = [
    { type: "DefineAsset", asset: { assetId: 4, code: "HKD", decimals: 6 } },
    { type: "DepositFunds", accountId: ALPHA, assetId: 1, amount: 1 },
    { type: "OpenAccount", account: { accountId: 9, code: "NEW", name: "New", owner: "desk", clientClass: "retail", receivesFees: false } },
  ];
  it("GW-4 are refused from other clients, and journaled from the operator", async () => {
    const { host } = await runHost(tempFolder());
    const operator = await connect(host, "desk", { operator: true });
    const client = await connect(host, "desk", { session: "plain" });
    const before = await operator.stateHash();
    for (const command of commands) {
      expect(await client.refused({ type: "submit", command })).toMatchObject({ code: "SENDER_REFUSED", field: "command.type" });
    }
    expect(await client.operate({ type: "setClockSpeed", speed: 2 })).toMatchObject({ code: "SENDER_REFUSED" });
    const record = { type: "RecordOperatorAction", action: "historyImported", detail: "I was never here" };
    expect(await operator.refused({ type: "submit", command: record })).toMatchObject({ code: "SENDER_REFUSED" });
    expect(await operator.stateHash()).toEqual(before);
    for (const command of commands) expect((await operator.ask({ type: "submit", command })).type).toBe("outcome");
    const frame = await client.subscribe();
    expect(frame.catalog?.accounts.map(({ code }) => code)).toContain("NEW");
  });

  it("GW-4 clock speed is journaled, and venue time then runs at it", async () => {
    const { host } = await runHost(tempFolder());
    const operator = await connect(host, "desk", { operator: true });
    const before = await operator.stateHash();
    expect(await operator.operate({ type: "setClockSpeed", speed: 100 })).toContain("100");
    expect((await operator.stateHash()).seq).toBe(before.seq + 2);
    const first = await eventually(() => operator.status(), "a status");
    expect(first.clockSpeed).toBe(100);
    const count = operator.heard.filter(({ type }) => type === "status").length;
    await eventually(() => operator.heard.filter(({ type }) => type === "status").length > count + 1, "two more statuses");
    expect((operator.status()?.venueTimeUs ?? 0) - first.venueTimeUs).toBeGreaterThan(20_000_000);
  });

  it("GW-4 a continuation is refused while nothing is broken", async () => {
    const { host } = await runHost(tempFolder());
    const operator = await connect(host, "desk", { operator: true });
    expect(await operator.operate({ type: "continueFromLastGoodRow", reason: "just so" })).toMatchObject({ code: "QUERY_INVALID" });
  });
});

describe("GW-5 bounds", () => {
  it("GW-5 answers ENGINE_BUSY beyond the commands a client may have under way, and all others in order", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    const total = MOST_OUTSTANDING_PER_CLIENT + 500;
    for (let n = 1; n <= total; n += 1)
      client.say({ type: "submit", requestId: n, command: order({ accountId: ALPHA, lots: 30, limitTicks: 3_400_000 + (n % 50) }) });
    await eventually(() => client.heard.length > total, "all answers");
    const busy = client.errors();
    const answered = client.heard.flatMap((message) => (message.type === "outcome" ? [message] : []));
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.every(({ code }) => code === "ENGINE_BUSY")).toBe(true);
    expect(busy.length + answered.length).toBe(total);
    expect(answered.map(({ requestId }) => requestId)).toEqual(answered.map(({ requestId }) => requestId).toSorted((a, b) => a - b));
    expect(new Set(answered.map(({ outcome }) => outcome.seq)).size).toBe(answered.length);
  });
});

describe("GW-6 outcomes", () => {
  it("GW-6 tell sequence, order id and refusal", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    const accepted = await client.submit(order());
    expect(accepted).toEqual({ seq: accepted.seq, lastSeq: accepted.seq + 2, orderId: accepted.seq + 1, refusal: null });
    const denied = await client.submit(order({ lots: 1 }));
    expect(denied).toEqual({
      seq: accepted.seq + 3,
      lastSeq: accepted.seq + 4,
      orderId: null,
      refusal: refusalOf("VALIDATE_LOTS_BELOW_MINIMUM", {
        limit: 30,
        actual: 1,
        nearest: { limitTicks: priceTicks(6_500_000), lots: qtyLots(30) },
      }),
    });
    const cancelled = await client.submit({ type: "CancelOrder", accountId: ALPHA, orderId: accepted.seq + 1 });
    expect(cancelled.refusal).toBeNull();
    const again = await client.submit({ type: "CancelOrder", accountId: ALPHA, orderId: accepted.seq + 1 });
    expect(again.refusal?.code).toBe("BOOK_UNKNOWN_ORDER");
  });

  it("GW-7 a resend of a used client order id is denied by the engine and places nothing", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    const once = order();
    const first = await client.submit(once);
    const second = await client.submit(once);
    expect(first.refusal).toBeNull();
    expect(second).toMatchObject({ orderId: null, refusal: { code: "VALIDATE_DUPLICATE_CLIENT_ORDER_ID" } });
    const { orders } = await client.query({ type: "orders", beforeSeq: null, limit: 10 });
    expect(orders.filter(({ status }) => status === "working")).toHaveLength(1);
  });
});
