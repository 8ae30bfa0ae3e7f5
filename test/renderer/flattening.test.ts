import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { engineClient } from "../../renderer/app/engineClient.ts";
import { messages } from "../../renderer/app/messages.ts";
import { readModel } from "../../renderer/app/readModel.ts";
import { flatten } from "../../renderer/features/hands/flattening.ts";
import type { OrderId, Seq } from "../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../shared/money.ts";
import { refusalOf } from "../../shared/rejects.ts";
import type { ClientMessage, PastMark } from "../../shared/protocol.ts";
import type { Catalog, PositionRow } from "../../shared/views.ts";
import { HostEnd } from "./support/hostEnd.ts";
import { ALPHA, BRAVO, BTCUSD, frame, orderRow, snapshot, status } from "./support/venue.ts";

const position = (netLots: number): PositionRow => ({
  accountId: ALPHA,
  instrumentId: BTCUSD,
  netLots,
  averageTicks: 6_500_000,
  markTicks: 6_500_000 as PriceTicks,
  realised: 0 as Amount,
  unrealised: 0 as Amount,
});
const { assets, accounts, instruments } = snapshot(0).catalog as Catalog;
/** The same pair at an outside venue. */
const catalog: Catalog = { assets, accounts, instruments: instruments.map((one) => ({ ...one, routed: true })) };

let host: HostEnd;
beforeEach(async () => {
  engineClient.processChanged({ state: "running", pid: 100 });
  host = new HostEnd();
  await host.welcome(10, { catalog, positions: [position(500)], orders: [orderRow(7)] });
});
afterEach(() => {
  engineClient.processChanged({ state: "down", reason: "The test is over.", error: null, attempt: 1, retryInMs: null });
  host.close();
});

const told = (): string => messages.list().at(-1)?.text ?? "";

/** Commands that the host has heard, those of one type. */
function commands(type: string): readonly Extract<ClientMessage, { type: "submit" }>[] {
  return host.heard.flatMap((message) => (message.type === "submit" && message.command.type === type ? [message] : []));
}

async function accept(type: string): Promise<void> {
  const { requestId } = await vi.waitUntil(() => commands(type).at(-1));
  const outcome = { seq: 11 as Seq, lastSeq: 11 as Seq, orderId: 12 as OrderId, refusal: null };
  host.say({ type: "outcome", requestId, outcome });
}

it("at an outside venue waits for the open orders to be off, and trades back what is there by then, once however often it is asked for", async () => {
  const first = flatten(ALPHA, BTCUSD);
  await accept("CancelAllOrders");
  await vi.waitUntil(() => told().startsWith("Flattening waits"));
  await flatten(ALPHA, BTCUSD);
  expect(told()).toMatch(/under way already/);
  expect(commands("CancelAllOrders")).toHaveLength(1);
  expect(commands("SubmitOrder")).toHaveLength(0);

  // A fifth of the order filled on its way off.
  const filled = { filledLots: 20 as QtyLots, leavesLots: 0 as QtyLots, status: "partiallyCancelled", cancelReason: "user" } as const;
  host.say({ type: "frame", frame: frame(10, 11, { orders: [orderRow(7, filled)], positions: [position(520)] }) });
  await accept("SubmitOrder");
  await first;
  expect(commands("SubmitOrder").map(({ command }) => command)).toMatchObject([{ side: "sell", lots: 520, orderType: "market" }]);
  expect(told()).toMatch(/1 of 1 orders accepted/);
});

it("SC-6 trades back what is there once the picture shows what the cancels did, also at the simulated exchange", async () => {
  host.say({ type: "frame", frame: snapshot(10, { positions: [position(500)], orders: [orderRow(7)] }) });
  const deed = flatten(ALPHA, BTCUSD);
  await accept("CancelAllOrders");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(commands("SubmitOrder")).toHaveLength(0);

  // The order had filled when the cancel came.
  host.say({ type: "frame", frame: frame(10, 11, { positions: [position(600)] }) });
  await accept("SubmitOrder");
  await deed;
  expect(commands("SubmitOrder").map(({ command }) => command)).toMatchObject([{ side: "sell", lots: 600 }]);
});

