import { describe, expect, it } from "vitest";
import type { Intent } from "../../engine/sim/agent.ts";
import { MarketSession } from "../../engine/sim/session.ts";
import { typedError } from "../../shared/errors.ts";
import type { EpochUs, OrderId } from "../../shared/ids.ts";
import type { ClientMessage, HostMessage } from "../../shared/protocol.ts";
import { refusalOf, type RejectCode } from "../../shared/rejects.ts";
import type { EngineStatus } from "../../shared/views.ts";
import { BTC, START_US, STEP_US } from "./lockstepMarket.ts";
import { LockstepVenue } from "./lockstepVenue.ts";

/** A maker's session at the lockstep venue whose messages a test can hold back, change or add to. */
function connected(): {
  readonly venue: LockstepVenue;
  readonly session: MarketSession;
  readonly sent: ClientMessage[];
  readonly turn: () => void;
  readonly send: (...intents: readonly Intent[]) => void;
  filter: (message: HostMessage) => HostMessage | null;
} {
  const venue = new LockstepVenue(START_US);
  const sent: ClientMessage[] = [];
  let nowUs = START_US;
  const made = {
    venue,
    sent,
    filter: (message: HostMessage): HostMessage | null => message,
    turn: (): void => {
      nowUs += STEP_US;
      venue.turn(nowUs);
    },
    send: (...intents: readonly Intent[]): void => void made.session.send(intents, nowUs as EpochUs),
  } as ReturnType<typeof connected> & { session: MarketSession };
  const port = venue.connect({
    owner: "sim-maker",
    receive: (message) => {
      const passed = made.filter(message);
      if (passed !== null) made.session.receive(passed);
    },
  });
  const session = new MarketSession(
    {
      postMessage: (message) => {
        sent.push(message);
        port.postMessage(message);
      },
    },
    "sim-maker",
  );
  Object.assign(made, { session });
  session.start();
  for (let turn = 0; turn < 3; turn += 1) made.turn();
  return made;
}

const bid = (limitTicks: number, lots = 10_000): Intent => ({
  type: "place",
  instrumentId: BTC,
  side: "buy",
  orderType: "limit",
  timeInForce: "gtc",
  limitTicks,
  lots,
});

function orders(
  session: MarketSession,
): readonly { readonly state: string; readonly limitTicks: number | null; readonly orderId: OrderId | null }[] {
  const view = session.view((START_US + STEP_US * 100) as EpochUs, () => ({ activity: 1, referenceTicks: null, closeTicks: null }));
  return view.instruments.flatMap((instrument) => instrument.orders);
}

function available(session: MarketSession): number {
  const view = session.view((START_US + STEP_US * 100) as EpochUs, () => ({ activity: 1, referenceTicks: null, closeTicks: null }));
  const instrument = view.instruments[0];
  return instrument === undefined ? Number.NaN : view.purse.available(instrument.instrument.quoteAssetId);
}

/** How many steps the session stays silent from now on, up to a limit. */
function silentSteps(session: MarketSession): number {
  let steps = 0;
  while (!session.mayAct() && steps < 1_000) steps += 1;
  return steps;
}

function status(change: Partial<EngineStatus>, session: MarketSession): HostMessage {
  if (session.status === null) throw new Error("no status yet");
  return { type: "status", status: { ...session.status, ...change }, frameSeq: null };
}

