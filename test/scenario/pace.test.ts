import { describe, expect, it } from "vitest";
import { genesisSteps } from "../../engine/host/genesis.ts";
import { SimulatedExchange } from "../../engine/scenario/exchange.ts";
import { EventQueue } from "../../engine/sim/eventQueue.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol.ts";
import { START_US } from "../core/drive.ts";
import { ALPHA, BTC_USD, MAKER } from "../host/journalScribe.ts";
import { order } from "../host/testClient.ts";

const MS = 1_000;

/** The exchange in simulated time: a frame that waited for its turn can be told from one that did not. Its commits take a millisecond. */
class PacedExchange {
  /** When each frame came and how many orders it brought, in milliseconds since the start. */
  readonly frames: (readonly [ms: number, orders: number])[] = [];
  readonly #queue = new EventQueue(START_US);
  readonly #exchange = new SimulatedExchange({
    queue: this.#queue,
    journal: null,
    venue: { mode: "simulated", name: "pace" },
    speed: () => 1,
    mode: () => "running",
    keepsTime: false,
    operate: () => Promise.resolve({ ok: true, value: "" }),
  });
  readonly #desk: (message: unknown) => void;
  readonly #maker: (message: unknown) => void;
  #sent = 0;

  /** The desk's client subscribes with this pace, after everything that belongs to the beginning. */
  constructor(pace: "screen" | "hand") {
    for (const { command, actor } of genesisSteps(0)) this.#exchange.submit(command, actor);
    this.#desk = this.#join("desk", (ms, orders) => this.frames.push([ms, orders]));
    this.#maker = this.#join("sim-maker", () => undefined);
    this.passTo(50);
    this.#desk({ type: "subscribe", instrumentIds: [BTC_USD], depthLevels: 5, candles: [], pace });
    this.passTo(90);
    this.frames.length = 0;
  }

  /** An order that rests, of the desk or of somebody else. */
  order(of: "desk" | "maker"): void {
    this.#sent += 1;
    const command = order({ accountId: of === "desk" ? ALPHA : MAKER, side: "buy", limitTicks: 5_900_000 + this.#sent, lots: 50 });
    (of === "desk" ? this.#desk : this.#maker)({ type: "submit", requestId: this.#sent, command });
  }

  passTo(ms: number): void {
    while (this.#queue.step(START_US + ms * MS));
    this.#queue.passTo(START_US + ms * MS);
  }

  #join(owner: string, onFrame: (ms: number, orders: number) => void): (message: unknown) => void {
    let say: (message: unknown) => void = () => undefined;
    this.#exchange.connect(
      { session: owner, owner, operator: false },
      {
        send: (message) => {
          if (message.type === "frame") onFrame((this.#queue.nowUs - START_US) / MS, message.frame.orders.length);
          expect(message).not.toMatchObject({ type: "error" });
        },
        close: () => undefined,
        onMessage: (listener) => (say = listener),
        onClose: () => undefined,
      },
    );
    say({ type: "hello", version: PROTOCOL_VERSION });
    return (message) => say(message);
  }
}

/** Somebody else's order at 100 ms opens a frame; the desk's own come at 104 and 107. */
function ordersBetweenFrames(pace: "screen" | "hand"): PacedExchange["frames"] {
  const exchange = new PacedExchange(pace);
  exchange.passTo(100);
  exchange.order("maker");
  exchange.passTo(104);
  exchange.order("desk");
  exchange.passTo(107);
  exchange.order("desk");
  exchange.passTo(200);
  return exchange.frames;
}

describe("GW-14 pace", () => {
  it("GW-14 what becomes of a hand's own order comes with its commit; the next one within the frame's time waits for it", () => {
    expect(ordersBetweenFrames("hand")).toEqual([
      [101, 0],
      [105, 1],
      [121, 1],
    ]);
  });

  it("GW-14 a screen's waits for the next frame", () => {
    expect(ordersBetweenFrames("screen")).toEqual([
      [101, 0],
      [117, 2],
    ]);
  });

  it("GW-14 a hand gets no more than two frames in 16 ms, whatever happens", () => {
    const exchange = new PacedExchange("hand");
    for (let ms = 100; ms < 600; ms += 1) {
      exchange.passTo(ms);
      exchange.order("maker");
      if (ms % 23 === 0) exchange.order("desk");
    }
    exchange.passTo(700);
    const { frames } = exchange;
    // More than the pace alone would give.
    expect(frames.length).toBeGreaterThan(500 / 16 + 2);
    expect(frames.reduce((sum, [, orders]) => sum + orders, 0)).toBe(22);
    for (let n = 2; n < frames.length; n += 1) expect(frames[n]![0] - frames[n - 2]![0]).toBeGreaterThanOrEqual(16);
  });
});
