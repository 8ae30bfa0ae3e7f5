import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { engineClient } from "../../renderer/app/engineClient.ts";
import { messages } from "../../renderer/app/messages.ts";
import type { OrderRequest } from "../../renderer/app/orderEntry.ts";
import { cancelOrder, placeOrder } from "../../renderer/app/orders.ts";
import { readModel } from "../../renderer/app/readModel.ts";
import { settleUnknownOrders } from "../../renderer/app/unknownOrders.ts";
import type { OrderId, Seq } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { ClientMessage } from "../../shared/protocol.ts";
import { refusalOf } from "../../shared/rejects.ts";
import type { OrderRow } from "../../shared/views.ts";
import { HostEnd } from "./support/hostEnd.ts";
import { ALPHA, BTCUSD, frame, orderRow, snapshot, status } from "./support/venue.ts";

/*
 * The window's own modules on one end of a real message channel; the test speaks the host's part by hand, so that it can be silent, skip a
 * frame or die between any two messages.
 */
type SubmitMessage = Extract<ClientMessage, { type: "submit" }>;

const order: OrderRequest = {
  accountId: ALPHA,
  instrumentId: BTCUSD,
  side: "buy",
  orderType: "limit",
  timeInForce: "gtc",
  limitTicks: 6_500_000 as PriceTicks,
  lots: 100 as QtyLots,
};
const pendingStates = (): readonly string[] => readModel.pendingOrders().map((one) => one.pending);
const lastMessage = (): string => messages.list().at(-1)?.text ?? "";

let host: HostEnd;
beforeEach(async () => {
  engineClient.processChanged({ state: "running", pid: 100 });
  host = new HostEnd();
  await host.welcome(10);
});
afterEach(() => {
  for (const one of readModel.pendingOrders()) readModel.removePending(`c${one.accountId}:${one.clientOrderId}`);
  engineClient.processChanged({ state: "down", reason: "The test is over.", error: null, attempt: 1, retryInMs: null });
  host.close();
});

async function acceptedRow(id: number): Promise<{ readonly submitted: SubmitMessage; readonly row: OrderRow }> {
  const submitted = await host.hears("submit");
  if (submitted.command.type !== "SubmitOrder") throw new Error("The command is no order.");
  return { submitted, row: orderRow(id, { clientOrderId: submitted.command.clientOrderId }) };
}