describe("SM-1 a session", () => {
  it("SM-1 says hello, subscribes to every instrument, and knows its one account", () => {
    const { session, sent } = connected();
    const requests = sent.filter((message) => message.type !== "seen");
    expect(requests.map((message) => message.type)).toEqual(["hello", "subscribe", "query", "subscribe"]);
    expect(requests.at(-1)).toMatchObject({ instrumentIds: [1, 2], candles: [] });
    expect(session.catalog.accounts.map((account) => account.owner)).toEqual(["sim-maker"]);
    expect(session.ready && session.mayAct()).toBe(true);
  });

  it("SM-1 sees an order on its way, then at rest, then being cancelled, then gone", () => {
    const { session, turn, send } = connected();
    send(bid(6_000_000));
    expect(orders(session)).toMatchObject([{ state: "sending", orderId: null, limitTicks: 6_000_000 }]);
    turn();
    const [order] = orders(session);
    expect(order?.state).toBe("open");
    send({ type: "cancel", orderId: order?.orderId ?? (0 as OrderId) });
    expect(orders(session)).toMatchObject([{ state: "cancelling" }]);
    turn();
    expect(orders(session)).toEqual([]);
  });

  it("SM-1 cancels all orders of an instrument in one command", () => {
    const { session, turn, send } = connected();
    send(bid(6_000_000), bid(6_000_100));
    turn();
    send({ type: "cancelAll", instrumentId: BTC });
    expect(orders(session).map((order) => order.state)).toEqual(["cancelling", "cancelling"]);
    turn();
    expect(orders(session)).toEqual([]);
  });

  it("SM-1 an answer that comes before its frame, or after it, leads to the same orders", () => {
    for (const late of ["frame", "outcome"] as const) {
      const client = connected();
      const held: HostMessage[] = [];
      client.filter = (message) => {
        if (message.type !== late) return message;
        held.push(message);
        return null;
      };
      client.send(bid(6_000_000));
      client.turn();
      client.filter = (message) => message;
      held.forEach((message) => client.session.receive(message));
      expect(orders(client.session)).toMatchObject([{ state: "open", limitTicks: 6_000_000 }]);
    }
  });

  it("SM-1 an order that never rests leaves nothing behind", () => {
    const { session, turn, send } = connected();
    send({ type: "place", instrumentId: BTC, side: "buy", orderType: "limit", timeInForce: "ioc", limitTicks: 6_000_000, lots: 10_000 });
    turn();
    expect(orders(session)).toEqual([]);
  });
});

describe("SM-4 silence", () => {
  it.each(["recovering", "broken"] as const)("SM-4 while the engine is %s", (state) => {
    const { session } = connected();
    session.receive(status({ state }, session));
    expect(session.mayAct()).toBe(false);
    session.receive(status({ state: "running" }, session));
    expect(session.mayAct()).toBe(true);
  });

  it("SM-4 while too many requests are unanswered", () => {
    const client = connected();
    client.filter = () => null;
    for (let sent = 0; sent < 200; sent += 1) client.send(bid(6_000_000 - sent));
    expect(client.session.mayAct()).toBe(false);
  });

  it("SM-4 after a busy engine, longer each time, until something is accepted again", () => {
    const client = connected();
    const { session } = client;
    const busy = (): number => {
      client.send(bid(6_000_000));
      const request = client.sent.at(-1);
      if (request?.type !== "submit") throw new Error("no submit");
      session.receive({
        type: "error",
        requestId: request.requestId,
        error: typedError("ENGINE_BUSY", { rule: "room", message: "Full." }),
      });
      return silentSteps(session);
    };
    expect([busy(), busy(), busy()]).toEqual([4, 8, 16]);
    expect(orders(session)).toEqual([]);
    for (let again = 0; again < 8; again += 1) busy();
    expect(busy()).toBe(256);
    client.send(bid(6_000_000));
    client.turn();
    expect(busy()).toBe(4);
  });

  const refused = (code: RejectCode): { readonly steps: number; readonly left: number } => {
    const client = connected();
    client.filter = (message) =>
      message.type === "outcome"
        ? { ...message, outcome: { ...message.outcome, orderId: null, refusal: refusalOf(code) } }
        : message.type === "frame"
          ? null
          : message;
    client.send(bid(6_000_000), bid(6_000_100));
    client.turn();
    return { left: orders(client.session).length, steps: silentSteps(client.session) };
  };

  it("SM-4 after a refusal, once for all of a step's, and the order is forgotten", () => {
    expect(refused("LEDGER_INSUFFICIENT_FUNDS")).toEqual({ left: 0, steps: 4 });
  });

  it("SM-4 not after an order that was just too late", () => {
    expect(refused("BOOK_NO_LIQUIDITY")).toEqual({ left: 0, steps: 0 });
  });
});