it("SC-6 goes on where nothing was cancelled and no frame comes, once the engine says that none is due", async () => {
  host.say({ type: "frame", frame: snapshot(10, { positions: [position(500)] }) });
  const deed = flatten(ALPHA, BTCUSD);
  await accept("CancelAllOrders");
  for (let statuses = 0; statuses < 2; statuses += 1) {
    expect(commands("SubmitOrder")).toHaveLength(0);
    host.say({ type: "status", status: status(), frameSeq: 10 as Seq });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await accept("SubmitOrder");
  await deed;
  expect(told()).toMatch(/1 of 1 orders accepted/);
});

it("SC-6 leaves alone what came to a position meanwhile, and waits while the window shows the past", async () => {
  const other = { ...position(70), accountId: BRAVO };
  host.say({ type: "frame", frame: snapshot(10, { positions: [position(500)] }) });
  const deed = flatten("all", BTCUSD);
  await accept("CancelAllOrders");
  const past = { seq: 5, askedSeq: 5 } as unknown as PastMark;
  host.say({ type: "past", requestId: null, past, frame: snapshot(5, { positions: [position(900)] }) });
  for (let statuses = 0; statuses < 3; statuses += 1) host.say({ type: "status", status: status(), frameSeq: null });
  await vi.waitUntil(() => readModel.past !== null && readModel.dueSeq === null);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(commands("SubmitOrder")).toHaveLength(0);

  host.say({ type: "frame", frame: snapshot(11, { positions: [position(500), other] }) });
  await accept("SubmitOrder");
  await deed;
  expect(commands("SubmitOrder").map(({ command }) => command)).toMatchObject([{ accountId: ALPHA, side: "sell", lots: 500 }]);
});

it("SC-6 trades back, once, what the next engine shows when one dies behind the cancels", async () => {
  host.say({ type: "frame", frame: snapshot(10, { positions: [position(500)] }) });
  const deed = flatten(ALPHA, BTCUSD);
  await accept("CancelAllOrders");
  // The answer has come before the line is cut.
  host.say({ type: "status", status: status(), frameSeq: 10 as Seq });
  await vi.waitUntil(() => readModel.dueSeq === 10);
  host.close();
  engineClient.processChanged({ state: "down", reason: "It died.", error: null, attempt: 1, retryInMs: 0 });
  for (let statuses = 0; statuses < 3; statuses += 1) readModel.setStatus(status(), null);
  engineClient.processChanged({ state: "running", pid: 101 });
  host = new HostEnd();
  await host.welcome(11, { positions: [position(520)] });
  await accept("SubmitOrder");
  await deed;
  expect(commands("SubmitOrder").map(({ command }) => command)).toMatchObject([{ side: "sell", lots: 520 }]);
  expect(told()).toMatch(/1 of 1 orders accepted/);
});

it("SC-6 trades nothing back when the open orders could not be cancelled", async () => {
  const deed = flatten(ALPHA, BTCUSD);
  const { requestId } = await vi.waitUntil(() => commands("CancelAllOrders").at(-1));
  const refusal = refusalOf("BOOK_PHASE");
  host.say({ type: "outcome", requestId, outcome: { seq: 11 as Seq, lastSeq: 11 as Seq, orderId: null, refusal } });
  await deed;
  expect(told()).toMatch(/no position was traded back/);
  expect(commands("SubmitOrder")).toHaveLength(0);
});

it("can be asked for again once it is over", async () => {
  for (const times of [1, 2]) {
    const deed = flatten(ALPHA, BTCUSD);
    await vi.waitUntil(() => commands("CancelAllOrders").length === times);
    await accept("CancelAllOrders");
    host.say({ type: "frame", frame: snapshot(10 + times, { catalog, positions: [position(500)] }) });
    await vi.waitUntil(() => commands("SubmitOrder").length === times);
    await accept("SubmitOrder");
    await deed;
    expect(told()).toMatch(/1 of 1 orders accepted/);
  }
});
