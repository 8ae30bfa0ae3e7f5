import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { openDataFolder } from "../../engine/host/dataFolder.ts";
import { Host } from "../../engine/host/host.ts";
import { LogFile } from "../../engine/host/logFile.ts";
import { batchedTransport, threadTransport } from "../../engine/host/transport.ts";
import { figure, type Bench, type Figure } from "./measure.ts";
import type { LoadRequest, LoadResult, LoadStart } from "./durableLoad.ts";
import { openBenchAccounts } from "./benchAccounts.ts";

const RUNS = 5;
const ACCOUNTS_EACH = 64;
const BURST: Omit<LoadRequest, "seed"> = { commands: 100_000, outstanding: 500 };
const LONE: Omit<LoadRequest, "seed"> = { commands: 1_000, outstanding: 1 };

/** What a load measured, and what the host's thread spent meanwhile. */
type Run = LoadResult & { readonly hostSeconds: number };

/**
 * Orders from a client's port through parsing, permission, engine, disk (WAL, FULL) and replica back to the client, on a real file. The
 * burst comes over the line of a gateway, which gathers what belongs to one turn, and in turns with it over a window's, where each order and
 * each answer is a message of its own. The load's thread shares the processors with what it measures; what it takes of them is a figure.
 */
export const bench: Bench = {
  name: "durable",
  run: async (log) => {
    const path = mkdtempSync(join(tmpdir(), "bench-durable-"));
    const folder = openDataFolder(path);
    const host = await Host.start({
      folder,
      log: new LogFile(folder.log),
      arguments: { dataPath: path, history: [], market: false, quotaBytes: null, api: null, connect: null },
      credentials: () => Promise.reject(new Error("connected to nothing")),
      report: () => undefined,
      failed: (error) => {
        throw new Error(error.message);
      },
    });
    // Each with accounts of its own, whose order ids it counts up.
    const accounts = await openBenchAccounts(host, 2 * ACCOUNTS_EACH);
    const gateway = startLoad(host, accounts.slice(0, ACCOUNTS_EACH), true);
    const window = startLoad(host, accounts.slice(ACCOUNTS_EACH), false);
    const bursts: Run[] = [];
    const windowBursts: Run[] = [];
    const lone: Run[] = [];
    await run(gateway, { ...BURST, seed: 1 });
    await run(window, { ...BURST, seed: 2 });
    for (let n = 0; n < RUNS; n += 1) {
      bursts.push(await run(gateway, { ...BURST, seed: 3 + n }));
      windowBursts.push(await run(window, { ...BURST, seed: 50 + n }));
      lone.push(await run(window, { ...LONE, seed: 100 + n }));
      const perSecond = ({ seconds }: Run): number => Math.round(BURST.commands / seconds);
      log(`${perSecond(bursts.at(-1)!)} orders/s, ${perSecond(windowBursts.at(-1)!)} one by one, ${bursts.at(-1)!.refused} refused`);
    }
    await Promise.all([gateway.terminate(), window.terminate()]);
    await host.shutdown();
    rmSync(path, { recursive: true, force: true });
    const microseconds = (seconds: number): number => (seconds * 1_000_000) / BURST.commands;
    return [
      shown("ordersPerSecond", "1/s", bursts, ({ seconds }) => BURST.commands / seconds),
      shown("ackMsP50", "ms", bursts, ({ ackMsP50 }) => ackMsP50),
      shown("ackMsP99", "ms", bursts, ({ ackMsP99 }) => ackMsP99),
      shown("hostMicroseconds", "us/order", bursts, ({ hostSeconds }) => microseconds(hostSeconds)),
      shown("loadMicroseconds", "us/order", bursts, ({ ownSeconds }) => microseconds(ownSeconds)),
      shown("oneByOne.ordersPerSecond", "1/s", windowBursts, ({ seconds }) => BURST.commands / seconds),
      shown("oneByOne.ackMsP99", "ms", windowBursts, ({ ackMsP99 }) => ackMsP99),
      shown("oneByOne.hostMicroseconds", "us/order", windowBursts, ({ hostSeconds }) => microseconds(hostSeconds)),
      shown("loneAckMsP50", "ms", lone, ({ ackMsP50 }) => ackMsP50),
      shown("loneAckMsP99", "ms", lone, ({ ackMsP99 }) => ackMsP99),
    ];
  },
};

function startLoad(host: Host, accounts: readonly number[], gathers: boolean): Worker {
  const { port1, port2 } = new MessageChannel();
  const transport = gathers ? batchedTransport(port1) : threadTransport(port1);
  host.connect({ session: gathers ? "bench-gateway" : "bench", owner: "bench", operator: false }, transport);
  const start: LoadStart = { port: port2, accounts, gathers };
  return new Worker(new URL("./durableLoad.ts", import.meta.url), { workerData: start, transferList: [port2] });
}

async function run(load: Worker, request: LoadRequest): Promise<Run> {
  const before = process.threadCpuUsage();
  const result = await new Promise<LoadResult>((resolve, reject) => {
    load.once("error", reject);
    load.once("message", (measured: LoadResult) => {
      load.off("error", reject);
      resolve(measured);
    });
    load.postMessage(request);
  });
  // The host is in this thread.
  const { user, system } = process.threadCpuUsage(before);
  return { ...result, hostSeconds: (user + system) / 1_000_000 };
}

function shown(metric: string, unit: string, runs: readonly Run[], of: (run: Run) => number): Figure {
  return figure({ bench: "durable", metric: `durable.${metric}`, unit }, runs.map(of));
}