describe("an order", () => {
  it("shows as pending before anything is sent back, and becomes the engine's row", async () => {
    const { outcome } = placeOrder(order);
    expect(pendingStates()).toEqual(["sending"]);
    const { submitted, row } = await acceptedRow(12);
    expect(submitted.command).toMatchObject({ ...order, type: "SubmitOrder" });
    host.say({
      type: "outcome",
      requestId: submitted.requestId,
      outcome: { seq: 11 as Seq, lastSeq: 12 as Seq, orderId: 12 as OrderId, refusal: null },
    });
    await expect(outcome).resolves.toEqual({ kind: "accepted", orderId: 12 });
    expect(pendingStates()).toEqual(["sending"]);
    host.say({ type: "frame", frame: frame(10, 12, { orders: [row] }) });
    await vi.waitFor(() => expect(readModel.orders.has(12 as OrderId)).toBe(true));
    expect(pendingStates()).toEqual([]);
  });

  it("that the engine denies says why, in the instrument's units, and leaves no pending row", async () => {
    const { outcome } = placeOrder(order);
    const submitted = await host.hears("submit");
    const refusal = refusalOf("VALIDATE_LOTS_BELOW_MINIMUM", { limit: 30, actual: 1 });
    host.say({ type: "outcome", requestId: submitted.requestId, outcome: { seq: 11 as Seq, lastSeq: 12 as Seq, orderId: null, refusal } });
    await expect(outcome).resolves.toMatchObject({
      kind: "denied",
      text: "The quantity 0.00001\u00a0BTC is below the minimum 0.0003\u00a0BTC. (MT-14)",
    });
    expect(pendingStates()).toEqual([]);
    expect(messages.list().at(-1)).toMatchObject({ severity: "warning", code: "VALIDATE_LOTS_BELOW_MINIMUM" });
  });

  it("that the edge refuses was not sent: its row goes and the message names the rule", async () => {
    const { outcome } = placeOrder(order);
    const { requestId } = await host.hears("submit");
    host.say({
      type: "error",
      requestId,
      error: { code: "ENGINE_BUSY", field: "", value: "", rule: "a free place", message: "The inbox is full." },
    });
    await expect(outcome).resolves.toMatchObject({ kind: "notSent", error: { code: "ENGINE_BUSY" } });
    expect(pendingStates()).toEqual([]);
  });

  it("is unknown when the engine dies first, and stays so while nobody knows", async () => {
    const { outcome } = placeOrder(order);
    await host.hears("submit");
    engineClient.processChanged({ state: "down", reason: "Killed.", error: null, attempt: 1, retryInMs: 500 });
    await expect(outcome).resolves.toEqual({ kind: "unknown" });
    expect(pendingStates()).toEqual(["unknown"]);
    expect(readModel.connection).toMatchObject({ state: "down", reason: "Killed." });
    expect(lastMessage()).toMatch(/^Outcome unknown: buy/);
  });

  it("that was unknown turns up in the snapshot of the next process", async () => {
    void placeOrder(order);
    const { row } = await acceptedRow(12);
    engineClient.processChanged({ state: "down", reason: "Killed.", error: null, attempt: 1, retryInMs: 0 });
    engineClient.processChanged({ state: "running", pid: 101 });
    host = new HostEnd();
    await host.welcome(12, { orders: [row] });
    expect(pendingStates()).toEqual([]);
    expect(readModel.orders.has(12 as OrderId)).toBe(true);
  });

  it("that was unknown and is not in the journal of the next process ends with a message", async () => {
    void placeOrder(order);
    await host.hears("submit");
    engineClient.processChanged({ state: "down", reason: "Killed.", error: null, attempt: 1, retryInMs: 0 });
    engineClient.processChanged({ state: "running", pid: 101 });
    host = new HostEnd();
    await host.welcome(10);
    const settled = settleUnknownOrders();
    const { requestId, query } = await host.hears("query");
    expect(query).toMatchObject({ type: "orders", beforeSeq: null });
    host.say({ type: "result", requestId, result: { type: "orders", orders: [] } });
    await settled;
    expect(pendingStates()).toEqual([]);
    expect(lastMessage()).toMatch(/^Never accepted: buy/);
  });

  it("that was unknown is left alone while the same process lives", async () => {
    void placeOrder(order);
    await host.hears("submit");
    host.close();
    host = new HostEnd();
    await host.welcome(10);
    await settleUnknownOrders();
    expect(pendingStates()).toEqual(["unknown"]);
  });

  it("is not sent at all while the numbers on the screen are not live", async () => {
    engineClient.processChanged({ state: "down", reason: "Killed.", error: null, attempt: 1, retryInMs: null });
    await expect(placeOrder(order).outcome).resolves.toMatchObject({ kind: "notSent", error: { code: "ENGINE_DOWN" } });
    expect(pendingStates()).toEqual([]);
    expect(lastMessage()).toMatch(/^Not sent: buy/);
  });

  it("is not sent while the journal is broken", async () => {
    host.say({ type: "status", status: status({ state: "broken" }), frameSeq: null });
    await vi.waitFor(() => expect(readModel.status?.state).toBe("broken"));
    await expect(placeOrder(order).outcome).resolves.toMatchObject({ kind: "notSent", error: { code: "JOURNAL_BROKEN" } });
  });

  it("carries a client order id that no other order of the account ever had", async () => {
    for (let i = 0; i < 50; i += 1) void placeOrder(order);
    await vi.waitFor(() => expect(host.heard.filter((one) => one.type === "submit")).toHaveLength(50));
    const ids = host.heard.flatMap((one) =>
      one.type === "submit" && one.command.type === "SubmitOrder" ? [one.command.clientOrderId] : [],
    );
    expect(new Set(ids).size).toBe(50);
    expect(ids.every(Number.isSafeInteger)).toBe(true);
  });
});

