import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reportTrouble } from "../../renderer/app/connectionNotices.ts";
import { engineClient } from "../../renderer/app/engineClient.ts";
import { messages } from "../../renderer/app/messages.ts";
import { placeOrder } from "../../renderer/app/orders.ts";
import { readModel } from "../../renderer/app/readModel.ts";
import { settleUnknownOrders } from "../../renderer/app/unknownOrders.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import { refusalOf } from "../../shared/rejects.ts";
import type { BookView } from "../../shared/views.ts";
import { HostEnd } from "./support/hostEnd.ts";
import { ALPHA, BTCUSD, frame, orderRow, snapshot, status } from "./support/venue.ts";

const request = {
  accountId: ALPHA,
  instrumentId: BTCUSD,
  side: "buy",
  orderType: "limit",
  timeInForce: "gtc",
  limitTicks: 6_500_000 as PriceTicks,
  lots: 100 as QtyLots,
} as const;
const codes = (): readonly string[] => messages.list().map(({ code }) => code);
const resyncs = (): number => host.heard.filter(({ type }) => type === "resync").length;
const book = (bid: number, ask: number): BookView => ({
  instrumentId: BTCUSD,
  bids: Int32Array.of(bid, 10, 1),
  asks: Int32Array.of(ask, 10, 1),
});

let host: HostEnd;
let endTrouble: () => void;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  endTrouble = reportTrouble();
  engineClient.processChanged({ state: "running", pid: 100 });
  host = new HostEnd();
  await host.welcome(10);
});
afterEach(() => {
  for (const one of readModel.pendingOrders()) readModel.removePending(`c${one.accountId}:${one.clientOrderId}`);
  engineClient.processChanged({ state: "down", reason: "The test is over.", error: null, attempt: 1, retryInMs: null });
  host.close();
  endTrouble();
  vi.useRealTimers();
});

/** A status that says where the window should stand, taken in. */
async function statusAt(frameSeq: number | null, change: Parameters<typeof status>[0] = {}): Promise<void> {
  const venueTimeUs = Math.random() as EpochUs;
  host.say({ type: "status", status: status({ ...change, venueTimeUs }), frameSeq: frameSeq as Seq | null });
  await vi.waitFor(() => expect(readModel.status?.venueTimeUs).toBe(venueTimeUs));
}

const pass = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

describe("GW-60 data that should be here", () => {
  it("GW-60 is late after 400 ms, asked for once a second, and live again when it is there", async () => {
    await statusAt(15);
    expect(readModel.connection.state).toBe("live");
    pass(250);
    await statusAt(15);
    expect(readModel.connection.state).toBe("live");
    pass(250);
    await statusAt(15);
    expect(readModel.connection).toMatchObject({ state: "stale", cause: "late" });
    await vi.waitFor(() => expect(resyncs()).toBe(1));
    pass(250);
    await statusAt(15);
    expect(resyncs()).toBe(1);
    // A frame that leads only half way does not help.
    host.say({ type: "frame", frame: frame(10, 12) });
    await vi.waitFor(() => expect(readModel.seq).toBe(12));
    expect(readModel.connection.state).toBe("stale");
    host.say({ type: "frame", frame: snapshot(15) });
    await vi.waitFor(() => expect(readModel.connection.state).toBe("live"));
  });

  it("GW-60 nothing is late for a window that stands where it should, nor for one in the past", async () => {
    for (const seq of [10, 9, null]) {
      await statusAt(seq);
      pass(900);
      await statusAt(seq);
      expect(readModel.connection.state).toBe("live");
    }
    const mark = { askedSeq: 5 as Seq, seq: 5 as Seq, atUs: 1 as EpochUs, journalSeq: 10 as Seq, stateHash: "0".repeat(64), openedMs: 1 };
    host.say({ type: "past", requestId: null, past: mark, frame: snapshot(5) });
    await vi.waitFor(() => expect(readModel.past).toEqual(mark));
    await expect(placeOrder(request).outcome).resolves.toMatchObject({ kind: "notSent", error: { code: "PAST_READ_ONLY" } });
    host.say({ type: "frame", frame: snapshot(11) });
    await vi.waitFor(() => expect(readModel.past).toBeNull());
    expect(resyncs()).toBe(0);
  });

  it("GW-60 a frame that comes twice is nothing new; one that skips is a gap", async () => {
    host.say({ type: "frame", frame: frame(10, 12) });
    host.say({ type: "frame", frame: frame(10, 12) });
    host.say({ type: "frame", frame: frame(12, 13) });
    await vi.waitFor(() => expect(readModel.seq).toBe(13));
    expect(resyncs()).toBe(0);
    host.say({ type: "frame", frame: frame(15, 16) });
    await vi.waitFor(() => expect(resyncs()).toBe(1));
    expect(readModel.connection.state).toBe("connecting");
    expect(codes().at(-1)).toBe("DATA_GAP");
    expect(readModel.seq).toBe(13);
  });

  it("GW-60 gaps in quick succession are told: the first at once, the newest at the end of the pause", async () => {
    const gaps = (): readonly string[] => messages.list().flatMap(({ code, detail }) => (code === "DATA_GAP" ? [detail] : []));
    const before = gaps().length;
    for (const seq of [20, 30, 40]) {
      host.say({ type: "frame", frame: frame(seq + 5, seq + 6) });
      host.say({ type: "frame", frame: snapshot(seq + 10) });
    }
    await vi.waitFor(() => expect(readModel.seq).toBe(50));
    await vi.waitFor(() => expect(gaps()).toHaveLength(before + 2));
    expect(gaps().at(-2)).toContain("begins at 25");
    expect(gaps().at(-1)).toContain("begins at 45");
  });

  it("GW-60 a cut line is told, however soon there is another", async () => {
    host.close();
    await vi.waitFor(() => expect(readModel.connection.state).toBe("connecting"));
    host = new HostEnd();
    expect(codes().at(-1)).toBe("LINE_CUT");
    await host.welcome(10);
    const told = messages.list().length;
    // The line of an engine that goes down is not told of by itself.
    host.close();
    await vi.waitFor(() => expect(readModel.connection.state).toBe("connecting"));
    engineClient.processChanged({ state: "down", reason: "It ended.", error: null, attempt: 1, retryInMs: 0 });
    engineClient.processChanged({ state: "running", pid: 101 });
    host = new HostEnd();
    await host.welcome(10);
    expect(messages.list()).toHaveLength(told);
  });

  it("GW-60 a crossed book is not shown at first, and believed when the whole picture says so too", async () => {
    host.say({ type: "frame", frame: frame(10, 11, { books: [book(100, 101)] }) });
    host.say({ type: "frame", frame: frame(11, 12, { books: [book(103, 102)] }) });
    await vi.waitFor(() => expect(resyncs()).toBe(1));
    expect(codes().at(-1)).toBe("DATA_CROSSED");
    expect(readModel.book(BTCUSD)?.bids[0]).toBe(100);
    host.say({ type: "frame", frame: snapshot(12, { books: [book(103, 102)] }) });
    await vi.waitFor(() => expect(readModel.book(BTCUSD)?.bids[0]).toBe(103));
    expect(readModel.connection.state).toBe("live");
    // Uncrossed in between, it is asked for again.
    host.say({ type: "frame", frame: frame(12, 13, { books: [book(100, 101)] }) });
    host.say({ type: "frame", frame: frame(13, 14, { books: [book(103, 102)] }) });
    await vi.waitFor(() => expect(resyncs()).toBe(2));
  });

  it("GW-60 a fill of an order that was shown as cancelled is told", async () => {
    const cancelled = { status: "cancelled", cancelReason: "user", leavesLots: 0 as QtyLots } as const;
    host.say({ type: "frame", frame: frame(10, 11, { orders: [orderRow(9, cancelled)] }) });
    const fill = {
      tradeId: 12,
      orderId: 9,
      accountId: ALPHA,
      instrumentId: BTCUSD,
      atUs: 1,
      side: "buy",
      liquidity: "maker",
      ticks: 6_500_000,
      lots: 1,
      notional: 1,
      fee: 0,
    } as never;
    host.say({ type: "frame", frame: frame(11, 12, { fills: [fill] }) });
    await vi.waitFor(() => expect(codes().at(-1)).toBe("LATE_FILL"));
  });
});

