import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiLoadRequest, ApiLoadResult } from "./api/apiLoad.ts";
import { startSides, type LoadedSides, type Side } from "./api/loadedSides.ts";
import { figure, type Bench, type Figure } from "./measure.ts";

const RUNS = 3;
const WARM_UP = { type: "burst", orders: 5_000, connections: 50 } as const;
/** The most connections are the figures without an addition to their names. */
const BURSTS = [
  { connections: 1, orders: 1_000, suffix: ".1connection" },
  { connections: 10, orders: 10_000, suffix: ".10connections" },
  { connections: 100, orders: 10_000, suffix: "" },
];
const PEER = "fastify and ws answering a constant";
const PACED = { type: "paced", perSecond: 1_000, seconds: 5 } as const;
const FAN_OUT = {
  type: "fanOut",
  subscribers: 500,
  changes: 100,
  message: JSON.stringify({ symbol: "BTCUSD", topic: "bbo", event: "sub" }),
} as const;

type Log = (line: string) => void;
/** What both answered to one load, in the order of the runs. */
type Compared = { readonly own: readonly ApiLoadResult[]; readonly peer: readonly ApiLoadResult[] };
type Metric = { readonly metric: string; readonly unit: string; readonly of: keyof ApiLoadResult };

/** Orders by REST and what the sockets tell of them, over loopback, each on disk before it is answered; the clients share the machine. */
export const bench: Bench = {
  name: "api",
  run: async (log) => {
    const path = mkdtempSync(join(tmpdir(), "bench-api-"));
    const sides = await startSides(path);
    try {
      await sides.own.ask(WARM_UP);
      await sides.peer.ask(WARM_UP);
      await sides.clear();
      return [...(await bursts(sides, log)), ...(await paced(sides, log)), ...(await fanOut(sides, log))];
    } finally {
      await sides.end();
      rmSync(path, { recursive: true, force: true });
    }
  },
};

async function bursts(sides: LoadedSides, log: Log): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { connections, orders, suffix } of BURSTS) {
    const both = await compare(
      sides,
      () => Promise.resolve({ type: "burst", orders, connections }),
      (own, peer) =>
        log(`${connections} connections: ${Math.round(own.perSecond)} orders/s, the bare server ${Math.round(peer.perSecond)}`),
    );
    figures.push(
      ...figuresOf(both, [
        { metric: `ordersPerSecond${suffix}`, unit: "1/s", of: "perSecond" },
        { metric: `ackMsP50${suffix}`, unit: "ms", of: "ackMsP50" },
        { metric: `ackMsP99${suffix}`, unit: "ms", of: "ackMsP99" },
      ]),
    );
  }
  return figures;
}

async function paced(sides: LoadedSides, log: Log): Promise<Figure[]> {
  const both = await compare(
    sides,
    async ({ reports }) => ({ ...PACED, stream: await reports() }),
    (own, peer) =>
      log(
        `paced at ${Math.round(own.perSecond)} orders/s: private report p99 ${own.reportMsP99.toFixed(1)} ms, the bare server ${peer.reportMsP99.toFixed(1)} ms`,
      ),
  );
  return figuresOf(both, [
    { metric: "pacedAckMsP99", unit: "ms", of: "ackMsP99" },
    { metric: "orderToReportMsP50", unit: "ms", of: "reportMsP50" },
    { metric: "orderToReportMsP99", unit: "ms", of: "reportMsP99" },
  ]);
}

async function fanOut(sides: LoadedSides, log: Log): Promise<Figure[]> {
  const both = await compare(
    sides,
    ({ quotes }) => Promise.resolve({ ...FAN_OUT, stream: quotes }),
    (own, peer) =>
      log(`${FAN_OUT.subscribers} subscribers: p99 ${own.fanOutMsP99.toFixed(1)} ms, the bare server ${peer.fanOutMsP99.toFixed(1)} ms`),
  );
  return figuresOf(both, [{ metric: "fanOutMsP99", unit: "ms", of: "fanOutMsP99" }]);
}

/** Puts the same load to both, by turns, so that what else the machine does falls on both. */
async function compare(
  sides: LoadedSides,
  load: (side: Side) => Promise<ApiLoadRequest>,
  told: (own: ApiLoadResult, peer: ApiLoadResult) => void,
): Promise<Compared> {
  const own: ApiLoadResult[] = [];
  const peer: ApiLoadResult[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const mine = await sides.own.ask(await load(sides.own));
    const theirs = await sides.peer.ask(await load(sides.peer));
    told(mine, theirs);
    own.push(mine);
    peer.push(theirs);
    await sides.clear();
  }
  return { own, peer };
}

function figuresOf({ own, peer }: Compared, metrics: readonly Metric[]): Figure[] {
  return metrics.map(({ metric, unit, of }) =>
    figure(
      { bench: "api", metric: `api.${metric}`, unit },
      own.map((run) => run[of]),
      { name: PEER, samples: peer.map((run) => run[of]) },
    ),
  );
}
