import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ServedExchange, WIDE } from "../../edge/servedExchange.ts";
import type { ApiLoadRequest, ApiLoadResult, ApiLoadStart } from "./apiLoad.ts";
import { liftMessageRates } from "./messageRates.ts";

/** A server under load, with the client process that loads it. */
export type Side = {
  readonly ask: (request: ApiLoadRequest) => Promise<ApiLoadResult>;
  /** Address of a private socket, of a listen key of its own. */
  readonly reports: () => Promise<string>;
  /** Address of a public socket. */
  readonly quotes: string;
};

/** The exchange, and beside it a bare server that answers the same requests with a constant. */
export type LoadedSides = {
  readonly own: Side;
  readonly peer: Side;
  /** Cancels what the load left open at the exchange. */
  readonly clear: () => Promise<void>;
  readonly end: () => Promise<void>;
};

/** Starts both on loopback; the exchange's books go into the folder at `path`. */
export async function startSides(path: string): Promise<LoadedSides> {
  const exchange = await ServedExchange.start(path, { sites: ["HK"] });
  await liftMessageRates(exchange, ["Trading desk", "CHARLIE", "ALPHA"]);
  const first = exchange.key({ account: "CHARLIE", limits: { ...WIDE } });
  const second = exchange.key({ account: "ALPHA", limits: { ...WIDE } });
  // The pair needs a price before orders below it are orders below it.
  const offer = { symbol: "BTCUSD", side: "SELL", type: "LIMIT", quantity: "0.01", price: "65000" };
  await exchange.signed(first, "POST", "/api/v1/spot/order", offer);
  const bare = fork(join(import.meta.dirname, "bareServer.ts"));
  const [barePort] = (await once(bare, "message")) as [number];
  const port = Number(new URL(exchange.url()).port);
  const own = startLoad({ port, first, second });
  const peer = startLoad({ port: barePort, first, second });

  const listenKey = async (): Promise<string> => {
    const { body } = await exchange.signed(first, "POST", "/api/v1/userDataStream");
    return (body as { readonly listenKey: string }).listenKey;
  };
  const cancelAll = async (key: typeof first, side: "BUY" | "SELL"): Promise<void> => {
    for (let open = 1; open > 0;) {
      await exchange.signed(key, "DELETE", "/api/v1/spot/openOrders", { symbol: "BTCUSD", side });
      const { body } = await exchange.signed(key, "GET", "/api/v1/spot/openOrders", { symbol: "BTCUSD", side, limit: 1 });
      open = (body as readonly unknown[]).length;
    }
  };
  return {
    own: {
      ask: own.ask,
      reports: async () => `ws://127.0.0.1:${port}/api/v1/ws/${await listenKey()}`,
      quotes: `ws://127.0.0.1:${port}/quote/ws/v1`,
    },
    peer: {
      ask: peer.ask,
      reports: () => Promise.resolve(`ws://127.0.0.1:${barePort}/api/v1/ws/bare`),
      quotes: `ws://127.0.0.1:${barePort}/`,
    },
    clear: async () => {
      await cancelAll(first, "BUY");
      await cancelAll(second, "SELL");
    },
    end: async () => {
      own.end();
      peer.end();
      bare.disconnect();
      await exchange.engine.shutdown();
    },
  };
}

function startLoad(start: ApiLoadStart): { readonly ask: Side["ask"]; readonly end: () => void } {
  const child = fork(join(import.meta.dirname, "apiLoad.ts"), [JSON.stringify(start)]);
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
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}