describe("GW-61 an order without an answer", () => {
  beforeEach(() => void vi.useRealTimers());

  it("GW-61 is unknown after a while, and what the journal's row says once that comes", async () => {
    const { outcome } = placeOrder(request);
    const { command } = await host.hears("submit");
    await vi.waitFor(() => expect(readModel.pendingOrders()[0]?.pending).toBe("unknown"), { timeout: 5_000 });
    expect(codes().at(-1)).toBe("NO_ANSWER");
    const clientOrderId = command.type === "SubmitOrder" ? command.clientOrderId : 0;
    host.say({ type: "frame", frame: frame(10, 12, { orders: [orderRow(12, { clientOrderId: clientOrderId as never })] }) });
    await expect(outcome).resolves.toEqual({ kind: "accepted", orderId: 12 });
    expect(readModel.pendingOrders()).toEqual([]);
  });

  it("GW-61 takes a late answer, a refusal included", async () => {
    const { outcome } = placeOrder(request);
    const { requestId } = await host.hears("submit");
    await vi.waitFor(() => expect(readModel.pendingOrders()[0]?.pending).toBe("unknown"), { timeout: 5_000 });
    const refusal = refusalOf("BOOK_NO_LIQUIDITY");
    host.say({ type: "outcome", requestId, outcome: { seq: 11 as Seq, lastSeq: 12 as Seq, orderId: null, refusal } });
    await expect(outcome).resolves.toMatchObject({ kind: "denied" });
    expect(readModel.pendingOrders()).toEqual([]);
  });

  it("GW-61 is over when a live engine that commits has not recorded it for three seconds, and not before", async () => {
    void placeOrder(request).outcome;
    await host.hears("submit");
    await vi.waitFor(() => expect(readModel.pendingOrders()[0]?.pending).toBe("unknown"), { timeout: 5_000 });
    await settleUnknownOrders();
    expect(host.heard.some(({ type }) => type === "query")).toBe(false);
    await statusAt(null, { commitWaitMs: 1_500 });
    vi.useFakeTimers({ toFake: ["Date"] });
    pass(3_100);
    await settleUnknownOrders();
    expect(host.heard.some(({ type }) => type === "query")).toBe(false);
    await statusAt(null, { commitWaitMs: 0 });
    const settled = settleUnknownOrders();
    const { requestId } = await host.hears("query");
    host.say({ type: "result", requestId, result: { type: "orders", orders: [] } });
    await settled;
    expect(readModel.pendingOrders()).toEqual([]);
    expect(messages.list().at(-1)?.text).toMatch(/^Never accepted/);
  });
});