describe("a cancel", () => {
  it("marks its order until the engine has decided, and is sent once however often it is asked for", async () => {
    const row = orderRow(9);
    host.say({ type: "frame", frame: frame(10, 11, { orders: [row] }) });
    await vi.waitFor(() => expect(readModel.orders.has(9 as OrderId)).toBe(true));
    const first = cancelOrder(row);
    await cancelOrder(row);
    expect(readModel.isCancelling(9 as OrderId)).toBe(true);
    const { requestId, command } = await host.hears("submit");
    expect(command).toEqual({ type: "CancelOrder", accountId: ALPHA, orderId: 9 });
    const refusal = refusalOf("BOOK_UNKNOWN_ORDER");
    host.say({ type: "outcome", requestId, outcome: { seq: 12 as Seq, lastSeq: 13 as Seq, orderId: null, refusal } });
    await first;
    expect(readModel.isCancelling(9 as OrderId)).toBe(false);
    expect(host.heard.filter((one) => one.type === "submit")).toHaveLength(1);
    expect(lastMessage()).toBe("Denied: cancel of order 9.");
  });
});

describe("the connection", () => {
  it("asks for the whole picture once after a gap, shows nothing as live until it comes, and drops what cannot be placed", async () => {
    host.say({ type: "frame", frame: frame(20, 21, { orders: [orderRow(21)] }) });
    await host.hears("resync");
    host.say({ type: "frame", frame: frame(21, 22, { orders: [orderRow(22)] }) });
    host.say({ type: "status", status: status(), frameSeq: null });
    host.say({ type: "frame", frame: snapshot(30, { orders: [orderRow(25)] }) });
    await vi.waitFor(() => expect(readModel.seq).toBe(30));
    expect([...readModel.orders.keys()]).toEqual([25]);
    expect(host.heard.filter((one) => one.type === "resync")).toHaveLength(1);
    expect(readModel.connection.state).toBe("live");
  });

  it("GW-60 is stale within a second of silence, and live again with the next sign of life", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      host.say({ type: "status", status: status({ journalBytes: 2_000 }), frameSeq: null });
      await vi.waitFor(() => expect(readModel.status?.journalBytes).toBe(2_000));
      void placeOrder(order);
      vi.setSystemTime(Date.now() + 800);
      engineClient.watch();
      expect(readModel.connection.state).toBe("live");
      vi.setSystemTime(Date.now() + 51);
      engineClient.watch();
      expect(readModel.connection.state).toBe("stale");
      expect(pendingStates()).toEqual(["unknown"]);
      host.say({ type: "status", status: status(), frameSeq: null });
      await vi.waitFor(() => expect(readModel.connection.state).toBe("live"));
    } finally {
      vi.useRealTimers();
    }
  });

  it("subscribes to every instrument and to the bars that panels ask for, and says nothing twice", async () => {
    const stop = engineClient.subscribeCandles(BTCUSD, 60);
    const stopToo = engineClient.subscribeCandles(BTCUSD, 60);
    await vi.waitFor(() =>
      expect(host.heard.at(-1)).toMatchObject({
        type: "subscribe",
        instrumentIds: [BTCUSD],
        candles: [{ instrumentId: BTCUSD, intervalSeconds: 60 }],
      }),
    );
    const before = host.heard.length;
    stopToo();
    await Promise.resolve();
    expect(host.heard.length).toBe(before);
    stop();
    await vi.waitFor(() => expect(host.heard.at(-1)).toMatchObject({ type: "subscribe", candles: [] }));
  });
});
