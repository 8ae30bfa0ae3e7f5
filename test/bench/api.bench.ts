import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServedExchange, WIDE } from "../edge/servedExchange.ts";
import { figure, type Bench, type Figure } from "./measure.ts";
import { liftMessageRates } from "./api/messageRates.ts";
import type { ApiLoadRequest, ApiLoadResult, ApiLoadStart } from "./api/apiLoad.ts";

const RUNS = 3;
const CONNECTIONS = [1, 10, 100];
const PEER = "fastify and ws answering a constant";
const PACED = { type: "paced", perSecond: 1_000, seconds: 5 } as const;
const FAN_OUT = {
  type: "fanOut",
  subscribers: 500,
  changes: 100,
  message: JSON.stringify({ symbol: "BTCUSD", topic: "bbo", event: "sub" }),
} as const;

type Side = { readonly ask: (request: ApiLoadRequest) => Promise<ApiLoadResult>; readonly end: () => void };

function load(start: ApiLoadStart): Side {
  const child = fork(join(import.meta.dirname, "api/apiLoad.ts"), [JSON.stringify(start)]);
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const failed = (code: number | null): void => reject(new Error(`the load ended with ${code}`));
        child.once("exit", failed);
        child.once("message", (result: ApiLoadResult) => {
          child.off("exit", failed);
          resolve(result);
        });
        child.send(request);
      }),
    end: () => child.disconnect(),
  };
}

/** Orders by REST and what the sockets tell of them, over loopback, each on disk before it is answered; the clients share the machine. */
export const bench: Bench = {
  name: "api",
  run: async (log) => {
    const path = mkdtempSync(join(tmpdir(), "bench-api-"));
    const exchange = await ServedExchange.start(path, { sites: ["HK"] });
    await liftMessageRates(exchange, ["Trading desk", "CHARLIE", "ALPHA"]);
    const key = exchange.key({ account: "CHARLIE", limits: { ...WIDE } });
    const second = exchange.key({ account: "ALPHA", limits: { ...WIDE } });
    // The pair needs a price before orders below it are orders below it.
    await exchange.signed(key, "POST", "/api/v1/spot/order", {
      symbol: "BTCUSD",
      side: "SELL",
      type: "LIMIT",
      quantity: "0.01",
      price: "65000",
    });
    const port = Number(new URL(exchange.url()).port);
    const bare = fork(join(import.meta.dirname, "api/bareServer.ts"));
    const [barePort] = (await once(bare, "message")) as [number];
    const own = load({ port, first: key, second });
    const peer = load({ port: barePort, first: key, second });
    const streamOf = async (): Promise<string> => {
      const { body } = await exchange.signed(key, "POST", "/api/v1/userDataStream");
      return `ws://127.0.0.1:${port}/api/v1/ws/${(body as { readonly listenKey: string }).listenKey}`;
    };
    const clearSide = async (of: typeof key, side: "BUY" | "SELL"): Promise<void> => {
      for (let open = 1; open > 0;) {
        await exchange.signed(of, "DELETE", "/api/v1/spot/openOrders", { symbol: "BTCUSD", side });
        const { body } = await exchange.signed(of, "GET", "/api/v1/spot/openOrders", { symbol: "BTCUSD", side, limit: 1 });
        open = (body as readonly unknown[]).length;
      }
    };
    const clear = async (): Promise<void> => {
      await clearSide(key, "BUY");
      await clearSide(second, "SELL");
    };

    const figures: Figure[] = [];
    const add = (metric: string, unit: string, mine: readonly number[], peers?: readonly number[]): void =>
      void figures.push(
        figure({ bench: "api", metric: `api.${metric}`, unit }, mine, peers === undefined ? undefined : { name: PEER, samples: peers }),
      );
    await own.ask({ type: "burst", orders: 5_000, connections: 50 });
    await peer.ask({ type: "burst", orders: 5_000, connections: 50 });
    await clear();
    for (const connections of CONNECTIONS) {
      const orders = connections === 1 ? 1_000 : 10_000;
      const mine: ApiLoadResult[] = [];
      const peers: ApiLoadResult[] = [];
      for (let n = 0; n < RUNS; n += 1) {
        mine.push(await own.ask({ type: "burst", orders, connections }));
        peers.push(await peer.ask({ type: "burst", orders, connections }));
        await clear();
      }
      log(
        `${connections} connections: ${Math.round(mine.at(-1)!.perSecond)} orders/s, the bare server ${Math.round(peers.at(-1)!.perSecond)}`,
      );
      // The most connections are the figures without an addition.
      const suffix = connections === CONNECTIONS.at(-1) ? "" : `.${connections}connection${connections === 1 ? "" : "s"}`;
      for (const [metric, unit] of [
        ["perSecond", "1/s"],
        ["ackMsP50", "ms"],
        ["ackMsP99", "ms"],
      ] as const) {
        const name = metric === "perSecond" ? "ordersPerSecond" : metric;
        add(
          `${name}${suffix}`,
          unit,
          mine.map((run) => run[metric]),
          peers.map((run) => run[metric]),
        );
      }
    }
    const paced: ApiLoadResult[] = [];
    const barePaced: ApiLoadResult[] = [];
    for (let n = 0; n < RUNS; n += 1) {
      paced.push(await own.ask({ ...PACED, stream: await streamOf() }));
      barePaced.push(await peer.ask({ ...PACED, stream: `ws://127.0.0.1:${barePort}/api/v1/ws/bare` }));
      log(
        `paced at ${Math.round(paced.at(-1)!.perSecond)} orders/s: private report p99 ${paced.at(-1)!.reportMsP99.toFixed(1)} ms, the bare server ${barePaced.at(-1)!.reportMsP99.toFixed(1)} ms`,
      );
      await clear();
    }
    add(
      "pacedAckMsP99",
      "ms",
      paced.map(({ ackMsP99 }) => ackMsP99),
      barePaced.map(({ ackMsP99 }) => ackMsP99),
    );
    add(
      "orderToReportMsP50",
      "ms",
      paced.map(({ reportMsP50 }) => reportMsP50),
      barePaced.map(({ reportMsP50 }) => reportMsP50),
    );
    add(
      "orderToReportMsP99",
      "ms",
      paced.map(({ reportMsP99 }) => reportMsP99),
      barePaced.map(({ reportMsP99 }) => reportMsP99),
    );
    const fanned: ApiLoadResult[] = [];
    const bareFanned: ApiLoadResult[] = [];
    for (let n = 0; n < RUNS; n += 1) {
      fanned.push(await own.ask({ ...FAN_OUT, stream: `ws://127.0.0.1:${port}/quote/ws/v1` }));
      bareFanned.push(await peer.ask({ ...FAN_OUT, stream: `ws://127.0.0.1:${barePort}/` }));
      await clear();
      log(
        `500 subscribers: p99 ${fanned.at(-1)!.fanOutMsP99.toFixed(1)} ms, the bare server ${bareFanned.at(-1)!.fanOutMsP99.toFixed(1)} ms`,
      );
    }
    add(
      "fanOutMsP99",
      "ms",
      fanned.map(({ fanOutMsP99 }) => fanOutMsP99),
      bareFanned.map(({ fanOutMsP99 }) => fanOutMsP99),
    );
    own.end();
    peer.end();
    bare.disconnect();
    await exchange.engine.shutdown();
    rmSync(path, { recursive: true, force: true });
    return figures;
  },
};