describe("SM-3 client order ids", () => {
  it("SM-3 follow venue time and never repeat, not within a step and not after a collision", () => {
    const client = connected();
    client.send(bid(6_000_000), bid(6_000_100), bid(6_000_200));
    const ids = (): number[] =>
      client.sent.flatMap((message) =>
        message.type === "submit" && message.command.type === "SubmitOrder" ? [message.command.clientOrderId] : [],
      );
    const [first = 0] = ids();
    expect(first).toBeGreaterThanOrEqual(START_US);
    expect(ids()).toEqual([first, first + 1, first + 2]);
    client.turn();
    client.filter = (message) =>
      message.type === "outcome"
        ? {
            ...message,
            outcome: {
              ...message.outcome,
              orderId: null,
              refusal: refusalOf("VALIDATE_DUPLICATE_CLIENT_ORDER_ID"),
            },
          }
        : message;
    client.send(bid(6_000_300));
    const collided = ids().at(-1) ?? 0;
    client.turn();
    client.send(bid(6_000_400));
    expect(ids().at(-1)).toBeGreaterThan(collided + 1_000);
  });

  it("SM-3 does not trade before it knows the newest id of earlier sessions, and asks again when the answer failed", () => {
    const sent: ClientMessage[] = [];
    const reference = connected();
    const session = new MarketSession({ postMessage: (message) => sent.push(message) }, "sim-maker");
    session.start();
    const known = reference.session.status;
    if (known === null) throw new Error("no status");
    session.receive({
      type: "welcome",
      users: [],
      version: 1,
      session: "s",
      owner: "sim-maker",
      operator: false,
      venue: { mode: "simulated", name: "v" },
      status: known,
    });
    const query = sent.find((message) => message.type === "query");
    expect(query).toBeDefined();
    session.receive({
      type: "error",
      requestId: query?.requestId ?? 0,
      error: typedError("ENGINE_BUSY", { rule: "room", message: "Full." }),
    });
    expect(session.ready).toBe(false);
    session.receive({ type: "status", status: known, frameSeq: null });
    expect(sent.filter((message) => message.type === "query")).toHaveLength(2);
  });
});

describe("SM-5 funds", () => {
  it("SM-5 what is on its way to the venue cannot be spent twice", () => {
    const { session, send, turn } = connected();
    const before = available(session);
    send(bid(6_000_000, 100_000));
    // Value of one bitcoin at 60,000 and the fee of 0.29 %, in ten-millionths of a dollar.
    const tied = 600_000_000_000 + 1_740_000_000;
    expect(available(session)).toBe(before - tied);
    turn();
    expect(available(session)).toBe(before - tied);
  });
});

describe("SM-6 gaps", () => {
  it("SM-6 a missed frame leads to a snapshot, and to nothing being sent until it is there", () => {
    const client = connected();
    client.filter = (message) => (message.type === "frame" ? null : message);
    client.send(bid(6_000_000));
    client.turn();
    client.filter = (message) => message;
    client.send(bid(6_000_100));
    client.turn();
    expect(client.session.ready).toBe(false);
    expect(client.session.mayAct()).toBe(false);
    expect(client.sent.slice(-2).map((message) => message.type)).toEqual(["resync", "seen"]);
    client.turn();
    expect(client.session.mayAct()).toBe(true);
    expect(orders(client.session).map((order) => [order.limitTicks, order.state])).toEqual([
      [6_000_000, "open"],
      [6_000_100, "open"],
    ]);
  });
});
