import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { openDataFolder } from "../../engine/host/dataFolder.ts";
import { Host } from "../../engine/host/host.ts";
import { LogFile } from "../../engine/host/logFile.ts";
import { threadTransport } from "../../engine/host/transport.ts";
import { figure, type Bench } from "./measure.ts";
import type { LoadRequest, LoadResult, LoadStart } from "./durableLoad.ts";
import { openBenchAccounts } from "./benchAccounts.ts";

const RUNS = 5;
const BURST: Omit<LoadRequest, "seed"> = { commands: 100_000, outstanding: 500 };
const LONE: Omit<LoadRequest, "seed"> = { commands: 1_000, outstanding: 1 };

/** Orders from a client's port through parsing, permission, engine, disk (WAL, FULL) and replica back to the client, on a real file. */
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
    const accounts = await openBenchAccounts(host, 16);
    const { port1, port2 } = new MessageChannel();
    host.connect({ session: "bench", owner: "bench", operator: false }, threadTransport(port1));
    const start: LoadStart = { port: port2, accounts };
    const load = new Worker(new URL("./durableLoad.ts", import.meta.url), { workerData: start, transferList: [port2] });
    const run = (request: LoadRequest): Promise<LoadResult> =>
      new Promise((resolve, reject) => {
        load.once("error", reject);
        load.once("message", (result: LoadResult) => {
          load.off("error", reject);
          resolve(result);
        });
        load.postMessage(request);
      });
    const bursts: LoadResult[] = [];
    const lone: LoadResult[] = [];
    await run({ ...BURST, seed: 1 });
    for (let n = 0; n < RUNS; n += 1) {
      bursts.push(await run({ ...BURST, seed: 2 + n }));
      lone.push(await run({ ...LONE, seed: 100 + n }));
      log(`${Math.round(BURST.commands / bursts.at(-1)!.seconds)} orders/s, ${bursts.at(-1)!.refused} refused`);
    }
    await load.terminate();
    await host.shutdown();
    rmSync(path, { recursive: true, force: true });
    const named = (metric: string, unit: string): { bench: string; metric: string; unit: string } => ({ bench: "durable", metric, unit });
    return [
      figure(
        named("durable.ordersPerSecond", "1/s"),
        bursts.map(({ seconds }) => BURST.commands / seconds),
      ),
      figure(
        named("durable.ackMsP50", "ms"),
        bursts.map(({ ackMsP50 }) => ackMsP50),
      ),
      figure(
        named("durable.ackMsP99", "ms"),
        bursts.map(({ ackMsP99 }) => ackMsP99),
      ),
      figure(
        named("durable.loneAckMsP50", "ms"),
        lone.map(({ ackMsP50 }) => ackMsP50),
      ),
      figure(
        named("durable.loneAckMsP99", "ms"),
        lone.map(({ ackMsP99 }) => ackMsP99),
      ),
    ];
  },
};
